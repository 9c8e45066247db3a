"""What changed in an opened twin: by signal or in all of them, in the record, and with the journeys of its clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.consent.grant import MODELS
from selftwin.twin.changing import changes, journeys
from selftwin.twin.imagining import Asking
from selftwin.vocabulary.errors import UnknownSignal, UsageError
from selftwin.vocabulary.zones import Stay, ZoneTimeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin

LAST = date(2026, 3, 12)


@pytest.fixture(scope="module")
def asking(twin: Twin, folder: Callable[[dict[str, str | bytes]], Path], weights: Callable[..., str]) -> Asking:
    values = [80.0 - 3.0 * (n >= 50) + 0.2 * ((n * 7) % 5 - 2) for n in range(90)]
    twin.import_paths([folder({"w.csv": weights(LAST - timedelta(89), values)})])
    return Asking(twin.view(), twin.view(MODELS), twin.zones)


def test_a_weight_that_fell_is_told_with_its_day(asking: Asking) -> None:
    found = changes(asking, "weight", LAST)
    (one,) = found.found
    assert abs((date.fromisoformat(one.day) - (LAST - timedelta(39))).days) <= 2
    assert one.low <= -3.0 <= one.high
    assert changes(asking, at=LAST).found == found.found


def test_it_was_not_known_before_it_came(asking: Asking) -> None:
    assert changes(asking, "weight", LAST - timedelta(45)).found == ()


def test_the_owner_looked_and_the_models_read_in_the_record(twin: Twin, asking: Asking) -> None:
    known = len(twin.audit.entries())
    changes(asking, "weight", LAST)
    told = {(one.party, one.signal) for one in twin.audit.entries()[known:]}
    assert {("models", "weight"), ("owner", "weight/changes")} <= told


def test_what_is_no_signal_is_said_so(asking: Asking) -> None:
    with pytest.raises(UnknownSignal):
        changes(asking, "wieght", LAST)
    with pytest.raises(UsageError):
        changes(asking, 3, LAST)  # type: ignore[arg-type]


def test_a_journey_begins_on_the_local_day_of_where_the_clock_went() -> None:
    away = Stay(datetime(2025, 5, 10, 19, 30, tzinfo=UTC), "Asia/Tokyo")
    assert journeys(ZoneTimeline("Europe/Vienna", (away,))) == [(date(2025, 5, 11), "Asia/Tokyo")]
