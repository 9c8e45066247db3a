"""Give somebody a copy of what you granted them, in a file that only their key opens."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.sizes import size
from selftwin.wording.words import count

if TYPE_CHECKING:
    from selftwin.twin.sharing import Portion, Shared

PARTY = "Whom, by the id of `selftwin consent parties`."
TO = "The file to write; it must not exist yet."
RECIPIENT = "Their public age key, age1…, which they give you themselves; remembered from then on."
NEW_KEY = "Take this key in the place of the one remembered: they told you so, not over the way the key came."
FOR = "The purpose, where you granted something for several."
SIGNAL = "Only this signal of what they may see; may be said again."
SINCE = "First local day; estimates, which are made of all days, then stay out."
RECEIPT = "Also write the signed receipt to this file."


def command(
    party: Annotated[str, Parameter(help=PARTY)],
    /,
    *,
    to: Annotated[Path, Parameter(help=TO)],
    recipient: Annotated[str, Parameter(help=RECIPIENT)] = "",
    new_key: Annotated[bool, Parameter(help=NEW_KEY)] = False,
    purpose: Annotated[str, Parameter(("--purpose", "--for"), help=FOR)] = "",
    signal: Annotated[tuple[str, ...], Parameter(help=SIGNAL)] = (),
    since: Annotated[date | None, Parameter(help=SINCE)] = None,
    until: Annotated[date | None, Parameter(help="Last local day; likewise.")] = None,
    receipt: Annotated[Path | None, Parameter(help=RECEIPT)] = None,
    call: Call = PLAIN,
) -> None:
    """Give somebody a copy of what you granted them, in a file that only their key opens; keeps a signed receipt.

    It holds what `selftwin consent preview PARTY` shows, as tables for programs and for spreadsheets, with a page in
    plain words. They open it with any age program: `age -d -i KEYFILE FILE | tar x`.
    """
    from selftwin.cli.keep.capsule import unwritten
    from selftwin.twin.sharing import Wanted

    if receipt is not None:
        unwritten(receipt)
    with call.open() as twin:
        name = twin.consent.party(party).name
        shared = twin.shares.give(
            party, to, recipient=recipient, purpose=purpose, wanted=Wanted(signal, since, until), new_key=new_key
        )
    if receipt is not None:
        from selftwin.cli.trust.rights._files import written
        from selftwin.wording.data import packed

        written(receipt, packed(shared.receipt, indent=True))
    if call.json:
        screen.data({"shared": shared})
    else:
        _tell(shared, name)


def _tell(shared: Shared, name: str) -> None:
    listed = screen.table("signal", "by", "rows", "days", "estimates", right=("rows", "estimates"), whole=("signal",))
    for one in shared.portions:
        listed.add_row(one.signal, one.granularity, f"{one.rows:,}", _days(one), str(one.estimates or ""))
    screen.show(listed)
    held = count(len(shared.portions), "signal")
    screen.show(f"{shared.path} holds {held} for {name}, {size(shared.size)}; only {name}'s key opens it.")
    screen.say(f"Its receipt is kept as {shared.name}. What was given away cannot be taken back.")


def _days(one: Portion) -> str:
    return f"{one.first} to {one.last}" if one.first and one.last else ""
