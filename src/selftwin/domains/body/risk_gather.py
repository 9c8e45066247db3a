"""Where the inputs of a risk equation come from: what the person said in the question, else the newest of their data,
each with how unsure one such reading is, and how to note it where it is missing."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.risks.ckd_epi import filtration
from selftwin.domains.body.risks.findrisc import FAMILY
from selftwin.domains.body.risks.score2 import REGIONS
from selftwin.vocabulary.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from selftwin.vocabulary.model import Past

    Rule = Callable[[Past], "Known | None"]

YEAR, SEASON, MONTH = 365, 90, 28
TOLD, RECORDED = "told", "recorded"
# How much one reading moves about its person's own mean, as a share of it (docs/decisions/risk.md for the sources).
SPREADS = {"systolic": 0.086, "cholesterol": 0.061, "hdl": 0.074, "creatinine": 0.052, "egfr": 0.062, "hba1c": 0.019,
           "uacr": 0.49}  # fmt: skip
NOTES = {
    "age": "birth.year 1970",
    "sex": "sex female",
    "systolic": "blood_pressure.systolic 124",
    "cholesterol": "lab.cholesterol 190 --unit mg/dL",
    "hdl": "lab.hdl 52 --unit mg/dL",
    "creatinine": "lab.creatinine 0.9 --unit mg/dL",
    "egfr": "lab.creatinine 0.9 --unit mg/dL",
    "bmi": "weight 74",
    "waist": "waist_circumference 88",
    "diabetes": "diabetes.type none",
    "smoker": "smoking never",
    "bp_treated": "medicine.blood_pressure no",
    "statin": "medicine.statin no",
    "region": "residence.country Austria",
    "exercise": "activity.exercise 30",
    "vegetables": "meal.vegetables_daily yes",
    "high_glucose": "diabetes.high_glucose no",
    "family": "family_history.diabetes none",
}
WEIGHED = {"weight": "weight 74", "height": "height 1.74"}


@dataclass(frozen=True, slots=True)
class Known:
    """One input as found: its value, the spread of that value (one standard deviation, 0 for a fact), where it comes
    from (`told` in the question, `recorded`), how many days stand behind it, the newest of them, and its word."""

    value: float
    spread: float = 0.0
    source: str = RECORDED
    days: int = 0
    newest: date | None = None
    word: str = ""


def known(past: Past, name: str) -> Known | None:
    """The input of this name, or None where the person's data do not tell it or may not be learnt from."""
    try:
        found = RULES[name](past)
    except Refused:
        return None
    if found is None or found.spread or name not in SPREADS:
        return found
    return replace(found, spread=abs(found.value) * SPREADS[name])


def notes(past: Past, name: str) -> tuple[str, ...]:
    """How to note an input, as typed; of weight and height, what is not there."""
    said = [NOTES[name]] if name in NOTES else []
    if name == "bmi":
        try:
            gaps = [key for key in ("weight", "height") if past.number(key) is None]
        except Refused:
            gaps = []
        said = [WEIGHED[key] for key in gaps] or said
    return tuple(f"selftwin note {one}" for one in said)


def diagnoses(past: Past) -> tuple[str, ...]:
    """Every diagnosis in the record, in lower case; nothing where that may not be read."""
    try:
        rows = past.series("condition")
    except Refused:
        return ()
    return tuple(text.lower() for text in rows["text"].drop_nulls().unique().to_list()) if rows.height else ()


def is_pregnant(past: Past) -> bool:
    """Whether the record says that a pregnancy lasts."""
    try:
        rows = past.series("pregnancy", since=(past.now - timedelta(days=300)).date())
    except Refused:
        return False
    return any(until is None or until >= past.now for until in rows["until"].to_list()) if rows.height else False


def height(past: Past) -> float | None:
    """Metres."""
    return past.number("height")


def _number(key: str, within: int | None = YEAR) -> Rule:
    """The newest value of a signal within so many days."""

    def rule(past: Past) -> Known | None:
        value = past.number(key, within=within)
        if value is None:
            return None
        if past.told(key):
            return Known(value, source=TOLD)
        days = past.days(key)
        return Known(value, days=1, newest=days["day"].max() if days.height else None)  # type: ignore[arg-type]

    return rule


def _word(key: str, meaning: dict[str, float]) -> Rule:
    """The newest word of a state, as the number the equations take; None for a word that says nothing."""

    def rule(past: Past) -> Known | None:
        word = past.word(key)
        if word is None or word not in meaning:
            return None
        return Known(meaning[word], source=TOLD if past.told(key) else RECORDED, word=word)

    return rule


def _age(past: Past) -> Known | None:
    years = past.number("age")
    return None if years is None else Known(float(int(years)), source=TOLD if past.told("age") else RECORDED)


def _systolic(past: Past) -> Known | None:
    """The mean of the days of the last ninety; else the newest of the last year. From five days on, the person's own
    spread stands instead of other people's."""
    key = "blood_pressure.systolic"
    if past.told(key):
        return _number(key)(past)
    days = past.days(key, since=(past.now - timedelta(days=SEASON)).date())
    if not days.height:
        return _number(key)(past)
    values = days["value"].to_numpy()
    mean, n = float(values.mean()), len(values)
    one = float(values.std(ddof=1)) if n >= 5 else mean * SPREADS["systolic"]
    return Known(mean, one / n**0.5, days=n, newest=days["day"].max())  # type: ignore[arg-type]


def _bmi(past: Past) -> Known | None:
    """From weight and height; else as it was recorded."""
    if past.told("body_mass_index"):
        return _number("body_mass_index")(past)
    weight, metres = _number("weight")(past), height(past)
    if weight is None or not metres:
        return _number("body_mass_index")(past)
    told = past.told("weight") or past.told("height")
    return replace(weight, value=weight.value / metres**2, source=TOLD if told else weight.source)


def _egfr(past: Past) -> Known | None:
    """From creatinine by CKD-EPI 2021 where there is one; else as the laboratory told it."""
    creatinine, age, sex = _number("lab.creatinine")(past), _age(past), RULES["sex"](past)
    if past.told("lab.egfr") or creatinine is None or age is None or sex is None:
        return _number("lab.egfr")(past)
    at = [np.array([one.value]) for one in (creatinine, age, sex)]
    return replace(creatinine, value=float(filtration(*at)[0]))


def _diabetes(past: Past) -> Known | None:
    """The type noted; else a diagnosis in the record. That none is recorded says nothing."""
    types = {"none": 0.0, "type_1": 1.0, "type_2": 1.0, "other": 1.0, "gestational": 0.0}
    if (said := _word("diabetes.type", types)(past)) is not None:
        return said
    named = [text for text in diagnoses(past) if text.startswith(("diabetes", "type 1 diab", "type 2 diab"))]
    return Known(1.0) if any("gestational" not in text for text in named) else None


def _smoker(past: Past) -> Known | None:
    """What is noted of smoking; else cigarettes counted in the last month."""
    words = {"never": 0.0, "former": 0.0, "occasional": 1.0, "daily": 1.0}
    if not past.told("cigarettes") and (said := _word("smoking", words)(past)) is not None:
        return said
    counted = _number("cigarettes", within=MONTH)(past)
    return None if counted is None else replace(counted, value=float(counted.value > 0))


def _exercise(past: Past) -> Known | None:
    """Minutes a day, over the days of the last four weeks."""
    key = "activity.exercise"
    if past.told(key):
        return _number(key)(past)
    days = past.days(key, since=(past.now - timedelta(days=MONTH)).date())
    if not days.height:
        return None
    values = days["value"].to_numpy()
    spread = float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return Known(float(values.mean()), spread, days=len(values), newest=days["day"].max())  # type: ignore[arg-type]


def _high_glucose(past: Past) -> Known | None:
    if (said := _word("diabetes.high_glucose", {"yes": 1.0, "no": 0.0})(past)) is not None:
        return said
    return Known(1.0) if past.word("diabetes.type") == "gestational" else None


def _region(past: Past) -> Known | None:
    """The risk region of the country of residence; None for a country outside the ESC's list."""
    country = past.word("residence.country")
    region = _regions().get((country or "").strip().lower())
    told = TOLD if past.told("residence.country") else RECORDED
    return None if region is None else Known(float(REGIONS.index(region)), source=told, word=region)


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    """By name and code of the country, in lower case: its region (ESC Cardiovascular Risk Collaboration, 2021)."""
    text = files("selftwin.domains.body").joinpath("risk_regions.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {name.lower(): row["region"] for row in rows for name in (row["country"], *row["codes"].split())}


YES_NO = {"yes": 1.0, "no": 0.0}
RULES: dict[str, Rule] = {
    "age": _age,
    "sex": _word("sex", {"female": 1.0, "male": 0.0}),
    "systolic": _systolic,
    "cholesterol": _number("lab.cholesterol"),
    "hdl": _number("lab.hdl"),
    "creatinine": _number("lab.creatinine"),
    "egfr": _egfr,
    "bmi": _bmi,
    "waist": _number("waist_circumference"),
    "diabetes": _diabetes,
    "smoker": _smoker,
    "bp_treated": _word("medicine.blood_pressure", YES_NO),
    "statin": _word("medicine.statin", YES_NO),
    "hba1c": _number("lab.hba1c"),
    "uacr": _number("lab.albumin_creatinine"),
    "sdi": _number("residence.deprivation", within=None),
    "region": _region,
    "exercise": _exercise,
    "vegetables": _word("meal.vegetables_daily", YES_NO),
    "high_glucose": _high_glucose,
    "family": _word("family_history.diabetes", FAMILY),
}
