"""One or more charts of every module, drawn from made-up numbers that never change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts import (
    agp,
    bars,
    calendar,
    chain,
    day_grid,
    days,
    dots,
    futures,
    hypnogram,
    ledger_bars,
    moments,
    progress,
    range_bar,
    risk,
    spark,
    timeline,
    weekdays,
    whiskers,
)
from selftwin.web.charts.believed import Band, Cone, Guess
from selftwin.web.charts.happened import Event, Flaw, Lapse
from selftwin.wording.measures import MINUS, Measure

TODAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 24)
HEART, GLUCOSE, WEIGHT = Measure("/min"), Measure("mmol/L"), Measure("kg")
SAYS = "Your heart & its “usual”, <said> as a sentence."


def back(count: int, end: date = TODAY) -> list[date]:
    """So many days up to the end."""
    return [end - timedelta(days=count - 1 - place) for place in range(count)]


def ahead(count: int, middle: float, spread: float, end: date = TODAY) -> Cone:
    """A cone over the days that follow."""
    step = np.arange(1, count + 1)
    half, nine = spread * 0.4 * np.sqrt(step), spread * np.sqrt(step)
    at = [end + timedelta(days=int(one)) for one in step]
    level = np.full(count, middle)
    return Cone(at, level, (level - half, level + half), (level - nine, level + nine))


def heart(count: int = 28) -> days.Days:
    """Four weeks with a gap of two days, three nights outside and a forecast."""
    values: list[float | None] = (54 + np.sin(np.arange(count))).tolist()
    values[-12] = values[-11] = None
    values[-3:] = [58.1, 59.5, 60.2]
    usual = Band(51, 57, "your usual, 51 to 57")
    return days.Days(back(count), values, HEART, usual=usual, ahead=ahead(4, 57, 2), today=TODAY)


def season() -> days.Days:
    """Three months with everything a chart of days can hold."""
    at = back(90)
    low = 52 + np.sin(np.arange(90) / 30)
    values = low + 3 + 1.5 * np.sin(np.arange(90) * 1.7)
    values[78:80] = np.nan
    events = [Event(at[8], "Lisbon", at[16]), Event(at[39], "a cold"), Event(at[44], "a new job at last"),
              Event(at[62], "clocks back")]  # fmt: skip
    flaws = [Flaw(at[34], "row not readable"), Flaw(at[1], "row")]
    return days.Days(at, values, HEART, usual=Band(low, low + 6, "your usual, 9 nights in 10"), ahead=ahead(14, 56, 1),
                     today=TODAY, events=events, sunk=[Lapse(at[37], at[42])], flaws=flaws)  # fmt: skip


def decade() -> days.Days:
    """Ten years with half a year missing."""
    values = 58 + 4 * np.sin(np.arange(3650) / 200) + 3 * np.sin(np.arange(3650) * 2.3)
    values[1500:1700] = np.nan
    return days.Days(np.datetime64(TODAY) - np.arange(3650)[::-1], values, HEART, today=TODAY,
                     usual=Band(53, 63, "your usual, 53 to 63"))  # fmt: skip


def steps() -> days.Days:
    """Counts with a simple guess."""
    at = [TODAY + timedelta(days=one) for one in (1, 2, 3)]
    guess = Guess(at, [8000] * 3, [5800] * 3, [11_400] * 3)
    values = (8000 + 3000 * np.sin(np.arange(28) * 2.1)).tolist()
    usual = Band(5000, 11_000, "your usual, 5,000 to 11,000")
    return days.Days(back(28), values, Measure("{count}", whole=True), usual=usual, guess=guess, today=TODAY, floor=0)


def morning() -> moments.Moments:
    """A day of glucose up to 07:42, what comes of it, and what the calendar holds."""
    at = [MIDNIGHT + timedelta(minutes=5 * place) for place in range(93) if not 30 < place < 48]
    later = [MIDNIGHT + timedelta(minutes=470 + 10 * place) for place in range(97)]
    level = 6 + 2 * np.sin(np.arange(97) / 9) ** 2
    hours = [MIDNIGHT + timedelta(hours=one) for one in (8.2, 16.6, 24, 6.9, 9.5, 12.6, 19.2)]
    return moments.Moments(
        MIDNIGHT, hours[2], at, [6 + 0.3 * np.sin(place / 9) for place in range(len(at))], GLUCOSE, now=at[-1],
        now_words="07:42", ahead=Cone(later, level, (level - 0.6, level + 0.7), (level - 1.4, level + 2)),
        nights=[Lapse(MIDNIGHT, hours[0]), Lapse(hours[1], hours[2])], asleep=[Lapse(MIDNIGHT, hours[3], "asleep 7 h")],
        events=[Event(hours[4], "stand-up"), Event(hours[5], "lunch, as usual", short="lunch"),
                Event(hours[6], "choir practice", short="choir")],
        sun=[(hours[0], "8:13 sun"), (hours[1], "16:34 dark")], ends=True, target=Band(3.9, 10, "3.9 to 10.0"),
    )  # fmt: skip


def week() -> moments.Moments:
    """Seven days of readings, more than there are pixels."""
    at = np.datetime64(MIDNIGHT) - np.arange(288 * 6)[::-1] * np.timedelta64(5, "m")
    values = 7 + 2 * np.sin(np.arange(len(at)) / 45)
    return moments.Moments(MIDNIGHT - timedelta(days=6), MIDNIGHT, at, values, GLUCOSE, height=160)


def both_futures() -> futures.Futures:
    """Weight as you are and with a change."""
    step = np.arange(1, 91)
    at = [TODAY + timedelta(days=int(one)) for one in step]

    def future(middle: np.ndarray, wide: float, name: str, said: str) -> futures.Future:
        around = wide * np.sqrt(step)
        half = (middle - around * 0.4, middle + around * 0.4)
        return futures.Future(Cone(at, middle, half, (middle - around, middle + around)), name, said)

    values = (74.6 + 0.3 * np.sin(np.arange(40) * 2.0)).tolist()
    values[18:22] = [None] * 4
    values[-1] = 74.6
    return futures.Futures(
        back(40), values, WEIGHT, future(74.6 + step * 0.004, 0.25, "going on as you are", "73.6 to 76.7"),
        future(74.6 - step * 0.025, 0.16, "with the changes", "70.8 to 73.8"), usual=Band(73.9, 75.2, "your usual"),
        today=TODAY, missing="no scale, 4 days",
    )  # fmt: skip


def the_difference() -> futures.Difference:
    step = np.arange(1, 91)
    middle = -0.03 * step
    around = 0.09 * np.sqrt(step)
    cone = Cone(both_futures().as_you_are.cone.at, middle, (middle - around * 0.4, middle + around * 0.4),
                (middle - around, middle + around))  # fmt: skip
    return futures.Difference(both_futures(), cone, WEIGHT, f"{MINUS} 2.9 kg", f"{MINUS} 3.7 to {MINUS} 2.0")


def sparks() -> dict[str, spark.Spark]:
    """A small multiple at each level of trust."""
    values = (430 + 20 * np.sin(np.arange(14) * 1.3)).tolist()
    at = [TODAY + timedelta(days=one) for one in (1, 2, 3)]
    guess = Guess(at, [430] * 3, [400] * 3, [470] * 3)
    lone = [TODAY - timedelta(days=one) for one in (9, 5, 1)]
    return {
        "trusted": spark.Spark(back(14), values, TODAY, Band(390, 470), ahead(3, 430, 10)),
        "guess": spark.Spark(back(14), values, TODAY, Band(390, 470), guess=guess),
        "first": spark.Spark(back(14), values, TODAY, Band(390, 470), ahead(3, 430, 10), trust=Trust.FIRST),
        "none": spark.Spark(lone, [3, 4, 3.5], TODAY, Band(3, 4), trust=Trust.NONE),
    }


def profile() -> agp.Agp:
    minutes = np.arange(0, 1441, 15.0)
    level = 6 + 1.8 * np.sin(minutes / 200) ** 2
    return agp.Agp(minutes, level, (level - 0.5, level + 0.6), (level - 1.2, level + 2.6), GLUCOSE,
                   target=Band(3.9, 10.0, "your range, 3.9 to 10.0"), notes=[(330, "above 10 on 4 of 14 days")],
                   meals=[(500, "breakfast"), (780, "lunch"), (1160, "dinner")])  # fmt: skip


def fortnight() -> day_grid.DayGrid:
    minutes = np.arange(0, 1440, 10.0)
    several = []
    for place in range(14):
        values = 7 + 2 * np.sin(minutes / 150 + place)
        if place == 9:
            values[80:100] = np.nan
        if place == 3:
            values[60:66] = 11.2
        several.append(day_grid.Day(f"Wed {11 + place}", minutes, values, "▲ 11.2" if place == 3 else "8.9",
                                    "above" if place == 3 else "", 600 if place == 13 else None))  # fmt: skip
    return day_grid.DayGrid(several, Band(3.9, 10.0))


def year() -> calendar.Calendar:
    """Twelve months: every tenth day high, every hundredth above, two not worn."""
    first = date(2025, 12, 1)
    every = [first + timedelta(days=place) for place in range((TODAY - first).days + 1)]
    levels = {day: 2 if place % 100 == 7 else -2 if place % 100 == 57 else 1 if place % 10 == 0 else 0
              for place, day in enumerate(every)}  # fmt: skip
    return calendar.Calendar(levels | {date(2026, 11, 13): None, TODAY: 2}, TODAY, lambda number: f"{number} outside")


def seven() -> weekdays.Weekdays:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    kinds = [weekdays.Kind(name, 51, 53.2, 54, 54.8, 57, [52, 54, 55.5, 58]) for name in names]
    return weekdays.Weekdays(kinds, HEART, 1, 60, "today 60", odd=True)


def else_changed() -> list[whiskers.Whisker]:
    one = whiskers.Whisker
    return [
        one("Resting heart rate", f"{MINUS} 2", Trust.FIRST, (-4, 0), (-2.6, -1.2), -2, 3, f"{MINUS} 4 to 0",
            "likely lower"),
        one("Sleep, each night", "+ 41 min", Trust.TRUSTED, (18, 63), (32, 50), 41, 45, "+ 18 to + 63",
            "likely longer"),
        one("Evenings with friends and all their families", "no change", Trust.FIRST, (-0.4, 0.3), None, 0.0, None,
            f"{MINUS} 0.4 to + 0.3 a week", "about even"),
        one("Mood", "nothing to say yet", Trust.NONE, range="3 evenings noted"),
    ]  # fmt: skip


def readers() -> dots.Dots:
    return dots.Dots(date(2026, 11, 1), [
        dots.Reader("You", [9] * 24, "216", owner=True),
        dots.Reader("Your assistant", [3, 0, 5] * 8, "64", refused=[22]),
        dots.Reader("A study of sleep in a town far away", [1, *[0] * 23], "1"),
        dots.Reader("Fit Coach app", [0] * 24, "never", refused=[5]),
    ])  # fmt: skip


def lanes() -> timeline.Timeline:
    """Ten years on one clock."""
    values = 60 + np.sin(np.arange(3650) / 90) + 2 * np.sin(np.arange(3650) * 1.9)
    values[900:1100] = np.nan
    at = back(3650)
    return timeline.Timeline(at[0], TODAY, [
        timeline.Line("Resting heart rate", at, values, "52 to 71 a minute", usual=Band(57, 63)),
        timeline.Spans("Places", [Lapse(at[0], at[800], "Lyon"), Lapse(at[801], at[2900], "Utrecht"),
                                  Lapse(at[2901], at[-1], "Ghent")]),
        timeline.Points("Life", [Event(at[300], "new job"), Event(at[1500], "first child"),
                                 Event(at[1560], "marathon")]),
        timeline.Line("Never worn", [], []),
    ], now=TODAY)  # fmt: skip


def night() -> hypnogram.Night:
    start = datetime(2026, 11, 23, 23, 0)
    cuts = [start + timedelta(minutes=20 * place) for place in range(20)]
    kinds = ("light", "deep", "light", "rem", "awake")
    stages = [(first, last, kinds[place % 5]) for place, (first, last) in enumerate(pairwise(cuts))]
    return hypnogram.Night(start, start + timedelta(hours=8), stages)


def importing() -> progress.Progress:
    return progress.Progress([(str(2018 + place), 5 + place) for place in range(9)], 0.7,
                             [(0.31, "31 rows"), (0.655, "5")], "now at 9 June 2024", "312 MB a second")  # fmt: skip


def part_of_time() -> range_bar.RangeBar:
    one = range_bar.Part
    return range_bar.RangeBar([one(0.01, "below", "low 1 %", "14 min a day"), one(0.94, "usual", "94 % in range"),
                               one(0.05, "above", "high 5 %", "1 h 12 min a day")], aim=0.7, aim_words="aim: 70 %",
                              expected="90 to 96 is likely next fortnight")  # fmt: skip


def drawn() -> dict[str, str]:
    """Every example by a name that begins with its module's."""
    chance = risk.Chance(0.12, 0.08, 0.18, "as you are", "8 to 18 in 100")
    several: dict[str, str] = {
        "days": days.draw(heart(), name="a", says=SAYS),
        "days season": days.draw(season(), name="a", says=SAYS),
        "days decade": days.draw(decade(), name="a", says=SAYS),
        "days steps": days.draw(steps(), name="a", says=SAYS),
        "days none": days.draw(days.Days([], [], HEART, today=TODAY), name="a", says=SAYS),
        "moments": moments.draw(morning(), name="a", says=SAYS),
        "moments week": moments.draw(week(), name="a", says=SAYS),
        "futures": futures.draw(both_futures(), name="a", says=SAYS),
        "futures difference": futures.difference(the_difference(), name="a", says=SAYS),
        "agp": agp.draw(profile(), name="a", says=SAYS),
        "range_bar": range_bar.draw(part_of_time(), name="a", says=SAYS),
        "day_grid": day_grid.draw(fortnight(), name="a", says=SAYS),
        "calendar": calendar.draw(year(), name="a", says=SAYS),
        "weekdays": weekdays.draw(seven(), name="a", says=SAYS),
        "whiskers": whiskers.draw(else_changed(), name="a", says=SAYS),
        "risk people": risk.people(chance, name="a", says=SAYS),
        "risk bars": risk.bars([chance, risk.Chance(0.09, 0.06, 0.14, "with the change", "6 to 14", imagined=True)],
                               name="a", says=SAYS),
        "timeline": timeline.draw(lanes(), name="a", says=SAYS),
        "dots": dots.draw(readers(), name="a", says=SAYS),
        "chain": chain.draw(chain.Chain(8, "00:00", "07:00"), name="a", says=SAYS),
        "chain broken": chain.draw(chain.Chain(24, "00:00", "23:00", broken=4), name="a", says=SAYS),
        "progress": progress.draw(importing(), name="a", says=SAYS),
        "hypnogram": hypnogram.draw(night(), name="a", says=SAYS),
        "bars": bars.draw([True] * 3 + [False] * 2 + [True] * 9, says=SAYS),
        "ledger_bars": ledger_bars.draw([1.9, 1.6, -0.5], 2.2)[0],
    }  # fmt: skip
    return several | {f"spark {level}": spark.draw(one, name="a", says=SAYS) for level, one in sparks().items()}
