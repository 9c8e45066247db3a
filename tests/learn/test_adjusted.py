"""The adjusted effect: shared causes are taken out, the interval holds as it says, and no day foresees itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from selftwin.learn.adjusted import FOLDS, GAP, adjusted, blocks, hanging, ridge, standard
from selftwin.learn.adjusted_about import about, later

Floats = NDArray[np.float64]
DAYS = 500
WEEKDAY = np.arange(DAYS) % 7


def life(seed: int, *, size: float = 1.0, shared: float = 1.5) -> tuple[Floats, Floats, Floats]:
    """A cause, an outcome that it raises a day later by `size`, and what moves both: stress that lasts for days."""
    rng = np.random.default_rng(seed)
    stress, noise = np.zeros(DAYS), np.zeros(DAYS)
    for day in range(1, DAYS):
        stress[day] = 0.7 * stress[day - 1] + rng.normal()
        noise[day] = 0.5 * noise[day - 1] + rng.normal()
    cause = 0.6 * stress + 0.5 * (WEEKDAY >= 5) + rng.normal(size=DAYS)
    outcome = noise
    outcome[1:] += size * cause[:-1] + shared * stress[:-1]
    outcome[rng.random(DAYS) < 0.1] = np.nan
    return cause, outcome, stress[None]


def asked(seed: int, **how: float) -> tuple[float, float]:
    cause, outcome, stress = life(seed, **how)
    columns = about(cause, outcome, stress, WEEKDAY, since=0)
    found = adjusted(cause, later(outcome, 1)[None], columns)
    return float(found.size[0]), float(found.reach[0])


def test_what_moves_both_is_taken_out() -> None:
    cause, outcome, stress = life(1, size=0.0)
    columns = about(cause, outcome, stress, WEEKDAY, since=0)
    blind = about(cause, outcome, np.zeros((0, DAYS)), WEEKDAY, since=0)
    seeing, unseeing = (adjusted(cause, later(outcome, 1)[None], one) for one in (columns, blind))
    assert abs(seeing.size[0]) < 2 * seeing.reach[0]
    assert unseeing.size[0] > 3 * unseeing.reach[0]
    assert seeing.zero[0] < 1.01
    assert 0 < seeing.free < unseeing.free <= 1.1


def test_the_interval_holds_about_nine_times_in_ten() -> None:
    found = [asked(seed) for seed in range(100, 125)]
    held = np.mean([abs(size - 1.0) <= reach for size, reach in found])
    assert 0.75 <= held <= 1.0
    assert np.mean([size for size, _ in found]) == pytest.approx(1.0, abs=0.05)


def test_of_several_lags_the_one_that_acts_is_told() -> None:
    cause, outcome, stress = life(3)
    after = np.stack([later(outcome, lag) for lag in (1, 2, 3)])
    found = adjusted(cause, after, about(cause, outcome, stress, WEEKDAY, since=0))
    assert found.p[0] < 1e-6
    assert (found.p[1:] > 0.001).all()
    assert found.zero[0] > 1.1


def test_no_day_is_foreseen_by_itself_or_by_its_neighbours() -> None:
    rng = np.random.default_rng(5)
    columns, target = rng.normal(size=(DAYS, 4)), rng.normal(size=DAYS)
    folds = blocks(DAYS)
    known = ridge(columns, target, folds)
    first = np.flatnonzero(folds == 1)[:28]
    changed = target.copy()
    changed[first[0] - GAP : first[-1] + 1 + GAP] += 100
    inside = np.flatnonzero(folds == 1)
    moved = np.abs(ridge(columns, changed, folds)[first] - known[first])
    assert moved.max() < 1.0
    assert set(folds) == set(range(FOLDS))
    assert inside.size > 50


def test_standard_errors_are_those_of_independent_days_and_larger_where_days_hang_together() -> None:
    rng = np.random.default_rng(7)
    parts = rng.normal(size=4000)
    assert hanging(parts - parts.mean())[0] == pytest.approx(np.sqrt(4000), rel=0.2)
    assert hanging(parts)[1] == int(0.4 * 4000 ** (2 / 3))
    together = np.convolve(parts, np.ones(5) / np.sqrt(5), "same")
    assert hanging(together - together.mean())[0] == pytest.approx(np.sqrt(5 * 4000), rel=0.25)


def test_too_few_days_give_no_size() -> None:
    cause, outcome, stress = life(9)
    outcome[30:] = np.nan
    found = adjusted(cause, later(outcome, 1)[None], about(cause, outcome, stress, WEEKDAY, since=0))
    assert np.isnan(found.size).all()
    assert np.isnan(found.reach).all()


def test_columns_are_known_before_the_cause() -> None:
    cause, outcome = np.arange(30.0), 100 + np.arange(30.0)
    before = about(cause, outcome, np.zeros((0, 30)), np.arange(30) % 7, since=1)
    with_day = about(cause, outcome, np.zeros((0, 30)), np.arange(30) % 7, since=0)
    day = 20
    assert before[day, :14].tolist() == [*range(19, 12, -1), *range(119, 112, -1)]
    assert with_day[day, 7] == 120
    assert later(cause, -2)[:3].tolist() == pytest.approx([np.nan, np.nan, 0.0], nan_ok=True)


def test_columns_that_never_move_are_left_out_and_gaps_stand_for_the_mean() -> None:
    found = standard(np.array([[1.0, 5.0], [np.nan, 5.0], [3.0, 5.0]]))
    assert found.shape == (3, 1)
    assert found[1, 0] == 0.0
    assert found[:, 0].mean() == pytest.approx(0)
