"""What stands in cells: numbers with either mark, stamps in any order, and the blocks that carry them."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.sources import _table_text
from selftwin.sources._table_cells import Evidence, numbers, stamps
from selftwin.sources._table_glucose import readings
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources.reader.members import Member
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

DATE, LOCAL, INSTANT = int(Basis.DATE), int(Basis.LOCAL), int(Basis.INSTANT)


@pytest.mark.parametrize(
    ("cell", "delimiter", "value"),
    [
        ("1", ",", 1),
        ("-3.5", ",", -3.5),
        ("1,5", ";", 1.5),
        ("1,5", ",", 1.5),
        ("1,234", ",", 1234),
        ("1,234", ";", 1.234),
        ("1.234", ",", 1.234),
        ("1,234.5", ",", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("1.234.567", ";", 1234567),
        ("1,234,567", ";", 1234567),
        ("12 345,6", ";", 12345.6),
        ("12'345.6", ";", 12345.6),
        ("1e3", ",", 1000),
        (".5", ",", 0.5),
    ],
)
def test_a_number_is_read_with_either_mark(cell, delimiter, value):
    assert numbers(pl.Series([cell]), delimiter=delimiter).to_list() == [value]


@pytest.mark.parametrize("cell", ["x", "--", "1-2", "1.2.3", "NaN", "inf", "0x10", "1e", "١٢"])
def test_what_is_no_number_is_not_a_number(cell):
    assert numbers(pl.Series([cell])).is_nan().all()


def test_an_empty_cell_is_missing():
    assert numbers(pl.Series(["", " ", None], dtype=pl.String)).to_list() == [None, None, None]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_float_comes_back(value):
    assert numbers(pl.Series([repr(value)])).to_list() == [value]


@pytest.mark.parametrize(
    ("cell", "order", "start", "basis", "offset"),
    [
        ("2024-05-01", None, (2024, 5, 1), DATE, None),
        ("2024/5/1 7:05", None, (2024, 5, 1, 7, 5), LOCAL, None),
        ("2024-05-01T07:05:06.250", None, (2024, 5, 1, 7, 5, 6, 250000), LOCAL, None),
        ("2024-05-01T07:05:00Z", None, (2024, 5, 1, 7, 5), INSTANT, 0),
        ("2024-05-01 07:05:00 +0530", None, (2024, 5, 1, 1, 35), INSTANT, 330),
        ("2024-05-01T07:05:00-03:00", None, (2024, 5, 1, 10, 5), INSTANT, -180),
        ("01.05.2024", "day-first", (2024, 5, 1), DATE, None),
        ("01.05.2024, 19:05", "day-first", (2024, 5, 1, 19, 5), LOCAL, None),
        ("05/01/2024 07:05 PM", "month-first", (2024, 5, 1, 19, 5), LOCAL, None),
        ("05/01/24 12:05 a.m.", "month-first", (2024, 5, 1, 0, 5), LOCAL, None),
        ("05/01/2024 12:05 PM", "month-first", (2024, 5, 1, 12, 5), LOCAL, None),
        ("01-05-99 07.05", "day-first", (1999, 5, 1, 7, 5), LOCAL, None),
    ],
)
def test_a_stamp_is_read_as_written(cell, order, start, basis, offset):
    assert stamps(pl.Series([cell]), order).rows() == [(datetime(*start), offset, basis)]


@pytest.mark.parametrize(
    "cell",
    ["", "soon", "2024-13-01", "2024-02-30", "05/01/2024", "2024-05-01 25:00", "2024-05-01 1", "2024-05-01 13:00 PM",
     "99999-01-01", "2024-05-01 10:00 +99", "1714550400"],
)  # fmt: skip
def test_what_is_no_stamp_has_no_start(cell):
    assert stamps(pl.Series([cell]))["start"].to_list() == [None]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=8), st.sampled_from([None, "day-first", "month-first"]))
def test_any_text_is_a_number_and_a_stamp_or_neither(cells, order):
    series = pl.Series(cells, dtype=pl.String)
    assert stamps(series, order).height == numbers(series).len() == len(cells)


@given(st.lists(st.dates(), min_size=1, max_size=30))
def test_an_order_is_proved_or_not_told(days):
    evidence = Evidence()
    evidence.take(pl.Series([f"{day.day:02}/{day.month:02}/{day.year:04}" for day in days]))
    assert evidence.order() == ("day-first" if any(day.day > 12 for day in days) else None)


def test_damage_in_one_row_does_not_turn_a_file_around():
    evidence = Evidence()
    evidence.take(pl.Series([*[f"{day}/01/2024" for day in range(1, 31)] * 2, "01/31/2024"]))
    assert evidence.order() == "day-first"


@pytest.mark.parametrize(
    ("word", "limit"),
    [("Low", "low"), ("LO", "low"), ("niedrig", "low"), ("Bas", "low"), ("Bajo", "low"), ("Basso", "low"),
     ("Laag", "low"), ("<40", "low"), ("High", "high"), ("Hoch", "high"), ("Élevé", "high"), ("Alto", "high"),
     ("Hoog", "high"), (">400", "high")],
)  # fmt: skip
def test_a_sensors_limits_are_known_in_many_words(word, limit):
    value, text = readings(pl.Series([word]), mmol=False, highest=400.0).row(0)
    assert (value, text) == ({"low": 40.0, "high": 400.0}[limit], limit)


def member(data):
    return Member("x.csv", len(data), lambda: io.BytesIO(data))


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]) | st.sampled_from(' ,;"\n'), max_size=9)


@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=30),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(8, 200),
)
def test_whatever_cells_hold_they_come_back_whole(rows, delimiter, encoding, block):
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *rows])
    found = member(written.getvalue().encode(encoding))
    sheet = next(sheet for sheet in sheets(found) if sheet.delimiter == delimiter)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_table_text, "_BLOCK", block)
        back = [row for one in blocks(found, sheet) for row in one.rows.rows()]
    wanted = [tuple(cell.strip() or None for cell in row) for row in rows]
    assert back == [row for row in wanted if any(row)]


def test_cells_that_begin_with_a_quote_in_a_table_without_quoting_swallow_no_rows():
    text = b'name,kg\nplain,80\n"odd,81\nplain,82\n"odd,83\nplain,84\n'
    member = Member("a.csv", len(text), lambda: io.BytesIO(text))
    (block,) = blocks(member, next(sheets(member)))
    assert block.rows["1"].to_list() == ["80", "81", "82", "83", "84"]


def test_lines_inside_quotes_stay_together_however_many_cells_they_look_like():
    text = b'name,kg\n"a, then\nb",80\n'
    member = Member("a.csv", len(text), lambda: io.BytesIO(text))
    (block,) = blocks(member, next(sheets(member)))
    assert block.rows.rows() == [("a, then\nb", "80")]


def test_a_line_without_an_end_is_broken(monkeypatch):
    monkeypatch.setattr(_table_text, "_LONGEST_RECORD", 1000)
    monkeypatch.setattr(_table_text, "_BLOCK", 500)
    found = member(b"a,b\n" + b"x" * 9000)
    with pytest.raises(BrokenExport, match="never ends"):
        list(blocks(found, next(sheets(found))))


def test_bytes_of_an_old_spreadsheet_in_a_modern_file_are_read(monkeypatch):
    found = member("a,b\nCafé,1\n".encode() + "Zürich,2\n".encode("cp1252"))
    assert [row for one in blocks(found, next(sheets(found))) for row in one.rows.rows()] == [
        ("Café", "1"), ("Zürich", "2"),
    ]  # fmt: skip
