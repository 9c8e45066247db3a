"""The means, spreads and shares a risk equation averages over, made from NHANES 2009 to 2012 with its weights.

The microdata are public and never committed; the small tables made of them lie beside `domains/body/risk_norms.py`.
`python -m bench risk --data NHANESraw.csv.gz` makes them anew and holds the shipped ones against them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

BANDS = ((20, 29), (30, 39), (40, 49), (50, 59), (60, 69), (70, 150))
LOGS = {"systolic": "BPSysAve", "cholesterol": "TotChol", "hdl": "DirectChol", "bmi": "BMI"}
MG_PER_MMOL = 1 / 0.02586


def read(path: Path) -> pl.DataFrame:
    """Adults who are not pregnant: sex, age, weight (of the survey), four logs, smoker and diabetes (0, 1, null)."""
    raw = pl.read_csv(path, null_values=["NA", ""], infer_schema_length=20_000)
    adults = raw.filter((pl.col("Age") >= 20) & (pl.col("PregnantNow").fill_null("No") != "Yes"))
    scale = {"cholesterol": MG_PER_MMOL, "hdl": MG_PER_MMOL}
    never = pl.col("Smoke100") == "No"
    return adults.select(
        sex="Gender",
        age="Age",
        weight="WTMEC2YR",
        **{name: (pl.col(column) * scale.get(name, 1.0)).log() for name, column in LOGS.items()},
        smoker=pl.when(never).then(0).otherwise((pl.col("SmokeNow") == "Yes").cast(pl.Int8)),
        diabetes=(pl.col("Diabetes") == "Yes").cast(pl.Int8),
    )


def norms(people: pl.DataFrame) -> list[dict[str, object]]:
    """A row a sex and band of ages: weighted means and spreads of the logs, shares of smokers and of diabetes."""
    rows: list[dict[str, object]] = []
    for sex in ("female", "male"):
        for first, last in BANDS:
            some = people.filter((pl.col("sex") == sex) & pl.col("age").is_between(first, last))
            row: dict[str, object] = {"sex": sex, "from": first, "to": last, "n": some.height}
            for name in LOGS:
                mean, sd = _weighted(some, name)
                row |= {f"{name}_ln_mean": round(mean, 4), f"{name}_ln_sd": round(sd, 4)}
            rows.append(row | {name: round(_weighted(some, name)[0], 4) for name in ("smoker", "diabetes")})
    return rows


def together(people: pl.DataFrame) -> list[dict[str, object]]:
    """How the four logs go together in people of one sex and band: weighted correlations of what the bands leave."""
    rows: list[dict[str, object]] = []
    for sex in ("female", "male"):
        left = np.vstack([_left(people, sex, first, last) for first, last in BANDS])
        corr = np.atleast_2d(np.corrcoef((left[:, 1:] * np.sqrt(left[:, :1])).T))
        names = list(LOGS)
        pairs = [(i, j) for i in range(len(names)) for j in range(i)]
        rows += [{"sex": sex, "one": names[j], "other": names[i], "r": round(float(corr[i, j]), 3)} for i, j in pairs]
    return rows


def shares(people: pl.DataFrame) -> dict[str, float]:
    """Weighted shares of ages, which two published prevalences are completed with (docs/models/risk-averages.md)."""
    weight = float(people["weight"].sum())
    cuts = {"20-39": (20, 39), "40-59": (40, 59), "60+": (60, 150), "60-74": (60, 74), "75+": (75, 150)}
    share = {name: _weight(people, *cut) / weight for name, cut in cuts.items()}
    over_40 = share["40-59"] + share["60+"]
    treated = (0.241 - share["20-39"] * 0.068 * 0.764 - share["40-59"] * 0.304 * 0.764) / share["60+"]
    lowering = (0.279 * over_40 - 0.17 * share["40-59"] - 0.48 * share["75+"]) / share["60-74"]
    return share | {"blood pressure treated at 60+": treated, "statin at 60-74": lowering * 0.93}


def _weight(people: pl.DataFrame, first: int, last: int) -> float:
    return float(people.filter(pl.col("age").is_between(first, last))["weight"].sum())


def _weighted(some: pl.DataFrame, name: str) -> tuple[float, float]:
    """Weighted mean and standard deviation of a column, nulls left out."""
    known = some.select("weight", name).drop_nulls()
    values, weight = known[name].cast(pl.Float64).to_numpy(), known["weight"].to_numpy()
    mean = float(np.average(values, weights=weight))
    return mean, float(np.sqrt(np.average((values - mean) ** 2, weights=weight)))


def _left(people: pl.DataFrame, sex: str, first: int, last: int) -> NDArray[np.float64]:
    """Weight and standardised logs (n, 5) of a band, of people with all four."""
    some = people.filter((pl.col("sex") == sex) & pl.col("age").is_between(first, last))
    known = some.select("weight", *LOGS).drop_nulls()
    columns = [known["weight"].to_numpy()]
    for name in LOGS:
        mean, sd = _weighted(some, name)
        columns.append((known[name].to_numpy() - mean) / sd)
    return np.column_stack(columns)
