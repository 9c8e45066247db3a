"""CKD-EPI 2021: how well the kidneys filter, from creatinine, age and sex, without race; with KDIGO's ranges.

Inker LA, Eneanya ND, Coresh J and others, N Engl J Med 2021;385:1737-1749.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.risk_formula import Formula, Outcome
from selftwin.vocabulary.model import Input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

UNIT = "mL/min/{1.73_m2}"
STAGES = ((90, "G1"), (60, "G2"), (45, "G3a"), (30, "G3b"), (15, "G4"), (0, "G5"))


def filtration(creatinine: Floats, age: Floats, sex: Floats) -> Floats:
    """mL/min per 1.73 m2 from creatinine in mg/dL, years, and sex (1 woman, 0 man)."""
    women = sex == 1
    ratio = creatinine / np.where(women, 0.7, 0.9)
    rise = np.minimum(ratio, 1) ** np.where(women, -0.241, -0.302)
    told: Floats = 142 * rise * np.maximum(ratio, 1) ** -1.2 * 0.9938**age * np.where(women, 1.012, 1.0)
    return told


def stage(egfr: float) -> str:
    """KDIGO's range of a filtration.

    >>> stage(71.0), stage(41.0)
    ('G2', 'G3b')
    """
    return next(name for least, name in STAGES if egfr >= least)


def many(inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """Filtration (n,)."""
    return {"egfr": filtration(inputs["creatinine"], inputs["age"], inputs["sex"])}


RISK = Formula(
    name="ckd_epi",
    title="CKD-EPI",
    version=1,
    inputs=(
        Input("age", "Age", ("age", "birth.date", "birth.year"), "a", 18, 110),
        Input("sex", "Sex", ("sex",)),
        Input("creatinine", "Creatinine", ("lab.creatinine",), "mg/dL", 0.2, 15),
    ),
    tells=(Outcome("egfr", "kidney filtration", UNIT),),
    many=many,
    not_for=("children", "pregnancy", "kidneys that fail within days", "very much or very little muscle"),
    assumes=("One value is no diagnosis: a kidney disease is called chronic after three months and more.",),
    cites=("Inker LA and others. New equations to estimate GFR without race. N Engl J Med 2021;385:1737-1749.",
           "KDIGO 2024 clinical practice guideline for chronic kidney disease. Kidney Int 2024;105(4S):S117-S314."),
)  # fmt: skip
