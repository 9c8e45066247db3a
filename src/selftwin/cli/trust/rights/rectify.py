"""Correct a record: the old value stays in the history, and no export undoes your word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.twin.rectifying import Correction
    from selftwin.vocabulary.signal import Signal

AT = "When it was: a day, or a minute on your clock such as 2026-02-14T08:30."
ROW = "Which record, by its id in `selftwin rights history SIGNAL`, where several are of then."
UNDO = "Take this correction back; the sources' newest word stands again."


def command(
    signal: Annotated[str | None, Parameter(help="Its key; without it, your corrections are listed.")] = None,
    /,
    *,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    value: Annotated[str | None, Parameter(help="What is right.", allow_leading_hyphen=True)] = None,
    unit: Annotated[str | None, Parameter(help="The unit of the number, where it is not the signal's own.")] = None,
    row: Annotated[str, Parameter(help=ROW)] = "",
    source: Annotated[str, Parameter(help="Only a record of this source.")] = "",
    reason: Annotated[str, Parameter(help="Why; it stands in the record.")] = "",
    undo: Annotated[str | None, Parameter(help=UNDO)] = None,
    call: Call = PLAIN,
) -> None:
    """Correct a record. The old value stays in the history, and your word stands whatever exports say later."""
    from selftwin.vocabulary.catalogue import nature
    from selftwin.vocabulary.errors import UsageError
    from selftwin.wording.clock import day_or_moment

    if signal is None and undo is None:
        _list(call)
        return
    if undo is None and value is None:
        hint = f"`selftwin rights history {signal} --all` shows what stands."
        raise UsageError("Say what is right, with --value.", hint=hint)
    when = day_or_moment(at) if at else None
    right = None if signal is None or value is None else _value(nature(signal), value)
    with call.open() as twin:
        if undo is not None:
            done = twin.rights.undo_correction(undo)
        elif signal is not None and right is not None:
            done = twin.rights.rectify(signal, right, at=when, row=row, source=source, unit=unit, reason=reason)
    _told(done, call)


def _value(signal: Signal, text: str) -> float | str:
    from selftwin.vocabulary.errors import UsageError
    from selftwin.vocabulary.signal import Kind

    if signal.kind in {Kind.STATE, Kind.TEXT}:
        return text
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{signal.key} takes a number in {signal.unit}.") from None


def _told(done: Correction, call: Call) -> None:
    from selftwin.vocabulary.catalogue import nature

    if call.json:
        screen.data({"correction": done})
    elif done.undone:
        screen.show(f"{done.id} is taken back; what the sources said last stands again.")
    else:
        screen.show(f"Corrected: {nature(done.signal).label}. The old value stays in the history.")
        screen.say(f"`selftwin rights rectify --undo {done.id}` takes it back; every day it touches follows.")


def _list(call: Call) -> None:
    from selftwin.wording.words import stamp

    with call.open() as twin:
        made = twin.rights.corrections()
    if call.json:
        screen.data({"corrections": made})
        return
    if not made:
        screen.show("You have corrected nothing.")
        return
    listed = screen.table("correction", "signal", "record", "when", "why", "", whole=("correction",))
    for one in made:
        listed.add_row(one.id, one.signal, one.row, stamp(one.made_at), one.reason, "taken back" if one.undone else "")
    screen.show(listed)
