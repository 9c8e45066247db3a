from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.learn.driven import Prior, Sensor, Told, _on_simplex, tell
from selftwin.learn.driven_blocks import settled, spans
from selftwin.learn.driven_look import LOOKS, look, run_starts, targets
from selftwin.learn.driven_width import Width

if TYPE_CHECKING:
    from selftwin.learn.dense_memory import Floats

LEADS = np.array([1800.0, 3600.0, 7200.0])
SENSOR = Sensor(900.0, 960.0, 3450.0, 150.0, 20.0, 600.0)
WIDTH = Width(np.tile([0.3, 0.0, 0.0, 0.0], (3, 1)), np.array([-0.8, -1.6, -2.1]), np.array([0.8, 1.6, 2.1]))
BLANK = Prior(LEADS, 40.0, np.zeros((LOOKS + 1, 4)), np.zeros((5, 3)), np.array([[0.5], [0.7], [0.9]]), WIDTH)
CORNERS = [np.array([i, j]) / 20 for i in range(21) for j in range(21 - i)]
RISE = 1.5  # scales that one unit of input lifts the signal in the life below


def acted(age: Floats) -> Floats:
    """The share of an input that has acted after so many seconds."""
    hours = np.maximum(age, 0.0) / 2400.0
    return 1.0 - np.exp(-hours) * (1.0 + hours)


def a_life(days: int, *, effect: float = RISE, seed: int = 3) -> tuple[Floats, Floats, Floats]:
    """Times, values and pushes (n, 3, 1) of a level that inputs at random hours move and that returns by itself."""
    draw = np.random.default_rng(seed)
    times = np.arange(0, days * 86400.0, 900.0)
    inputs = np.sort(draw.uniform(0, days * 86400.0, 4 * days))
    sizes = draw.uniform(0.5, 1.5, len(inputs))
    values, pushes = 130.0 + np.zeros(len(times)), np.zeros((len(times), 3, 1))
    for at, size in zip(inputs, sizes, strict=True):
        age = times - at
        values += 40.0 * effect * size * acted(age) * np.exp(-np.maximum(age, 0) / 14400.0)
        for lead, ahead in enumerate(LEADS):
            pushes[:, lead, 0] += np.where(age >= 0, size * (acted(age + ahead) - acted(age)), 0.0)
    return times, values + draw.normal(0, 2, len(times)), pushes


def say(times: Floats, values: Floats, pushes: Floats, prior: Prior = BLANK, *, threshold: float = 70.0) -> Told:
    own = np.repeat(values[:, None], 3, axis=1)
    return tell(times, values, times % 86400, own=own, pushes=pushes, prior=prior, sensor=SENSOR, threshold=threshold)


def missed(told: Told, values: Floats, mean: Floats, lead: int) -> float:
    rows = np.flatnonzero((told.target[:, lead] >= 0) & (np.arange(len(values)) > len(values) // 2))
    return float(np.sqrt(np.mean((values[told.target[rows, lead]] - mean[rows, lead]) ** 2)))


def test_nothing_later_than_a_reading_is_seen() -> None:
    times, values, pushes = a_life(6)
    whole = say(times, values, pushes)
    spoilt, other = values.copy(), pushes.copy()
    spoilt[400:], other[400:] = 300.0, 9.0
    part, cut = say(times, spoilt, other), say(times[:400], values[:400], pushes[:400])
    for name in ("mean", "low", "high", "below"):
        ours = getattr(whole, name)[:400]
        assert np.array_equal(ours, getattr(part, name)[:400], equal_nan=True)
        assert np.array_equal(ours, getattr(cut, name), equal_nan=True)


def test_a_case_teaches_only_once_its_target_was_read() -> None:
    times = np.arange(0, 3 * 86400.0, 900.0)
    target = targets(times, 7200.0, 150.0)
    blocks = spans(times)
    news = settled(target, blocks)
    taught = np.concatenate(news)
    assert len(taught) == len(set(taught))
    for (start, _), rows in zip(blocks, news, strict=True):
        assert (target[rows] <= start).all()
    assert set(np.flatnonzero((target >= 0) & (target <= blocks[-1][0]))) == set(taught)


@pytest.mark.parametrize("row", [100, 300, 575])
def test_more_of_an_input_moves_what_comes_its_way_and_no_other(row: int) -> None:
    times, values, pushes = a_life(6)
    plain = say(times, values, pushes)
    for amount in (0.2, 1.0, 5.0):
        more = pushes.copy()
        more[row:] += amount * np.array([[0.3], [0.6], [0.9]])
        told = say(times[: row + 1], values[: row + 1], more[: row + 1])
        for name in ("mean", "low", "high"):
            assert (getattr(told, name)[row] >= getattr(plain, name)[row]).all()
        assert (told.mean[row] > plain.mean[row]).all()
        assert (told.below[row] <= plain.below[row]).all()


def test_a_gain_that_would_change_its_sign_is_held_at_zero() -> None:
    times, values, pushes = a_life(10, effect=-RISE)
    told = say(times, values, pushes)
    assert (told.gains[1:] == 0.0).all()
    assert 0.0 <= told.gains[0] < BLANK.gains[0] / 2


def test_a_persons_own_gain_is_learnt_and_pays() -> None:
    times, values, pushes = a_life(12)
    told, deaf = say(times, values, pushes), say(times, values, np.zeros_like(pushes))
    assert (told.gains[:2] > 1.2 * BLANK.gains[:2]).all()
    for lead in range(3):
        assert missed(told, values, told.mean, lead) < 0.9 * missed(told, values, deaf.mean, lead)


def test_the_better_expert_is_trusted_more() -> None:
    times, values, pushes = a_life(8)
    target = np.column_stack([targets(times, lead, 150.0) for lead in LEADS])
    oracle = values[np.maximum(target, 0)]
    told = tell(times, values, times % 86400, own=oracle, pushes=pushes, prior=BLANK, sensor=SENSOR, threshold=70.0)
    for lead in range(3):
        assert missed(told, values, told.mean, lead) < 0.5 * missed(told, values, told.experts[..., 1], lead)


@given(rows=st.lists(st.tuples(*[st.floats(-2, 2)] * 3), min_size=3, max_size=9))
def test_the_weights_of_the_mixture_are_the_best_of_those_allowed(rows: list[tuple[float, float, float]]) -> None:
    table = np.array(rows)
    gram, moment = table[:, :2].T @ table[:, :2], table[:, :2].T @ table[:, 2]
    weights = _on_simplex(gram, moment, 1.0)
    assert (weights >= 0).all()
    assert weights.sum() <= 1 + 1e-9
    loss = [0.5 * one @ gram @ one - moment @ one for one in (weights, *CORNERS)]
    assert loss[0] <= min(loss[1:]) + 1e-6


def test_bounds_hold_each_other_and_the_share_they_say() -> None:
    times, values, pushes = a_life(14)
    told = say(times, values, pushes)
    spoke = np.isfinite(told.mean[:, 0])
    assert (np.diff(told.low[spoke], axis=2) <= 0).all()
    assert (np.diff(told.high[spoke], axis=2) >= 0).all()
    for lead in range(3):
        rows = np.flatnonzero((told.target[:, lead] >= 0) & (times > 4 * 86400))
        truth = values[told.target[rows, lead]]
        held = (truth >= told.low[rows, lead, 2]) & (truth <= told.high[rows, lead, 2])
        assert 0.85 < held.mean() < 0.96


def test_the_chance_of_a_low_rises_with_where_low_begins() -> None:
    times, values, pushes = a_life(4)
    chances = [say(times, values, pushes, threshold=line).below[-1] for line in (20.0, 100.0, 130.0, 160.0, 400.0)]
    assert (np.diff(chances, axis=0) >= 0).all()
    assert (chances[0] < 0.01).all()
    assert (chances[-1] > 0.99).all()


def test_after_a_gap_nothing_is_said_for_an_hour() -> None:
    times, values, pushes = a_life(3)
    keep = np.ones(len(times), dtype=bool)
    keep[150:170] = False
    told = say(times[keep], values[keep], pushes[keep])
    assert np.isnan(told.mean[150:154]).all()
    assert np.isfinite(told.mean[154:]).all()
    assert run_starts(times[keep], 960.0)[150] == times[170]


def test_a_signal_that_never_moves_is_forecast_as_itself() -> None:
    times = np.arange(0, 3 * 86400.0, 900.0)
    told = say(times, np.full(len(times), 90.0), np.zeros((len(times), 3, 1)))
    assert np.nanmax(np.abs(told.mean - 90.0)) < 1e-6


def test_what_is_said_stays_within_what_the_signal_can_be() -> None:
    times, values, pushes = a_life(3)
    sensor = replace(SENSOR, low=110.0, high=150.0)
    told = tell(times, values, times % 86400, own=np.repeat(values[:, None], 3, axis=1), pushes=9 * pushes, prior=BLANK,
                sensor=sensor, threshold=70.0)  # fmt: skip
    for name in ("mean", "low", "high"):
        assert np.nanmin(getattr(told, name)) >= 110.0
        assert np.nanmax(getattr(told, name)) <= 150.0


def test_looks_know_steps_means_and_the_clock() -> None:
    times = np.arange(0, 86400.0, 300.0)
    seen = look(times, 100.0 + times / 300.0, times % 86400, leads=LEADS, gap=960.0, interval=300.0)
    assert seen.shape == (288, LOOKS)
    assert np.allclose(seen[40:, :4] * 12.0, 3.0)
    assert (seen[40:, 5:9] > 0).all()
    assert np.allclose(seen[72, 14:16], [1.0, 0.0], atol=1e-9)
    assert np.abs(seen).max() <= 4.0
