"""What are my chances: risk equations on your own figures, now, with a change, and over ten years."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from selftwin.domains.body.risk import Answer

NOTHING_YET = 4
WORDS = "An equation (prevent, score2, findrisc, ckd_epi; all unless you say), then steps such as 'weight -8 kg'."
GIVEN = "Something I should know and you have not recorded: 'lab.hdl 52 mg/dL'. Nothing of it is kept."
AVERAGE = "Fill what is missing with what people of your sex and age have; the range grows."
YEARS = "Show ten years ahead, with and without the change."
PLOT = "Draw the ten years into a file, .png or .svg."
AT = "As I would have said then, from what was known: a day, or a time."


def command(
    *words: Annotated[str, Parameter(help=WORDS)],
    given: Annotated[list[str] | None, Parameter(help=GIVEN)] = None,
    average: Annotated[bool, Parameter(help=AVERAGE, negative="")] = False,
    years: Annotated[bool, Parameter(help=YEARS, negative="")] = False,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> int:
    """What are my chances: risk equations on your own figures, now, with a change, and over ten years."""
    from selftwin.twin.risking import LEFT_OUT, is_silent

    equation, steps = parted(words)
    when = day_or_moment(at) if at else None
    years = years or plot is not None
    with call.open() as twin:
        found = twin.risk(equation, *steps, at=when, given=given or (), average=average, years=years)
    if plot:
        from selftwin.cli.plot.chances import ten_years

        ten_years(found, plot)
    if call.json:
        screen.data(plain(found, LEFT_OUT))
    else:
        from selftwin.cli.chances import chances

        chances(found, LEFT_OUT)
    return NOTHING_YET if is_silent(found) else 0


def parted(words: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The equation named, if the first word is one name alone, and the steps.

    >>> parted(("prevent", "weight -8 kg")), parted(("weight -8 kg",))
    (('prevent', ('weight -8 kg',)), (None, ('weight -8 kg',)))
    """
    if words and words[0].replace("_", "").replace("-", "").isalnum():
        return words[0].replace("-", "_").lower(), words[1:]
    return None, words


def plain(found: list[Answer], left_out: tuple[str, ...]) -> dict[str, object]:
    """What `--json` prints."""
    return {"equations": [one.plain() for one in found], "left_out": list(left_out)}
