"""QIF as records: lines that begin with a letter for the field, up to a `^`; the section above says what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.sources._table_cells import stamps

if TYPE_CHECKING:
    import polars as pl

    from selftwin.sources._table_cells import Order

_PAID = ("bank", "ccard", "cash", "oth a", "oth l", "invst")
# What an investment account's actions do to its cash; those that end in X move it on to another account at once.
_OUT = ("buy", "cvrshrt", "xout", "withdrwx", "margint", "miscexp")
_IN = ("sell", "shtsell", "xin", "contribx", "div", "intinc", "cglong", "cgshort", "cgmid", "rtrncap", "miscinc")
_EARNED = ("div", "intinc", "cglong", "cgshort", "cgmid", "miscinc")
_FIELDS = {"D": "at", "T": "amount", "U": "again", "N": "number", "P": "party", "M": "memo", "L": "category"}


def records(text: str, carried: dict[str, str]) -> pl.DataFrame:
    """Every record of a section of payments, once for each of its splits (part, words, share).

    Columns record, section, account, at, amount, number, party, memo, category. `carried` keeps section and account
    from chunk to chunk.
    """
    import polars as pl

    lines = pl.Series([text]).str.split("\n").explode().to_frame("line").filter(pl.col("line").str.strip_chars() != "")
    header = pl.col("line").str.starts_with("!")
    lines = lines.with_columns(
        code=pl.col("line").str.slice(0, 1),
        value=pl.col("line").str.slice(1).str.strip_chars(),
        ended=(header | pl.col("line").str.starts_with("^")).cum_sum(),
        section=pl.when(header).then(pl.col("line").str.to_lowercase().str.extract(r"^!(?:type: ?)?(.+?)\s*$")),
    )
    switch = pl.col("section").str.starts_with("option") | pl.col("section").str.starts_with("clear")
    section, account = (carried.get(name, "") for name in ("section", "account"))
    lines = lines.with_columns(section=pl.when(~switch).then("section").forward_fill().fill_null(section))
    named = (pl.col("section") == "account") & (pl.col("code") == "N")
    lines = lines.with_columns(account=pl.when(named).then("value").forward_fill().fill_null(account))
    if lines.height:
        carried |= {name: lines[name][-1] for name in ("section", "account")}
    body = lines.filter(pl.col("section").is_in(_PAID) & ~pl.col("code").is_in(["!", "^"]))
    split = (pl.col("code") == "S").cum_sum().over("ended")
    body = body.with_columns(split=pl.when(pl.col("code").is_in(["S", "E", "$"])).then(split).otherwise(0))
    return _gathered(body)


def _gathered(body: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    fields = [pl.col("value").filter(pl.col("code") == code).first().alias(name) for code, name in _FIELDS.items()]
    whole = body.group_by("ended", maintain_order=True).agg(pl.col("section", "account").first(), *fields)
    splits = body.filter(pl.col("split") > 0).group_by("ended", "split", maintain_order=True).agg(
        part=pl.col("value").filter(pl.col("code") == "S").first(),
        words=pl.col("value").filter(pl.col("code") == "E").first(),
        share=pl.col("value").filter(pl.col("code") == "$").first(),
    )  # fmt: skip
    told = whole.with_row_index("record").join(splits, on="ended", how="left", maintain_order="left")
    return told.with_columns(amount=pl.coalesce("amount", "again"))


def lines(text: str) -> pl.DataFrame:
    """The lines that may be dates, as `at`."""
    import polars as pl

    every = pl.Series([text]).str.split("\n").explode().to_frame("line")
    return every.filter(pl.col("line").str.contains(r"^D ?\d")).select(at=pl.col("line").str.slice(1).str.strip_chars())


def dates(told: pl.DataFrame) -> pl.Series:
    """Dates as numbers with a whole year: `1/ 5'24` and `1/5' 4` are of this century."""
    import polars as pl

    plain = pl.col("at").str.replace_all(" ", "0", literal=True)
    apostrophe = plain.str.extract_groups(r"^(\d{1,2})[/.-](\d{1,2})'(\d{1,4})$").struct.unnest()
    parts = told.select(plain.alias("plain")).with_columns(told.select(apostrophe))
    short = pl.col("3").str.zfill(2)
    century = pl.when(short < "70").then(pl.lit("20")).otherwise(pl.lit("19"))
    year = pl.when(pl.col("3").str.len_chars() < 3).then(century + short).otherwise(pl.col("3"))
    return parts.select(
        at=pl.when(pl.col("1").is_not_null()).then(pl.concat_str("1", "2", year, separator="/")).otherwise("plain")
    ).to_series()


def payments(told: pl.DataFrame, order: Order | None) -> pl.DataFrame:
    """Payments as `_money_rows` wants them, one for each split where they add up; with left and broken."""
    import polars as pl

    stamp = stamps(dates(told), order)
    whole, share = _number("amount"), _number("share")
    adds = ((share.sum().over("record") - whole).abs() < 0.006) & (share.count().over("record") > 0)
    told = told.hstack(stamp).with_columns(_adds=adds.fill_null(value=False), _whole=whole, _share=share)
    first = pl.int_range(pl.len()).over("record") == 0
    told = told.filter(pl.col("_adds") | first)
    amount = pl.when("_adds").then("_share").otherwise("_whole")
    action = pl.col("number").str.to_lowercase().str.strip_suffix("x")
    traded = pl.col("section") == "invst"
    out, came = ([one.removesuffix("x") for one in actions] for actions in (_OUT, _IN))
    moved = pl.when(action.is_in(out)).then(-amount.abs()).when(action.is_in(came)).then(amount.abs())
    moved = moved.when(action == "cash").then(amount)
    category = pl.coalesce(pl.when("_adds").then("part"), pl.col("category")).fill_null("")
    own = category.str.contains(r"^\[.*\]")
    amount = pl.when(traded).then(moved).otherwise(amount)
    opening = pl.col("party").fill_null("").str.to_lowercase().str.starts_with("opening balance")
    void = pl.col("party").fill_null("").str.starts_with("**VOID**")
    left = opening | void | (traded & amount.is_null())
    return told.select(
        "record", "start", "basis", "account", left=left,
        amount=amount,
        booked="start",
        currency=pl.lit(""),
        party=pl.when(~traded).then("party"),
        words=pl.concat_str("party", "memo", "words", pl.when(~own).then(category), separator=" ", ignore_nulls=True),
        reference=pl.concat_str("number", "party", "memo", "part", separator=" ", ignore_nulls=True),
        nature=pl.when(traded & action.is_in(_EARNED)).then(pl.lit("interest")).when(action == "margint")
        .then(pl.lit("fee")).when(traded).then(pl.lit("own")).when(own).then(pl.lit("own")),
        broken=~left & (pl.col("start").is_null() | amount.is_null()),
    )  # fmt: skip


def _number(name: str) -> pl.Expr:
    """An amount with thousands and either decimal mark."""
    import polars as pl

    plain = pl.col(name).str.replace_all(r"[^\d.,-]", "")
    european = plain.str.contains(r"^-?[\d.]*,\d{1,2}$")
    comma = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    point = plain.str.replace_all(",", "", literal=True)
    return pl.when(european).then(comma).otherwise(point).cast(pl.Float64, strict=False)
