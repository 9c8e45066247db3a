"""Lows, alarms, and how they met: the counting behind the alarm, the same for settling it and for judging it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.body.glucose.safety import LOW

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

SILENT = 3600.0  # seconds after an alarm
TOGETHER, LASTING = 1800.0, 580.0  # readings under 70 within half an hour are one low, if they span ten minutes
AHEAD = (5 * 60.0, 60 * 60.0)  # seconds before a low in which an alarm has foreseen it
STEPS = 400  # thresholds that are tried, the most cautious first and closest together
LEAST = 0.02  # a chance under which nobody is woken, however few alarms that makes

UNSEEN = 0.1  # the chance to speak at where none came near the least


@dataclass(frozen=True, slots=True)
class History:
    """How an alarm did on so many `days`: the chance it spoke at (None where nothing could be settled), the alarms
    `fired` and those `true`, the `lows` it could have foreseen and those `caught`, and the middle of how many minutes
    before (`lead`; NaN where none was)."""

    threshold: float | None
    days: float
    fired: int
    true: int
    lows: int
    caught: int
    lead: float

    @property
    def false_a_day(self) -> float:
        """False alarms a day."""
        return (self.fired - self.true) / self.days if self.days > 0 else 0.0


def alarms(times: Floats, values: Floats, scores: Floats, threshold: float) -> Places:
    """The readings (k,) at which an alarm sounds: scores (n,) at or over the threshold, glucose at or over 70 mg/dL, no
    alarm within the hour before."""
    over = np.flatnonzero((np.nan_to_num(scores, nan=-np.inf) >= threshold) & (values >= LOW))
    found: list[int] = []
    for place in over.tolist():
        if not found or times[place] - times[found[-1]] >= SILENT:
            found.append(place)
    return np.array(found, dtype=np.int64)


def lows(times: Floats, values: Floats) -> Places:
    """Where each low (k,) begins: the first of readings under 70 mg/dL, at most half an hour apart, that span at least
    ten minutes."""
    under = np.flatnonzero(values < LOW)
    if not len(under):
        return under
    runs = np.split(under, np.flatnonzero(np.diff(times[under]) > TOGETHER) + 1)
    return np.array([run[0] for run in runs if times[run[-1]] - times[run[0]] >= LASTING], dtype=np.int64)


def history(times: Floats, values: Floats, scores: Floats, threshold: float, *, since: float = -np.inf) -> History:
    """How an alarm at this threshold did on the readings from `since` on. A low counts where in the hour before it a
    score stood at a glucose of 70 mg/dL or more."""
    judged = times >= since
    can = judged & np.isfinite(scores) & (values >= LOW)
    masked = np.where(judged, scores, np.nan)
    fired = alarms(times, values, masked, threshold)
    begun = np.array([at for at in lows(times, values) if _before(times, at, np.flatnonzero(can)).size], dtype=np.int64)
    foreseen = [(at, found[0]) for at in begun.tolist() if (found := _before(times, at, fired)).size]
    firsts = [float(times[at] - times[first]) / 60 for at, first in foreseen]
    return History(
        threshold, _days(times, can), len(fired), int((~_false(times, values, fired)).sum()), len(begun), len(firsts),
        float(np.median(firsts)) if firsts else float("nan"),
    )  # fmt: skip


def calibrated(
    times: Floats, values: Floats, scores: Floats, *, budget: float, since: float = -np.inf, least: float = LEAST
) -> History:
    """The most sensitive alarm that stays within so many false alarms a day on these readings, and how it did on them.
    Its threshold is None where there was nothing to settle it on."""
    judged = (times >= since) & np.isfinite(scores) & (values >= LOW)
    days = _days(times, judged)
    candidates = scores[judged & (scores >= least)]
    if days < 1.0:
        return History(None, days, 0, 0, 0, 0, float("nan"))
    if not len(candidates):
        return history(times, values, scores, UNSEEN, since=since)
    masked, best = np.where(times >= since, scores, np.nan), float(candidates.max())
    places = np.unique(np.geomspace(1, len(candidates), STEPS).astype(np.int64)) - 1
    for threshold in np.sort(candidates)[::-1][places].tolist():
        wrong = int(_false(times, values, alarms(times, values, masked, threshold)).sum())
        if wrong <= budget * days:
            best = threshold
        elif wrong > 3 * budget * days + 3:
            break
    return history(times, values, scores, best, since=since)


def _days(times: Floats, judged: NDArray[np.bool_]) -> float:
    """Days of readings at which an alarm could have sounded."""
    width = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    return float(judged.sum()) * width / 86400.0


def _before(times: Floats, at: int, places: Places) -> Places:
    """Those of the places (k,) that lie before a low as an alarm should."""
    away = times[at] - times[places]
    return np.asarray(places[(away >= AHEAD[0] - 30) & (away <= AHEAD[1] + 30)])


def _false(times: Floats, values: Floats, fired: Places) -> NDArray[np.bool_]:
    """Which alarms (k,) no reading under 70 mg/dL followed within an hour."""
    under = times[values < LOW]
    if not len(under):
        return np.ones(len(fired), dtype=bool)
    following = np.searchsorted(under, times[fired])
    after = under[np.minimum(following, len(under) - 1)] - times[fired]
    return np.asarray((following == len(under)) | (after > SILENT) | (after < 0))
