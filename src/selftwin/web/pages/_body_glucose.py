"""The day of glucose on the page Body: the profile, time in range, the figures, each day small, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from selftwin.vocabulary.errors import NothingYet, SelftwinError
from selftwin.web.answers import Preparing
from selftwin.web.charts import agp, day_grid, moments, range_bar
from selftwin.web.charts.believed import Band, Cone, Guess
from selftwin.web.rendering import texts
from selftwin.wording.alerts import edged
from selftwin.wording.believed import is_guess, widest
from selftwin.wording.findings import figures, low
from selftwin.wording.measures import Measure, clock, duration, measure
from selftwin.wording.words import WEEKDAYS, count, day, spelled

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.domains.body.glucose.alert import LowAlert
    from selftwin.twin import Twin
    from selftwin.twin.body import Body
    from selftwin.vocabulary.estimate import Forecast
    from selftwin.vocabulary.finding import Finding, Line
    from selftwin.web.page import Visit

    Floats = NDArray[np.float64]

TARGET = (70.0, 180.0)  # mg/dL (Battelino 2019)
AIM = 0.7  # of the time in range, what most people with diabetes aim at (the same)
STRETCH = 14  # days of a report
DAY = 1440.0
MEALS = (("breakfast", 300, 630), ("lunch", 660, 900), ("dinner", 1020, 1320))  # minutes between which a meal is one
LEAST_MEALS = 5
MEANT = {  # what the figures that are known by their letters are about
    "spread by the mean (CV)": "steady is under 36 %",
    "GMI": "glucose management indicator: the long-term sugar (HbA1c) that this mean goes with",
    "LBGI": "low blood glucose index: the risk of lows, little under 2.5",
    "HBGI": "high blood glucose index: the risk of highs, little under 4.5",
    "GRI": "glycaemia risk index: 0 best to 100",
}
FRESH = timedelta(minutes=15)  # a newest reading that is older tells nothing of now
BEFORE, AHEAD = 180, 120  # minutes on the small chart of now


@dataclass(frozen=True, slots=True)
class Spell:
    """One day's readings on the person's clock: minutes after midnight and mg/dL."""

    day: date
    minutes: Floats
    values: Floats


def spells(twin: Twin, newest: date) -> tuple[list[Spell], list[float]]:
    """The days of the newest fortnight, of each those of the source that told most, and when carbohydrates were noted
    in it (minutes after midnight)."""
    import polars as pl

    days = [newest - timedelta(days=STRETCH - 1 - place) for place in range(STRETCH)]
    rows = twin.series("glucose", since=days[0], until=newest).filter(pl.col("value").is_finite())
    rows = rows.with_columns(day=pl.col("local").dt.date()).filter(pl.col("day").is_between(days[0], newest))
    most = rows.group_by("day", "source").len().sort("len", "source").group_by("day").last()
    kept = rows.join(most.select("day", "source"), on=["day", "source"], how="semi").sort("local")
    told = {key[0]: some for key, some in kept.partition_by("day", as_dict=True).items()}
    meals = twin.series("meal.carbs", since=days[0], until=newest)
    return [_spell(at, told.get(at)) for at in days], _minutes(meals).tolist() if meals.height else []


def _spell(day: date, rows: pl.DataFrame | None) -> Spell:
    if rows is None:
        return Spell(day, np.empty(0), np.empty(0))
    return Spell(day, _minutes(rows), rows["value"].to_numpy().astype(np.float64))


def _minutes(rows: pl.DataFrame) -> Floats:
    """Minutes after midnight on the person's clock."""
    at = rows["local"].to_physical().to_numpy() / 6e7
    return np.asarray(at % DAY, dtype=np.float64)


def glucose(visit: Visit, found: Body, at: date | datetime | None) -> dict[str, Any]:
    """All that is told of glucose."""
    one = next(finding for finding in found.findings if finding.chapter == "glucose")
    read = measure("glucose", "mg/dL")
    newest = date.fromisoformat(one.newest)
    days, meals = visit.made("body.spells", lambda twin: spells(twin, newest), newest)
    return {
        "title": _title(visit, one),
        "lead": _lead(visit, one, days),
        "agp": _profile(visit, one, days, meals, read) if _profiled(one) else None,
        "range": _range(visit, one, read),
        "numbers": _numbers(one),
        "days": _days(visit, days, read),
        "unit": read.words,
        "aims": read.bare(*TARGET),
        "now": _now(visit, read, at),
        "low": _low(visit, found, at),
        "finding": one,
    }


def _title(visit: Visit, one: Finding) -> str:
    """What the part is called: a usual day only where one can be drawn."""
    if not _profiled(one):
        return texts(visit.lang)("body.agp_soon", days=count(one.n, "day"))
    return texts(visit.lang)("body.agp_title", days=spelled(one.n, "day").partition(" ")[0])


def _lead(visit: Visit, one: Finding, days: list[Spell]) -> tuple[str, str]:
    """How much of the day is in range; when it is left most, and when it is steadiest."""
    t = texts(visit.lang)
    share = one.lines[0].value
    kind = "most" if share >= 70 else "half" if share >= 45 else "less"
    first = t(f"body.range_{kind}", share=f"{share:.0f}")
    said = []
    if worst := _worst(days):
        hour, times, side = worst
        said.append(t(f"body.leaves_{side}", hour=clock(60 * hour), times=times, days=count(_told(days), "day")))
    if one.profile and (steady := _steady(one)) is not None:
        said.append(t("body.steady", since=clock(steady), until=clock(steady + 180)))
    return first, " ".join(said)


def _told(days: list[Spell]) -> int:
    return sum(len(one.values) > 0 for one in days)


def _worst(days: list[Spell]) -> tuple[int, int, str] | None:
    """The hour in which most days were outside the range, on how many, and on which side."""
    counts = {}
    for side in ("above", "below"):
        for hour in range(24):
            counts[hour, side] = sum(_outside(one, hour, side) for one in days)
    (hour, side), times = max(counts.items(), key=lambda item: item[1])
    return (hour, times, side) if times >= 2 else None


def _outside(one: Spell, hour: int, side: str) -> bool:
    there = one.values[(one.minutes >= 60 * hour) & (one.minutes < 60 * (hour + 1))]
    return bool(len(there)) and bool(there.max() > TARGET[1] if side == "above" else there.min() < TARGET[0])


def _steady(one: Finding) -> float | None:
    """The minute from which three hours differ least from day to day."""
    minutes, low, high = (_column(one, name) for name in ("minute", "p5", "p95"))
    wide = high - low
    if len(minutes) < 24 or not np.isfinite(wide).all():
        return None
    span = max(round(180 / (minutes[1] - minutes[0])), 1)
    means = [wide[place : place + span].mean() for place in range(len(wide) - span + 1)]
    return float(round(minutes[int(np.argmin(means))] / 60) * 60)


def _column(one: Finding, name: str) -> Floats:
    return np.array([np.nan if value is None else value for value in one.profile[name]], dtype=np.float64)


def _profiled(one: Finding) -> bool:
    """Whether any minute of the day has been met on enough days to have a middle."""
    return bool(one.profile) and bool(np.isfinite(_column(one, "p50")).any())


def _profile(visit: Visit, one: Finding, days: list[Spell], meals: list[float], read: Measure) -> dict[str, Any]:
    """The profile, its sentence and its table."""
    t = texts(visit.lang)
    minutes = _column(one, "minute")
    p5, p25, p50, p75, p95 = (read.offset + read.scale * _column(one, f"p{share}") for share in (5, 25, 50, 75, 95))
    band = Band(read(TARGET[0]), read(TARGET[1]), t("body.target"))
    worst = _worst(days)
    notes = []
    if worst and worst[2] == "above":
        said = t("body.agp_note", limit=read.axis(TARGET[1]), times=worst[1], days=_told(days))
        notes = [(60.0 * worst[0] + 30, said)]
    says = t("body.agp_says", days=count(one.n, "day"), low=read.one(float(np.nanmin(_column(one, "p50")))),
             high=read.one(float(np.nanmax(_column(one, "p50")))))  # fmt: skip
    chart = agp.Agp(minutes, p50, (p25, p75), (p5, p95), read, band, _meals(visit, meals), notes)
    plain = Measure(read.unit)
    rows = [(clock(at), *(plain.axis(line[place], line[place] * 0.97) for line in (p5, p25, p50, p75, p95)))
            for place, at in enumerate(minutes) if at % 120 == 0]  # fmt: skip
    return {"chart": agp.draw(chart, name="agp", says=says), "says": says, "rows": rows}


def _meals(visit: Visit, at: list[float]) -> list[tuple[float, str]]:
    """Where meals usually lie, of those that were noted often enough."""
    t = texts(visit.lang)
    told = []
    for name, first, last in MEALS:
        some = [one for one in at if first <= one < last]
        if len(some) >= LEAST_MEALS:
            told.append((float(np.median(some)), t(f"body.{name}")))
    return told


def _range(visit: Visit, one: Finding, read: Measure) -> dict[str, Any]:
    """Time in range as a bar, with how long each part is a day."""
    t = texts(visit.lang)
    inside, lowest, lower, higher, highest = one.lines[:5]
    span = t("body.in_range", share=f"{inside.value:.0f}")
    expected = ""
    if inside.low is not None and inside.high is not None:
        expected = t("body.range_wide", low=f"{inside.low:.0f}", high=f"{inside.high:.0f}")

    def part(line: Line, kind: str, word: str) -> range_bar.Part:
        much = t("body.a_day", time=duration(line.value * DAY / 100)) if line.value >= 0.05 else ""
        said = f"{line.value:.0f} %" if line.value >= 0.5 else t("body.none") if not line.value else "< 1 %"
        return range_bar.Part(line.value / 100, kind, f"{t(f'body.{word}')} {said}", much)

    parts = [part(lowest, "below", "very_low"), part(lower, "below", "low"),
             range_bar.Part(inside.value / 100, "usual", span), part(higher, "above", "high"),
             part(highest, "above", "very_high")]  # fmt: skip
    says = t("body.range_says", share=f"{inside.value:.0f}", range=read.range(*TARGET),
             below=_share(lowest.value + lower.value), above=_share(higher.value + highest.value))  # fmt: skip
    bar = range_bar.RangeBar(parts, AIM, t("body.aim", share=f"{100 * AIM:.0f}"), expected)
    rows = [(edged(line), *figures(line), duration(line.value * DAY / 100)) for line in one.lines[:5]]
    return {"chart": range_bar.draw(bar, name="range", says=says), "says": says, "rows": rows}


def _share(value: float) -> str:
    """Per cent as a figure; what is there but little is never told as none.

    >>> _share(8.4), _share(0.2), _share(0.0)
    ('8', 'under 1', '0')
    """
    return "under 1" if 0 < value < 0.5 else f"{value:.0f}"


def _numbers(one: Finding) -> list[tuple[str, str, str, str]]:
    """The figures beside it, each with its range and a few words."""
    return [(edged(line), *figures(line), line.note or MEANT.get(line.name, "")) for line in one.lines[5:]]


def _days(visit: Visit, days: list[Spell], read: Measure) -> dict[str, Any]:
    """Each day small, with its highest, or its lowest where that was under the range."""
    t = texts(visit.lang)
    cells: list[day_grid.Day] = []
    rows: list[tuple[str, ...]] = []
    for one in days:
        title = f"{WEEKDAYS[one.day.weekday()][:3]} {one.day.day}"
        if not len(one.values):
            cells.append(day_grid.Day(title, one.minutes, one.values, t("body.no_readings")))
            rows.append((title, t("body.no_readings"), "", "", ""))
            continue
        least, most = float(one.values.min()), float(one.values.max())
        kind = "below" if least < TARGET[0] else "above" if most > TARGET[1] else ""
        worth = least if kind == "below" else most
        sign = {"below": "▼ ", "above": "▲ "}.get(kind, "")
        inside = float(((one.values >= TARGET[0]) & (one.values <= TARGET[1])).mean())
        cells.append(day_grid.Day(title, one.minutes, [read(value) for value in one.values],
                                  f"{sign}{read.axis(worth, worth - 12)}", kind))  # fmt: skip
        worths = (float(one.values.mean()), least, most)
        rows.append((title, *(read.axis(value, value - 12) for value in worths), f"{100 * inside:.0f} %"))
    outside = sum(bool(one.kind) for one in cells)
    says = t("body.days_says", outside=outside, days=count(_told(days), "day"))
    grid = day_grid.DayGrid(cells, Band(read(TARGET[0]), read(TARGET[1])))
    return {"chart": day_grid.draw(grid, name="each", says=says), "says": says, "rows": rows}


def _now(visit: Visit, read: Measure, at: date | datetime | None) -> dict[str, Any] | None:
    """The newest value and what comes in two hours; None while that is worked out, or where nothing comes."""
    t = texts(visit.lang)
    try:
        ahead: Forecast | None = visit.try_ask("forecast", "glucose", minutes=AHEAD, at=at)
    except SelftwinError:
        return None
    if ahead is None or not ahead.steps:
        return {"waits": True} if ahead is None else None
    made = datetime.fromisoformat(ahead.made_at)
    zone = ZoneInfo(visit.zones.at(made))
    around = [(made + timedelta(days=by)).date() for by in (-1, 1)]
    rows = visit.twin.series("glucose", since=around[0], until=around[1])
    past = [(when, value) for when, value in rows.select("at", "value").iter_rows()
            if value is not None and made - timedelta(minutes=BEFORE) <= when <= made]  # fmt: skip
    steps = [step for step in ahead.steps if step.mean is not None]
    if not past or not steps:
        return None
    here = [when.astimezone(zone).replace(tzinfo=None) for when, _ in past]
    now, last = here[-1], past[-1][1]
    then = [datetime.fromisoformat(step.at).astimezone(zone).replace(tzinfo=None) for step in steps]
    lows, highs = ([read(bound) if bound is not None else np.nan for bound in side]
                   for side in zip(*(widest(step) for step in steps), strict=True))  # fmt: skip
    middle = [read(step.mean or 0.0) for step in steps]
    half = ([read(step.lo50 or 0.0) for step in steps], [read(step.hi50 or 0.0) for step in steps])
    cone = Cone(then, middle, half if steps[0].lo50 is not None else None, (lows, highs))
    guess = Guess(then, middle, lows, highs)
    low_, high_ = widest(steps[-1])
    says = t("body.now_says", now=read.one(last, last - 12), at=f"{then[-1]:%H:%M}",
             range=read.range(low_ or last, high_ or last))  # fmt: skip
    target = Band(read(TARGET[0]), read(TARGET[1]))
    chart = moments.Moments(here[0], then[-1], here, [read(value) for _, value in past], read, now=now,
                            now_words=f"{now:%H:%M}", ahead=None if is_guess(ahead) else cone,
                            guess=guess if is_guess(ahead) else None, target=target, ends=True)  # fmt: skip
    old = datetime.now(UTC) - made
    table = [(f"{moment:%H:%M}", *_step(read, *widest(step))) for moment, step in zip(then, steps, strict=True)][3::4]
    is_old = "" if old <= FRESH else t("body.old_reading", at=f"{now:%H:%M}", day=day(now.date()))
    return {"waits": False, "value": read.axis(last, last - 12), "unit": read.words, "says": says, "rows": table,
            "way": _way(visit, past), "chart": moments.draw(chart, name="now", says=says), "method": ahead.method,
            "old": is_old}  # fmt: skip


def _step(read: Measure, low_: float | None, high_: float | None) -> tuple[str]:
    return (read.range(low_, high_) if low_ is not None and high_ is not None else "",)


def _way(visit: Visit, past: list[tuple[datetime, float]]) -> str:
    """Steady, rising or falling over the last quarter of an hour."""
    t = texts(visit.lang)
    (first, before), (last, value) = past[max(len(past) - 4, 0)], past[-1]
    minutes = (last - first) / timedelta(minutes=1)
    slope = (value - before) / minutes if minutes else 0.0
    return t("body.steady_now" if abs(slope) < 0.5 else "body.rising" if slope > 0 else "body.falling")


def _low(visit: Visit, found: Body, at: date | datetime | None) -> dict[str, Any] | None:
    """Whether a low is coming, at the false alarms a day that were asked for."""
    budget = _budget(visit)
    moment = datetime.fromisoformat(found.made_at) if found.note and at is None else at
    try:
        told: LowAlert = visit.ask("low_alert", at=moment, budget=budget)
    except NothingYet as reason:
        return {"lines": [str(reason)], "fires": False, "budget": f"{budget:g}", "waits": False}
    except Preparing:
        visit.stale = True
        return {"waits": True, "lines": [], "fires": False, "budget": f"{budget:g}"}
    return {"waits": False, "lines": low(told), "fires": told.fires, "budget": f"{budget:g}"}


def _budget(visit: Visit) -> float:
    try:
        return min(max(float(visit.query.get("budget", "") or 0.5), 0.05), 5.0)
    except ValueError:
        return 0.5
