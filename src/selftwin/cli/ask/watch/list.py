"""List your watches, and every kind that can be set."""

from __future__ import annotations

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call


def command(*, call: Call = PLAIN) -> None:
    """List your watches, and every kind that can be set."""
    from selftwin.cli import alerts

    with call.open() as twin:
        stands, kinds = twin.watch.list(), twin.watch.kinds()
    if call.json:
        offered = [{"kind": one.name, "title": one.title, "about": one.about.value, "budgeted": one.budgeted,
                    "usual_budget": one.usual_budget, "promise": one.promise, "cites": one.cites}
                   for one in kinds]  # fmt: skip
        screen.data({"watches": [one.plain() for one in stands], "kinds": offered})
        return
    for stand in stands:
        screen.show(*alerts.standing(stand), f"  What its figures mean: {stand.promise}")
    if not stands:
        screen.show("You have set no watch.")
    screen.show("", alerts.kinds(kinds))
    screen.say("`selftwin watch test KIND` shows what one would have told; `selftwin watch add KIND` sets it.")
