from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pytest

from selftwin.sources.reader.process import Finished, Reading

if TYPE_CHECKING:
    from pathlib import Path

STATEMENT = """:20:STARTUMSE
:25:10020030/1234567
:28C:00001/001
:60F:C231229EUR1000,00
:61:2312290102DR12,50N005NONREF//42
:86:105?00BASISLASTSCHRIFT?20EREF+A1?21SVWZ+REWE SAGT DAN?22KE 4711?3010020030
?31DE02100200300001234567?32REWE Markt Gm?33bH
:61:2401020102D3,20NMSCNONREF
:86:KAFFEE AM EGG
:61:2401020102D3,20NMSCNONREF
:86:KAFFEE AM EGG
:61:2401020102CR2500,N153NONREF
:86:153?00LOHN/GEHALT?20Gehalt Januar?32Muster AG
:61:2401020102RDR12,50N109NONREF
:86:109?00RUECKLASTSCHRIFT?20SVWZ+Ruecklastschrift?32REWE Markt GmbH
:62F:C240102EUR3493,60
:64:C240102EUR3400,60
-
"""
SLASHED = """{1:F01ABNANL2AXXXX0000000000}{2:I940ABNANL2AXXXXN}{4:
:20:ABN AMRO BANK NV
:25:517852257
:28:19321/1
:60F:C110522EUR3236,28
:61:1105240524D9,00N192NONREF
:86:/TRTP/SEPA OVERBOEKING/IBAN/FR12345678901234/BIC/GEFRADAM
/NAME/QASD JGRED/REMI/Dit zijn de omschrijvingsregels/EREF/NOTPRO
VIDED
:61:1102300524C6,10N654NONREF
:86:/CNTP/NL32INGB0000012345/INGBNL2A/ING BANK NV/REMI/USTD//EV-20
1/
:62F:C110524EUR3233,38
-}
"""


def specimen() -> dict[str, bytes]:
    """Two statements of two banks: German fields, and fields between slashes in an envelope."""
    return {"umsatz.sta": STATEMENT.encode(), "swift.940": SLASHED.encode()}


def read(path: Path, *texts: str | bytes) -> tuple[pl.DataFrame, Finished]:
    path.write_bytes(b"".join(text if isinstance(text, bytes) else text.encode() for text in texts))
    with Reading([(path, path.name)]) as reading:
        told = list(reading)
    rows = [pl.DataFrame(pl.from_arrow(one)) for one in told if isinstance(one, pa.RecordBatch)]
    plain = pl.concat(rows).with_columns(pl.col("signal", "source").cast(pl.String)) if rows else pl.DataFrame()
    return plain, next(one for one in told if isinstance(one, Finished))


def money(rows: pl.DataFrame) -> list[tuple[str, float, str | None]]:
    kept = rows.filter(pl.col("value").is_not_null() & ~pl.col("signal").str.starts_with("balance"))
    return list(kept.select("signal", "value", "text").iter_rows())


NOTED = """:20:{title}
:25:10020030/1234567
:28C:00000/001
:34F:EURD14,99
:13:2401051059
:61:2401060105DR14,99NDDTNONREF
:86:105?00SEPA-BASISLASTSCHRIFT?20SVWZ+Netflix?32Netflix
:90D:1EUR14,99
"""


def test_a_report_of_the_day_has_its_currency_by_its_floor_limit(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.942", NOTED.format(title="REPORT1"))
    assert rows["signal"][0].endswith(".eur")


def test_what_a_german_bank_has_only_noted_is_passed_over(tmp_path: Path) -> None:
    booked, _ = read(tmp_path / "b.sta", STATEMENT)
    rows, account = read(tmp_path / "c.sta", STATEMENT, NOTED.format(title="STARTDISPE"))
    assert rows.height == booked.height
    assert (account.records.passed, account.records.faulty) == (1, 0)


def test_money_that_leaves_is_a_purchase_a_fee_or_a_transfer_and_money_that_comes_is_income(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "a.sta", STATEMENT)
    assert money(rows) == [
        ("purchase.eur", 12.5, "REWE"),
        ("purchase.eur", 3.2, "Kaffee Am Egg"),
        ("purchase.eur", 3.2, "Kaffee Am Egg"),
        ("income.salary.eur", 2500.0, "Muster Ag"),
        ("refund.eur", 12.5, "REWE"),
    ]
    assert (account.records.read, account.records.taken, account.records.faulty) == (8, 8, 0)


def test_balances_are_told_by_account_under_a_name_that_is_not_its_number(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.sta", STATEMENT)
    stood = rows.filter(pl.col("signal").str.starts_with("balance")).select("signal", "value")
    assert list(stood.iter_rows()) == [
        ("balance.opening.eur", 1000.0), ("balance.eur", 3493.6), ("balance.available.eur", 3400.6)
    ]  # fmt: skip
    assert not rows.select(pl.concat_str("source", pl.col("native").fill_null("")).str.contains("1234567").any()).item()


def test_the_booking_day_lies_in_the_year_nearest_to_the_value_date(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.sta", STATEMENT)
    first = rows.filter(pl.col("signal") == "purchase.eur").row(0, named=True)
    assert str(first["start"]) == "2023-12-29 00:00:00"
    assert first["native"].split("/")[1] == "20240102"


def test_two_equal_payments_of_a_day_stay_two_and_a_statement_told_twice_is_told_once(tmp_path: Path) -> None:
    once, _ = read(tmp_path / "once.sta", STATEMENT)
    twice, account = read(tmp_path / "twice.sta", STATEMENT, STATEMENT)
    coffees = once.filter(pl.col("text") == "Kaffee Am Egg")
    assert coffees["native"].n_unique() == coffees.height == 2
    assert twice.select("native", "signal", "value").equals(once.select("native", "signal", "value"))
    assert account.records.passed == 8


def test_statements_that_overlap_agree_on_what_they_share(tmp_path: Path) -> None:
    whole, _ = read(tmp_path / "whole.sta", STATEMENT)
    cut = STATEMENT.replace(STATEMENT[STATEMENT.index(":61:231229") : STATEMENT.index(":61:240102")], "")
    later, _ = read(tmp_path / "later.sta", cut)
    shared = set(later.filter(pl.col("signal") == "purchase.eur")["native"])
    assert len(shared) == 2
    assert shared < set(whole["native"])


def test_fields_between_slashes_an_envelope_and_a_thirtieth_of_february_are_understood(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "b.940", SLASHED)
    assert money(rows) == [("purchase.eur", 9.0, "Qasd Jgred"), ("income.eur", 6.1, None)]
    assert [str(day.date()) for day in rows.filter(pl.col("signal") == "income.eur")["start"]] == ["2011-02-28"]
    assert rows.filter(pl.col("signal") == "transaction.text")["text"].to_list() == [
        "Dit zijn de omschrijvingsregels", "EV-201"
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8", "utf-16"])
def test_umlauts_are_read_in_the_encodings_banks_use(tmp_path: Path, encoding: str) -> None:
    rows, _ = read(tmp_path / "c.sta", STATEMENT.replace("KAFFEE AM EGG", "BÄCKEREI HÖFER").encode(encoding))
    assert "Bäckerei Höfer" in rows["text"].to_list()


def test_account_numbers_of_others_do_not_stay_in_the_text(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "d.sta", STATEMENT.replace("KAFFEE AM EGG", "REK NL65INGB0123456789 DANK"))
    assert "REK NL65… DANK" in rows["text"].to_list()


def test_a_line_that_cannot_be_read_is_a_fault_with_its_place(tmp_path: Path) -> None:
    _, account = read(tmp_path / "e.sta", STATEMENT.replace(":61:2401020102CR2500,", ":61:24XX020102CR2500,"))
    assert [fault.place for fault in account.faults] == ["e.sta, record 5"]
    assert account.records.faulty == 1
