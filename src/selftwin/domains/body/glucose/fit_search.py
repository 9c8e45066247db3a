"""The search for the body that explains a record best: damped Gauss-Newton steps on whitened misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose.fit_misses import Misses

if TYPE_CHECKING:
    from selftwin.domains.body.glucose.engine import Floats
    from selftwin.domains.body.glucose.fit_model import Story

ROUNDS = 4
NUDGE = 0.05
HUBER = 2.5
FRACTIONS = np.array([1.0, 0.4])
WARM = 6 * 60  # minutes not judged: what was eaten and injected before the record began


@dataclass(frozen=True, slots=True)
class Found:
    """The mode (size,), a root of the covariance about it (size, size), and how the model misses the readings."""

    mode: Floats
    spread: Floats
    misses: Misses


def search(story: Story) -> Found:
    """The body that explains the record best, and how sure that is."""
    record = story.record
    warm = WARM if record.minutes > 4 * WARM else 0
    misses = Misses(record.readings_at.astype(float), float(warm))
    at, told = np.zeros(story.size), story.told(np.zeros((1, story.size)))[0]
    for _ in range(ROUNDS):
        slopes = _slopes(story, at, told)
        step, curvature = _step(misses, record.readings - told, slopes, at)
        tried = at + FRACTIONS[:, None] * step
        outcomes = story.told(tried)
        best = int(np.argmin([_loss(misses, record.readings - one, where)
                              for one, where in zip(outcomes, tried, strict=True)]))  # fmt: skip
        at, told = tried[best], outcomes[best]
        misses = misses.learnt(record.readings - told)
    return Found(at, _root(curvature), misses)


def _slopes(story: Story, at: Floats, told: Floats) -> Floats:
    """How the told readings move with each coordinate (size, k); meals far apart share a run."""
    own, groups, record = story.own, int(story.groups.max(initial=-1)) + 1, story.record
    moved = np.tile(at, (own + groups, 1))
    moved[np.arange(own), np.arange(own)] += NUDGE
    for group in range(groups):
        moved[own + group, own:][story.groups == group] += NUDGE
    change = (story.told(moved) - told) / NUDGE
    slopes = np.zeros((story.size, len(told)))
    slopes[:own] = change[:own]
    for place, group in enumerate(story.groups):
        later = record.meals_at[place + 1 :][story.groups[place + 1 :] == group]
        until = later[0] if len(later) else record.minutes
        within = (record.readings_at > record.meals_at[place]) & (record.readings_at <= until)
        slopes[own + place, within] = change[own + group, within]
    return slopes


def _step(misses: Misses, missed: Floats, slopes: Floats, at: Floats) -> tuple[Floats, Floats]:
    """The Gauss-Newton step (size,) and the curvature there (size, size), wild readings weighing less."""
    white, tilt = misses.whitened(missed[None])[0], misses.whitened(slopes)
    weight = np.minimum(1.0, HUBER / np.maximum(np.abs(white), 1e-9))
    curvature: Floats = np.eye(len(at)) + (tilt * weight) @ tilt.T
    return np.linalg.solve(curvature, (tilt * weight) @ white - at), curvature


def _loss(misses: Misses, missed: Floats, at: Floats) -> float:
    """Twice the negative logarithm of the posterior, up to a constant."""
    if not np.isfinite(missed).all():
        return np.inf
    white = np.abs(misses.whitened(missed[None])[0])
    size = np.where(white < HUBER, white**2, 2.0 * HUBER * white - HUBER**2)
    return float(size.sum() + at @ at)


def _root(curvature: Floats) -> Floats:
    """A root of the inverse: its rows times standard normals spread as the curvature says."""
    values, vectors = np.linalg.eigh(curvature)
    return np.asarray(vectors / np.sqrt(np.maximum(values, 1e-9)))
