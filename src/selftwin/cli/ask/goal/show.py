"""See each goal: the chance of getting there, what it takes from here, and how it goes against the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.vocabulary.errors import UsageError
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.vocabulary.goal import Prospect

NAME = "One goal alone, by its name."
AT = "See it as I would have then, from what was known: a day, or a time."
PLOT = "Draw the goal into a file, .png or .svg: the cone as it was set, what came, and the plan from today."


def command(
    name: Annotated[str | None, Parameter(help=NAME)] = None,
    /,
    *,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """See each goal: the chance of getting there, what it takes from here, and how it goes against the plan."""
    if plot:
        from selftwin.cli.plot.sheet import checked

        checked(plot)
    with call.open() as twin:
        seen = twin.goals.look(name, at=day_or_moment(at) if at else None)
        if plot:
            drawn(twin, seen, plot)
    told(seen, as_json=call.json)


def told(seen: list[Prospect], *, as_json: bool) -> None:
    """Print goals, as data or in words."""
    if as_json:
        screen.data({"goals": [one.plain() for one in seen]})
        return
    if not seen:
        screen.show("You have set no goals.")
        screen.say("`selftwin goal set 'weight 72 kg by 2027-03-01' 'energy.intake -400 kcal/d'` sets one.")
        return
    from selftwin.cli.goals import goal

    for number, one in enumerate(seen):
        screen.show(*([""] if number else []), *goal(one, whole=len(seen) == 1))


def drawn(twin: Twin, seen: list[Prospect], path: Path) -> None:
    """Draw the one goal that is seen. Raises UsageError where there are several, or none."""
    from selftwin.cli.plot.goal import picture, recorded

    if len(seen) != 1:
        raise UsageError("A picture is of one goal.", hint="Name it: `selftwin goal NAME --plot FILE`.")
    picture(seen[0], recorded(twin, seen[0]), path)
