"""A trial on yourself: days with something and days without, drawn by chance, and what they show.

Which days are which is drawn once, when the trial is planned, and kept sealed: you see today's, and the coming week's
if you ask, never the whole. What is judged (the outcome), for how long and how it is counted are settled before the
first day, so that nothing can be chosen afterwards.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selftwin.vocabulary.effect import Effect

SEALED = {"seed", "arms"}
LEARNT = ("usual", "notes")  # beside the plan's figures; kept with them, and forgotten with them


class Kind(StrEnum):
    """How days are drawn: each day anew, spells of some days, or four phases in turn with drawn lengths."""

    DAYS = "days"
    BLOCKS = "blocks"
    ABAB = "abab"


class State(StrEnum):
    """Whether it is still to begin, under way, over as planned, or was stopped before."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"


class Verdict(StrEnum):
    """What may be concluded: nothing yet, an early finding, a finding, or no finding."""

    OPEN = "open"
    EARLY = "early"
    FOUND = "found"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Planned:
    """What was learnt of the outcome's past for the plan: the standard deviation of its days (`spread`), the slow share
    of it and its memory from day to day, from so many days; the `size` asked for and the chance of finding it, by
    trials laid over the past (`tried`) and by formula; and the `smallest` size that is found four times in five."""

    spread: float
    slow: float
    memory: float
    n: int
    size: float | None
    tried: float | None
    formula: float | None
    smallest: float | None


@dataclass(frozen=True, slots=True)
class Logged:
    """What you said of a day: whether you kept to what it was to be, and a note."""

    day: date
    kept: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A trial as it was planned. `cause` is what is done on days with it, `signal` the outcome that decides (and
    `others` beside it), judged `lag` days later; `step` is by how much the cause differs, in `step_unit`. The drawn
    days (`arms`, 1 with and 0 without) and their `seed` are sealed; `seal` is their fingerprint, so that anybody can
    check at the end that nothing was changed. `looks` are days on which it was analysed before its end. `kept` is None
    where what was learnt had to be forgotten."""

    name: str
    cause: str
    cause_signal: str
    signal: str
    others: tuple[str, ...]
    unit: str
    lag: int
    kind: Kind
    first: date
    days: int
    block: int
    washout: int
    carry: int
    step: float
    step_unit: str
    usual: float | None
    made_at: datetime
    replay: bool
    seal: str
    seed: int = field(repr=False)
    arms: str = field(repr=False)
    logged: tuple[Logged, ...] = ()
    looks: tuple[date, ...] = ()
    stopped: date | None = None
    notes: tuple[str, ...] = ()
    lineage: tuple[tuple[str, str, str], ...] = ()
    kept: Planned | None = None

    @property
    def last(self) -> date:
        """The last day on which something is done or left."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def judged(self) -> date:
        """The day of the last outcome."""
        return self.last + timedelta(days=self.lag)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome, the one that decides first."""
        return (self.signal, *self.others)

    def state(self, today: date) -> State:
        """How it stands on a day."""
        if self.stopped:
            return State.STOPPED
        return State.PLANNED if today < self.first else State.RUNNING if today <= self.judged else State.ENDED

    def plain(self) -> dict[str, Any]:
        """The plan as data, without what is sealed."""
        hidden = SEALED | {"lineage"}
        shown = {key: value for key, value in asdict(self).items() if key not in hidden}
        return shown | {"last": self.last, "judged": self.judged}

    def packed(self) -> dict[str, Any]:
        """As a paper keeps it: JSON's plain values."""
        body = asdict(self)
        body |= {name: body[name].isoformat() for name in ("first", "made_at")}
        body["stopped"] = self.stopped.isoformat() if self.stopped else None
        body["looks"] = [one.isoformat() for one in self.looks]
        body["logged"] = [one | {"day": one["day"].isoformat()} for one in body["logged"]]
        learnt = {name: body.pop(name) for name in LEARNT}
        body["kept"] = {"plan": body["kept"], **learnt} if body["kept"] else None
        return body

    @staticmethod
    def unpacked(body: dict[str, Any]) -> Experiment:
        """The trial of a paper."""
        logged = tuple(Logged(**(one | {"day": date.fromisoformat(one["day"])})) for one in body["logged"])
        when = {
            "first": date.fromisoformat(body["first"]),
            "made_at": datetime.fromisoformat(body["made_at"]),
            "stopped": date.fromisoformat(body["stopped"]) if body["stopped"] else None,
            "looks": tuple(date.fromisoformat(one) for one in body["looks"]),
        }
        kept = body["kept"] or {"plan": None, **dict.fromkeys(LEARNT)}
        parts = {"kind": Kind(body["kind"]), "others": tuple(body["others"]), "notes": tuple(kept["notes"] or ()),
                 "lineage": tuple((key, first, last) for key, first, last in body["lineage"]), "logged": logged,
                 "usual": kept["usual"], "kept": Planned(**kept["plan"]) if kept["plan"] else None}  # fmt: skip
        return Experiment(**(body | when | parts))


@dataclass(frozen=True, slots=True)
class Today:
    """What a day is to be: `with_` the cause or without it, whether the day counts, and how many are left after it;
    `week` holds the days after it, where they were asked for. `with_` is None on a day that is none of the trial's."""

    name: str
    day: date
    state: State
    cause: str
    with_: bool | None
    counts: bool
    left: int
    said: Logged | None = None
    week: tuple[tuple[date, bool], ...] = ()

    def plain(self) -> dict[str, Any]:
        """The day as data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sized:
    """A difference in the outcome's unit, with bounds that hold nine times in ten (None where nothing bounds it)."""

    size: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """One day of a trial as it came: what it was to be, whether that was kept (None: not known), the outcome `lag` days
    later (None: not recorded), and whether it was counted."""

    day: date
    with_: bool
    kept: bool | None
    value: float | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a trial shows. `effect` is by what the days were to be, whether or not that was kept; `as_kept` by what was
    done, with the drawn days as the only lever; `shrunk` is the effect drawn to what was thought before (`prior`:
    middle and spread, from `prior_of`). `carried` is what the cause still does a day later. `others` are further
    outcomes, each with a chance (`q`) corrected for all that were asked. `bar` is the most that `p` may be for this
    look to count."""

    experiment: Experiment
    day: date
    state: State
    verdict: Verdict
    effect: Effect
    as_kept: Sized | None
    shrunk: Sized
    prior: tuple[float, float]
    prior_of: str
    carried: Sized | None
    p: float
    bar: float
    share: float
    others: tuple[Effect, ...]
    told: tuple[Told, ...]
    naive: Sized | None
    notes: tuple[str, ...] = ()

    @property
    def opened(self) -> bool:
        """Whether the seal may be opened: nothing is drawn any more."""
        return self.state in {State.ENDED, State.STOPPED}

    def days(self, *, with_: bool) -> list[Told]:
        """The days of one arm that came."""
        return [one for one in self.told if one.with_ is with_]

    def plain(self) -> dict[str, Any]:
        """The result as data; with the seed once all days are over, so that the draw can be checked."""
        named = ("day", "state", "verdict", "as_kept", "shrunk", "prior", "prior_of", "carried", "p", "bar", "share",
                 "naive", "told", "notes")  # fmt: skip
        opened = {"seed": str(self.experiment.seed), "arms": self.experiment.arms} if self.opened else {}
        return (
            {"experiment": self.experiment.plain() | opened, "effect": self.effect.plain()}
            | {"others": [one.plain() for one in self.others]}
            | {name: getattr(self, name) for name in named}
        )
