"""Goals as commands: set, seen, drawn and dropped, in words a person reads and as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from selftwin import discover
from selftwin.cli.goals import goal
from selftwin.cli.plot.goal import picture
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.goal import Goal, Kept, Progress, Prospect, Sense, Takes
from selftwin.vocabulary.scenario import Way, step
from selftwin.vocabulary.trajectory import Trajectory, course, courses
from selftwin.wording.goals import amount, chances, exact, near
from selftwin.wording.measures import Measure

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.vocabulary.model import Past, Question

LAST = date(2026, 3, 12)  # the last day of the twin that tests of the command line share
BY = date(2026, 6, 30)


class Heart:
    """A simulator of the tests: a thousand steps more a day take a beat off the resting heart within two months."""

    name = title = "heart"
    version, rank = 1, 0
    takes, gives, cites = frozenset({"steps"}), ("heart_rate.resting",), ("Nobody 1900",)

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        known = past.days("heart_rate.resting")["value"]
        days = np.arange(int(question.days or 60) + 1)
        rng = np.random.default_rng(seed)
        alone = float(known[-14:].to_numpy().mean()) + rng.normal(0, 1, (200, 1)) + rng.normal(0, 1, (200, len(days)))
        by = sum(one.changed(8000) - 8000 for one in question.scenario.of("steps")) / 1000
        with_ = alone - by * rng.normal(1, 0.2, (200, 1)) * np.minimum(days / 60, 1)
        at = [(past.now.astimezone(past.zone).date() + timedelta(int(day))).isoformat() for day in days]
        return [Trajectory("heart_rate.resting", "/min", "heart 1", str(question.scenario), past.now.isoformat(),
                           Trust.TRUSTED, len(known), *courses(at, with_, alone), ("That you walk.",), self.cites,
                           replay=past.replay, draws=np.stack([with_, alone]))]  # fmt: skip


@pytest.fixture(autouse=True)
def simulators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "simulators", lambda: [Heart()])


def test_a_goal_is_set_seen_drawn_and_dropped(twin: Any, tmp_path: Path) -> None:
    told = twin("goal")
    assert told.code == 0
    assert "no goals" in told.out
    told = twin("goal", "set", "resting heart rate 50 by 2026-06-30", "steps +3000/d")
    assert told.code == 0, told.err
    assert "Kept as heart_rate.resting" in told.err
    for words in ("at most 50 a minute by 30 June 2026", "days left; steps +3000/d.", "with the plan;", "as you are",
                  "What it takes from here: steps, about", "more (", "9 times in 10", "Too soon to say how it goes",
                  "· That you keep to the plan every day", "· That you walk.", "● trusted, 60 nights"):  # fmt: skip
        assert words in told.out
    told = twin("goal", "--json", "--plot", tmp_path / "goal.svg")
    (one,) = told.data["goals"]
    assert (one["name"], one["target"], one["sense"], one["by"]) == ("heart_rate.resting", 50, "at most", "2026-06-30")
    assert 0 <= one["chance_alone"] <= one["chance"] <= 1
    assert one["takes"]["signal"] == "steps"
    assert one["kept"]["cone"][0].keys() == {"at", "mean", "lo90", "hi90", "lo50", "hi50"}
    assert one["today"]["with"]
    assert b"<svg" in (tmp_path / "goal.svg").read_bytes()[:600]
    assert twin("goal", "heart_rate.resting").code == 0
    assert twin("goal", "drop", "heart_rate.resting").code == 0
    assert twin("goal", "--json").data == {"goals": []}


def test_what_is_no_goal_is_told_with_what_to_do(twin: Any, tmp_path: Path) -> None:
    for words, code, says in (
        (("resting heart rate 50 by 2020-06-30", "steps +3000/d"), 2, "has passed"),
        (("resting heart rate 50 by 2026-06-30",), 2, "what you would do"),
        (("resting heart rate 90 by 2026-06-30", "steps +3000/d"), 2, "there already"),
        (("resting heart rate 50 by 2026-06-30", "insulin.bolus 3 U"), 3, "insulin"),
        (("weight 70 kg by 2026-06-30", "steps +3000/d"), 2, "No model tells what becomes of weight"),
        (("resting heart rate 50", "steps +3000/d"), 2, "a target and a day"),
    ):
        told = twin("goal", "set", *words)
        assert told.code == code, told.err
        assert says in told.err
        assert told.out == ""
    assert twin("goal", "drop", "mountain").code == 2
    assert twin("goal", "--plot", tmp_path / "a.gif").code == 2
    assert "of one goal" in twin("goal", "--plot", tmp_path / "a.png").err


# Words

DAYS = [(LAST + timedelta(n)).isoformat() for n in range(90)]
POINTS = course(DAYS, 80 - 0.04 * np.arange(90) + np.random.default_rng(1).normal(0, 0.4, (100, 90)))
GOAL = Goal(
    "weight", "weight", "kg", 76.5, Sense.MOST, BY, "energy.intake -400 kcal/d", LAST, datetime.now(UTC),
    kept=Kept(80.0, 0.7, 0.1, "weight", POINTS, POINTS),
)  # fmt: skip
TAKES = Takes("energy.intake", Way.CHANGE, "kcal", -428.0, -310.0, -560.0)
SEEN = Prospect(
    GOAL, LAST + timedelta(30), "open", 79.8, 7, 0.2, 0.02, TAKES, Takes("energy.intake", Way.CHANGE, "kcal", -590.0),
    date(2026, 8, 14), Progress(LAST + timedelta(29), 79.8, 7, 78.9, 78.6, 79.2, "behind", 0.9), 0.4, Trust.TRUSTED, 60,
    ("That you keep to it.",), ("Your data end on 12 March 2026: this begins there, as a replay.",), ("Hall 2011",),
)  # fmt: skip
KG = Measure("kg")


def words(one: Prospect, *, whole: bool = True) -> str:
    return "\n".join(str(part) for part in goal(one, whole=whole))


def test_a_goal_that_falls_behind_says_so_and_what_would_help(surroundings: Path) -> None:
    said = words(SEEN)
    for part in ("weight: at most 76.5 kg by 30 June 2026, 80 days left; energy.intake -400 kcal/d.",
                 "! Your data end on", "You stand at 79.8 kg, the mean of your newest 7 days.",
                 "unlikely, 20 % with the rest of the plan; almost surely not, 2 % as you are",
                 "energy eaten, about 420 kcal a day less (320 to 560, 9 times in 10).",
                 "Against the plan as set on 12 March 2026: behind it, very likely, 90 %; by 10 April 2026 it had 78.6",
                 "78.6 to 79.2 half the time, and you stand at 79.8 kg.", "about 40 % of the plan",
                 "! With the plan as it is the chance is under 35 %.", "14 August 2026", "Hall 2011",
                 "It would be 65 % with energy eaten, about 590 kcal a day less"):  # fmt: skip
        assert part in said
    assert "Hall 2011" not in words(SEEN, whole=False)


def test_what_is_not_proposed_is_said_with_its_reason(surroundings: Path) -> None:
    none = Takes("energy.intake", Way.CHANGE, "kcal", None, why="I plan no change of weight faster than 1 % a week")
    said = words(replace(SEEN, takes=none, lift=none))
    assert "What it takes from here: I plan no change of weight faster than 1 % a week." in said
    assert "No amount of it that I would propose brings 65 %." in said
    assert " to more than I would propose, 9 times in 10)" in words(replace(SEEN, takes=replace(TAKES, high=None)))
    assert "nothing beside what you do now" in words(replace(SEEN, takes=replace(TAKES, amount=-1.0)))
    assert "Nothing in this plan can be scaled" in words(replace(SEEN, takes=None, lift=None))


def test_ends_and_silences_are_told_plainly(surroundings: Path) -> None:
    done = Prospect(GOAL, BY, "reached", standing=76.2, standing_days=5)
    assert "Reached: 76.2 kg, the mean of 5 days of its last week." in words(done)
    assert "Not reached: " in words(replace(done, state="missed"))
    assert "I cannot tell more of it now: No." in words(replace(done, state="silent", why="No."))
    assert "had to be forgotten" in words(replace(SEEN, goal=replace(GOAL, kept=None), progress=None))
    assert chances(replace(SEEN, done=None)).count("with the plan;") == 1


def test_amounts_are_said_by_their_kind(surroundings: Path) -> None:
    share = Takes("training.load", Way.SHARE, "{load}", 0.24, 0.1, 0.5)
    assert amount(share, step("training.load +20 %")) == "training load (effort × minutes), about 24 % more"  # noqa: RUF001
    value = Takes("steps", Way.SET, "{steps}", 10400.0, 9000.0, 12000.0)
    assert amount(value, step("steps 10000/d")).startswith("steps, about 10,4")
    walk = Takes("workout", Way.SET, "min", 46.0, 30.0, 60.0)
    assert amount(walk, step("workout walking 30 min daily")) == "workout (walking), about 46 min a day"


def test_targets_are_said_as_they_were_set(surroundings: Path) -> None:
    assert exact("race.10k", 48.0, Measure("min")) == "48:00"
    assert exact("race.marathon", 210.5, Measure("min")) == "3:30:30"
    assert exact("weight", 72.5, KG) == "72.5 kg"
    assert exact("sleep.midpoint.spread", 25.0, Measure("min")) == "25 min"
    assert near(84.2333, KG) == "84.2 kg"


def test_a_picture_shows_the_cone_what_came_and_the_target_and_is_the_same_each_time(
    tmp_path: Path, surroundings: Path
) -> None:
    past = [(LAST + timedelta(days=n - 40), 80.0 + 0.1 * (n % 5)) for n in range(70)]
    for name in ("one.png", "two.png"):
        picture(SEEN, past, tmp_path / name)
    body = (tmp_path / "one.png").read_bytes()
    assert body == (tmp_path / "two.png").read_bytes()
    assert body.startswith(b"\x89PNG")
    assert len(body) > 20_000
