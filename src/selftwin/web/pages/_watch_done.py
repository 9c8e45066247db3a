"""What can be done about watches: set, answer, budget, drop, look now; quiet hours, addresses, and who is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.consent.saying import purpose_key
from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.web.page import Outcome
from selftwin.web.rendering import texts
from selftwin.wording import alerts as words
from selftwin.wording.lengths import length

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin.watching_delivery import Delivery
    from selftwin.web.jobs import Job
    from selftwin.web.page import Act, Form, Visit

PATH = "watch"


def _mended(act: Callable[[Visit, Form], str]) -> Act:
    """An action of this part: the sentence it returns is said, and what it refuses stands on the page again."""

    def done(visit: Visit, form: Form) -> Outcome:
        try:
            return Outcome(PATH, say=act(visit, form))
        except SelftwinError as error:
            return Outcome(context={"wrong": f"{error} {error.hint}".strip(), "typed": dict(form)})

    return done


def _t(key: str, **fields: object) -> str:
    return texts("en")(f"watch.{key}", **fields)


def _answer(visit: Visit, form: Form) -> str:
    made = visit.twin.watch.answer(form.said("number"), words.answer(form.said("right")))
    return _t("answered", watch=made.watch, hits=visit.twin.watch.hits(made.watch).words())


def _add(visit: Visit, form: Form) -> str:
    made = visit.twin.watch.add(
        form.said("kind"), form.said("about"), budget=_number(form.said("budget")), condition=form.said("condition"),
        name=form.said("name"), quiet=form.said("quiet"), to=form.every("to"),
    )  # fmt: skip
    return _t("added", name=made.name)


def _number(said: str) -> float | None:
    """A number as it was written, None where nothing was. Raises UsageError."""
    try:
        return float(said.replace(",", ".")) if said else None
    except ValueError:
        raise UsageError(f"{said[:20]!r} is no number.") from None


def _drop(visit: Visit, form: Form) -> str:
    return _t("dropped", name=visit.twin.watch.drop(form.said("name")).name)


def _budget(visit: Visit, form: Form) -> str:
    name = form.said("name")
    per_month = _number(form.said(f"budget.{name}") or form.said("budget"))
    if per_month is None:
        raise UsageError("Say how many false alarms a month you bear.")
    made = visit.twin.watch.budget(name, per_month)
    return _t("budgeted", name=made.name, false=words.false(made.budget))


def _run(visit: Visit, form: Form) -> str:
    """Look with every watch: that takes a while, so it is work of its own."""
    twin, send = visit.twin, form.said("keep") != "yes"

    def look(job: Job) -> str:
        job.tell(_t("looking"))
        found = twin.watch.run(figure=words.figure, send=send)
        return _t("looked", new=len(found.cases))

    visit.start("watch", _t("look_title"), look, writes=True)
    return _t("looking")


def _quiet(visit: Visit, form: Form) -> str:
    until = form.said("until")
    held = _delivery(visit).quiet(
        form.said("hours") or None, watch=form.said("watch") or None, until=words.until(until) if until else None,
        strict=None if form.said("watch") else form.said("strict") == "yes",
    )  # fmt: skip
    return _t("quieted", words=held.words())


def _deliver(visit: Visit, form: Form) -> str:
    made = _delivery(visit).deliver(form.said("address"), name=form.said("name"), say=form.said("say") or "little")
    return _t("delivers", name=made.name)


def _say(visit: Visit, form: Form) -> str:
    made = _delivery(visit).say(form.said("name"), form.said("say"))
    return _t("says", name=made.name, say=_t(f"say_{made.say.value}"))


def _forget(visit: Visit, form: Form) -> str:
    return _t("forgotten", name=_delivery(visit).forget(form.said("name")).name)


def _try(visit: Visit, form: Form) -> str:
    sent = _delivery(visit).try_(form.said("name") or None)
    return " ".join(
        _t("tried_failed", name=one.to, why=one.trouble) if one.trouble else _t("tried", name=one.to) for one in sent
    )


def _switch(visit: Visit, form: Form) -> str:
    on = form.said("on") == "yes"
    _delivery(visit).switch(on=on)
    return _t("on" if on else "off")


def _contact(visit: Visit, form: Form) -> str:
    made = _delivery(visit).contact(
        form.said("party"), after=length(form.said("after") or "12h"), to=form.said("to"),
        watch=form.said("watch") or None, person=form.said("me"), reach=form.said("reach"),
        purpose=purpose_key(form.said("for")) if form.said("for") else "",
    )  # fmt: skip
    return _t("contacted", party=made.party, hours=f"{made.hours:g}")


def _nobody(visit: Visit, form: Form) -> str:
    _delivery(visit).call_nobody(form.said("watch") or None)
    return _t("nobody")


def _delivery(visit: Visit) -> Delivery:
    return visit.twin.watch.delivery


_ACTS: dict[str, Any] = {
    "answer": _answer, "add": _add, "drop": _drop, "budget": _budget, "run": _run, "quiet": _quiet,
    "deliver": _deliver, "say": _say, "forget": _forget, "try": _try, "switch": _switch, "contact": _contact,
    "nobody": _nobody,
}  # fmt: skip
ACTIONS: dict[str, Act] = {name: _mended(act) for name, act in _ACTS.items()}
