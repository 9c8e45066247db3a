"""Over fifty made lives and hundreds of runs without a cause: what is hidden is found, and luck no more often than
said."""

from __future__ import annotations

import numpy as np
import pytest
from bench._effects_lives import FORMS, SEEDS
from bench.effects_life import _shifted_lives, _without, recovery

from selftwin.domains.habits.effects import RATE


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_strong_causes_are_found_in_every_form_and_held_by_their_bounds() -> None:
    told, false = recovery(SEEDS, 730)
    for form in FORMS:
        own = [one for one in told if one.form == form and one.cause == "alcohol.drinks"]
        assert np.mean([one.found and one.lag for one in own]) >= 0.99
        assert np.median([one.ratio for one in own]) == pytest.approx(1, abs=0.1)
    assert np.mean([one.holds for one in told if np.isfinite(one.ratio)]) >= 0.8
    assert np.mean([one["adjusted"] for one in false]) <= 3


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_shifted_causes_are_found_no_more_often_than_said() -> None:
    found = _without(_shifted_lives(np.random.default_rng(1), 200, 730))
    assert np.mean(found["ours"]) <= RATE
    assert np.mean([count > 0 for count in found["ours"]]) <= RATE
    assert np.mean([count > 0 for count in found["correlation"]]) > 0.5
