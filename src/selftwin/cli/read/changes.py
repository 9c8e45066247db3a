"""What changed: when a signal took another level, how sure that is, and what else changed then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.changes import luck, told
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from selftwin.vocabulary.change import Changes

ABOUT = "One signal alone, as `selftwin signals` lists it; every one unless you say."
PLOT = "Draw the signal with its levels into a file, .png or .svg."
SHOWN = 12  # changes printed where every signal is asked for


def command(
    signal: Annotated[str | None, Parameter(help=ABOUT)] = None,
    /,
    *,
    at: Annotated[str | None, Parameter(help="As it was known then: a day, or a time.")] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """What changed: when a signal took another level, how sure that is, and what else changed then."""
    from selftwin.vocabulary.errors import UsageError

    if plot and signal is None:
        raise UsageError("A picture is of one signal.", hint="`selftwin changes heart_rate.resting --plot FILE`.")
    if plot:
        from selftwin.cli.plot.sheet import checked

        checked(plot)
    when = day_or_moment(at) if at else None
    with call.open() as twin:
        found = twin.changes(signal, at=when)
        rows = twin.days(signal).select("day", "value") if plot and signal else None
    if plot and signal and rows is not None:
        from selftwin.cli.plot.changes import picture

        picture(signal, found, list(rows.iter_rows()), plot)
    if call.json:
        screen.data(found.plain())
        return
    tell(found, most=None if signal else SHOWN)


def tell(found: Changes, most: int | None = None) -> None:
    """Print the changes, newest first, each with what else changed then."""
    from selftwin.wording.words import count

    if not found.found:
        screen.show("Nothing took another level that I can tell from its own wandering.")
    for one in found.found[:most]:
        screen.show(*told(one), "")
    if most is not None and len(found.found) > most:
        screen.show(f"{len(found.found) - most} older ones: `--json` shows them all.")
    searched = f"{count(len(found.looked), 'signal')} searched, {found.years:.1f} signal-years."
    screen.show(f"{searched} {luck(found)}".rstrip(), *found.notes)
