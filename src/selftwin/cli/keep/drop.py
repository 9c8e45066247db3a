"""Leave files in the inbox of a twin, sealed, without its passphrase; the next import takes them in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.words import count

PATHS = "Files and folders, as for an import."


def command(paths: Annotated[tuple[Path, ...], Parameter(help=PATHS)], /, *, call: Call = PLAIN) -> None:
    """Leave files in the inbox of a twin, sealed, without its passphrase; `selftwin import` takes them in.

    Each is there whole or not at all, also while another program has the twin open. Your own files stay where they are.
    """
    from selftwin.twin.arriving import drop
    from selftwin.vocabulary.errors import UsageError

    if not paths:
        raise UsageError("Nothing to leave was named.", hint="selftwin drop PATH...")
    names = drop(call.found(), paths)
    if call.json:
        screen.data({"vault": call.place(), "sealed": names})
    else:
        screen.show(f"{count(len(names), 'file')} sealed into the inbox of your twin.")
        screen.say("`selftwin import` takes in what waits there. The files themselves stay where they are.")
