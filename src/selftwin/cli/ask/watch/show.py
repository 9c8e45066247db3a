"""See what your watches have to say now: alerts that hold, what waits, and how each watch stands."""

from __future__ import annotations

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call


def command(*, call: Call = PLAIN) -> None:
    """See what your watches have to say now: alerts that hold, what waits, and how each watch stands."""
    from selftwin.cli import alerts
    from selftwin.wording.alerts import FIRST

    with call.open() as twin:
        stands, cases = twin.watch.list(), twin.watch.history()
    if call.json:
        open_ = [one.plain() for one in cases if one.open]
        screen.data({"alerts": open_, "watches": [one.plain() for one in stands]})
        return
    if not stands:
        screen.show("You have set no watch.")
        screen.say("`selftwin watch list` says what can be watched; `selftwin watch add illness` sets one.")
        return
    hits = {one.watch.name: one.hits for one in stands}
    holding = [one for one in cases if one.open and one.watch in hits]
    for one in holding:
        screen.show(*alerts.case(one, hits[one.watch]), "")
    if not holding:
        screen.show("Nothing holds as of each watch's last look. No alarm is no sign of health.", "")
    for stand in stands:
        screen.show(*alerts.standing(stand))
    screen.show("", FIRST)
