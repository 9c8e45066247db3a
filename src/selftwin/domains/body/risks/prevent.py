"""PREVENT, equations of the American Heart Association (2023): cardiovascular disease and its parts within ten and
thirty years, in the base form and with HbA1c, urine albumin, social deprivation, or all of them.

Khan SS, Matsushita K, Sang Y and others, Circulation 2024;149:430-449; coefficients of its supplement, table S12.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.risk_formula import HEART, US, Formula, Outcome
from selftwin.vocabulary.model import Input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ENDS = {"cvd": "heart disease, stroke or heart failure", "ascvd": "heart attack or stroke", "hf": "heart failure",
        "chd": "heart attack, or death of heart disease", "stroke": "stroke"}  # fmt: skip
YEARS = (10, 30)
OLDEST_FOR_30 = 59
CHOLESTEROL = (
    "At higher ages more cholesterol hardly raises its chances, or lowers them: so it was among those who had reached "
    "that age. It says nothing of what lowering yours would do."
)
MMOL_PER_MG = 0.02586  # cholesterol, as in the paper
EXTRAS = ("hba1c", "uacr", "sdi")


def variant(inputs: Mapping[str, object]) -> str:
    """Which of the five forms these inputs allow: base, one extra, or full (which knows what it is for one to lack)."""
    known = [name for name in EXTRAS if name in inputs]
    return {0: "base", 1: known[0] if known else "base"}.get(len(known), "full")


def many(inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """Chances (n,) of every outcome; those within thirty years are NaN above the age of 59."""
    terms = _terms(inputs)
    form = variant(inputs)
    told: dict[str, Floats] = {}
    women = inputs["sex"] == 1
    for years in YEARS:
        odds = np.where(women[:, None], _log_odds(form, years, "female", terms), _log_odds(form, years, "male", terms))
        chances = 1 / (1 + np.exp(-odds))
        if years == 30:
            chances[inputs["age"] > OLDEST_FOR_30] = np.nan
        told |= {f"{end}_{years}y": chances[:, place] for place, end in enumerate(ENDS)}
    return told


def _log_odds(form: str, years: int, sex: str, terms: Mapping[str, Floats]) -> Floats:
    """Log odds (n, 5) of the five ends."""
    names, betas = _coefficients()[form, years, sex]
    return np.column_stack([terms[name] for name in names]) @ betas


def _terms(inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """Every term of the equations (n,), centred and scaled as in the supplement."""
    ones = np.ones_like(inputs["age"])
    age = (inputs["age"] - 55) / 10
    sbp, bmi, egfr = inputs["systolic"], inputs["bmi"], inputs["egfr"]
    terms = {
        "constant": ones,
        "age": age,
        "age_squared": age**2,
        "non_hdl": (inputs["cholesterol"] - inputs["hdl"]) * MMOL_PER_MG - 3.5,
        "hdl": (inputs["hdl"] * MMOL_PER_MG - 1.3) / 0.3,
        "sbp_low": (np.minimum(sbp, 110) - 110) / 20,
        "sbp_high": (np.maximum(sbp, 110) - 130) / 20,
        "bmi_low": (np.minimum(bmi, 30) - 25) / 5,
        "bmi_high": (np.maximum(bmi, 30) - 30) / 5,
        "egfr_low": (np.minimum(egfr, 60) - 60) / -15,
        "egfr_high": (np.maximum(egfr, 60) - 90) / -15,
    }
    terms |= {name: inputs[name] for name in ("diabetes", "smoker", "bp_treated", "statin")}
    for pair in _pairs():
        one, _, other = pair.partition("*")
        terms[pair] = terms[one] * terms[other]
    return terms | _extra_terms(inputs, ones)


def _extra_terms(inputs: Mapping[str, Floats], ones: Floats) -> dict[str, Floats]:
    """Terms of HbA1c, urine albumin and deprivation; where one is unknown, the term that says so."""
    none, diabetes = 0 * ones, inputs["diabetes"]
    hba1c = inputs["hba1c"] - 5.3 if "hba1c" in inputs else none
    decile = inputs.get("sdi", ones)
    return {
        "hba1c_diabetes": hba1c * diabetes,
        "hba1c_no_diabetes": hba1c * (1 - diabetes),
        "hba1c_missing": none if "hba1c" in inputs else ones,
        "ln_uacr": np.log(inputs["uacr"]) if "uacr" in inputs else none,
        "uacr_missing": none if "uacr" in inputs else ones,
        "sdi_middle": ((decile >= 4) & (decile <= 6)).astype(float),
        "sdi_high": (decile >= 7).astype(float),
        "sdi_missing": none if "sdi" in inputs else ones,
    }


def _pairs() -> set[str]:
    return {name for names, _ in _coefficients().values() for name in names if "*" in name}


@lru_cache(maxsize=1)
def _coefficients() -> dict[tuple[str, int, str], tuple[tuple[str, ...], Floats]]:
    """By form, years and sex: the names of the terms, and betas (terms, 5)."""
    import csv
    from importlib.resources import files

    table = files("selftwin.domains.body.risks").joinpath("prevent.csv").read_text("utf-8")
    held: dict[tuple[str, int, str], dict[str, list[float]]] = {}
    for row in csv.DictReader(table.splitlines()):
        betas = held.setdefault((row["variant"], int(row["years"]), row["sex"]), {})
        betas[row["term"]] = [float(row[end]) for end in ENDS]
    return {key: (tuple(betas), np.array(list(betas.values()))) for key, betas in held.items()}


RISK = Formula(
    name="prevent",
    title="PREVENT",
    version=1,
    inputs=(
        Input("age", "Age", ("age", "birth.date", "birth.year"), "a", 30, 79),
        Input("sex", "Sex", ("sex",)),
        Input("systolic", "Systolic blood pressure", ("blood_pressure.systolic",), "mm[Hg]", 90, 200, modifiable=True),
        Input("cholesterol", "Total cholesterol", ("lab.cholesterol",), "mg/dL", 130, 320, modifiable=True),
        Input("hdl", "HDL cholesterol", ("lab.hdl",), "mg/dL", 20, 100, modifiable=True),
        Input("egfr", "Kidney filtration", ("lab.egfr", "lab.creatinine"), "mL/min/{1.73_m2}", 15, 140),
        Input("bmi", "Body mass index", ("body_mass_index", "weight", "height"), "kg/m2", 18.5, 39.9, modifiable=True),
        Input("diabetes", "Diabetes", ("diabetes.type", "condition")),
        Input("smoker", "Smoking now", ("smoking", "cigarettes"), modifiable=True),
        Input("bp_treated", "Medicine for blood pressure", ("medicine.blood_pressure",)),
        Input("statin", "A statin", ("medicine.statin",)),
        Input("hba1c", "HbA1c", ("lab.hba1c",), "%", 3, 15, modifiable=True, optional=True),
        Input("uacr", "Albumin to creatinine in urine", ("lab.albumin_creatinine",), "mg/g", 0.1, 25000, optional=True,
              modifiable=True),
        Input("sdi", "Social deprivation of where you live", ("residence.deprivation",), "", 1, 10, optional=True),
    ),
    tells=tuple(Outcome(f"{end}_{years}y", label, years=years) for years in YEARS for end, label in ENDS.items()),
    many=many,
    not_for=(
        "people who have had a heart attack, a stroke or heart failure",
        "ages under 30 or over 79 (thirty years ahead: over 59)",
        "pregnancy",
        "people outside the United States, for whom nobody has set it right",
    ),
    assumes=(
        "The equation was made from 3.3 million people in the United States, 1992 to 2017.",
        "Of body weight it counts heart failure alone; what weight does through blood pressure is not in it.",
        CHOLESTEROL,
    ),
    cites=("Khan SS and others. Development and validation of the PREVENT equations. Circulation 2024;149:430-449.",),
    population=US,
    bars_conditions=HEART,
)  # fmt: skip
