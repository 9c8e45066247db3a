"""Which signal brought how much of one day's score: an exact additive split over all subsets of signals and what was
noted, each subset scored by the watch itself with the other signals hidden.

Hidden are the days on which a course could have begun that is not over; what was learnt before stays."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from selftwin.learn.shapley import shapley
from selftwin.learn.surveillance import Seen, Watch, begin, observe
from selftwin.learn.surveillance_courses import LENGTH, SIGNALS, library, scaled, wander
from selftwin.learn.surveillance_odds import READY, odds

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shares:
    """The score of the last day and what it is made of: `prior`, the log odds before anything was measured or noted,
    what each signal brings (S,) and what was `noted`; `without` (S,) is the score with one signal hidden."""

    score: float
    prior: float
    signals: Floats
    noted: float
    without: Floats


def shares(values: Floats, tags: Flags) -> Shares:
    """The split of the last day's score, from values (n, S) in the catalogue's units and notes (n, C). A signal that
    was not measured on the days that count brings exactly nothing. Raises ValueError for too few days."""
    count = len(SIGNALS)
    if len(values) <= READY:
        raise ValueError("too few days for a score")
    worth = worths(values, tags)
    each = shapley(worth)
    whole, full = float(worth[-1]), 2**count - 1
    without = worth[2**count :][[full & ~(1 << signal) for signal in range(count)]]
    return Shares(whole, float(worth[0]), each[:count], float(each[count]), without)


def worths(values: Floats, tags: Flags) -> Floats:
    """The last day's score (2**(S + 1),) with each subset of the signals and the notes shown; bit k of a place shows
    signal k, the last bit what was noted."""
    known, usual = library(), wander()
    subsets = np.arange(2 ** len(SIGNALS))
    state, early = observe(begin(1, usual, known.courses), scaled(values[None, :-LENGTH]), usual, known.courses)
    hidden = (subsets[:, None] >> np.arange(len(SIGNALS))) & 1 == 0
    shown = np.where(hidden[:, None], np.nan, values[None, -LENGTH:])
    _, late = observe(_copies(state, len(subsets)), scaled(shown), usual, known.courses)
    seen = _joined(early, late, len(subsets))
    noted = np.repeat(tags[None, -seen.surprise.shape[1] :], len(subsets), axis=0)
    return np.concatenate([odds(seen, told, known).score[:, -1] for told in (np.zeros_like(noted), noted)])


def _copies(state: Watch, count: int) -> Watch:
    """The watch over one series as a watch over so many alike."""
    return replace(state, **{one.name: np.repeat(getattr(state, one.name), count, axis=0) for one in fields(state)})


def _joined(early: Seen, late: Seen, count: int) -> Seen:
    """What was seen of the days that all subsets share, as many as a score wants before it, and of those after."""
    pairs = {one.name: (getattr(early, one.name)[:, -READY - 1 :], getattr(late, one.name)) for one in fields(late)}
    joined = {name: np.concatenate([np.repeat(first, count, axis=0), then], axis=1)
              for name, (first, then) in pairs.items()}  # fmt: skip
    return _there(replace(late, **joined))


def _there(seen: Seen) -> Seen:
    """The same with the last day counted as measured, so that a subset without a night has a score as well."""
    surprise = seen.surprise.copy()
    surprise[:, -1] = np.nan_to_num(surprise[:, -1])
    return replace(seen, surprise=surprise)
