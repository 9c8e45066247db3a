"""The illness watch on made-up nights: what it notices, what it says, and when it is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.safety.watches._nights import gather
from selftwin.domains.safety.watches._noted import noted
from selftwin.domains.safety.watches.illness import WATCH
from selftwin.vocabulary.alert import Looked, Setting
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.local import LocalClock
from selftwin.vocabulary.signal import Kind

FIRST = date(2025, 11, 1)
DAYS, ONSET = 100, 80
NOW = datetime(2026, 2, 9, 12, 0, tzinfo=UTC)
USUAL = {
    "heart_rate.resting": (55.0, 1.3),
    "heart_rate_variability.rmssd": (45.0, 5.0),
    "respiratory_rate.sleep": (15.0, 0.35),
    "skin_temperature.sleep": (35.0, 0.12),
    "sleep.duration": (430.0, 35.0),
}
ILL = {"heart_rate.resting": 9.0, "heart_rate_variability.rmssd": -16.0, "respiratory_rate.sleep": 2.2,
       "skin_temperature.sleep": 0.8}  # fmt: skip


@cache
def nights(seed: int = 1, ill: float = 1.0, onset: int = ONSET) -> dict[str, list[tuple[date, float]]]:
    """A hundred usual nights; from three days before `onset` an illness climbs."""
    rng, climb = np.random.default_rng(seed), np.zeros(DAYS)
    shape = [0.4, 0.7, 0.9, 1.0, 1.0, 0.9, 0.7, 0.5, 0.3, 0.15]
    climb[onset - 2 : onset - 2 + len(shape)] = shape[: DAYS - onset + 2]
    return {
        key: [(FIRST + timedelta(days=day), float(value + ILL.get(key, 0.0) * ill * climb[day]))
              for day, value in enumerate(usual + wide * rng.normal(size=DAYS))]
        for key, (usual, wide) in USUAL.items()
    }  # fmt: skip


def someone(**change: object) -> Remembered:
    return replace(Remembered(NOW, daily=nights()), **change)


def specimen() -> tuple[Remembered, Setting, date]:
    return someone(), Setting(), FIRST


@cache
def looked(seed: int = 1, ill: float = 1.0) -> Looked:
    return WATCH.look(Remembered(NOW, daily=nights(seed, ill)), Setting(), FIRST)


def test_a_strong_illness_is_told_before_it_is_at_its_height() -> None:
    told = looked().alerts[-1]
    assert FIRST + timedelta(days=ONSET - 2) <= date.fromisoformat(told.first) <= FIRST + timedelta(days=ONSET)
    assert "resting heart rate" in told.cause
    assert told.score >= 0
    assert told.n > 40


def test_a_quiet_life_is_left_in_peace() -> None:
    alarms = sum(len(looked(seed, 0.0).alerts) for seed in range(2, 5))
    watched = sum(looked(seed, 0.0).days for seed in range(2, 5))
    assert watched == 3 * (DAYS - 28)
    assert alarms <= 1.0 * watched / 30.4


def test_the_evidence_holds_last_night_beside_the_usual_ones() -> None:
    told = looked().alerts[-1]
    known = dict(nights()["heart_rate.resting"])
    line = next(one for one in told.evidence if one.signal == "heart_rate.resting")
    assert line.value == known[date.fromisoformat(told.first)]
    assert line.low < 55 < line.high < line.value
    assert line.unit == "/min"
    assert "nights before" in line.note
    assert {one.signal for one in told.evidence} == set(USUAL)


def test_what_was_not_noted_is_asked_for_and_feeling_ill_comes_first() -> None:
    told = looked().alerts[-1]
    eve = (date.fromisoformat(told.first) - timedelta(days=1)).isoformat()
    assert told.proposes[0].startswith("If you feel unwell, trust that first")
    assert any(f"selftwin note alcohol.drinks 2 --at {eve}" in one for one in told.proposes)
    assert any("immunization" in one for one in told.proposes)
    assert len([*told.ruled_out, *told.possible]) >= 5


def test_a_vaccine_that_was_noted_keeps_it_silent_or_stands_beside_it_and_is_asked_for_no_more() -> None:
    given = datetime.combine(FIRST + timedelta(days=ONSET - 3), datetime.min.time(), UTC) + timedelta(hours=10)
    said = someone(observations={"note": [(given, "Vaccinated against influenza")]})
    asked = WATCH.look(said, Setting(), FIRST)
    before, after = looked().alerts[-1], asked.alerts[-1]
    assert after.score < before.score or after.first > before.first
    near = [one for one in (*after.possible, *after.ruled_out) if one.startswith("a vaccine: noted")]
    assert near or after.first > before.first
    assert not any("immunization" in one for one in after.proposes) or not near
    assert ("note", given.date().isoformat(), after.first) in after.lineage


def test_notes_lie_on_the_night_that_would_show_them() -> None:
    evening = datetime(2026, 1, 10, 20, tzinfo=UTC)
    past = someone(observations={
        "alcohol.drinks": [(evening, 2.0), (evening + timedelta(hours=78), 1.0), (evening + timedelta(days=9), 0.0)],
        "immunization": [(evening + timedelta(days=20), "influenza")],
        "workout.duration": [(evening - timedelta(days=2 * back), 180.0 if back == 0 else 40.0) for back in range(15)],
    })  # fmt: skip
    found = gather(past)
    tags, read = noted(past, found.first, len(found.told), found.clock)
    when = {column: [found.day(place).isoformat() for place in np.flatnonzero(tags[:, column])] for column in range(4)}
    assert when[0] == ["2026-01-11", "2026-01-14"]
    assert when[1] == ["2026-01-11"]
    assert when[3] == ["2026-01-31"]
    assert [key for key, _ in read] == ["alcohol.drinks", "immunization", "workout.duration"]


def test_a_clock_set_by_hours_is_a_journey_and_summer_time_is_none() -> None:
    def asleep(day: int, offset: int) -> tuple[datetime, datetime, float]:
        woke = datetime(2026, 3, 1, 7, tzinfo=UTC) + timedelta(days=day, hours=-offset)
        return woke - timedelta(hours=8), woke, 35.0

    summer = [asleep(day, 1 if day < 28 else 2) for day in range(40)]
    vienna, may = ZoneInfo("Europe/Vienna"), datetime(2026, 5, 1, tzinfo=UTC)
    past = Remembered(may, {"skin_temperature.sleep": summer}, zone=vienna)
    found = gather(past)
    assert not noted(past, found.first, len(found.told), found.clock)[0][:, 2].any()
    away = LocalClock(tuple(range(found.first, found.first + 40)), (60,) * 28 + (-540,) * 12, vienna)
    assert np.flatnonzero(noted(past, found.first, 40, away)[0][:, 2]).tolist() == [29]


def test_devices_are_never_mixed_and_the_one_that_tells_more_takes_over() -> None:
    rows = [
        (datetime(2025, 11, 1, 6, tzinfo=UTC) + timedelta(days=day), 50.0 if day < 40 else 58.0) for day in range(80)
    ]
    past = Remembered(NOW, {"heart_rate.resting": rows})
    frame = past.series("heart_rate.resting")
    two = frame.with_columns(source=np.where(np.arange(80) < 40, "first watch", "second watch"))
    found = gather(replace(past, observations={"heart_rate.resting": two.drop("local")}))
    assert [one.source for one in found.candidates[0]] == ["first watch", "second watch"]
    taken_over = np.flatnonzero(np.diff(found.chosen[1:, 0]))
    assert len(taken_over) == 1
    assert 45 <= taken_over[0] + 1 <= 60
    assert set(found.values[0][0][np.isfinite(found.values[0][0])]) == {50.0}


def test_a_figure_that_comes_in_the_evening_is_waited_for_and_a_night_is_told_at_noon() -> None:
    def through(day: int, hours: float) -> tuple[datetime, datetime, float]:
        began = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
        return began, began + timedelta(hours=hours), 55.0

    late = Remembered(datetime(2026, 2, 1, 13, tzinfo=UTC), {"heart_rate.resting": [through(d, 21) for d in range(32)]})
    early = replace(late, observations={"heart_rate.resting": [through(d, 7) for d in range(32)]})
    assert gather(late).day(len(gather(late).told) - 1) == date(2026, 1, 31)
    assert gather(late).at(30) == datetime(2026, 2, 1, tzinfo=UTC)
    assert gather(early).day(len(gather(early).told) - 1) == date(2026, 2, 1)
    assert gather(early).at(31) == datetime(2026, 2, 1, 12, tzinfo=UTC)


def test_a_night_is_dated_by_waking() -> None:
    began = datetime(2026, 1, 10, 23, 50, tzinfo=UTC)
    found = gather(Remembered(NOW, {"skin_temperature.sleep": [(began, began + timedelta(hours=7), 35.0)]}))
    assert found.day(0) == date(2026, 1, 11)


def test_without_nights_or_with_few_it_says_what_is_missing() -> None:
    nothing = WATCH.look(Remembered(NOW), Setting(), FIRST)
    assert "resting heart rate" in nothing.silent
    few = {key: rows[:20] for key, rows in nights().items()}
    early = WATCH.look(Remembered(NOW - timedelta(days=80), daily=few), Setting(), FIRST)
    assert early.alerts == ()
    assert "28 days" in early.silent
    bare = WATCH.look(someone(daily={"heart_rate.resting": nights()["heart_rate.resting"]}), Setting(), FIRST)
    assert any("resting heart rate alone" in note for note in bare.notes)


def test_only_known_budgets_and_no_condition_are_taken() -> None:
    for odd in (Setting(budget=0.05), Setting(budget=5), Setting(about="steps"), Setting(condition="above 3")):
        with pytest.raises(UsageError):
            WATCH.check(odd)


def test_an_episode_that_goes_on_is_open_and_one_that_is_over_is_not() -> None:
    then = someone(now=NOW - timedelta(days=DAYS - ONSET))
    assert WATCH.look(then, Setting(), FIRST).open == looked().alerts[-1].id
    assert looked().open == ""
    assert WATCH.look(then, Setting(), then.now.date()).open == looked().alerts[-1].id


def test_what_it_reads_are_signals_of_a_body() -> None:
    from selftwin.domains.safety.watches._nights import KEYS
    from selftwin.vocabulary.catalogue import signal

    assert all(signal(key).kind is Kind.QUANTITY for keys in KEYS.values() for key in keys)
