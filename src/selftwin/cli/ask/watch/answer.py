"""Say whether an alert was right, so that I can say how often its watch is."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call


def command(
    number: Annotated[str, Parameter(help="The alert, by its number.")],
    right: Annotated[str, Parameter(help="yes where it was right, no where it was not.")],
    /,
    *,
    call: Call = PLAIN,
) -> None:
    """Say whether an alert was right, so that I can say how often its watch is. Then nobody is called about it."""
    from selftwin.wording.alerts import answer

    said = answer(right)
    with call.open() as twin:
        made = twin.watch.answer(number, said)
        hits = twin.watch.hits(made.watch)
    if call.json:
        screen.data({"alert": made.plain(), "right": hits.plain()})
    else:
        screen.show(f"{made.watch}: {hits.words()}")
