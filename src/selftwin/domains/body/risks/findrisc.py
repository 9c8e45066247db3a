"""FINDRISC: points for type 2 diabetes within ten years, without a blood test.

Lindström J and Tuomilehto J, Diabetes Care 2003;26:725-731; points and chances as the Finnish form prints them, with
the two questions (exercise, vegetables) and the family's points that the form has beside the paper's model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.risk_formula import US, Formula, Outcome
from selftwin.vocabulary.model import Input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BANDS = ((0, 0.01), (7, 0.04), (12, 1 / 6), (15, 1 / 3), (21, 0.5))  # from so many points on: 1 in 100, 25, 6, 3, 2
ACTIVE = 30.0  # minutes a day
NORWAY = (
    "In Norway 13.5 % of those with 15 points and more got diabetes, less than half of what the form says "
    "(HUNT3, 2006 to 2016; PMC6887494)."
)
FAMILY = {"none": 0.0, "distant": 3.0, "close": 5.0}


def points(inputs: Mapping[str, Floats]) -> Floats:
    """The points (n,), 0 to 26."""
    age, bmi, waist = inputs["age"], inputs["bmi"], inputs["waist"]
    women = inputs["sex"] == 1
    first, second = np.where(women, 80, 94), np.where(women, 88, 102)
    told: Floats = (
        np.select([age < 45, age < 55, age < 65], [0.0, 2.0, 3.0], 4.0)
        + np.select([bmi < 25, bmi <= 30], [0.0, 1.0], 3.0)
        + np.select([waist < first, waist <= second], [0.0, 3.0], 4.0)
        + np.where(inputs["exercise"] >= ACTIVE, 0.0, 2.0)
        + np.where(inputs["vegetables"] == 1, 0.0, 1.0)
        + 2 * inputs["bp_treated"]
        + 5 * inputs["high_glucose"]
        + inputs["family"]
    )
    return told


def many(inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """The chance (n,) of the band of points, and the points."""
    scored = points(inputs)
    starts, chances = np.array([band[0] for band in BANDS]), np.array([band[1] for band in BANDS])
    return {"diabetes_10y": chances[np.searchsorted(starts, scored, side="right") - 1], "points": scored}


def _bars(inputs: Mapping[str, float]) -> str:
    told = "FINDRISC tells the chance of getting diabetes: it is for people without it."
    return told if inputs.get("diabetes") else ""


RISK = Formula(
    name="findrisc",
    title="FINDRISC",
    version=1,
    inputs=(
        Input("age", "Age", ("age", "birth.date", "birth.year"), "a", 18, 110),
        Input("sex", "Sex", ("sex",)),
        Input("bmi", "Body mass index", ("body_mass_index", "weight", "height"), "kg/m2", 10, 100, modifiable=True),
        Input("waist", "Waist", ("waist_circumference",), "cm", 40, 250, modifiable=True),
        Input("exercise", "Exercise a day", ("activity.exercise",), "min", 0, 1440, modifiable=True),
        Input("vegetables", "Vegetables, fruit or berries every day", ("meal.vegetables_daily",), modifiable=True),
        Input("bp_treated", "Medicine for blood pressure", ("medicine.blood_pressure",)),
        Input("high_glucose", "Blood glucose ever found high", ("diabetes.high_glucose", "diabetes.type")),
        Input("family", "Diabetes in the family", ("family_history.diabetes",)),
        Input("diabetes", "Diabetes", ("diabetes.type", "condition"), optional=True),
    ),
    tells=(Outcome("diabetes_10y", "type 2 diabetes", years=10), Outcome("points", "points of 26", "{points}")),
    many=many,
    not_for=("people who have diabetes", "children", "pregnancy"),
    assumes=(
        "The chances are those the Finnish form prints for a band of points: they move by steps.",
        NORWAY,
    ),
    population=US,
    cites=("Lindström J, Tuomilehto J. The diabetes risk score. Diabetes Care 2003;26:725-731.",
           "Saaristo T and others. Evaluation of the Finnish Diabetes Risk Score. Diab Vasc Dis Res 2005;2:67-72."),
    bars=_bars,
)  # fmt: skip
