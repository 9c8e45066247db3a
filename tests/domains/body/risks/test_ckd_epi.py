from __future__ import annotations

import pytest

from selftwin.domains.body.risks.ckd_epi import RISK, stage
from selftwin.vocabulary.errors import UsageError


@pytest.mark.parametrize(
    ("age", "sex", "creatinine", "expected"),
    [
        (55, 0, 1.2, 71),  # the National Kidney Foundation's calculator
        (55, 1, 1.5, 41), (55, 0, 1.5, 55), (43, 0, 1.5, 59), (43, 1, 1.5, 44),  # preventr's tests
        (43, 1, 102 / 88.42, 60), (77, 0, 111 / 88.42, 59), (43, 1, 155 / 88.42, 37),
    ],
)  # fmt: skip
def test_it_comes_to_published_figures(age: int, sex: int, creatinine: float, expected: int) -> None:
    assert round(RISK.risk({"age": age, "sex": sex, "creatinine": creatinine})["egfr"]) == expected


def test_more_creatinine_and_more_years_mean_less_filtration() -> None:
    base = {"age": 50, "sex": 1, "creatinine": 0.8}
    plain = RISK.risk(base)["egfr"]
    assert RISK.risk(base | {"creatinine": 0.9})["egfr"] < plain
    assert RISK.risk(base | {"age": 60})["egfr"] < plain


def test_the_curve_has_no_step_at_its_knee() -> None:
    below, above = (RISK.risk({"age": 50, "sex": 0, "creatinine": 0.9 + d})["egfr"] for d in (-1e-9, 1e-9))
    assert below == pytest.approx(above, abs=1e-5)


@pytest.mark.parametrize(
    ("egfr", "name"),
    [(90, "G1"), (89.9, "G2"), (60, "G2"), (59.9, "G3a"), (45, "G3a"), (30, "G3b"), (15, "G4"), (14.9, "G5")],
)
def test_ranges_are_kdigos(egfr: float, name: str) -> None:
    assert stage(egfr) == name


def test_children_are_not_its_people() -> None:
    with pytest.raises(UsageError, match="Age lies outside what CKD-EPI was made for: 18"):
        RISK.risk({"age": 12, "sex": 0, "creatinine": 0.6})
