"""From likelihood ratios to one daily score: the log odds that an illness is near its onset against the person's usual
wandering and against whatever else could explain the day, noted or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.surveillance_courses import CONFOUNDERS, NIGHT, SIGNALS, SLIP, Library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.learn.surveillance import Floats, Seen

RECENT = 2  # days after onset up to which an alarm still comes in time
EARLY = 2.0  # what an alarm before onset is worth, over one in the days after
RATE = 0.01  # an illness's onset on any one day; moves every score alike
UNNOTED = {"alcohol": 0.008, "training": 0.0, "travel": 0.0, "vaccine": 0.002, SLIP: 0.003}  # begun on a given day
NOTED = {"alcohol": 0.3, "training": 0.1, "travel": 0.1, "vaccine": 0.95}  # that a noted one shows in the signals
READY = 28  # days of calendar before the first score


@dataclass(frozen=True, slots=True)
class Odds:
    """For B series on n days: `score` (B, n), NaN where no night was measured or too little is known; `others`
    (B, n, C) the share of each confounder, and of a sensor's slip last, in what explains the day."""

    score: Floats
    others: Floats


def odds(seen: Seen, tags: NDArray[np.bool_], library: Library) -> Odds:
    """Scores from what was seen and from `tags` (B, n, 4): which of CONFOUNDERS was noted on which day."""
    ill = _ill(seen, library)
    others = np.stack([_explained(seen, tags, library, kind) for kind in (*CONFOUNDERS, SLIP)], axis=-1)
    whole = 1 + others.sum(-1)
    night = np.array(np.isfinite(seen.surprise[..., [SIGNALS.index(signal) for signal in NIGHT]]).any(-1))
    night[:, :READY] = False
    score = np.where(night, np.log(RATE * np.maximum(ill, 1e-12)) - np.log(whole), np.nan)
    return Odds(score, others / (whole + RATE * ill)[..., None])


def _ill(seen: Seen, library: Library) -> Floats:
    """Evidence (B, n) for an illness whose onset is at most RECENT days past, or still to come."""
    found = np.zeros(seen.ratio.shape[:2])
    for place in library.of("illness"):
        lead = library.leads[place]
        shown = seen.ratio[:, :, : lead + RECENT + 1, place]
        found += library.shares[place] * (shown[..., lead:].sum(-1) + EARLY * shown[..., :lead].sum(-1))
    return found


def _explained(seen: Seen, tags: NDArray[np.bool_], library: Library, kind: str) -> Floats:
    """Evidence (B, n) for one of the others, begun on any day it may still be felt."""
    chance = np.full(tags.shape[:2], UNNOTED[kind])
    if kind in NOTED:
        chance = np.where(tags[..., CONFOUNDERS.index(kind)], NOTED[kind], chance)
    places = library.of(kind)
    felt = seen.ratio[..., places] @ library.shares[places]
    found = np.zeros(tags.shape[:2])
    for age in range(min(felt.shape[2], tags.shape[1])):
        found[:, age:] += chance[:, : tags.shape[1] - age] * felt[:, age:, age]
    return found
