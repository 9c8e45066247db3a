"""What if: see two futures, with a change and without it, and how sure the difference is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from selftwin.vocabulary.trajectory import Trajectory

STEPS = "What changes, such as 'energy.intake -500 kcal/d for 90 d' or 'meal.carbs 60 g at 12:30'; one or several."
INSTEAD = "What it is held against, in the same words; going on as you are unless you say."
GIVEN = "Something I should know and you have not recorded: 'height 1.80 m'. Nothing of it is kept."
AT = "Imagine it as I would have then, from what was known: a day, or a time."
PLOT = "Draw it into a file, .png or .svg."


def command(
    *steps: Annotated[str, Parameter(help=STEPS)],
    signal: Annotated[str | None, Parameter(help="Tell of this signal alone.")] = None,
    instead_of: Annotated[list[str] | None, Parameter(help=INSTEAD)] = None,
    given: Annotated[list[str] | None, Parameter(help=GIVEN)] = None,
    days: Annotated[float | None, Parameter(help="How far to look, in days.")] = None,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """What if: see two futures, with a change and without it, and how sure the difference is."""
    when = day_or_moment(at) if at else None
    with call.open() as twin:
        found = twin.imagine(
            *steps, signal=signal, at=when, instead_of=instead_of or (), given=given or (), days=days
        )  # fmt: skip
        zone = twin.zones.at(datetime.now(UTC))
        if plot:
            from selftwin.cli.plot.futures import recent, two_futures

            two_futures(found[0], recent(twin, found[0]), zone, plot)
    if call.json:
        screen.data(plain(found))
        return
    from selftwin.cli.futures import futures

    futures(found, zone)


def plain(found: list[Trajectory]) -> dict[str, object]:
    """The foremost trajectory as the object that `--json` prints, with every other under `also`."""
    return found[0].plain() | {"also": [one.plain() for one in found[1:]]}
