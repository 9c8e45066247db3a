from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.domains.body.measures.grids import clarke, dts, dts_risk, parkes, shares

GLUCOSE = st.floats(1, 700)
# Klonoff 2024, appendix 2, table A1: where each border leaves its level or upright part, and where it leaves the grid
DTS_BORDERS = {
    0.5: ((62.5, 50), (600, 480), (50, 60), (500, 600)),
    1.5: ((97.5, 50), (600, 307), (50, 86.5), (347, 600)),
    2.5: ((153, 50), (600, 197), (50, 124), (241, 600)),
    3.5: ((238, 50), (600, 126), (50, 179), (167, 600)),
}


def zone(grid, true: float, said: float, **how: str) -> str:
    return str(grid(np.array([true]), np.array([said]), **how)[0])


@pytest.mark.parametrize(
    ("true", "said", "expected"),
    [
        (100, 100, "A"), (100, 120, "A"), (100, 121, "B"), (100, 80, "A"), (100, 79, "B"),
        (60, 69, "A"), (70, 180, "E"), (69, 181, "E"), (180, 70, "E"), (100, 210, "C"), (100, 209, "B"),
        (130, 0, "C"), (160, 42, "C"), (160, 43, "B"), (240, 70.1, "D"), (240, 180, "D"), (240, 181, "B"),
        (50, 100, "D"), (65, 80, "D"), (65, 77, "A"),
    ],
)  # fmt: skip
def test_clarkes_zones_lie_where_the_paper_draws_them(true: float, said: float, expected: str) -> None:
    assert zone(clarke, true, said) == expected


@pytest.mark.parametrize(
    ("kind", "true", "said", "expected"),
    [
        # on each corner of a border the milder zone holds, a step beyond it the worse one
        ("type 1", 140, 170, "A"), ("type 1", 140, 171, "B"), ("type 1", 280, 380, "A"), ("type 1", 280, 381, "B"),
        ("type 1", 170, 145, "A"), ("type 1", 170, 144, "B"), ("type 1", 385, 299, "B"), ("type 1", 385, 300, "A"),
        ("type 1", 50, 80, "B"), ("type 1", 50, 81, "C"), ("type 1", 70, 111, "C"), ("type 1", 260, 129, "C"),
        ("type 1", 260, 130, "B"), ("type 1", 50, 126, "D"), ("type 1", 80, 216, "D"), ("type 1", 251, 39, "D"),
        ("type 1", 249, 39, "C"), ("type 1", 0, 151, "E"), ("type 1", 35, 156, "E"), ("type 1", 35, 155, "D"),
        ("type 1", 550, 150, "C"), ("type 1", 550, 149, "D"), ("type 1", 49, 10, "A"), ("type 1", 51, 10, "B"),
        ("type 2", 230, 330, "A"), ("type 2", 230, 331, "B"), ("type 2", 90, 80, "A"), ("type 2", 90, 79, "B"),
        ("type 2", 330, 229, "B"), ("type 2", 89, 0, "B"), ("type 2", 91, 0, "C"), ("type 2", 260, 129, "C"),
        ("type 2", 410, 109, "D"), ("type 2", 410, 110, "C"), ("type 2", 35, 91, "D"), ("type 2", 35, 90, "C"),
        ("type 2", 20, 200, "D"), ("type 2", 20, 201, "E"), ("type 2", 550, 159, "D"), ("type 2", 440, 551, "B"),
    ],
)  # fmt: skip
def test_parkes_zones_turn_at_the_corners_that_were_published(
    kind: str, true: float, said: float, expected: str
) -> None:
    assert zone(parkes, true, said, kind=kind) == expected


@pytest.mark.parametrize("risk", DTS_BORDERS)
def test_the_risk_of_the_dts_grid_meets_its_published_borders(risk: float) -> None:
    low_corner, low_end, high_corner, high_end = DTS_BORDERS[risk]
    assert 50 * math.exp(risk / 2.25) == pytest.approx(low_corner[0], abs=1.2)
    assert 600 * math.exp(-risk / 2.25) == pytest.approx(low_end[1], abs=1.2)
    assert 50 * math.exp(risk / 2.75) == pytest.approx(high_corner[1], abs=1.2)
    assert 600 * math.exp(-risk / 2.75) == pytest.approx(high_end[0], abs=1.2)
    for true, said in (low_end, high_end):
        assert abs(dts_risk(np.array([true]), np.array([said]))[0]) == pytest.approx(risk, abs=0.03)


@pytest.mark.parametrize(("edge", "milder", "worse"), [(0.5, *"AB"), (1.5, *"BC"), (2.5, *"CD"), (3.5, *"DE")])
def test_a_border_of_the_dts_grid_belongs_to_the_milder_zone(edge: float, milder: str, worse: str) -> None:
    over, under = 100 * math.exp(edge / 2.75), 600 * math.exp(-edge / 2.25)
    assert (zone(dts, 100, over), zone(dts, 600, under)) == (milder, milder)
    assert (zone(dts, 100, over * (1 + 1e-9)), zone(dts, 600, under * (1 - 1e-9))) == (worse, worse)


def test_under_fifty_the_dts_grid_sees_fifty() -> None:
    assert dts_risk(np.array([30.0, 20.0]), np.array([200.0, 45.0])).tolist() == [2.75 * math.log(4), 0.0]


@given(GLUCOSE, GLUCOSE)
def test_every_pair_has_one_zone_and_what_was_said_truly_is_in_a(true: float, said: float) -> None:
    for grid in (clarke, parkes, dts):
        assert zone(grid, true, said) in "ABCDE"
        assert zone(grid, true, true) == "A"


@given(GLUCOSE, GLUCOSE, st.floats(1.0, 3.0))
def test_a_guess_further_off_is_never_in_a_milder_zone(true: float, said: float, further: float) -> None:
    worse = true + (said - true) * further
    if worse >= 0:
        for grid in (parkes, dts):
            assert zone(grid, true, worse) >= zone(grid, true, said)


def test_shares_are_per_cent_and_nothing_has_none() -> None:
    assert shares(np.array(["A", "A", "A", "C"])) == {"A": 75.0, "B": 0.0, "C": 25.0, "D": 0.0, "E": 0.0}
    assert math.isnan(shares(np.array([], dtype=str))["A"])


def test_what_is_no_pair_is_refused() -> None:
    for true, said in (([100.0], [1.0, 2.0]), ([math.nan], [100.0]), ([100.0], [-1.0])):
        with pytest.raises(ValueError, match="glucose"):
            clarke(np.array(true), np.array(said))
