"""The simulator of weight: what it tells, asks for, warns of and refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.simulators.weight import SIMULATOR
from selftwin.vocabulary.errors import NothingYet, Refused
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def past(middle: float = 82.0, n: int = 250, **given: Any) -> Remembered:
    rng = np.random.default_rng(8)
    rows = [(NOW.date() - timedelta(days=n - i), round(middle + float(rng.normal(0, 0.4)), 1)) for i in range(n)]
    return Remembered(NOW, daily={"weight": rows}, given={"height": 1.80, "age": 40.0, "sex": "male"} | given)


def specimen() -> tuple[Remembered, str]:
    """A past and a scenario, for the promises that every simulator keeps."""
    return past(), "energy.intake -500 kcal/d for 90 d; steps +3000 /d; meal.sodium -50 mmol/d"


def ask(text: str, *, of: Remembered | None = None, days: float | None = None) -> list[Any]:
    return SIMULATOR.imagine(of or past(), Question(scenario(text), AS_YOU_ARE, days))


def test_it_tells_weight_and_parts_that_add_up() -> None:
    weight, fat, lean, share = ask("energy.intake -500 kcal/d for 90 d")
    assert [one.signal for one in (weight, fat, lean, share)] == list(SIMULATOR.gives)
    assert len(weight.with_) == 91
    assert weight.with_[0].at == "2026-03-01"
    assert weight.with_[-1].at == "2026-05-30"
    assert np.allclose(fat.draws + lean.draws, weight.draws)
    assert np.allclose(share.draws, 100 * fat.draws / weight.draws)
    end = weight.difference[-1]
    assert end.lo90 < end.mean < end.hi90 < 0
    assert end.mean == pytest.approx(weight.with_[-1].mean - weight.without[-1].mean, abs=1e-9)
    assert sum(part for _, part in weight.because) == pytest.approx(end.mean, abs=1e-9)


def test_it_says_what_it_assumed_and_how_it_would_have_done() -> None:
    weight = ask("energy.intake -300 kcal/d for 60 d")[0]
    assert weight.trust is Trust.TRUSTED
    assert weight.n == 250
    assert weight.replayed is not None
    assert weight.replayed[0] <= weight.replayed[1]
    assert any("Replayed on your own past" in note and "nothing changes" in note for note in weight.assumptions)
    assert any("keep your weight" in said for said in weight.assumptions)
    assert all(any(char.isdigit() for char in cite) for cite in weight.cites)
    assert weight.plain()["difference"]["mean"] < 0


def test_days_are_those_asked_or_those_of_the_steps_or_ninety() -> None:
    assert len(ask("steps +3000 /d")[0].with_) == 91
    assert len(ask("energy.intake -300 kcal/d for 20 d")[0].with_) == 21
    assert len(ask("energy.intake -300 kcal/d for 20 d", days=120)[0].with_) == 121


def test_one_day_hardly_moves_weight_and_is_not_told() -> None:
    with pytest.raises(NothingYet, match="One day"):
        ask("energy.intake 4000 kcal")


def test_eating_next_to_nothing_is_called_what_it_is() -> None:
    notes = ask("energy.intake 700 kcal/d for 60 d")[0].notes
    assert "not advice" in notes[0]
    assert not any("not advice" in note for note in ask("energy.intake -300 kcal/d for 60 d")[0].notes)


def test_ways_into_underweight_are_refused() -> None:
    with pytest.raises(Refused, match="underweight"):
        ask("energy.intake -700 kcal/d for 200 d", of=past(63.0))
    with pytest.raises(Refused, match="underweight"):
        ask("energy.intake -100 kcal/d for 30 d", of=past(58.0))
    assert ask("energy.intake +300 kcal/d for 90 d", of=past(58.0))[0].difference[-1].mean > 0


def test_a_first_weigh_in_is_enough_and_trusted_little() -> None:
    first = ask("energy.intake -300 kcal/d for 60 d", of=past(n=0, weight=82.0))[0]
    assert first.trust is Trust.NONE
    assert first.replayed is None
    wide, narrow = (np.ptp([one.without[-1].lo90, one.without[-1].hi90]) for one in (first, ask("steps +1 /d")[0]))
    assert wide > narrow


def test_an_old_weigh_in_is_pointed_at() -> None:
    old = replace(past(), now=NOW + timedelta(days=60))
    assert any("60 days old" in note or "61 days old" in note for note in ask("steps +2000 /d", of=old)[0].notes)


def test_ninety_in_a_hundred_hold_on_people_not_used_before() -> None:
    """Twelve strangers, told 60 days before their end: the weigh-in that came lies inside about nine in ten."""
    inside = 0
    for seed in range(4000, 4012):
        rng = np.random.default_rng(seed)
        n, drive = 320, rng.normal(0, 0.012)
        level = 78 + np.cumsum(rng.normal(0, rng.uniform(0.03, 0.1), n)) + drive * np.arange(n)
        scale = np.round(level + rng.normal(0, rng.uniform(0.2, 0.6), n), 1)
        rows = [(NOW.date() - timedelta(days=n - 61 - i), float(scale[i])) for i in range(n - 60)]
        known = Remembered(NOW, daily={"weight": rows}, given={"height": 1.75, "age": 35.0, "sex": "female"})
        told = ask("meal.sodium +1 mg/d", of=known, days=60)[0].without
        at = (rows[-1][0] + timedelta(days=60)).isoformat()
        point = next((one for one in told if one.at == at), told[-1])
        inside += point.lo90 <= scale[-1] <= point.hi90
    assert inside >= 9
