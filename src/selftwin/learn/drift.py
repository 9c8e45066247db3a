"""Slow change: whether a daily signal has moved off what it was, over weeks or months, further than its own wandering
takes it.

For one day, the days before it are held against two tales: the signal wandered about one level, or it began some weeks
ago to move and has come by now so far from it. Both are weighed over every way to wander, every beginning and every
pace, and every size, so that nothing is fitted that would have to be paid for (a Bayes factor; Kass and Raftery, J Am
Stat Assoc 1995;90:773). What else may have moved it (a new device, a season) is a column of its own, and only what no
such column explains counts. A day's score is made of that day and those before it, and of nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.learn.whitening import Mix, held, mixes, whiten

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WINDOW = 300  # days looked back on
BEFORE, SINCE = 28, 10  # measured days that a change must have before it and since
PACES = ((14, 14), (28, 14), (28, 28), (56, 14), (56, 56), (84, 28), (84, 84), (112, 56), (112, 112), (168, 56),
         (168, 168))  # fmt: skip
ECHOES, SLOWS = (0.0, 0.4), (0.05, 0.2, 0.5)  # shares of a signal's variance in the ways to wander
LIKELY = np.array([0.80, 0.16, 0.04])  # how likely each slow share is beforehand (docs/decisions/slow-change.md)
SIZE = 1.0  # of the signal's wandering: how far a change comes, standard deviation before anything is seen
NORMAL90 = 1.645
TINY = 1e-9
YEAR, SEASONED = 365.2425, 730  # days; days of a past from which a year's wave is taken off
SEASON_EVERY = 28  # days for which a year's wave is kept as it was learnt


@dataclass(frozen=True, slots=True)
class Drift:
    """What E days say of one signal: `score` (E,), the log odds of a slow change over mere wandering beside even odds,
    NaN where too little is known; how many days ago it likely began (E,); and how far the signal has come by then,
    `size` with `low` and `high` that hold it nine times in ten (E,), in the unit of the values."""

    score: Floats
    ago: Floats
    size: Floats
    low: Floats
    high: Floats


def slow_change(windows: Floats, others: Floats, *, sense: int = 0) -> Drift:
    """Of windows (E, W), each the last W days up to one day, NaN where nothing was measured, beside what else may have
    moved them, others (E, W, q); `sense` is 1 or -1 where only a rise or a fall counts, 0 where both do."""
    known = np.flatnonzero(np.isfinite(windows).any(0))
    first = int(known[0]) if len(known) else windows.shape[1] - 1
    seen, courses = np.isfinite(windows[:, first:]), _courses(windows.shape[1])[first:]
    count, width = len(windows), others.shape[2] + 1
    columns = np.concatenate([
        np.ones((*seen.shape, 1)), others[:, first:], np.broadcast_to(courses, (count, *courses.shape)),
        np.nan_to_num(windows[:, first:, None]),
    ], -1)  # fmt: skip
    grid = mixes(ECHOES, SLOWS)
    each, all_seen = np.tile(columns, (len(grid), 1, 1)), np.tile(seen, (len(grid), 1))
    white, logs = whiten(each, all_seen, Mix(np.repeat(grid.echo, count), np.repeat(grid.slow, count)))
    found = _weighed(white * all_seen[..., None], logs, width, all_seen, sense)
    null, ratio, size, error = (part.reshape(len(grid), count, *part.shape[1:]) for part in found)
    null = null + np.log(np.tile(LIKELY, len(ECHOES)))[:, None]
    return _together(null, np.where(_possible(seen), ratio, -np.inf), size, error)


def _courses(window: int) -> Floats:
    """How each change grows up to the last day, where it is one (W, K)."""
    ago = np.arange(window)[::-1, None]
    begun, pace = np.array(PACES).T
    return np.asarray(np.clip((begun - ago) / pace, 0.0, 1.0))


def _possible(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether enough is known before and since each change (E, K)."""
    begun = np.array([begun for begun, _ in PACES])
    counts = np.concatenate([np.zeros((len(seen), 1), np.int64), np.cumsum(seen, axis=1)], 1)
    edge = np.maximum(seen.shape[1] - begun, 0)
    before = counts[:, edge]
    return np.asarray((before >= BEFORE) & (counts[:, -1:] - before >= SINCE))


def _weighed(
    white: Floats, logs: Floats, width: int, seen: NDArray[np.bool_], sense: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Under one way to wander: the log likelihood without a change (E,), what each change adds to it (E, K), its size
    and that one's error (E, K)."""
    base, rest = white[..., :width], white[..., width:]
    inner = np.swapaxes(base, 1, 2) @ base + TINY * np.eye(width)
    rest = rest - base @ np.linalg.solve(inner, np.swapaxes(base, 1, 2) @ rest)
    line, steps = rest[..., -1], rest[..., :-1]
    square = np.maximum((line**2).sum(1), TINY)
    free = np.maximum(seen.sum(1) - (np.abs(base) > TINY).any(1).sum(1), 1)
    fit, known = (steps * line[..., None]).sum(1), (steps**2).sum(1)
    spread = square / free
    shrunk = 1 / SIZE**2 + known
    gain = np.minimum(fit**2 / shrunk / square[:, None], 1 - TINY)
    ratio = -0.5 * np.log(SIZE**2 * shrunk) - 0.5 * free[:, None] * np.log1p(-gain)
    size, error = fit / shrunk, np.sqrt(spread[:, None] / shrunk)
    if sense:
        ratio = ratio + _log_share(sense * size / error)
    null = -0.5 * (logs + np.linalg.slogdet(inner)[1] + free * np.log(square))
    return null, ratio, size, error


def _log_share(z: Floats) -> Floats:
    """The log of twice the chance that a normal with this mean and spread one lies above zero."""
    from scipy.special import log_ndtr

    return np.asarray(np.log(2) + log_ndtr(z))


def _together(null: Floats, ratio: Floats, size: Floats, error: Floats) -> Drift:
    """Over every way to wander (C,) and every change (K,)."""
    known = np.isfinite(ratio).any((0, 2))
    likely = np.exp(null - null.max(0))
    joint = likely[..., None] * np.exp(np.clip(np.nan_to_num(ratio, neginf=-700.0), -700.0, 300.0))
    joint[~np.isfinite(ratio)] = 0.0
    whole = np.maximum(joint.sum((0, 2)), 1e-300)
    count = np.maximum(np.isfinite(ratio).sum((0, 2)) / len(null), 1)
    score = np.log(whole) - np.log(count) - np.log(likely.sum(0))
    weights = joint / whole[:, None]
    mean = (weights * size).sum((0, 2))
    away = NORMAL90 * np.sqrt((weights * (error**2 + (size - mean[:, None]) ** 2)).sum((0, 2)))
    ago = np.array([begun for begun, _ in PACES])[np.argmax(weights.sum(0), -1)]
    gone = np.where(known, 0.0, np.nan)
    return Drift(score + gone, ago + gone, mean + gone, mean - away + gone, mean + away + gone)


def windows(days: Ints, values: Floats, ends: Ints) -> Floats:
    """The last WINDOW days up to each end (E, WINDOW) of values (n,) on ascending day numbers (n,): single far days
    held, a year's wave taken off from two years on, NaN where nothing was measured."""
    found = np.full((len(ends), WINDOW), np.nan)
    for row, end in enumerate(ends):
        low, high = np.searchsorted(days, [end - WINDOW + 1, end + 1])
        if high > low:
            place = days[low:high] - (end - WINDOW + 1)
            found[row, place] = values[low:high] - _season(days, values, int(end), days[low:high])
            found[row] = held(found[row])
    return found


def _season(days: Ints, values: Floats, end: int, at: Ints) -> Floats:
    """A year's wave at some days, as two years and more before `end` tell it beside a line; nought where less is known.
    It is learnt up to the last of every so many days, so that it does not jump from week to week."""
    until = end - end % SEASON_EVERY
    known = np.searchsorted(days, until, side="right")
    if known < SEASONED // 2 or until - days[0] < SEASONED:
        return np.zeros(len(at))
    there = days[:known]
    design = np.concatenate([_wave(there), np.ones((known, 1)), (there[:, None] - until) / YEAR], 1)
    middle = np.median(values[:known])
    reach = 3 * 1.4826 * np.median(np.abs(values[:known] - middle))
    kept = np.clip(values[:known], middle - reach, middle + reach) if reach else values[:known]
    found = np.linalg.lstsq(design, kept, rcond=None)[0]
    return np.asarray(_wave(at) @ found[:2])


def _wave(days: Ints) -> Floats:
    angle = 2 * np.pi * days / YEAR
    return np.stack([np.sin(angle), np.cos(angle)], -1)


def after(switches: Sequence[int], ends: Ints, most: int = 2) -> Floats:
    """Columns for what changed on some days (a device): one from the day on, of the last few within each window
    (E, WINDOW, most); nought where there are fewer."""
    found = np.zeros((len(ends), WINDOW, most))
    for row, end in enumerate(ends):
        first = end - WINDOW + 1
        near = [day for day in switches if first < day <= end][-most:]
        for column, day in enumerate(near):
            found[row, day - first :, column] = 1.0
    return found


def episodes(score: Floats, bar: float, rest: float = 0.5) -> list[tuple[int, int]]:
    """The alarms of scores (n,) in order: from the first at or above the bar to the last before the score rests, which
    is when two in a row lie under `rest` of the bar. NaN neither alarms nor rests."""
    found: list[tuple[int, int]] = []
    begun, last, quiet = -1, -1, 0
    for place, one in enumerate(score):
        if np.isnan(one):
            continue
        if one >= bar:
            begun, last, quiet = (place if begun < 0 else begun), place, 0
        elif begun >= 0:
            quiet = quiet + 1 if one < rest * bar else 0
            if quiet >= 2:
                found.append((begun, last))
                begun = -1
    return [*found, (begun, last)] if begun >= 0 else found


def together(scores: Floats) -> Floats:
    """One score of several signals' (S, E): a change in any of those that are known, each as likely beforehand; NaN
    where none is."""
    known = np.isfinite(scores)
    top = np.where(known.any(0), np.max(np.where(known, scores, -np.inf), 0), 0.0)
    with np.errstate(divide="ignore"):
        whole = np.log((np.exp(np.where(known, scores, -np.inf) - top)).sum(0) / np.maximum(known.sum(0), 1)) + top
    return np.asarray(np.where(known.any(0), whole, np.nan))
