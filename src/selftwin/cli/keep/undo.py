"""Take an import back, and everything it brought."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.words import count

NUMBER = "The number of the import, as `selftwin imports` lists it."


def command(batch: Annotated[int, Parameter(help=NUMBER)], *, call: Call = PLAIN) -> None:
    """Take an import back, and everything it brought. What it had revised is as it was before."""
    with call.open() as twin:
        gone, again = twin.undo(batch)
    if call.json:
        screen.data({"batch": batch, "gone": gone, "import_again": again})
        return
    screen.show(f"Import {batch} is undone: {count(gone, 'observation')} went.")
    if again:
        screen.show("These files held some of the same; import them again to have it back:", *again)
