"""Read what your watches told, what became of it, and how often each was right."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

WHICH = "The alerts of one watch, by its name; or one alert whole, by its number."


def command(
    which: Annotated[str | None, Parameter(help=WHICH)] = None,
    /,
    *,
    last: Annotated[int, Parameter(help="So many, the newest first.")] = 20,
    call: Call = PLAIN,
) -> None:
    """Read what your watches told, what became of it, and how often each was right."""
    from selftwin.cli import alerts
    from selftwin.wording.alerts import FIRST

    with call.open() as twin:
        watches = twin.watch
        one = watches.alert(which) if which and (which.isdigit() or "@" in which) else None
        cases = (one,) if one else watches.history(which)
        hits = {name: watches.hits(name) for name in dict.fromkeys(case.watch for case in cases)}
    if call.json:
        right = {name: found.plain() for name, found in hits.items()}
        screen.data({"alerts": [case.plain() for case in cases], "right": right})
    elif one:
        screen.show(*alerts.case(one, hits[one.watch]), FIRST)
    elif not cases:
        screen.show("Nothing was told yet.")
    else:
        screen.show(*alerts.newest(cases, last), "", *(f"{name}: {found.words()}" for name, found in hits.items()))
        screen.say("`selftwin watch history NUMBER` tells all of one; `selftwin watch answer NUMBER yes` or `no`.")
