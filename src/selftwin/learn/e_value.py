"""How strong a hidden cause would have to be to explain an effect away: E-values (VanderWeele and Ding 2017, *Annals of
Internal Medicine* 167:268) and robustness values (Cinelli and Hazlett 2020, *J R Stat Soc B* 82:39)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, sqrt

PER_DIFFERENCE = 0.91  # log of the risk ratio for one standard deviation, by Chinn (2000) and a square root


@dataclass(frozen=True, slots=True)
class EValue:
    """The least risk ratio that a hidden cause must have with both sides to explain away all of an effect (`point`), or
    enough of it that its interval reaches nothing (`bound`, 1 where it does already)."""

    point: float
    bound: float


def of_ratio(ratio: float, low: float, high: float) -> EValue:
    """Of a risk ratio and its interval; all above zero, or ValueError.

    >>> round(of_ratio(3.9, 2.4, 8.7).point, 2), round(of_ratio(3.9, 2.4, 8.7).bound, 2)
    (7.26, 4.23)
    """
    if not 0 < low <= ratio <= high:
        raise ValueError("a risk ratio is above zero and lies in its interval")
    nearest = max(low, 1.0) if ratio >= 1 else min(high, 1.0)
    return EValue(_of(ratio), _of(nearest))


def of_difference(size: float, low: float, high: float) -> EValue:
    """Of a difference and its interval, in standard deviations of the outcome; for a cause with an amount, of the
    change between two amounts. Converted as for an outcome cut in two, so it is about."""
    ratio, below, above = (exp(max(min(PER_DIFFERENCE * value, 300.0), -300.0)) for value in (size, low, high))
    return of_ratio(ratio, below, above)


def _of(ratio: float) -> float:
    strength = ratio if ratio >= 1 else 1 / ratio
    return strength + sqrt(strength * (strength - 1))


def robustness_value(t: float, freedom: float, *, alpha: float = 1.0) -> float:
    """The share of what is left of both cause and outcome that a hidden cause must explain to bring the effect to
    nothing, or, with `alpha`, within chance at that level.

    >>> round(robustness_value(4.18445, 783), 4)
    0.1388
    """
    strength, needed = abs(t) / sqrt(freedom), 0.0
    if alpha < 1:
        from scipy.stats import t as student

        needed = abs(float(student.ppf(alpha / 2, freedom - 1))) / sqrt(freedom - 1)
    left = strength - needed
    if left <= 0:
        return 0.0
    if strength > (1 / needed if needed else inf):
        return (strength**2 - needed**2) / (1 + strength**2)
    return 0.5 * (sqrt(left**4 + 4 * left**2) - left**2)
