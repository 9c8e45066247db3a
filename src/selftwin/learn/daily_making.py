"""How `daily_prior.csv` was made: `python -m selftwin.learn.daily_making OUT.csv`, some minutes, the same every time.

Two gates are fitted to simulated lives by Adam (Kingma & Ba 2015): one weighs experts so that the mixture's absolute
error is least, one weighs candidates so that the pinball loss of each quantile is least. Upper quantiles mirror lower.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from selftwin.learn.daily_lives import lives
from selftwin.learn.daily_memory import (
    CANDIDATES,
    EXPERTS,
    FEATURES,
    QUANTILE_FEATURES,
    QUANTILES,
    Floats,
    Prior,
    Sight,
    blank_memory,
    sight_of,
)
from selftwin.learn.daily_prior import told, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HORIZONS = (1, 1, 1, 1, 2, 3, 7, 28)  # lives take turns
BATCH = 4096
WEIGHT_DECAY = 1e-5


class Examples(NamedTuple):
    """Rows to learn from, each in units of its series' usual error: what was offered [n, C], by what it is to be
    weighed [n, F + 1] (last column ones), and what came [n], both as distance from the point or fast level."""

    offered: Floats
    told: Floats
    came: Floats


def made(count: int, *, seed: int = 7) -> Prior:
    """The prior learnt from `count` simulated lives for each gate."""
    plain = Prior(np.zeros((FEATURES + 1, EXPERTS)), np.zeros((3, QUANTILE_FEATURES + 1, CANDIDATES)))
    seen = list(_seen(count, seed, plain))
    plain.experts[:] = fitted([_expert_examples(sight, values) for sight, values in seen], share=0.5)
    seen = list(_seen(count, seed + 4, plain))
    for level in range(3):
        lower = [_quantile_examples(sight, values, level) for sight, values in seen]
        upper = [_mirrored(_quantile_examples(sight, values, 6 - level)) for sight, values in seen]
        plain.quantiles[level] = fitted(lower + upper, share=float(QUANTILES[level]))
    return plain


def _seen(count: int, seed: int, prior: Prior) -> Iterator[tuple[Sight, Floats]]:
    """What is said of each simulated life by this prior, beside its values."""
    from selftwin.learn.daily_kernel import walk

    for i, (days, values) in enumerate(lives(count, seed=seed)):
        memory = blank_memory((HORIZONS[i % len(HORIZONS)],))
        yield sight_of(walk(memory, prior, days, values)), values


def _expert_examples(sight: Sight, values: Floats) -> Examples:
    """Examples for the experts' gate, from the tenth day on."""
    use = np.isfinite(sight.points[0]) & (np.arange(len(values)) >= 9)
    guesses, came = sight.guesses[0, use], values[use]
    unit = np.abs(guesses - came[:, None]).mean(axis=0).min() if use.any() else 0.0
    centre = guesses[:, 5]
    return _examples(guesses - centre[:, None], sight.features[0, use], came - centre, unit, (20.0, 8.0))


def _quantile_examples(sight: Sight, values: Floats, level: int) -> Examples:
    """Examples for one quantile's gate, from the thirteenth day on."""
    use = np.isfinite(sight.offered[0, :, 0, 0]) & (np.arange(len(values)) >= 12)
    offered, came = sight.offered[0, use, level], values[use] - sight.points[0, use]
    unit = np.abs(came).mean() if use.any() else 0.0
    return _examples(
        offered, told(sight.features[0, use], offered, sight.scales[0, use], upper=level > 3), came, unit, (30.0, 12.0)
    )


def _examples(offered: Floats, features: Floats, came: Floats, unit: float, caps: tuple[float, float]) -> Examples:
    """Rows in units of the series' usual error, wild ones capped; none where the series never errs."""
    if len(came) < 15 or unit <= 1e-9 * np.ptp(came):
        offered, features, came, unit = offered[:0], features[:0], came[:0], 1.0
    ones = np.ones((len(came), 1))
    return Examples(
        np.clip(offered / unit, -caps[0], caps[0]), np.hstack([features, ones]), np.clip(came / unit, -caps[1], caps[1])
    )


def _mirrored(examples: Examples) -> Examples:
    return Examples(-examples.offered, examples.told, -examples.came)


def fitted(parts: list[Examples], *, share: float, epochs: int = 15) -> Floats:
    """The gate [F + 1, C] whose softmax mixture has the least pinball loss at `share`."""
    offered, features, came = (np.concatenate(column) for column in zip(*parts, strict=True))
    gate = np.zeros((features.shape[1], offered.shape[1]))

    def slope(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
        weights = np.exp((logits := features[rows] @ gate) - logits.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        mixed = (weights * offered[rows]).sum(axis=1)
        pull = np.where(came[rows] > mixed, -share, 1 - share)[:, None] / len(rows)
        return np.asarray(features[rows].T @ (pull * weights * (offered[rows] - mixed[:, None])) + WEIGHT_DECAY * gate)

    _descend(gate, slope, len(came), epochs)
    return gate


def _descend(gate: Floats, slope: Callable[..., Floats], examples: int, epochs: int, *, rate: float = 0.012) -> None:
    """Adam in place, its rate falling to nothing."""
    rng = np.random.default_rng(0)
    first, second, step, steps = np.zeros_like(gate), np.zeros_like(gate), 0, epochs * (examples // BATCH)
    for _ in range(epochs):
        order = rng.permutation(examples)
        for start in range(0, examples - BATCH + 1, BATCH):
            step += 1
            g = slope(order[start : start + BATCH])
            first, second = 0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g * g
            size = rate * (1 - step / steps) + 1e-5
            gate -= size * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written(made(int(sys.argv[2]) if len(sys.argv) > 2 else 7000)))
