"""Both futures of a weight: they share their luck, and nobody who eats less ends heavier."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.weight.futures import futures, replayed
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def life(seed: int, *, trend: float = 0.0, n: int = 300) -> Remembered:
    rng = np.random.default_rng(seed)
    values = 85 + np.cumsum(rng.normal(0, 0.05, n)) + trend * np.arange(n) + rng.normal(0, 0.3, n)
    rows = [(NOW.date() - timedelta(days=n - 1 - i), round(float(one), 1)) for i, one in enumerate(values)]
    known = {"height": 1.80, "age": 40.0, "sex": "male"}
    return Remembered(NOW, daily={"weight": rows}, given=known)


def test_no_step_is_no_difference_at_all() -> None:
    found = futures(life(1), AS_YOU_ARE, AS_YOU_ARE, 60)
    assert (found.with_.weight == found.without.weight).all()


@pytest.mark.parametrize("less", ["energy.intake -{} kcal/d", "steps +{}0 /d"])
def test_more_of_what_makes_lighter_never_ends_heavier_in_any_life(less: str) -> None:
    ends = [futures(life(2), scenario(less.format(n)), AS_YOU_ARE, 90).with_.weight for n in (100, 300, 600, 900)]
    assert all((b <= a + 1e-9).all() for a, b in pairwise(ends))


def test_the_difference_is_that_of_the_published_model_and_does_not_know_the_luck() -> None:
    found = futures(life(3), scenario("energy.intake -500 kcal/d for 364 d"), AS_YOU_ARE, 364)
    lost = (found.with_.weight - found.without.weight)[:, -1]
    assert -16 < lost.mean() < -10  # the check value's man loses 13.7 kg
    assert lost.std() < found.without.weight[:, -1].std() + 3


def test_the_parts_add_up_and_so_do_the_reasons() -> None:
    both = scenario("energy.intake -400 kcal/d; steps +4000 /d")
    found = futures(life(4), both, AS_YOU_ARE, 90)
    last = float((found.with_.weight - found.without.weight)[:, -1].mean())
    assert sum(part for _, part in found.because) == pytest.approx(last, abs=1e-9)
    held = futures(life(4), both, scenario("energy.intake -100 kcal/d"), 90)
    last = float((held.with_.weight - held.without.weight)[:, -1].mean())
    assert sum(part for _, part in held.because) == pytest.approx(last, abs=1e-9)


def test_a_trend_tells_how_far_eating_lies_from_keeping() -> None:
    gaining = futures(life(5, trend=0.02), AS_YOU_ARE, AS_YOU_ARE, 30)
    assert 60 < (gaining.eats - gaining.keeps).mean() < 220  # 20 g a day hold about 140 kcal
    kept = futures(life(5, trend=0.02), scenario("energy.intake 2000 kcal/d"), AS_YOU_ARE, 90)
    assert kept.with_.intake.std() < 0.75 * kept.without.intake.std()  # what is set is set, whatever was


def test_most_of_the_past_would_have_ended_inside() -> None:
    found = futures(life(6, n=700), AS_YOU_ARE, AS_YOU_ARE, 30)
    replay = replayed(found.person, 30)
    assert len(replay.came) > 10
    assert replay.inside / len(replay.came) > 0.75


def test_the_same_seed_is_the_same_answer() -> None:
    a, b = (futures(life(7), scenario("steps +2000 /d"), AS_YOU_ARE, 30, seed=5).with_.weight for _ in range(2))
    assert (a == b).all()
