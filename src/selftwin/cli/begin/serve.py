"""Open the twin in a browser: pages and an HTTP API, on this machine alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli.call import PLAIN, Call
from selftwin.cli.serving import PORT, Serving

ALSO = "Another twin that this server owns; the passphrase decides which one opens."
HOST = "Where to listen. Beyond this machine only with a certificate."
NAME = "A further host name it goes by, as behind a proxy that has a certificate."
LOCK = "Minutes without use after which the twin locks itself; 0 for never."
CERTIFICATE = "A certificate (PEM) that the browsers of your other devices trust."
OPEN = "Open the browser at it."


def command(
    *,
    port: Annotated[int, Parameter(help="The port; 0 takes a free one.")] = PORT,
    host: Annotated[str, Parameter(help=HOST)] = "127.0.0.1",
    name: Annotated[tuple[str, ...], Parameter(help=NAME)] = (),
    also: Annotated[tuple[Path, ...], Parameter(help=ALSO)] = (),
    lock_after: Annotated[float, Parameter(help=LOCK)] = 15.0,
    certificate: Annotated[Path | None, Parameter(help=CERTIFICATE)] = None,
    certificate_key: Annotated[Path | None, Parameter(help="Its key.")] = None,
    open_browser: Annotated[bool, Parameter(name="--open", help=OPEN)] = False,
    call: Call = PLAIN,
) -> None:
    """Open the twin in a browser: pages and an HTTP API, on this machine alone.

    With a passphrase in a file or in SELFTWIN_PASSPHRASE it starts unlocked; else the page asks for it.
    """
    from selftwin.cli import secret

    serving = Serving(
        places=(call.place(), *also),
        host=host,
        port=port,
        names=name,
        lock_after=lock_after,
        certificate=certificate,
        certificate_key=certificate_key,
        accept_older=call.accept_older,
        open_browser=open_browser,
    )
    told = dict(os.environ)
    if secret.VARIABLE not in told and (file := call.file()):
        told[secret.VARIABLE] = secret.passphrase(file)
    words = serving.words()
    os.execve(words[0], words, told)  # noqa: S606 - this process becomes the server
