"""SCORE2 and, from 70 years on, SCORE2-OP: heart attack, stroke, or death of either, within ten years, in the four risk
regions of the European Society of Cardiology.

SCORE2 working group, Eur Heart J 2021;42:2439-2454, and SCORE2-OP working group, Eur Heart J 2021;42:2455-2467;
coefficients as published there, to four decimals.
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

REGIONS = ("low", "moderate", "high", "very_high")  # their places are the numbers the equation takes
OLD = 70
MMOL_PER_MG = 0.02586
CENTRES = {"SCORE2": (60, 5, 120, 20, 1.3, 0.5), "SCORE2-OP": (73, 1, 150, 1, 1.4, 1)}  # age, pressure, HDL: less, over
TERMS = ("age", "smoker", "sbp", "diabetes", "cholesterol", "hdl")


def many(inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """The chance (n,), by SCORE2 below the age of 70 and by SCORE2-OP from there on."""
    old = inputs["age"] >= OLD
    return {"cvd_10y": np.where(old, _chance("SCORE2-OP", inputs), _chance("SCORE2", inputs))}


def _chance(model: str, inputs: Mapping[str, Floats]) -> Floats:
    """The chance (n,) by one of the two models."""
    women = inputs["sex"] == 1
    return np.where(women, _of_sex(model, "female", inputs), _of_sex(model, "male", inputs))


def _of_sex(model: str, sex: str, inputs: Mapping[str, Floats]) -> Floats:
    betas = _betas()[model, sex]
    values = _centred(model, inputs)
    age = values["age"]
    predictor = sum((betas[name] * values[name] for name in TERMS), np.zeros_like(age))
    predictor += sum((betas[f"{name}_age"] * values[name] * age for name in TERMS[1:]), np.zeros_like(age))
    before = 1 - betas["survival"] ** np.exp(predictor - betas["mean"])
    one, two = _scales()[model, sex][:, inputs["region"].astype(int)]
    told: Floats = 1 - np.exp(-np.exp(one + two * np.log(-np.log(1 - before))))
    return told


def _centred(model: str, inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """The terms (n,), centred and scaled as each model has it."""
    age, per_age, sbp, per_sbp, hdl, per_hdl = CENTRES[model]
    return {
        "age": (inputs["age"] - age) / per_age,
        "smoker": inputs["smoker"],
        "sbp": (inputs["systolic"] - sbp) / per_sbp,
        "diabetes": inputs.get("diabetes", 0 * inputs["age"]),
        "cholesterol": inputs["cholesterol"] * MMOL_PER_MG - 6,
        "hdl": (inputs["hdl"] * MMOL_PER_MG - hdl) / per_hdl,
    }


@lru_cache(maxsize=1)
def _betas() -> dict[tuple[str, str], dict[str, float]]:
    rows = _table("score2.csv")
    return {(row.pop("model"), row.pop("sex")): {name: float(value) for name, value in row.items()} for row in rows}


@lru_cache(maxsize=1)
def _scales() -> dict[tuple[str, str], Floats]:
    """By model and sex: the two scales (2, 4) of the regions."""
    held: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row in sorted(_table("score2_scales.csv"), key=lambda row: REGIONS.index(row["region"])):
        held.setdefault((row["model"], row["sex"]), []).append((float(row["scale1"]), float(row["scale2"])))
    return {key: np.array(pairs).T for key, pairs in held.items()}


def _table(name: str) -> list[dict[str, str]]:
    import csv
    from importlib.resources import files

    text = files("selftwin.domains.body.risks").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _bars(inputs: Mapping[str, float]) -> str:
    young = inputs["age"] < OLD
    return "SCORE2 is for people without diabetes until the age of 70." if young and inputs.get("diabetes") else ""


RISK = Formula(
    name="score2",
    title="SCORE2",
    version=1,
    inputs=(
        Input("age", "Age", ("age", "birth.date", "birth.year"), "a", 40, 89),
        Input("sex", "Sex", ("sex",)),
        Input("systolic", "Systolic blood pressure", ("blood_pressure.systolic",), "mm[Hg]", 90, 200, modifiable=True),
        Input("cholesterol", "Total cholesterol", ("lab.cholesterol",), "mg/dL", 100, 400, modifiable=True),
        Input("hdl", "HDL cholesterol", ("lab.hdl",), "mg/dL", 20, 120, modifiable=True),
        Input("smoker", "Smoking now", ("smoking", "cigarettes"), modifiable=True),
        Input("region", "Country you live in, for its risk region", ("residence.country",), "", 0, 3),
        Input("diabetes", "Diabetes", ("diabetes.type", "condition"), optional=True),
    ),
    tells=(Outcome("cvd_10y", "heart attack or stroke", years=10),),
    many=many,
    not_for=(
        "people who have had a heart attack or a stroke",
        "people under 70 with diabetes (SCORE2-Diabetes is theirs)",
        "ages under 40 or over 89",
        "pregnancy",
        "kidney disease, or cholesterol that is high by inheritance",
        "people outside the regions it was set right for",
    ),
    assumes=(
        "Within a region all people are taken as alike; the regions follow how many die of heart disease in a country.",
        "The step at 70 is where one model hands over to another.",
    ),
    cites=("SCORE2 working group. SCORE2 risk prediction algorithms. Eur Heart J 2021;42:2439-2454.",
           "SCORE2-OP working group. SCORE2-OP risk prediction algorithms. Eur Heart J 2021;42:2455-2467."),
    population=US,
    bars=_bars,
    bars_conditions=HEART,
)  # fmt: skip
