"""A goal: a target for a signal by a day, with what you would do for it, as a person says it.

    weight 72 kg by 2027-03-01
    resting heart rate 55 by 2026-12-31
    time in range 75 % by 2026-09-01
    sleep regularity 85 by 2026-06-01
    race 10 km 48:00 by 2027-04-10

What you would do is a scenario, such as `energy.intake -400 kcal/d`. Which way the target lies follows from where you
stand; what is reached at the end is a mean of the last week, so that one reading does not decide.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.catalogue import nature, signals
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.scenario import Way, step
from selftwin.vocabulary.signal import Kind
from selftwin.vocabulary.trajectory import Point

if TYPE_CHECKING:
    from selftwin.vocabulary.trajectory import Trajectory

EXAMPLE = "Write it like `weight 72 kg by 2027-03-01` or `race 10 km 48:00 by 2027-04-10`."
NAMED = {
    "time in range": "glucose.in_range",
    "glucose in range": "glucose.in_range",
    "resting heart rate": "heart_rate.resting",
    "blood pressure": "blood_pressure.systolic",
    "vo2 max": "vo2_max",
    "sleep regularity": "sleep.regularity",
    "half marathon": "race.half_marathon",
    "marathon": "race.marathon",
}
RACES = {5.0: "race.5k", 10.0: "race.10k", 21.0975: "race.half_marathon", 42.195: "race.marathon"}  # by kilometres
METRES, MILE = 1000.0, 1.609344
_BY = re.compile(r"(.+?)\s+by\s+(\S+)")
_PARTS = re.compile(r"(.+?)\s+([+-]?\d.*)")
_FAR = r"half marathon|marathon|\d+(?:\.\d+)?\s*(?:km|k|m|mi|miles)?"
_RACE = re.compile(rf"race\s+({_FAR})\s+(?:in\s+)?(.+)", re.IGNORECASE)
_TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)")


class Sense(StrEnum):
    """Which side of its target counts as reached."""

    LEAST = "at least"
    MOST = "at most"

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is."""
        return 1 if self is Sense.LEAST else -1

    def met(self, value: float, target: float) -> bool:
        """Whether a value is at the target or beyond it."""
        return self.sign * (value - target) >= 0


@dataclass(frozen=True, slots=True)
class Wish:
    """A target as it was said: of which signal, in its own unit, and by which local day."""

    signal: str
    unit: str
    target: float
    by: date


@dataclass(frozen=True, slots=True)
class Kept:
    """The cone as it was when the goal was set: with the plan (`cone`) and as you were (`alone`), and the chances then.

    `standing` is where you stood, `model` who told it.
    """

    standing: float
    chance: float
    chance_alone: float
    model: str
    cone: tuple[Point, ...]
    alone: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A target with a plan. `lineage` are the signals and days (ISO) it rests on; `kept` is None where what was learnt
    had to be forgotten."""

    name: str
    signal: str
    unit: str
    target: float
    sense: Sense
    by: date
    plan: str
    set_on: date
    set_at: datetime
    lineage: tuple[tuple[str, str, str], ...] = ()
    kept: Kept | None = field(default=None, repr=False)

    def packed(self) -> dict[str, Any]:
        """As a paper keeps it: JSON's plain values."""
        days = {"by": self.by.isoformat(), "set_on": self.set_on.isoformat(), "set_at": self.set_at.isoformat()}
        return asdict(self) | days

    @staticmethod
    def unpacked(body: dict[str, Any]) -> Goal:
        """The goal of a paper."""
        kept = body["kept"]
        if kept:
            courses = {name: tuple(Point(**one) for one in kept[name]) for name in ("cone", "alone")}
            kept = Kept(**{**kept, **courses})
        days = {name: date.fromisoformat(body[name]) for name in ("by", "set_on")}
        when = {"set_at": datetime.fromisoformat(body["set_at"]), "sense": Sense(body["sense"]), "kept": kept}
        return Goal(**{**body, **days, **when, "lineage": tuple((k, a, b) for k, a, b in body["lineage"])})


@dataclass(frozen=True, slots=True)
class Takes:
    """What reaching the target takes: how much of the step on `signal`, in the step's own terms (a change, a share, or
    the value itself by `way`), and the bounds that hold 9 lives in 10.

    None where no such amount is proposed; `why` says so then.
    """

    signal: str
    way: Way
    unit: str
    amount: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the newest days stand in the cone as it was set: their mean `value` of `n` days up to `day`, what the plan
    had there (`planned`, and the bounds that hold half), and whether that is ahead, on the way or behind."""

    day: date
    value: float
    n: int
    planned: float
    low: float
    high: float
    place: str
    sure: float


@dataclass(frozen=True, slots=True)
class Prospect:
    """A goal seen from today: the chance (0 to 1) of reaching it with the plan and as you are, what it takes from here,
    progress against the cone, and what would bring the chance to 65 % where it is under 35 %.

    `done` is the share of the plan that your days already show (None where they cannot tell). `later` is the first day
    on which the plan as it is would have a chance of 65 %. `state` is `open`, `reached`, `missed` or `silent`; where it
    is not open, only what can be known is told, and `why` says it.
    """

    goal: Goal
    day: date
    state: str
    standing: float | None = None
    standing_days: int = 0
    chance: float | None = None
    chance_alone: float | None = None
    takes: Takes | None = None
    lift: Takes | None = None
    later: date | None = None
    progress: Progress | None = None
    done: float | None = None
    trust: Trust = Trust.NONE
    n: int = 0
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    why: str = ""
    today: Trajectory | None = field(default=None, repr=False, compare=False)

    @property
    def left(self) -> int:
        """Days until the goal's day."""
        return (self.goal.by - self.day).days

    def plain(self) -> dict[str, Any]:
        """The prospect as data: the goal, what stands today, the cone as set and today's re-plan."""
        named = ("day", "state", "standing", "standing_days", "chance", "chance_alone", "takes", "lift", "later",
                 "progress", "done", "trust", "n", "assumptions", "notes", "cites", "why")  # fmt: skip
        told = None if self.today is None else {"with": self.today.with_, "without": self.today.without}
        goal = {key: value for key, value in asdict(self.goal).items() if key != "lineage"}
        return goal | {name: getattr(self, name) for name in named} | {"left": self.left, "today": told}


def wish(text: str) -> Wish:
    """The target that a text says. Raises UsageError, UnknownSignal, UnitError.

    >>> wish("race 10 km 48:00 by 2027-04-10")
    Wish(signal='race.10k', unit='min', target=48.0, by=datetime.date(2027, 4, 10))
    """
    found = _BY.fullmatch(" ".join(text.split()))
    if found is None:
        raise UsageError("A goal needs a target and a day.", hint=EXAMPLE)
    key, amount = _parted(found[1])
    signal = nature(key)
    if signal.kind is not Kind.QUANTITY:
        raise UsageError(f"{signal.key} has no amount that could be a target.", hint=EXAMPLE)
    said = f"{_minutes(amount, signal.low)} min" if signal.unit == "min" and _TIME.fullmatch(amount) else amount
    one = step(f"{key} {said}")
    if one.way is not Way.SET or one.amount is None or one.daily or one.lasts:
        raise UsageError("A target is the value itself, not a change of it.", hint=EXAMPLE)
    return Wish(signal.key, signal.unit, one.amount, _day(found[2]))


def _parted(said: str) -> tuple[str, str]:
    """The signal's key and the amount, of what stands before `by`."""
    if race := _RACE.fullmatch(said):
        return _distance(race[1]), race[2]
    parts = _PARTS.fullmatch(said)
    if parts is None:
        raise UsageError("A goal needs a target and a day.", hint=EXAMPLE)
    name, amount = parts[1], parts[2]
    if name.lower().startswith("vo2") and amount.lower().startswith(("2 max", "2max")):  # the 2 is of its name
        name, amount = "vo2 max", amount.partition(" ")[2]
    return _key(name), amount.removesuffix(" a minute").removesuffix(" bpm")


def _key(name: str) -> str:
    """The key of a signal called by its key or by what people say."""
    said = name.lower()
    keys = {one.key for one in signals()}
    if said in NAMED or said in keys:
        return NAMED.get(said, said)
    labels = {one.label.partition(", ")[0].lower(): one.key for one in reversed(signals())}
    return labels.get(said, name)


def _distance(said: str) -> str:
    """The signal of a race over this distance."""
    word = said.lower()
    if word in NAMED:
        return NAMED[word]
    number = float(re.match(r"[\d.]+", word)[0])  # type: ignore[index]  # the race's pattern begins with a number
    unit = word.lstrip("0123456789. ")
    kilometres = number / METRES if unit == "m" else number * MILE if unit.startswith("mi") else number
    near = min(RACES, key=lambda one: abs(one - kilometres))
    if abs(near - kilometres) > 0.01 * near:
        raise UsageError("Race times are told for 5 km, 10 km, the half marathon and the marathon.", hint=EXAMPLE)
    return RACES[near]


def _minutes(text: str, least: float | None) -> float:
    """A time as minutes: 48:00, 1:45:00; 3:30 of a marathon is hours, since nobody runs one in minutes."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise UsageError(f"{text[:20]!r} is not a time.", hint="Write 48:00 or 1:45:00.")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = 60 * hours + minutes + seconds / 60
    if found[1] is None and least is not None and total < least:
        return float(60 * minutes + seconds)
    return total


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text[:20]!r} is not a day.", hint="Write it as 2027-03-01.") from None
