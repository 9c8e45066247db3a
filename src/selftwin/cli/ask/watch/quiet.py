"""See or set the hours in which nothing is told, by the clock of wherever you are."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

HOURS = "Such as 22:00-07:00; off for none."
STRICT = "Not even what is urgent breaks them."
LENIENT = "What is urgent breaks them again."


def command(
    hours: Annotated[str | None, Parameter(help=HOURS)] = None,
    /,
    *,
    watch: Annotated[str | None, Parameter(help="For one watch alone, by its name.")] = None,
    until: Annotated[str, Parameter(help="Tell nothing at all up to a day's end, or a moment.")] = "",
    strict: Annotated[bool, Parameter(help=STRICT)] = False,
    lenient: Annotated[bool, Parameter(help=LENIENT)] = False,
    call: Call = PLAIN,
) -> None:
    """See or set the hours in which nothing is told, by the clock of wherever you are; it is told after them."""
    from selftwin.wording import alerts

    ends = alerts.until(until) if until else None
    with call.open() as twin:
        said = True if strict else False if lenient else None
        held = twin.watch.delivery.quiet(hours, watch=watch, until=ends, strict=said)
    if call.json:
        screen.data({"watch": watch, "quiet": held})
        return
    beyond = f" Nothing is told before {alerts.moment(held.until)}." if held.until else ""
    screen.show(f"{f'{watch}: ' if watch else ''}{held.words()}.{beyond}")
