"""End a trial before its end; what came is kept."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

LOOKED = "You had looked before, so only what passes the stricter bar may be concluded."
NOT_LOOKED = "You had not looked before, so what came may be read as if it had been planned so long."


def command(
    name: Annotated[str, Parameter(help="Its name, as `selftwin experiment` lists it.")], /, *, call: Call = PLAIN
) -> None:
    """End a trial before its end; what came is kept."""
    with call.open() as twin:
        made = twin.experiment.stop(name)
    if call.json:
        screen.data(made.plain())
    else:
        screen.show(f"{made.name} is stopped. {LOOKED if made.looks else NOT_LOOKED}")
