"""Set a watch of a kind: illness, or level glucose 'above 180 mg/dL'."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

KIND = "What to watch for; `selftwin watch list` names the kinds."
ABOUT = "The signal or the source, for a kind that is set on one."
CONDITION = "In words, for a kind that needs it: 'above 180 mg/dL'."
BUDGET = "False alarms a month you would bear."
QUIET = "Quiet hours of its own, such as 22:00-07:00, or off."
TO = "An address it is told at, by its name; all of them unless you say."


def command(
    kind: Annotated[str, Parameter(help=KIND)],
    about: Annotated[str, Parameter(help=ABOUT)] = "",
    condition: Annotated[str, Parameter(help=CONDITION)] = "",
    /,
    *,
    budget: Annotated[float | None, Parameter(help=BUDGET)] = None,
    name: Annotated[str, Parameter(help="What to call it; one of that name is replaced.")] = "",
    quiet: Annotated[str, Parameter(help=QUIET)] = "",
    to: Annotated[list[str] | None, Parameter(help=TO)] = None,
    call: Call = PLAIN,
) -> None:
    """Set a watch of a kind: illness, or level glucose 'above 180 mg/dL'."""
    with call.open() as twin:
        watches = twin.watch
        made = watches.add(kind, about, budget=budget, condition=condition, name=name, quiet=quiet, to=to or ())
        heard = watches.delivery.addresses()
        stand = next(one for one in watches.list() if one.watch.name == made.name)
    if call.json:
        screen.data({"watch": stand.plain()})
        return
    from selftwin.cli import alerts

    screen.show(*alerts.standing(stand), f"  What its figures mean: {stand.promise}")
    screen.say(f"`selftwin watch test {made.name}` shows what it would have told; `selftwin watch run` looks now.")
    if not heard:
        screen.say("You hear of it here alone: `selftwin watch to ADDRESS` sends you messages.")
