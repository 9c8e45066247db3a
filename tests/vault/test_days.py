"""Known truths of local days: journeys, changes of the clock, corrections, late and revised imports."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from selftwin.vault.days import days, rank, signals_with_days
from selftwin.vault.files import Files
from selftwin.vault.store import Store
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.observation import Basis
from selftwin.vocabulary.zones import Stay, ZoneTimeline

from .exports import Row, minutes, take

if TYPE_CHECKING:
    from pathlib import Path

HOUR = timedelta(hours=1)
VIENNA = ZoneTimeline("Europe/Vienna")


def values(store: Store, key: str) -> dict[date, float | None]:
    found = days(store, nature(key).category.value, key)
    return dict(found.filter(found["value"].is_not_null()).select("day", "value").iter_rows())


def slept(start: datetime, stop: datetime, *, basis: Basis = Basis.LOCAL, source: str = "test:Watch") -> Row:
    return Row("sleep.stage", start, None, stop, source, basis=basis, text="asleep")


def test_reading_days_of_a_category_without_a_file_makes_none(store: Store) -> None:
    held = days(store, "genetic", "other.gene")
    assert (held.height, held.columns) == (0, ["day", "value", "n", "source", "changed"])
    assert not store.files.has("genetic")


def test_the_walk_a_phone_and_a_watch_counted_is_counted_once(store: Store) -> None:
    walk = datetime(2024, 5, 1, 10)
    take(store, minutes(walk, 30, signal="steps", value=100.0, source="test:Watch"))
    take(store, [Row("steps", walk - timedelta(minutes=1), 3100.0, walk + 31 * HOUR / 60, "test:Phone")])
    found = days(store, "behavioural", "steps")
    assert found.select("day", "value", "source").rows() == [(date(2024, 5, 1), 3000.0, "test:Watch")]


def test_a_ride_that_phone_watch_and_club_recorded_is_one_ride(store: Store) -> None:
    began = datetime(2024, 5, 1, 10)
    for source, early, late, metres in (("fit:Watch", 0, 60, 24_000.0), ("gpx:Phone", -3, 58, 23_400.0),
                                        ("strava", 0, 60, 24_010.0)):  # fmt: skip
        start, stop = began + timedelta(minutes=early), began + timedelta(minutes=late)
        take(store, [Row("workout.distance", start, metres, stop, source),
                     Row("workout.duration", start, 60.0, stop, source),
                     Row("workout", start, None, stop, source, text="cycling")])  # fmt: skip
    assert values(store, "workout.distance") == {date(2024, 5, 1): 24_000.0}
    assert values(store, "workout.duration") == {date(2024, 5, 1): 60.0}
    assert values(store, "workout") == {date(2024, 5, 1): pytest.approx(63.0)}


@pytest.mark.parametrize("first", ["bank", "shop"])
def test_a_payment_in_bank_and_shop_is_one_purchase_whichever_comes_first(store: Store, first: str) -> None:
    shop = [Row("purchase.eur", datetime(2024, 5, 1, 18, 2), 31.0, source="amazon_orders")]
    bank = [Row("purchase.eur", datetime(2024, 5, day), amount, source="mt940", basis=Basis.DATE)
            for day, amount in ((6, 31.0), (7, 4.5))]  # fmt: skip
    for rows in (shop, bank) if first == "shop" else (bank, shop):
        take(store, rows)
        days(store, "transactional", "purchase.eur")
    assert values(store, "purchase.eur") == {date(2024, 5, 1): 31.0, date(2024, 5, 7): 4.5}


def test_of_a_homes_meters_the_largest_speaks_and_two_tariffs_add_up(store: Store) -> None:
    hours = [(hour, datetime(2024, 5, 1) + hour * HOUR) for hour in range(24)]
    for name, counted in (("fridge", lambda _: 0.05), ("main_day", lambda hour: 0.5 * (8 <= hour < 20)),
                          ("main_night", lambda hour: 0.25 * (not 8 <= hour < 20))):  # fmt: skip
        take(store, [Row("home.electricity", at, counted(hour), at + HOUR, f"home_assistant:sensor.{name}")
                     for hour, at in hours])  # fmt: skip
        days(store, "contextual", "home.electricity")
    assert sum(values(store, "home.electricity").values()) == pytest.approx(12 * 0.5 + 12 * 0.25)


def test_a_journey_across_nine_zones_gives_the_days_as_they_were_lived(store: Store) -> None:
    left, back = datetime(2024, 6, 3, 11, tzinfo=UTC), datetime(2024, 6, 9, 20, tzinfo=UTC)
    store.set_zones(VIENNA.with_journey(left, back, "America/Los_Angeles"))
    hours = [datetime(2024, 6, 1, tzinfo=UTC) + k * HOUR for k in range(24 * 12)]
    take(store, [Row("caffeine", hour.replace(tzinfo=None), 1.0 + k) for k, hour in enumerate(hours)])
    lived: dict[date, float] = {}
    for k, hour in enumerate(hours):
        zone = "America/Los_Angeles" if left <= hour < back else "Europe/Vienna"
        day = hour.astimezone(ZoneInfo(zone)).date()
        lived[day] = lived.get(day, 0.0) + 1.0 + k
    assert values(store, "caffeine") == lived
    counted = {row["day"]: row["n"] for row in days(store, "behavioural", "caffeine").iter_rows(named=True)}
    assert (counted[date(2024, 6, 3)], counted[date(2024, 6, 10)]) == (24 + 9, 24)
    assert counted[date(2024, 6, 9)] == 24 - 9


@pytest.mark.parametrize(("sunday", "hours"), [(date(2024, 3, 31), 7), (date(2024, 10, 27), 9), (date(2024, 5, 5), 8)])
@pytest.mark.parametrize("basis", [Basis.LOCAL, Basis.INSTANT])
def test_sleep_through_a_change_of_the_clock_lasts_as_long_as_it_lasted(
    store: Store, sunday: date, hours: int, basis: Basis
) -> None:
    bed, rise = (datetime(sunday.year, sunday.month, sunday.day) + timedelta(hours=k) for k in (-1, 7))
    if basis is Basis.INSTANT:
        zone = ZoneInfo("Europe/Vienna")
        bed, rise = (wall.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) for wall in (bed, rise))
    take(store, [slept(bed, rise, basis=basis)])
    assert values(store, "sleep.duration") == {sunday: hours * 60.0}
    assert values(store, "sleep.start") == {sunday: -60.0}
    assert values(store, "sleep.end") == {sunday: 420.0}


def test_a_night_belongs_to_its_waking_date_and_a_nap_stands_apart(store: Store) -> None:
    friday = datetime(2024, 5, 3)
    rows = [slept(friday + 23 * HOUR, friday + 30 * HOUR), slept(friday + 38 * HOUR, friday + 39 * HOUR)]
    take(store, rows)
    assert values(store, "sleep.duration") == {date(2024, 5, 4): 420.0}
    nap = days(store, "physiological", "sleep.nap")
    assert nap.select("day", "value", "source").rows() == [(date(2024, 5, 4), 60.0, "test:Watch")]


def test_a_night_in_the_air_is_dated_where_the_person_woke(store: Store) -> None:
    """Fallen asleep over the Atlantic by the clock of Vienna, woken when the clock had become New York's."""
    landed = datetime(2024, 5, 4, 3, 30, tzinfo=UTC)
    store.set_zones(VIENNA.with_journey(landed, datetime(2024, 6, 1, tzinfo=UTC), "America/New_York"))
    take(store, [slept(datetime(2024, 5, 3, 22), datetime(2024, 5, 4, 3, 45), basis=Basis.INSTANT)])
    assert values(store, "sleep.duration") == {date(2024, 5, 3): 345.0}


def test_each_basis_keeps_what_it_knew_when_the_timeline_is_corrected(store: Store) -> None:
    evening = datetime(2024, 5, 1, 22, 30)
    for name, basis, offset in (
        ("date", Basis.DATE, None), ("local", Basis.LOCAL, None), ("instant", Basis.INSTANT, 540),
        ("placed", Basis.PLACED, -240),
    ):  # fmt: skip
        start = datetime(2024, 5, 1) if basis is Basis.DATE else evening
        take(store, [Row(f"other.{name}", start, 1.0, basis=basis, offset=offset)])

    def seen() -> dict[str, int]:
        found = {name: values(store, f"other.{name}") for name in ("date", "local", "instant", "placed")}
        return {name: next(iter(told)).day for name, told in found.items()}

    assert seen() == {"date": 1, "local": 1, "instant": 2, "placed": 1}
    store.set_zones(ZoneTimeline("America/New_York"))
    assert seen() == {"date": 1, "local": 1, "instant": 1, "placed": 1}
    store.set_zones(ZoneTimeline("Asia/Tokyo"))
    assert seen() == {"date": 1, "local": 1, "instant": 2, "placed": 1}


def test_a_corrected_timeline_dates_every_day_it_touches_anew_and_back(store: Store) -> None:
    hours = [datetime(2024, 5, 1) + k * HOUR for k in range(24 * 6)]
    take(store, [Row("heart_rate", hour, 50.0 + k / 4) for k, hour in enumerate(hours)])
    take(store, [slept(datetime(2024, 5, 2, 21), datetime(2024, 5, 3, 5), basis=Basis.INSTANT)])
    before = {key: values(store, key) for key in ("heart_rate", "sleep.duration", "sleep.start", "sleep.end")}
    journey = VIENNA.with_journey(
        datetime(2024, 5, 2, 12, tzinfo=UTC), datetime(2024, 5, 4, 12, tzinfo=UTC), "Asia/Tokyo"
    )
    store.set_zones(journey)
    after = {key: values(store, key) for key in before}
    same = [day for day in before["heart_rate"] if before["heart_rate"][day] == after["heart_rate"].get(day)]
    assert same == [date(2024, 5, 1), date(2024, 5, 5), date(2024, 5, 6), date(2024, 5, 7)]
    assert after["sleep.duration"] == before["sleep.duration"]
    assert (before["sleep.end"], after["sleep.end"]) == ({date(2024, 5, 3): 420.0}, {date(2024, 5, 3): 840.0})
    store.set_zones(VIENNA)
    assert {key: values(store, key) for key in before} == before


def test_only_days_that_changed_carry_a_new_watermark(store: Store) -> None:
    noon = datetime(2024, 5, 1, 12)
    take(store, [Row("weight", noon + k * 24 * HOUR, 80.0 + k) for k in range(5)])
    first = dict(days(store, "physiological", "weight").select("day", "changed").iter_rows())
    assert set(first.values()) == {store.journal.current("watermark")}
    take(store, [Row("weight", noon + 24 * HOUR, 90.0), Row("weight", noon - 48 * HOUR, 79.0)], exported=noon)
    take(store, [Row("weight", noon + 24 * HOUR, 90.0)], exported=datetime(2025, 1, 1))
    second = dict(days(store, "physiological", "weight").select("day", "changed").iter_rows())
    changed = {day for day, mark in second.items() if mark != first.get(day)}
    assert changed == {date(2024, 4, 29), date(2024, 5, 2)}


def test_a_day_that_went_leaves_a_mark_for_models_and_no_value(store: Store) -> None:
    noon = datetime(2024, 5, 1, 12)
    take(store, [Row("weight", noon, 80.0)])
    gone = take(store, [Row("weight", noon + 24 * HOUR, 81.0)])
    assert len(values(store, "weight")) == 2
    store.undo(gone.batch)
    assert values(store, "weight") == {date(2024, 5, 1): 80.0}
    left = days(store, "physiological", "weight").row(1, named=True)
    assert (left["value"], left["n"], left["changed"]) == (None, 0, store.journal.current("watermark"))


def test_signals_with_days_are_those_that_still_have_rows(store: Store) -> None:
    only = take(store, [Row("weight", datetime(2024, 5, 1), 80.0)])
    assert signals_with_days(store, "physiological") == ["weight"]
    store.undo(only.batch)
    assert signals_with_days(store, "physiological") == []
    take(store, [slept(datetime(2024, 5, 1, 22), datetime(2024, 5, 2, 6))])
    assert {"sleep.duration", "sleep.nap", "sleep.stage"} <= set(signals_with_days(store, "physiological"))


def test_worn_devices_go_before_others_phones_and_tables() -> None:
    names = {0: "table:weight", 1: "apple_health:iPhone", 2: "apple_health:App", 3: "apple_health:Watch", 4: "whoop"}
    assert [names[number] for number in rank(names)] == [
        "apple_health:Watch", "whoop", "apple_health:App", "apple_health:iPhone", "table:weight",
    ]  # fmt: skip


# Any order of imports, readings, corrections and undone imports leads where importing all at once leads.


class Export(NamedTuple):
    """One export of a made-up life: everything a device knew of some months on one day."""

    device: str
    months: tuple[int, ...]
    made: datetime


KEYS = ("steps", "heart_rate", "weight", "sleep.duration", "sleep.nap", "sleep.deep")


def life(export: Export) -> list[Row]:
    """What the export tells. Some values are revised in March, some are known only from then on."""
    rows, late = [], export.made >= datetime(2024, 3, 1)
    for month in export.months:
        rng = random.Random(f"{export.device} {month}")
        for number in range(14):
            start = datetime(2024, month, 1) + timedelta(seconds=rng.randrange(27 * 86_400))
            signal, first, second = rng.choice(KEYS[:3]), rng.uniform(50, 90), rng.uniform(50, 90)
            native = f"{month} {number}" if rng.random() < 0.4 else None
            known_early, revised = rng.random() < 0.8, rng.random() < 0.3
            if late or known_early:
                stop = start + timedelta(minutes=rng.randint(1, 200)) if signal == "steps" else None
                rows.append(Row(signal, start, second if late and revised else first, stop, export.device, native))
        for _ in range(4):
            bed = datetime(2024, month, rng.randint(1, 27), rng.randint(12, 23), rng.randint(0, 59))
            light, deep = (timedelta(minutes=rng.randint(30, 300)) for _ in range(2))
            rows.append(Row("sleep.stage", bed, None, bed + light, export.device, text="light"))
            rows.append(Row("sleep.stage", bed + light, None, bed + light + deep, export.device, text="deep"))
    return rows


def everything(store: Store) -> dict[str, list[tuple[date, float, int, str]]]:
    found = {}
    for key in KEYS:
        told = days(store, nature(key).category.value, key)
        kept = told.filter(told["value"].is_not_null()).select("day", "value", "n", "source")
        found[key] = [(day, round(value, 6), n, source) for day, value, n, source in kept.iter_rows()]
    return found


def exports_of(rng: random.Random) -> list[Export]:
    dates = rng.sample(range(150), 5)
    return [
        Export(
            rng.choice(["test:Watch", "test:Phone", "test:Ring"]),
            tuple(sorted(rng.sample([1, 2, 3], rng.randint(1, 3)))),
            datetime(2024, 1, 1) + timedelta(days=day),
        )
        for day in dates
    ]


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(1, 40))]


@pytest.mark.parametrize("seed", SEEDS)
def test_days_after_any_history_equal_those_of_a_fresh_vault(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    exports = exports_of(rng)
    undone = exports[rng.randrange(len(exports))]
    corrected = ZoneTimeline("Asia/Tokyo", (Stay(datetime(2024, 2, 10, tzinfo=UTC), "America/New_York"),))
    with Store(Files.create(tmp_path / "lived", "pass"), home_zone="Europe/Vienna") as store:
        batches = {}
        for export in exports:
            batches[export] = take(store, life(export), exported=export.made).batch
            if rng.random() < 0.6:
                everything(store)
        store.set_zones(corrected)
        store.undo(batches[undone])
        for export in exports:
            if export != undone:
                take(store, life(export), exported=export.made)
        lived = everything(store)
    with Store(Files.create(tmp_path / "fresh", "pass"), home_zone="Europe/Vienna") as store:
        store.set_zones(corrected)
        for export in rng.sample(exports, len(exports)):
            if export != undone:
                take(store, life(export), exported=export.made)
        assert everything(store) == lived
        assert sum(map(len, lived.values())) > 20
