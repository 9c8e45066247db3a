"""Say how many false alarms a month you bear from a watch."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call


def command(
    name: Annotated[str, Parameter(help="The watch, by its name.")],
    per_month: Annotated[float, Parameter(help="False alarms a month, such as 1 or 0.5.")],
    /,
    *,
    call: Call = PLAIN,
) -> None:
    """Say how many false alarms a month you bear from a watch; it holds from today on."""
    with call.open() as twin:
        made = twin.watch.budget(name, per_month)
    from selftwin.wording.alerts import false

    if call.json:
        screen.data({"watch": made.plain()})
    else:
        screen.show(f"{made.name}: {false(made.budget)} a month, from today on.")
        screen.say(f"`selftwin watch test {made.name}` shows what that would have meant.")
