"""Check that nothing of the record was changed, cut, moved or written anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.words import count

if TYPE_CHECKING:
    from selftwin.consent.verification import Verdict

CHECKPOINT = "A checkpoint that was kept elsewhere, which the record must agree with."


def command(*, checkpoint: Annotated[Path | None, Parameter(help=CHECKPOINT)] = None, call: Call = PLAIN) -> int:
    """Check that nothing of the record was changed, cut, moved or written anew; ends with 1 where something was."""
    kept = checkpoint.expanduser().read_text("utf-8", "replace") if checkpoint else None
    with call.open() as twin:
        verdict = twin.audit.verify(kept)
    if call.json:
        screen.data({"holds": verdict.holds, "verdict": verdict})
    else:
        _tell(verdict)
    return 0 if verdict.holds else 1


def _tell(verdict: Verdict) -> None:
    for note in verdict.notes:
        screen.show(note)
    for fault in verdict.faults:
        screen.say_error(fault, "")
    if not verdict.holds:
        screen.say_error("The record does not hold.", "Keep the vault as it is, and a copy of the checkpoint you have.")
        return
    said = f"The record holds: {count(verdict.size, 'entry')}, each in its place"
    gone = f", {verdict.erased:,} of them erased but for their hash" if verdict.erased else ""
    screen.show(f"{said}{gone}; {count(verdict.checkpoints, 'checkpoint')} agree.")
