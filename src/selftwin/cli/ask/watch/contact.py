"""See or set whom I call where an alert stays unanswered; they learn what you granted them, and no more."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

PARTY = "Whom: somebody you introduced (`selftwin consent parties add`) and granted something to."
TO = "Where they get messages, in apprise's form; what you noted as their contact unless you say."
FOR = "What for; needed only where you granted them something for several purposes."


def command(
    party: Annotated[str, Parameter(help=PARTY)] = "",
    /,
    *,
    after: Annotated[str, Parameter(help="How long an alert may stay unanswered: 12h, 2d.")] = "12h",
    to: Annotated[str, Parameter(help=TO)] = "",
    watch: Annotated[str | None, Parameter(help="For one watch alone, by its name.")] = None,
    for_: Annotated[str, Parameter(name="--for", help=FOR)] = "",
    me: Annotated[str, Parameter(help="Your name, as they know it.")] = "",
    reach: Annotated[str, Parameter(help="How they reach you, such as a telephone number.")] = "",
    drop: Annotated[bool, Parameter(help="Call nobody any more.")] = False,
    call: Call = PLAIN,
) -> None:
    """See or set whom I call where an alert stays unanswered; they learn what you granted them, and no more."""
    from selftwin.cli import alerts
    from selftwin.consent.saying import purpose_key
    from selftwin.wording.lengths import length

    with call.open() as twin:
        delivery = twin.watch.delivery
        if drop:
            delivery.call_nobody(watch)
        elif party:
            delivery.contact(party, after=length(after), to=to, watch=watch, person=me, reach=reach,
                             purpose=purpose_key(for_) if for_ else "")  # fmt: skip
        told = delivery.settings
        own = {one.watch.name: one.watch.contact for one in twin.watch.list() if one.watch.contact}
    if call.json:
        shared = told.contact.plain() if told.contact else None
        each = {name: one.plain() for name, one in own.items() if one}
        screen.data({"contact": shared, "watches": each, "me": told.person, "reach": told.reach})
        return
    if told.contact:
        screen.show(*alerts.contact(told.contact, told))
    for name, one in own.items():
        if one:
            screen.show(*alerts.contact(one, told, name))
    if not told.contact and not own:
        screen.show("Nobody is called.")
