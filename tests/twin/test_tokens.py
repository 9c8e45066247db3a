"""Tokens: told once, kept as a hash, ended, revoked; they open nothing that was not granted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.vocabulary.errors import Refused, UnknownParty, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin import Twin


@pytest.fixture
def twin(made: Callable[[], Twin]) -> Twin:
    twin = made()
    twin.consent.introduce("clinic", "The clinic", kind="organisation")
    return twin


def test_a_token_says_whose_it_is_and_is_not_kept(twin: Twin) -> None:
    token, words = twin.tokens.issue("clinic", label="their record system")
    assert twin.tokens.whose(words).party == "clinic"
    assert words.startswith(f"{token.id}.")
    kept = twin.tokens.every()
    assert [one.label for one in kept] == ["their record system"]
    assert words.partition(".")[2] not in str(kept)
    assert twin.audit.entries(party="clinic")[-1].kind == "issue token"


@pytest.mark.parametrize("spoilt", ["", "token-1", "token-1.", "token-9.abc", "party-1.abc", "ü"])
def test_other_words_open_nothing(twin: Twin, spoilt: str) -> None:
    _, words = twin.tokens.issue("clinic")
    for other in (spoilt, words[:-1], words + "x", words.upper()):
        with pytest.raises(Refused):
            twin.tokens.whose(other)


def test_a_token_ends_by_itself_or_when_it_is_revoked(twin: Twin) -> None:
    brief, words = twin.tokens.issue("clinic", lasts=timedelta(hours=1))
    clock = twin.consent.clock
    now = clock()
    twin.consent.clock = lambda: now + timedelta(hours=1)
    with pytest.raises(Refused):
        twin.tokens.whose(words)
    twin.consent.clock = clock
    assert twin.tokens.whose(words).id == brief.id
    twin.tokens.revoke(brief.id)
    with pytest.raises(Refused):
        twin.tokens.whose(words)
    with pytest.raises(UsageError):
        twin.tokens.revoke(brief.id)


def test_what_makes_no_sense_is_refused(twin: Twin) -> None:
    with pytest.raises(UnknownParty):
        twin.tokens.issue("nobody")
    with pytest.raises(UsageError):
        twin.tokens.issue("clinic", label="two\nlines")
    with pytest.raises(UsageError):
        twin.tokens.issue("clinic", lasts=timedelta(0))


@pytest.mark.parametrize("party", ["owner", "models"])
def test_no_token_stands_for_the_owner(twin: Twin, party: str) -> None:
    with pytest.raises(UsageError):
        twin.tokens.issue(party)
    assert not twin.tokens.every()


@pytest.mark.parametrize("party", ["owner", "models"])
def test_a_token_that_an_older_release_issued_in_the_owners_name_opens_nothing(
    twin: Twin, party: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("selftwin.twin.tokens.NOBODYS", set())
        _, words = twin.tokens.issue(party)
    with pytest.raises(Refused):
        twin.tokens.whose(words)
