"""Run by the peer's own Python: simglucose's reference person through days of meals, one line of JSON: the seconds that
one day and three days took. Its pin gym 0.9.4 is not installed: the one name it takes of gym is put in its place."""

from __future__ import annotations

import json
import logging
import sys
import time
import types
from datetime import datetime, timedelta
from typing import Any


def main() -> None:
    """Time whole simulated days, with pump, sensor and controller, as the package runs them."""
    for name in ("gym", "gym.envs", "gym.envs.registration"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["gym.envs.registration"].register = lambda **_: None  # type: ignore[attr-defined]
    logging.disable(logging.CRITICAL)
    print(json.dumps({"day": min(_days(1) for _ in range(3)), "three": min(_days(3) for _ in range(2))}))


def _days(days: int) -> float:
    """Seconds of so many days of the first adolescent, meals at fixed times."""
    from simglucose.actuator.pump import InsulinPump  # type: ignore[import-not-found]
    from simglucose.controller.basal_bolus_ctrller import BBController  # type: ignore[import-not-found]
    from simglucose.patient.t1dpatient import T1DPatient  # type: ignore[import-not-found]
    from simglucose.sensor.cgm import CGMSensor  # type: ignore[import-not-found]
    from simglucose.simulation.env import T1DSimEnv  # type: ignore[import-not-found]
    from simglucose.simulation.scenario import CustomScenario  # type: ignore[import-not-found]

    start = datetime(2024, 1, 1)  # noqa: DTZ001 - as the package counts
    daily = ((7, 45), (12, 70), (19, 80))
    meals = [(timedelta(days=day, hours=hour), grams) for day in range(days) for hour, grams in daily]
    env: Any = T1DSimEnv(
        T1DPatient.withName("adolescent#001"), CGMSensor.withName("Dexcom", seed=1), InsulinPump.withName("Insulet"),
        CustomScenario(start_time=start, scenario=meals),
    )  # fmt: skip
    controller, said = BBController(), env.reset()
    began = time.process_time()
    while env.time < start + timedelta(days=days):
        said = env.step(controller.policy(said.observation, said.reward, said.done, **said.info))
    return time.process_time() - began


if __name__ == "__main__":
    main()
