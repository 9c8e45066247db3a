"""Chances are said as figures in per cent, ranges beside them; what is missing is named once."""

from __future__ import annotations

from selftwin.domains.body.risk import Answer, Asked, Chance, Range
from selftwin.wording.chances import bounds, figure, lacking, made_of, name, shared, wanted

HEART = Chance("cvd", "heart disease or stroke", "", 10, Range(0.042, 0.031, 0.058))
KIDNEYS = Chance("egfr", "kidney filtration", "mL/min/{1.73_m2}", None, Range(93.4, 88.0, 99.0), stage="G1")
HDL = Asked("hdl", "HDL cholesterol", "mg/dL", "missing", notes=("selftwin note lab.hdl 52",))


def test_a_chance_is_in_per_cent_and_a_value_in_its_unit() -> None:
    assert figure(0.0424, HEART) == "4.2 %"
    assert bounds(HEART.without, HEART) == "3.1 to 5.8 %"
    assert figure(93.4, KIDNEYS) == "93 mL/min"


def test_an_outcome_is_named_with_its_years() -> None:
    assert name(HEART) == "Heart disease or stroke, 10 years"
    assert name(KIDNEYS) == "kidney filtration (KDIGO G1)"


def test_what_is_missing_is_named_once() -> None:
    silent = Answer("prevent", "PREVENT", 1, "", missing=(HDL,))
    assert lacking(silent) == "not known yet: HDL cholesterol."
    assert wanted([silent, silent]) == ["selftwin note lab.hdl 52"]
    assert wanted([Answer("score2", "SCORE2", 1, "", missing=(HDL,), refused="Not for you.")]) == []


def test_what_stands_behind_it_names_the_oldest_day() -> None:
    told = [Asked("age", "Age", "a", "recorded", newest="2026-02-01"), Asked("sex", "Sex", "", "told")]
    assert made_of(told) == "Made of 1 input from your data, the oldest of 1 February 2026; told in the question: sex."


def test_only_what_every_equation_takes_for_granted_is_shared() -> None:
    first, second = (Answer("a", "A", 1, "", assumptions=lines) for lines in (("x", "y"), ("y",)))
    assert shared([first, second]) == ["y"]
    assert shared([]) == []
