"""A grant written to the journal comes back as the same grant."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from selftwin.consent.grant import Action, Grant, Granularity, packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_grant_survives_its_writing_whatever_it_leaves_open(granted: Callable[..., Grant]) -> None:
    full = granted(
        categories=frozenset({"physiological", "genetic"}),
        actions=frozenset(Action),
        granularity=Granularity.INSIGHT,
        until=datetime(2025, 1, 1, tzinfo=UTC),
        first=date(2024, 1, 1),
        last=date(2024, 12, 31),
        basis="own data",
    )
    for grant in (full, granted(), replace(full, until=None), replace(full, first=None, categories=frozenset())):
        assert unpacked(json.loads(json.dumps(packed(grant)))) == grant


def test_looking_closer_is_more_than_looking_from_afar() -> None:
    assert Granularity.INSIGHT < Granularity.DAILY < Granularity.RAW
