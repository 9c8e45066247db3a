"""Parties, what they ask, and what was granted to them. A grant is a sentence one could sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

OWNER, MODELS = "owner", "models"  # the person, and the twin's own models: a party that asks, like any other


class Action(StrEnum):
    """What a party wants to do with what it is shown."""

    READ = "read"
    LEARN = "learn"
    SHARE = "share"
    ACT = "act"


class Granularity(IntEnum):
    """How finely a party may look: beliefs only, resolved days, or every observation."""

    INSIGHT = 0
    DAILY = 1
    RAW = 2


SELF_KNOWLEDGE = "dpv:PersonalisedBenefits"  # purposes carry the names of the Data Privacy Vocabulary
SERVICE = "dpv:ServiceProvision"


@dataclass(frozen=True, slots=True)
class Grant:
    """What one party may do. Empty `categories` grant nothing; `first` and `last` bound the local days it may see."""

    id: str
    party: str
    categories: frozenset[str]
    sensitivities: frozenset[str]
    actions: frozenset[Action]
    purposes: frozenset[str]
    granularity: Granularity
    since: datetime
    until: datetime | None = None
    first: date | None = None
    last: date | None = None
    basis: str = "consent"


@dataclass(frozen=True, slots=True)
class Request:
    """What a party asks for at one moment: one signal with its category and sensitivity."""

    party: str
    action: Action
    purpose: str
    granularity: Granularity
    signal: str
    category: str
    sensitivity: str
    at: datetime


def packed(grant: Grant) -> dict[str, Any]:
    """The grant as plain values, for the journal."""
    return {
        "id": grant.id,
        "party": grant.party,
        "categories": sorted(grant.categories),
        "sensitivities": sorted(grant.sensitivities),
        "actions": sorted(grant.actions),
        "purposes": sorted(grant.purposes),
        "granularity": int(grant.granularity),
        "since": grant.since.isoformat(),
        "until": grant.until.isoformat() if grant.until else None,
        "first": grant.first.isoformat() if grant.first else None,
        "last": grant.last.isoformat() if grant.last else None,
        "basis": grant.basis,
    }


def unpacked(body: Mapping[str, Any]) -> Grant:
    """The grant `packed` wrote."""
    return Grant(
        id=body["id"],
        party=body["party"],
        categories=frozenset(body["categories"]),
        sensitivities=frozenset(body["sensitivities"]),
        actions=frozenset(Action(action) for action in body["actions"]),
        purposes=frozenset(body["purposes"]),
        granularity=Granularity(body["granularity"]),
        since=datetime.fromisoformat(body["since"]),
        until=datetime.fromisoformat(body["until"]) if body["until"] else None,
        first=date.fromisoformat(body["first"]) if body["first"] else None,
        last=date.fromisoformat(body["last"]) if body["last"] else None,
        basis=body["basis"],
    )
