"""Pass a grant on in its holder's name, the whole or less of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.cli.trust.consent._wish import NOTHING, Options

if TYPE_CHECKING:
    from selftwin.consent.consent import Consent
    from selftwin.consent.narrowing import Narrower


def command(
    grant: Annotated[str, Parameter(help="The grant that is passed on, such as doctor-1.")],
    party: Annotated[str, Parameter(help="To whom.")],
    /,
    *,
    options: Options = NOTHING,
    call: Call = PLAIN,
) -> None:
    """Pass a grant on in its holder's name, the whole or less of it; what would be more is refused."""
    from selftwin.consent.saying import sentence
    from selftwin.wording.consent import names, plain

    with call.open() as twin:
        consent = twin.consent
        passed = consent.pass_on(grant, party, passable=options.may_pass_on, **_less(consent, options))
        said, data = sentence(names(consent)[party], passed), plain(consent, passed)
    if call.json:
        screen.data({"grant": data})
    else:
        screen.show(said, f"Withdraw it: selftwin consent revoke {passed.id}, or {grant} and all that hangs on it.")


def _less(consent: Consent, options: Options) -> Narrower:
    """What was said of it, where it was."""
    from datetime import timedelta

    from selftwin.consent.grant import Action, Granularity

    wish, now = options.wish().read(), consent.clock()
    until = wish.until or (now + wish.lasts if wish.lasts else None)
    recent = now.date() - timedelta(days=wish.recent - 1) if wish.recent else None
    said = {
        "purposes": wish.purposes,
        "categories": wish.categories,
        "sensitivities": wish.sensitivities,
        "signals": wish.signals,
        "estimates": wish.estimates,
        "actions": [Action(one) for one in wish.actions],
        "granularity": Granularity[wish.by.upper()] if wish.by else None,
        "until": until,
        "first": wish.first or recent,
        "last": wish.last,
    }
    return cast("Narrower", {name: value for name, value in said.items() if value not in (None, (), [])})
