"""Show who may see what now, in plain words; everything ever granted to one party where you name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.consent.consent import Consent
    from selftwin.consent.grant import Grant

STANDING = {"open", "for an emergency", "not begun"}


def command(
    party: Annotated[str | None, Parameter(help="Whose grants; withdrawn and ended ones are shown as well.")] = None,
    /,
    *,
    call: Call = PLAIN,
) -> None:
    """Show who may see what now, in plain words, and how to withdraw it."""
    with call.open() as twin:
        consent = twin.consent
        if call.json:
            screen.data(_data(consent, party))
        elif party:
            _one(consent, party)
        else:
            _all(consent)


def _all(consent: Consent) -> None:
    from selftwin.consent.grant import OWNER
    from selftwin.wording.bars import sentence
    from selftwin.wording.consent import is_models, learning, names, notice_line, state, waiting_line

    told = consent.notices()
    if told:
        screen.show(*map(notice_line, told), "")
    others = [grant for grant in consent.book.grants if grant.party != OWNER]
    standing = [grant for grant in others if state(consent, grant) in STANDING]
    screen.show(screen.head("Who may see what"))
    people = [grant for grant in standing if not is_models(grant)]
    _grants(consent, people)
    if not people:
        screen.show("Nobody but you may see anything.", "")
    own = [grant for grant in others if is_models(grant)]
    screen.show(learning(own, [grant for grant in own if grant in standing]))
    for bar in consent.book.bars:
        if bar.lifted is None:
            why = f", {bar.why}" if bar.why else ""
            screen.show(f"{sentence(bar, names(consent))} This holds whatever is granted.",
                        f"  {bar.id}{why}   lift: selftwin rights restrict --lift {bar.id}")  # fmt: skip
    if waiting := len(consent.requests.waiting()):
        screen.show("", waiting_line(waiting))
    screen.say("`selftwin consent preview PARTY` shows exactly what they would see.")
    for notice in told:
        consent.read_notice(notice.id)


def _one(consent: Consent, party: str) -> None:
    from selftwin.wording.words import stamp

    who = consent.party(party)
    grants = [grant for grant in consent.book.grants if grant.party == party]
    screen.show(screen.head(who.name, f"{who.id}, {who.kind}{f', {who.contact}' if who.contact else ''}"))
    _grants(consent, grants)
    if not grants:
        screen.show(f"{who.name} was never granted anything.")
    for asked in consent.requests.every():
        if asked.party == party:
            screen.show(f"Request {asked.number} of {stamp(asked.at)}: {asked.state}.")


def _grants(consent: Consent, grants: list[Grant]) -> None:
    """Each grant as its sentence, with its state and how to withdraw it."""
    from rich.text import Text

    from selftwin.consent.grant import VITAL_INTEREST
    from selftwin.consent.saying import sentence
    from selftwin.wording.consent import names, state

    called, quiet = names(consent), screen.palette().quiet
    for grant in grants:
        now = state(consent, grant)
        passed = f", passed on by {called.get(grant.by, grant.by)}" if grant.parent else ""
        passed = f", opened in an emergency: {grant.shown}" if grant.basis == VITAL_INTEREST else passed
        withdraw = f"   withdraw: selftwin consent revoke {grant.id}" if now in STANDING else ""
        screen.show(sentence(called.get(grant.party, grant.party), grant))
        screen.show(Text(f"  {grant.id}, {now}{passed}{withdraw}", quiet), "")


def _data(consent: Consent, party: str | None) -> dict[str, object]:
    from selftwin.consent.grant import packed
    from selftwin.wording.consent import asked_plain, plain

    if party:
        consent.party(party)
    wanted = [one for one in consent.parties() if party in {None, one.id}]
    return {
        "parties": [
            {"id": one.id, "name": one.name, "kind": one.kind, "contact": one.contact,
             "grants": [plain(consent, grant) for grant in consent.book.grants if grant.party == one.id]}
            for one in wanted
        ],
        "requests": [asked_plain(consent, one) for one in consent.requests.every() if party in {None, one.party}],
        "bars": [packed(bar) for bar in consent.book.bars],
        "notices": consent.notices(),
    }  # fmt: skip
