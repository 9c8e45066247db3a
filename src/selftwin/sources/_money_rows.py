"""From payments and balances, as any bank tells them, to observations: purchases, income, transfers in their currency.

Payments are a frame of record, start, basis, offset, booked (day), amount (positive where money came in), currency,
account, id and reference (the bank's, or null), party, words, nature (a key of `NATURES`, or null) and code (an MCC).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.sources._distinct_cells import once
from selftwin.sources._money_identity import NOBODY, Equals, natives, shortened
from selftwin.sources._money_merchants import recognised

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

# What the bank itself says of a payment: the signal when money goes out, and when it comes in. A rule that knows the
# merchant decides where nothing is said here.
NATURES: Mapping[str, tuple[str, str]] = {
    "fee": ("fee", "refund"),
    "cash": ("cash.withdrawal", "transfer.in"),
    "interest": ("fee", "income"),
    "salary": ("transfer.out", "income.salary"),
    "transfer": ("", ""),
    "card": ("", "refund"),
    "debit": ("", "refund"),
    "returned": ("transfer.out", "refund"),
    "tax": ("tax", "refund"),
    "own": ("transfer.out", "transfer.in"),
    "trade": ("", ""),
}
_BY_DEFAULT = {"transfer": ("transfer.out", "transfer.in"), "trade": ("transfer.out", "transfer.in")}
_NAMELESS = ("cash.withdrawal", "fee", "rent", "income")
_STAMP = ("record", "native", "source", "start", "basis", "offset")
_OWN_NUMBERS = r"\b([A-Z]{2}\d{2})(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?)\b"
_LONG_DIGITS = r"\b\d{4}(?:[ -]?\d{4}){2}[ -]?\d{2,7}\b"
PLAIN = ("id", "reference", "party", "words", "nature", "code", "currency", "account")


@dataclass(slots=True)
class Ledger:
    """Turns one file's payments into rows, and remembers which equal ones it has seen."""

    source: str
    equals: Equals = field(default_factory=Equals)

    def payments(self, told: pl.DataFrame) -> pl.DataFrame:
        """The rows of these payments; one without an amount other than nothing has none."""
        import polars as pl

        told = _whole(told).filter(pl.col("amount") != 0)
        told = told.with_columns(shortened(told["account"]).alias("account"))
        told = told.with_columns(natives(told, self.equals), source=pl.lit(self.source))
        told = told.hstack(recognised(told)).with_columns(signal=_signal())
        money = told.select(
            *_STAMP,
            signal=_priced("signal"),
            value=pl.col("amount").abs(),
            text=pl.when(~pl.col("signal").is_in(list(_NAMELESS))).then("merchant"),
        )
        bought = pl.col("signal").is_in(["purchase", "subscription"]) & pl.col("category").is_not_null()
        hidden = once(told["words"], lambda some: some.alias("words").to_frame().select(masked("words"))).to_series()
        return pl.concat([money, _said(told, "transaction.text", hidden),
                          _said(told.filter(bought), "purchase.category", pl.col("category"))])  # fmt: skip

    def balances(self, told: pl.DataFrame) -> pl.DataFrame:
        """The rows of balances: record, start, basis, offset, account, currency, amount, id, and kind: `balance`,
        `balance.opening` or `balance.available`. Each account that is told is a source of its own: they are not to be
        mixed."""
        import polars as pl

        account = shortened(told["account"])
        day = pl.col("start").dt.strftime("%Y%m%d").fill_null("?")
        known = pl.when(pl.col("account") != NOBODY).then("account")
        return told.with_columns(account.alias("account")).select(
            "record",
            native=pl.concat_str("account", day, pl.col("id").fill_null(""), separator="/"),
            source=pl.concat_str(pl.lit(self.source), known, separator=":", ignore_nulls=True),
            start="start",
            basis="basis",
            offset="offset",
            signal=_priced("kind"),
            value="amount",
            text=pl.lit(None, pl.String),
        )


def _whole(told: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    absent = [pl.lit(None, pl.String).alias(name) for name in PLAIN if name not in told.columns]
    told = told.with_columns(absent)
    if "offset" not in told.columns:
        told = told.with_columns(offset=pl.lit(None, pl.Int16))
    return told if "booked" in told.columns else told.with_columns(booked="start")


def _signal() -> pl.Expr:
    """What the bank says of the payment, else what the rules say of the merchant, else what its way says."""
    import polars as pl

    out = pl.col("amount") < 0
    nature = pl.col("nature").fill_null("")

    def of(table: Mapping[str, tuple[str, str]], which: int) -> pl.Expr:
        words = {name: pair[which] for name, pair in table.items() if pair[which]}
        return nature.replace_strict(words, default=None, return_dtype=pl.String)

    bought = pl.col("role").is_in(["income.salary", "income", "transfer.out"])
    spent = pl.coalesce(of(NATURES, 0), pl.when(~bought | (pl.col("role") == "transfer.out")).then("role"),
                        of(_BY_DEFAULT, 0), pl.lit("purchase"))  # fmt: skip
    came = pl.coalesce(
        of(NATURES, 1),
        pl.when(pl.col("role").is_in(["income.salary", "income"])).then("role"),
        pl.when(pl.col("role") == "transfer.out").then(pl.lit("transfer.in")),
        pl.when(pl.col("role") == "insurance.premium").then(pl.lit("insurance.claim")),
        pl.when(pl.col("role").is_in(["rent", "loan.payment"])).then(pl.lit("transfer.in")),
        pl.when(pl.col("role").is_not_null()).then(pl.lit("refund")),
        of(_BY_DEFAULT, 1),
        pl.lit("income"),
    )
    return pl.when(out).then(spent).otherwise(came)


def _priced(name: str) -> pl.Expr:
    """The signal in its currency: `purchase` in EUR is `purchase.eur`; without a currency, as it is."""
    import polars as pl

    currency = pl.col("currency").str.strip_chars().str.to_lowercase()
    sound = currency.str.contains("^[a-z]{3}$")
    return pl.when(sound).then(pl.concat_str(name, currency, separator=".")).otherwise(name)


def _said(told: pl.DataFrame, signal: str, words: pl.Expr | pl.Series) -> pl.DataFrame:
    import polars as pl

    text = told.select(*_STAMP, signal=pl.lit(signal), value=pl.lit(None, pl.Float64), text=words)
    return text.filter(pl.col("text").fill_null("") != "")


def masked(name: str) -> pl.Expr:
    """Words without the account and card numbers of others: their first four characters and an ellipsis stay."""
    import polars as pl

    plain = pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()
    return plain.str.replace_all(_OWN_NUMBERS, "${1}…").str.replace_all(_LONG_DIGITS, "…")
