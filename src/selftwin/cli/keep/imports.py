"""List every import, newest first."""

from __future__ import annotations

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.words import stamp


def command(*, call: Call = PLAIN) -> None:
    """List every import, newest first."""
    with call.open() as twin:
        batches = twin.batches()
    if call.json:
        screen.data({"imports": batches})
        return
    if not batches:
        screen.say("Nothing was imported yet. `selftwin import PATH` brings something in.")
        return
    listed = screen.table("import", "when", "what", "", right=("import",))
    for batch in batches:
        listed.add_row(str(batch.number), stamp(batch.began), batch.what, "" if batch.state == "kept" else batch.state)
    screen.show(listed)
    screen.say("`selftwin undo NUMBER` takes one back.")
