"""Chances: every published figure beside ours, how many people a second, and whether the shipped averages are what the
survey gives (`--data NHANESraw.csv.gz`, from the R package `NHANES`; the originals are at CDC/NCHS)."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench import _risk_norms
from bench._table import show
from selftwin import discover
from selftwin.domains.body import risk_norms
from selftwin.domains.body.risks import ckd_epi, findrisc, prevent, score2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.domains.body.risk_formula import Formula

PEOPLE = 10_000
WOMAN = {"age": 50.0, "sex": 1.0, "systolic": 160.0, "bp_treated": 1.0, "cholesterol": 200.0, "hdl": 45.0,
         "statin": 0.0, "diabetes": 1.0, "smoker": 0.0, "egfr": 90.0, "bmi": 35.0}  # fmt: skip
SMOKER = {"age": 50.0, "sex": 0.0, "systolic": 140.0, "cholesterol": 5.5 / 0.02586, "hdl": 1.3 / 0.02586,
          "smoker": 1.0, "region": 0.0}  # fmt: skip
FINN = {"age": 70.0, "sex": 1.0, "bmi": 33.0, "waist": 95.0, "exercise": 0.0, "vegetables": 0.0, "bp_treated": 1.0,
        "high_glucose": 1.0, "family": 5.0}  # fmt: skip
# What, the equation, its inputs, and what was published, to how many decimals (docs/bench/risk.md for where).
FORMS = {"base": {}, "HbA1c": {"hba1c": 9.2}, "urine albumin": {"uacr": 92.0}, "deprivation": {"sdi": 2.0},
         "full": {"hba1c": 9.2, "uacr": 92.0, "sdi": 2.0}}  # fmt: skip
PREVENT = {
    ("base", 1): (0.147, 0.092, 0.081, 0.044, 0.054, 0.530, 0.354, 0.390, 0.198, 0.221),
    ("HbA1c", 1): (0.165, 0.103, 0.107, 0.055, 0.053, 0.541, 0.356, 0.449, 0.219, 0.200),
    ("urine albumin", 1): (0.181, 0.111, 0.105, 0.055, 0.065, 0.565, 0.381, 0.437, 0.220, 0.241),
    ("deprivation", 1): (0.127, 0.080, 0.070, 0.038, 0.047, 0.485, 0.322, 0.358, 0.179, 0.202),
    ("full", 1): (0.174, 0.105, 0.114, 0.056, 0.056, 0.534, 0.348, 0.443, 0.213, 0.204),
    ("base", 0): (0.163, 0.102, 0.106, 0.056, 0.052, 0.514, 0.349, 0.424, 0.216, 0.197),
    ("HbA1c", 0): (0.187, 0.112, 0.130, 0.063, 0.056, 0.524, 0.340, 0.457, 0.211, 0.188),
    ("urine albumin", 0): (0.195, 0.123, 0.130, 0.066, 0.063, 0.535, 0.368, 0.448, 0.227, 0.213),
    ("deprivation", 0): (0.143, 0.088, 0.089, 0.049, 0.043, 0.480, 0.317, 0.384, 0.199, 0.171),
    ("full", 0): (0.191, 0.112, 0.131, 0.068, 0.052, 0.513, 0.326, 0.438, 0.216, 0.167),
}
SCORE2 = ((0, 0, 0.059), (0, 3, 0.140), (1, 0, 0.042), (1, 3, 0.137))  # sex, region, chance
FILTRATIONS = ((55, 0, 1.2, 71), (55, 1, 1.5, 41), (55, 0, 1.5, 55), (43, 0, 1.5, 59), (43, 1, 1.5, 44),
               (43, 1, 102 / 88.42, 60), (77, 0, 111 / 88.42, 59), (43, 1, 155 / 88.42, 37))  # fmt: skip


def checks() -> list[dict[str, object]]:
    """A row a group of published figures: how many, and the largest difference."""
    rows = []
    for (form, sex), published in PREVENT.items():
        told = prevent.RISK.risk(WOMAN | FORMS[form] | {"sex": float(sex)})
        who = f"prevent, {form}, {'woman' if sex else 'man'}"
        rows.append(_row(who, [told[name] for name in prevent.RISK.outcomes], published, 3))
    ours = [score2.RISK.risk(SMOKER | {"sex": float(sex), "region": float(at)})["cvd_10y"] for sex, at, _ in SCORE2]
    rows.append(_row("score2, the paper's example", ours, [chance for *_, chance in SCORE2], 3))
    old = score2.RISK.risk(SMOKER | {"age": 75.0, "smoker": 0.0})["cvd_10y"]
    rows.append(_row("score2 (OP), U-Prevent", [old], [0.132], 3))
    people = [{"age": float(age), "sex": float(sex), "creatinine": one} for age, sex, one, _ in FILTRATIONS]
    rows.append(_row("ckd_epi", [ckd_epi.RISK.risk(one)["egfr"] for one in people], [one[3] for one in FILTRATIONS], 0))
    rows.append(_row("findrisc, all points", [findrisc.RISK.risk(FINN)["points"]], [26], 0))
    return rows


def _row(who: str, ours: Sequence[float], published: Sequence[float], decimals: int) -> dict[str, object]:
    gaps = [abs(one - other) for one, other in zip(ours, published, strict=True)]
    equal = sum(round(one, decimals) == other for one, other in zip(ours, published, strict=True))
    return {"what": who, "published": len(gaps), "equal as rounded": equal, "largest difference": f"{max(gaps):.5f}"}


def speed() -> list[dict[str, object]]:
    """A row an equation: people a second, each with all outcomes; the best of five."""
    rng = np.random.default_rng(1)
    rows: list[dict[str, object]] = []
    for equation in sorted(_equations(), key=lambda one: one.name):
        needed = [one for one in equation.inputs if not one.optional]
        people = {one.name: rng.uniform(one.low or 0, one.high or 1, PEOPLE) for one in needed}
        people["age"] = np.floor(people["age"])
        people["sex"] = (people["sex"] > 0.5).astype(float)
        equation.many(people)
        taken = []
        for _ in range(5):
            began = time.perf_counter()
            equation.many(people)
            taken.append(time.perf_counter() - began)
        rows.append({"equation": equation.name, "people a second": f"{PEOPLE / min(taken):,.0f}"})
    return rows


def _equations() -> list[Formula]:
    found: list[Formula] = discover.risks()
    return found


def averages(path: Path) -> list[dict[str, object]]:
    """The largest difference between the shipped averages and those made anew from the survey."""
    people = _risk_norms.read(path)
    gaps, bonds = [], []
    for row in _risk_norms.norms(people):
        sex, age = int(row["sex"] == "female"), float(str(row["from"]))
        for name in _risk_norms.LOGS:
            mean, sd = risk_norms.figures(name, sex, age)
            gaps += [abs(mean - float(str(row[f"{name}_ln_mean"]))), abs(sd - float(str(row[f"{name}_ln_sd"])))]
        gaps += [abs(risk_norms.figures(name, sex, age)[0] - float(str(row[name]))) for name in ("smoker", "diabetes")]
    for row in _risk_norms.together(people):
        shipped = risk_norms.bond(int(row["sex"] == "female"), str(row["one"]), str(row["other"]))
        bonds.append(abs(shipped - float(str(row["r"]))))
    return [{"adults": people.height, "means and spreads": max(gaps), "correlations": max(bonds)}]


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench risk", description=__doc__)
    parser.add_argument("--data", type=Path, help="NHANESraw.csv.gz")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    rows = checks()
    show("Published figures and ours", rows, as_json=asked.json)
    show(f"Speed, {PEOPLE:,} people at once, one core", speed(), as_json=asked.json)
    if asked.data is None or not asked.data.is_file():
        print("No survey given (--data NHANESraw.csv.gz): the averages were not made anew.")
    else:
        show("Averages, shipped and made anew", averages(asked.data), as_json=asked.json)
    return 0
