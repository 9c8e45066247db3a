"""Say why a value, a forecast or an alert is what it is, down to the observations behind it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    import polars as pl

    from selftwin.twin import Twin
    from selftwin.vocabulary.reason import Behind, Why

SIGNAL = "Its key, as `selftwin signals` lists it; or an alert, as `illness@2026-03-11`; or `illness` itself."
AT = "The day to explain, from what was known by its end; the newest with data unless you say."
OF = "What of it: its value, its forecast for the day after, or the illness watch's alert."
ROWS = "List the observations behind the parts, up to 20 of each."
PLOT = "Draw the parts into a file, .png or .svg."
MOST, SPAN = 20, 31  # rows of each, and days: a part that rests on all the past is not listed


def command(
    signal: Annotated[str, Parameter(help=SIGNAL)],
    /,
    *,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    of: Annotated[str, Parameter(help=OF)] = "value",
    observations: Annotated[bool, Parameter(help=ROWS)] = False,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """Say why a value, a forecast or an alert is what it is, down to the observations behind it."""
    if plot:
        from selftwin.cli.plot.sheet import checked

        checked(plot)
    with call.open() as twin:
        found = twin.why(signal, at=day_or_moment(at) if at else None, of=of)
        rows = listed(twin, found) if observations else []
    if plot:
        from selftwin.cli.plot.why import waterfall

        waterfall(found, plot)
    if call.json:
        screen.data(found.plain() | ({"observations": [_plain(*one) for one in rows]} if observations else {}))
        return
    from selftwin.cli import why as words

    screen.show(*words.why(found))
    for behind, frame in rows:
        screen.show("", *words.observations(behind, frame, MOST))


def listed(twin: Twin, found: Why) -> list[tuple[Behind, pl.DataFrame]]:
    """The observations behind each part that rests on a month at most; each signal and span once."""
    seen: dict[tuple[str, str, str], Behind] = {}
    for part in (*found.parts, *found.made_of):
        for one in part.behind:
            seen.setdefault((one.signal, one.first, one.last), one)
    spans = [(one, date.fromisoformat(one.first), date.fromisoformat(one.last)) for one in seen.values()]
    return [(one, twin.series(one.signal, since=first, until=last))
            for one, first, last in spans if (last - first).days <= SPAN]  # fmt: skip


def _plain(behind: Behind, rows: pl.DataFrame) -> dict[str, object]:
    """Observations as data, the newest of them."""
    return {"signal": behind.signal, "first": behind.first, "last": behind.last, "n": rows.height,
            "newest": rows.tail(MOST).select("local", "value", "text", "unit", "source").to_dicts()}  # fmt: skip
