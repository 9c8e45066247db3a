"""Goals of one twin: kept as papers in the sealed journal, and seen anew from each day's data by whoever imagines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.consent.grant import MODELS, OWNER, SERVICE, Action
from selftwin.domains.body import goals as aims
from selftwin.domains.body import goals_limits as limits
from selftwin.domains.body import goals_progress as going
from selftwin.twin.imagining import Asking, choose, joined
from selftwin.vault import documents
from selftwin.vault.alone import alone, reads
from selftwin.vault.resting import GOAL
from selftwin.vocabulary.errors import NothingYet, Refused, SelftwinError, UsageError
from selftwin.vocabulary.goal import Goal, Kept, Prospect, wish
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

if TYPE_CHECKING:
    from selftwin.consent.consent import Consent
    from selftwin.domains.body.goals_progress import Standing
    from selftwin.twin.imagining import Recorded
    from selftwin.vault.store import Store
    from selftwin.vocabulary.model import Simulator
    from selftwin.vocabulary.scenario import Do, Scenario
    from selftwin.vocabulary.trajectory import Trajectory

KEEPING = "That you keep to the plan every day, from today on: who does half of it gets about half of the difference."


@alone("store.lock")
@dataclass(frozen=True, slots=True)
class Goals:
    """The goals of one open twin: the owner asks, the models read, and both are in the record."""

    store: Store
    consent: Consent

    def set(self, text: str, *plan: str, name: str = "", at: date | datetime | None = None) -> Goal:
        """Keep a goal, with the cone as it is now (or was, `at`); a goal of the same name is replaced.

        Raises UsageError (a target that is met, cannot be, or has passed; a step that nobody takes), Refused (insulin,
        underweight, too fast, too little to eat), NothingYet.
        """
        wanted, steps = wish(text), joined(plan)
        past, _ = self._asking.past(at, {}, moved=True)
        today = past.now.astimezone(past.zone).date()
        limits.check(wanted, steps, today)
        asked = _Asked(past, wanted.signal, steps, (wanted.by - today).days)
        told = asked.tell(1.0)
        here = going.standing(past.days(wanted.signal), told, today)
        sense = limits.sense(wanted, here.value)
        limits.check_body(wanted, sense, here.value, asked.days, past)
        aim = aims.Aim(wanted.signal, wanted.target, sense, wanted.by)
        found = aims.Response(*_alone_and_with(told, aim))
        asked.check(told)
        made = Goal(name or self._free(wanted.signal), wanted.signal, wanted.unit, wanted.target, sense, wanted.by,
                    "; ".join(" ".join(one.split()) for one in plan), today, past.now)  # fmt: skip
        self._consider(past, made.signal)
        kept = Kept(here.value, found.chance(aim, 1.0), found.chance(aim, 0.0), told.model,
                    going.kept(told.with_, wanted.by), going.kept(told.without, wanted.by))  # fmt: skip
        return self._keep(replace(made, kept=kept, lineage=_lineage(past, made)))

    def every(self) -> list[Goal]:
        """Every goal as it was kept, oldest first."""
        return [Goal.unpacked(body) for _, _, body in documents.every(self.store, GOAL)]

    def one(self, name: str) -> Goal:
        """The goal of this name. Raises UsageError."""
        body = documents.one(self.store, GOAL, name)
        if body is None:
            raise UsageError(f"There is no goal called {name[:40]!r}.", hint="`selftwin goal` lists them.")
        return Goal.unpacked(body)

    def drop(self, name: str) -> Goal:
        """Forget a goal; returns what it was. Raises UsageError."""
        gone = self.one(name)
        with self.store.writing("journal"):
            documents.drop(self.store, GOAL, name)
        self.consent.record.tell(GOAL, OWNER, signal=gone.signal, detail="a goal was dropped")
        return gone

    @reads
    def look(self, name: str | None = None, *, at: date | datetime | None = None) -> list[Prospect]:
        """Every goal (or one) seen from today: chance, what it takes, progress, and the plan anew. Raises UsageError.

        A goal of which nothing can be told says why, and does not stop the others.
        """
        goals = self.every() if name is None else [self.one(name)]
        if not goals:
            return []
        past, note = self._asking.past(at, {}, moved=True)
        return [self._seen(goal, past, note) for goal in goals]

    def _seen(self, goal: Goal, past: Recorded, note: str) -> Prospect:
        """A goal from today. What is missing or refused is told in it."""
        today = past.now.astimezone(past.zone).date()
        notes = (note,) if note else ()
        try:
            self.consent.view().consider(goal.signal, GOAL)
            seen = _ended(goal, past, today) if today >= goal.by else _open(goal, past, today)
            self._consider(past, goal.signal)
        except SelftwinError as reason:
            why = f"{reason} {reason.hint}".strip()
            return Prospect(replace(goal, kept=None) if isinstance(reason, Refused) else goal, today, "silent",
                            notes=notes, why=why)  # fmt: skip
        return replace(seen, notes=(*notes, *seen.notes))

    @property
    def _asking(self) -> Asking:
        models = self.consent.view(MODELS, purpose=SERVICE, action=Action.LEARN)
        return Asking(self.consent.view(), models, self.store.zones)

    def _consider(self, past: Recorded, key: str) -> None:
        owner = self.consent.view()
        for one in sorted({*past.read, key}):
            owner.consider(one, GOAL)

    def _free(self, key: str) -> str:
        """A name that no goal has: the signal's key, with a number behind it where that is taken."""
        taken = {goal.name for goal in self.every()}
        names = (key if number == 1 else f"{key}-{number}" for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def _keep(self, goal: Goal) -> Goal:
        with self.store.writing("journal"):
            documents.put(self.store, GOAL, goal.name, goal.packed())
        self.consent.record.tell(GOAL, OWNER, signal=goal.signal, detail="a goal was set")
        return goal


@dataclass(slots=True)
class _Asked:
    """A plan for one signal, asked of the first simulator that can answer, over one past that is read once."""

    past: Recorded
    signal: str
    plan: Scenario
    days: int
    place: int | None = None
    usually: float | None = None
    _speaks: Simulator | None = None
    _weight: Trajectory | None = None

    def __post_init__(self) -> None:
        self.place = aims.lever(self.plan)
        if self.place is not None:
            self.usually = aims.usual(self.past, self.plan.steps[self.place])

    @property
    def step(self) -> Do | None:
        """The step that is scaled."""
        return None if self.place is None else self.plan.steps[self.place]

    def tell(self, scale: float, days: int | None = None) -> Trajectory:
        """Both futures under a share of the plan."""
        plan = self.plan if scale == 1 or self.place is None else aims.scaled(
            self.plan, self.place, scale, self.usually)  # fmt: skip
        length = (self.days if days is None else days) + 1
        if self._speaks is not None:
            return self._of(self._speaks, plan, length)
        silent: NothingYet | None = None
        for simulator in choose(plan.signals, self.signal):
            try:
                told = self._of(simulator, plan, length)
            except NothingYet as reason:
                silent = silent or reason
                continue
            self._speaks = simulator
            return told
        raise silent or NothingYet(f"No model tells anything of {self.signal} for this.")

    def _of(self, simulator: Simulator, plan: Scenario, length: int) -> Trajectory:
        steps = plan.about(simulator.takes)
        told = simulator.imagine(self.past, Question(steps, AS_YOU_ARE, length))
        found = next((one for one in told if one.signal == self.signal), None)
        if found is None:
            example = "race.5k 26" if self.signal.startswith("race.") else self.signal
            raise NothingYet(f"The model of {simulator.title.lower()} tells nothing of {self.signal} for you.",
                             hint=f"What it lacks may be noted by hand: `selftwin note {example}`.")  # fmt: skip
        return found

    def most(self, told: Trajectory) -> tuple[float, str]:
        """The largest share of the plan that may be proposed, and why no more; the pace is not looked at."""
        if self.step is None:
            return 1.0, "nothing in this plan can be done more or less of"
        bound = limits.most(self.step, self.usually, told, self.past)
        if self.signal != "weight" and self.step.signal == limits.EATING:
            return min(bound, limits.most(self.step, self.usually, *self._body()), limits.paced_by(self._body()[0]))
        return bound

    def check(self, told: Trajectory) -> None:
        """Refuse a plan beyond the floors, whatever its goal is. Raises Refused, NothingYet."""
        if self.signal == "weight" or limits.EATING in self.plan.signals:
            limits.check_plan(told if self.signal == "weight" else self._body()[0], self.past)

    def _body(self) -> tuple[Trajectory, Recorded]:
        """What the same plan does to the weight, for a goal that is another's."""
        if self._weight is None:
            self._weight = _Asked(self.past, "weight", self.plan, self.days).tell(1.0)
        return self._weight, self.past


def _alone_and_with(told: Trajectory, aim: aims.Aim) -> tuple[aims.Floats, aims.Floats, aims.Floats]:
    """A response of the two futures that one answer holds."""
    import numpy as np

    with_, without = aims.ends(told, aim)
    return np.array([0.0, 1.0]), np.stack([without, with_]), np.array([aims.pace(told, alone=True), aims.pace(told)])


def _ended(goal: Goal, past: Recorded, today: date) -> Prospect:
    """A goal whose day has come: reached or missed, by the mean of its last week."""
    known = past.days(goal.signal)
    last = known.filter((known["day"] <= goal.by) & (known["day"] > goal.by - timedelta(days=aims.WEEK)))["value"]
    if not len(last):
        return Prospect(goal, today, "silent", why="Its day has come, and nothing was recorded in its last week.")
    value = float(last.to_numpy().mean())
    state = "reached" if goal.sense.met(value, goal.target) else "missed"
    return Prospect(goal, today, state, standing=value, standing_days=len(last))


def _open(goal: Goal, past: Recorded, today: date) -> Prospect:
    """A goal on its way."""
    plan = aims.onward(scenario(goal.plan), max((today - goal.set_on).days, 0))
    aim = aims.Aim(goal.signal, goal.target, goal.sense, goal.by)
    over = not plan.steps
    asked = _Asked(past, goal.signal, scenario(goal.plan) if over else plan, (goal.by - today).days)
    told = asked.tell(1.0)
    here = going.standing(past.days(goal.signal), told, today)
    bound = asked.most(told)
    found = aims.response(asked.tell, aim, told, bound[0]) if asked.step else aims.Response(*_alone_and_with(told, aim))
    done = None if asked.step is None else going.done(goal, asked.step, past, here, goal.sense)
    scale = 0.0 if over else 1.0 - (done or 0.0)
    seen = Prospect(
        goal, today, "open", here.value, here.n, found.chance(aim, scale), found.chance(aim, 0.0),
        progress=going.progress(goal, here), done=done, trust=told.trust, n=told.n,
        assumptions=(KEEPING, *told.assumptions), notes=told.notes, cites=told.cites,
        today=told if scale == 1 else asked.tell(scale) if scale > 0 else replace(told, with_=told.without),
    )  # fmt: skip
    return _replanned(seen, asked, found, aim, bound, here)


def _replanned(
    seen: Prospect, asked: _Asked, found: aims.Response, aim: aims.Aim, bound: tuple[float, str], here: Standing
) -> Prospect:
    """What it takes from here, and what would make a small chance a likely one."""
    if asked.step is None:
        return seen
    if aim.signal == "weight" and limits.is_too_fast(aim.target, here.value, asked.days):
        bound = (0.0, "from here that is more than 1 % of your weight a week, and I plan no way that is faster")
    else:
        bound = limits.paced(aim.signal, found, bound)
    takes = aims.takes(found, aim, asked.step, asked.usually, bound)
    if seen.chance is None or seen.chance >= aims.UNLIKELY:
        return replace(seen, takes=takes)
    lift = aims.lift(found, aim, asked.step, asked.usually, bound)
    return replace(seen, takes=takes, lift=lift, later=_later(asked, aim, seen))


def _later(asked: _Asked, aim: aims.Aim, seen: Prospect) -> date | None:
    """The first day by which the rest of the plan would likely reach the target, within twice the time or a year."""
    far = min(max(2 * asked.days, asked.days + 90), limits.LONGEST)
    share = 1.0 - (seen.done or 0.0)
    try:
        return aims.later(asked.tell(share, far), aim) if share > 0 else None
    except SelftwinError:
        return None


def _lineage(past: Recorded, goal: Goal) -> tuple[tuple[str, str, str], ...]:
    """Every signal that was read, and the goal's own, with the first and last of its days."""
    found = {}
    for key in past.read:
        days = past.days(key)["day"] if past.days(key).height else past.series(key)["local"].dt.date()
        if len(days):
            found[key] = (str(days.min()), str(days.max()))
    spans = [*found.values(), (goal.set_on.isoformat(),) * 2]
    found.setdefault(goal.signal, (min(first for first, _ in spans), max(last for _, last in spans)))
    return tuple((key, *span) for key, span in sorted(found.items()))
