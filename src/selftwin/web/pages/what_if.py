"""What if: sliders and steps on one side, two futures on the other. The address says the scenario and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from selftwin import discover
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, SelftwinError
from selftwin.vocabulary.scenario import scenario
from selftwin.web.answers import Preparing
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages._what_if_answer import answer
from selftwin.web.pages._what_if_asked import SPANS, Asked, asked
from selftwin.web.pages._what_if_levers import SHOWN, Lever, levers, lived, taken
from selftwin.web.rendering import texts
from selftwin.wording.measures import MINUS, Measure
from selftwin.wording.phrases import short
from selftwin.wording.steps import spoken
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from selftwin.vocabulary.model import Simulator
    from selftwin.vocabulary.trajectory import Trajectory
    from selftwin.web.page import Form, Visit

PATH = "what-if"
PATIENCE = 20.0  # seconds that a question with something told in it waits, since it is kept nowhere
EXAMPLES = ("energy.intake -300 kcal/d for 90 d", "sleep.end -30 min for 28 d", "meal.carbs 60 g at 12:30",
            "caffeine 200 mg at 16:00", "activity.exercise +20 min/d for 90 d",
            "alcohol.drinks 2 at 20:00")  # fmt: skip
TABS = 6  # signals to choose from in one line


def show(visit: Visit) -> dict[str, Any]:
    """What stands on the page for a scenario, or without one."""
    return _shown(visit, visit.query)


def given(visit: Visit, form: Form) -> Outcome:
    """The same with something told that is recorded nowhere; it stays out of the address."""
    told = tuple(line.strip() for line in form.said("given").splitlines() if line.strip())
    return Outcome(context=_shown(visit, form, told), fine=True)


def _shown(visit: Visit, query: Mapping[str, str], told: tuple[str, ...] = ()) -> dict[str, Any]:
    known = visit.made("what_if.lived", lived)
    every = levers(known)
    try:
        ask, wrong = asked(query, every, told), None
    except SelftwinError as error:
        typed = query.get("do", "")
        ask, wrong = asked({key: value for key, value in query.items() if key != "do"}, every, told), error
        ask = Asked(ask.values, ask.clocks, (typed,), (), ask.days, given=told)
    said: dict[str, Any] = {"asked": ask, "wrong": wrong, "waits": False, "answer": None}
    if ask.steps or ask.instead:
        try:
            said |= _answered(visit, ask)
        except SelftwinError as error:
            said["wrong"] = error
    said["lacks"] = isinstance(said["wrong"], NothingYet)
    about = said["answer"]["signal"] if said["answer"] else ""
    return said | _around(visit, replace(ask, signal=ask.signal or about), every, chosen=ask.signal)


def _answered(visit: Visit, ask: Asked) -> dict[str, Any]:
    """The foremost signal first; the others follow, and are waited for by the page."""
    first = _foremost(visit, ask)
    if first is None:
        return {"waits": True}
    whole = _imagined(visit, ask, "", patience=0.1)
    if whole is None:
        return {"answer": answer(visit, first, None) | {"signals": (), "more_signals": ()}}
    one = next((found for found in whole if found.signal == ask.signal), whole[0])
    others = [found for found in whole if found is not one]
    ways = [(_called(found.signal), ask.address(signal=found.signal), found is one) for found in whole]
    return {"answer": answer(visit, one, others) | {"signals": ways[:TABS], "more_signals": ways[TABS:]}}


def _called(key: str) -> str:
    """What a signal is called, without what explains it."""
    return short(nature(key).label).partition(":")[0]


def _imagined(visit: Visit, ask: Asked, signal: str, *, patience: float = 0.5) -> list[Trajectory] | None:
    """Both futures, None while they are worked out. What was told goes into no answer that is kept under its words
    alone: it is part of the question."""
    how: dict[str, Any] = {"at": ask.moment, "instead_of": (ask.instead,) if ask.instead else (), "days": ask.looks}
    if signal:
        how["signal"] = signal
    if ask.given:
        how["given"] = ask.given
    try:
        found: list[Trajectory] = visit.held.answers.ask("imagine", *ask.steps, **how,
                                                         patience=PATIENCE if ask.given else patience)  # fmt: skip
    except Preparing:
        return None
    return found


def _foremost(visit: Visit, ask: Asked) -> Trajectory | None:
    """The signal that was chosen, or that of the model that takes most of the steps; where that one is silent, what
    the others tell first. None while it is worked out."""
    signal = ask.signal or _likely("; ".join((*ask.steps, ask.instead)))
    try:
        found = _imagined(visit, ask, signal)
    except NothingYet:
        if ask.signal:
            raise
        found = _imagined(visit, ask, "")
    return found[0] if found else None


def _likely(said: str) -> str:
    """The signal that is told first of these steps."""
    touched = scenario(said).signals
    every: list[Simulator] = discover.simulators()
    taking = [one for one in every if touched & one.takes]
    chosen = min(taking, key=lambda one: (-len(touched & one.takes), one.rank, one.name), default=None)
    return chosen.gives[0] if chosen else ""


def _around(visit: Visit, ask: Asked, every: Sequence[Lever], *, chosen: str) -> dict[str, Any]:
    """The form: sliders, the steps that were typed, for how long, and the rest. What follows is about the signal that
    is told; the address keeps the one that was chosen."""
    t = texts(visit.lang)
    sliders = [_slider(visit, one, ask) for one in every]
    habits = [one for one in sliders if not one["once"]]
    near = [one for one in habits if one["known"]][:SHOWN] or habits[:SHOWN]
    far = [one for one in habits if one not in near]
    spans = sorted({*SPANS, ask.days})
    kept = replace(ask, signal=chosen)
    steps = [(spoken(scenario(text).steps[0], spell=False), kept.without(at)) for at, text in enumerate(ask.steps)]
    return {
        "known": bool(visit.ask("held")),
        "near": near,
        "far": far,
        "once": [one for one in sliders if one["once"]],
        "spans": [(str(days), count(days, "day")) for days in spans],
        "steps": steps,
        "examples": [(spoken(scenario(text).steps[0]), f"{PATH}?{_query(text)}") for text in EXAMPLES],
        "keys": ", ".join(sorted(taken())),
        "link": kept.address(),
        "experiment": _experiment(ask) if ask.steps else "",
        "goal": ask.address("body/goals") if ask.steps else "",
        "crumb": "; ".join(said for said, _ in steps) or t("what_if.nothing_asked"),
    }


def _query(text: str) -> str:
    days = text.rpartition(" for ")[2].removesuffix(" d") if " for " in text else "90"
    return urlencode({"do": text} | ({"for": days} if days != "90" else {}))


def _experiment(ask: Asked) -> str:
    """Where a trial of it is designed, with what is known filled in."""
    step = scenario(ask.steps[0]).steps[0]
    return f"watch/experiments?{urlencode({'cause': step.signal, 'outcome': ask.signal, 'step': ask.steps[0]})}"


def _slider(visit: Visit, lever: Lever, ask: Asked) -> dict[str, Any]:
    """A slider as its macro takes it, with what it says where it stands and while it moves."""
    t = texts(visit.lang)
    value = ask.values.get(lever.name, 0.0)
    words = Measure(lever.unit).words or ({"min": "min", "h": "h"}.get(lever.unit, ""))
    each = t("what_if.each") if lever.each else ""
    amount = "{value}" if lever.once else "{change}"
    pattern = " ".join(filter(None, (amount, words, each)))
    same = t("what_if.not_once") if lever.once else t("what_if.as_now")
    number = f"{abs(value):,.10g}"
    sign = "" if lever.once else f"{MINUS} " if value < 0 else "+ "
    said = pattern.replace(amount, f"{sign}{number}") if value else same
    return {"name": lever.name, "label": lever.label, "low": lever.low, "high": lever.high, "value": value,
            "said": said, "step": lever.step, "lived_low": lever.lived_low, "lived_high": lever.lived_high,
            "as": pattern, "same": same, "once": lever.once, "known": lever.known,
            "clock": ask.clocks.get(lever.name, lever.clock)}  # fmt: skip


PAGE = Page(path=PATH, show=show, actions={"given": given}, section=Section.ASK, order=1, tab=4)
