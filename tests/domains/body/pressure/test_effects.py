"""Effects of trials on blood pressure: every row with its source, and how several come together."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.domains.body.pressure.effects import (
    FLOOR,
    MOST,
    built_up,
    effects,
    sizes,
    sobered,
    together,
    trained,
)

ROWS = list(
    csv.DictReader(files("selftwin.domains.body.pressure").joinpath("effects.csv").read_text().splitlines())
)
CALM = np.zeros((5, 2))


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_every_row_names_its_paper_and_lies_within_its_interval(row: dict[str, str]) -> None:
    assert "doi:10." in row["source"]
    assert any(str(year) in row["source"] for year in range(1990, 2027))
    for kind in ("systolic", "diastolic"):
        low, mean, high = (float(row[f"{kind}{end}"]) for end in ("_lo95", "", "_hi95"))
        assert low < mean < high < 0
    assert float(row["days"]) > 0


def test_the_published_means_stand_in_the_table() -> None:
    told = {name: one.mean for name, one in effects().items()}
    assert told["aerobic"] == (-4.49, -2.53)
    assert told["resistance"] == (-4.55, -3.04)
    assert told["combined"] == (-6.04, -2.54)
    assert told["hiit"] == (-4.08, -2.50)
    assert told["isometric"] == (-8.24, -4.00)
    assert told["weight"] == (-1.05, -0.92)
    assert told["alcohol"] == (-5.50, -3.97)
    assert told["sodium"][0] == -2.13


def test_two_weeks_of_less_salt_do_what_short_trials_saw() -> None:
    sodium = effects()["sodium"]
    after = built_up(np.full((1, 91), -sodium.mean[0]), sodium.days)[0]
    assert after[14] == pytest.approx(1.10, abs=0.1)
    assert after[90] == pytest.approx(2.13, abs=0.05)


def test_pressure_that_is_not_high_falls_less() -> None:
    start = np.array([110.0, 120.0, 135.0, 150.0, 170.0])
    lowered = sizes(effects()["sodium"], 0, start, CALM)
    assert (np.diff(lowered) >= 0).all()
    assert lowered[2] == pytest.approx(2.13)
    assert lowered[0] / lowered[-1] == pytest.approx(2.42 / 5.39, abs=0.05)  # BMJ 2013;346:f1325
    assert np.ptp(sizes(effects()["weight"], 0, start, CALM)) == 0


def test_people_differ_and_none_answers_the_wrong_way() -> None:
    luck = np.random.default_rng(1).standard_normal((2000, 2))
    lowered = sizes(effects()["aerobic"], 0, np.full(2000, 135.0), luck)
    assert lowered.min() >= 0
    assert lowered.mean() == pytest.approx(4.49, abs=0.2)
    assert 0.4 < lowered.std() / lowered.mean() < 0.7


falls = st.lists(st.floats(0, 15), min_size=1, max_size=5)


@given(falls, st.floats(90, 200))
def test_several_do_less_than_their_sum_and_never_more_than_the_most(parts: list[float], start: float) -> None:
    stacked = [np.array([[one]]) for one in parts]
    joint = float(together(stacked, 0, np.array([start]))[0, 0])
    assert joint <= sum(parts) + 1e-9
    assert joint <= MOST[0]
    assert start - joint >= min(start, FLOOR[0]) - 1e-9
    assert joint >= min(max(parts), MOST[0], max(start - FLOOR[0], 0.0)) - 1e-9


@given(falls, st.floats(0, 10), st.floats(90, 200))
def test_doing_more_never_lowers_less(parts: list[float], more: float, start: float) -> None:
    at = np.array([start])
    few = [np.array([[one]]) for one in parts]
    grown = [few[0] + more, *few[1:]]
    before, after, joined = (float(together(one, 0, at)[0, 0]) for one in (few, grown, [*few, np.array([[more]])]))
    assert after >= before - 1e-9
    assert joined >= before - 1e-9


def test_less_salt_and_a_better_diet_come_to_what_dash_sodium_saw() -> None:
    parts = [np.array([[6.7]]), np.array([[5.9]])]
    assert together(parts, 0, np.array([135.0]))[0, 0] == pytest.approx(8.9, abs=0.3)


def test_what_raises_is_told_too() -> None:
    assert together([np.array([[-3.0]]), np.array([[2.0]])], 0, np.array([140.0]))[0, 0] == pytest.approx(-1.0)
    assert together([], 0, np.array([140.0, 120.0])).shape == (2, 1)


def test_effects_go_when_what_was_done_ends() -> None:
    target = np.concatenate([np.full(120, 5.0), np.zeros(120)])[None, :]
    course = built_up(target, 21.0)[0]
    assert course[0] == 0
    assert course[120] == pytest.approx(5, abs=0.05)
    assert course[239] < 0.05


def test_training_counts_once_and_most_comes_first() -> None:
    assert trained(0, 120) == 0
    assert trained(120, 120) == pytest.approx(1)
    assert trained(600, 120) == 1
    assert trained(60, 120) > 0.5


def test_drinking_less_matters_where_much_was_drunk() -> None:
    assert sobered(6, 3) == pytest.approx(1)
    assert sobered(2, 2) == 0
    assert 0 < sobered(4, 2) < 0.5
    assert sobered(1, -5) == pytest.approx(-1.0666, abs=1e-3)
    assert sobered(4, 9) == sobered(4, 4)
