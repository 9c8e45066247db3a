"""Show and correct where your clock stood, when; every day it touches follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import there

if TYPE_CHECKING:
    from selftwin.vocabulary.zones import ZoneTimeline

command = App(name="zones", help="Show and correct where your clock stood, when; every day it touches follows.",
              default_parameter=Parameter(negative=(), show_default=False))  # fmt: skip
ZONE = Annotated[str, Parameter(help="An IANA name such as Europe/Vienna.")]
SINCE = "When the clock was set to the new zone, as that clock showed it."
UNTIL = "When it was set back, as the same clock showed it."


@command.default
def show(*, call: Call = PLAIN) -> None:
    """Show where your clock stood, when."""
    with call.open() as twin:
        timeline = twin.zones
    _tell(timeline, call)


@command.command
def home(zone: ZONE, /, *, call: Call = PLAIN) -> None:
    """Correct the zone you live in; journeys stay."""
    with call.open() as twin:
        twin.zones = timeline = twin.zones.with_home(zone)
    _tell(timeline, call)


@command.command
def journey(
    since: Annotated[str, Parameter(help=SINCE)],
    until: Annotated[str, Parameter(help=UNTIL)],
    zone: ZONE,
    /,
    *,
    call: Call = PLAIN,
) -> None:
    """Note a journey: from when until when your clock showed another zone."""
    began, ended = there(since, zone), there(until, zone)
    with call.open() as twin:
        twin.zones = timeline = twin.zones.with_journey(began, ended, zone)
    _tell(timeline, call)


def _tell(timeline: ZoneTimeline, call: Call) -> None:
    if call.json:
        screen.data(timeline)
        return
    listed = screen.table("from (UTC)", "your clock showed")
    listed.add_row("always", timeline.home)
    for stay in timeline.stays:
        listed.add_row(f"{stay.since:%Y-%m-%d %H:%M}", stay.zone)
    screen.show(listed)
