"""Grant somebody something: insights alone, for 30 days, unless you say more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Group, Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.cli.trust.consent._wish import NOTHING, Options

if TYPE_CHECKING:
    from selftwin.consent.consent import Consent
    from selftwin.consent.grant import Grant
    from selftwin.consent.templates import Template
    from selftwin.consent.terms import Terms

TEMPLATE = "Safe terms for a kind of person: doctor, carer, coach, partner, shop, researcher, emergency."
NEW = Group("Somebody new", sort_key=20)


@Parameter("*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Introduces the party in the same step."""

    name: Annotated[str, Parameter(group=NEW, help="Introduces them by this name, where you have not yet.")] = ""
    kind: Annotated[Literal["person", "organisation", "software"], Parameter(group=NEW)] = "person"
    contact: Annotated[str, Parameter(group=NEW, help="How to reach them.")] = ""


KNOWN = Who()


def command(
    party: Annotated[str, Parameter(help="Whom, by the id of `selftwin consent parties`.")],
    /,
    *,
    template: Annotated[str, Parameter(help=TEMPLATE)] = "",
    options: Options = NOTHING,
    who: Who = KNOWN,
    call: Call = PLAIN,
) -> None:
    """Grant somebody something: insights alone, for 30 days, unless you say more."""
    from selftwin.consent.granting import barren, granted
    from selftwin.consent.templates import template as named
    from selftwin.wording.consent import held_by

    kind = named(template) if template else None
    options.wish().read()
    with call.open() as twin:
        if not who.name:
            twin.consent.party(party)
        terms = _terms(twin.consent, party, options, kind)
        barren(twin.consent.book, terms, party)
        if who.name:
            twin.consent.introduce(party, who.name, kind=who.kind, contact=who.contact)
        grant = granted(twin.consent, party, terms)
        keys = held_by(twin, grant)
        _tell(twin.consent, grant, keys, as_json=call.json)


def _terms(consent: Consent, party: str, options: Options, kind: Template | None) -> Terms:
    from selftwin.consent.granting import newest_day
    from selftwin.consent.terms import for_models, is_models, terms

    wish = options.wish()
    if is_models(party):
        return for_models(wish)
    found = terms(wish, template=kind)
    return terms(wish, template=kind, newest=newest_day(consent, found)) if wish.recent else found


def _tell(consent: Consent, grant: Grant, keys: list[str], *, as_json: bool) -> None:
    from selftwin.consent.saying import sentence
    from selftwin.wording.consent import names, plain

    if as_json:
        screen.data({"grant": plain(consent, grant), "signals": keys})
        return
    screen.show(grant.shown or sentence(names(consent).get(grant.party, grant.party), grant))
    about = ", ".join(keys[:8]) + (f" and {len(keys) - 8} more" if len(keys) > 8 else "")
    screen.show(f"Of what you hold, that is: {about or 'nothing yet'}.")
    screen.show(f"Withdraw it: selftwin consent revoke {grant.id}")
    if not grant.emergency:
        screen.say(f"`selftwin consent preview {grant.party}` shows exactly what they would see.")
