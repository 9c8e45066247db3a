"""Write a readable summary for a doctor: what their grants cover and no more, as a page and a PDF."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.words import count, day

OUT = "A file that ends in .html or .pdf, or a folder for both; a folder here unless you say."
LAST = "How far back: 90d, 12w, 6m, 1y."
NAME = "Your name as it shall stand on it; a line to write it on unless you say."


def command(
    party: Annotated[str, Parameter(help="Whom it is for, as `selftwin consent parties` lists them.")],
    /,
    *,
    out: Annotated[Path | None, Parameter(help=OUT)] = None,
    last: Annotated[str, Parameter(help=LAST)] = "90d",
    purpose: Annotated[str, Parameter(help="What it is for, where their grants have several purposes.")] = "",
    name: Annotated[str, Parameter(help=NAME)] = "",
    call: Call = PLAIN,
) -> None:
    """Write a readable summary for a doctor, or whoever you granted something: what they may see, and no more."""
    from selftwin.twin.summary import days_of

    length = days_of(last)
    to = out or Path(f"summary-{party}-{datetime.now(UTC):%Y-%m-%d}")
    with call.open() as twin:
        made = twin.summary(party, to, days=length, purpose=purpose, person=name)
    if call.json:
        names = ("name", "party", "purpose", "files", "receipt", "signals", "first", "last")
        screen.data({name: getattr(made, name) for name in names} | {"headline": made.summary.headline})
        return
    who = made.summary.party
    screen.show(f"A summary of {count(len(made.signals), 'signal')} for {who}, {day(made.first)} to {day(made.last)}:")
    screen.show(*(f"  {path}" for path in (*made.files, made.receipt)), "")
    screen.show(*made.summary.headline)
    screen.say(_after(made.party, who, made.summary.basis[0].grant))


def _after(party: str, who: str, grant: str) -> str:
    """What to know of files that were written."""
    if party == "owner":
        return "It is not sealed: who has the file can read it. It stands in your record."
    return (f"It is not sealed: who has the file can read it. It stands in your record as shown to {who}; "
            f"`selftwin consent revoke {grant}` ends what they may see from then on, but calls no file back."
            )  # fmt: skip
