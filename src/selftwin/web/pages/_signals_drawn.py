"""One signal as pictures: its days with what is usual and expected, twelve months by day, and seven kinds of day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts import calendar, weekdays
from selftwin.web.charts import days as days_chart
from selftwin.web.charts.believed import Band, Cone, Guess
from selftwin.web.charts.happened import Lapse
from selftwin.web.pages import _now_named
from selftwin.web.pages._signals_usual import STEP, levels
from selftwin.web.rendering import texts
from selftwin.wording.believed import FULL, is_guess, widest
from selftwin.wording.words import MONTHS, WEEKDAYS, count, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from selftwin.vocabulary.estimate import Step
    from selftwin.web.charts.happened import Event
    from selftwin.web.pages._signals_known import Floats, Known
    from selftwin.web.pages._signals_usual import Usual

SPANS = (("4w", 28), ("3m", 91), ("1y", 365), ("all", 0))
SPAN = "3m"
WEEKS = 26  # of which the seven kinds of day are made
LEAST = 4  # of each weekday
DAY = 86_400.0  # seconds
EPOCH = date(1970, 1, 1)
EVENTS = 24  # life events above a chart; all of them stand on the timeline
BANDED = 400  # days whose usual is drawn day by day; of more, week by week
TABLE = 400  # days in the table behind a chart; the rest lies in the readings below


@dataclass(frozen=True, slots=True)
class Window:
    """What is looked at: the days from first to last, and which choice of span that is."""

    first: date
    last: date
    span: str

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.last - self.first).days + 1

    def before(self) -> Window:
        """As many days just before."""
        return Window(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.span)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with its sentence and the table behind it."""

    svg: Markup
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    grammar: dict[str, Any] = field(default_factory=dict)


def window(known: Known, span: str, until: str = "") -> Window:
    """The span that was chosen, up to a day where one was; the whole life of the signal for `all`."""
    try:
        last = min(date.fromisoformat(until), known.today)
    except ValueError:
        last = known.today
    if known.at and (known.today - known.at[-1]).days > dict(SPANS).get(span, 91) and not until:
        last = known.at[-1]  # nothing lately: what there is
    length = dict(SPANS).get(span, dict(SPANS)[SPAN])
    first = known.at[0] if not length and known.at else last - timedelta(days=max(length, 2) - 1)
    return Window(min(first, last), last, span if span in dict(SPANS) else SPAN)


def pictured(known: Known, past: Usual | None, events: Sequence[Event], seen: Window, says: str,
             name: str = "days") -> Drawn:  # fmt: skip
    """The days of a window, with the forecast where it reaches up to today."""
    there, read = known.within(seen.first, seen.last), known.read
    at, values = known.at[there], known.values[there]
    now = seen.last >= known.today - timedelta(days=1)
    steps = _steps(known) if now else []
    drawn = days_chart.Days(
        at, known.shown(values), read, usual=_band(known, past, there), today=known.today if now else None,
        ahead=_cone(known, steps), guess=_guess(known, steps), events=_within(events, seen),
        sunk=_ill(events, seen), missing=_missing(known), floor=0.0 if _counted(known) else None,
        names=_now_named.names(known.today),
    )  # fmt: skip
    t = texts("en")
    columns = (t("signals.column_day"), t("signals.column_value"), t("signals.column_usual"))
    rows = tuple(_rows(known, past, there, steps))
    return Drawn(days_chart.draw(drawn, name=name, says=says), says, columns, rows, grammar(known, past, events, seen))


def grammar(known: Known, past: Usual | None, events: Sequence[Event], seen: Window) -> dict[str, Any]:
    """What the chart that can be moved must know beside its columns: in seconds on the person's clock, values in the
    signal's unit, over the whole time."""
    if not known.at:
        return {}
    told: dict[str, Any] = {
        "today": _seconds(known.today), "now": _now_named.named(known.today),
        "from": _seconds(seen.first), "until": _seconds(seen.last) + DAY,
        "events": [{"at": _seconds(one.at), "words": one.words} for one in events],
        "sunk": [[_seconds(one.first), _seconds(one.last) + DAY] for one in _ill(events, Window(
            known.at[0], known.today, ""))], "missing": _missing(known),
    }  # fmt: skip
    if known.read.clock:
        told["as"] = "clock"
    normal = known.normal
    if past is not None and past.places.size > 1 and normal is not None and normal.level == FULL:
        told["usual"] = {"at": [_seconds(known.at[place]) for place in past.places.tolist()],
                         "low": past.low.round(4).tolist(), "high": past.high.round(4).tolist()}  # fmt: skip
    steps = _steps(known)
    if steps and not is_guess(known.forecast) and (known.today - known.at[-1]).days <= 1:
        told["next"] = _next(steps)
    last = max(_seconds(known.today), *(told["next"]["at"] if "next" in told else [0.0])) + DAY
    return told | {"whole": [_seconds(known.at[0]), last], "until": last if seen.last == known.today else told["until"]}


def _next(steps: Sequence[Step]) -> dict[str, Any]:
    told: dict[str, Any] = {"at": [_seconds(date.fromisoformat(one.at[:10])) for one in steps],
                            "middle": [one.mean for one in steps]}  # fmt: skip
    for name, level in (("half", "50"), ("nine", "90")):
        bounds = [[getattr(one, f"{side}{level}") for one in steps] for side in ("lo", "hi")]
        if not any(None in some for some in bounds):
            told[name] = bounds
    return told


def _seconds(moment: date) -> float:
    return (moment.toordinal() - EPOCH.toordinal()) * DAY


def _missing(known: Known) -> str:
    if not known.everyday:
        return ""
    return texts("en")("signals.not_worn" if known.spell == "night" else "signals.not_noted")


def _counted(known: Known) -> bool:
    return bool(known.signal.zero_inflated or (known.signal.low == 0.0 and known.values.min(initial=1.0) == 0.0))


def _within(events: Sequence[Event], seen: Window) -> list[Event]:
    last = seen.last + timedelta(days=14)
    return [one for one in events if _last(one) >= seen.first and _day(one.at) <= last][-EVENTS:]


def _day(moment: date) -> date:
    return date(moment.year, moment.month, moment.day)


def _last(event: Event) -> date:
    return _day(event.until or event.at)


def _ill(events: Sequence[Event], seen: Window) -> list[Lapse]:
    """What lasted and is called by a word for illness, sunk into the paper."""
    words = texts("en")("signals.illness").split()
    return [Lapse(_day(one.at), _last(one)) for one in _within(events, seen)
            if any(word in words for word in one.words.casefold().split())]  # fmt: skip


def _band(known: Known, past: Usual | None, there: slice) -> Band | None:
    normal, read = known.normal, known.read
    if normal is None or normal.low is None or normal.high is None:
        return None
    t = texts("en")
    words = t("signals.usual_nights" if known.spell == "night" else "signals.usual_days",
              share=t("signals.nine" if normal.level == FULL else "signals.half"))  # fmt: skip
    trust = normal.trust if normal.level == FULL else Trust.FIRST
    if past is not None:
        step = 1 if there.stop - there.start <= BANDED else STEP
        places = np.arange(there.start, there.stop, step)
        low, _, high = past.on(places)
        told = np.isfinite(low)
        if told.sum() > 1:
            at = [known.at[place] for place in places[told].tolist()]
            edges = np.sort(np.stack([known.shown(low[told]), known.shown(high[told])]), axis=0)
            return Band(edges[0], edges[1], words, at=at, trust=trust)
    a, b = sorted((read(normal.low), read(normal.high)))
    return Band(a, b, words, trust=trust)


def _steps(known: Known) -> list[Step]:
    """What is foretold of the days after the newest that anything is known of."""
    steps = known.forecast.steps if known.forecast else ()
    return [one for one in steps if one.mean is not None and date.fromisoformat(one.at[:10]) > known.at[-1]]


def _cone(known: Known, steps: Sequence[Step]) -> Cone | None:
    if not steps or is_guess(known.forecast):
        return None
    at = [date.fromisoformat(one.at[:10]) for one in steps]
    middle = [known.read(one.mean or 0.0) for one in steps]
    return Cone(at, middle, _edges(known, steps, "50"), _edges(known, steps, "90"))


def _edges(known: Known, steps: Sequence[Step], level: str) -> tuple[list[float], list[float]] | None:
    pairs = [(getattr(one, f"lo{level}"), getattr(one, f"hi{level}")) for one in steps]
    if any(None in pair for pair in pairs):
        return None
    both = [sorted((known.read(a), known.read(b))) for a, b in pairs]
    return [a for a, _ in both], [b for _, b in both]


def _guess(known: Known, steps: Sequence[Step]) -> Guess | None:
    if not steps or not is_guess(known.forecast):
        return None
    middle = [known.read(one.mean or 0.0) for one in steps]
    bounds = [widest(one) for one in steps]
    low = [mid if one is None else known.read(one) for mid, (one, _) in zip(middle, bounds, strict=True)]
    high = [mid if one is None else known.read(one) for mid, (_, one) in zip(middle, bounds, strict=True)]
    return Guess([date.fromisoformat(one.at[:10]) for one in steps], middle, low, high)


def _rows(known: Known, past: Usual | None, there: slice, steps: Sequence[Step]) -> list[tuple[str, ...]]:
    """The newest days first, each with what was usual then; above them what is expected."""
    t, read = texts("en"), known.read
    there = slice(max(there.start, there.stop - TABLE), there.stop)
    values = known.values[there].tolist()
    low, high = (None, None) if past is None else past.on(np.arange(there.start, there.stop))[::2]
    rows, ends = [], (min(values), max(values)) if values else ()
    for number, (when, value) in enumerate(zip(known.at[there], values, strict=True)):
        usual = "" if low is None or high is None or np.isnan(low[number]) else read.bare(low[number], high[number])
        rows.append((day(when), read.one(value, *ends), usual))
    ahead = [(day(date.fromisoformat(one.at[:10])), t("signals.expected", range=_range(known, one)), "")
             for one in steps]  # fmt: skip
    return [*reversed(ahead), *reversed(rows)]


def _range(known: Known, step: Step) -> str:
    low, high = widest(step)
    return known.read.one(step.mean or 0.0) if low is None or high is None else known.read.range(low, high)


def months(known: Known, past: Usual, name: str = "months") -> Drawn | None:
    """Twelve months, day by day; None where nothing of them is known."""
    last = known.today
    first = date(last.year - 1, last.month, 1)
    first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    found = levels(known, past, first)
    if not found:
        return None
    begin = max(first, known.at[0])
    every: dict[date, int | None] = {
        one: found.get(one) for one in (begin + timedelta(days=n) for n in range((last - begin).days + 1))
        if known.everyday or one in found
    }  # fmt: skip
    t = texts("en")
    outside = sum(abs(level) == 2 for level in found.values())
    says = t("signals.months_say", outside=outside, all=count(len(found), known.spell))
    shown = calendar.Calendar(every, today=last, note=lambda many: t("signals.outside", count=many))
    columns = tuple(t(f"signals.column_{name}") for name in ("month", "above", "below", "known"))
    return Drawn(calendar.draw(shown, name=name, says=says), says, columns, tuple(_month_rows(found)))


def _month_rows(found: dict[date, int]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for year, month in sorted({(one.year, one.month) for one in found}):
        there = [level for one, level in found.items() if (one.year, one.month) == (year, month)]
        rows.append((f"{MONTHS[month - 1]} {year}", str(there.count(2)), str(there.count(-2)), str(len(there))))
    return rows


def kinds(known: Known, name: str = "kinds") -> Drawn | None:
    """Seven kinds of day from the last half year; None where a weekday was hardly seen."""
    there = known.within(known.today - timedelta(weeks=WEEKS), known.today)
    by_day: list[list[float]] = [[] for _ in WEEKDAYS]
    for when, value in zip(known.at[there], known.values[there].tolist(), strict=True):
        by_day[when.weekday()].append(value)
    if min(map(len, by_day)) < LEAST:
        return None
    read, t = known.read, texts("en")
    shown = [_kind(known, place, values) for place, values in enumerate(by_day)]
    newest = known.at[-1]
    odd = known.normal is not None and bool(known.normal.outside) and known.normal.level == FULL
    value = float(known.values[-1])
    said = t("signals.newest", value=read.axis(value, *_ends(known.values[there])))
    week = weekdays.Weekdays(shown, read, today=newest.weekday(), now=read(value), odd=odd, words=said)
    middles = [float(np.median(values)) for values in by_day]
    high, low = int(np.argmax(middles)), int(np.argmin(middles))
    figures = [read.axis(one, *middles) for one in middles]
    says = t("signals.kinds_say", high=WEEKDAYS[high], most=figures[high], low=WEEKDAYS[low], least=figures[low])
    columns = tuple(t(f"signals.column_{name}") for name in ("weekday", "middle", "half", "nine"))
    rows = tuple(
        (WEEKDAYS[place], figures[place], read.bare(*np.quantile(values, [0.25, 0.75]).tolist()),
         read.bare(*np.quantile(values, [0.05, 0.95]).tolist()))
        for place, values in enumerate(by_day)
    )  # fmt: skip
    return Drawn(weekdays.draw(week, name=name, says=says), says, columns, rows)


def _ends(values: Floats) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _kind(known: Known, place: int, values: Sequence[float]) -> weekdays.Kind:
    shown = known.shown(np.asarray(values))
    low, half_low, middle, half_high, high = np.quantile(shown, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
    return weekdays.Kind(WEEKDAYS[place], low, half_low, middle, half_high, high, shown)
