from __future__ import annotations

import io
from time import monotonic
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pytest

from selftwin.sources.bank_csv import SOURCE
from selftwin.sources.reader.members import Member
from selftwin.sources.reader.process import Finished, Reading

if TYPE_CHECKING:
    from pathlib import Path

GERMAN = """"Girokonto";"DE12120300001020304050"
"Kontostand vom 31.03.2025:";"1.361,16 €"
""
"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";"Betrag (€)"
"31.03.25";"31.03.25";"Gebucht";"ISSUER";"REWE Muenchen";"VISA Debitkartenumsatz";"-1.015,18"
"30.03.25";"31.03.25";"Gebucht";"Mama";"Anna";"Geschenk";"50"
"30.03.25";"30.03.25";"Vorgemerkt";"Anna";"Netflix";"";"-12,99"
"99.03.25";"30.03.25";"Gebucht";"Anna";"Lidl";"";"-1,00"
"""
DUTCH = """"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Af Bij","Bedrag (EUR)","Mededelingen"
"20261012","Albert Heijn 1234 Utrecht","NL01INGB0001234567","","Af","23,45","Pasvolgnr: 012"
"20261010","Werkgever BV","NL01INGB0001234567","NL02ABNA0123456789","Bij","2.500,00","Salaris oktober"
"""
BRITISH = """Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
Card Payment,Current,2026-01-31 19:48:40,2026-02-01 07:30:04,Sainsbury's,-39.90,0.00,GBP,COMPLETED,1057.82
Card Payment,Current,2026-02-25 16:51:50,,Bolt,-2.18,0.00,GBP,REVERTED,
Exchange,Current,2026-02-26 16:51:50,2026-02-26 16:51:50,To Anna,-10.00,0.50,GBP,COMPLETED,1047.32
"""
GERMAN_REVOLUT = """Art,Produkt,Datum des Beginns,Beschreibung,Betrag,Gebühr,Währung,Status,Kontostand
Kartenzahlung,Giro,2024-01-05 10:11:12,Lidl,-12.50,0.00,EUR,ABGESCHLOSSEN,87.50
Kartenzahlung,Giro,2024-01-06 10:11:12,Rewe,-5.00,0.00,EUR,AUSSTEHEND,
"""
PAYPAL = """Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Balance,Balance Impact
09/20/2024,10:11:12,PDT,Cab Ltd,General Authorization,Pending,USD,-12.00,0.00,-12.00,1A,0.00,Memo
09/20/2024,10:11:12,PDT,Uber,Express Checkout Payment,Completed,USD,-12.00,0.00,-12.00,2A,-12.00,Debit
09/20/2024,10:11:12,PDT,,General Credit Card Deposit,Completed,USD,12.00,0.00,12.00,3A,0.00,Credit
09/21/2024,10:11:12,PDT,Jo,Mobile Payment,Completed,USD,"1,500.00",-43.40,"1,456.60",4A,"1,456.60",Credit
09/21/2024,10:11:12,PDT,,Account Hold for Open Authorization,Completed,USD,-5.00,0.00,-5.00,5A,,
09/22/2024,10:11:12,PDT,Shop,Payment Refund,Completed,USD,5.00,0.00,5.00,6A,"1,461.60",Credit
09/23/2024,10:11:12,PDT,,General Withdrawal,Completed,USD,-461.60,0.00,-461.60,7A,"1,000.00",Debit
"""
GERMAN_PAYPAL = """Datum,Uhrzeit,Beschreibung,Währung,Brutto,Entgelt,Netto,Guthaben,Transaktionscode,Name
07.06.2024,19:54:41,PayPal Express-Zahlung,USD,"-10,00","0,00","-10,00","-10,00",1A,Udemy
07.06.2024,19:54:41,Allgemeine Währungsumrechnung,USD,"10,00","0,00","10,00","0,00",2A,
07.06.2024,19:54:41,Allgemeine Währungsumrechnung,EUR,"-9,15","0,00","-9,15","-9,15",3A,
07.06.2024,19:54:41,Bankgutschrift auf PayPal-Konto,EUR,"9,15","0,00","9,15","0,00",4A,
25.06.2024,01:37:54,Rücklastschriftgebühr,EUR,"-3,00","0,00","-3,00","-3,00",5A,
"""
VENMO = """Account Statement - (@jo) ,,,,,,,,,,,,
Account Activity,,,,,,,,,,,,
,ID,Datetime,Type,Status,Note,From,To,Amount (total),Amount (tip),Beginning Balance,Year to Date Venmo Fees,Disclaimer
,,,,,,,,,,"$1,250.00",,
,31,2024-01-15T14:30:22,Payment,Complete,Boxes,Jo,Sam,- $75.00,,,,
,32,2024-01-16T14:30:22,Charge,Complete,Lamp,Jo,Kim,+ $48.90,,,,
,33,2024-01-17T14:30:22,Charge,Complete,Bulb,Kim,Jo,- $8.90,,,,
,34,2024-01-18T14:30:22,Standard Transfer,Issued,,,,"- $1,150.00",,,,
,,,,,,,,,,,$0.00,"In case of errors
write to us"
"""


def specimen() -> dict[str, bytes]:
    """Tables of three banks: German with a preamble, Dutch with a word for the direction, British with fees."""
    return {"umsaetze.csv": GERMAN.encode("cp1252"), "ing.csv": DUTCH.encode(), "statement.csv": BRITISH.encode()}


def read(path: Path, text: str) -> tuple[pl.DataFrame, Finished]:
    path.write_text(text, encoding="utf-8")
    with Reading([(path, path.name)]) as reading:
        told = list(reading)
    rows = [pl.DataFrame(pl.from_arrow(one)) for one in told if isinstance(one, pa.RecordBatch)]
    plain = pl.concat(rows).with_columns(pl.col("signal", "source").cast(pl.String))
    return plain, next(one for one in told if isinstance(one, Finished))


def numbers(rows: pl.DataFrame) -> list[tuple[str, float, str | None]]:
    return list(rows.filter(pl.col("value").is_not_null()).select("signal", "value", "text").iter_rows())


def claimed(text: str, name: str = "a.csv") -> bool:
    return SOURCE.recognises(Member(name, len(text), lambda: io.BytesIO(text.encode())))


def test_a_preamble_decimal_commas_and_the_payee_by_direction(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "a.csv", GERMAN)
    assert numbers(rows) == [("purchase.eur", 1015.18, "REWE"), ("income.eur", 50.0, None)]
    assert str(rows["start"][0].date()) == "2025-03-31"
    assert (account.records.read, account.records.taken, account.records.passed) == (4, 2, 1)
    assert [fault.place for fault in account.faults] == ["a.csv, record 4"]
    assert not rows["native"].str.contains("1020304050").any()


def test_a_word_beside_the_amount_says_its_direction(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "b.csv", DUTCH)
    assert numbers(rows) == [("purchase.eur", 23.45, "Albert Heijn"), ("income.salary.eur", 2500.0, "Werkgever Bv")]


def test_fees_and_balances_are_kept_and_reverted_payments_are_not(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "c.csv", BRITISH)
    assert numbers(rows) == [
        ("purchase.gbp", 39.9, "Sainsbury's"),
        ("balance.gbp", 1057.82, None),
        ("purchase.gbp", 10.0, "Anna"),
        ("fee.gbp", 0.5, None),
        ("balance.gbp", 1047.32, None),
    ]
    assert account.records.passed == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Data;Entrate;Uscite;Descrizione\n31/01/2024;;-12,50;ESSELUNGA\n30/01/2024;1.500,00;;Stipendio\n",
         [("purchase", 12.5), ("income.salary", 1500.0)]),
        ("Fecha;Concepto;Importe;Saldo\n22/03/2026;MERCADONA;-45,50;1.454,50\n23/03/2026;Nómina;2.000,00;3.454,50\n",
         [("purchase", 45.5), ("balance", 1454.5), ("income.salary", 2000.0), ("balance", 3454.5)]),
        ("Date;Libellé;Montant(EUROS)\n25/03/2025;CB CARREFOUR;-20,00\n20/03/2025;VIR DUPONT;1 200,00\n",
         [("purchase.eur", 20.0), ("income.eur", 1200.0)]),
        ("#Waluta;\nPLN;\n\n#Data operacji;#Opis operacji;#Rachunek;#Kwota;\n2026-09-18;LIDL;Konto;-118,72 PLN;\n",
         [("purchase.pln", 118.72)]),
        ("Date,Description,Paid out,Paid in,Balance\n26 Mar 2018,TESCO 12,23.50,,1000.00\n27 Mar 2018,Opening,,,\n",
         [("purchase", 23.5), ("balance", 1000.0)]),
        ("Transaction Date,Post Date,Description,Type,Amount\n08/13/2026,08/14/2026,AMAZON,Sale,-10.59\n",
         [("purchase", 10.59)]),
        ("Date,Description,Amount,Balance\n03/01/2026,TESCO,5.00,95.00\n13/01/2026,ALDI,10.00,85.00\n",
         [("purchase", 5.0), ("balance", 95.0), ("purchase", 10.0), ("balance", 85.0)]),
        ("Datum;Avisierungstext;Gutschrift in CHF;Lastschrift in CHF;Saldo in CHF\n\n30.01.2024;MIGROS;;-12.35;87.65\n",
         [("purchase.chf", 12.35), ("balance.chf", 87.65)]),
        ("Date;Texte de notification;Crédit en CHF;Débit en CHF;Solde en CHF\n\n31.12.2025;ACME;100;;4479.67\n",
         [("income.chf", 100.0), ("balance.chf", 4479.67)]),
        ('Date;Libellé;Débit euros;Crédit euros;\n30/01/2024;"PAIEMENT PAR CARTE\nLIDL   \n\n";1\u00a012,50;;\n',
         [("purchase.eur", 112.5)]),
        ('"Dato";"Forklaring";"Rentedato";"Ut fra konto";"Inn på konto"\n"31.01.2024";"Lidl";"31.01.2024";"35,8";""\n',
         [("purchase", 35.8)]),
        (GERMAN_REVOLUT,
         [("purchase.eur", 12.5), ("balance.eur", 87.5)]),
        ("Date,Description,Type,Amount\n01/15/2024,LIDL,Debit,12.50\n01/05/2024,ACME,Credit,2000.00\n",
         [("purchase", 12.5), ("income", 2000.0)]),
    ],
    ids=["italian", "spanish", "french", "polish", "paid-out-and-in", "american", "spending-written-positive",
         "swiss", "swiss-in-french", "crédit-agricole", "norwegian", "a-german-revolut", "a-type-that-is-a-direction"],
)  # fmt: skip
def test_banks_of_many_countries_are_told(text: str, told: list[tuple[str, float]], tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "d.csv", text)
    assert [(signal, value) for signal, value, _ in numbers(rows)] == told


@pytest.mark.parametrize(
    "text",
    [
        "Date,Description,Card,Amount\n12/30/2023,LIDL,A,15.98\n12/29/2023,PAYMENT - THANK YOU,A,-250.00\n",
        "Date,Merchant,Type,Amount (USD)\n12/30/2023,Lidl,Purchase,15.98\n12/29/2023,Lidl,Payment,-250.00\n",
        "Trans. Date,Description,Amount,Category\n12/30/2023,LIDL,15.98,\n12/29/2023,A,-250.00,Payments and Credits\n",
    ],
    ids=["thanks", "purchases", "credits"],
)
def test_a_cards_spending_is_spent_whatever_its_sign(text: str, tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "e.csv", text)
    (bought, spent, _), (came, paid, _) = numbers(rows)
    assert bought.startswith("purchase")
    assert not came.startswith("purchase")
    assert (spent, paid) == (15.98, 250.0)


def test_thanks_for_a_payment_from_an_account_leave_its_signs_alone(tmp_path: Path) -> None:
    text = "Date,Description,Amount\n12/30/2023,LIDL,-15.98\n12/29/2023,CARD PAYMENT THANK YOU,-250.00\n"
    rows, _ = read(tmp_path / "f.csv", text)
    assert [signal for signal, _, _ in numbers(rows)] == ["purchase", "transfer.out"]


def test_a_wallet_is_filled_and_emptied_and_earns_nothing_by_it(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "paypal.csv", PAYPAL)
    money = [one for one in numbers(rows) if not one[0].startswith("balance")]
    assert money == [
        ("purchase.usd", 12.0, "Uber"),
        ("transfer.in.usd", 12.0, "General Credit Card Deposit"),
        ("income.usd", 1500.0, None),
        ("fee.usd", 43.4, None),
        ("refund.usd", 5.0, "Shop"),
        ("transfer.out.usd", 461.6, "General Withdrawal"),
    ]
    assert account.records.passed == 2
    assert rows["native"].str.contains("4A").any()
    assert set(rows["source"]) == {"bank_csv"}  # balances too, as no account is told


def test_a_german_wallet_changes_currency_and_takes_from_the_bank(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "paypal.csv", GERMAN_PAYPAL)
    money = [one[:2] for one in numbers(rows) if not one[0].startswith("balance")]
    assert money == [
        ("purchase.usd", 10.0),
        ("transfer.in.usd", 10.0),
        ("transfer.out.eur", 9.15),
        ("transfer.in.eur", 9.15),
        ("fee.eur", 3.0),
    ]


def test_a_wallets_balance_in_another_currency_turns_no_sign(tmp_path: Path) -> None:
    head = "Date,Time,Type,Currency,Gross,Fee,Net,Transaction ID,Balance,Name\n"
    rows, _ = read(
        tmp_path / "paypal.csv",
        head + "20.09.2024,10:00,Mobile Payment,USD,-7.00,0.00,-7.00,1A,100.00,Uber\n"
        "21.09.2024,10:00,Mobile Payment,EUR,-50.00,0.00,-50.00,2A,150.00,Uber\n",
    )
    assert [one[0] for one in numbers(rows) if one[1] in {7.0, 50.0}] == ["purchase.usd", "purchase.eur"]


def test_who_asks_for_money_is_named_first_and_gets_it(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "venmo.csv", VENMO)
    assert numbers(rows) == [
        ("purchase.usd", 75.0, "Sam"),
        ("income.usd", 48.9, None),
        ("purchase.usd", 8.9, "Kim"),
        ("transfer.out.usd", 1150.0, None),
    ]
    assert account.records.passed == 2


def test_a_list_of_bills_with_gross_and_net_is_no_wallet() -> None:
    assert not claimed("ID,Date,Name,Currency,Gross,Net\n1,2024-01-05,Acme,EUR,119.00,100.00\n")


@pytest.mark.parametrize(
    "text",
    [
        "Datum;Text;Betrag\n15.01.2024;Lohn;2000,00\n16.01.2024;Überweisung: Geschenk, vielen Dank;-50,00\n",
        "Date,Description,Amount\n01/15/2024,Wages,2000.00\n01/16/2024,Payment to Joe: many thanks,-50.00\n",
        "Date,Type,Title,Currency,Amount\n01/15/2024,Sale,Order 1,USD,2000.00\n01/16/2024,Fee,Order 1,USD,-50.00\n",
    ],
    ids=["thanks-to-a-friend", "in-english", "what-a-shop-sold"],
)
def test_neither_thanks_to_others_nor_sales_turn_the_signs(text: str, tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "f.csv", text)
    (came, size, _), (went, spent, _) = numbers(rows)
    assert came.startswith("income")
    assert went.startswith(("purchase", "transfer.out", "fee"))
    assert (size, spent) == (2000.0, 50.0)


@pytest.mark.parametrize("dash", ["-", "+", "Credit"])
def test_a_dash_in_every_row_tells_no_direction(dash: str, tmp_path: Path) -> None:
    text = f"Date,Description,Details,Amount,Currency\n2024-01-05,ACME,{dash},20.00,EUR\n2024-01-06,LIDL,-,-5.00,EUR\n"
    rows, _ = read(tmp_path / "f.csv", text)
    assert [name for name, _, _ in numbers(rows)] == ["income.eur", "purchase.eur"]


@pytest.mark.parametrize(
    "words",
    ["AUTOPAY PAYMENT RECEIVED - THANK YOU", "Payment, Thank You", "THANK YOU FOR YOUR PAYMENT", "Pagamento recebido",
     "ZAHLUNG/ÜBERWEISUNG ERHALTEN BESTEN DANK", "Ihre LSV-Zahlung - Besten Dank", "Ihre Zahlung - Danke",
     "PRELEVEMENT AUTOMATIQUE ENREGISTRE-MERCI", "PAIEMENT - MERCI"],
)  # fmt: skip
def test_cards_thank_for_their_bill_in_many_ways(words: str, tmp_path: Path) -> None:
    text = f"Datum;Text;Betrag\n15.01.2024;Lidl;15,98\n16.01.2024;{words};-250,00\n"
    rows, _ = read(tmp_path / "f.csv", text)
    assert numbers(rows)[0] == ("purchase", 15.98, "Lidl")


@pytest.mark.parametrize(
    "text",
    [
        "Date,Description,Amount\n01/15/2024," + "payment " * 7500 + ",-5.00\n",
        "Date,Description,Amount\n01/15/2024,Lidl,-5.00\n01/15/2024,Lidl,-" + " " * 60_000 + "x\n",
        "Date,Description,Amount,Currency\n" + "01/15/2024,A,5,EUR\n" * 12 + "01/15/2024,,1" + "-" * 60_000 + "1,EUR\n",
        "konto" + " " * 20_000 + "\nDate,Description,Amount\n01/15/2024,Lidl,-5.00\n",
        "Date,Description,Amount," + "(" * 60_000 + "\n01/15/2024,Lidl,-5.00,\n",
    ],
    ids=["payments", "spaces", "dashes", "an-account", "brackets"],
)
def test_a_table_with_a_cell_that_goes_on_and_on_is_looked_at_in_no_time(text: str) -> None:
    began = monotonic()
    claimed(text)
    assert monotonic() - began < 3


def test_a_balance_of_the_day_of_the_download_is_no_balance_of_each_row(tmp_path: Path) -> None:
    text = "dateOp;label;amount;accountbalance\n2025-08-26;LIDL;-101,00;1057.24\n2025-08-25;ALDI;-12,50;1057.24\n"
    rows, _ = read(tmp_path / "g.csv", text)
    assert numbers(rows) == [("purchase", 101.0, "Lidl"), ("purchase", 12.5, "ALDI")]


def test_a_balance_may_have_another_decimal_mark_than_the_amounts(tmp_path: Path) -> None:
    text = "dateOp;label;amount;accountbalance\n2025-08-26;LIDL;-1 101,00;1057.24\n2025-08-25;LIDL;-12,50;2158.24\n"
    rows, _ = read(tmp_path / "g.csv", text)
    assert [value for _, value, _ in numbers(rows)] == [1101.0, 1057.24, 12.5, 2158.24]


def test_of_columns_that_are_called_alike_the_first_counts(tmp_path: Path) -> None:
    head = "A,B,C,D,E,F,Date,Description,Amount (total),Amount (tip),Amount (tax),Currency\n"
    rows, _ = read(tmp_path / "h.csv", head + ",,,,,,31/01/2024,Lidl,-12.50,0.00,0.00,EUR\n")
    assert numbers(rows) == [("purchase.eur", 12.5, "Lidl")]


def test_the_other_side_is_a_name_and_not_its_account(tmp_path: Path) -> None:
    text = "Date,Amount,Account,Counterparty,Name,Description\n2024-01-05,-12.50,NL02BUNQ1,NL03INGB0000000000,Lidl,x\n"
    rows, _ = read(tmp_path / "i.csv", text)
    assert numbers(rows) == [("purchase", 12.5, "Lidl")]


@pytest.mark.parametrize(
    "text",
    [
        "date,amount (EUR),merchant\n2024-01-01,3.20,Bakery\n",  # a mapping knows it
        "date,value,description\n2024-01-01,71.4,after breakfast\n",
        "Date,Time,Amount,Notes\n2024-01-01,08:00,250,water\n",
        "date,steps,distance\n2024-01-01,9000,7.1\n",
        "Date,Name,Type,Amount\n2024-01-01,Apples,in,100\n2024-01-02,Apples,out,12\n",
    ],
    ids=["mapped", "a-scale", "a-drink", "a-walk", "a-store"],
)
def test_what_is_not_clearly_money_is_left_alone(text: str) -> None:
    assert not claimed(text)


def test_files_that_overlap_agree_on_what_they_share(tmp_path: Path) -> None:
    whole, _ = read(tmp_path / "whole.csv", DUTCH)
    later, _ = read(tmp_path / "later.csv", "\n".join(DUTCH.splitlines()[:2]) + "\n")
    assert set(later["native"]) < set(whole["native"])
