from __future__ import annotations

import pytest

from selftwin.domains.body.risks.findrisc import RISK
from selftwin.vocabulary.errors import UsageError

LEAST = {"age": 40, "sex": 0, "bmi": 22, "waist": 85, "exercise": 45, "vegetables": 1, "bp_treated": 0,
         "high_glucose": 0, "family": 0}  # fmt: skip
MOST = {"age": 70, "sex": 1, "bmi": 33, "waist": 95, "exercise": 0, "vegetables": 0, "bp_treated": 1, "high_glucose": 1,
        "family": 5}  # fmt: skip


def points(**changes: float) -> float:
    return RISK.risk(LEAST | changes)["points"]


def test_points_go_from_none_to_twenty_six() -> None:
    assert RISK.risk(LEAST)["points"] == 0
    assert RISK.risk(MOST)["points"] == 26


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"age": 44}, 0), ({"age": 45}, 2), ({"age": 54}, 2), ({"age": 55}, 3), ({"age": 64}, 3), ({"age": 65}, 4),
        ({"bmi": 24.9}, 0), ({"bmi": 25}, 1), ({"bmi": 30}, 1), ({"bmi": 30.1}, 3),
        ({"waist": 93.9}, 0), ({"waist": 94}, 3), ({"waist": 102}, 3), ({"waist": 102.1}, 4),
        ({"sex": 1, "waist": 79.9}, 0), ({"sex": 1, "waist": 80}, 3), ({"sex": 1, "waist": 88.1}, 4),
        ({"exercise": 29}, 2), ({"vegetables": 0}, 1), ({"bp_treated": 1}, 2), ({"high_glucose": 1}, 5),
        ({"family": 3}, 3), ({"family": 5}, 5),
    ],
)  # fmt: skip
def test_each_answer_has_the_points_of_the_form(changes: dict[str, float], expected: float) -> None:
    assert points(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "scored", "chance"),
    [
        ({"high_glucose": 1, "vegetables": 0}, 6, 1 / 100),
        ({"high_glucose": 1, "exercise": 0}, 7, 1 / 25),
        ({"high_glucose": 1, "family": 5, "vegetables": 0}, 11, 1 / 25),
        ({"high_glucose": 1, "family": 5, "exercise": 0}, 12, 1 / 6),
        ({"high_glucose": 1, "family": 5, "exercise": 0, "bp_treated": 1}, 14, 1 / 6),
        ({"high_glucose": 1, "family": 5, "exercise": 0, "waist": 95}, 15, 1 / 3),
        ({"high_glucose": 1, "family": 5, "waist": 103, "age": 66, "exercise": 0}, 20, 1 / 3),
        ({"high_glucose": 1, "family": 5, "waist": 103, "age": 66, "exercise": 0, "vegetables": 0}, 21, 1 / 2),
    ],
)
def test_each_band_has_the_chance_the_form_prints(changes: dict[str, float], scored: float, chance: float) -> None:
    told = RISK.risk(LEAST | changes)
    assert told["points"] == scored
    assert told["diabetes_10y"] == pytest.approx(chance)


def test_it_is_not_for_people_who_have_diabetes() -> None:
    with pytest.raises(UsageError, match="for people without it"):
        RISK.risk(LEAST | {"diabetes": 1})
