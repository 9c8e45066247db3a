"""What is usual for a daily signal: a band that follows slowly, today's place in it, the trend and the week's rhythm.

The band is made of weighted quantiles of the person's own days before (weights halve every 28 days) but for the last
week, so a few wild days do not move it; the weekday counts only where it has made past days easier to guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.ahead import trust_in
from selftwin.domains.normal.daily import Learnt, day_of
from selftwin.domains.normal.nature import middle, span
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.estimate import FIRST_DAYS, SCORED_FOR_LEVEL, TRUSTED_DAYS, WEEKLY_DAYS, Normal

if TYPE_CHECKING:
    from datetime import date

    from selftwin.learn.daily_memory import Floats, Ints
    from selftwin.vocabulary.signal import Signal

HALF_LIFE, REACH = 28, 180  # days
LAG = 7  # days: an illness must not make itself usual; where few days are known, none is left out
EARNED = 0.97  # what knowing the weekday must leave of the error
TREND_DAYS = 28
ABOVE, BELOW, WITHIN = "above", "below", ""


@dataclass(frozen=True, slots=True)
class Band:
    """What is usual on one day: bounds, middle, the level the bounds hold, and the usual values they come from."""

    low: float
    middle: float
    high: float
    level: int
    usual: Floats
    weights: Floats

    def outside(self, value: float) -> str:
        """Whether a value lies above or below the band, or within it."""
        if value > self.high:
            return ABOVE
        return BELOW if value < self.low else WITHIN

    def place(self, value: float) -> float:
        """The share of usual days below a value, equal ones counting half."""
        share = self.weights[self.usual < value].sum() + self.weights[self.usual == value].sum() / 2
        return float(share / self.weights.sum())


def normal(learnt: Learnt, *, at: date | None = None) -> Normal:
    """What is usual on the last day with data up to `at`, and where that day stands in it.

    The band holds 9 days in 10 from 19 days before, half of them from 3. `outside` is "above", "below" or empty, and
    `run` how many days in a row. `age_days` counts from that day to `at`. Raises NothingYet where there are no days.
    """
    known = learnt.until(at)
    n, signal = len(known.days), known.signal
    if n == 0:
        raise NothingYet(f"no days of {signal.key} yet")
    today = day_of(int(known.days[-1]))
    value = float(known.values[-1])
    band = band_on(signal, known.days, known.values, n - 1) if n >= FIRST_DAYS else None
    return Normal(
        signal=signal.key,
        unit=signal.unit,
        day=today.isoformat(),
        age_days=(at - today).days if at else 0,
        value=value,
        trust=trust_in(n),
        n=n,
        low=band.low if band else None,
        middle=band.middle if band else None,
        high=band.high if band else None,
        level=band.level if band else None,
        place=band.place(value) if band else None,
        outside=band.outside(value) if band else WITHIN,
        run=run_outside(signal, known.days, known.values),
        trend_per_week=trend_per_week(known.days, known.values),
        weekly=weekly(known.days, known.values),
    )


def band_on(signal: Signal, days: Ints, values: Floats, i: int) -> Band:
    """The band of day i, from the days before it alone (at least three)."""
    near = days[:i] > days[i] - REACH
    near[-SCORED_FOR_LEVEL[90] :] = True
    settled = near & (days[:i] < days[i] - LAG)
    near = settled if settled.sum() >= WEEKLY_DAYS else near
    when, past = days[:i][near], values[:i][near]
    weights = 0.5 ** ((days[i] - when) / HALF_LIFE)
    weights /= weights.max()
    usual = past
    if i >= WEEKLY_DAYS and (offsets := earned_week(when, past, weights)) is not None:
        usual = past + offsets[days[i] % 7] - offsets[when % 7]
    level = 90 if i >= SCORED_FOR_LEVEL[90] else 50
    tail = (1 - level / 100) / 2
    low, mid, high = (weighted_quantile(usual, weights, share) for share in (tail, 0.5, 1 - tail))
    return Band(*_possible(signal, low, mid, high), level, usual, weights)


def _possible(signal: Signal, low: float, mid: float, high: float) -> tuple[float, float, float]:
    low, high = span(signal, low, high)
    return low, middle(signal, mid), high


def weighted_quantile(values: Floats, weights: Floats, share: float) -> float:
    """The value below which a new one of the same kind falls `share` of the time; extremes where too few are known."""
    order = np.argsort(values, kind="stable")
    total, squares = float(weights.sum()), float((weights**2).sum())
    reached = np.cumsum(weights[order]) - (weights[order] - squares / total) / 2
    return float(np.interp(share, reached / (total + squares / total), values[order]))


def week_offsets(days: Ints, values: Floats, weights: Floats, *, leave_out: bool = False) -> Floats:
    """How far each weekday lies from the middle, shrunk where it was rarely seen: [7] by day % 7, or where one is left
    out, for each day [n] as the other days see it."""
    off = values - weighted_quantile(values, weights, 0.5)
    sums = np.bincount(days % 7, weights * off, minlength=7).astype(np.float64)
    counts = np.bincount(days % 7, weights, minlength=7).astype(np.float64)
    if leave_out:
        sums, counts = sums[days % 7] - weights * off, counts[days % 7] - weights
    return np.asarray(sums / (counts + 2.0))


def earned_week(days: Ints, values: Floats, weights: Floats) -> Floats | None:
    """Weekday offsets [7] where guessing each day by the other days of its weekday was clearly better, else None."""
    off = values - weighted_quantile(values, weights, 0.5)
    without = weights @ np.abs(off)
    with_week = weights @ np.abs(off - week_offsets(days, values, weights, leave_out=True))
    return week_offsets(days, values, weights) if with_week < EARNED * without else None


def run_outside(signal: Signal, days: Ints, values: Floats) -> int:
    """How many days in a row, up to the newest, lay outside on the side it lies on, each by what was usual then."""
    run, side = 0, WITHIN
    for i in range(len(days) - 1, FIRST_DAYS - 2, -1):
        if run and days[i + 1] - days[i] > 1:
            break
        here = band_on(signal, days, values, i).outside(float(values[i]))
        side = side or here
        if here == WITHIN or here != side:
            break
        run += 1
    return run


def trend_per_week(days: Ints, values: Floats) -> float | None:
    """The median slope between pairs of the last 28 days (Theil and Sen), a week; None under 14 days with data."""
    near = days > days[-1] - TREND_DAYS
    when, what = days[near], values[near]
    if len(when) < TRUSTED_DAYS:
        return None
    first, second = np.triu_indices(len(when), 1)
    return float(7 * np.median((what[second] - what[first]) / (when[second] - when[first])))


def weekly(days: Ints, values: Floats) -> tuple[float, ...] | None:
    """What is usual on Monday to Sunday; None under 28 days with data, or where a weekday was never seen."""
    near = days > days[-1] - REACH
    when, what = days[near], values[near]
    if len(when) < WEEKLY_DAYS or len(np.unique(when % 7)) < 7:
        return None
    weights = 0.5 ** ((when[-1] - when) / HALF_LIFE)
    typical = weighted_quantile(what, weights, 0.5) + week_offsets(when, what, weights)
    return tuple(float(typical[(weekday + 4) % 7]) for weekday in range(7))  # 1970-01-05 was a Monday
