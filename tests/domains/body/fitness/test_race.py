"""Race times at the values of Riegel's paper and of Daniels' tables."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.body.fitness import race
from selftwin.vocabulary.errors import UsageError

DANIELS_50 = {5000: "19:57", 10000: "41:21", 21097.5: "1:31:35", 42195: "3:10:49"}  # Daniels' Running Formula
# A public calculator after Daniels, for 15 km in 1:07:48, which it calls a VDOT of 46.4.
AFTER_DANIELS = {5000: "21:15.1", 10000: "44:03.9", 20000: "1:32:11.9", 21097.5: "1:37:36.7", 42195: "3:22:58.7"}


def seconds(text: str) -> float:
    total = 0.0
    for part in text.split(":"):
        total = 60 * total + float(part)
    return total


@pytest.mark.parametrize(("metres", "said"), DANIELS_50.items())
def test_a_vdot_of_fifty_runs_the_times_of_daniels_table(metres: float, said: str):
    assert race.time(metres, 50) == pytest.approx(seconds(said), rel=0.001)


@pytest.mark.parametrize(("metres", "said"), AFTER_DANIELS.items())
def test_equivalent_times_are_those_of_a_calculator_after_daniels(metres: float, said: str):
    fitness = race.vdot(15000, seconds("1:07:48"))
    assert fitness == pytest.approx(46.4, abs=0.05)
    assert race.time(metres, fitness) == pytest.approx(seconds(said), rel=0.0004)


def test_time_and_vdot_undo_each_other():
    for metres in race.DISTANCES.values():
        assert race.vdot(metres, race.time(metres, 43.2)) == pytest.approx(43.2, abs=1e-6)


def test_riegel_gives_his_power_law():
    assert race.riegel(3600, 15000, 15000) == 3600
    assert race.riegel(1200, 5000, 10000) == pytest.approx(1200 * 2**1.06)


def test_fitter_runners_are_faster_and_marathons_less_certain_than_ten_kilometres():
    luck = np.random.default_rng(4).standard_normal((4000, 2))
    fitness = np.full(4000, 48.0)
    ten, marathon = race.times(10000, fitness, luck), race.times(42195, fitness, luck)
    assert race.times(10000, fitness + 3, luck).mean() < ten.mean()
    assert marathon.std() / marathon.mean() > ten.std() / ten.mean()
    assert ten.mean() == pytest.approx(race.time(10000, 48), rel=0.005)
    assert marathon.mean() > race.time(42195, 48) * 1.03, "the formula is too fast for most at the marathon"


def test_draws_of_several_days_share_the_luck_of_their_row():
    luck = np.random.default_rng(5).standard_normal((30, 2))
    said = race.times(5000, np.full((30, 4), 45.0), luck)
    assert said.shape == (30, 4)
    assert np.ptp(said, axis=1).max() < 1e-9


@pytest.mark.parametrize(
    "ask",
    [
        lambda: race.time(200, 50),
        lambda: race.time(200000, 50),
        lambda: race.time(5000, 120),
        lambda: race.vdot(5000, 500),
        lambda: race.riegel(90000, 5000, 10000),
    ],
)
def test_nonsense_is_refused(ask):
    with pytest.raises(UsageError):
        ask()
