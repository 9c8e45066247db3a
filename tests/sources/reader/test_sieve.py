"""What no source may let through, found by a quick look at all rows and told by a full judgement of the suspects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.sources.reader import sieve
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import AccountDoesNotAddUp, Fault, Records
from selftwin.vocabulary.observation import Basis

NOON = datetime(2026, 2, 1, 12)
ROW = {"record": 0, "signal": "heart_rate", "source": "x", "start": NOON, "basis": int(Basis.INSTANT), "value": 60.0}


def part(*rows: dict[str, Any], read: int | None = None, **more: Any) -> Part:
    schema = {"record": pl.UInt32, "signal": pl.String, "source": pl.String, "start": pl.Datetime("us")}
    schema |= {"stop": pl.Datetime("us"), "basis": pl.Int8, "value": pl.Float64, "text": pl.String}
    frame = pl.DataFrame([ROW | {"stop": None, "text": None} | row for row in rows], schema=schema)
    return Part(observations(frame), len(rows) if read is None else read, **more)


def sifted(*rows: dict[str, Any], **more: Any) -> tuple[int, sieve.Tally]:
    tally = sieve.Tally("file")
    return sieve.sift(part(*rows, **more), tally).num_rows, tally


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"signal": "no.such"}, "no.such: no such signal in the catalogue"),
        ({"start": datetime(1899, 12, 31)}, "heart_rate: a date outside 1900 to 2100"),
        ({"start": datetime(2101, 1, 1)}, "heart_rate: a date outside 1900 to 2100"),
        ({"stop": datetime(2026, 2, 1, 11)}, "heart_rate: it ends before it begins"),
        ({"value": None}, "heart_rate: no value"),
        ({"value": float("nan")}, "heart_rate: not a finite number"),
        ({"value": float("inf")}, "heart_rate: not a finite number"),
        ({"value": 4.9}, "heart_rate: a value outside what is possible"),
        ({"value": 500.1}, "heart_rate: a value outside what is possible"),
        ({"signal": "sleep.stage", "text": "flying", "value": None}, "sleep.stage: an unknown state"),
        ({"signal": "other.thing", "value": float("-inf")}, "other.thing: not a finite number"),
    ],
)
def test_what_cannot_be_true_is_a_fault_with_its_place(row: dict[str, Any], reason: str) -> None:
    kept, tally = sifted({"record": 0}, {"record": 1} | row, {"record": 2}, first_record=10)
    assert kept == 2
    assert tally.faults == [Fault("file, record 12", reason)]
    assert tally.records() == Records(read=3, taken=2, faulty=1)


@pytest.mark.parametrize(
    "row",
    [
        {"start": datetime(1900, 1, 1)},
        {"start": datetime(2100, 12, 31, 23, 59, 59)},
        {"value": 5.0},
        {"value": 500.0},
        {"stop": NOON},
        {"signal": "sleep.stage", "text": "rem", "value": None},
        {"signal": "sleep.stage", "text": None, "value": None},
        {"signal": "other.thing", "value": None},
        {"signal": "birth.date", "text": "anything", "value": None},
    ],
)
def test_what_may_be_true_is_kept(row: dict[str, Any]) -> None:
    assert sifted(row)[0] == 1


def test_a_row_without_a_date_is_a_fault_and_its_neighbours_are_kept() -> None:
    kept, tally = sifted({"record": 0}, {"record": 1, "start": None}, {"record": 2, "value": -1.0}, {"record": 3})
    assert kept == 2
    assert [fault.reason for fault in tally.faults] == [
        "heart_rate: no readable date",
        "heart_rate: a value outside what is possible",
    ]


def test_a_record_with_one_sound_row_is_taken_and_told_of() -> None:
    kept, tally = sifted({"value": 60.0}, {"value": -1.0}, {"record": 1, "value": -1.0}, read=2)
    assert kept == 1
    assert tally.records() == Records(read=2, taken=1, faulty=1)
    assert len(tally.faults) == 2


def test_records_out_of_order_are_counted_once() -> None:
    assert sifted({"record": 3}, {"record": 1}, {"record": 3}, {"record": 0}, read=3)[1].records() == Records(3, 3)


def test_a_lost_record_is_noticed() -> None:
    with pytest.raises(AccountDoesNotAddUp, match="4 records read"):
        sifted({}, read=4)[1].records()


def test_the_account_tells_signals_kinds_and_first_and_last() -> None:
    early = datetime(2020, 1, 2, 3, 4, 5, 600)
    rows = ({}, {"record": 1, "start": early}, {"record": 2, "signal": "steps"}, {"record": 3, "value": -1.0})
    _, tally = sifted(*rows, kinds={"a": 4}, notes=("n", "n"))
    assert (tally.made, tally.signals, tally.kinds) == (3, {"heart_rate": 2, "steps": 1}, {"a": 4})
    assert (tally.first, tally.last) == ("2020-01-02 03:04:05.000600", "2026-02-01 12:00:00")
    assert list(tally.notes) == ["n"]


def test_only_the_first_thousand_faults_are_kept_and_all_are_counted() -> None:
    _, tally = sifted(*({"record": n, "value": -1.0} for n in range(1500)))
    assert (len(tally.faults), tally.faulty) == (sieve.MOST_FAULTS, 1500)
    assert tally.faults[-1].place == "file, record 1000"


rows_of_any_kind = st.fixed_dictionaries(
    {
        "record": st.integers(0, 5),
        "signal": st.sampled_from(
            ["heart_rate", "steps", "sleep.stage", "other.x", "no.such", "birth.date", "pregnancy"]
        ),
        "start": st.datetimes(datetime(1890, 1, 1), datetime(2110, 1, 1)),
        "stop": st.one_of(st.none(), st.datetimes(datetime(1890, 1, 1), datetime(2110, 1, 1))),
        "value": st.one_of(st.none(), st.floats(), st.integers(0, 600).map(float)),
        "text": st.one_of(st.none(), st.sampled_from(["rem", "deep", "flying", ""])),
    }
)


@given(rows=st.lists(rows_of_any_kind, max_size=8))
def test_the_quick_look_misses_nothing_that_the_full_judgement_finds(rows: list[dict[str, Any]]) -> None:
    given_rows = part(*rows).rows
    reasons = sieve._reason(pl.DataFrame(pl.from_arrow(given_rows)))
    assert not any(reasons.is_not_null().to_numpy() & ~sieve.suspicious(given_rows))
    kept = sieve.sift(part(*rows), sieve.Tally("x"))
    assert kept.num_rows == reasons.null_count()
