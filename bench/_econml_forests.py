"""Run by the peer's own Python: econml's forests on each cohort read from stdin, one line of JSON a cohort: for each
forest the effect on everybody in `places`, or the mean effect on those who had the cause with its 95 % interval."""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any


def main() -> None:
    """Answer each line `{"x": [[…]], "had": […], "outcome": […], "places": [[…]], "mean": bool}`."""
    import numpy as np

    warnings.simplefilter("ignore")
    for line in sys.stdin:
        asked = json.loads(line)
        x, had, y = (np.array(asked[key], float) for key in ("x", "had", "outcome"))
        said = _mean(np, x, had, y) if asked["mean"] else _each(np, x, had, y, np.array(asked["places"], float))
        print(json.dumps(said), flush=True)


def _parts() -> dict[str, Any]:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    return {
        "outcome": RandomForestRegressor(100, min_samples_leaf=5, random_state=0),
        "chance": RandomForestClassifier(100, min_samples_leaf=10, random_state=0),
    }


def _each(np: Any, x: Any, had: Any, y: Any, places: Any) -> dict[str, list[float]]:
    from econml.dml import CausalForestDML  # type: ignore[import-not-found]
    from econml.dr import DRLearner, ForestDRLearner  # type: ignore[import-not-found]
    from econml.metalearners import XLearner  # type: ignore[import-not-found]
    from sklearn.ensemble import RandomForestRegressor

    part = _parts()
    usual = {"cv": 5, "random_state": 0}
    forests = usual | {"n_estimators": 500, "n_jobs": 1}
    forest = RandomForestRegressor(300, min_samples_leaf=10, random_state=0)
    learners = {
        "econml CausalForestDML": CausalForestDML(
            model_y=part["outcome"], model_t=part["chance"], discrete_treatment=True, **forests
        ),
        "econml ForestDRLearner": ForestDRLearner(
            model_regression=part["outcome"], model_propensity=part["chance"], min_propensity=0.03, **forests
        ),
        "econml DRLearner, forest": DRLearner(
            model_regression=part["outcome"], model_propensity=part["chance"], model_final=forest, min_propensity=0.03,
            **usual,
        ),
        "econml XLearner, forests": XLearner(models=part["outcome"], propensity_model=part["chance"]),
    }
    said = {}
    for name, learner in learners.items():
        learner.fit(y, had.astype(int), X=x)
        said[name] = np.ravel(learner.effect(places)).tolist()
    return said


def _mean(np: Any, x: Any, had: Any, y: Any) -> dict[str, list[float]]:
    """Mean effect on those who had it: size, low, high at 95 %."""
    from econml.dml import CausalForestDML
    from econml.dr import LinearDRLearner

    part, said = _parts(), {}
    treated = had == 1
    forest = CausalForestDML(
        model_y=part["outcome"], model_t=part["chance"], discrete_treatment=True, n_estimators=500, n_jobs=1, cv=5,
        random_state=0,
    ).fit(y, had.astype(int), X=x)
    found = forest.ate_inference(x[treated])
    said["econml CausalForestDML"] = [float(found.mean_point), *map(float, np.ravel(found.conf_int_mean(alpha=0.05)))]
    robust = LinearDRLearner(
        model_regression=part["outcome"], model_propensity=part["chance"], min_propensity=0.03, cv=5, random_state=0
    ).fit(y, had.astype(int), X=x)
    found = robust.ate_inference(x[treated])
    said["econml LinearDRLearner"] = [float(found.mean_point), *map(float, np.ravel(found.conf_int_mean(alpha=0.05)))]
    return said


if __name__ == "__main__":
    main()
