"""What cannot be true becomes a fault with its place, and every record is accounted for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.reader.sieve import MOST_FAULTS, Tally, sift
from selftwin.vocabulary.account import AccountDoesNotAddUp, Fault, Records

T0 = datetime(2024, 5, 1, 10)


def rows(*cells: dict[str, object]) -> pl.DataFrame:
    plain = {"signal": "weight", "source": "test", "start": T0, "stop": None, "basis": 2, "value": 80.0, "text": None}
    table = [{"record": number} | plain | cell for number, cell in enumerate(cells)]
    types = {"record": pl.UInt32, "start": pl.Datetime("us"), "stop": pl.Datetime("us"), "value": pl.Float64}
    return pl.DataFrame(table, schema_overrides=types | {"text": pl.String}, infer_schema_length=None)


def sifted(*cells: dict[str, object], read: int | None = None, **facts: object) -> tuple[list[float], Tally]:
    tally = Tally("f.csv")
    part = Part(observations(rows(*cells)), len(cells) if read is None else read, **facts)
    return sift(part, tally).column("value").to_pylist(), tally


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ({"signal": "wieght"}, "no such signal"),
        ({"start": None}, "no readable date"),
        ({"start": datetime(1601, 1, 1)}, "a date outside"),
        ({"start": datetime(2200, 1, 1)}, "a date outside"),
        ({"stop": T0 - timedelta(seconds=1)}, "ends before it begins"),
        ({"stop": datetime(4001, 1, 1)}, "an end after 2100"),
        ({"value": None}, "no value"),
        ({"value": float("nan")}, "not a finite number"),
        ({"value": float("-inf")}, "not a finite number"),
        ({"value": 1e308}, "outside what is possible"),
        ({"value": 0.1}, "outside what is possible"),
        ({"signal": "sleep.stage", "value": None, "text": "snoring"}, "an unknown state"),
    ],
)
def test_what_cannot_be_true_is_a_fault_at_its_record(cell: dict[str, object], reason: str) -> None:
    kept, tally = sifted({}, cell, {"value": 81.0}, first_record=100)
    assert kept == [80.0, 81.0]
    (fault,) = tally.faults
    assert fault.place == "f.csv, record 102"
    assert reason in fault.reason
    assert tally.records() == Records(3, 2, 0, 1)


@pytest.mark.parametrize(
    "cell",
    [
        {"value": 0.2},
        {"value": 800.0},
        {"start": datetime(1900, 1, 1)},
        {"start": datetime(2100, 12, 31)},
        {"stop": T0},
        {"signal": "other.unheard_of", "value": -1e9},
        {"signal": "sleep.stage", "value": None, "text": "deep"},
        {"signal": "purchase", "value": None},
    ],
)
def test_what_lies_just_inside_is_kept(cell: dict[str, object]) -> None:
    _, tally = sifted(cell)
    assert (tally.records(), tally.faults, tally.made) == (Records(1, 1), [], 1)


def test_a_fault_says_nothing_of_the_value() -> None:
    _, tally = sifted({"value": 987_654.5}, {"signal": "sleep.stage", "value": None, "text": "canary"})
    assert [fault for fault in tally.faults if "987" in fault.reason or "canary" in fault.reason] == []
    assert [fault.reason.partition(":")[0] for fault in tally.faults] == ["weight", "sleep.stage"]


def test_a_record_with_one_sound_row_is_taken_and_with_none_is_faulty() -> None:
    tally = Tally("f.csv")
    table = rows({}, {"value": float("nan")}, {"value": float("nan")}, {"value": -1.0}, {"value": 82.0})
    table = table.with_columns(record=pl.Series([0, 0, 1, 1, 2], dtype=pl.UInt32))
    assert sift(Part(observations(table), 4, passed=1), tally).num_rows == 2
    assert tally.records() == Records(4, 2, 1, 1)
    assert len(tally.faults) == 3


def test_a_source_that_loses_or_invents_a_record_is_caught() -> None:
    for read in (1, 3):
        _, tally = sifted({}, {"value": 81.0}, read=read)
        with pytest.raises(AccountDoesNotAddUp):
            tally.records()


def test_parts_add_up_to_one_account() -> None:
    tally = Tally("f.csv")
    stamps = [T0, T0 + timedelta(days=2), T0 - timedelta(days=1)]
    for number, start in enumerate(stamps):
        exported = datetime(2024, 6, 1 + number, tzinfo=UTC) if number < 2 else None
        faults = (Fault("f.csv, record 9", "unreadable"),)
        part = Part(observations(rows({"start": start})), 2, 0, faults, {"W": 2}, exported, ("a note",))
        sift(part, tally)
    assert (tally.records(), tally.made) == (Records(6, 3, 0, 3), 3)
    assert (tally.first, tally.last) == ("2024-04-30 10:00:00", "2024-05-03 10:00:00")
    assert (tally.kinds, tally.signals, list(tally.notes)) == ({"W": 6}, {"weight": 3}, ["a note"])
    assert tally.exported == "2024-06-02T00:00:00+00:00"


def test_the_first_thousand_faults_are_kept_and_all_are_counted() -> None:
    _, tally = sifted(*({"value": None} for _ in range(MOST_FAULTS + 50)))
    assert (len(tally.faults), tally.faulty) == (MOST_FAULTS, MOST_FAULTS + 50)
    assert tally.faults[-1].place == f"f.csv, record {MOST_FAULTS}"


def test_an_empty_part_counts_its_records_alone() -> None:
    tally = Tally("f.csv")
    assert sift(Part(observations(rows({}).clear()), 3, passed=3), tally).num_rows == 0
    assert (tally.records(), tally.first, tally.made) == (Records(3, 0, 3, 0), "", 0)
