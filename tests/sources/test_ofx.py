from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from selftwin.sources.reader.process import Finished, Reading

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
BANK = (
    HEAD + "<OFX><SIGNONMSGSRSV1><SONRS><DTSERVER>20090523122017</SONRS></SIGNONMSGSRSV1>\n"
    "<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>CAD<BANKACCTFROM><BANKID>16<ACCTID>123456789<ACCTTYPE>CHECKING"
    "</BANKACCTFROM><BANKTRANLIST><DTSTART>20090401<DTEND>20090523\n"
    "<STMTTRN><TRNTYPE>POS<DTPOSTED>20090401233017.000[-5:EST]<TRNAMT>-6.60<FITID>1234567891<NAME>MCDONALD'S #112"
    "<MEMO>POS MERCHANDISE;MCDONALD'S #112</STMTTRN>\n"
    "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20090402<TRNAMT>-20,00<FITID>0<NAME>B&amp;Q</STMTTRN>\n"
    "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20090402<TRNAMT>-20,00<FITID>0<NAME>B&amp;Q</STMTTRN>\n"
    "<STMTTRN><TRNTYPE>XFER<DTPOSTED>20090403<TRNAMT>+50.00<FITID>7<NAME>ANNA MUSTER<CURRENCY><CURRATE>1.4"
    "<CURSYM>USD</CURRENCY><BANKACCTTO><ACCTID>999</BANKACCTTO></STMTTRN>\n"
    "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>soon<TRNAMT>-1.00<FITID>8<NAME>X</STMTTRN>\n"
    "</BANKTRANLIST><LEDGERBAL><BALAMT>-382.34<DTASOF>20090523122017</LEDGERBAL>"
    "<AVAILBAL><BALAMT>682.34<DTASOF>20090523</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
)
BROKER = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="200" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS>
 <DTASOF>20050827010000</DTASOF><CURDEF>USD</CURDEF>
 <INVACCTFROM><BROKERID>1</BROKERID><ACCTID>999988</ACCTID></INVACCTFROM>
 <INVTRANLIST>
  <BUYSTOCK><INVBUY><INVTRAN><FITID>23321</FITID><DTTRADE>20050825</DTTRADE></INVTRAN>
   <UNITS>100</UNITS><TOTAL>-5025.00</TOTAL></INVBUY><BUYTYPE>BUY</BUYTYPE></BUYSTOCK>
  <INCOME><INVTRAN><FITID>23322</FITID><DTTRADE>20050826</DTTRADE></INVTRAN><TOTAL>12.50</TOTAL></INCOME>
  <REINVEST><INVTRAN><FITID>23323</FITID><DTTRADE>20050826</DTTRADE></INVTRAN><TOTAL>-3.00</TOTAL></REINVEST>
  <INVBANKTRAN><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20050825</DTPOSTED><TRNAMT>1000.00</TRNAMT>
   <FITID>12345</FITID><NAME><![CDATA[Payroll <Muster>]]></NAME></STMTTRN></INVBANKTRAN>
 </INVTRANLIST>
 <INVBAL><AVAILCASH>200.00</AVAILCASH><BALLIST><BAL><DTASOF>20040101</DTASOF></BAL></BALLIST></INVBAL>
</INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>
"""
CARD = HEAD + """<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>BRL
<CCACCTFROM>
<ACCTID>1111-UUID
</CCACCTFROM>
<BANKTRANLIST>
<STMTTRN>
<TRNTYPE>CREDIT
<DTPOSTED>20240323000000[-3:GMT]
<TRNAMT>100.00
<FITID>a
<MEMO>Pagamento recebido
</STMTTRN>
<STMTTRN>
<TRNTYPE>CREDIT
<DTPOSTED>20240324000000[-3:GMT]
<TRNAMT>9.90
<FITID>b
<MEMO>Lidl
</STMTTRN>
<STMTTRN>
<TRNTYPE>DEBIT
<DTPOSTED>20240325000000[-3:GMT]
<TRNAMT>-13.00
<FITID>b
<MEMO>Padaria
</STMTTRN>
</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""


def specimen() -> dict[str, bytes]:
    """A bank's SGML, a broker's XML and a card."""
    return {"bank.ofx": BANK.encode(), "broker.ofx": BROKER.encode(), "card.qfx": CARD.encode()}


def read(path: Path, text: str) -> tuple[pl.DataFrame, Finished]:
    path.write_bytes(text.encode("cp1252"))
    with Reading([(path, path.name)]) as reading:
        told = list(reading)
    rows = [pl.DataFrame(pl.from_arrow(one)) for one in told if isinstance(one, pa.RecordBatch)]
    plain = pl.concat(rows).with_columns(pl.col("signal", "source").cast(pl.String))
    return plain, next(one for one in told if isinstance(one, Finished))


def numbers(rows: pl.DataFrame) -> list[tuple[str, float, str | None]]:
    return list(rows.filter(pl.col("value").is_not_null()).select("signal", "value", "text").iter_rows())


def test_sgml_without_closing_tags_is_read_in_the_currency_of_each_payment(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "a.ofx", BANK)
    assert numbers(rows) == [
        ("purchase.cad", 6.6, "McDonald's"),
        ("purchase.cad", 20.0, "B&Q"),
        ("purchase.cad", 20.0, "B&Q"),
        ("transfer.in.usd", 50.0, "Anna Muster"),
        ("balance.cad", -382.34, None),
        ("balance.available.cad", 682.34, None),
    ]
    assert [fault.place for fault in account.faults] == ["a.ofx, record 5"]


def test_a_payment_whose_amount_was_converted_is_in_the_statements_currency(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "f.ofx", BANK.replace("CURRENCY><CURRATE>", "ORIGCURRENCY><CURRATE>"))
    assert ("transfer.in.cad", 50.0) in [(signal, value) for signal, value, _ in numbers(rows)]


def test_a_balance_that_is_empty_is_passed_over_and_no_fault(tmp_path: Path) -> None:
    _, account = read(tmp_path / "g.ofx", BANK.replace("-382.34<DTASOF>20090523122017", "</BALAMT><DTASOF></DTASOF>"))
    assert (account.records.passed, account.records.faulty) == (1, 1)


def test_the_day_is_the_one_the_bank_wrote(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.ofx", BANK)
    assert [str(rows["start"][0]), rows["basis"][0], rows["offset"][0]] == ["2009-04-01 00:00:00", 0, None]


def test_the_banks_id_is_the_key_unless_it_is_none_and_bears_no_account_number(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.ofx", BANK)
    natives = rows.filter(pl.col("value").is_not_null() & ~pl.col("signal").str.starts_with("balance"))["native"]
    assert natives[0].endswith("/1")
    assert natives.n_unique() == 4
    assert not natives.str.contains("123456789").any()


def test_a_brokers_xml_gives_what_happened_to_its_cash(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "b.ofx", BROKER)
    assert numbers(rows) == [
        ("transfer.out.usd", 5025.0, None),
        ("income.usd", 12.5, None),
        ("income.salary.usd", 1000.0, "Payroll <Muster>"),
        ("balance.usd", 200.0, None),
    ]
    assert str(rows["start"][-1].date()) == "2005-08-27"
    assert account.records.passed == 1


def test_money_paid_to_a_card_is_ones_own_and_an_id_given_twice_is_two_payments(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "c.qfx", CARD)
    assert numbers(rows) == [
        ("transfer.in.brl", 100.0, "Recebido"),
        ("refund.brl", 9.9, "Lidl"),
        ("purchase.brl", 13.0, "Padaria"),
    ]
    assert rows.filter(pl.col("value").is_not_null())["native"].n_unique() == 3


def test_a_file_that_ends_early_keeps_what_was_whole(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "d.ofx", BANK[: BANK.index("<NAME>ANNA")])
    assert account.records.taken == 4
    assert rows.filter(pl.col("signal") == "purchase.cad").height == 3
