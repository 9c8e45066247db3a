"""Trials on oneself: plan one by chance, see what today is to be, log it, read what came, stop it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.vocabulary.experiment import Kind, State, Verdict
from selftwin.web.charts import whiskers
from selftwin.web.page import Outcome
from selftwin.web.pages._watch_known import known
from selftwin.web.rendering import texts
from selftwin.wording import experiments as words
from selftwin.wording.clock import day_or_moment
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.words import count, day, trusted

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.vocabulary.experiment import Experiment, Result, Today
    from selftwin.web.page import Act, Form, Visit

PATH = "watch/experiments"


def trials(visit: Visit, name: str) -> dict[str, Any]:
    """Every trial, or one with its plan and, where it was asked for, what it shows. Raises UsageError, Preparing."""
    every = visit.twin.experiment
    shown = [every.one(name)] if name else every.every()
    held = [(one.key, one.label) for one in known(visit) if one.numeric]
    return {
        "one_name": name,
        "trials": [_told(one, every.today(one.name, week=bool(name))) for one in shown],
        "plan": words.plan(shown[0]) if name else [],
        "kinds": [(kind.value, texts("en")(f"watch.trials.kind_{kind.value}")) for kind in Kind],
        "outcomes": held,
        "form": {"cause": visit.query.get("step") or _asked(visit.query.get("cause", "")),
                 "outcome": visit.query.get("outcome", "")},
        "result": _result(visit, shown[0]) if name and visit.query.get("result") == "1" else None,
    }  # fmt: skip


def _asked(cause: str) -> str:
    """A cause as the form begins with it: none of it, where it has an amount."""
    if not cause:
        return ""
    unit = nature(cause).unit
    return f"{cause} 0 {unit}" if unit not in {"", "1"} else f"{cause} 0"


def _told(one: Experiment, today: Today) -> dict[str, Any]:
    t = texts("en")
    running = today.with_ is not None and today.state is State.RUNNING
    if today.state is State.PLANNED:
        now = t("watch.trials.begins", day=day(one.first, weekday=True), days=count(one.days, "day"))
    elif today.state is State.STOPPED and one.stopped:
        now = t("watch.trials.was_stopped", day=day(one.stopped))
    elif today.state is State.ENDED:
        now = t("watch.trials.ended", day=day(one.last))
    elif today.with_ is None:
        now = t("watch.trials.last", day=day(one.last), judged=day(one.judged))
    else:
        now = t("watch.trials.today", arm=words.arm(one, with_=today.with_), left=count(today.left, "day"))
    said = "" if today.said is None else t("watch.trials.kept" if today.said.kept else "watch.trials.missed")
    return {
        "name": one.name, "asks": f"{words.named(one.cause)}: {words.labels(one)}", "now": now, "running": running,
        "counts": today.counts, "said": said, "replay": one.replay, "over": today.state in {State.ENDED, State.STOPPED},
        "week": [(day(which, weekday=True, year=False), words.arm(one, with_=with_)) for which, with_ in today.week],
        "logged": [(day(entry.day), t("watch.trials.kept" if entry.kept else "watch.trials.missed"), entry.note)
                   for entry in one.logged][::-1],
        "first": one.first.isoformat(), "today": today.day.isoformat(), "looks": len(one.looks),
    }  # fmt: skip


def _result(visit: Visit, made: Experiment) -> dict[str, Any]:
    """What it shows. Before its end only after a look was asked for, which is kept and makes the next ones stricter."""
    found: Result = visit.ask("experiment.analyse", made.name)
    read = words.differing(made.signal, made.unit)
    effect = found.effect
    marks = {True: "·", False: "!", None: "?"}
    return {
        "verdict": {Verdict.FOUND: "usual", Verdict.EARLY: "usual", Verdict.NOT_FOUND: "", Verdict.OPEN: "next"}[
            found.verdict],
        "verdict_words": texts("en")(f"watch.trials.verdict_{found.verdict.value.replace(' ', '_')}"),
        "concluded": list(words.concluded(found, read)),
        "counted": list(words.counted(found)),
        "beside": [line.strip().removeprefix("· ") for line in words.beside(found, read)],
        "refuters": [(marks[one.stood], f"{one.name}: {one.words}") for one in effect.refutations],
        "others": [words.other(one) for one in found.others],
        "notes": found.notes,
        "trust": effect.trust.value,
        "trust_words": trusted(effect.trust, effect.n, phrase(made.signal, "").spell)[2:],
        "chart": _chart(found, read),
        "well": words.WELL,
    }  # fmt: skip


def _chart(found: Result, read: Measure) -> dict[str, Any]:
    """The difference with its range, and each day with its arm behind it."""
    t, made, effect = texts("en"), found.experiment, found.effect
    row = whiskers.Whisker(short(nature(made.signal).label), read.one(effect.size, effect.high - effect.low),
                           effect.trust, (effect.low, effect.high), middle=effect.size,
                           range=read.bare(effect.low, effect.high))  # fmt: skip
    says = words.difference(effect.size, effect.low, effect.high, read)
    scale = measure(made.signal, made.unit)
    days = [(day(one.day), t("watch.trials.with" if one.with_ else "watch.trials.without"),
             {True: t("watch.trials.yes"), False: t("watch.trials.no"), None: ""}[one.kept],
             "" if one.value is None else scale.one(one.value), "" if one.counts else t("watch.trials.left_out"))
            for one in found.told]  # fmt: skip
    svg = whiskers.draw([row], name="trial", says=says)
    return {"svg": svg, "says": f"{says[:1].upper()}{says[1:]}.", "rows": days}


def _mended(act: Callable[[Visit, Form], Outcome]) -> Act:
    """An action of this part; what it refuses stands on the page again."""

    def done(visit: Visit, form: Form) -> Outcome:
        try:
            return act(visit, form)
        except SelftwinError as error:
            visit.part = "experiments"
            return Outcome(context={"wrong": f"{error} {error.hint}".strip(), "typed": dict(form)})

    return done


def _design(visit: Visit, form: Form) -> Outcome:
    outcomes = [one for one in form.every("outcome") if one.strip()]
    outcomes += [one.strip() for one in form.said("others").split(",") if one.strip()]
    made = visit.twin.experiment.design(
        form.said("cause"), tuple(dict.fromkeys(outcomes)), size=form.said("size") or None, days=_whole(form, "days"),
        kind=form.said("kind") or None, name=form.said("name"), first=_day(form, "first"), carry=_whole(form, "carry"),
        lag=_whole(form, "lag"), at=day_or_moment(form.said("at")) if form.said("at") else None,
    )  # fmt: skip
    return Outcome(f"{PATH}/{made.name}", say=texts("en")("watch.trials.planned", name=made.name))


def _log(visit: Visit, form: Form) -> Outcome:
    name = form.said("name")
    which = _day(form, "day") or visit.twin.experiment.today(name).day
    made = visit.twin.experiment.log(name, kept=form.said("kept") != "no", day=which, note=form.said("note"))
    return Outcome(f"{PATH}/{name}", say=texts("en")("watch.trials.noted", day=day(which), many=len(made.logged),
                                                     days=count(made.days, "day")))  # fmt: skip


def _look(visit: Visit, form: Form) -> Outcome:
    """Read what came. Before the end this is a look, which the twin keeps; so it is never done by merely opening."""
    name = form.said("name")
    visit.twin.experiment.analyse(name)
    return Outcome(f"{PATH}/{name}?result=1")


def _stop(visit: Visit, form: Form) -> Outcome:
    made = visit.twin.experiment.stop(form.said("name"))
    looked = "watch.trials.stopped_looked" if made.looks else "watch.trials.stopped_blind"
    return Outcome(f"{PATH}/{made.name}", say=texts("en")(looked, name=made.name))


def _drop(visit: Visit, form: Form) -> Outcome:
    gone = visit.twin.experiment.drop(form.said("name"))
    return Outcome(PATH, say=texts("en")("watch.trials.dropped", name=gone.name))


def _whole(form: Form, name: str) -> int | None:
    said = form.said(name)
    try:
        return int(said) if said else None
    except ValueError:
        raise UsageError(f"{said[:20]!r} is no whole number.") from None


def _day(form: Form, name: str) -> date | None:
    """A day as it was written. Raises UsageError."""
    if not form.said(name):
        return None
    found = day_or_moment(form.said(name))
    if isinstance(found, datetime):
        raise UsageError("A whole day is meant, not a time of it.", hint="Write it as 2027-03-01.")
    return found


ACTIONS: dict[str, Act] = {
    "design": _mended(_design), "log": _mended(_log), "look": _mended(_look), "stop": _mended(_stop),
    "drop-trial": _mended(_drop),
}  # fmt: skip
