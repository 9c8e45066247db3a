"""Identity, revisions and counts, held against a plain model in Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selftwin.vocabulary.observation import Basis

from .exports import Row, counts, minutes, take

if TYPE_CHECKING:
    from selftwin.vault.store import Store

T0 = datetime(2024, 5, 1, 10)


def current(store: Store, name: str = "physiological") -> list[tuple[object, ...]]:
    return store.connection.execute(
        f"SELECT native, start, stop, ordinal, value FROM {name}.observation ORDER BY ALL"
    ).fetchall()


def digests(store: Store, name: str = "physiological") -> list[tuple[object, ...]]:
    return store.connection.execute(
        f"SELECT signal, source, month, n, sum FROM {name}.digest ORDER BY ALL"
    ).fetchall()


def test_the_same_import_twice_adds_nothing(store: Store) -> None:
    rows = minutes(T0, 50, signal="heart_rate", value=60.0, source="test:Watch")
    assert counts(take(store, rows)) == (50, 0, 0)
    before = current(store), digests(store)
    assert counts(take(store, rows)) == (0, 50, 0)
    assert (current(store), digests(store)) == before


def test_two_identical_coffees_stay_two_and_a_third_is_new(store: Store) -> None:
    coffee = Row("caffeine", T0, 80.0)
    assert counts(take(store, [coffee, coffee])) == (2, 0, 0)
    assert counts(take(store, [coffee, coffee])) == (0, 2, 0)
    assert counts(take(store, [coffee, coffee, coffee])) == (1, 2, 0)


def test_the_newest_export_wins_and_the_history_stays(store: Store) -> None:
    june, july, may = datetime(2024, 6, 1), datetime(2024, 7, 1), datetime(2024, 5, 20)
    first = Row("weight", T0, 80.0, native="w1")
    assert counts(take(store, [first], exported=june)) == (1, 0, 0)
    later = Row("weight", T0 + timedelta(minutes=5), 81.0, native="w1")
    assert counts(take(store, [later], exported=july)) == (0, 0, 1)
    assert [row[4] for row in current(store)] == [81.0]
    older = Row("weight", T0, 79.0, native="w1")
    assert counts(take(store, [older], exported=may)) == (0, 0, 1)
    assert [row[4] for row in current(store)] == [81.0]
    past = store.connection.execute("SELECT value FROM physiological.history ORDER BY value").fetchall()
    assert past == [(79.0,), (80.0,)]


def test_a_value_confirmed_by_a_newer_export_is_not_undone_by_one_in_between(store: Store) -> None:
    right, wrong = Row("weight", T0, 80.0), Row("weight", T0, 99.0)
    take(store, [right], exported=datetime(2024, 1, 1))
    take(store, [right, Row("weight", T0 + timedelta(days=1), 80.5)], exported=datetime(2024, 3, 1))
    take(store, [wrong], exported=datetime(2024, 2, 1))
    assert [row[4] for row in current(store)] == [80.0, 80.5]


def test_overlapping_files_of_one_import_count_each_observation_once(store: Store) -> None:
    rows = minutes(T0, 30, signal="heart_rate", value=60.0, source="test:Watch")
    assert counts(take(store, rows[:20], rows[10:])) == (30, 10, 0)
    assert len(current(store)) == 30


def test_an_offset_of_another_exporting_phone_is_no_revision(store: Store) -> None:
    take(store, [Row("heart_rate", T0, 60.0, offset=60)])
    again = take(store, [Row("heart_rate", T0, 60.0, offset=540)], exported=datetime(2024, 8, 1))
    assert counts(again) == (0, 1, 0)


def test_a_preview_counts_like_an_import_and_keeps_nothing(store: Store) -> None:
    rows = minutes(T0, 10, signal="heart_rate", value=60.0, source="test:Watch")
    take(store, rows)
    changed = [Row("heart_rate", T0, 61.0, T0 + timedelta(minutes=1)), Row("heart_rate", T0 + timedelta(hours=3), 60.0)]
    before = current(store), digests(store), store.batches()
    assert counts(take(store, changed + rows[1:], exported=datetime(2024, 9, 1), keep=False)) == (1, 9, 1)
    assert (current(store), digests(store), store.batches()) == before
    assert counts(take(store, changed + rows[1:], exported=datetime(2024, 9, 1))) == (1, 9, 1)


def test_quantities_nobody_catalogued_keep_their_unit_apart(store: Store) -> None:
    take(store, [Row("other.foo", T0, 1.0, unit="kPa"), Row("other.foo", T0, 1.0, unit="bar")])
    found = store.connection.execute("SELECT key, unit FROM contextual.signal ORDER BY unit").fetchall()
    assert found == [("other.foo", "bar"), ("other.foo", "kPa")]
    assert len(current(store, "contextual")) == 2


# A model of the rules, row by row.

Identity = tuple[str | None, int, int]


class Model:
    def __init__(self) -> None:
        self.current: dict[Identity, tuple[float, int, int]] = {}
        self.past: dict[Identity, set[tuple[float, int]]] = defaultdict(set)
        self.confirmed: dict[int, int] = {}

    def take(self, export: list[tuple[str | None, int, float]], day: int) -> Counter[str]:
        seen: Counter[str] = Counter()
        ranks: Counter[int] = Counter()
        for native, moment, value in sorted(export, key=lambda row: row[2]):
            identity = (None, moment, ranks[moment]) if native is None else (native, 0, 0)
            ranks[moment] += native is None
            seen[self._one(identity, moment, value, day)] += 1
        for _, moment, _ in export:
            self.confirmed[moment // 40] = max(self.confirmed.get(moment // 40, day), day)
        return seen

    def _one(self, identity: Identity, moment: int, value: float, day: int) -> str:
        held = self.current.get(identity)
        if held is None:
            self.current[identity] = (value, moment, day)
            return "new"
        if held[:2] == (value, moment):
            return "known"
        if day >= max(held[2], self.confirmed.get(held[1] // 40, held[2])):
            self.past[identity].add(held[:2])
            self.current[identity] = (value, moment, day)
            return "revised"
        if (value, moment) in self.past[identity]:
            return "known"
        self.past[identity].add((value, moment))
        return "revised"


ROW = st.tuples(st.sampled_from([None, None, "a", "b", "c"]), st.integers(0, 79), st.sampled_from([1.0, 2.0, 3.0]))
EXPORT = st.lists(ROW, max_size=12).map(
    lambda rows: [row for at, row in enumerate(rows) if row[0] is None or row[0] not in {r[0] for r in rows[:at]}]
)


def as_rows(export: list[tuple[str | None, int, float]], source: str) -> list[Row]:
    """Forty moments a month, so that some months are the same, some mixed and some fresh."""
    return [
        Row("heart_rate", datetime(2024, 1 + at // 40, 1 + at % 20, at % 40 // 20), value, source=source, native=native)
        for native, at, value in export
    ]


def of_source(store: Store, source: str) -> tuple[list, list, list]:
    """What is kept of one source: rows, digests, and the digests its rows should have."""
    of = f"source = (SELECT id FROM physiological.source WHERE name = '{source}')"
    rows = store.connection.execute(f"SELECT native, value FROM physiological.observation WHERE {of}").fetchall()
    kept = store.connection.execute(
        f"SELECT signal, month, n, sum FROM physiological.digest WHERE {of} AND n > 0 ORDER BY ALL"
    ).fetchall()
    due = store.connection.execute(
        "SELECT signal, date_trunc('month', start)::DATE, count(*), "
        "sum(hash(native, start, stop, value, text))::HUGEINT "
        f"FROM physiological.observation WHERE {of} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return sorted((native or "", value) for native, value in rows), kept, due


SOURCES = count()


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exports=st.lists(st.tuples(EXPORT, st.integers(1, 28)), min_size=1, max_size=5))
def test_any_exports_in_any_order_agree_with_the_model(store: Store, exports: list[tuple[list, int]]) -> None:
    model, source = Model(), f"test:{next(SOURCES)}"
    for export, day in exports:
        if export:
            expected = model.take(export, day)
            found = counts(take(store, as_rows(export, source), exported=datetime(2024, 9, day)))
            assert found == (expected["new"], expected["known"], expected["revised"])
    if model.current:
        rows, kept, due = of_source(store, source)
        assert rows == sorted((native or "", value) for (native, _, _), (value, _, _) in model.current.items())
        assert kept == due


def test_local_and_instant_stamps_of_the_same_reading_are_different_observations(store: Store) -> None:
    take(store, [Row("heart_rate", T0, 60.0, basis=Basis.LOCAL)])
    assert counts(take(store, [Row("heart_rate", T0, 60.0, source="test:Ring")])) == (1, 0, 0)
