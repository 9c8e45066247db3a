"""What can be moved on the page What if: a slider for every habit that a simulator takes, and one for what is done
once, each from what the person has lived. A slider holds a change; nothing a person is stands in its address."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin import discover
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.scenario import Way
from selftwin.vocabulary.signal import Kind
from selftwin.wording.measures import CLOCKS, MINUTES, Measure, measure
from selftwin.wording.phrases import short

if TYPE_CHECKING:
    import polars as pl

    from selftwin.twin import Twin
    from selftwin.vocabulary.model import Simulator
    from selftwin.vocabulary.scenario import Do

FIRST = ("energy.intake", "sleep.duration", "steps", "activity.exercise", "alcohol.drinks", "meal.salt", "caffeine",
         "training.load", "sleep.start", "sleep.end", "weight", "sleep.midpoint.spread", "meal.carbs")  # fmt: skip
ONCE = (("meal.carbs", "", 150.0, "12:30"), ("workout", "walking", 120.0, "13:00"), ("caffeine", "", 400.0, "16:00"),
        ("alcohol.drinks", "", 6.0, "20:00"), ("insulin.rapid", "", 12.0, "12:30"),
        ("insulin.bolus", "", 12.0, "12:30"), ("insulin.correction", "", 12.0, "12:30"))  # fmt: skip
NEVER_DAILY = ("alcohol.grams",)  # no model takes a change of it; the drinks are what is asked for
MEDICINE = "insulin"
RECENT, LIVED = 28, 365  # days that are now, and that were lived
BEYOND = 0.4  # of what was lived, how far a slider goes past it
_COUNTED = {Kind.QUANTITY, Kind.STATE}
SHOWN = 6  # sliders that stand in sight


@dataclass(frozen=True, slots=True)
class Lived:
    """What was lived of a signal: the mean of the last four weeks, and its lowest and highest week of a year (None: it
    was never recorded); the most of it at one time."""

    now: float | None = None
    low: float | None = None
    high: float | None = None
    once: float = 0.0


@dataclass(frozen=True, slots=True)
class Lever:
    """A slider: `key` is what a step is on, `name` its field; all figures are in the person's unit, and changes but
    where something is done once (`clock` is when)."""

    name: str
    key: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    lived_low: float
    lived_high: float
    known: bool
    words: str = ""
    clock: str = ""
    each: str = ""

    @property
    def once(self) -> bool:
        """Whether it is done once, at a time of day."""
        return bool(self.clock)

    def says(self, value: float, days: int, clock: str = "") -> str:
        """The step of this much, in the grammar of `imagine`."""
        if self.once:
            return " ".join(filter(None, (self.key, self.words, f"{value:g} {self.unit}", f"at {clock or self.clock}")))
        return f"{self.key} {value:+g} {self.unit}{self.each} for {days} d"

    def holds(self, step: Do) -> bool:
        """Whether a step is one that this slider can show."""
        if step.signal != self.key or step.words != self.words or step.moment is not None or step.after is not None:
            return False
        if self.once:
            return step.way is Way.SET and step.clock is not None and not step.daily and step.lasts is None
        return step.way is Way.CHANGE and step.clock is None and step.lasts is not None


def lived(twin: Twin) -> dict[str, Lived]:
    """What was lived of all that a step may be on; each signal is read once."""
    held = {one.signal.key for one in twin.held()}
    return {key: _lived(twin, key) for key in sorted(taken()) if key in held and nature(key).kind in _COUNTED}


def taken() -> frozenset[str]:
    """Every signal that a simulator takes a step on."""
    every: list[Simulator] = discover.simulators()
    return frozenset(key for one in every for key in one.takes)


def _lived(twin: Twin, key: str) -> Lived:
    import polars as pl

    days = twin.days(key).select("day", pl.col("value").cast(pl.Float64)).filter(pl.col("value").is_finite())
    if not days.height:
        return Lived()
    newest = days["day"].max()
    days = days.filter(pl.col("day") > newest - pl.duration(days=LIVED))
    weeks = _weeks(days)
    recent = days.filter(pl.col("day") > newest - pl.duration(days=RECENT))["value"].mean()
    most = _number(twin.series(key)["value"].max()) if key in {one for one, *_ in ONCE} else None
    return Lived(_number(recent), min(weeks), max(weeks), most or 0.0)


def _weeks(days: pl.DataFrame) -> list[float]:
    """Means of seven days that follow each other; of fewer days their values."""
    means = days["value"].rolling_mean(7).drop_nulls().to_list()
    return [float(one) for one in (means or days["value"].to_list())]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def levers(known: dict[str, Lived]) -> list[Lever]:
    """Every slider, those of what the person lives first, in the order people want to hear of them."""
    keys = [key for key in taken() if nature(key).kind is Kind.QUANTITY and key not in NEVER_DAILY]
    habits = [key for key in keys if not key.startswith(MEDICINE)]
    made = [_habit(key, known.get(key, Lived())) for key in sorted(habits, key=_order)]
    once = [_once(*one, known.get(one[0], Lived())) for one in ONCE if one[0] in taken()]
    shown = [one for one in once if not one.key.startswith(MEDICINE) or one.known]
    return [*sorted(made, key=lambda one: not one.known), *shown]


def _order(key: str) -> tuple[int, str]:
    return (FIRST.index(key) if key in FIRST else len(FIRST), key)


def _read(key: str) -> Measure:
    read = measure(key, nature(key).unit)
    return Measure(read.unit, whole=read.whole, scale=read.scale)


def _habit(key: str, known: Lived) -> Lever:
    """A change of what is done every day: as far as the lowest and the highest week of a year, and somewhat beyond."""
    signal, read = nature(key), _read(key)
    now = known.now
    if now is None or known.low is None or known.high is None:
        reach = ((signal.usual_high or 1.0) - (signal.usual_low or 0.0)) / 3
        low = high = 0.0
    else:
        low, high = known.low - now, known.high - now
        usual = (signal.usual_high or 0.0) - (signal.usual_low or 0.0)
        reach = max((high - low) * BEYOND, abs(now) * 0.1, usual / 12)
    least = -math.inf if now is None or signal.low is None or key in CLOCKS else signal.low - now
    ends = [read(max(low - reach, least)), read(high + reach)]
    step = _step(ends[1] - ends[0], read)
    first, last = math.ceil(ends[0] / step) * step, math.ceil(ends[1] / step) * step
    each = "" if key in CLOCKS or key in {"weight", "sleep.midpoint.spread"} else "/d"
    return Lever(key, key, short(signal.label), read.unit, _tidy(min(first, -step)), _tidy(max(last, step)), step,
                 max(read(low), first), min(read(high), last), now is not None, each=each)  # fmt: skip


def _once(key: str, words: str, most: float, clock: str, known: Lived) -> Lever:
    read = _read(key)
    step = _step(read(most), read)
    last = math.ceil(read(max(most, min(known.once, 2 * most))) / step) * step
    label = f"{words.capitalize()}, once" if words else f"{short(nature(key).label)}, once"
    lived = min(read(known.once), last) if known.once or not words else last / 2
    return Lever(f"once.{key}", key, label, read.unit, 0.0, _tidy(last), step, 0.0, lived, bool(known.once), words,
                 clock)  # fmt: skip


def _step(span: float, read: Measure) -> float:
    """A round step, of which a slider has some forty."""
    if read.unit in MINUTES:
        return 5.0 / MINUTES[read.unit] if span * MINUTES[read.unit] <= 600 else 15.0 / MINUTES[read.unit]
    power = 10.0 ** math.floor(math.log10(max(span, 1e-6) / 40))
    step = next(times * power for times in (1, 2, 5, 10) if span / (times * power) <= 60)
    return max(step, 1.0) if read.whole and read.scale == 1 else step


def _tidy(value: float) -> float:
    return round(value, 6)
