from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pytest

from selftwin.sources.reader.process import Broken, Finished, Reading

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """!Type:Cat
NFood:Groceries
E
^
!Option:AutoSwitch
!Account
NChecking
TBank
^
!Clear:AutoSwitch
!Account
NChecking
TBank
^
!Type:Bank
D1/ 1'24
T1,000.00
POpening Balance
L[Checking]
^
D1/ 5'24
T-54.20
PLidl 47
LFood:Groceries
^
D1/10' 4
T-1,500.00
N101
PHome Loan Co
SMortgage Interest
$-1,200.00
S[Mortgage]
EPrincipal
$-300.00
^
D1/15/98
U2,000.00
PACME Payroll
^
!Account
NBrokerage
TInvst
^
!Type:Invst
D1/16'24
NBuy
YACME
T50
^
D1/17'24
NDiv
YACME
T12.50
^
D1/18'24
NReinvDiv
YACME
T3
^
"""
CARD = "!Type:CCard\r\nD28/07/2024\r\nT-5,50\r\nPAldi\r\nMtwo\r\n^\r\nD01/08/2024\r\nTx\r\nPAldi\r\n^\r\n"


def specimen() -> dict[str, bytes]:
    """A program's file of two accounts, and a bank's of a card."""
    return {"money.qif": WHOLE.encode(), "card.qif": CARD.encode()}


def read(path: Path, text: str) -> tuple[pl.DataFrame, Finished]:
    path.write_bytes(text.encode("cp1252"))
    with Reading([(path, path.name)]) as reading:
        told = list(reading)
    rows = [pl.DataFrame(pl.from_arrow(one)) for one in told if isinstance(one, pa.RecordBatch)]
    plain = pl.concat(rows).with_columns(pl.col("signal", "source").cast(pl.String))
    return plain, next(one for one in told if isinstance(one, Finished))


def numbers(rows: pl.DataFrame) -> list[tuple[str, str, float]]:
    kept = rows.filter(pl.col("value").is_not_null())
    return list(kept.select(pl.col("start").dt.date().cast(pl.String), "signal", "value").iter_rows())


def test_splits_transfers_and_a_brokers_cash_of_several_accounts(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "a.qif", WHOLE)
    assert numbers(rows) == [
        ("2024-01-05", "purchase", 54.2),
        ("2004-01-10", "loan.payment", 1200.0),
        ("2004-01-10", "transfer.out", 300.0),
        ("1998-01-15", "income.salary", 2000.0),
        ("2024-01-16", "transfer.out", 50.0),
        ("2024-01-17", "income", 12.5),
    ]
    assert (account.records.read, account.records.taken, account.records.passed) == (7, 5, 2)
    assert len({native.split("/")[0] for native in rows["native"]}) == 2


def test_a_cards_file_with_days_first_and_decimal_commas(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "b.qif", CARD)
    assert numbers(rows) == [("2024-07-28", "purchase", 5.5)]
    assert [fault.place for fault in account.faults] == ["b.qif, record 2"]


def test_a_mark_of_utf8_before_the_header_and_one_digit_behind_the_comma(tmp_path: Path) -> None:
    path = tmp_path / "f.qif"
    path.write_text("!Type:Bank\nD31/01/2024\nT-12,5\nPLidl\n^\nD31/01/2024\nT-1,234\nPLidl\n^\n", "utf-8-sig")
    with Reading([(path, path.name)]) as reading:
        rows = [pl.DataFrame(pl.from_arrow(one)) for one in reading if isinstance(one, pa.RecordBatch)]
    assert pl.concat(rows)["value"].drop_nulls().to_list() == [12.5, 1234.0]


@pytest.mark.parametrize(
    ("written", "day"),
    [("1/5/98", "1998-01-05"), ("1/5'04", "2004-01-05"), ("1/ 5'26", "2026-01-05"), ("1-5-2004", "2004-01-05")],
)
def test_years_of_both_centuries(written: str, day: str, tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "c.qif", f"!Type:Bank\nD{written}\nT-1.00\nPLidl\n^\nD1/31/2004\nT-2.00\nPLidl\n^\n")
    assert numbers(rows)[0][0] == day


def test_a_payment_of_nothing_is_passed_over_and_no_fault(tmp_path: Path) -> None:
    _, account = read(tmp_path / "e.qif", WHOLE.replace("T-54.20", "T-0.00"))
    assert (account.records.passed, account.records.faulty) == (3, 0)


def test_a_file_whose_dates_can_be_read_two_ways_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.qif"
    path.write_text("!Type:Bank\nD1/5/2024\nT-1.00\nPLidl\n^\n")
    with Reading([(path, path.name)]) as reading:
        assert [one for one in reading if isinstance(one, Broken)]
