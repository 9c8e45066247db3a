"""Read off your body now: glucose, weight, blood pressure, fitness, sleep, each with its width."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from selftwin.twin.body import Body
    from selftwin.vocabulary.finding import Finding

ABOUT = "One chapter alone: glucose, weight, blood_pressure, fitness, sleep, rhythm or gait."
GIVEN = "Something I should know and you have not recorded: 'height 1.80 m'. Nothing of it is kept."
LETTERS = 18  # of the longest note that stands beside its figures
PLOT = "Draw the profile of your day of glucose into a file, .png or .svg."


def command(
    chapter: Annotated[str | None, Parameter(help=ABOUT)] = None,
    /,
    *,
    at: Annotated[str | None, Parameter(help="As it was known then: a day, or a time.")] = None,
    given: Annotated[list[str] | None, Parameter(help=GIVEN)] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """Read off your body now: glucose, weight, blood pressure, fitness, sleep, each with its width."""
    when = day_or_moment(at) if at else None
    with call.open() as twin:
        found = twin.body(chapter, at=when, given=given or ())
    if plot:
        from selftwin.cli.plot.profile import day_of_glucose

        day_of_glucose(found, plot)
    if call.json:
        screen.data(plain(found))
        return
    tell(found)


def plain(found: Body) -> dict[str, object]:
    """The report as the object that `--json` prints."""
    silent = [{"title": title, "why": why} for title, why in found.silent]
    chapters = [one.plain() for one in found.findings]
    return {"made_at": found.made_at, "note": found.note, "chapters": chapters, "silent": silent}


def tell(found: Body) -> None:
    """Print chapter after chapter, and what the silent ones would need."""
    if found.note:
        screen.show(f"! {found.note}", "")
    for one in found.findings:
        screen.show(*_told(one))
    for title, why in found.silent:
        screen.show(screen.head(title), why, "")


def _told(one: Finding) -> list[Text | Table | str]:
    from selftwin.wording.words import trusted

    parts: list[Text | Table | str] = [screen.head(one.title, f"to {one.newest}"), _table(one)]
    parts += [*one.notes, *(f"Would tell more: {what}." for what in one.missing)]
    return [*parts, trusted(one.trust, one.n, one.spell), *(f"  {paper}" for paper in one.cites), ""]


def _table(one: Finding) -> Table:
    """Figures with their ranges; notes stand beside them where they are short, else under what they are of."""
    from selftwin.wording.alerts import edged
    from selftwin.wording.findings import figures

    notes = [line.note for line in one.lines]
    wide = max(map(len, notes), default=0) > LETTERS
    beside = any(notes) and not wide
    listed = screen.table("what", "", "9 times in 10", *([" "] if beside else []), right=("",),
                          whole=("9 times in 10",))  # fmt: skip
    for line in one.lines:
        listed.add_row(edged(line), *figures(line), *([line.note] if beside else []))
        if wide and line.note:
            listed.add_row(screen.under(line.note, 2))
    return listed
