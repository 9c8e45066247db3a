"""Trials planned from a person's own days, refused where they could harm, and read off the days as they came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.habits.experiment import Asked, after, difference, plan, read, size, usually
from selftwin.domains.habits.experiment_limits import check
from selftwin.domains.habits.experiment_result import analyse
from selftwin.vocabulary.effect import Effect, Rung
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.experiment import Experiment, Kind, Logged, State, Verdict

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()


def days(key: str, values: Any, last: date = TODAY - timedelta(days=1)) -> dict[str, list[tuple[date, float]]]:
    """A signal's days up to one."""
    return {key: [(last - timedelta(days=len(values) - 1 - place), float(one)) for place, one in enumerate(values)]}


def noise(n: int, seed: int = 1, spread: float = 1.0, around: float = 50.0) -> np.ndarray:
    rng, level, found = np.random.default_rng(seed), 0.0, np.empty(n)
    for day in range(n):
        level = 0.6 * level + 0.8 * rng.normal()
        found[day] = around + spread * (0.7 * level + 0.7 * rng.normal())
    return found


def person(words: dict[str, str] | None = None, **daily: Any) -> Remembered:
    """A person with a year of a resting heart rate, sleep, caffeine, steps and food."""
    known = {"heart_rate.resting": noise(150), "mood": noise(150, 2, 0.5, 3), "sleep.start": noise(40, 3, 20, -20),
             "sleep.duration": noise(40, 4, 20, 450), "caffeine": noise(40, 5, 30, 250),
             "steps": noise(40, 6, 900, 8000), "energy.intake": noise(40, 7, 100, 2300),
             "training.duration": noise(40, 9, 5, 30)}  # fmt: skip
    known |= {key.replace("__", "."): value for key, value in daily.items()}
    folded = {key: rows for one, values in known.items() for key, rows in days(one, values).items()}
    said = {key: [(NOW - timedelta(days=9), word)] for key, word in (words or {}).items()}
    return Remembered(NOW, observations=said, daily=folded)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer trials laid over the past, and fewer redraws, than a person gets."""
    monkeypatch.setattr("selftwin.learn.experiment_power.TRIALS", 16)
    monkeypatch.setattr("selftwin.domains.habits.experiment_result.DRAWS", 499)


# Planning


def test_a_plan_says_how_long_it_takes_and_what_it_will_find() -> None:
    made = plan(Asked(read("caffeine 0 mg"), ("heart_rate.resting",), size=1.0), person())
    assert made.design.kind == "days"
    assert made.design.days % 7 == 0
    assert made.lag == 1
    assert made.step == pytest.approx(-made.usual)
    assert made.step_unit == "mg"
    assert made.planned.tried is not None
    assert made.planned.formula is not None
    assert min(made.planned.tried, made.planned.formula) >= 0.8
    assert made.planned.smallest <= 1.0
    shorter = plan(Asked(read("caffeine 0 mg"), ("heart_rate.resting",), days=14), person())
    assert shorter.design.days == 14
    assert shorter.planned.smallest > made.planned.smallest


def test_what_lasts_on_is_drawn_in_spells_with_days_left_out_unless_said_otherwise() -> None:
    made = plan(Asked(read("training.duration 45 min"), ("heart_rate.resting",)), person())
    assert (made.design.kind, made.design.block, made.design.washout, made.carry) == ("blocks", 4, 1, 1)
    daily = plan(Asked(read("training.duration 45 min"), ("heart_rate.resting",), kind=Kind.DAYS), person())
    assert (daily.design.kind, daily.design.washout) == ("days", 0)
    assert any("left a day later" in note for note in daily.notes)
    phases = plan(Asked(read('habit "walk after lunch"'), ("mood",), kind=Kind.ABAB, carry=2), person())
    assert (phases.design.kind, phases.design.block, phases.design.washout) == ("abab", 7, 2)


def test_outcomes_of_the_night_show_on_the_next_day() -> None:
    assert after("caffeine", "sleep.latency") == after("steps", "heart_rate_variability.rmssd") == 1
    assert after("caffeine", "mood") == after("steps", "stress.level") == 0
    assert after("sleep.start", "mood") == 1


def test_differences_are_said_in_the_causes_own_unit() -> None:
    assert difference(read("steps +3000"), 8000.0) == (3000.0, "{steps}")
    assert difference(read("steps -10 %"), 8000.0) == (pytest.approx(-800), "{steps}")
    assert difference(read("sleep.start 22:30"), -15.0) == (-75.0, "min")
    assert difference(read('habit "walk after lunch"'), None) == (1.0, "{day}")
    assert difference(read("caffeine 0 mg"), None) == (1.0, "{day}")
    with pytest.raises(UsageError, match="do already"):
        difference(read("steps 8100"), 8000.0)
    with pytest.raises(NothingYet, match="no share"):
        difference(read("steps -10 %"), None)


def test_a_day_without_a_record_counts_as_none_of_what_is_mostly_none() -> None:
    assert usually(read("alcohol.drinks 0"), person(alcohol__drinks=[2.0, 2.0])) == pytest.approx(4 / 28)
    assert usually(read("steps 9000"), person(steps=[8000.0])) is None


@pytest.mark.parametrize(
    ("asked", "kind", "says"),
    [
        (Asked(read("caffeine 0 mg"), ("weight",)), NothingYet, "nothing of weight"),
        (Asked(read("caffeine 0 mg"), ("stress.level",)), NothingYet, "I know 5 days"),
        (Asked(read("caffeine 0 mg"), ("vo2_max",)), NothingYet, "the same every day"),
        (Asked(read("caffeine 0 mg"), ("heart_rate.resting",), size=0.01), NothingYet, "Not even half a year"),
        (Asked(read("caffeine 0 mg"), ("mood",), days=5), UsageError, "14 to 182"),
        (Asked(read("training.duration 45 min"), ("mood",), days=16), UsageError, "too few ways"),
        (Asked(read("caffeine 0 mg"), ("caffeine",)), UsageError, "the cause itself"),
        (Asked(read("caffeine 0 mg"), ("journal.entry",)), UsageError, "no daily number"),
    ],
)
def test_what_cannot_be_planned_says_why(asked: Asked, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says):
        plan(asked, person(stress__level=[3.0, 4, 5, 3, 4], vo2_max=[40.0] * 30))


def test_causes_and_sizes_are_read_as_people_write_them() -> None:
    assert size("15 min", "sleep.duration") == size("0.25 h", "sleep.duration") == 15.0
    assert size("-2", "heart_rate.resting") == size(2, "heart_rate.resting") == 2.0
    assert size(None, "mood") is None
    for text in ("steps +3000 for 30 d", "caffeine 100 mg at 08:00"):
        with pytest.raises(UsageError, match="of a day"):
            read(text)
    with pytest.raises(UsageError, match="more than nothing"):
        size(0.0, "mood")


def test_a_plan_from_days_long_past_says_so() -> None:
    later = replace(person(), now=NOW + timedelta(days=40))
    notes = plan(Asked(read('habit "walk after lunch"'), ("mood",), days=28), later).notes
    assert any("41 days old" in note for note in notes)
    assert not plan(Asked(read('habit "walk after lunch"'), ("mood",), days=28), person()).notes


# What is never tried


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        ("insulin.bolus 2 U", "medicines"),
        ("medicine.taken aspirin", "medicines"),
        ("inhaler.usage 2", "medicines"),
        ('habit "half a tablet of melatonin"', "medicines"),
        ('habit "fasting until noon"', "hunger"),
        ('habit "skip breakfast"', "hunger"),
        ('habit "two glasses of wine"', "alcohol"),
        ('habit "stay awake until three"', "sleeplessness"),
        ("cigarettes 0", "days of smoking"),
        ("alcohol.drinks 2", "more alcohol"),
        ("alcohol.drinks +1", "more alcohol"),
        ("energy.intake -1200 kcal/d", "1,500 kcal"),
        ("energy.intake 800 kcal", "1,500 kcal"),
        ("meal.carbs 0 g", "without food"),
        ("water 9000 mL", "too much to drink"),
        ("caffeine 500 mg", "400 mg"),
        ("caffeine +200 mg", "400 mg"),
        ("sleep.duration 5 h", "short"),
        ("sleep.duration -90 min", "short"),
        ("sleep.start 03:00", "short"),
        ("steps +20000", "twice"),
    ],
)
def test_what_could_harm_is_refused_with_its_reason(cause: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        plan(Asked(read(cause), ("mood",)), person())


@pytest.mark.parametrize(
    "cause",
    ["alcohol.drinks 0", "energy.intake -300 kcal/d", "caffeine 100 mg", "sleep.start 22:30", "sleep.duration +30 min",
     "steps +3000", 'habit "fast walk at noon"', 'habit "no screen after nine"', "mindfulness 10 min"],
)  # fmt: skip
def test_what_is_harmless_is_planned(cause: str) -> None:
    known = person(alcohol__drinks=[1.0] * 20)
    step = read(cause)
    check(step, ("mood",), usually(step, known), known)


def test_conditions_send_to_a_doctor_and_bounds_follow_the_person() -> None:
    food = read("meal.fibre +10 g")
    for words, says in (({"diabetes.type": "type_1"}, "insulin"), ({"pregnancy": "yes"}, "pregnancy")):
        with pytest.raises(Refused, match=says) as refused:
            check(food, ("mood",), 20.0, person(words))
        assert "doctor" in refused.value.hint
    with pytest.raises(Refused, match="insulin"):
        check(food, ("mood",), 20.0, person(insulin__bolus=[4.0]))
    with pytest.raises(Refused, match="adults"):
        check(food, ("mood",), 20.0, replace(person(), given={"age": 15.0}))
    with pytest.raises(Refused, match="200 mg"):
        check(read("caffeine 300 mg"), ("mood",), 100.0, person({"pregnancy": "yes"}))
    with pytest.raises(Refused, match="dangerous"):
        check(read("alcohol.drinks 0"), ("mood",), 6.0, person())
    assert "doctor" in check(food, ("mood",), 20.0, person({"condition": "asthma"}))[0]
    assert check(food, ("mood",), 20.0, person()) == ()
    check(read("energy.intake 1300 kcal"), ("mood",), 2000.0, person({"sex": "female"}))


def test_what_is_not_known_to_be_safe_is_not_planned() -> None:
    check(read("workout walking 30 min"), ("mood",), None, person())
    for cause in ("energy.intake -300 kcal/d", "sleep.start 22:30", "caffeine +50 mg", "steps +3000",
                  "workout running 120 min"):  # fmt: skip
        with pytest.raises(NothingYet):
            check(read(cause), ("mood",), None, person())
    with pytest.raises(UsageError, match="nothing that is done"):
        check(read("heart_rate.resting 50"), ("mood",), 55.0, person())


# Reading a trial

FIRST = date(2026, 1, 5)
LENGTH = 42


def made(arms: str, **changes: Any) -> Experiment:
    """A trial of no caffeine on the resting heart rate, six weeks of drawn days."""
    one = Experiment(
        "caffeine", "caffeine 0 mg", "caffeine", "heart_rate.resting", (), "/min", 1, Kind.DAYS, FIRST, LENGTH, 1, 0, 0,
        -250.0, "mg", 250.0, datetime(2026, 1, 4, tzinfo=UTC), replay=False, seal="", seed=7, arms=arms,
    )  # fmt: skip
    return replace(one, **changes)


def drawn(seed: int = 5) -> str:
    from selftwin.learn.experiment_design import Design, draw

    return "".join(str(one) for one in draw(Design("days", LENGTH), 1, np.random.default_rng(seed))[0])


def lived(
    arms: str, effect: float, *, done: np.ndarray | None = None, now: datetime = NOW, seed: int = 1
) -> Remembered:
    """Resting heart rates before and through the trial, moved by what was done, with caffeine recorded as it was
    done."""
    assigned = np.array([int(one) for one in arms])
    done = assigned if done is None else done
    values = noise(120 + LENGTH + 1, seed)
    values[121:] += effect * done
    heart = [(FIRST + timedelta(days=place - 120), float(one)) for place, one in enumerate(values)]
    cups = [(FIRST + timedelta(days=place), 0.0 if one else 240.0) for place, one in enumerate(done)]
    usual = [(FIRST - timedelta(days=place), 250.0) for place in range(30, 0, -1)]
    return Remembered(now, daily={"heart_rate.resting": heart, "caffeine": usual + cups})


def test_a_trial_finds_what_was_laid_in_and_says_what_it_is_held_against() -> None:
    arms = drawn()
    told = analyse(made(arms), lived(arms, -1.5))
    assert (told.state, told.verdict, told.share) == (State.ENDED, Verdict.FOUND, 1.0)
    assert told.effect.rung is Rung.EXPERIMENT
    assert told.effect.low <= -1.5 <= told.effect.high
    assert told.effect.p < 0.01
    assert (told.effect.n, told.effect.moved, told.effect.trust) == (42, 21, Trust.TRUSTED)
    assert (told.effect.step, told.effect.step_unit, told.effect.lag) == (-250.0, "mg", 1)
    assert told.effect.zero is not None
    assert told.effect.zero > 1.0
    assert (told.effect.refutations[0].name, told.effect.stands) == ("days before the trial", True)
    assert abs(told.shrunk.size) < abs(told.effect.size)
    assert told.as_kept is None
    assert told.naive is not None
    assert told.carried is not None
    assert len(told.days(with_=True)) == 21
    assert {key: last for key, _, last in told.effect.lineage}["heart_rate.resting"] == "2026-02-16"


def test_nothing_laid_in_is_mostly_not_found_and_the_answer_is_the_same_each_time() -> None:
    found = 0
    for seed in range(8):
        arms = drawn(seed)
        told = analyse(made(arms), lived(arms, 0.0, seed=seed))
        found += told.verdict is Verdict.FOUND
    assert found <= 2
    assert told == analyse(made(arms), lived(arms, 0.0, seed=seed))


def test_days_not_kept_are_told_apart_by_record_and_by_word() -> None:
    arms = drawn()
    assigned = np.array([int(one) for one in arms])
    done = assigned.copy()
    done[np.flatnonzero(assigned)[::3]] = 0
    told = analyse(made(arms), lived(arms, -2.0, done=done))
    assert told.as_kept is not None
    assert told.as_kept.size < told.effect.size < 0
    assert told.as_kept.size == pytest.approx(-2.0, abs=0.9)
    assert sum(one.kept is False for one in told.told) == 7
    said = tuple(Logged(FIRST + timedelta(days=place), kept=True) for place in range(LENGTH))
    assert analyse(made(arms, logged=said), lived(arms, -2.0, done=done)).as_kept is None
    nothing = replace(lived(arms, -2.0), daily={"heart_rate.resting": lived(arms, -2.0).daily["heart_rate.resting"]})
    assert any("experiment log" in note for note in analyse(made(arms), nothing).notes)


def test_before_the_end_nothing_is_concluded_and_each_look_makes_the_next_stricter() -> None:
    arms = drawn()
    early = datetime(2026, 1, 30, 9, tzinfo=UTC)
    told = analyse(made(arms), lived(arms, -0.6, now=early))
    assert (told.state, told.verdict) == (State.RUNNING, Verdict.OPEN)
    assert told.bar < 0.01
    assert 0.5 < told.share < 0.6
    assert any("not over" in note for note in told.notes)
    looked = made(arms, looks=(date(2026, 1, 30), date(2026, 2, 10)))
    assert analyse(looked, lived(arms, -0.6)).bar < 0.05
    strong = analyse(made(arms), lived(arms, -6.0, now=early))
    assert strong.verdict is Verdict.EARLY
    assert any("too large" in note for note in strong.notes)


def test_a_trial_that_was_stopped_concludes_only_where_nobody_had_looked() -> None:
    arms = drawn()
    stopped = made(arms, stopped=date(2026, 2, 1))
    assert analyse(stopped, lived(arms, -3.0)).verdict is Verdict.FOUND
    looked = replace(stopped, looks=(date(2026, 1, 22),))
    told = analyse(looked, lived(arms, -0.4))
    assert (told.state, told.verdict) == (State.STOPPED, Verdict.OPEN)
    assert told.effect.n == 28


def test_missing_days_are_left_out_and_a_lopsided_loss_is_said() -> None:
    arms = drawn()
    whole = lived(arms, -1.5)
    rows = [(day, value) for day, value in whole.daily["heart_rate.resting"]
            if not (day > FIRST and arms[min((day - FIRST).days - 1, 41)] == "1" and day.day % 2)]  # fmt: skip
    told = analyse(made(arms), replace(whole, daily={**whole.daily, "heart_rate.resting": rows}))
    assert told.effect.n < 42
    assert any("lack their outcome" in note for note in told.notes)
    with pytest.raises(NothingYet, match="Too few days"):
        analyse(made(arms), lived(arms, 0.0, now=datetime(2026, 1, 9, tzinfo=UTC)))
    with pytest.raises(NothingYet, match="No day of this trial"):
        analyse(made(arms), lived(arms, 0.0, now=datetime(2026, 1, 5, 12, tzinfo=UTC)))


def test_several_outcomes_are_told_with_a_correction() -> None:
    arms = drawn()
    past = lived(arms, -1.5)
    mood = [(FIRST + timedelta(days=place - 120), float(one)) for place, one in enumerate(noise(165, 8, 0.5, 3))]
    told = analyse(made(arms, others=("mood",)), replace(past, daily={**past.daily, "mood": mood}))
    assert told.effect.q is not None
    assert told.effect.q >= told.effect.p
    assert [one.outcome for one in told.others] == ["mood"]
    assert told.others[0].q is not None
    assert told.others[0].q >= told.others[0].p
    assert told.others[0].unit == "{score}"


def test_an_effect_that_was_only_observed_draws_the_result_a_little_to_itself() -> None:
    arms = drawn()
    seen = Effect("caffeine", "heart_rate.resting", 1, Rung.ADJUSTED, 0.4, 0.3, 0.5, 100.0, "mg", "/min", 200, 90, 0.01,
                  0.02, Trust.TRUSTED, "2025-01-01", "2025-12-31")  # fmt: skip
    alone, drawn_to = (analyse(made(arms), lived(arms, -1.0), known) for known in (None, seen))
    assert drawn_to.prior[0] < 0  # +0.4 for each 100 mg more is less with 250 mg less
    assert drawn_to.prior[1] < alone.prior[1]
    assert alone.prior[0] == 0.0
    assert "adjusted" in drawn_to.prior_of


def test_spells_leave_out_days_after_switches() -> None:
    from selftwin.learn.experiment_design import Design, draw

    arms = "".join(str(one) for one in draw(Design("blocks", LENGTH, 4, 1), 1, np.random.default_rng(3))[0])
    told = analyse(made(arms, kind=Kind.BLOCKS, block=4, washout=1, carry=1), lived(arms, -1.5))
    assert told.effect.n == sum(one.counts for one in told.told) < 42
    assert isfinite(told.effect.low)
    assert not told.told[0].counts


def test_a_replay_says_that_nobody_kept_to_it() -> None:
    arms = drawn()
    assert any("A replay" in note for note in analyse(made(arms, replay=True), lived(arms, 0.0)).notes)


@pytest.mark.parametrize(("lag", "carry"), [(-1, None), (99, None), (None, -1), (None, 40)])
def test_a_cause_shows_and_wears_off_within_two_weeks(lag: int | None, carry: int | None) -> None:
    with pytest.raises(UsageError, match="0 to 14"):
        plan(Asked(read("caffeine 0 mg"), ("mood",), lag=lag, carry=carry), person())
