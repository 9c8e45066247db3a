"""Run by the peer's own Python: AutoETS on each series read from stdin, fitted once, then updated forward, one line of
JSON a series: its forecasts [n][5] at 5, 25, 50, 75, 95 % and the seconds it took."""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any


def main() -> None:
    """Answer each line `{"days": […], "values": […], "scored": [index…], "horizon": h}`."""
    import numpy as np
    from statsforecast.models import AutoETS  # type: ignore[import-not-found]

    warnings.simplefilter("ignore")
    warm = np.random.default_rng(0).normal(size=60)
    AutoETS(season_length=7).fit(warm).forward(warm, h=1, level=[50, 90])
    for line in sys.stdin:
        asked = json.loads(line)
        started = time.process_time()
        said = _forecasts(AutoETS, np, asked)
        print(json.dumps({"said": said, "seconds": time.process_time() - started}), flush=True)


def _forecasts(model_of: Any, np: Any, asked: dict[str, Any]) -> list[list[float]]:
    """Fitted on what is known at the first scored day; a missing day holds the value before, so weekdays stay true."""
    days, horizon, said, model = np.array(asked["days"]), asked["horizon"], [], None
    calendar = np.arange(days[0], days[-1] + 1)
    filled = np.array(asked["values"], float)[np.searchsorted(days, calendar, side="right") - 1]
    for i in asked["scored"]:
        known = filled[: days[i] - horizon - days[0] + 1]
        if model is None:
            model = model_of(season_length=7).fit(known)
        ahead = {key: float(row[-1]) for key, row in model.forward(known, h=horizon, level=[50, 90]).items()}
        said.append([ahead[key] for key in ("lo-90", "lo-50", "mean", "hi-50", "hi-90")])
    return said


if __name__ == "__main__":
    main()
