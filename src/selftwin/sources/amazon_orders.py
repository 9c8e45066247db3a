"""Amazon's orders and refunds: the tables of a data request, and the order history report of earlier years.

Owners find them at Account, "Request my data", "Your Orders": a zip with `Retail.OrderHistory.1.csv` or, since 2025,
`Order History.csv`; digital orders and refunds stand in tables of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from selftwin.sources import _table_text as tables
from selftwin.sources._money_identity import Equals
from selftwin.sources._table_cells import Evidence, stamps
from selftwin.sources._table_text import Block
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_text import Sheet
    from selftwin.sources.reader.members import Member

# What each table calls a field; the first name that is there counts. `must` are the names it is known by.
_ORDER = ("order id", "orderid")
_TABLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "content": {
        "must": ("order id", "order date", "asin", "digital order item id", "transaction amount"),
        "order": _ORDER, "at": ("order date",), "asin": ("asin",), "item": ("product name",),
        "amount": ("transaction amount",), "currency": ("base currency code",),
        "quantity": ("quantity ordered", "original quantity"), "status": ("order status",),
        "part": ("digital order item id",),
    },
    "order": {
        "must": ("order id", "order date", "asin", "product name"),
        "order": _ORDER, "at": ("order date",), "asin": ("asin",), "item": ("product name",),
        "amount": ("total owed", "total amount"), "currency": ("currency",),
        "quantity": ("quantity", "original quantity"), "status": ("order status",),
    },
    "report": {
        "must": ("order id", "order date", "title", "asin/isbn", "item total"),
        "order": _ORDER, "at": ("order date",), "asin": ("asin/isbn",), "item": ("title",),
        "amount": ("item total",), "currency": ("currency",), "quantity": ("quantity",), "status": ("order status",),
    },
    "digital": {
        "must": ("orderid", "orderdate", "asin", "ourprice"),
        "order": _ORDER, "at": ("orderdate",), "asin": ("asin",), "item": ("productname", "product name", "title"),
        "amount": ("ourprice",), "currency": ("ourpricecurrencycode",), "tax": ("ourpricetax",),
        "quantity": ("quantityordered", "originalquantity"),
    },
    "refund": {
        "must": ("orderid", "reversalid", "refundcompletiondate", "amountrefunded"),
        "order": _ORDER, "at": ("refundcompletiondate",), "asin": ("reversalid",),
        "amount": ("amountrefunded",), "currency": ("currency",), "status": ("status",),
    },
    "refund details": {
        "must": ("order id", "refund date", "refund amount", "currency"),
        "order": _ORDER, "at": ("refund date",), "asin": ("reversal id",),
        "amount": ("refund amount",), "currency": ("currency",), "status": ("payment status",),
    },
}  # fmt: skip
_FIELDS = ("order", "at", "asin", "item", "amount", "currency", "quantity", "status", "tax", "part")
_NOT_DONE = r"(?i)cancel|failed|pending|not available yet"
_LEFT = "cancelled orders, refunds that were not completed, and lines that say nothing are passed over"
_TOGETHER = "the price, tax and discounts of a digital item are lines of their own, and together one purchase"
_STAMP = ("record", "native", "source", "start", "basis", "offset")


@dataclass(frozen=True, slots=True)
class AmazonOrders:
    """The source of Amazon's tables of orders, digital orders and refunds."""

    name: str = "amazon_orders"
    title: str = "Amazon orders"
    reads: str = "Orders, items, refunds and what they cost."
    version: int = 2
    rank: int = 1
    how_to_export: str = 'At Amazon: Account, "Request my data", "Your Orders"; the zip comes after some days.'

    def recognises(self, member: Member) -> bool:
        """By the header of one of the tables."""
        return _found(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The rows by the block."""
        del subject
        if (found := _found(member)) is None:
            raise BrokenExport(f"{member.path} is none of Amazon's tables of orders.")
        sheet, kind = found
        places = _places(sheet, kind)
        equals, order = Equals(), _order(member, sheet, places["at"])
        some = tables.blocks(member, sheet)
        for block in _by_order(some, places["order"]) if "part" in places else some:
            yield _part(member.path, block, kind, places, order, equals)


def _found(member: Member) -> tuple[Sheet, str] | None:
    if not member.name.endswith((".csv", ".txt")):
        return None
    sheet = next((one for one in tables.sheets(member) if one.delimiter == "," and not one.before), None)
    names = {name.lower() for name in sheet.header} if sheet else set()
    kind = next((kind for kind, fields in _TABLES.items() if names.issuperset(fields["must"])), None)
    return (sheet, kind) if sheet and kind and not names.isdisjoint(_TABLES[kind]["amount"]) else None


def _places(sheet: Sheet, kind: str) -> Mapping[str, str]:
    """The block column of each field of this table."""
    names = [name.lower() for name in sheet.header]
    chosen = {field: next((name for name in _TABLES[kind].get(field, ()) if name in names), "") for field in _FIELDS}
    return {field: str(names.index(name)) for field, name in chosen.items() if name}


def _order(member: Member, sheet: Sheet, place: str) -> Order:
    """Whether old reports write the day or the month first: as the file proves, else as Amazon.com does."""
    evidence = Evidence()
    for block in tables.blocks(member, sheet):
        evidence.take(block.rows[place])
        if not evidence.seen:
            break
    return evidence.order() or "month-first"


def _by_order(some: Iterator[Block], place: str) -> Iterator[Block]:
    """The same records in blocks that end where an order does, unless one fills a block."""
    held: Block | None = None
    for block in some:
        whole = block if held is None else _joint(held, block)
        orders = whole.rows[place]
        others = orders.ne_missing(orders[-1]).arg_true()
        end = others[-1] + 1 if len(others) else len(orders)
        yield replace(whole, rows=whole.rows[:end], ragged=tuple(one for one in whole.ragged if one < end))
        rest = tuple(one - end for one in whole.ragged if one >= end)
        held = Block(whole.rows[end:], whole.first + end, rest) if end < len(orders) else None
    if held is not None:
        yield held


def _joint(one: Block, other: Block) -> Block:
    import polars as pl

    shifted = (place + one.rows.height for place in other.ragged)
    return Block(pl.concat([one.rows, other.rows]), one.first, (*one.ragged, *shifted))


def _part(path: str, block: Block, kind: str, places: Mapping[str, str], order: Order, equals: Equals) -> Part:
    import polars as pl

    told = _told(block.rows, places, order)
    done = ~pl.col("status").fill_null("").str.contains(_NOT_DONE) & pl.col("order").is_not_null()
    sound = told.filter(done & ~pl.col("record").is_in(list(block.ragged)))
    bad = sound.filter(pl.col("start").is_null() & pl.col("at").is_not_null())["record"].to_list()
    kept = sound.filter(pl.col("start").is_not_null())
    parts = kept.height
    if "part" in places:
        kept = _together(kept)
    parts -= kept.height
    same = kept.select(pl.concat_str("order", pl.col("asin").fill_null("-"), separator="/")).to_series()
    kept = kept.with_columns(
        native=pl.Series(same) + "/" + equals.ordinals(same).cast(pl.String), source=pl.lit("amazon_orders")
    )
    rows = _rows(kept, refunded="refund" in kind)
    faults = [(place, "a date that cannot be read") for place in bad]
    faults += [(place, "more cells than the header has columns") for place in block.ragged]
    passed = told.height - rows["record"].n_unique() - len(faults)
    return Part(
        observations(rows),
        told.height,
        passed,
        tuple(Fault(f"{path}, record {block.first + place + 1}", reason) for place, reason in sorted(faults)),
        {kind: told.height},
        notes=tuple(note for note, there in ((_LEFT, passed > parts), (_TOGETHER, parts)) if there),
        first_record=block.first,
    )


def _told(cells: pl.DataFrame, places: Mapping[str, str], order: Order) -> pl.DataFrame:
    """The fields as text (null where Amazon has nothing), amount and tax as numbers, and the stamp."""
    import polars as pl

    fields = [(pl.col(places[name]) if name in places else pl.lit(None, pl.String)).alias(name) for name in _FIELDS]
    nothing = pl.all().str.to_lowercase().is_in(["not available", "not applicable", "n/a"])
    told = cells.select(fields).with_columns(pl.when(~nothing).then(pl.all()))
    # `2024-01-31T10:00:00.123Z`, `01/31/2021 10:00:00 UTC`, `01/31/19`
    stamp = stamps(told["at"], order)
    plain = pl.col("amount", "tax", "quantity").str.replace_all(r"[^\d.-]", "")
    numbers = plain.cast(pl.Float64, strict=False)
    return told.with_columns(numbers).hstack(stamp).with_row_index("record")


def _together(kept: pl.DataFrame) -> pl.DataFrame:
    """Each item of a digital order once, at the first of its lines, for the sum of them."""
    import polars as pl

    item = pl.struct("order", pl.coalesce("part", pl.col("record").cast(pl.String)))
    return kept.with_columns(pl.col("amount").sum().round(4).over(item)).filter(item.is_first_distinct())


def _rows(kept: pl.DataFrame, *, refunded: bool) -> pl.DataFrame:
    """What was paid or given back, in its currency, and each item by its name and number."""
    import polars as pl

    currency = pl.col("currency").str.to_lowercase()
    stem = "refund" if refunded else "purchase"
    paid = kept.filter((pl.col("amount") + pl.col("tax").fill_null(0)) != 0).select(
        *_STAMP,
        signal=pl.when(currency.str.contains("^[a-z]{3}$")).then(pl.lit(f"{stem}.") + currency).otherwise(pl.lit(stem)),
        value=(pl.col("amount") + pl.col("tax").fill_null(0)).abs(),
        text=pl.lit("Amazon"),
    )
    items = kept.filter(pl.col("item").is_not_null()).select(
        *_STAMP, signal=pl.lit("order.item"), value=pl.col("quantity").fill_null(1.0), text="item"
    )
    return pl.concat([paid, items]).sort("record", maintain_order=True)


SOURCE = AmazonOrders()
