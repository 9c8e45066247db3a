"""Note that a letter was answered, or that they took the longer time the law allows."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

LONGER = "They told you in time that they need the longer time the law allows: the deadline moves."


def command(
    letter: Annotated[str, Parameter(help="Its id, as `selftwin rights letters` lists it.")],
    /,
    *,
    on: Annotated[date | None, Parameter(help="The day; today unless you say.")] = None,
    longer: Annotated[bool, Parameter(help=LONGER)] = False,
    call: Call = PLAIN,
) -> None:
    """Note that a letter was answered, or that they took the longer time the law allows."""
    from selftwin.wording.words import day

    with call.open() as twin:
        letters = twin.rights.letters
        done = letters.longer(letter) if longer else letters.answered(letter, on=on)
    if call.json:
        screen.data({"letter": done})
    elif done.answered:
        screen.show(f"{done.id} to {done.to} was answered on {day(done.answered)}.")
    else:
        screen.show(f"{done.to} has until {day(done.due)} to answer {done.id}.")
