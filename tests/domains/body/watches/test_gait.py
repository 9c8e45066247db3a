"""The watch on walking: what it notices, what it keeps quiet about, and what it says of a changed phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.domains.body.drifting import FIRST, NOW, SINCE, drift, told_by
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.watches.gait import WATCH
from selftwin.vocabulary.alert import Setting, Urgency
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

SET = Setting(budget=0.1)


def walking(*, comes_to: float = -2.5, seed: int = 1) -> Remembered:
    """A life whose walking slows from the 200th day on, by so many of its spreads, while steps shorten half as much."""
    return Remembered(NOW, daily={
        "walking.speed": drift(1.35, 0.06, seed=seed, comes_to=comes_to),
        "walking.step_length": drift(0.72, 0.03, seed=seed + 1, comes_to=comes_to / 2),
        "walking.double_support": drift(28.0, 0.8, seed=seed + 2),
    })  # fmt: skip


def specimen() -> tuple[Remembered, Setting, date]:
    """A past in which it alerts, for the promises of every watch."""
    return walking(), SET, SINCE


@pytest.fixture(scope="module")
def slowed() -> object:
    return WATCH.look(walking(), SET, SINCE)


def test_walking_that_slows_is_noticed_after_it_began_and_named(slowed: object) -> None:
    (alert,) = slowed.alerts
    begun = FIRST + timedelta(days=200)
    assert begun.isoformat() < alert.first < (begun + timedelta(days=63)).isoformat()
    assert alert.cause.startswith("Walking speed has fallen")
    change = next(line for line in alert.evidence if line.name == "walking speed, how far it has come")
    assert change.low < change.value < change.high < 0
    assert -0.2 < change.value < -0.04
    assert any("simple guess" in line.name for line in alert.evidence)
    assert alert.urgency is Urgency.LOOK
    assert slowed.open == alert.id
    assert any("no other took over in those weeks" in words for words in alert.ruled_out)
    assert any("less than two years" in words for words in alert.possible)


def test_walking_that_stays_is_let_be() -> None:
    quiet = [WATCH.look(walking(comes_to=0.0, seed=10 * turn), SET, SINCE) for turn in range(4)]
    assert sum(len(one.alerts) for one in quiet) <= 1
    assert all(one.days > 150 for one in quiet)


def test_walking_that_gets_faster_is_no_alarm() -> None:
    assert WATCH.look(walking(comes_to=3.0), SET, SINCE).alerts == ()


def test_what_a_new_phone_did_is_taken_off_and_what_came_besides_names_it() -> None:
    changes = FIRST + timedelta(days=200)
    jumps = drift(1.35, 0.06, seed=3, comes_to=-2.5, pace=1)
    alone = Remembered(NOW, daily={"walking.speed": jumps})
    told = replace(alone, observations={"walking.speed": told_by(jumps, changes)})
    assert WATCH.look(alone, SET, SINCE).alerts, "a fall that no device explains"
    assert WATCH.look(told, SET, SINCE).alerts == (), "a fall on the day of the new device"
    slow = drift(1.35, 0.06, seed=3, comes_to=-4.0, begins=210, pace=42)
    both = Remembered(NOW, daily={"walking.speed": slow}, observations={"walking.speed": told_by(slow, changes)})
    found = WATCH.look(both, SET, SINCE).alerts
    assert found, "a fall that a step cannot explain"
    assert all("changed device: new" in one.possible[0] for one in found)


def test_a_larger_budget_alarms_no_later() -> None:
    strict, loose = (WATCH.look(walking(), Setting(budget=budget), SINCE) for budget in (0.1, 0.5))
    assert loose.alerts[0].first <= strict.alerts[0].first
    with pytest.raises(UsageError, match="false alarms a month"):
        WATCH.check(Setting(budget=3.0))
    with pytest.raises(UsageError, match="nothing in particular"):
        WATCH.check(Setting(about="walking.speed"))
