"""Steps of a scenario as days of eating, salt and moving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.weight import doing
from selftwin.domains.body.weight.doing import Luck
from selftwin.domains.body.weight.hall import adult
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.scenario import scenario, step

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
WALKED = [(NOW.date() - timedelta(days=back), 8000.0) for back in range(30, 0, -1)]
PAST = Remembered(NOW, daily={"steps": WALKED})
MAN = adult([80.0, 80.0], 1.8, 40, 0, 1.6)
INTAKE = np.full((2, 41), 2700.0)
EVEN = Luck(np.ones(2), np.ones(2), np.ones(2), np.ones(2))


def test_a_step_is_done_on_its_days_alone() -> None:
    assert doing.on_days(step("energy.intake -500 kcal/d for 10 d"), PAST, 40).sum() == 10
    assert doing.on_days(step("steps +3000 /d"), PAST, 40).all()
    later = doing.on_days(step("energy.intake -500 kcal/d for 5 d from 2026-03-11"), PAST, 40)
    assert np.flatnonzero(later).tolist() == [10, 11, 12, 13, 14]
    assert doing.on_days(step("energy.intake 4000 kcal"), PAST, 40).sum() == 1


def test_energy_is_changed_set_or_shared_out() -> None:
    def energy(text: str) -> float:
        changed = doing.changes(scenario(text).steps, PAST, MAN, INTAKE, EVEN, 40)
        return float(np.asarray(changed.energy)[0, 0])

    assert energy("energy.intake -500 kcal/d") == -500
    assert energy("energy.intake 2000 kcal/d") == pytest.approx(-700)
    assert energy("energy.intake -10 % daily") == pytest.approx(-270)


def test_salt_and_sodium_are_the_same_thing() -> None:
    def sodium(text: str) -> float:
        changed = doing.changes(scenario(text).steps, PAST, MAN, INTAKE, EVEN, 40)
        return float(np.asarray(changed.sodium)[0, 0])

    assert sodium("meal.sodium -50 mmol/d") == pytest.approx(-1149.5, abs=1)
    assert sodium("meal.salt -2.922 g/d") == pytest.approx(-1149.5, abs=1)
    with pytest.raises(NothingYet, match="usual for meal"):
        sodium("meal.sodium 2000 mg/d")


def test_moving_is_counted_by_steps_minutes_and_kinds() -> None:
    def moving(text: str) -> float:
        changed = doing.changes(scenario(text).steps, PAST, MAN, INTAKE, EVEN, 40)
        return 80 * float(np.asarray(changed.moving)[0, 0])

    assert moving("steps +3000 /d") == pytest.approx(80)
    assert moving("steps 11000 /d") == pytest.approx(80)
    assert moving("activity.exercise +30 min/d") == pytest.approx(132)
    assert moving("workout running 30 min daily") == pytest.approx(352)
    assert moving("energy.active +200 kcal/d") == pytest.approx(200)
    with pytest.raises(UsageError, match="How long"):
        moving("workout running daily")


def test_what_is_done_scatters_about_what_is_said() -> None:
    luck = np.random.default_rng(2).standard_normal((2000, 4))
    factors = Luck.of(np.concatenate([luck, -luck]))
    assert factors.eaten.mean() == pytest.approx(1, abs=0.01)
    assert factors.moved.mean() == pytest.approx(1, abs=0.01)
    assert 0.6 <= factors.kept.min() <= factors.kept.max() <= 1.0
