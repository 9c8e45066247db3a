"""The five rights over one's own twin, corrections, and letters to those who hold data elsewhere."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from selftwin.exchange.laws import ASKS, LAWS
from selftwin.exchange.letter import html, pdf, text
from selftwin.twin.letters import Sender
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.web.rendering import texts
from selftwin.wording.clock import day_or_moment
from selftwin.wording.words import count, day, stamp

if TYPE_CHECKING:
    from selftwin.exchange.letter import Letter
    from selftwin.twin import Twin
    from selftwin.twin.letters import Sent
    from selftwin.web.page import Form, Visit

RIGHTS = (("access", "keep/copies#access"), ("rectification", "keep/rights#correct"), ("restriction", "consent/limits"),
          ("portability", "keep/copies"), ("erasure", "keep"))  # fmt: skip


def facts(visit: Visit) -> dict[str, Any]:
    """What the part of rights shows."""
    t, twin = texts("en"), visit.twin
    letters = twin.rights.letters
    return {
        "rights": [(t(f"keep.right_{name}"), t(f"keep.right_{name}_words"), way) for name, way in RIGHTS],
        "corrections": [
            {"id": one.id, "words": f"{nature(one.signal).label}, {stamp(one.made_at)}", "reason": one.reason,
             "undone": one.undone} for one in twin.rights.corrections()[::-1][:20]
        ],
        "letters": [_told(one) for one in letters.every()[::-1][:20]],
        "suggestions": letters.suggestions(),
        "asks": [(name, t(f"keep.ask_{name}")) for name in ASKS],
        "laws": [(key, getattr(one, "name", key)) for key, one in LAWS.items()],
    }  # fmt: skip


def _told(one: Sent) -> dict[str, Any]:
    t, left = texts("en"), one.left(date.today())  # noqa: DTZ011 - letters are dated by the person's calendar
    if one.answered:
        state = t("keep.answered", day=day(one.answered))
    elif left < 0:
        state = t("keep.overdue", days=count(-left, "day"))
    else:
        state = t("keep.due", days=count(left, "day"), day=day(one.due))
    return {"id": one.id, "to": one.to, "ask": t(f"keep.ask_{one.ask}"), "sent": day(one.sent), "state": state,
            "open": not one.answered, "overdue": not one.answered and left < 0}  # fmt: skip


def write(twin: Twin, form: Form) -> tuple[str, bytes]:
    """A letter as a file. Raises UsageError."""
    name, home = form.said("name"), form.said("home")
    made, letter = twin.rights.letters.write(
        form.said("to"), form.said("ask") or "access", form.said("law") or "gdpr", address=form.said("address"),
        sender=Sender(name, home) if name or home else None, account=form.said("account"),
        remember=form.said("remember") == "yes",
    )  # fmt: skip
    return _file(made, letter, form.said("format"))


def remind(twin: Twin, form: Form) -> tuple[str, bytes]:
    """A follow-up as a file. Raises UsageError."""
    made, letter = twin.rights.letters.remind(form.said("letter"))
    return _file(made, letter, form.said("format"))


def _file(made: Sent, letter: Letter, kind: str) -> tuple[str, bytes]:
    if kind == "html":
        return f"{made.id}.html", html(letter).encode()
    return (f"{made.id}.pdf", pdf(letter)) if kind == "pdf" else (f"{made.id}.txt", text(letter).encode())


def rectify(twin: Twin, form: Form) -> str:
    """Correct one record; what was done, in words. Raises UsageError, NothingYet, UnknownSignal."""
    said = form.said("value")
    if not said or not form.said("at"):
        raise UsageError(texts("en")("keep.say_value"), hint="")
    try:
        value: float | str = float(said)
    except ValueError:
        value = said
    made = twin.rights.rectify(nature(form.said("signal")).key, value, at=day_or_moment(form.said("at")),
                               unit=form.said("unit") or None, reason=form.said("reason"))  # fmt: skip
    return texts("en")("keep.corrected", id=made.id)
