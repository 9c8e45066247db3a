"""A restriction or an objection as a sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from selftwin.consent.grant import Bar
from selftwin.wording.bars import sentence

NONE: frozenset[str] = frozenset()


def barred(**said: Any) -> str:
    facts: dict[str, Any] = {"parties": NONE, "purposes": NONE, "categories": NONE, "signals": NONE}
    return sentence(Bar("bar-1", since=datetime(2026, 1, 1, tzinfo=UTC), **{**facts, **said}), {"shop": "The shop"})


def test_a_restriction_names_the_data_and_an_objection_what_for_and_whom() -> None:
    assert barred(categories=frozenset({"genetic"})) == "Nobody but you may read data about your genes."
    assert barred(signals=frozenset({"weight"})) == "Nobody but you may read weight."
    objection = barred(parties=frozenset({"shop"}), purposes=frozenset({"dpv:Marketing"}))
    assert objection == "The shop may not read anything to sell you things."
