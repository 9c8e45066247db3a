"""Is a low coming: whether glucose will likely fall too far in half an hour, at the false alarms you would bear."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

BUDGET = "False alarms a day you would bear; half a one unless you say."
AT = "As I would have said then: a time, and it is a replay."


def command(
    *,
    budget: Annotated[float, Parameter(help=BUDGET)] = 0.5,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    call: Call = PLAIN,
) -> None:
    """Is a low coming: whether glucose will likely fall too far in half an hour, at the false alarms you would bear."""
    when = day_or_moment(at) if at else None
    with call.open() as twin:
        found = twin.low_alert(at=when, budget=budget)
    if call.json:
        screen.data(found)
    else:
        from selftwin.wording.findings import low

        screen.show(*low(found))
