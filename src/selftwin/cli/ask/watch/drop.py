"""Drop a watch; what it told stays in the history."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call


def command(
    name: Annotated[str, Parameter(help="Its name, as `selftwin watch` lists it.")], /, *, call: Call = PLAIN
) -> None:
    """Drop a watch; what it told stays in the history."""
    with call.open() as twin:
        gone = twin.watch.drop(name)
    if call.json:
        screen.data({"dropped": gone.name})
    else:
        screen.show(f"{gone.name} is dropped. What it told stays in the history.")
