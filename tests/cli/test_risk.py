from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftwin.cli.ask.risk import parted

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

FIGURES = (
    "age 50 a", "sex female", "blood_pressure.systolic 160", "medicine.blood_pressure yes", "lab.cholesterol 200 mg/dL",
    "lab.hdl 45 mg/dL", "medicine.statin no", "diabetes.type type_2", "smoking never", "lab.egfr 90", "weight 89.6 kg",
    "height 1.6 m",
)  # fmt: skip


def told(*figures: str) -> list[str]:
    return [word for figure in figures for word in ("--given", figure)]


@pytest.mark.parametrize(
    ("words", "equation", "steps"),
    [
        ((), None, ()), (("prevent",), "prevent", ()), (("ckd-epi",), "ckd_epi", ()),
        (("weight -8 kg",), None, ("weight -8 kg",)),
        (("prevent", "weight -8 kg", "smoking former"), "prevent", ("weight -8 kg", "smoking former")),
    ],
)  # fmt: skip
def test_a_first_word_alone_names_an_equation(
    words: tuple[str, ...], equation: str | None, steps: tuple[str, ...]
) -> None:
    assert parted(words) == (equation, steps)


def test_the_published_case_comes_out_as_data(twin: Shell) -> None:
    said = twin("risk", "prevent", *told(*FIGURES), "--json")
    assert said.code == 0
    (one,) = said.data["equations"]
    by = {chance["outcome"]: chance["without"] for chance in one["chances"]}
    assert by["cvd_10y"]["mean"] == pytest.approx(0.147, abs=0.0005)
    assert by["cvd_30y"]["mean"] == pytest.approx(0.530, abs=0.0005)
    assert by["cvd_10y"]["lo90"] < 0.147 < by["cvd_10y"]["hi90"]
    assert one["assumptions"]
    assert one["cites"]
    assert "QRISK3" in said.data["left_out"][0]


def test_a_change_is_told_with_without_and_the_difference(twin: Shell) -> None:
    said = twin("risk", "prevent", "blood_pressure.systolic -20 mm[Hg]", *told(*FIGURES), "--json")
    chance = said.data["equations"][0]["chances"][0]
    assert chance["difference"]["mean"] == pytest.approx(chance["with"]["mean"] - chance["without"]["mean"])
    assert chance["difference"]["hi90"] < 0


def test_words_are_calm_and_complete(twin: Shell) -> None:
    said = twin("risk", "prevent", "smoking former", "--years", *told(*FIGURES, "smoking occasional"))
    assert said.code == 0
    for words in (
        "ranges hold 9 times in 10", "Not for people who have had a heart attack", "does not promise",
        "no diagnosis", "Circulation 2024", "as seen from each year", "QRISK3 is left out",
    ):  # fmt: skip
        assert words in said.out


def test_what_is_missing_is_named_with_how_to_note_it_and_nothing_is_made_up(twin: Shell) -> None:
    said = twin("risk")
    assert said.code == 4
    assert "PREVENT: not known yet: age, sex, systolic blood pressure" in said.out
    assert "selftwin note lab.hdl 52 --unit mg/dL" in said.out
    assert said.out.count("selftwin note sex female") == 1


def test_averages_are_asked_for_and_said(twin: Shell) -> None:
    few = told("age 50 a", "sex female")
    assert twin("risk", "prevent", *few).code == 4
    said = twin("risk", "prevent", *few, "--average", "--json")
    assert said.code == 0
    (one,) = said.data["equations"]
    assert {asked["state"] for asked in one["inputs"]} == {"told", "averaged", "left out"}
    assert "replay" in one["notes"][0], "the twin's newest data are of March"
    assert "9 of 11 inputs are not yours" in one["notes"][1]


def test_what_was_noted_is_used(twin: Shell) -> None:
    for figure in ("birth.year 1970", "sex male", "lab.creatinine 1.1"):
        assert twin("note", *figure.split()).code == 0
    said = twin("risk", "ckd_epi")
    assert said.code == 0
    assert "KDIGO G2" in said.out
    assert "from your data" in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nonsense",), "no equation 'nonsense'"),
        (("prevent", *told(*FIGURES, "age 20 a")), "30 to 79 years"),
        (("prevent", "medicine.statin yes", *told(*FIGURES)), "nothing I work out"),
        (("prevent", "waist_circumference -5 cm", *told(*FIGURES)), "waist_circumference"),
    ],
)
def test_what_it_cannot_do_is_a_plain_sentence(twin: Shell, words: tuple[str, ...], says: str) -> None:
    said = twin("risk", *words)
    assert said.code == 2
    assert says in said.err
    assert not said.out


def test_every_equation_is_asked_where_none_is_named(twin: Shell) -> None:
    said = twin("risk", *told(*FIGURES, "diabetes.type none", "residence.country Austria", "lab.creatinine 0.8 mg/dL"))
    assert said.code == 0
    for title in ("PREVENT", "SCORE2", "CKD-EPI"):
        assert f"\n{title}" in f"\n{said.out}"
    assert "FINDRISC: not known yet: waist" in said.out


def test_ten_years_are_drawn_with_and_without_the_change(twin: Shell, tmp_path: Path) -> None:
    drawn = twin("risk", "prevent", "smoking never", "--plot", tmp_path / "years.png", "--json",
                 *told(*FIGURES, "smoking daily"))  # fmt: skip
    assert drawn.code == 0, drawn.err
    assert (tmp_path / "years.png").read_bytes().startswith(b"\x89PNG")
    assert twin("risk", "--plot", tmp_path / "none.png").code == 4
    assert twin("risk", "--average", "--plot", tmp_path / "none.gif", *told(*FIGURES)).code == 2
