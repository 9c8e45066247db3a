"""Set a goal: a target by a day, and what you would do for it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

TARGET = "The target and its day, such as 'weight 72 kg by 2027-03-01' or 'race 10 km 48:00 by 2027-04-10'."
PLAN = "What you would do, such as 'energy.intake -400 kcal/d' or 'training.load +20 %'; one or several."
NAME = "What to call it; the signal's name unless you say. A goal of that name is replaced."


def command(
    target: Annotated[str, Parameter(help=TARGET)],
    /,
    *plan: Annotated[str, Parameter(help=PLAN)],
    name: Annotated[str, Parameter(help=NAME)] = "",
    call: Call = PLAIN,
) -> None:
    """Set a goal: a target by a day, and what you would do for it; then see how it stands."""
    from selftwin.cli.ask.goal.show import told
    with call.open() as twin:
        goals = twin.goals
        made = goals.set(target, *plan, name=name)
        seen = goals.look(made.name)
    if not call.json:
        screen.say(f"Kept as {made.name}, with the cone as it is today.")
    told(seen, as_json=call.json)
