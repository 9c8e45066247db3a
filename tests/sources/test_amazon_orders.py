from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pytest

from selftwin.sources import _table_text
from selftwin.sources.amazon_orders import SOURCE
from selftwin.sources.reader.process import Finished, Reading

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """Website,Order ID,Order Date,Purchase Order Number,Currency,Unit Price,Total Discounts,Total Owed,ASIN,Quantity,Order Status,Shipping Address,Product Name
Amazon.de,306-1,2024-10-21T12:00:00Z,Not Applicable,EUR,10.00,'-1.20',"1,010.40",B01,2,Closed,A Street,USB cable
Amazon.de,306-1,2024-10-21T12:00:00Z,Not Applicable,EUR,10.00,0,11.60,B01,1,Closed,A Street,USB cable
Amazon.de,306-2,2024-10-22T12:00:00Z,Not Applicable,EUR,10.00,0,0,B02,1,Closed,A Street,A present
Amazon.de,306-3,2024-10-23T12:00:00Z,Not Applicable,EUR,10.00,0,5.00,B03,1,Cancelled,A Street,Never came
Amazon.de,306-4,someday,Not Applicable,EUR,10.00,0,5.00,B04,1,Closed,A Street,A lamp
"""  # noqa: E501 - as Amazon writes it
REPORT = """Order Date,Order ID,Title,Category,ASIN/ISBN,Quantity,Order Status,Item Subtotal,Item Total,Currency
01/31/19,306-1,USB cable,CABLE,B01,2,Shipped,$10.00,"$1,010.40",USD
"""
DIGITAL = """ASIN,ProductName,OrderId,DigitalOrderItemId,OrderDate,OurPrice,OurPriceCurrencyCode,OurPriceTax
B09,A song,D01-1,RS,2025-09-25T00:44:00Z,10.00,USD,0.99
"""
CONTENT = """ASIN,Base Currency Code,Component Type,Digital Order Item ID,Order Date,Order ID,Order Status,Product Name,Quantity Ordered,Transaction Amount
B09,USD,Tax,I1,2025-09-25T00:44:00Z,D01-1,SUCCESS,A song,1,0.99
B09,USD,Price Amount,I1,2025-09-25T00:44:00Z,D01-1,SUCCESS,A song,1,14.00
B09,USD,Price Amount,I1,2025-09-25T00:44:00Z,D01-1,SUCCESS,A song,1,-4.00
B10,USD,Price Amount,I2,2025-09-26T00:44:00Z,D01-2,SUCCESS,A free song,1,0
"""  # noqa: E501 - as Amazon writes it
REFUNDS = """"OrderID","ReversalID","RefundCompletionDate","Currency","AmountRefunded","Status","DisbursementType"
"114-3","14o","2023-09-21T19:40:17.040Z","USD","18.35","Completed","Refund"
"114-4","14p","Not Available","USD","18.35","Failed","Refund"
"""
DETAILS = "Order ID,Refund Date,Currency,Refund Amount\n112-9,2025-05-01T00:00:00Z,USD,$42.00\n"


def specimen() -> dict[str, bytes]:
    """Orders of the data request and of the older report, digital orders, and refunds of both generations."""
    return {
        "Retail.OrderHistory.1.csv": ORDERS.encode(),
        "01-Jan-2019_to_31-Dec-2019.csv": REPORT.encode(),
        "Digital Items.csv": DIGITAL.encode(),
        "Digital Content Orders.csv": CONTENT.encode(),
        "Retail.OrdersReturned.Payments.1.csv": REFUNDS.encode(),
        "Refund Details.csv": DETAILS.encode(),
    }


def read(path: Path, text: str) -> tuple[pl.DataFrame, Finished]:
    path.write_text("\ufeff" + text, encoding="utf-8")
    with Reading([(path, path.name)]) as reading:
        told = list(reading)
    rows = [pl.DataFrame(pl.from_arrow(one)) for one in told if isinstance(one, pa.RecordBatch)]
    plain = pl.concat(rows).with_columns(pl.col("signal", "source").cast(pl.String))
    return plain, next(one for one in told if isinstance(one, Finished))


def told(rows: pl.DataFrame) -> list[tuple[str, float, str]]:
    return list(rows.select("signal", "value", "text").iter_rows())


def test_each_line_is_a_purchase_and_an_item_and_cancelled_ones_are_not(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "orders.csv", ORDERS)
    assert told(rows) == [
        ("purchase.eur", 1010.4, "Amazon"),
        ("order.item", 2.0, "USB cable"),
        ("purchase.eur", 11.6, "Amazon"),
        ("order.item", 1.0, "USB cable"),
        ("order.item", 1.0, "A present"),
    ]
    assert (account.records.passed, [fault.place for fault in account.faults]) == (1, ["orders.csv, record 5"])
    assert not rows.select(pl.concat_str("text", "native").str.contains("Street").any()).item()


def test_the_same_order_is_one_in_both_generations(tmp_path: Path) -> None:
    new, _ = read(tmp_path / "new.csv", ORDERS)
    old, _ = read(tmp_path / "old.csv", REPORT)
    assert told(old) == [("purchase.usd", 1010.4, "Amazon"), ("order.item", 2.0, "USB cable")]
    assert str(old["start"][0].date()) == "2019-01-31"
    assert old["native"][0] == new["native"][0] == "306-1/B01/0"


def test_digital_orders_are_counted_with_their_tax(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "digital.csv", DIGITAL)
    assert told(rows) == [("purchase.usd", 10.99, "Amazon"), ("order.item", 1.0, "A song")]


def test_the_lines_of_a_digital_item_are_one_purchase_and_the_one_of_the_older_table(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "content.csv", CONTENT)
    old, _ = read(tmp_path / "digital.csv", DIGITAL)
    assert told(rows) == [("purchase.usd", 10.99, "Amazon"), ("order.item", 1.0, "A song"),
                          ("order.item", 1.0, "A free song")]  # fmt: skip
    assert old["native"][0] == rows["native"][0]
    assert (account.records.taken, account.records.passed) == (2, 2)
    assert [note.split(",")[0] for note in account.notes] == ["the price"]


@pytest.mark.parametrize("size", [250, 400, 700])
def test_the_lines_of_a_digital_item_are_together_wherever_a_block_ends(reading, monkeypatch, size):
    head, *lines = CONTENT.splitlines(keepends=True)
    orders = [line.replace("D01-", f"D{one}-") for one in range(9) for line in lines]
    text = head + "".join(orders) + orders[-1].replace("\n", ",more\n") + ",,,,,,,,,1\n"
    whole, account = reading(SOURCE, "content.csv", text)
    monkeypatch.setattr(_table_text, "_BLOCK", size)
    rows, again = reading(SOURCE, "content.csv", text)
    columns = ["native", "signal", "start", "value", "text"]
    assert rows.select(columns).equals(whole.select(columns))
    assert (again.read, again.taken, again.passed, again.faulty) == (38, 18, 19, 1)
    assert [fault.place for fault in again.faults] == [fault.place for fault in account.faults]


def test_digital_items_without_a_number_are_several_and_what_comes_to_nothing_is_no_purchase(tmp_path: Path) -> None:
    lines = [("", "B1", "0.1"), ("", "B2", "0.2"), ("I3", "B3", "0.1"), ("I3", "B3", "0.2"), ("I3", "B3", "-0.3")]
    cells = [f"{asin},USD,Price,{item},2025-09-25T00:44:00Z,D01-1,OK,A song,1,{cost}\n" for item, asin, cost in lines]
    rows, _ = read(tmp_path / "content.csv", CONTENT.partition("\n")[0] + "\n" + "".join(cells))
    assert [(signal, value) for signal, value, _ in told(rows)] == [
        ("purchase.usd", 0.1), ("order.item", 1.0), ("purchase.usd", 0.2), ("order.item", 1.0), ("order.item", 1.0),
    ]  # fmt: skip


def test_refunds_come_back_once_they_are_completed(tmp_path: Path) -> None:
    rows, account = read(tmp_path / "refunds.csv", REFUNDS)
    later, _ = read(tmp_path / "details.csv", DETAILS)
    assert told(rows) == [("refund.usd", 18.35, "Amazon")]
    assert told(later) == [("refund.usd", 42.0, "Amazon")]
    assert account.records.passed == 1
