"""OFX as elements: a tag and what follows it, whether the file closes its tags (XML) or not (SGML).

A payment is what stands between its opening tag and its closing one or the next payment; account, currency and date
come from the statement around it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

BALANCES = {"LEDGERBAL": "balance", "AVAILBAL": "balance.available", "INVBAL": "balance"}
_MONEY = {"INVBUY": "trade", "INVSELL": "trade", "INCOME": "interest", "INVEXPENSE": "fee", "MARGININTEREST": "fee",
          "RETOFCAP": "trade", "REINVEST": "", "JRNLFUND": "", "TRANSFER": "", "SPLIT": ""}  # fmt: skip
OPENERS = ("STMTTRN", *BALANCES, *_MONEY)
_FIELDS = ("TRNTYPE", "DTPOSTED", "DTUSER", "TRNAMT", "FITID", "CHECKNUM", "REFNUM", "SIC", "NAME", "MEMO", "CURSYM",
           "ORIGCURRENCY", "DTTRADE", "TOTAL", "BALAMT", "DTASOF", "AVAILCASH", "UNIQUEID")  # fmt: skip
_CARD = "CCACCTFROM"
# What OFX calls a payment.
_TYPES = {
    "INT": "interest", "DIV": "interest", "FEE": "fee", "SRVCHG": "fee", "ATM": "cash", "CASH": "cash", "POS": "card",
    "XFER": "transfer", "CHECK": "transfer", "REPEATPMT": "transfer", "PAYMENT": "debit", "DIRECTDEBIT": "debit",
}  # fmt: skip
_LETTERS = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#39;": "'", "&nbsp;": " ", "&amp;": "&"}
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def records(text: str, carried: dict[str, str]) -> pl.DataFrame:
    """Payments and balances in the order of the file: record, kind, account, card, currency, day, and the fields as
    text. `carried` keeps what the statement told before, from chunk to chunk."""
    import polars as pl

    plain = _CDATA.sub(lambda found: found[1].replace("<", "&lt;"), text)
    pieces = pl.Series([plain]).str.split("<").explode().to_frame("piece").select(
        tag=pl.col("piece").str.extract(r"^(/?[\w.]+)\s*>"),
        value=pl.col("piece").str.extract(r"^/?[\w.]+\s*>((?s).*)").str.strip_chars(),
    ).filter(pl.col("tag").is_not_null())  # fmt: skip
    opens = pl.col("tag").is_in(list(OPENERS))
    pieces = pieces.with_columns(number=opens.cum_sum(), kind=pl.when(opens).then("tag").forward_fill())
    ended = (pl.col("tag") == pl.concat_str(pl.lit("/"), "kind")).cum_sum().over("number") > 0
    pieces = pieces.with_columns(inside=(pl.col("number") > 0) & ~ended)
    pieces = _around(pieces, carried)
    fields = [pl.col("value").filter(pl.col("tag") == name).first().alias(name) for name in _FIELDS]
    context = [pl.col(name).first() for name in ("kind", "account", "card", "currency", "day")]
    told = pieces.filter("inside").group_by("number", maintain_order=True).agg(*context, *fields)
    return told.drop("number").with_row_index("record")


def _around(pieces: pl.DataFrame, carried: dict[str, str]) -> pl.DataFrame:
    """With what stands around the records: account, card (yes where it is one), currency, day."""
    import polars as pl

    outside = ~pl.col("inside")
    pieces = pieces.with_columns(
        account=pl.when(outside & (pl.col("tag") == "ACCTID")).then("value"),
        card=pl.when(pl.col("tag") == _CARD).then(pl.lit("yes")).when(
            pl.col("tag").is_in(["BANKACCTFROM", "INVACCTFROM"])).then(pl.lit("no")),
        currency=pl.when(pl.col("tag") == "CURDEF").then("value"),
        day=pl.when(outside & (pl.col("tag") == "DTASOF")).then("value"),
    )  # fmt: skip
    for name in ("account", "card", "currency", "day"):
        pieces = pieces.with_columns(pl.col(name).forward_fill().fill_null(carried.get(name, "")))
        carried[name] = pieces[name][-1] if pieces.height else carried.get(name, "")
    return pieces


def payments(told: pl.DataFrame) -> pl.DataFrame:
    """Payments as `_money_rows` wants them, with left (no money moved, or not yet) and broken."""
    import polars as pl

    banking = pl.col("kind") == "STMTTRN"
    memo = pl.when(pl.col("MEMO") != pl.col("NAME").fill_null("")).then(_letters("MEMO"))
    amount = _number(pl.when(banking).then("TRNAMT").otherwise("TOTAL"))
    nature = pl.when(banking).then(
        pl.coalesce(pl.col("TRNTYPE").str.to_uppercase().replace_strict(_TYPES, default=None, return_dtype=pl.String),
                    pl.when((pl.col("card") == "yes") & (amount > 0)).then(pl.lit("transfer")))
    ).otherwise(pl.col("kind").replace_strict(_MONEY, default=None, return_dtype=pl.String))  # fmt: skip
    told_in = pl.when(pl.col("ORIGCURRENCY").is_null()).then("CURSYM")  # else the amount is in the statement's already
    start = _day(pl.coalesce("DTPOSTED", "DTUSER", "DTTRADE"))
    left = (nature == "").fill_null(value=False) | (pl.col("TRNTYPE") == "HOLD").fill_null(value=False)
    paid = told.select(
        "record", "account",
        start=start,
        basis=pl.lit(int(Basis.DATE), pl.Int8),
        amount=amount,
        currency=pl.coalesce(told_in, "currency"),
        id=_id(),
        reference=pl.concat_str("CHECKNUM", "REFNUM", "NAME", "MEMO", separator=" ", ignore_nulls=True),
        party=_letters("NAME"),
        words=pl.concat_str(_letters("NAME"), memo, separator=" ", ignore_nulls=True),
        nature=nature,
        code=pl.col("SIC"),
        left=left,
        broken=~left & (start.is_null() | amount.is_null()),
    )  # fmt: skip
    return paid.with_columns(_distinct(paid))


def _id() -> pl.Expr:
    """The bank's id, where it is one."""
    import polars as pl

    return pl.when(~pl.col("FITID").str.contains(r"^(?:0*|NONE|N/?A)$")).then("FITID")


def _distinct(paid: pl.DataFrame) -> pl.Series:
    """Ids without the account's number; where a bank gives several payments one id, their day and amount are added."""
    import polars as pl

    name = pl.col("id")
    for account in paid["account"].unique().to_list():
        if len(account) > 4:
            bare = name.str.replace(account, "", literal=True)
            name = pl.when(pl.col("account") == account).then(bare).otherwise(name)
    several = pl.struct("start", "amount").n_unique().over("account", "id") > 1
    longer = pl.concat_str(name, pl.col("start").dt.strftime("%Y%m%d"), pl.col("amount").cast(pl.String), separator="/")
    return paid.select(pl.when(several).then(longer).otherwise(name).alias("id")).to_series()


def balances(told: pl.DataFrame) -> pl.DataFrame:
    """Balances as `_money_rows` wants them, with left (an empty one) and broken."""
    import polars as pl

    amount, start = _number(pl.coalesce("BALAMT", "AVAILCASH")), _day(pl.coalesce("DTASOF", "day"))
    cash = pl.col("kind") == "INVBAL"
    left = pl.coalesce("BALAMT", "AVAILCASH") == ""
    return told.select(
        "record", "account",
        start=pl.when(cash).then(_day(pl.col("day"))).otherwise(start),
        basis=pl.lit(int(Basis.DATE), pl.Int8),
        offset=pl.lit(None, pl.Int16),
        currency="currency",
        amount=amount,
        id=pl.lit(None, pl.String),
        kind=pl.col("kind").replace_strict(BALANCES, return_dtype=pl.String),
        left=left.fill_null(value=False),
        broken=~left.fill_null(value=False) & (start.is_null() | amount.is_null()),
    )  # fmt: skip


def _letters(name: str) -> pl.Expr:
    import polars as pl

    told = pl.col(name)
    for written, letter in _LETTERS.items():
        told = told.str.replace_all(written, letter, literal=True)
    return told


def _number(text: pl.Expr) -> pl.Expr:
    """An amount, with a decimal point or comma; null where there is none."""
    import polars as pl

    plain = text.str.replace_all(r"[\s+]", "")
    european = plain.str.contains(r"^-?[\d.]*,\d{0,2}$")
    marked = pl.when(european).then(plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
    return marked.otherwise(plain.str.replace_all(",", "", literal=True)).cast(pl.Float64, strict=False)


def _day(stamp: pl.Expr) -> pl.Expr:
    """The day as the bank wrote it. The hour is a bank's closing or the moment of the download, in whatever zone."""
    return stamp.str.extract(r"^(\d{4}-?\d{2}-?\d{2})").str.replace_all("-", "").str.to_datetime(
        "%Y%m%d", strict=False, time_unit="us")  # fmt: skip
