"""The rest of the day of a glucose sensor: recorded up to now, then what is expected, with sleep and meals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin.vocabulary.errors import SelftwinError
from selftwin.web.charts import moments
from selftwin.web.charts.believed import Cone, Guess
from selftwin.web.charts.happened import Event, Lapse
from selftwin.web.rendering import texts
from selftwin.wording.believed import held, is_guess, widest
from selftwin.wording.measures import duration, measure
from selftwin.wording.words import GUESS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import polars as pl
    from markupsafe import Markup

    from selftwin.twin import Twin
    from selftwin.vocabulary.estimate import Forecast, Step
    from selftwin.wording.measures import Measure

GLUCOSE, MEALS = "glucose", "meal.carbs"
LEAST = 24  # readings of a day that make it a sensor's
SHORTEST, EACH = timedelta(hours=6), 5  # ahead at least; minutes between two steps of a sensor's forecast
Sleep = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Rest:
    """The picture with its sentence, its caption and its table."""

    svg: Markup
    says: str
    caption: str
    columns: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]


def rest(twin: Twin, day: date) -> Rest | None:
    """The rest of a day, None where no sensor spoke on it."""
    if not any(one.signal.key == GLUCOSE for one in twin.held()):
        return None
    rows = twin.series(GLUCOSE, since=day, until=day).drop_nulls("value").sort("local")
    if rows.height < LEAST:
        return None
    now: datetime = rows["local"][-1]
    end = max(datetime.combine(day, time()) + timedelta(days=1), now + SHORTEST)
    forecast, silent = _ahead(twin, rows["at"][-1], end - now)
    zone = ZoneInfo(twin.zones.at(rows["at"][-1]))
    steps = [(_local(step, zone), step) for step in (forecast.steps if forecast else ()) if step.mean is not None]
    return _drawn(rows, [one for one in steps if one[0] <= end], forecast, silent, _sleep(twin, day),
                  _meals(twin, day), (datetime.combine(day, time()), end))  # fmt: skip


def _ahead(twin: Twin, newest: datetime, left: timedelta) -> tuple[Forecast | None, str]:
    """What comes next, or why that cannot be said."""
    minutes = max(EACH, round(left / timedelta(minutes=1)) // EACH * EACH)
    try:
        return twin.forecast(GLUCOSE, minutes=minutes, at=newest), ""
    except SelftwinError as error:
        return None, str(error)


def _local(step: Step, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(step.at).astimezone(zone).replace(tzinfo=None)


def _sleep(twin: Twin, day: date) -> list[Sleep]:
    """The night that ended on this day, where it is known from when to when."""
    found = [twin.days(key, since=day, until=day)["value"].drop_nulls() for key in ("sleep.start", "sleep.end")]
    if not all(len(one) for one in found):
        return []
    midnight = datetime.combine(day, time())
    first, last = (midnight + timedelta(minutes=float(one[0])) for one in found)
    return [(first, last)] if first < last else []


def _meals(twin: Twin, day: date) -> list[Event]:
    """What was eaten on this day, told once where two apps tell it."""
    seen: dict[datetime, Event] = {}
    for at, value, unit in twin.series(MEALS, since=day, until=day).select("local", "value", "unit").iter_rows():
        if value is not None and not any(abs(at - other) < timedelta(minutes=10) for other in seen):
            seen[at] = Event(at, _amount(value, measure(MEALS, unit)))
    return list(seen.values())


def _amount(value: float, read: Measure) -> str:
    return f"{read(value):.0f} {read.words}".rstrip()


def _drawn(
    rows: pl.DataFrame, steps: Sequence[tuple[datetime, Step]], forecast: Forecast | None, silent: str,
    sleep: Sequence[Sleep], meals: Sequence[Event], span: tuple[datetime, datetime],
) -> Rest:  # fmt: skip
    t, read = texts("en"), measure(GLUCOSE, str(rows["unit"][0]))
    now: datetime = rows["local"][-1]
    values = [read(value) for value in rows["value"].to_list()]
    asleep = [Lapse(max(first, span[0]), last, t("today.rest.asleep", span=duration((last - first).seconds / 60)))
              for first, last in sleep]  # fmt: skip
    guess = is_guess(forecast)
    drawn = moments.Moments(
        *span, rows["local"].to_numpy(), values, read, now=now, now_words=f"{now:%H:%M}",
        ahead=None if guess else _cone(steps, read), guess=_whiskers(steps, read) if guess else None,
        nights=[Lapse(one.first, one.last) for one in asleep], asleep=asleep, events=meals,
        missing=t("today.rest.missing"),
    )  # fmt: skip
    says = _says(rows, steps, read)
    return Rest(moments.draw(drawn, name="rest", says=says), says, _caption(forecast, silent, now, read, guess=guess),
                (t("today.rest.time"), t("today.rest.recorded"), t("today.rest.expected")),
                tuple(_table(rows, steps, read)))  # fmt: skip


def _cone(steps: Sequence[tuple[datetime, Step]], read: Measure) -> Cone | None:
    if not steps:
        return None

    def edges(low: str, high: str) -> tuple[list[float], list[float]] | None:
        pairs = [(getattr(step, low), getattr(step, high)) for _, step in steps]
        if any(None in pair for pair in pairs):
            return None
        return [read(a) for a, _ in pairs], [read(b) for _, b in pairs]

    middle = [read(step.mean) for _, step in steps if step.mean is not None]
    return Cone([at for at, _ in steps], middle, edges("lo50", "hi50"), edges("lo90", "hi90"))


def _whiskers(steps: Sequence[tuple[datetime, Step]], read: Measure) -> Guess | None:
    """A simple guess, an hour from whisker to whisker."""
    shown = [(at, step) for at, step in steps if step.mean is not None][:: 60 // EACH]
    if not shown:
        return None
    middle = [read(step.mean) for _, step in shown if step.mean is not None]
    bounds = [widest(step) for _, step in shown]
    low = [mid if one is None else read(one) for mid, (one, _) in zip(middle, bounds, strict=True)]
    high = [mid if one is None else read(one) for mid, (_, one) in zip(middle, bounds, strict=True)]
    return Guess([at for at, _ in shown], middle, low, high)


def _caption(forecast: Forecast | None, silent: str, now: datetime, read: Measure, *, guess: bool) -> str:
    t, unit, at = texts("en"), read.words, f"{now:%H:%M}"
    if forecast is None or silent:
        return t("today.rest.recorded_only", unit=unit, time=at, reason=silent)
    words = t("today.rest.words", unit=unit, time=at)
    if not guess:
        return words
    return f"{words} {t('today.rest.guess', name=forecast.method.removeprefix(f'{GUESS}: '))}"


def _says(rows: pl.DataFrame, steps: Sequence[tuple[datetime, Step]], read: Measure) -> str:
    """The picture in a sentence."""
    t, known = texts("en"), rows["value"].to_list()
    low, high = (read.one(edge, *known) for edge in (min(known), max(known)))
    said = t("today.rest.says", time=f"{rows['local'][-1]:%H:%M}", low=low, high=high, end="{end}", range="{range}")
    if not steps:
        return said.partition(". ")[0] + "."
    at, step = steps[-1]
    return said.format(end=f"{at:%H:%M}", range=_range(step, read))


def _range(step: Step, read: Measure) -> str:
    low, high = widest(step)
    if low is None or high is None:
        return read.one(step.mean or 0.0)
    return f"{read.range(low, high)}{held(step)}"


def _table(rows: pl.DataFrame, steps: Sequence[tuple[datetime, Step]], read: Measure) -> list[tuple[str, str, str]]:
    """An hour in a row: the lowest and highest that was recorded, then what is expected at its end."""
    hours: dict[datetime, list[float]] = {}
    for at, value in rows.select("local", "value").iter_rows():
        hours.setdefault(at.replace(minute=0, second=0, microsecond=0), []).append(value)
    past = [(f"{hour:%H:%M}", read.range(min(some), max(some)), "") for hour, some in hours.items()]
    return [*past, *((f"{at:%H:%M}", "", _range(step, read)) for at, step in steps[11::12])]
