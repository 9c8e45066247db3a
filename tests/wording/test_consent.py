"""Grants in plain words: in what state each is, what the models may learn from, and how many ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from selftwin.consent.book import Book
from selftwin.consent.grant import MODELS, SELF_KNOWLEDGE, Action, Grant, Granularity
from selftwin.consent.terms import Terms
from selftwin.wording.consent import fields, learning, state, waiting_line

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GRANT = Grant("doctor-1", "doctor", frozenset({"physiological"}), frozenset({"health"}), frozenset({Action.READ}),
              frozenset({SELF_KNOWLEDGE}), Granularity.DAILY, NOW - timedelta(3), NOW + timedelta(3))  # fmt: skip


def stands(*grants: Grant) -> str:
    return state(cast("Any", SimpleNamespace(clock=lambda: NOW, book=Book(grants))), grants[0])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "open"),
        ({"revoked": NOW}, "withdrawn"),
        ({"until": NOW}, "ended"),
        ({"since": NOW + timedelta(hours=1)}, "not begun"),
        ({"emergency": True}, "for an emergency"),
    ],
)
def test_a_grant_tells_in_what_state_it_is(changes: dict[str, Any], said: str) -> None:
    assert stands(replace(GRANT, **changes)) == said


def test_what_was_passed_on_closes_with_what_it_hangs_on_and_a_broken_glass_is_used() -> None:
    below = replace(GRANT, id="nurse-1", party="nurse", parent="doctor-1", by="doctor")
    assert stands(below, replace(GRANT, passable=True, revoked=NOW)) == "closed"
    sealed = replace(GRANT, emergency=True)
    assert stands(sealed, replace(GRANT, id="doctor-2", parent="doctor-1", by="doctor")) == "used"


def test_what_the_models_may_learn_from_is_told_with_what_was_switched_off() -> None:
    own = replace(GRANT, party=MODELS)
    assert learning([own], [own]).startswith("I learn from your physiological data; not from ")
    assert learning([own], []).startswith("I learn from nothing; not from")


def test_the_fields_of_a_grant_are_told_in_words_and_not_by_keys() -> None:
    party = SimpleNamespace(id="doctor", name="Dr Vos", kind="person", contact="")
    consent = cast("Any", SimpleNamespace(party=lambda _: party))
    terms = Terms(frozenset({"sector-health:PatientMonitoring"}), frozenset({"physiological"}), frozenset({"health"}),
                  frozenset({"activity.light", "no.such"}), frozenset({"weight/normal"}))  # fmt: skip
    said = dict(fields(consent, "doctor", terms, ["heart_rate.resting"]))
    about = "health data about your body, Lightly active time, no.such and Body weight: your usual"
    assert said["what"] == about
    assert said["of what you hold"] == "Resting heart rate"
    assert said["how finely"] == "what I believe, no values"
    assert "sector-health" not in said["what for"]


def test_one_waits_and_two_wait() -> None:
    assert waiting_line(1).startswith("1 request waits")
    assert waiting_line(2).startswith("2 requests wait")
