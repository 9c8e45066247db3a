"""The gate: one grant, one request, and each dimension spoilt exactly at its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.consent.gate import decide
from selftwin.consent.grant import Action, Grant, Granularity, Request

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ASKED = Request(
    party="clinic",
    action=Action.READ,
    purpose="dpv:MedicalCare",
    granularity=Granularity.DAILY,
    signal="weight",
    category="physiological",
    sensitivity="health",
    at=NOW,
)
SPOILT = {
    "category": (replace(ASKED, category="genetic"), "never granted genetic data"),
    "sensitivity": (replace(ASKED, sensitivity="mood"), "never granted mood data"),
    "action": (replace(ASKED, action=Action.SHARE), "may not share it"),
    "purpose": (replace(ASKED, purpose="dpv:Marketing"), "not granted it for dpv:Marketing"),
    "granularity": (replace(ASKED, granularity=Granularity.RAW), "may not look that finely"),
    "before it began": (replace(ASKED, at=NOW - TICK), "has not begun"),
    "at its end": (replace(ASKED, at=NOW + timedelta(days=30)), "has ended"),
    "party": (replace(ASKED, party="clinic2"), "clinic2 was never granted anything"),
}


@pytest.fixture
def grant(granted: Callable[..., Grant]) -> Grant:
    return granted(granularity=Granularity.DAILY, since=NOW, until=NOW + timedelta(days=30))


def test_what_a_grant_covers_is_allowed_by_it(grant: Grant) -> None:
    for request in (
        ASKED,
        replace(ASKED, granularity=Granularity.INSIGHT),
        replace(ASKED, at=NOW + timedelta(days=30) - TICK),
    ):
        decision = decide([grant], request)
        assert (decision.allowed, decision.grant) == (True, grant)


@pytest.mark.parametrize(("request_", "reason"), SPOILT.values(), ids=SPOILT.keys())
def test_each_dimension_spoilt_alone_is_refused_with_its_reason(grant: Grant, request_: Request, reason: str) -> None:
    decision = decide([grant], request_)
    assert (decision.allowed, decision.grant) == (False, None)
    assert reason in decision.reason


def test_nothing_is_granted_by_default_nor_by_a_grant_of_nothing(granted: Callable[..., Grant]) -> None:
    assert not decide([], ASKED).allowed
    for empty in ("categories", "sensitivities", "actions", "purposes"):
        assert not decide([granted(**{empty: frozenset()})], ASKED).allowed


def test_a_grant_without_end_holds(granted: Callable[..., Grant]) -> None:
    assert decide([granted()], replace(ASKED, at=datetime(2999, 1, 1, tzinfo=UTC))).allowed


def test_two_grants_that_each_miss_something_do_not_add_up(grant: Grant) -> None:
    coarse = replace(grant, id="coarse", granularity=Granularity.INSIGHT)
    other = replace(grant, id="other", purposes=frozenset({"dpv:ResearchAndDevelopment"}))
    assert not decide([coarse, other], ASKED).allowed


def test_the_nearest_miss_gives_the_reason(grant: Grant) -> None:
    far = replace(grant, categories=frozenset({"genetic"}), actions=frozenset({Action.ACT}))
    near = replace(grant, granularity=Granularity.INSIGHT)
    for order in ([far, near], [near, far]):
        assert "may not look that finely" in decide(order, ASKED).reason


CATEGORIES, PURPOSES = ("physiological", "genetic"), ("dpv:MedicalCare", "dpv:Marketing")
SENSITIVITIES = ("ordinary", "health")


def some(values: tuple[object, ...]) -> st.SearchStrategy:
    return st.frozensets(st.sampled_from(values))


GRANTS = st.builds(
    Grant,
    id=st.just("g"),
    party=st.sampled_from(["clinic", "app"]),
    categories=some(CATEGORIES),
    sensitivities=some(SENSITIVITIES),
    actions=some((Action.READ, Action.LEARN)),
    purposes=some(PURPOSES),
    granularity=st.sampled_from(list(Granularity)),
    since=st.sampled_from([NOW - TICK, NOW, NOW + TICK]),
    until=st.sampled_from([None, NOW, NOW + TICK]),
)


def covers(grant: Grant, asked: Request) -> bool:
    """The rule said once more, another way."""
    wants = {asked.category} <= grant.categories and {asked.sensitivity} <= grant.sensitivities
    means = {asked.action} <= grant.actions and {asked.purpose} <= grant.purposes
    ended = grant.until is not None and not asked.at < grant.until
    return (
        asked.party == grant.party and wants and means and asked.granularity.value in range(grant.granularity + 1)
        and not asked.at < grant.since and not ended
    )  # fmt: skip


@given(grants=st.lists(GRANTS, max_size=4))
def test_the_gate_agrees_with_the_rule_said_another_way(grants: list[Grant]) -> None:
    facts = product(
        ("clinic", "app"), (Action.READ, Action.LEARN), PURPOSES, Granularity, CATEGORIES, SENSITIVITIES
    )
    for party, action, purpose, granularity, category, sensitivity in facts:
        asked = Request(party, action, purpose, granularity, "s", category, sensitivity, NOW)
        decision = decide(grants, asked)
        assert decision.allowed == any(covers(grant, asked) for grant in grants)
        assert decision.reason
