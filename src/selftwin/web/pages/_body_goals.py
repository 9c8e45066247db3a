"""Goals on the page Body: each seen from today, set anew, and dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.scenario import scenario
from selftwin.web.charts import futures
from selftwin.web.charts.believed import Band, Cone
from selftwin.web.charts.names import NAMES, Names
from selftwin.web.page import Outcome
from selftwin.web.rendering import texts
from selftwin.wording.clock import day_or_moment
from selftwin.wording.futures import thinned
from selftwin.wording.goals import amount, anew, concluded, exact, going, standing, taken
from selftwin.wording.measures import measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.steps import spoken
from selftwin.wording.words import count, day, trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.vocabulary.goal import Prospect, Takes
    from selftwin.vocabulary.trajectory import Point
    from selftwin.web.page import Form, Visit
    from selftwin.wording.measures import Measure

PATH = "body/goals"
PAST = timedelta(days=42)
FARTHEST = 4000  # days ahead


def goals(visit: Visit) -> dict[str, Any]:
    """Every goal, and the form that sets one."""
    at = day_or_moment(visit.query["at"]) if visit.query.get("at") else None
    found: list[Prospect] = visit.ask("goals.look", at=at)
    seen = [_goal(visit, one, place) for place, one in enumerate(found)]
    return {"goals": seen, "typed": _begun(visit), "wrong": None}


def set_goal(visit: Visit, form: Form) -> Outcome:
    """Keep a goal as the form has it; what is wrong is said over the form."""
    steps = [line.strip() for line in form.said("plan").splitlines() if line.strip()]
    try:
        made = visit.twin.goals.set(form.said("target"), *steps, name=form.said("name")[:60])
    except SelftwinError as error:
        visit.part = "goals"
        typed = {key: form.said(key) for key in ("target", "plan", "name")}
        return Outcome(context={"wrong": error, "typed": typed})
    return Outcome(to=PATH, say=texts(visit.lang)("body.goal_kept", name=made.name))


def drop_goal(visit: Visit, form: Form) -> Outcome:
    """Forget one."""
    gone = visit.twin.goals.drop(form.said("name"))
    return Outcome(to=PATH, say=texts(visit.lang)("body.goal_dropped", name=gone.name))


def _begun(visit: Visit) -> dict[str, str]:
    """A goal as far as a what-if says it: its plan, its signal and its day."""
    query = visit.query
    days = query.get("for", "90" if query.get("do") else "")
    key = query.get("signal", "") or ("weight" if "energy.intake" in query.get("do", "") else "")
    ahead = timedelta(days=int(days)) if days.isdecimal() and days.isascii() and int(days[:9]) < FARTHEST else None
    by = (date.today() + ahead).isoformat() if ahead else ""  # noqa: DTZ011  a day to begin with
    target = f"{key} … by {by}" if key and by else ""
    return {"target": target, "plan": query.get("do", "").replace("; ", "\n"), "name": ""}


def _goal(visit: Visit, one: Prospect, place: int) -> dict[str, Any]:
    """One goal in words and as a picture."""
    made = one.goal
    read = measure(made.signal, made.unit)
    label = short(nature(made.signal).label)
    t = texts(visit.lang)
    said: dict[str, Any] = {
        "name": made.name,
        "title": t("body.goal_title", label=label, sense=made.sense.value, target=exact(made.signal, made.target, read),
                   by=day(made.by)),
        "left": count(one.left, "day") if one.left > 0 else "",
        "plan": "; ".join(spoken(step, spell=False) for step in scenario(made.plan).steps) if made.plan else "",
        "state": one.state, "why": one.why, "notes": one.notes, "lines": [], "chart": None, "anew": [],
        "assumptions": one.assumptions, "cites": one.cites, "chance": None, "alone": None, "trust": None,
    }  # fmt: skip
    if one.state == "silent":
        return said
    if one.state != "open":
        return said | {"lines": [concluded(one, read)]}
    lines = [standing(one, read), *taken(one), *going(one, read), *anew(one)]
    spell = phrase(made.signal, label).spell
    return said | {
        "lines": lines,
        "chance": 100 * (one.chance or 0.0),
        "alone": 100 * (one.chance_alone or 0.0),
        "chart": _drawn(visit, one, read, place),
        "anew": _anew(visit, one),
        "trust": (one.trust.value, trusted(one.trust, one.n, spell).partition(" ")[2]),
    }


def _anew(visit: Visit, one: Prospect) -> list[dict[str, str]]:
    """What may be taken on instead, each as a form that sets the goal again under its name."""
    t = texts(visit.lang)
    made = one.goal
    ways = []
    for takes, said in ((one.takes, "body.goal_take"), (one.lift, "body.goal_lift")):
        if takes is not None and takes.amount is not None and made.plan:
            plan = _planned(made.plan, takes)
            step = next(step for step in scenario(plan).steps if step.signal == takes.signal and step.way is takes.way)
            if plan != made.plan:
                ways.append({"words": t(said, amount=amount(takes, step)), "plan": plan, "target": _text(one, made.by)})
    if one.later is not None:
        ways.append({"words": t("body.goal_later", day=day(one.later)), "plan": "\n".join(made.plan.split("; ")),
                     "target": _text(one, one.later)})  # fmt: skip
    return ways


def _planned(plan: str, takes: Takes) -> str:
    """The plan with its scaled step at another amount, a step a line."""
    steps = [replace(step, amount=takes.amount) if step.signal == takes.signal and step.way is takes.way else step
             for step in scenario(plan).steps]  # fmt: skip
    return "\n".join(str(step) for step in steps)


def _text(one: Prospect, by: date) -> str:
    return f"{one.goal.signal} {one.goal.target:.10g} {one.goal.unit} by {by.isoformat()}"


def _drawn(visit: Visit, one: Prospect, read: Measure, place: int) -> dict[str, Any] | None:
    """What came in ink, the plan from today in plum, as you are hatched, and the target as a line."""
    told, made = one.today, one.goal
    if told is None:
        return None
    t = texts(visit.lang)
    until = [number for number, point in enumerate(told.with_) if point.at[:10] <= made.by.isoformat()]
    with_, without = ([course[number] for number in until] for course in (told.with_, told.without))
    if not with_:
        return None
    at = [date.fromisoformat(point.at[:10]) for point in with_]
    rows = visit.twin.days(made.signal, since=made.set_on - PAST, until=one.day)
    says = t("body.goal_says", title=exact(made.signal, made.target, read), by=day(made.by),
             range=read.range(with_[-1].lo90, with_[-1].hi90))  # fmt: skip
    both = futures.Futures(
        rows["day"].to_list(), [read(value) for value in rows["value"].to_list()], read,
        futures.Future(_cone(at, without, read), t("body.as_you_are"), read.bare(without[-1].lo90, without[-1].hi90)),
        futures.Future(_cone(at, with_, read), t("body.with_plan"), read.bare(with_[-1].lo90, with_[-1].hi90)),
        usual=Band(read(made.target), read(made.target), t("body.goal_target"),
                   at=[rows["day"][0] if rows.height else at[0], at[-1]], trust=Trust.TRUSTED),
        today=at[0], names=Names(day(one.day, year=False)) if one.notes else NAMES,
    )  # fmt: skip
    kept = {point.at[:10]: point for point in made.kept.cone} if made.kept else {}
    table = []
    for number in thinned(len(with_)):
        point, alone, then = with_[number], without[number], kept.get(with_[number].at[:10])
        table.append((day(at[number]), read.bare(point.lo90, point.hi90), read.bare(alone.lo90, alone.hi90),
                      read.bare(then.lo90, then.hi90) if then else ""))  # fmt: skip
    return {"chart": futures.draw(both, name=f"goal-{place}", says=says), "says": says, "rows": table}


def _cone(at: Sequence[date], points: Sequence[Point], read: Measure) -> Cone:
    def line(name: str) -> list[float]:
        return [read(getattr(point, name)) for point in points]

    return Cone(at, line("mean"), half=(line("lo50"), line("hi50")), nine=(line("lo90"), line("hi90")))

