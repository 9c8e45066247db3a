"""Asking opens nothing; the owner approves, narrows or declines, once, and everything is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftwin.consent.grant import Granularity
from selftwin.consent.requests import APPROVED, DECLINED, PATIENCE, WAITING
from selftwin.consent.terms import Wish, terms
from selftwin.vocabulary.errors import Refused, UnknownParty, UsageError

if TYPE_CHECKING:
    from selftwin.consent.consent import Consent

ASKED = terms(Wish(purposes=("care",), signals=("weight",), by="daily"))
CARE = "sector-health:PatientMonitoring"


@pytest.fixture
def lab(consent: Consent) -> str:
    name = f"lab{len(consent.parties())}"
    consent.introduce(name, "The lab")
    return name


def test_asking_opens_nothing(consent: Consent, lab: str) -> None:
    one = consent.requests.ask(lab, ASKED, why="for the next visit")
    assert one in consent.requests.waiting()
    assert (one.state, one.why, one.grant) == (WAITING, "for the next visit", "")
    with pytest.raises(Refused):
        consent.view(lab, purpose=CARE).days("weight")


def test_approving_grants_what_was_asked_and_is_on_record(consent: Consent, lab: str, newest) -> None:
    number = consent.requests.ask(lab, ASKED).number
    done = consent.requests.approve(number)
    grant = consent.found(done.grant)
    assert (done.state, grant.signals, grant.granularity) == (APPROVED, {"weight"}, Granularity.DAILY)
    assert grant.shown.startswith("The lab may see one value a day of body weight, to treat you, until")
    assert consent.view(lab, purpose=CARE).days("weight").height == 5
    kinds = [entry.kind for entry in newest() if entry.party == lab]
    assert [kind for kind in kinds if kind not in {"introduce", "read"}] == ["ask", "grant", "approve"]


def test_approving_less_grants_less(consent: Consent, lab: str) -> None:
    number = consent.requests.ask(lab, ASKED).number
    done = consent.requests.approve(number, Wish(by="insight"))
    assert consent.found(done.grant).granularity is Granularity.INSIGHT
    assert done.terms.granularity is Granularity.INSIGHT


def test_approving_more_grants_nothing(consent: Consent, lab: str) -> None:
    number = consent.requests.ask(lab, ASKED).number
    with pytest.raises(UsageError, match="more than was asked"):
        consent.requests.approve(number, Wish(by="raw"))
    assert consent.requests.found(number).state == WAITING
    assert not consent.book.chains(lab)


def test_declining_opens_nothing_and_is_kept(consent: Consent, lab: str) -> None:
    number = consent.requests.ask(lab, ASKED).number
    assert consent.requests.decline(number).state == DECLINED
    assert consent.requests.found(number).state == DECLINED
    assert not consent.book.chains(lab)


def test_a_request_is_answered_once(consent: Consent, lab: str) -> None:
    inbox = consent.requests
    number = inbox.ask(lab, ASKED).number
    inbox.decline(number)
    for again in (inbox.approve, inbox.decline):
        with pytest.raises(UsageError, match="declined before"):
            again(number)


def test_what_could_never_be_shown_is_not_granted_by_approving(consent: Consent, lab: str) -> None:
    asked = terms(Wish(purposes=("marketing",), signals=("weight",)))
    number = consent.requests.ask(lab, asked).number
    with pytest.raises(Refused, match="Marketing never sees"):
        consent.requests.approve(number)
    assert consent.requests.found(number).state == WAITING


def test_strangers_numbers_and_floods_of_words_are_refused(consent: Consent, lab: str) -> None:
    inbox = consent.requests
    with pytest.raises(UnknownParty):
        inbox.ask("stranger", ASKED)
    with pytest.raises(UsageError, match="no request 999"):
        inbox.found(999)
    for why in ("x" * 501, "\x1b[2J gone"):
        with pytest.raises(UsageError, match="plain words"):
            inbox.ask(lab, ASKED, why=why)


def test_one_party_cannot_bury_the_others_under_its_requests(consent: Consent, lab: str) -> None:
    for _ in range(PATIENCE):
        consent.requests.ask(lab, ASKED)
    with pytest.raises(UsageError):
        consent.requests.ask(lab, ASKED)
    consent.introduce(f"{lab}-2", "Another lab")
    assert consent.requests.ask(f"{lab}-2", ASKED)
    consent.requests.decline(consent.requests.waiting()[0].number)
