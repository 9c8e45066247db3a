"""Joint watch over one person's daily signals: for each day, from that day and before only, how much better what was
seen is explained by each of many named courses (an illness that began some days ago, a night of alcohol) than by the
person's own usual wandering.

Each signal is a slow level, a first-order echo and noise, followed by a Kalman filter, so that drift and missing days
need no special case. A course passes through the same filter, so what of it would still be seen is known exactly. A
course of unknown size is averaged over a set of sizes. The likelihood ratio is that of linear Gaussian models, with the
person's scale learnt as days pass and single large values held back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNKNOWN = 1e4  # variance of a level before its first day, in squared scales
SETTLING = 4  # days of a signal before it counts as evidence
FAR = 3.0  # a miss counts towards the person's scale up to this many of it
LARGEST = 50.0  # of a log likelihood ratio, for the exponential's sake


@dataclass(frozen=True, slots=True)
class Wander:
    """How S signals of a healthy person wander, in squared scales a day: `drift` of the level, `echo` of the
    first-order part and what `stirs` it, `blur` of the measurement. `scale` (S,) is people's usual one, which weighs as
    `trust` days against the person's own with half-life `memory`; `together` (S, S) correlates the surprises of one
    day. `bound` (S,) holds a single surprise back, and from there to `lost` (S,) it fades to nothing, as a slip of the
    sensor. A day of large ones weighs less, as under Student's t with `tails` degrees of freedom."""

    drift: Floats
    echo: Floats
    stirs: Floats
    blur: Floats
    scale: Floats
    together: Floats
    bound: Floats
    tails: float = np.inf
    trust: float = 10.0
    memory: float = 60.0
    lost: Floats | float = np.inf


@dataclass(frozen=True, slots=True)
class Courses:
    """K courses over L days since they began: `shape` (K, L, S), and P possible sizes of each, `sizes` (K, P, S) with
    `weights` (K, P) that sum to one. A course is forgotten after `lasts` (K,) days."""

    shape: Floats
    sizes: Floats
    weights: Floats
    lasts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of B series after some days: the filter of each signal, and what each course, begun on each of the
    last L days, would have left in the surprises and how well that fits."""

    level: Floats  # (B, S)
    echo: Floats  # (B, S)
    spread: Floats  # (B, S, 3): variances of level and echo, and their covariance between
    seen: Floats  # (B, S)
    days: Floats  # (B, S) weight of the days behind the scale
    square: Floats  # (B, S) their sum of squares
    left: Floats  # (B, L, K, S, 2) of the course in level and echo
    fit: Floats  # (B, L, K, S)
    information: Floats  # (B, L, K, S * S)


@dataclass(frozen=True, slots=True)
class Seen:
    """Of B series on n days: `ratio` (B, n, L, K), the likelihood of a course begun so many days ago over the usual
    wandering, zero where it is over; `surprise` (B, n, S) in the person's own spreads, NaN
    where nothing was measured."""

    ratio: Floats
    surprise: Floats


def begin(series: int, wander: Wander, courses: Courses) -> Watch:
    """A watch over so many series that has seen nothing."""
    kinds, length, signals = courses.shape.shape
    shape = (series, signals)
    spread = np.zeros((*shape, 3))
    spread[..., 0], spread[..., 2] = UNKNOWN, wander.stirs / (1 - wander.echo**2)
    courses_of = (series, length, kinds)
    return Watch(
        np.zeros(shape), np.zeros(shape), spread, np.zeros(shape), np.full(shape, wander.trust),
        np.tile(wander.trust * wander.scale**2, (series, 1)), np.zeros((*courses_of, signals, 2)),
        np.zeros((*courses_of, signals)), np.zeros((*courses_of, signals**2)),
    )  # fmt: skip


def observe(state: Watch, values: Floats, wander: Wander, courses: Courses) -> tuple[Watch, Seen]:
    """The watch after n more days of `values` (B, n, S), one row a calendar day, NaN where nothing was measured, and
    what was seen on each. Many small steps and one large one say the same."""
    series, count, signals = values.shape
    ratio = np.zeros((series, count, courses.shape.shape[1], courses.shape.shape[0]))
    surprise = np.full((series, count, signals), np.nan)
    inverses = _inverses(wander.together)
    squares = _squares(courses)
    for day in range(count):
        state, ratio[:, day], surprise[:, day] = _day(state, values[:, day], wander, courses, inverses, squares)
    return state, Seen(ratio, surprise)


def _squares(courses: Courses) -> Floats:
    """The outer square of each size, halved, as the information is kept: (K, S * S, P)."""
    kinds, sizes, signals = courses.sizes.shape
    outer = 0.5 * courses.sizes[..., :, None] * courses.sizes[..., None, :]
    return outer.reshape(kinds, sizes, signals**2).transpose(0, 2, 1)


def _inverses(together: Floats) -> Floats:
    """The inverse of the correlations among each subset of signals, zero elsewhere: (2**S, S, S) by bit mask."""
    signals = len(together)
    found = np.zeros((2**signals, signals, signals))
    for mask in range(1, 2**signals):
        there = np.flatnonzero([(mask >> signal) & 1 for signal in range(signals)])
        found[mask][np.ix_(there, there)] = np.linalg.inv(together[np.ix_(there, there)])
    return found


def _day(
    state: Watch, values: Floats, wander: Wander, courses: Courses, inverses: Floats, squares: Floats
) -> tuple[Watch, Floats, Floats]:
    is_there = np.isfinite(values)
    first = is_there & (state.seen == 0)
    level, echo = np.where(first, values, state.level), wander.echo * state.echo
    v_level, between, v_echo = _spread_out(state.spread, wander)
    total = v_level + v_echo + 2 * between + wander.blur
    spread = np.sqrt(total * state.square / state.days)
    surprise = np.where(is_there, (values - level - echo) / spread, 0.0)
    gain = np.stack([v_level + between, v_echo + between], -1) / total[..., None] * is_there[..., None]
    step = gain * (np.clip(surprise, -FAR - 1, FAR + 1) * spread)[..., None]
    level, echo = level + step[..., 0], echo + step[..., 1]
    after = np.stack([
        v_level - gain[..., 0] ** 2 * total, between - gain[..., 0] * gain[..., 1] * total,
        v_echo - gain[..., 1] ** 2 * total,
    ], -1)  # fmt: skip
    seen = state.seen + is_there
    days, square = _scale(state, surprise, is_there & (seen >= SETTLING), wander)
    counts = is_there & (seen > SETTLING)
    trace, left = _traces(state, gain, np.where(counts, 1 / spread, 0.0), wander, courses)
    held = np.where(counts, _held(surprise, wander), 0.0)
    inverse = inverses[(counts << np.arange(counts.shape[-1])).sum(-1)]
    fit, information = _weigh(state, trace, held, inverse * _weight(held, inverse, counts, wander)[:, None, None])
    ratio = _ratio(fit, information, courses, squares) * _running(courses)
    after_all = Watch(level, echo, after, seen, days, square, left, fit, information)
    return after_all, ratio, np.where(counts, surprise, np.nan)


def _held(surprise: Floats, wander: Wander) -> Floats:
    """Surprises as they count: up to their bound, and fading beyond it."""
    fades = np.isfinite(wander.lost)
    lost, bound = np.where(fades, wander.lost, 1.0), np.where(fades, wander.bound, 0.0)
    left = np.where(fades, np.clip((lost - np.abs(surprise)) / (lost - bound), 0.0, 1.0), 1.0)
    return np.clip(surprise, -wander.bound, wander.bound) * left


def _spread_out(spread: Floats, wander: Wander) -> tuple[Floats, Floats, Floats]:
    """Variances of level and echo a day on, and their covariance between the two."""
    return (
        spread[..., 0] + wander.drift,
        spread[..., 1] * wander.echo,
        spread[..., 2] * wander.echo**2 + wander.stirs,
    )


def _scale(state: Watch, surprise: Floats, counts: NDArray[np.bool_], wander: Wander) -> tuple[Floats, Floats]:
    """Days and squares behind the person's scale, the usual one never forgotten."""
    kept = 0.5 ** (1 / wander.memory)
    usual = wander.trust * wander.scale**2
    days = wander.trust + (state.days - wander.trust) * kept + 1
    square = usual + (state.square - usual) * kept + np.clip(surprise, -FAR, FAR) ** 2 * state.square / state.days
    return np.where(counts, days, state.days), np.where(counts, square, state.square)


def _traces(state: Watch, gain: Floats, weight: Floats, wander: Wander, courses: Courses) -> tuple[Floats, Floats]:
    """What each course puts into today's surprises (B, L, K, S), and what it has left in level and echo."""
    left = np.zeros_like(state.left)
    left[:, 1:] = state.left[:, :-1]
    left[..., 1] *= wander.echo
    unseen = courses.shape.transpose(1, 0, 2) - left.sum(-1)
    left += gain[:, None, None] * unseen[..., None]
    return unseen * weight[:, None, None], left


def _weigh(state: Watch, trace: Floats, surprise: Floats, inverse: Floats) -> tuple[Floats, Floats]:
    """Fit and information of each course, begun one day longer ago than yesterday's, with today's added."""
    fit = trace * (inverse @ surprise[..., None])[:, None, None, :, 0]
    information = (trace[..., :, None] * inverse[:, None, None] * trace[..., None, :]).reshape(*trace.shape[:-1], -1)
    fit[:, 1:] += state.fit[:, :-1]
    information[:, 1:] += state.information[:, :-1]
    return fit, information


def _weight(surprise: Floats, inverse: Floats, counts: NDArray[np.bool_], wander: Wander) -> Floats:
    """How much a day counts (B,): less than one where its surprises are larger than usual."""
    if np.isinf(wander.tails):
        return np.ones(len(surprise))
    square = (surprise[:, None] @ inverse @ surprise[..., None])[:, 0, 0]
    weight: Floats = np.minimum((wander.tails + counts.sum(-1)) / (wander.tails + square), 1.0)
    return weight


def _ratio(fit: Floats, information: Floats, courses: Courses, squares: Floats) -> Floats:
    """Likelihood ratios (B, L, K), averaged over each course's sizes."""
    by_course = fit.transpose(2, 0, 1, 3).reshape(len(squares), -1, fit.shape[-1])
    known = information.transpose(2, 0, 1, 3).reshape(len(squares), -1, information.shape[-1])
    log = by_course @ courses.sizes.transpose(0, 2, 1) - known @ squares
    mean: Floats = (np.exp(np.minimum(log, LARGEST)) @ courses.weights[..., None])[..., 0]
    return mean.reshape(len(squares), *fit.shape[:2]).transpose(1, 2, 0)


def _running(courses: Courses) -> Floats:
    """One where a course begun so many days ago is not over: (L, K)."""
    ages = np.arange(courses.shape.shape[1])
    return (ages[:, None] < courses.lasts).astype(np.float64)
