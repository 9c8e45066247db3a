"""Look with every watch, and tell what is new; once, or every so often."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen, secret
from selftwin.cli.call import PLAIN, Call
from selftwin.vocabulary.errors import UsageError, VaultInUse

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.twin.watching_hits import Hits
    from selftwin.twin.watching_seen import Ran

EVERY = "Look again every so often until you press Ctrl-C: 10min, 1h. Between looks the twin is closed."
SHORTEST = 10.0  # seconds between looks


def command(
    *,
    every: Annotated[str, Parameter(help=EVERY)] = "",
    keep: Annotated[bool, Parameter(help="Send nothing; what there is to tell waits.")] = False,
    call: Call = PLAIN,
) -> int:
    """Look with every watch, and tell what is new; once, or every so often. Exit code 1: something was not sent."""
    from selftwin.wording.lengths import length

    pause = length(every).total_seconds() if every else 0.0
    if every and pause < SHORTEST:
        raise UsageError("Looking every few seconds finds nothing more.", hint="--every 10min, for one.")
    place, passphrase = call.found(), secret.passphrase(call.file())
    while True:
        done = _look(call, place, passphrase, waits=bool(every), send=not keep)
        if not every:
            return done
        time.sleep(pause)


def _look(call: Call, place: Path, passphrase: str, *, waits: bool, send: bool) -> int:
    """One look. Where another command has the twin open, one that waits looks next time."""
    from selftwin.wording.alerts import figure

    try:
        with call.opened(place, passphrase) as twin:
            found = twin.watch.run(figure=figure, send=send)
            hits = {one.watch: twin.watch.hits(one.watch) for one in found.cases}
    except VaultInUse:
        if not waits:
            raise
        screen.say("Another command has the twin open; I look next time.")
        return 0
    _told(found, hits, as_json=call.json)
    return 1 if found.failed else 0


def _told(found: Ran, hits: dict[str, Hits], *, as_json: bool) -> None:
    from selftwin.cli import alerts

    if as_json:
        screen.data(found.plain())
    else:
        screen.show(*alerts.ran(found, hits))
