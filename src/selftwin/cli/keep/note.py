"""Note one thing by hand, now or at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import moment

if TYPE_CHECKING:
    from selftwin.vocabulary.signal import Signal

AT = "When it was, or began: 2026-02-14T08:30, `yesterday`; now unless you say."


def command(
    signal: Annotated[str, Parameter(help="Its key; `selftwin signals --all` lists them.")],
    value: Annotated[str, Parameter(help="A number, or the words of a state or text.", allow_leading_hyphen=True)],
    /,
    *,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    until: Annotated[str | None, Parameter(help="When it ended, for what lasts.")] = None,
    unit: Annotated[str | None, Parameter(help="The unit of the number, where it is not the signal's own.")] = None,
    call: Call = PLAIN,
) -> None:
    """Note one thing by hand, now or at a time. `selftwin undo` takes it back like any import."""
    from selftwin.vocabulary.catalogue import nature

    kept = _value(nature(signal), value)
    began, ended = moment(at) if at else None, moment(until) if until else None
    with call.open() as twin:
        account = twin.observe(signal, kept, at=began, until=ended, unit=unit)
    if call.json:
        screen.data({"signal": signal, "batch": account.batch})
    else:
        screen.show(f"Noted: {nature(signal).label}. `selftwin undo {account.batch}` takes it back.")


def _value(signal: Signal, text: str) -> float | str:
    """A number where the signal takes one, else the words."""
    from selftwin.vocabulary.errors import UsageError
    from selftwin.vocabulary.signal import Kind

    if signal.kind in {Kind.STATE, Kind.TEXT}:
        return text
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{signal.key} takes a number in {signal.unit}.") from None
