"""Trials as commands: planned, seen day by day, noted, read, drawn and dropped, in words a person reads and as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.cli.experiments import standing, told
from selftwin.cli.plot.experiment import picture
from selftwin.twin import Twin
from selftwin.twin.experimenting import Experiments
from selftwin.vocabulary.effect import Effect, Refutation, Rung
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.experiment import (
    Experiment,
    Kind,
    Logged,
    Planned,
    Result,
    Sized,
    State,
    Today,
    Told,
    Verdict,
)
from selftwin.wording.experiments import difference, named, percent, plan
from selftwin.wording.measures import MINUS, Measure

if TYPE_CHECKING:
    from pathlib import Path

FIRST = date(2026, 1, 5)
WALK = 'habit "walk after lunch"'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selftwin.learn.experiment_power.TRIALS", 8)
    monkeypatch.setattr("selftwin.domains.habits.experiment_result.DRAWS", 499)
    if not hasattr(Twin, "experiment"):
        found = property(lambda one: Experiments(one._store, one.consent))
        monkeypatch.setattr(Twin, "experiment", found, raising=False)


def test_a_trial_is_planned_seen_noted_read_drawn_and_dropped(twin: Any, tmp_path: Path) -> None:
    assert "no trials" in twin("experiment").out
    made = twin("experiment", "design", WALK, "heart_rate.resting", "steps", "--days", 21, "--at", "2026-02-10",
                "--name", "walk")  # fmt: skip
    assert made.code == 0, made.err
    assert "Kept as walk. Its days are drawn and sealed." in made.err
    for words in ("! A replay", "each day is drawn anew", "four times in five", "trust that first", "The seal"):
        assert words in made.out
    assert twin("experiment", "log", "walk", "--day", "2026-02-12", "--missed", "--note", "rain").code == 0
    seen = twin("experiment", "walk", "--json").data["experiments"][0]
    assert (seen["logged"][0]["kept"], seen["others"], seen["days"]) == (False, ["steps"], 21)
    assert not {"seed", "arms"} & seen.keys()
    assert seen["today"]["state"] == "ended"
    read = twin("experiment", "analyse", "walk", "--plot", tmp_path / "walk.svg")
    assert read.code == 0, read.err
    for words in ("9 times in 10", "Chance alone shows as much", "Kept to, as far as is known", "thought before",
                  "Simple guess", "Beside it, steps", "● trusted"):  # fmt: skip
        assert words in read.out
    assert b"<svg" in (tmp_path / "walk.svg").read_bytes()[:600]
    data = twin("experiment", "analyse", "walk", "--json").data
    assert data["effect"]["rung"] == "experiment"
    assert len(data["experiment"]["arms"]) == 21
    assert twin("experiment", "drop", "walk").code == 0
    assert twin("experiment", "--json").data == {"experiments": []}


def test_what_is_no_trial_is_told_with_what_to_do(twin: Any, tmp_path: Path) -> None:
    for words, code, says in (
        (("design", "insulin.bolus 2 U", "heart_rate.resting"), 3, "no trial of medicines"),
        (("design", WALK, "mood"), 4, "I know 2 days of mood"),
        (("design", WALK, "heart_rate.resting", "--first", "2026-03-13T08:00"), 2, "begins with a day"),
        (("log", "mountain"), 2, "no trial called"),
        (("log", "mountain", "--day", "2026-03-13T08:00"), 2, "whole day"),
        (("stop", "mountain"), 2, "no trial called"),
        (("analyse", "mountain", "--plot", tmp_path / "a.gif"), 2, "neither"),
    ):
        answer = twin("experiment", *words)
        assert answer.code == code, answer.err
        assert says in answer.err
        assert answer.out == ""


# Words

MADE = Experiment(
    "caffeine", "caffeine 0 mg", "caffeine", "heart_rate.resting", ("mood",), "/min", 1, Kind.BLOCKS, FIRST, 48, 4, 1,
    1, -250.0, "mg", 250.0, datetime(2026, 1, 4, tzinfo=UTC), replay=False, seal="ab" * 32, seed=7, arms="1100" * 12,
    notes=("Ask first.",), kept=Planned(2.0, 0.5, 0.7, 150, 1.5, 0.83, 0.86, 1.4),
)  # fmt: skip
EFFECT = Effect("caffeine", "heart_rate.resting", 1, Rung.EXPERIMENT, -1.44, -2.3, -0.6, -250.0, "mg", "/min", 34, 17,
                0.0135, 0.027, Trust.TRUSTED, "2026-01-05", "2026-02-21", zero=1.07,
                refutations=(Refutation("days before the trial", True, "As much by chance."),))  # fmt: skip
DAYS = tuple(Told(FIRST + timedelta(days=day), MADE.arms[day] == "1", None if day == 5 else day != 8,
                  None if day == 3 else 50 + day % 5, day % 4 > 0) for day in range(48))  # fmt: skip
RESULT = Result(
    MADE, date(2026, 3, 1), State.ENDED, Verdict.FOUND, EFFECT, Sized(-1.8, -3.0, None), Sized(-1.0, -1.7, -0.3),
    (0.0, 0.7), "nothing, unless the days say so", Sized(0.1, -0.5, 0.7), 0.0135, 0.05, 1.0,
    (replace(EFFECT, outcome="mood", unit="{score}", size=0.2, low=-0.1, high=0.5, p=0.2, q=0.21),), DAYS,
    Sized(-1.3, -2.2, -0.4), ("A replay: nobody kept to it.", "Be careful."),
)  # fmt: skip
TODAY = Today("caffeine", FIRST, State.RUNNING, "caffeine 0 mg", True, False, 47,
              week=((date(2026, 1, 6), True), (date(2026, 1, 7), False)))  # fmt: skip


def words(parts: Any) -> str:
    return "\n".join(str(part) for part in parts)


def test_a_plan_says_how_it_is_drawn_and_what_it_will_find(surroundings: Path) -> None:
    said = words(plan(MADE))
    for part in ("5 January 2026 to 21 February 2026: in spells of 4 days, two of every four with it; the first 1 day",
                 "after the start and after each switch is left out", "on the day after", "a chance of 83 %",
                 "83 % on your own past days, 86 % by formula", "1.4 a minute or more",
                 "a tenth less often", "! Ask first.",
                 "trust that first", "abababababababab…"):  # fmt: skip
        assert part in said
    assert "had to be forgotten" in words(plan(replace(MADE, kept=None)))
    vague = Planned(2.0, 0.5, 0.7, 150, None, None, None, None)
    assert "Not even a very large" in words(plan(replace(MADE, kept=vague)))
    phases = words(plan(replace(MADE, kind=Kind.ABAB, washout=0, lag=0)))
    assert "four phases in turn" in phases
    assert "left out" not in phases
    assert "on the same day" in phases


def test_today_is_said_and_the_week_where_it_was_asked_for(surroundings: Path) -> None:
    said = words(standing(MADE, TODAY))
    for part in ("Caffeine: 0 mg: what it does to resting heart rate (and beside it mood).",
                 "Today: with it (caffeine: 0 mg). 47 days left", "still wearing off", "Not noted yet",
                 "Tuesday 6 January: with it", "Wednesday 7 January: without it, as usual"):  # fmt: skip
        assert part in said
    kept = replace(TODAY, with_=False, counts=True, said=Logged(FIRST, kept=False))
    assert "without it, as usual" in words(standing(MADE, kept))
    assert "Noted as not kept to." in words(standing(MADE, kept))
    assert "begins on Monday 5 January 2026 and takes 48 days" in words(
        standing(MADE, replace(TODAY, state=State.PLANNED, with_=None)))  # fmt: skip
    assert "the last outcome comes on" in words(standing(MADE, replace(TODAY, with_=None)))
    assert "It ended on" in words(standing(MADE, replace(TODAY, state=State.ENDED)))
    stopped = replace(MADE, stopped=date(2026, 1, 20))
    assert "stopped on 20 January 2026" in words(standing(stopped, replace(TODAY, state=State.STOPPED)))


def test_a_result_says_the_conclusion_first_and_what_it_is_held_against(surroundings: Path) -> None:
    said = words(told(RESULT)).replace(MINUS, "-")
    for part in ("Found: with caffeine: 0 mg it is lower by 1.4 a minute (-2.3 to -0.6, 9 times in 10).",
                 "Chance alone shows as much 1.4 % of the time.", "34 count and have an outcome: 17 with it",
                 "(1 not known)", "Doing it makes it lower by 1.8 a minute (nothing bounds it)",
                 "off by 7 % more on later days", "· days before the trial: As much by chance.",
                 "Beside it, mood: higher by 0.2 (-0.1 to 0.5, 9 times in 10); by chance 21 % of the time, corrected.",
                 "! Be careful.", "● trusted, 34 nights"):  # fmt: skip
        assert part in said
    assert said.index("! A replay") < said.index("Found:") < said.index("! Be careful.")
    nothing = words(told(replace(RESULT, verdict=Verdict.NOT_FOUND, as_kept=None)))
    assert "Nothing was found" in nothing
    assert "no proof of nothing" in nothing
    running = words(told(replace(RESULT, verdict=Verdict.OPEN, share=0.4, bar=0.001)))
    assert "Nothing may be concluded yet (40 % of the trial is seen)" in running
    assert "would have to be 0.1 % or less" in running
    assert "rarer than I can count" in words(told(replace(RESULT, verdict=Verdict.OPEN, bar=0.0)))
    assert "Found early" in words(told(replace(RESULT, verdict=Verdict.EARLY)))


def test_amounts_are_said_as_people_say_them(surroundings: Path) -> None:
    assert named("sleep.start 22:30") == "falling asleep: 22:30"
    assert named("steps +3000/d") == "steps: +3000"
    assert (percent(0.5), percent(0.012), percent(0.0005)) == ("50 %", "1.2 %", "0.05 %")
    assert difference(0.1, -10.0, 10.0, Measure("min")) == f"about the same ({MINUS}10 min to 10 min, 9 times in 10)"
    assert difference(12.0, 4.0, 20.0, Measure("min")) == "higher by 12 min (4 min to 20 min, 9 times in 10)"


def test_a_picture_shows_days_and_bounds_and_is_the_same_each_time(tmp_path: Path, surroundings: Path) -> None:
    for name in ("one.png", "two.png"):
        picture(RESULT, tmp_path / name)
    body = (tmp_path / "one.png").read_bytes()
    assert body == (tmp_path / "two.png").read_bytes()
    assert body.startswith(b"\x89PNG")
    assert len(body) > 20_000
