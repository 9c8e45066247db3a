"""Two public cohorts in which the effect is known, read and answered by us, by what is simple, and by econml."""

from __future__ import annotations

import csv
import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

LEARNT = 0.9  # of the people, as in the published protocol of 672 of 747
EXPERIMENT = "the experiment itself"


@dataclass(frozen=True, slots=True)
class Cohort:
    """People's covariates (n, d), who `had` the cause (n,), their outcome (n,), and the true effect (n,) if known."""

    name: str
    covariates: Floats
    had: Flags
    outcome: Floats
    effect: Floats | None = None


# Effects that differ


def ihdp(folder: Path) -> list[Cohort]:
    """The replications in a folder, in order."""
    found = []
    for path in sorted(folder.glob("ihdp_npci_*.csv")):
        table = np.loadtxt(path, delimiter=",")
        found.append(Cohort(path.stem, table[:, 5:], table[:, 0] == 1, table[:, 1], table[:, 4] - table[:, 3]))
    return found


def ihdp_rows(sets: list[Cohort], peer: list[str] | None) -> list[dict[str, object]]:
    """Root mean square error of each person's effect, in and out of sample, of every method, mean over replications."""
    errors: dict[str, list[tuple[float, float]]] = {}
    for turn, cohort in enumerate(sets, start=1):
        order = np.random.default_rng(turn).permutation(len(cohort.had))
        cut = int(LEARNT * len(order))
        for name, said in _effects(cohort, order[:cut], peer).items():
            parts = (order[:cut], order[cut:])
            errors.setdefault(name, []).append((_error(said, cohort, parts[0]), _error(said, cohort, parts[1])))
    return [
        {"method": name, "in sample": round(float(np.mean([one[0] for one in pairs])), 3),
         "out of sample": round(float(np.mean([one[1] for one in pairs])), 3),
         "each, out": " ".join(f"{one[1]:.2f}" for one in pairs)}
        for name, pairs in errors.items()
    ]


def _error(said: Floats, cohort: Cohort, rows: NDArray[np.int64]) -> float:
    assert cohort.effect is not None  # noqa: S101
    return float(np.sqrt(((said - cohort.effect)[rows] ** 2).mean()))


def _effects(cohort: Cohort, known: NDArray[np.int64], peer: list[str] | None) -> dict[str, Floats]:
    from selftwin.learn.heterogeneous import differing

    x, had, outcome = cohort.covariates, cohort.had[known], cohort.outcome[known]
    ours = differing(x[known], had, outcome)
    everybody = np.ones(len(x))
    said = {
        "ours": ours.effects(x).size,
        "zero effect": 0 * everybody,
        "constant effect (ours)": ours.mean * everybody,
        "constant effect (difference)": (outcome[had].mean() - outcome[~had].mean()) * everybody,
        "two straight lines": _straight(x, had, outcome, known),
    }
    if peer:
        said |= {name: np.array(values) for name, values in _ask(peer, x[known], had, outcome, x, mean=False).items()}
    return said


def _straight(x: Floats, had: Flags, outcome: Floats, known: NDArray[np.int64]) -> Floats:
    """Ridge regression on each side."""
    from sklearn.linear_model import RidgeCV

    with_it, without = RidgeCV(np.logspace(-1, 3, 9)), RidgeCV(np.logspace(-1, 3, 9))
    more: Floats = with_it.fit(x[known][had], outcome[had]).predict(x)
    less: Floats = without.fit(x[known][~had], outcome[~had]).predict(x)
    return more - less


def _ask(peer: list[str], x: Floats, had: Flags, outcome: Floats, places: Floats, *, mean: bool) -> dict[str, Any]:
    asked = {"x": x.tolist(), "had": had.astype(int).tolist(), "outcome": outcome.tolist(), "places": places.tolist()}
    line = json.dumps(asked | {"mean": mean}) + "\n"
    done = subprocess.run(peer, input=line, capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


# One effect, on those who had it


def lalonde(folder: Path) -> list[Cohort] | None:
    """The experiment; its treated with PSID-1's controls; and MatchIt's data. None where a table is missing."""
    paths = [folder / name for name in ("DAAG_nsw74demo.csv", "DAAG_psid1.csv", "MatchIt_lalonde.csv")]
    if not all(path.is_file() for path in paths):
        return None
    trial, others, matched = (_table(path) for path in paths)
    names = ("age", "educ", "black", "hisp", "marr", "nodeg", "re74", "re75")
    treated = [row for row in trial if float(row["trt"]) == 1]
    found = [_cohort(EXPERIMENT, trial, names, "trt"), _cohort("PSID-1", [*treated, *others], names, "trt")]
    for row in matched:
        row |= {"black": str(int(row["race"] == "black")), "hisp": str(int(row["race"] == "hispan"))}
    names = ("age", "educ", "black", "hisp", "married", "nodegree", "re74", "re75")
    return [*found, _cohort("MatchIt", matched, names, "treat")]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def _cohort(name: str, rows: list[dict[str, str]], names: tuple[str, ...], had: str) -> Cohort:
    x = np.array([[float(row[column]) for column in names] for row in rows])
    return Cohort(name, x, np.array([float(row[had]) == 1 for row in rows]), np.array([float(r["re78"]) for r in rows]))


def lalonde_rows(sets: list[Cohort], peer: list[str] | None) -> list[dict[str, object]]:
    """Each method's effect on those who had it, whether its interval holds the experiment's, and its width by that."""
    from selftwin.learn.balancing import on_those

    truth = _difference(sets[0])
    rows = [_row(EXPERIMENT, "difference", truth, truth)]
    for cohort in sets[1:]:
        ours = on_those(cohort.covariates, cohort.had, cohort.outcome, level=0.95)
        said = {
            "ours": (ours.size, ours.low, ours.high), "zero effect": (0.0, 0.0, 0.0),
            "naive difference": _difference(cohort), "plain regression": _regression(cohort),
            "inverse chances (logistic)": _weighed(cohort),
        }
        if peer:
            found = _ask(peer, cohort.covariates, cohort.had, cohort.outcome, cohort.covariates[:1], mean=True)
            said |= {name: (values[0], values[1], values[2]) for name, values in found.items()}
        rows += [_row(cohort.name, method, one, truth) for method, one in said.items()]
    return rows


def _row(
    name: str, method: str, said: tuple[float, float, float], truth: tuple[float, float, float]
) -> dict[str, object]:
    size, low, high = said
    return {
        "against": name, "method": method, "effect": round(size), "low": round(low), "high": round(high),
        "holds the experiment's": low <= truth[0] <= high,
        "width": round((high - low) / (truth[2] - truth[1]), 2),
    }


def _difference(cohort: Cohort) -> tuple[float, float, float]:
    one, other = cohort.outcome[cohort.had], cohort.outcome[~cohort.had]
    size = float(one.mean() - other.mean())
    half = 1.96 * np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    return size, size - half, size + half


def _regression(cohort: Cohort) -> tuple[float, float, float]:
    from selftwin.learn.refuting_regression import slope

    size, error = slope(cohort.had.astype(float), cohort.outcome, cohort.covariates, together=False)
    return size, size - 1.96 * error, size + 1.96 * error


def _weighed(cohort: Cohort) -> tuple[float, float, float]:
    """Others weighed by the odds of having had it."""
    from sklearn.linear_model import LogisticRegression

    x = (cohort.covariates - cohort.covariates.mean(axis=0)) / cohort.covariates.std(axis=0)
    chance = LogisticRegression(C=1.0, max_iter=1000).fit(x, cohort.had).predict_proba(x)[~cohort.had, 1]
    odds = chance / (1 - chance)
    odds /= odds.sum()
    one, other = cohort.outcome[cohort.had], cohort.outcome[~cohort.had]
    expected = float(odds @ other)
    size = float(one.mean()) - expected
    half = 1.96 * np.sqrt(one.var(ddof=1) / len(one) + (odds**2) @ (other - expected) ** 2)
    return size, size - half, size + half
