"""Is a low coming: whether glucose will likely fall too far in half an hour, at the false alarms you would bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from selftwin.domains.body.glucose.alert import LowAlert

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
        screen.show(*told(found))


def told(found: LowAlert) -> list[str]:
    """Whether it sounds, how likely a low is, and what stands behind it."""
    from selftwin.wording.measures import measure
    from selftwin.wording.words import sureness, trusted

    read = measure("glucose", "mg/dL")
    low = read.one(70.0, 54.0)
    said = [f"▼ A low is coming: under {low} in about half an hour." if found.fires else "No alarm."]
    if found.chance is not None:
        now = read.one(found.level, found.level - 16)
        said.append(f"Under {low} in half an hour: {sureness(100 * found.chance)}. Now {now}.")
    return [*said, *found.notes, trusted(found.trust, found.days, "day")]
