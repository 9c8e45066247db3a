from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pytest

from selftwin.sources.reader.process import Finished, Reading

if TYPE_CHECKING:
    from pathlib import Path

IBAN = "CH2801234000123456789"
STATEMENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId><CreDtTm>2024-01-03T08:00:00+01:00</CreDtTm></GrpHdr>
<Stmt><Id>7</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>CHF</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CHF">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
 <Dt><Dt>2024-01-02</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CHF">5.50</Amt><CdtDbtInd>DBIT</CdtDbtInd>
 <Dt><Dt>2024-01-02</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>FWAV</Cd></CdOrPrtry></Tp><Amt Ccy="CHF">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
 <Dt><Dt>2024-01-09</Dt></Dt></Bal>
<Ntry><Amt Ccy="CHF">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2024-01-02</Dt></BookgDt>
 <ValDt><Dt>2023-12-30</Dt></ValDt><AcctSvcrRef>R1</AcctSvcrRef>
 <NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="CHF">10.00</Amt></TxAmt></AmtDtls>
  <RltdPties><Cdtr><Nm>Migros Basel</Nm></Cdtr></RltdPties><RmtInf><Ustrd>Einkauf</Ustrd></RmtInf></TxDtls>
  <TxDtls><AmtDtls><TxAmt><Amt Ccy="CHF">20.00</Amt></TxAmt></AmtDtls>
  <RltdPties><Cdtr><Nm>Anna Muster</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CHF">75.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2024-01-02</Dt></BookgDt>
 <BkTxCd><Prtry><Cd>NTRF+083+00931</Cd></Prtry></BkTxCd><AddtlNtryInf>Bezug</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="CHF">4.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
NOTICE = f"""<Document xmlns:n="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
<BkToCstmrDbtCdtNtfctn><Ntfctn><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">8.85</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
 <BookgDt><DtTm>2014-12-31T23:15:00+01:00</DtTm></BookgDt>
 <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>SALA</SubFmlyCd></Fmly></Domn></BkTxCd>
 <NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>MUSTER AG</Nm></Pty></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">x</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>
</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"""


def specimen() -> dict[str, bytes]:
    """A statement of the second version with a batch, and a notice of the eighth."""
    return {"camt053.xml": STATEMENT.encode(), "camt054.xml": NOTICE.encode()}


def read(path: Path, text: str) -> tuple[pl.DataFrame, Finished]:
    path.write_text(text, encoding="utf-8")
    with Reading([(path, path.name)]) as reading:
        told = list(reading)
    rows = [pl.DataFrame(pl.from_arrow(one)) for one in told if isinstance(one, pa.RecordBatch)]
    plain = pl.concat(rows).with_columns(pl.col("signal", "source").cast(pl.String))
    return plain, next(one for one in told if isinstance(one, Finished))


def test_a_batch_is_told_payment_by_payment_and_balances_with_their_sign(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "a.xml", STATEMENT)
    numbers = rows.filter(pl.col("value").is_not_null()).select("signal", "value", "text")
    assert list(numbers.iter_rows()) == [
        ("balance.opening.chf", 100.0, None),
        ("balance.chf", -5.5, None),
        ("purchase.chf", 10.0, "Migros"),
        ("purchase.chf", 20.0, "Anna Muster"),
        ("cash.withdrawal.chf", 75.5, None),
    ]
    assert (account.records.read, account.records.taken, account.records.passed) == (6, 4, 2)
    assert not rows["source"].str.contains(IBAN[6:]).any()


def test_the_day_is_the_value_date_and_the_key_the_day_of_booking(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.xml", STATEMENT)
    first = rows.filter(pl.col("text") == "Migros").row(0, named=True)
    assert str(first["start"].date()) == "2023-12-30"
    assert first["native"].split("/")[1] == "20240102"


def test_words_and_references_of_a_structured_remittance_tell_payments_apart(tmp_path: Path) -> None:
    bill = "<RmtInf><Strd><CdtrRefInf><Ref>{}</Ref></CdtrRefInf><AddtlRmtInf>Rechnung {}</AddtlRmtInf></Strd></RmtInf>"
    plain = "<RmtInf><Ustrd>Einkauf</Ustrd></RmtInf>"
    one, _ = read(tmp_path / "a.xml", STATEMENT.replace(plain, bill.format(210000000003139471430009017, 7)))
    other, _ = read(tmp_path / "b.xml", STATEMENT.replace(plain, bill.format(210000000003139471430009025, 7)))
    assert "Rechnung 7" in one.filter(pl.col("signal") == "transaction.text")["text"].to_list()
    assert len(set(one["native"]) - set(other["native"])) == 1


def test_a_notice_of_a_later_version_is_read_and_a_bad_amount_is_a_fault(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "b.xml", NOTICE)
    assert list(rows.select("signal", "value", "text").iter_rows()) == [("income.salary.eur", 8.85, "Muster Ag")]
    assert str(rows["start"][0].date()) == "2014-12-31"
    assert [fault.place for fault in account.faults] == ["b.xml, record 2"]


def test_a_statement_that_ends_early_keeps_what_was_whole(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "c.xml", STATEMENT[: STATEMENT.index("</Ntry>") + 20])
    assert "purchase.chf" in rows["signal"].to_list()
    assert account.records.faulty == 1


@pytest.mark.parametrize("space", ["camt.029.001.03", "pain.001.001.03"])
def test_other_messages_are_not_claimed(space: str, tmp_path: Path) -> None:
    path = tmp_path / "other.xml"
    path.write_text(STATEMENT.replace("camt.053.001.02", space))
    with Reading([(path, path.name)]) as reading:
        assert not [one for one in reading if isinstance(one, Finished)]
