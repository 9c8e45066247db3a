from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.glucose.alert import chance_of_low, low_alert
from selftwin.domains.body.glucose.alert_events import alarms, calibrated, history, lows
from selftwin.domains.body.glucose.safety import EMERGENCY_LOW, TREAT_FIRST
from selftwin.twin import Twin
from selftwin.twin.imagining import Asking
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import Trust

from .living import NOW, person

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTE = timedelta(minutes=1)


def at(*minutes: float) -> np.ndarray:
    return 60.0 * np.array(minutes)


@cache
def someone(seed: int = 4) -> Remembered:
    """Eighteen days with type 1 and lows now and then."""
    return person("type 1", seed=seed, ratio=7.0, days=18)


def columns(past: Remembered) -> tuple[np.ndarray, np.ndarray]:
    rows = past.series("glucose")
    return rows["at"].dt.epoch("s").to_numpy().astype(float), rows["value"].to_numpy()


def test_an_alarm_sounds_over_the_threshold_then_is_silent_for_an_hour() -> None:
    times = at(0, 5, 10, 59, 60, 65, 120)
    scores = np.array([0.1, 0.5, 0.9, 0.9, 0.9, 0.9, 0.5])
    assert alarms(times, np.full(7, 90.0), scores, 0.5).tolist() == [1, 5]
    assert alarms(times, np.full(7, 90.0), scores, 0.91).tolist() == []


def test_under_seventy_there_is_nothing_left_to_foresee() -> None:
    values = np.array([69.9, 70.0])
    assert alarms(at(0, 5), values, np.array([1.0, 1.0]), 0.5).tolist() == [1]
    assert alarms(at(0, 5), np.full(2, 90.0), np.array([math.nan, 1.0]), 0.5).tolist() == [1]


def test_a_low_lasts_ten_minutes_and_readings_half_an_hour_apart_are_one() -> None:
    times = at(0, 5, 10, 15, 50, 55, 85, 86, 130)
    values = np.array([80.0, 65, 65, 65, 65, 80, 65, 90, 65])
    assert lows(times, values).tolist() == [1]
    assert lows(at(0, 5, 10), np.array([69.9, 69.9, 69.9])).tolist() == [0]
    assert lows(at(0, 5), np.array([69.9, 69.9])).tolist() == []
    assert lows(at(0, 5, 10), np.array([70.0, 70.0, 70.0])).tolist() == []


def stretch(low_at: int, alarm_at: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A day at five minutes with a low that begins at a minute, and one score over a half at another."""
    times = at(*range(0, 1440, 5))
    minutes = times / 60
    values = np.where((minutes >= low_at) & (minutes < low_at + 20), 60.0, 100.0)
    return times, values, np.where(minutes == alarm_at, 0.9, 0.1)


@pytest.mark.parametrize(
    ("before", "caught", "true"), [(30, 1, 1), (60, 1, 1), (5, 1, 1), (65, 0, 0), (-30, 0, 0), (0, 0, 0)]
)
def test_what_counts_as_foreseen_is_five_to_sixty_minutes_before(before: int, caught: int, true: int) -> None:
    times, values, scores = stretch(600, 600 - before)
    did = history(times, values, scores, 0.5)
    assert (did.lows, did.caught, did.true) == (1, caught, true)
    assert did.lead == before if caught else math.isnan(did.lead)


def test_the_alarm_is_the_most_sensitive_within_the_false_alarms_allowed() -> None:
    rng = np.random.default_rng(1)
    times = at(*range(0, 20 * 1440, 5))
    values, scores = np.full(len(times), 100.0), rng.uniform(0, 1, len(times)) ** 8
    for budget in (0.25, 0.5, 1.0, 2.0):
        settled = calibrated(times, values, scores, budget=budget)
        assert 0.7 * budget <= settled.false_a_day <= budget
        assert settled.true == 0
    thresholds = [calibrated(times, values, scores, budget=budget).threshold for budget in (0.25, 1.0, 2.0)]
    assert thresholds == sorted(thresholds, reverse=True)


def test_with_nothing_to_settle_on_it_says_so_and_a_calm_past_wakes_nobody_for_little() -> None:
    times = at(*range(0, 3 * 1440, 5))
    calm = calibrated(times, np.full(len(times), 120.0), np.full(len(times), 0.001), budget=0.5)
    assert calm.threshold == 0.1
    assert calm.fired == 0
    assert calibrated(times[:100], np.full(100, 120.0), np.full(100, 0.5), budget=0.5).threshold is None


def test_lows_of_held_out_days_are_foreseen_with_the_alarm_settled_before() -> None:
    times, values = columns(someone())
    scores = chance_of_low(times, values)
    cut = int(0.7 * len(times))
    settled = calibrated(times[:cut], values[:cut], scores[:cut], budget=0.5, since=times[0] + 86400)
    assert settled.false_a_day <= 0.5
    did = history(times, values, scores, settled.threshold, since=times[cut])
    assert did.lows >= 8
    assert did.caught / did.lows >= 0.7
    assert 10 <= did.lead <= 45
    assert did.false_a_day <= 1.0


def test_the_chance_knows_nothing_later() -> None:
    times, values = columns(someone())
    cut = 4000
    whole, part = chance_of_low(times, values)[:cut], chance_of_low(times[:cut], values[:cut])
    assert np.array_equal(whole, part, equal_nan=True)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """A twin whose sensor table was imported, lows and all."""
    place = tmp_path_factory.mktemp("lows")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(place))
        patch.setenv("SELFTWIN_QUICK_KEYS", "1")
        rows = zip(*columns(someone(6)), strict=True)
        lines = [f"A,{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S},{value:.1f}\n" for time, value in rows]
        (place / "glucose.csv").write_text("id,time,gl\n" + "".join(lines))
        with Twin.create(place / "vault", "pass", home_zone="UTC") as twin:
            twin.import_paths([place / "glucose.csv"])
            yield twin


def recorded(twin: Twin, moment: datetime):
    asking = Asking(twin.view(), twin.view("models"), twin.zones)
    return asking.past(moment, {})[0]


def test_in_a_real_vault_the_alarm_sounds_before_the_low(vault: Twin) -> None:
    times, values = columns(someone(6))
    late = [place for place in lows(times, values).tolist() if times[place] > times[-1] - 4 * 86400]
    begins = datetime.fromtimestamp(times[late[0]], UTC)
    asked = [begins - before * MINUTE for before in range(50, 4, -5)]
    told = [low_alert(recorded(vault, moment)) for moment in asked]
    sounding = [begins - moment for moment, one in zip(asked, told, strict=True) if one.fires]
    assert len(sounding) == 1
    assert 15 * MINUTE <= sounding[0] <= 45 * MINUTE
    first = next(one for one in told if one.fires)
    assert first.level >= 70
    assert first.chance >= first.threshold
    assert first.record.lows >= 3
    assert first.record.false_a_day <= 0.5
    assert any("lows were foreseen, usually" in note for note in first.notes)
    assert first.replay


def test_once_glucose_is_low_it_is_silent_and_says_why() -> None:
    past = someone(6)
    times, values = columns(past)
    late = [place for place in lows(times, values).tolist() if times[place] > times[-1] - 4 * 86400]
    begins = datetime.fromtimestamp(times[late[0]], UTC)
    low = low_alert(replace(past, now=begins))
    assert not low.fires
    assert "already" in low.notes[0]
    assert {TREAT_FIRST, EMERGENCY_LOW} & set(low.notes)


def test_stale_glucose_foresees_nothing_from_fifteen_minutes_on() -> None:
    past = someone(6)
    rows = [row for row in past.observations["glucose"] if row[0] <= NOW - timedelta(hours=2)]
    newest = rows[-1][0]
    quiet = replace(past, observations={"glucose": rows}, now=newest + 15 * MINUTE)
    assert not any("older than 15" in note for note in low_alert(quiet).notes)
    assert "older than 15" in low_alert(replace(quiet, now=newest + 15 * MINUTE + timedelta(seconds=1))).notes[0]


def test_four_days_are_the_least_and_budgets_are_sane() -> None:
    few = person("none", days=3)
    with pytest.raises(NothingYet, match="four days"):
        low_alert(few)
    with pytest.raises(NothingYet):
        low_alert(Remembered(NOW))
    for budget in (0.0, -1.0, 6.0):
        with pytest.raises(UsageError):
            low_alert(few, budget=budget)


def test_a_person_without_lows_is_told_that_nothing_is_known_of_theirs() -> None:
    told = low_alert(person("none", days=6, seed=5))
    assert not told.fires
    assert told.trust is Trust.FIRST
    assert any("no low" in note for note in told.notes)


def test_flash_scans_between_the_readings_do_no_harm() -> None:
    past = someone(6)
    scans = [(row[0] + 2 * MINUTE, row[1]) for row in past.observations["glucose"][::50]]
    more = replace(past, observations={"glucose": [*past.observations["glucose"], *scans]}, zone=ZoneInfo("UTC"))
    assert low_alert(more).days == low_alert(past).days
