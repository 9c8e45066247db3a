"""Known truths of nights: dated by waking, naps apart, one source tells the whole night."""

from __future__ import annotations

import numpy as np

from selftwin.vault import nights
from selftwin.vault.resolve import Days, Recorded

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def stages(*rows: tuple[float, float, str, int]) -> tuple[Recorded, list[str]]:
    """Rows of (start hour, stop hour, state, source) on one clock."""
    start = np.array([int(row[0] * HOUR) for row in rows])
    stop = np.array([int(row[1] * HOUR) for row in rows])
    source = np.array([row[3] for row in rows])
    table = Recorded(start, stop, start, stop, np.zeros(len(rows), bool), source, np.full(len(rows), np.nan))
    return table, [row[2] for row in rows]


NIGHT = [(23, 25, "light", 0), (25, 26, "deep", 0), (26, 26.5, "awake", 0), (26.5, 30, "rem", 0)]


def test_a_night_belongs_to_the_day_of_waking() -> None:
    main = nights.main_sleeps(nights.sleeps(*stages(*NIGHT)), [0])
    assert list(main) == [1]
    assert main[1].minutes == {"light": 120.0, "deep": 60.0, "awake": 30.0, "rem": 210.0, "in_bed": 420.0}


def test_a_nap_is_no_night_and_counts_apart() -> None:
    found = nights.sleeps(*stages(*NIGHT, (38, 39, "asleep", 0)))
    main = nights.main_sleeps(found, [0])
    assert main[1].asleep == 390.0
    naps = nights.naps(found, main, [0])
    assert (naps.day.tolist(), naps.value.tolist()) == ([1], [60.0])


def test_a_nap_two_devices_saw_counts_once_on_a_day_without_a_night() -> None:
    found = nights.sleeps(*stages((38, 39, "asleep", 2), (38, 39.5, "asleep", 1)))
    naps = nights.naps(found, {}, [1, 2])
    assert (naps.value.tolist(), naps.source.tolist()) == ([90.0], [1])


def test_sleep_interrupted_for_less_than_ninety_minutes_is_one_night() -> None:
    broken = nights.sleeps(*stages((23, 26, "asleep", 0), (27, 30, "asleep", 0)))
    assert [sleep.asleep for sleep in broken] == [360.0]
    apart = nights.sleeps(*stages((23, 26, "asleep", 0), (28, 30, "asleep", 0)))
    assert [sleep.asleep for sleep in apart] == [180.0, 120.0]


def test_the_best_ranked_source_tells_the_whole_night_and_none_is_added() -> None:
    ring = [(22.5, 30.5, "asleep", 1)]
    main = nights.main_sleeps(nights.sleeps(*stages(*NIGHT, *ring)), [0, 1])
    assert main[1].source == 0
    assert nights.from_stages(main, ["light", "deep", "rem", "asleep"]).value.tolist() == [390.0]
    preferred = nights.main_sleeps(nights.sleeps(*stages(*NIGHT, *ring)), [1, 0])
    assert nights.from_stages(preferred, ["light", "deep", "rem", "asleep"]).value.tolist() == [480.0]


def test_a_source_that_saw_less_than_half_of_the_night_does_not_tell_it() -> None:
    off, worn = (23, 25.2, "asleep", 0), (23, 30.5, "asleep", 1)
    main = nights.main_sleeps(nights.sleeps(*stages(off, worn)), [0, 1])
    assert (main[1].source, main[1].asleep) == (1, 450.0)
    half = nights.main_sleeps(nights.sleeps(*stages((23, 27, "asleep", 0), worn)), [0, 1])
    assert (half[1].source, half[1].asleep) == (0, 240.0)


def test_a_summary_of_less_than_half_of_the_night_does_not_tell_it() -> None:
    start, stop = np.array([23, 23]) * HOUR, np.array([151, 183]) * (HOUR // 6)
    rows = Recorded(start, stop, start, stop, np.zeros(2, bool), np.array([0, 1]), np.array([120.0, 430.0]))
    assert [nights.told(rows, order).value.tolist() for order in ([0, 1], [1, 0])] == [[430.0], [430.0]]


def test_overlapping_stages_of_one_source_count_time_once() -> None:
    main = nights.main_sleeps(nights.sleeps(*stages((23, 27, "light", 0), (25, 29, "light", 0))), [0])
    assert main[1].minutes["light"] == 360.0


def test_time_in_bed_around_the_sleep_belongs_to_it() -> None:
    found = nights.sleeps(*stages((22, 31, "in_bed", 0), *NIGHT))
    assert found[0].minutes["in_bed"] == 540.0


def test_a_stage_or_a_summary_without_a_meant_end_is_no_sleep() -> None:
    endless = 24 * 365 * 70
    found = nights.sleeps(*stages(*NIGHT, (30.5, endless, "asleep", 0), (22, endless, "in_bed", 0)))
    assert [(sleep.day, sleep.asleep, sleep.minutes["in_bed"]) for sleep in found] == [(1, 390.0, 420.0)]
    start, stop = np.array([23, 47]) * HOUR, np.array([30, endless]) * HOUR
    rows = Recorded(start, stop, start, stop, np.zeros(2, bool), np.zeros(2, np.int64), np.array([400.0, 9e9]))
    assert nights.told(rows, [0]).value.tolist() == [400.0]


def test_the_clock_of_a_night_counts_from_the_midnight_before_waking() -> None:
    main = nights.main_sleeps(nights.sleeps(*stages(*NIGHT)), [0])
    assert [nights.clock(main, what).value.tolist() for what in ("start", "midpoint", "end")] == [[-60], [150], [360]]


def test_a_summary_of_a_nap_is_no_night_and_a_dated_one_is() -> None:
    start = np.array([23, 37, 0]) * HOUR + np.array([0, 0, 5 * DAY])
    stop = start + np.array([8, 1, 0]) * HOUR
    whole = np.array([False, False, True])
    minutes = np.array([440.0, 55.0, 410.0])
    told = nights.told(Recorded(start, stop, start, stop, whole, np.zeros(3, np.int64), minutes), [0])
    assert (told.day.tolist(), told.value.tolist()) == ([1, 5], [440.0, 410.0])


def test_what_stages_add_up_to_goes_before_the_summary_of_the_same_or_a_lesser_device() -> None:
    added = nights.from_stages(nights.main_sleeps(nights.sleeps(*stages(*NIGHT)), [0]), ["light", "deep", "rem"])
    table = Recorded(*(np.array([one]) for one in (23 * HOUR, 30 * HOUR, 23 * HOUR, 30 * HOUR, False, 0, 385.0)))
    assert nights.either(nights.told(table, [0]), added, [0]).value.tolist() == [390.0]
    other = Recorded(*(np.array([one]) for one in (23 * HOUR, 30 * HOUR, 23 * HOUR, 30 * HOUR, False, 1, 370.0)))
    assert nights.either(nights.told(other, [0, 1]), added, [0, 1]).value.tolist() == [390.0]
    assert nights.either(nights.told(other, [1, 0]), added, [1, 0]).value.tolist() == [370.0]


def test_a_nap_told_by_the_device_whose_stages_tell_the_night_is_not_counted_twice() -> None:
    main = nights.main_sleeps(nights.sleeps(*stages((23, 27, "light", 0), (28, 31.5, "light", 0))), [0])
    assert main[1].asleep == 450.0
    told = Days(np.array([1, 1, 2]), np.array([210.0, 40.0, 30.0]), np.array([1, 1, 1]), np.array([0, 1, 0]))
    left = nights.apart(told, main)
    assert (left.day.tolist(), left.value.tolist()) == ([1, 2], [40.0, 30.0])
