"""CSV of any bank, told by its structure: a column of dates, one or two of amounts, and a sign that it is money.

Owners find it in their online banking beside the account's turnover, as "CSV" or "Excel".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources import _table_text as tables
from selftwin.sources._bank_columns import ALONE, IN, NEGATIVE, OUT, planned
from selftwin.sources._distinct_cells import once
from selftwin.sources._money_merchants import rules
from selftwin.sources._money_rows import Ledger
from selftwin.sources._table_cells import Evidence, stamps
from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.table import SOURCE as MAPPED
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._bank_columns import Plan
    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_text import Block
    from selftwin.sources.reader.members import Member

_LEFT = "lines without a payment (totals, balances brought forward, pending, held, refused payments) are passed over"
_NO_CURRENCY = "no currency is told; amounts are kept without one"
_NOT_DONE = (
    r"(?i)pending|rever[ts]|declined|denied|failed|cancel|vorgemerkt|ausstehend|rückgängig|pendiente|annul|en attente"
)
# What a wallet parks for a while, and the items of a payment that it tells besides.
_HELD = (
    r"(?i)^(?:account hold for open authorization|reversal of general account hold|general hold|general authorization"
    r"|void of authorization|shopping cart item|einbehaltung für offene autorisierung|warenkorbartikel"
    r"|rückbuchung allgemeiner einbehaltung)"
)
_BY_CURRENCY: dict[str, Order] = {"USD": "month-first", "GBP": "day-first", "EUR": "day-first"}
_MONTHS = ("jan|ene|gen|sty", "feb|fev|fév|lut", "mar|mär|mrt|mrz", "apr|abr|avr|kwi", "may|mai|mei|mag|maj",
           "jun|juin|giu|cze", "jul|juil|lug|lip", "aug|ago|aou|aoû|sie", "sep|set|wrz", "oct|okt|ott|out|paź",
           "nov|lis", "dec|dez|dic|déc|gru")  # fmt: skip


@dataclass(frozen=True, slots=True)
class BankCsv:
    """The source of every bank's CSV that says clearly enough what it is."""

    name: str = "bank_csv"
    title: str = "Bank statement (CSV of any bank)"
    reads: str = "Payments and balances of any bank's table."
    version: int = 2
    rank: int = 8
    how_to_export: str = 'In your online banking, beside the turnover: download as "CSV".'

    def recognises(self, member: Member) -> bool:
        """By a header with date and amount over rows that hold them, and one more sign; never what a mapping knows."""
        return planned(member) is not None and not MAPPED.recognises(member)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A bank sends one person's accounts."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The rows by the block. Raises BrokenExport where nothing tells whether day or month comes first."""
        del subject
        if (plan := planned(member)) is None:
            raise BrokenExport(f"{member.path} is no bank's table that can be told by its columns.")
        order, ledger = _order(member, plan), Ledger("bank_csv")
        for block in tables.blocks(member, plan.sheet):
            yield _part(member.path, block, plan, order, ledger)


def _order(member: Member, plan: Plan) -> Order | None:
    """Which of two numbers is the day: as dots or the dates prove, else a decimal comma, else what runs smoother."""
    evidence = Evidence()
    place = str(plan.place("date"))
    for block in tables.blocks(member, plan.sheet, only=place):
        dates = once(block.rows[place], _written).to_series()
        if dates.str.contains(r"^\d{1,2}\.").any():
            return "day-first"
        evidence.take(dates.filter(dates.ne_missing(dates.shift())))
        if not evidence.seen:
            return None
    order = evidence.order() or ("day-first" if plan.comma else evidence.smoother())
    if (order := order or _BY_CURRENCY.get(plan.currency)) is None:
        raise BrokenExport(
            f"In {member.path} nothing tells whether the day or the month comes first.",
            hint="Download a longer time, or write a mapping with the order (docs/sources/table.md).",
        )
    return order


def _written(cells: pl.Series) -> pl.DataFrame:
    """Dates as numbers: `20240131` and `31 Jan 2024` as other dates are written."""
    import polars as pl

    text = pl.col("date").str.strip_chars()
    text = text.str.replace(r"^((?:19|20)\d\d)(\d\d)(\d\d)$", "${1}-${2}-${3}")
    for month, names in enumerate(_MONTHS, 1):
        named = rf"(?i)^(\d{{1,2}})[ .-]+(?:{names})[^\W\d]*\.?[ .,-]+(\d{{2,4}})"
        text = text.str.replace(named, f"${{1}}.{month}.${{2}}")
    return cells.alias("date").to_frame().select(text)


def _part(path: str, block: Block, plan: Plan, order: Order | None, ledger: Ledger) -> Part:
    import polars as pl

    told = _told(block.rows, plan, order).with_row_index("record")
    ragged = pl.col("record").is_in(list(block.ragged))
    bad = ~ragged & pl.col("start").is_null() & pl.col("dated") & pl.col("amount").is_not_null()
    sound = told.filter(~ragged & pl.col("start").is_not_null() & pl.col("amount").is_not_null() & ~pl.col("undone"))
    fees = sound.filter(pl.col("fee").fill_null(0) != 0).with_columns(
        amount=-pl.col("fee").abs(), nature=pl.lit("fee"), id=pl.concat_str(pl.lit("fee"), "id")
    )
    rows = pl.concat(
        [ledger.payments(pl.concat([sound, fees])), ledger.balances(_balances(sound))], how="diagonal_relaxed"
    ).sort("record", maintain_order=True)
    unread = told.filter(bad)["record"].to_list()
    passed = told.height - rows["record"].n_unique() - len(unread) - len(block.ragged)
    notes = (_LEFT if passed else "", "" if plan.currency or plan.place("currency") else _NO_CURRENCY, rules()[1])
    faults = [(place, "a date that cannot be read") for place in unread]
    faults += [(place, "more cells than the header has columns") for place in block.ragged]
    return Part(
        observations(rows),
        told.height,
        passed,
        tuple(Fault(f"{path}, record {block.first + place + 1}", reason) for place, reason in sorted(faults)),
        {"row": told.height},
        notes=tuple(note for note in notes if note),
        first_record=block.first,
    )


def _told(cells: pl.DataFrame, plan: Plan, order: Order | None) -> pl.DataFrame:
    """Payments as `_money_rows` wants them, with balance, fee, dated (a date was meant) and undone."""
    import polars as pl

    def text(role: str) -> pl.Expr:
        place = plan.place(role)
        return pl.lit(None, pl.String) if place is None else pl.col(place)

    stamp = once(cells[str(plan.place("date"))], lambda dates: stamps(_written(dates).to_series(), order))
    amount = _signed(cells, plan)
    words = [pl.col(place) for place in plan.places.get("words", ())] or [pl.lit(None, pl.String)]
    to, by = text("payee"), text("payer")
    asked = text("kind").str.to_lowercase() == "charge"  # who asks for money is named first, and gets it
    to, by = pl.when(asked).then(by).otherwise(to), pl.when(asked).then(to).otherwise(by)
    party = pl.coalesce(text("party"), pl.when(amount < 0).then(pl.coalesce(to, by)).otherwise(pl.coalesce(by, to)))
    said = pl.concat_str(*words, separator=" ", ignore_nulls=True)
    nameless = pl.coalesce(party, *words).is_null() & text("kind").str.contains("(?i)transfer")
    returned = pl.when(words[0].str.contains("(?i)^(?:payment|general) refund")).then(pl.lit("returned"))
    moved = text("impact").str.to_lowercase().is_in([*IN, *OUT])
    undone = text("state").str.contains(_NOT_DONE), said.str.contains(_HELD), ~moved
    digit = pl.col(str(plan.place("date"))).str.contains(r"\d")
    return cells.with_columns(stamp).select(
        "start", "basis", "offset",
        amount=amount,
        currency=pl.coalesce(text("currency"), pl.lit(plan.currency)),
        account=pl.coalesce(text("account"), pl.lit(plan.account)),
        id=text("id"),
        reference=pl.concat_str(party, *words, separator=" ", ignore_nulls=True),
        party=pl.coalesce(party, words[0]),
        words=said,
        nature=returned.when(nameless).then(pl.lit("own")),
        code=text("code"),
        booked=pl.col("start"),
        balance=_number(cells, plan, "balance"),
        fee=_number(cells, plan, "fee"),
        dated=digit.fill_null(value=False),
        undone=pl.any_horizontal(one.fill_null(value=False) for one in undone),
    )  # fmt: skip


def _signed(cells: pl.DataFrame, plan: Plan) -> pl.Series:
    """Amounts, negative where money went out: from one column, from two, or from one and a word beside it."""
    import polars as pl

    if plan.place("amount"):
        amount = _number(cells, plan, "amount")
    else:
        out, came = _number(cells, plan, "out"), _number(cells, plan, "in")
        pair = came.abs().fill_null(0) - out.abs().fill_null(0)
        amount = pl.select(pl.when(out.is_not_null() | came.is_not_null()).then(pair)).to_series()
    if plan.inverted:
        amount = -amount
    if way := plan.place("way"):
        word = pl.col(way).str.to_lowercase().str.strip_chars(" .")
        left = pl.when(word.is_in(list(OUT))).then(-amount.abs())
        amount = cells.select(left.when(word.is_in(list(IN))).then(amount.abs()).otherwise(amount)).to_series()
    return amount


def _number(cells: pl.DataFrame, plan: Plan, role: str) -> pl.Series:
    """The numbers in the column of a role; none where there is no such column."""
    import polars as pl

    if (place := plan.place(role)) is None:
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, cells.height)
    size = _size(pl.col("cell"), comma=plan.comma)
    return once(cells[place], lambda some: some.alias("cell").to_frame().select(size)).to_series()


def _size(cell: pl.Expr, *, comma: bool) -> pl.Expr:
    """An amount as banks write it: currency signs, brackets or a minus before or behind, either decimal mark."""
    import polars as pl

    digits = cell.str.replace_all(r"[^\d,.]", "")
    plain = (digits.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True) if comma
             else digits.str.replace_all(",", "", literal=True))  # fmt: skip
    plain = pl.when(digits.str.contains(ALONE)).then(digits.str.replace(",", ".", literal=True)).otherwise(plain)
    size = plain.str.strip_chars_end(".").cast(pl.Float64, strict=False)
    return pl.when(cell.str.contains(NEGATIVE)).then(-size).otherwise(size)


def _balances(sound: pl.DataFrame) -> pl.DataFrame:
    """What stood at the end of each day: its last row, or its first where the newest come first."""
    import polars as pl

    there = sound.filter(pl.col("balance").is_not_null())
    starts = there["start"]
    newest_first = there.height > 1 and starts[0] > starts[-1]
    ends = there.group_by(pl.col("start").dt.date().alias("_day"), "account", "currency", maintain_order=True)
    kept = ends.first() if newest_first else ends.last()
    return kept.with_columns(amount="balance", kind=pl.lit("balance"), id=pl.lit(None, pl.String))


SOURCE = BankCsv()
