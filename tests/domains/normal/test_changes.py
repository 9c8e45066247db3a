"""Changes of level of a life: which, how large, and what else changed then, a changed device before all else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.domains.body.drifting import drift, told_by
from tests.domains.body.remembering import Remembered

from selftwin.domains.normal.changes import changes
from selftwin.domains.normal.changes_beside import called, devices, noted
from selftwin.vocabulary.change import Beside
from selftwin.vocabulary.errors import NothingYet, UsageError

if TYPE_CHECKING:
    from selftwin.vocabulary.change import Changes

FIRST = date(2025, 1, 6)
MOVED = FIRST + timedelta(days=90)
NOW = datetime(2025, 6, 30, 18, tzinfo=UTC)


def level(middle: float, spread: float, seed: int, *, comes_to: float = 0.0) -> list[tuple[date, float]]:
    return drift(middle, spread, seed=seed, comes_to=comes_to, begins=90, pace=1, days=170)


def life() -> Remembered:
    """A heart that rests lower from the 90th day on, told by another device; steps that rise; weight that stays."""
    heart = level(60.0, 2.0, 1, comes_to=-3.0)
    return Remembered(NOW, daily={
        "heart_rate.resting": heart, "steps": level(8000, 1500, 2, comes_to=2.5), "weight": level(75.0, 0.5, 3),
    }, observations={"heart_rate.resting": told_by(heart, MOVED, ("fitbit", "apple_health:Watch|Watch"))})  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Changes:
    return changes(life(), journeys=[(MOVED + timedelta(days=3), "Asia/Tokyo"), (FIRST, "Europe/Rome")])


def test_what_moved_is_found_where_it_moved_and_what_stayed_is_not(found: Changes) -> None:
    assert {one.signal for one in found.found} == {"heart_rate.resting", "steps"}
    heart = next(one for one in found.found if one.signal == "heart_rate.resting")
    assert abs((date.fromisoformat(heart.day) - MOVED).days) <= 2
    assert heart.first <= heart.day <= heart.last
    assert heart.low <= heart.size <= heart.high < 0
    assert heart.after - heart.before == pytest.approx(heart.size)
    assert heart.until == ""
    assert heart.unit == "/min"
    assert heart.lineage[0][0] == "heart_rate.resting"


def test_a_changed_device_is_the_first_suspect_and_others_that_moved_are_none(found: Changes) -> None:
    heart, steps = (next(one for one in found.found if one.signal == key) for key in ("heart_rate.resting", "steps"))
    assert heart.suspect
    assert steps.suspect
    assert heart.suspect.kind is Beside.DEVICE
    assert "Watch began to record it" in heart.suspect.words or "fitbit recorded it last" in heart.suspect.words
    assert [near.signal for near in heart.near if near.kind is Beside.SIGNAL] == ["steps"]
    assert steps.suspect.kind is Beside.JOURNEY
    assert steps.suspect.words == "your clock moved to Tokyo"
    assert abs(steps.suspect.off - 3) <= 2
    assert heart.plain()["suspect"]["kind"] == "device"
    assert changes(life()).found[0].plain()["near"]


def test_it_says_where_it_looked_and_how_much_luck_would_find(found: Changes) -> None:
    assert set(found.looked) == {"heart_rate.resting", "steps", "weight"}
    assert 0 < found.luck < found.years
    assert any("not thereby the cause" in note for note in found.notes)
    assert found.plain()["changes"][0]["signal"] == found.found[0].signal


def test_of_one_signal_only_its_own_are_told_with_the_others_beside() -> None:
    one = changes(life(), signal="heart_rate.resting")
    assert {change.signal for change in one.found} == {"heart_rate.resting"}
    assert one.looked == ("heart_rate.resting",)
    assert any(near.signal == "steps" for near in one.found[0].near)


def test_what_is_known_later_is_not_told_earlier() -> None:
    early = changes(replace(life(), now=datetime.combine(MOVED, datetime.min.time(), UTC)))
    assert early.found == ()


def test_what_was_noted_is_told_by_kind() -> None:
    def at(day: int) -> datetime:
        return datetime(2025, 1, 6, 9, tzinfo=UTC) + timedelta(days=day)

    past = Remembered(NOW, observations={
        "illness": [(at(10), at(18), "flu")],
        "life_event": [(at(50), "moved house")],
        "medicine.taken": [(at(day), "iron") for day in range(40, 80)] + [(at(0), "aspirin"), (at(120), "aspirin")],
        "habit": [(at(day), "yoga") for day in range(0, 60, 2)] + [(at(day), "sauna") for day in range(0, 120, 5)],
    })  # fmt: skip
    said = {(one.kind, one.words, one.day) for one in noted(past, [])}
    assert (Beside.ILLNESS, "flu began", at(10).date()) in said
    assert (Beside.ILLNESS, "flu ended", at(18).date()) in said
    assert (Beside.EVENT, "life event: moved house", at(50).date()) in said
    assert (Beside.MEDICINE, "iron taken up", at(40).date()) in said
    assert (Beside.MEDICINE, "iron left off", at(79).date()) in said
    assert (Beside.HABIT, "yoga left off", at(58).date()) in said
    assert not any("sauna" in words or "aspirin" in words for _, words, _ in said)


def test_a_device_is_called_by_its_name_and_barred_rows_name_none() -> None:
    assert called("apple_health:Anna Watch|Watch") == "Anna Watch"
    assert called("fitbit") == "fitbit"
    assert len(devices(life(), "heart_rate.resting")) == 2
    assert devices(replace(life(), barred=frozenset({"heart_rate.resting"})), "heart_rate.resting") == []


def test_what_has_no_level_or_no_days_is_said_so() -> None:
    with pytest.raises(UsageError, match="no level"):
        changes(life(), signal="note")
    with pytest.raises(NothingYet) as nothing:
        changes(Remembered(NOW))
    assert nothing.value.hint
    with pytest.raises(NothingYet, match="needs 28 days"):
        changes(life(), signal="glucose")
    assert np.isfinite(changes(life()).years)
