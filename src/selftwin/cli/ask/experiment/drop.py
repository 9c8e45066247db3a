"""Forget a trial, with what was noted of its days."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call


def command(
    name: Annotated[str, Parameter(help="Its name, as `selftwin experiment` lists it.")], /, *, call: Call = PLAIN
) -> None:
    """Forget a trial, with what was noted of its days."""
    with call.open() as twin:
        gone = twin.experiment.drop(name)
    if call.json:
        screen.data({"dropped": gone.name})
    else:
        screen.show(f"{gone.name} is dropped. What was recorded stays.")
