"""Withdraw a grant, or all that somebody was granted; it holds at their very next look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.consent import is_models

if TYPE_CHECKING:
    from selftwin.consent.consent import Consent
    from selftwin.consent.grant import Grant


def command(
    what: Annotated[str, Parameter(help="A grant such as doctor-1, or a party: all that it was granted.")],
    /,
    *,
    call: Call = PLAIN,
) -> None:
    """Withdraw a grant, or all that somebody was granted; it holds at their very next look."""
    with call.open() as twin:
        consent = twin.consent
        gone = [consent.revoke(name) for name in _meant(consent, what)]
        every = [one.id for one in consent.book.grants]
        below = [one for one in every if any(_hangs_on(consent, one, grant.id) for grant in gone)]
    if call.json:
        screen.data({"withdrawn": [grant.id for grant in gone], "closed_with_it": below})
        return
    for grant in gone:
        screen.show(f"{grant.id} is withdrawn. {_means(grant)}")
    if below:
        screen.show(f"What was passed on from it is closed as well: {', '.join(below)}.")
    if not all(is_models(grant) for grant in gone):
        screen.say("What they have seen before they may remember; what they took with them I cannot take back.")


def _means(grant: Grant) -> str:
    if is_models(grant):
        return "I learn by it no longer, and have forgotten what I had learnt by it alone."
    return f"{grant.party} may no longer see what it gave."


def _meant(consent: Consent, what: str) -> list[str]:
    """The grants that are meant: one by its id, else all of a party that stand. Raises UnknownGrant, UsageError."""
    from selftwin.consent.saying import near
    from selftwin.vocabulary.errors import UnknownGrant, UsageError

    grants = consent.book.grants
    if any(grant.id == what for grant in grants):
        return [what]
    known = {party.id for party in consent.parties()}
    if what not in known:
        there = {grant.id: grant.id for grant in grants} | {one: one for one in known}
        raise UnknownGrant(f"There is no grant or party {what!r}.", hint=near(what, there, UnknownGrant.hint))
    standing = [grant.id for grant in grants if grant.party == what and not grant.revoked]
    if not standing:
        raise UsageError(f"{what} holds no grant that could be withdrawn.")
    return standing


def _hangs_on(consent: Consent, name: str, above: str) -> bool:
    """Whether a grant was passed on from another, directly or not."""
    grant = consent.found(name)
    while grant.parent:
        if grant.parent == above:
            return True
        grant = consent.found(grant.parent)
    return False
