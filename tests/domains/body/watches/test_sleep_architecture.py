"""The watch on how sleep is built: shares of stages, falling asleep, and nights of which no stage is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.domains.body.drifting import FIRST, NOW, SINCE, drift
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.watches.sleep_architecture import WATCH, WATCHED
from selftwin.vocabulary.alert import Setting

if TYPE_CHECKING:
    from datetime import date

SET = Setting(budget=0.1)


def nights(*, deep: float = -2.5, latency: float = 0.0, seed: int = 1) -> Remembered:
    """A life in which deep sleep dwindles and falling asleep takes longer, by so many of their spreads."""
    return Remembered(NOW, daily={
        "sleep.duration": drift(430.0, 40.0, seed=seed, missing=0.0),
        "sleep.deep": drift(80.0, 10.0, seed=seed + 1, comes_to=deep),
        "sleep.latency": drift(15.0, 4.0, seed=seed + 2, comes_to=latency),
    })  # fmt: skip


def specimen() -> tuple[Remembered, Setting, date]:
    """A past in which it alerts, for the promises of every watch."""
    return nights(), SET, SINCE


def test_deep_sleep_that_dwindles_is_noticed_as_a_share() -> None:
    seen = WATCH.look(nights(), SET, SINCE)
    assert seen.alerts[0].cause.startswith("The share of deep sleep has fallen")
    assert seen.alerts[0].first > (FIRST + timedelta(days=200)).isoformat()
    assert {key for key, _, _ in seen.alerts[0].lineage} == {"sleep.deep", "sleep.duration", "sleep.latency"}


def test_falling_asleep_later_counts_and_sooner_does_not() -> None:
    slower = WATCH.look(nights(deep=0.0, latency=3.0), SET, SINCE)
    assert slower.alerts[0].cause.startswith("Time to fall asleep has risen")
    assert WATCH.look(nights(deep=0.0, latency=-3.0), SET, SINCE).alerts == ()


def test_nights_without_stages_are_not_nights_without_deep_sleep() -> None:
    days = [FIRST + timedelta(days=day) for day in range(100)]
    past = Remembered(NOW, daily={"sleep.duration": [(day, 400.0) for day in days],
                                  "sleep.deep": [(day, 80.0 if day.day % 2 else 0.0) for day in days]})  # fmt: skip
    share = WATCHED[0].read(past)
    assert len(share) == sum(day.day % 2 for day in days)
    assert {value for _, value in share} == {20.0}
    awake = replace(past, daily={**past.daily, "sleep.awake": [(day, 12.0) for day in days]})
    assert len(WATCHED[3].read(awake)) == len(share)
