"""People drawn from the tables: alive, alike for a seed, spread as the tables say; and simulated lives."""

import numpy as np
import pytest

from selftwin.domains.body.glucose import people
from selftwin.domains.body.glucose.engine import PLACE, inputs, simulate, valid
from selftwin.domains.body.glucose.people_lives import live
from selftwin.vocabulary.errors import UsageError


@pytest.mark.parametrize("kind", people.KINDS)
def test_people_drawn_are_alive_and_the_same_for_a_seed(kind):
    one, again, other = people.draw(kind, 300, 4), people.draw(kind, 300, 4), people.draw(kind, 300, 5)
    assert valid(one.people).all()
    assert np.array_equal(one.people, again.people)
    assert not np.array_equal(one.people, other.people)
    path = simulate(one, inputs(300, meals=[(0, 60.0)]))
    assert np.isfinite(path).all()
    assert np.quantile(path.min(axis=1), 0.01) > 45
    assert path.max() < 900


def test_basal_insulin_and_fasting_glucose_of_people_are_those_of_people():
    one, two, none = (people.draw(kind, 500, 6) for kind in people.KINDS)
    assert 0.3 < np.quantile(one.basal, 0.01) < np.quantile(one.basal, 0.99) < 4.0
    assert not two.basal.any()
    assert 75 < none.glucose.min() < none.glucose.max() < 120
    assert np.median(two.glucose) > 126


def test_spreads_and_correlations_come_out_as_the_tables_say():
    some = people.population("type 1")
    bodies = some.bodies(np.random.default_rng(0).standard_normal((20_000, len(some.varying))))
    logs = np.log(bodies + 1e-12)
    assert logs[:, PLACE["vmx"]].std() == pytest.approx(0.46, rel=0.03)
    assert np.corrcoef(logs[:, PLACE["ka1"]], logs[:, PLACE["ka2"]])[0, 1] == pytest.approx(0.91, abs=0.05)
    assert np.corrcoef(logs[:, PLACE["vi"]], logs[:, PLACE["m2"]])[0, 1] == pytest.approx(-0.79, abs=0.1)
    assert np.array_equal(some.bodies(np.zeros((1, len(some.varying))))[0], people.mean("type 1").people[0])


def test_a_weight_that_is_told_is_everyones():
    assert np.all(people.draw("none", 5, 1, weight=64.0).people[:, PLACE["weight"]] == 64.0)
    assert people.mean("none", weight=64.0).people[0, PLACE["weight"]] == 64.0


def test_an_unknown_kind_or_intensity_is_refused_with_what_there_is():
    with pytest.raises(UsageError, match="no kind") as told:
        people.mean("type 3")
    assert "type 2" in told.value.hint
    with pytest.raises(UsageError):
        people.effort_of("heroic")


def test_harder_bouts_are_more_effort():
    assert 0 < people.effort_of("light") < people.effort_of("moderate") < people.effort_of("vigorous") < 120


def test_a_simulated_life_is_the_same_for_a_seed_and_looks_like_one():
    one, again = live("type 1", 11, days=3), live("type 1", 11, days=3)
    assert np.array_equal(one.record.readings, again.record.readings)
    record = one.record
    assert 700 < len(record.readings) < 865
    assert 8 < len(record.meals) < 30
    assert 40 <= record.readings.min() <= record.readings.max() <= 400
    assert record.insulin.sum() / 3 > 10
    assert 2 < one.grams_a_unit < 150
    assert not live("none", 11, days=2).record.insulin.any()
