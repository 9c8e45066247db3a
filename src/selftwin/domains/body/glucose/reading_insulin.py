"""Insulin as it was recorded, gathered from pumps, pens and notes: fast doses, and what runs as basal."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose.safety import TOGETHER, Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

FAST = ("insulin", "insulin.rapid", "insulin.bolus", "insulin.correction")
PLANNED = "other.insulin_basal_planned"
LASTING = 24 * 60  # minutes over which a long-acting dose is given to the model, evenly
LONGEST_RATE = 24 * 60  # minutes that a rate without an end may hold
LEAST_DOSES = 5  # from which on a range of one's own is known
LEAST_RATIO, LEAST_SENSITIVITY = 2.0, 5.0  # g/U and mg/dL/U; a smaller one is a slip
LARGEST = 100.0  # units at once; more is a day's sum or a slip


@dataclass(frozen=True, slots=True)
class Insulin:
    """Insulin of the last minutes (minutes,) up to now [U a minute]: `fast` and `basal`; the doses themselves as
    (minute, U), fast ones and long-acting ones; and `has_basal`, whether any basal is recorded at all."""

    fast: Floats
    basal: Floats
    doses: tuple[tuple[int, float], ...]
    long: tuple[tuple[int, float], ...]
    has_basal: bool

    @property
    def rate(self) -> float:
        """The basal that goes on [U/h]: the mean of the last day."""
        return 60.0 * float(self.basal[-LASTING:].mean())

    def last(self, minutes: int) -> Floats:
        """All insulin of the last so many minutes [U a minute]."""
        return (self.fast + self.basal)[len(self.fast) - minutes :]

    def is_used(self, within: timedelta) -> bool:
        """Whether any was taken lately."""
        return bool(self.last(_minutes(within)).any())

    def daily(self, within: timedelta) -> float:
        """Fast doses a day, since the first of them."""
        late = [at for at, _ in self.doses if at >= len(self.fast) - _minutes(within)]
        return len(late) / max(1.0, (len(self.fast) - late[0]) / LASTING) if late else 0.0

    def settings(self, past: Past) -> Settings:
        """The person's own range of doses, and the settings of their bolus calculator."""
        units = [units for _, units in self.doses]
        is_known = len(units) >= LEAST_DOSES
        low, high = past.number("glucose.target_low"), past.number("glucose.target_high")
        ends = [end for end in (low, high) if end is not None]
        return Settings(
            largest=max(units) if is_known else 0.0,
            together=max(self._together()) if is_known else 0.0,
            long=max((units for _, units in self.long), default=0.0),
            basal=60.0 * float(self.basal.max()) if self.has_basal else 0.0,
            ratio=_setting(past, "insulin.carb_ratio", LEAST_RATIO),
            sensitivity=_setting(past, "insulin.sensitivity", LEAST_SENSITIVITY),
            target=sum(ends) / len(ends) if ends else None,
        )

    def _together(self) -> list[float]:
        return [sum(units for at, units in self.doses if first <= at < first + TOGETHER) for first, _ in self.doses]


def _setting(past: Past, key: str, least: float) -> float | None:
    """A recorded setting that can be true; one that is merely typed into a question opens nothing."""
    value = None if past.told(key) else past.number(key)
    return value if value is not None and value >= least else None


def insulin(past: Past, within: timedelta) -> Insulin:
    """The insulin of a past. Raises Refused where learning from insulin is switched off: nothing is said without it."""
    minutes = _minutes(within)
    start = past.now - timedelta(minutes=minutes)
    fast, basal = np.zeros(minutes), np.zeros(minutes)
    doses = _fast(past, start, fast)
    is_set = np.zeros(minutes, dtype=bool)
    _rates(past, start, basal, is_set)
    long = _long(past, start, basal, is_set)
    _planned(past, start, basal, is_set)
    return Insulin(fast, basal, tuple(doses), tuple(long), bool(basal.any()))


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def _rows(past: Past, key: str, start: datetime) -> list[tuple[int, int, float]]:
    """Rows of a signal as minutes from the start, ends cut at now, and values; what is no number is left out."""
    found = past.series(key, since=start.date())
    return [
        (math.floor((at - start) / timedelta(minutes=1)), _minutes(min(until or at, past.now) - start), float(value))
        for at, until, value in found.select("at", "until", "value").iter_rows()
        if at <= past.now and at >= start - timedelta(days=1) and value is not None and math.isfinite(value)
    ]


def _fast(past: Past, start: datetime, fast: Floats) -> list[tuple[int, float]]:
    """Fill in the fast doses. What one app tells thrice (all of it, its meal part, its correction) is counted once."""
    told: dict[tuple[int, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for key in FAST:
        for at, until, units in _rows(past, key, start):
            if 0 <= at < len(fast) and 0 < units <= LARGEST:
                told[at, until][key] += units
    doses = []
    for (at, until), parts in sorted(told.items()):
        units = max(parts["insulin"], parts["insulin.rapid"], parts["insulin.bolus"] + parts["insulin.correction"])
        fast[at : max(until, at + 1)] += units / (max(until, at + 1) - at)
        doses.append((at, units))
    return doses


def _rates(past: Past, start: datetime, basal: Floats, is_set: NDArray[np.bool_]) -> None:
    """Fill in recorded rates [U/h], each until its end or the next, and amounts of basal over their time."""
    rates = _rows(past, "insulin.basal_rate", start)
    for place, (at, until, rate) in enumerate(rates):
        following = rates[place + 1][0] if place + 1 < len(rates) else at + LONGEST_RATE
        part = _part(at, min(until, following) if until > at else min(following, at + LONGEST_RATE))
        basal[part], is_set[part] = rate / 60.0, True
    for at, until, units in _rows(past, "insulin.basal", start):
        stop = until if until > at + 1 else at + LASTING
        part = _part(at, stop)
        basal[part] += units / (stop - at)
        is_set[part] = True


def _long(past: Past, start: datetime, basal: Floats, is_set: NDArray[np.bool_]) -> list[tuple[int, float]]:
    """Fill in long-acting doses, each evenly over a day."""
    doses = []
    for at, _, units in _rows(past, "insulin.long", start):
        if 0 < units <= LARGEST:
            part = _part(at, at + LASTING)
            basal[part] += units / LASTING
            is_set[part] = True
            doses.append((at, units))
    return doses


def _planned(past: Past, start: datetime, basal: Floats, is_set: NDArray[np.bool_]) -> None:
    """Fill in the rates of the newest profile [U/h by clock] and changes of them [%], where nothing else is known."""
    found = past.series(PLANNED)
    if not found.height:
        return
    newest = found.filter(found["at"] == found["at"][-1])
    clocks = [_clock(text or "") for text in newest["text"].to_list()]
    rates = newest["value"].to_list()
    pairs = sorted((clock, float(value)) for clock, value in zip(clocks, rates, strict=True) if value is not None)
    if not pairs:
        return
    begins = start.astimezone(past.zone)
    of_day = (begins.hour * 60 + begins.minute + np.arange(len(basal))) % 1440
    place = np.searchsorted([clock for clock, _ in pairs], of_day, side="right") - 1
    rate = np.array([value for _, value in pairs])[place]
    for at, until, percent in _rows(past, "insulin.basal_change", start):
        rate[_part(at, until)] *= max(1.0 + percent / 100.0, 0.0)
    basal[~is_set] = rate[~is_set] / 60.0


def _clock(text: str) -> int:
    """Minutes after midnight that a segment's place ends in (`Default/06:30`)."""
    hours, _, rest = text.rpartition("/")[2].partition(":")
    minutes = rest[:2]
    return int(hours) * 60 + int(minutes) if hours.isdigit() and minutes.isdigit() else 0


def _part(at: int, until: int) -> slice:
    return slice(max(at, 0), max(until, 0))
