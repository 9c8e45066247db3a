"""Goals: the stated chance of reaching a weight against how often made-up people with known truth reached it, and
whether the amount for 65 % brings 65 %; beside always saying the base rate (docs/bench/goals.md)."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from tests.domains.body.remembering import Remembered

from bench._table import show
from selftwin.domains.body.goals import Aim, lift, response
from selftwin.domains.body.simulators.weight import SIMULATOR
from selftwin.domains.body.weight import doing
from selftwin.domains.body.weight.doing import Luck
from selftwin.domains.body.weight.hall import simulate
from selftwin.domains.body.weight.person import Person, adults
from selftwin.vocabulary.goal import Sense
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.vocabulary.scenario import Scenario
    from selftwin.vocabulary.trajectory import Trajectory

    Floats = NDArray[np.float64]

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SEEN, WEEK = 200, 7
KG = 7700.0  # kcal in a kilogram, for choosing targets alone
BINS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01))


def main(argv: list[str]) -> int:
    """Print how often chances came true."""
    parser = argparse.ArgumentParser(prog="bench goals")
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args(argv)
    tried = [_tried(np.random.default_rng([asked.seed, number])) for number in range(asked.people)]
    chances, came = (np.array([getattr(one, name) for one in tried], float) for name in ("chance", "reached"))
    brier, base = float(((chances - came) ** 2).mean()), float(((came.mean() - came) ** 2).mean())
    lifted = np.array([one.lifted for one in tried if one.lifted is not None], float)
    show("goals", [
        {"what": "people", "figure": asked.people},
        {"what": "Brier score", "figure": brier},
        {"what": "of always saying the base rate", "figure": base},
        {"what": "mean chance said", "figure": float(chances.mean())},
        {"what": "share that reached", "figure": float(came.mean())},
        {"what": f"share that reached with the amount for 65 % ({lifted.size} people)", "figure": float(lifted.mean())},
    ])  # fmt: skip
    show("by chance said", [
        {"from": low, "people": int(here.sum()), "said": float(chances[here].mean()),
         "reached": float(came[here].mean())}
        for low, high in BINS if (here := (chances >= low) & (chances < high)).any()
    ])  # fmt: skip
    return 0


@dataclass(frozen=True, slots=True)
class Tried:
    """One goal: the chance said, whether it was reached, and whether the amount for 65 % reached it."""

    chance: float
    reached: bool
    lifted: bool | None


def _tried(rng: np.random.Generator) -> Tried:
    """One made-up person's goal, asked and lived."""
    days = int(rng.integers(90, 181))
    past, level = _person(rng)
    kcal = -float(rng.integers(200, 501))
    lived = _Life(rng, past, level, days)
    target = level + rng.uniform(0.2, 1.3) * kcal * days / KG
    aim = Aim("weight", target, Sense.MOST, NOW.date() + timedelta(days=days))

    def tell(scale: float) -> Trajectory:
        return SIMULATOR.imagine(past, Question(_plan(scale * kcal), AS_YOU_ARE, days + 1))[0]

    found = response(tell, aim, tell(1.0))
    enough = lift(found, aim, _plan(kcal).steps[0], None, (3.0, ""))
    lifted = None if enough.amount is None else lived.end(enough.amount) <= target
    return Tried(found.chance(aim, 1.0), lived.end(kcal) <= target, lifted)


def _plan(kcal: float) -> Scenario:
    return scenario(f"energy.intake {kcal:+.1f} kcal/d")


def _person(rng: np.random.Generator) -> tuple[Remembered, float]:
    """200 days of weigh-ins, some missing, of a level that wanders, and the level at their end."""
    level = rng.uniform(75, 110) + np.cumsum(rng.normal(0, rng.uniform(0.02, 0.09), SEEN))
    seen = np.round(level + rng.normal(0, 0.4, SEEN), 1)
    kept = rng.random(SEEN) < rng.uniform(0.3, 1.0)
    rows = [(NOW.date() - timedelta(days=SEEN - day), float(seen[day])) for day in range(SEEN) if kept[day]]
    given: dict[str, float | str] = {"height": rng.uniform(1.6, 1.9), "age": rng.uniform(25, 65),
                                     "sex": str(rng.choice(["female", "male"]))}  # fmt: skip
    return Remembered(NOW, daily={"weight": rows}, given=given), float(level[-1])


class _Life:
    """What comes true: the level wanders on, and Hall's model of a body the twin does not know answers to the plan."""

    def __init__(self, rng: np.random.Generator, past: Remembered, level: float, days: int) -> None:
        self.past, self.days = past, days
        self.alone = level + np.cumsum(rng.normal(0, 0.055, days))
        self.noise = rng.normal(0, 0.4, days)
        female = float(past.given["sex"] == "female")
        empty = np.empty(0)
        who = Person(float(past.given["height"]), float(past.given["age"]), female, empty.astype(np.int64), empty, 0)
        self.start = adults(who, np.array([level]), rng.standard_normal((1, 4)))
        self.luck = Luck.of(rng.standard_normal((1, 4)))

    def end(self, kcal: float) -> float:
        """The mean of the last week of weigh-ins under a plan."""
        intake = np.repeat(self.start.intake[:, None], self.days + 1, axis=1)
        changed = doing.changes(_plan(kcal).steps, self.past, self.start, intake, self.luck, self.days)
        course = simulate(self.start, changed, self.days).weight[0]
        return float((self.alone + course[1:] - course[0] + self.noise)[-WEEK:].mean())
