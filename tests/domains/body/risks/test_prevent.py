from __future__ import annotations

from hashlib import blake2s
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.domains.body.risks.prevent import RISK, variant
from selftwin.vocabulary.errors import UsageError

WOMAN = {"age": 50, "sex": 1, "systolic": 160, "bp_treated": 1, "cholesterol": 200, "hdl": 45, "statin": 0,
         "diabetes": 1, "smoker": 0, "egfr": 90, "bmi": 35}  # fmt: skip
ENDS = ("cvd", "ascvd", "hf", "chd", "stroke")
EXTRA = {"base": {}, "hba1c": {"hba1c": 9.2}, "uacr": {"uacr": 92}, "sdi": {"sdi": 2},
         "full": {"hba1c": 9.2, "uacr": 92, "sdi": 2}}  # fmt: skip
# The author of preventr (Mayer, CRAN) publishes these for the case above, to three decimals: total, ASCVD, heart
# failure, CHD, stroke, within 10 and within 30 years. His ZIP code lies in the least deprived third.
PUBLISHED = {
    ("base", 1): ((0.147, 0.092, 0.081, 0.044, 0.054), (0.530, 0.354, 0.390, 0.198, 0.221)),
    ("hba1c", 1): ((0.165, 0.103, 0.107, 0.055, 0.053), (0.541, 0.356, 0.449, 0.219, 0.200)),
    ("uacr", 1): ((0.181, 0.111, 0.105, 0.055, 0.065), (0.565, 0.381, 0.437, 0.220, 0.241)),
    ("sdi", 1): ((0.127, 0.080, 0.070, 0.038, 0.047), (0.485, 0.322, 0.358, 0.179, 0.202)),
    ("full", 1): ((0.174, 0.105, 0.114, 0.056, 0.056), (0.534, 0.348, 0.443, 0.213, 0.204)),
    ("base", 0): ((0.163, 0.102, 0.106, 0.056, 0.052), (0.514, 0.349, 0.424, 0.216, 0.197)),
    ("hba1c", 0): ((0.187, 0.112, 0.130, 0.063, 0.056), (0.524, 0.340, 0.457, 0.211, 0.188)),
    ("uacr", 0): ((0.195, 0.123, 0.130, 0.066, 0.063), (0.535, 0.368, 0.448, 0.227, 0.213)),
    ("sdi", 0): ((0.143, 0.088, 0.089, 0.049, 0.043), (0.480, 0.317, 0.384, 0.199, 0.171)),
    ("full", 0): ((0.191, 0.112, 0.131, 0.068, 0.052), (0.513, 0.326, 0.438, 0.216, 0.167)),
}


@pytest.mark.parametrize(("form", "sex"), PUBLISHED)
def test_every_form_comes_to_its_published_figures(form: str, sex: int) -> None:
    inputs = WOMAN | {"sex": sex} | EXTRA[form]
    assert variant(inputs) == form
    told = RISK.risk(inputs)
    for years, published in zip((10, 30), PUBLISHED[form, sex], strict=True):
        assert [told[f"{end}_{years}y"] for end in ENDS] == pytest.approx(published, abs=0.0005001)


def test_two_extras_make_the_full_form_which_knows_that_one_is_missing() -> None:
    two = WOMAN | {"hba1c": 9.2, "uacr": 92}
    assert variant(two) == "full"
    assert RISK.risk(two)["cvd_10y"] != pytest.approx(RISK.risk(two | {"sdi": 2})["cvd_10y"], abs=0.001)


def test_thirty_years_are_told_until_fifty_nine_only() -> None:
    assert "cvd_30y" in RISK.risk(WOMAN | {"age": 59})
    assert "cvd_30y" not in RISK.risk(WOMAN | {"age": 60})


@pytest.mark.parametrize(
    ("name", "value"),
    [("age", 29), ("age", 80), ("systolic", 89), ("systolic", 201), ("hdl", 101), ("cholesterol", 129), ("egfr", 12),
     ("bmi", 40), ("hba1c", 16)],
)  # fmt: skip
def test_what_lies_outside_its_people_is_refused_with_the_range_and_without_the_value(name: str, value: float) -> None:
    with pytest.raises(UsageError, match="lies outside what PREVENT was made for") as caught:
        RISK.risk(WOMAN | {name: value})
    assert " to " in str(caught.value)
    assert str(value) not in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(age=st.integers(30, 79), sex=st.sampled_from((0, 1)), treated=st.sampled_from((0, 1)),
       low=st.floats(110, 195), rise=st.floats(0.5, 20))  # fmt: skip
def test_more_pressure_smoking_and_weight_never_mean_less(
    age: int, sex: int, treated: int, low: float, rise: float
) -> None:
    base = WOMAN | {"age": age, "sex": sex, "bp_treated": treated, "systolic": low}
    more = RISK.risk(base | {"systolic": min(low + rise, 200)})
    smoking = RISK.risk(base | {"smoker": 1})
    heavier = RISK.risk(base | {"bmi": 38})
    plain = RISK.risk(base)
    assert all(more[f"{end}_10y"] >= plain[f"{end}_10y"] - 1e-12 for end in ENDS)
    assert all(smoking[f"{end}_10y"] > plain[f"{end}_10y"] for end in ENDS)
    assert heavier["hf_10y"] > plain["hf_10y"]


def test_a_part_is_never_likelier_than_the_whole_on_the_published_case() -> None:
    told = RISK.risk(WOMAN)
    assert told["cvd_10y"] > max(told["ascvd_10y"], told["hf_10y"])
    assert told["ascvd_10y"] > max(told["chd_10y"], told["stroke_10y"])


def test_the_coefficients_are_the_ones_that_were_held_against_the_supplement() -> None:
    """Rounded examples do not see the fourth decimal of a coefficient; this does. A new table is a new version."""
    table = files("selftwin.domains.body.risks").joinpath("prevent.csv").read_text("utf-8")
    assert blake2s(table.encode()).hexdigest()[:16] == "db7a14ee24b31a6d"
