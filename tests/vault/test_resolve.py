"""Known truths of one value a day: the same walk once, time once, the best source speaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.vault.resolve import Free, Recorded, resolve
from selftwin.vocabulary.signal import Fold

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def recorded(*rows: tuple[int, int, int, float], whole: bool = False) -> Recorded:
    """Rows of (start, stop, source, value), clocks in UTC."""
    start, stop, source, value = (np.array(column) for column in zip(*rows, strict=True))
    return Recorded(
        start, stop, start, stop, np.full(len(rows), whole), source.astype(np.int64), value.astype(np.float64)
    )


def joined(*parts: Recorded) -> Recorded:
    return Recorded(*(np.concatenate([getattr(part, name) for part in parts]) for name in Recorded.__slots__))


def watch_walk(begin: int, minutes: int, steps: float) -> list[tuple[int, int, int, float]]:
    return [(begin + k * MINUTE, begin + (k + 1) * MINUTE, 0, steps / minutes) for k in range(minutes)]


def test_a_phone_and_a_watch_counting_the_same_walk_give_the_walk_once() -> None:
    watch = watch_walk(10 * HOUR + 2 * MINUTE, 26, 2950.0)
    phone = (10 * HOUR, 10 * HOUR + 30 * MINUTE, 1, 3000.0)
    days = resolve(recorded(*watch, phone), Fold.SUM, [0, 1])
    assert days.value.tolist() == pytest.approx([2950.0])
    assert days.source.tolist() == [0]


def test_a_walk_with_the_phone_alone_is_added() -> None:
    watch = watch_walk(10 * HOUR, 10, 1000.0)
    phone = [(10 * HOUR, 10 * HOUR + 10 * MINUTE, 1, 990.0), (15 * HOUR, 15 * HOUR + 10 * MINUTE, 1, 800.0)]
    assert resolve(recorded(*watch, *phone), Fold.SUM, [0, 1]).value.tolist() == pytest.approx([1800.0])


def test_minutes_without_steps_on_the_watch_do_not_hide_the_phone() -> None:
    still = [(10 * HOUR + k * MINUTE, 10 * HOUR + (k + 1) * MINUTE, 0, 0.0) for k in range(60)]
    phone = (10 * HOUR + 10 * MINUTE, 10 * HOUR + 20 * MINUTE, 1, 700.0)
    assert resolve(recorded(*still, phone), Fold.SUM, [0, 1]).value.tolist() == pytest.approx([700.0])


def test_a_days_total_is_never_added_to_finer_records() -> None:
    total = recorded((0, 0, 1, 9000.0), whole=True)
    for counted, expected in ((8000.0, 8000.0), (2000.0, 9000.0)):
        both = joined(recorded(*watch_walk(9 * HOUR, 30, counted)), total)
        assert resolve(both, Fold.SUM, [0, 1]).value.tolist() == [pytest.approx(expected)]


def test_a_total_of_a_source_that_ranks_as_high_stands_where_finer_records_tell_less() -> None:
    phone = [(9 * HOUR, 9 * HOUR + 30 * MINUTE, 1, 6000.0)]
    for source, expected in ((0, 10_000.0), (1, 10_000.0), (2, 6000.0)):
        total = recorded((0, 0, source, 10_000.0), whole=True)
        assert resolve(joined(recorded(*phone), total), Fold.SUM, [0, 1, 2]).value.tolist() == [expected]


def test_two_entries_without_duration_add_up_and_one_synced_to_a_second_app_does_not() -> None:
    mine = [(8 * HOUR, 8 * HOUR, 0, 80.0), (8 * HOUR, 8 * HOUR, 0, 80.0)]
    synced = (8 * HOUR + 2 * MINUTE, 8 * HOUR + 2 * MINUTE, 1, 80.0)
    other = (16 * HOUR, 16 * HOUR, 1, 40.0)
    assert resolve(recorded(*mine, synced, other), Fold.SUM, [0, 1]).value.tolist() == [200.0]


def test_an_interval_over_midnight_gives_to_both_days_by_time() -> None:
    days = resolve(recorded((23 * HOUR, 25 * HOUR, 0, 100.0)), Fold.SUM, [0])
    assert days.day.tolist() == [0, 1]
    assert days.value.tolist() == pytest.approx([50.0, 50.0])


def test_an_interval_of_more_than_a_year_is_in_no_day() -> None:
    endless = (10 * HOUR, 10 * HOUR + 367 * DAY, 1, 5000.0)
    walk = recorded(*watch_walk(9 * HOUR, 30, 3000.0), endless)
    for fold, expected in ((Fold.SUM, 3000.0), (Fold.DURATION, 30.0)):
        days = resolve(walk, fold, [0, 1])
        assert (days.day.tolist(), days.value.tolist()) == ([0], [pytest.approx(expected)])
    assert resolve(walk, Fold.COUNT, [0, 1]).value.tolist() == [31.0]


def test_an_interval_of_many_days_gives_each_of_them_its_part_beside_short_ones() -> None:
    days = resolve(recorded((0, 100 * DAY, 0, 100.0), (200 * DAY, 200 * DAY + HOUR, 0, 7.0)), Fold.SUM, [0])
    assert days.day.tolist() == [*range(100), 200]
    assert days.value.tolist() == pytest.approx([1.0] * 100 + [7.0])


def test_the_fuller_source_speaks_where_the_preferred_saw_less_than_half() -> None:
    watch = [(k * HOUR, k * HOUR, 0, 60.0) for k in range(3)]
    ring = [(k * HOUR, k * HOUR, 1, 50.0) for k in range(20)]
    assert resolve(recorded(*watch, *ring), Fold.MEAN, [0, 1]).value.tolist() == [50.0]
    longer = [(k * HOUR, k * HOUR, 0, 60.0) for k in range(12)]
    assert resolve(recorded(*longer, *ring), Fold.MEAN, [0, 1]).value.tolist() == [60.0]


def test_last_takes_the_newest_and_durations_count_time_once() -> None:
    readings = recorded((2 * HOUR, 2 * HOUR, 0, 55.0), (1 * HOUR, 1 * HOUR, 0, 50.0))
    assert resolve(readings, Fold.LAST, [0]).value.tolist() == [55.0]
    quiet = recorded((0, HOUR, 0, np.nan), (30 * MINUTE, 90 * MINUTE, 1, np.nan))
    assert resolve(quiet, Fold.DURATION, [0, 1]).value.tolist() == [90.0]


INTERVALS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), min_size=1, max_size=20)


@given(taken=INTERVALS, asked=INTERVALS)
def test_covered_time_agrees_with_counting_minutes_one_by_one(taken: list, asked: list) -> None:
    free = Free(pause=0)
    begin = np.array([b for b, _ in taken]) * MINUTE
    free.cover(begin, begin + np.array([n for _, n in taken]) * MINUTE)
    minutes = {b + k for b, n in taken for k in range(n)}
    start = np.array([b for b, _ in asked]) * MINUTE
    stop = start + np.array([n for _, n in asked]) * MINUTE
    expected = [sum(b + k in minutes for k in range(n)) / n for b, n in asked]
    assert free.covered(start, stop) == pytest.approx(expected)
    assert free.length() == len(minutes) * MINUTE


@given(rows=st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 90), st.integers(0, 2)), min_size=1, max_size=30))
def test_sums_never_exceed_what_all_sources_say_nor_fall_below_the_best(rows: list) -> None:
    table = recorded(*[(b * MINUTE, (b + n) * MINUTE, source, float(n)) for b, n, source in rows])
    total = resolve(table, Fold.SUM, [0, 1, 2]).value.sum()
    covered = {b + k for b, n, _ in rows for k in range(n)}
    best = {b + k for b, n, source in rows if source == min(s for _, _, s in rows) for k in range(n)}
    assert len(best) - 1e-6 <= total <= len(covered) + 1e-6
