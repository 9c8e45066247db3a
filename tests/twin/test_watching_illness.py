"""From an export to a telephone: nights with an illness laid on them come in, the message arrives before its peak."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.twin.receiving import Receiver, web

from selftwin.twin import watching_papers
from selftwin.twin.watching import Watches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from selftwin.twin import Twin
    from selftwin.twin.watching_seen import Replay

FIRST, DAYS = date(2026, 1, 1), 110
VACCINE, ONSET, PEAK = 60, 90, 93
STRONG, JAB = 6.0, 4.0  # beats a minute at the height: a strong illness, and a vaccine of the usual size


def course(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Nought to one: a ramp from three days before the onset to its peak three days after, a day there, then halving
    every three days."""
    up = np.clip((days + 3) / 6, 0, 1) ** 1.3
    return np.where(days < -3, 0.0, np.where(days <= 4, up, 0.5 ** ((days - 4) / 3)))


def nights() -> str:
    """Nights that wander by themselves, as a table, with a vaccine and an illness added to them.

    The seed is one with which the vaccine alarms where nobody noted it.
    """
    rng, since = np.random.default_rng(12), np.arange(DAYS) - ONSET
    ill = STRONG * course(since)
    jab = JAB * np.select([since == VACCINE - ONSET + ago for ago in range(3)], [1.0, 0.55, 0.2], 0.0)
    late = np.roll(ill, 1)

    def wander(usual: float, size: float) -> NDArray[np.float64]:
        steps, level = rng.normal(0, size, DAYS), np.zeros(DAYS)
        for day in range(1, DAYS):
            level[day] = 0.5 * level[day - 1] + steps[day]
        return usual + level

    told = {
        "rhr": wander(55, 1.1) + ill + jab,
        "rmssd": wander(45, 4.0) * (1 - 0.04 * ill - 0.03 * jab),
        "rr": wander(15, 0.3) + 0.45 * late + 0.12 * jab,
        "temp": wander(35, 0.15) + 0.15 * ill + 0.09 * jab,
        "sleep": wander(430, 35.0),
    }
    rows = [f"p,{name},{day(place)},{value:.3f}" for name, some in told.items() for place, value in enumerate(some)]
    return "\n".join(["person,signal,date,value", *rows])


def day(place: int) -> date:
    return FIRST + timedelta(days=place)


@pytest.fixture(scope="module")
def phone() -> Iterator[Receiver]:
    with web() as here:
        yield here


@dataclass
class Noted:
    """The illness watch at one false alarm a month, before and after the vaccine was noted."""

    watch: Watches
    before: Replay


@pytest.fixture(scope="module")
def noted(made: Callable[[], Twin], folder: Callable[[dict[str, str | bytes]], Path], phone: Receiver) -> Noted:
    """A twin that read the nights from a file."""
    twin = made()
    twin.import_paths([folder({"nights.csv": nights()}) / "nights.csv"])
    watches = Watches(twin._store, twin.consent)
    watching_papers.keep_watch(twin._store, replace(watches.add("illness", budget=1), since=day(50)))
    watches.delivery.deliver(f"json://127.0.0.1:{phone.port}/", name="phone", say="everything")
    before = watches.test("illness", since=day(50), at=day(VACCINE + 1))
    twin.observe("life_event", "flu vaccine", at=datetime(2026, 3, 1, 10))
    return Noted(watches, before)


def test_a_vaccine_that_was_noted_is_ruled_out_and_disturbs_nobody(noted: Noted, phone: Receiver) -> None:
    assert [one.first for one in noted.before.alerts] == [str(day(VACCINE))]
    assert noted.watch.test("illness", since=day(50), at=day(VACCINE + 1)).alerts == ()
    before = len(phone.got)
    for place in (VACCINE, VACCINE + 1):
        noted.watch.run(at=day(place))
    assert len(phone.got) == before


def test_the_message_of_an_illness_arrives_before_its_peak_and_only_once(noted: Noted, phone: Receiver) -> None:
    phone.clear()
    arrived = {}
    for place in range(ONSET - 2, PEAK + 1):
        noted.watch.run(at=day(place))
        arrived[place] = len(phone.got)
    told = min(place for place, count in arrived.items() if count)
    assert ONSET - 2 <= told < PEAK
    assert arrived[PEAK] == 1
    for words in ("Resting heart rate", "Ruled out:", "trust that first", "no diagnosis",
                  "Nobody has told me yet", f"since {day(told):%d %B %Y}".replace(" 0", " ")):  # fmt: skip
        assert words in phone.texts[0]
    (case,) = [one for one in noted.watch.history() if one.alert and one.alert.first >= str(day(ONSET - 3))]
    assert case.alert is not None
    assert {key for key, _, _ in case.lineage} >= {"heart_rate.resting", "respiratory_rate.sleep"}
    assert max(last for _, _, last in case.lineage) <= str(day(told))
