"""MT940 as tags: `:61:` is a payment, `:86:` what is written on it, `:60F:` and its like are balances.

Block envelopes of SWIFT (`{1:…}{4:`), control characters and the dash that ends a statement are left away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selftwin.sources._money_text import chunks as texts
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.members import Member

_ENVELOPE = re.compile(r"\{[1235]:[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\}|\{4:|-\}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ufeff]+")
_TAG = r"^:(\d{2}[A-Z]?|NS):"
_LINE = (
    r"^(?<year>\d\d)(?<month>\d\d)(?<day>\d\d)(?<entered>\d{4})?\s*(?<mark>R[CD]|E[CD]|[CD])(?<funds>[A-Z])?\s*"
    r"(?<amount>\d[\d.]*(?:,\d*)?|,\d+)\s?(?<kind>[A-Z][A-Z0-9 ]{3})?(?<reference>[^\n]*?)(?://(?<bank>[^\n]*))?"
    r"(?:\n(?<more>(?s:.*)))?$"
)
_BALANCE = r"^\s*(?<mark>[CD])(?<year>\d\d)(?<month>\d\d)(?<day>\d\d)(?<currency>[A-Z]{3})?(?<amount>[\d.]*,?\d*)"
_BALANCES = {"60F": "balance.opening", "62F": "balance", "64": "balance.available", "60M": "", "62M": "", "65": ""}

_NOTED = "STARTDISP"  # the title under which German banks list what is not booked yet

# What a payment is: the German business code that begins `:86:`, else SWIFT's three letters.
BUSINESS = {
    **dict.fromkeys(("004", "005", "104", "105", "106", "107", "110", "171", "190", "804"), "debit"),
    **dict.fromkeys(("008", "020", "051", "116", "117", "118", "119", "152", "166", "167", "168", "169", "177", "188",
                     "189", "191"), "transfer"),
    **dict.fromkeys(("053", "153", "154", "155", "156"), "salary"),
    **dict.fromkeys(("082", "083"), "cash"),
    **dict.fromkeys(("108", "109", "159", "181", "184"), "returned"),
    **dict.fromkeys(("805", "808", "809"), "fee"),
    **dict.fromkeys(("814",), "interest"),
}  # fmt: skip
_LETTERS = {
    "TRF": "transfer", "STO": "transfer", "BOE": "transfer", "DDT": "debit", "CHG": "fee", "COM": "fee",
    "INT": "interest", "DIV": "interest", "RTI": "returned", "CHK": "transfer", "SEC": "trade", "TCK": "debit",
}  # fmt: skip


def chunks(member: Member) -> Iterator[str]:
    """Runs of whole statements or, in a long one, of whole payments. Raises BrokenExport where one never ends."""
    return texts(member, ("\n:20:", "\r:20:"), ("\n:61:", "\r:61:"), errors="selftwin.old-banks")


class Statements:
    """What a payment takes from the lines before it: account, currency, number of the statement; over all chunks."""

    def __init__(self) -> None:
        self._carried: dict[str, str] = {}
        self._met: set[int] = set()

    def fields(self, text: str) -> pl.DataFrame:
        """Payments and balances: record, tag, body, words (behind a payment), title (of the statement), account,
        currency, number, repeated."""
        import polars as pl

        plain = _CONTROL.sub("", _ENVELOPE.sub("\n", text))
        lines = pl.Series([plain]).str.split("\n").explode().to_frame("line")
        lines = lines.filter(~pl.col("line").is_in(["", "-"])).with_columns(tag=pl.col("line").str.extract(_TAG))
        lines = lines.with_columns(
            field=pl.col("tag").is_not_null().cum_sum(), line=pl.col("line").str.replace(_TAG, "")
        ).filter(pl.col("field") > 0)
        tags = lines.group_by("field", maintain_order=True)
        return self._placed(_written(tags.agg(pl.col("tag").first(), body=pl.col("line").str.join("\n"))))

    def _placed(self, tags: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        told = pl.col("body").str.extract(r"^\s*[CD]\d{6}([A-Z]{3})")
        floor = pl.col("body").str.extract(r"^([A-Z]{3})")
        currency = pl.when(pl.col("tag").is_in(list(_BALANCES))).then(told).when(pl.col("tag") == "34F").then(floor)
        title = pl.when(pl.col("tag") == "20").then("body")
        number = pl.when(pl.col("tag").is_in(["28", "28C"])).then("body")
        account = pl.when(pl.col("tag") == "25").then("body")
        tags = tags.with_columns(
            statement=(pl.col("tag") == "20").cum_sum(), title=title, account=account, number=number, currency=currency
        )
        for name in ("title", "account", "number", "currency"):
            tags = tags.with_columns(pl.col(name).forward_fill().fill_null(self._carried.get(name, "")))
            self._carried[name] = tags[name][-1] if tags.height else self._carried.get(name, "")
        tags = tags.with_columns(pl.col("currency").replace("", None).fill_null(strategy="backward").fill_null(""))
        tags = tags.join(self._repeated(tags), on="statement", how="left", maintain_order="left")
        kept = tags.filter(pl.col("tag").is_in(["61", *_BALANCES]))
        return kept.with_row_index("record")

    def _repeated(self, tags: pl.DataFrame) -> pl.DataFrame:
        """Which statements have stood in the file before, letter for letter, and move money."""
        import polars as pl

        said = tags.with_columns(_hash=pl.struct("tag", "body", "words").hash()).group_by(
            "statement", maintain_order=True
        ).agg(
            whole=pl.col("_hash").sum(),
            moves=(pl.col("tag") == "61").any() & (pl.col("tag") == "62F").any(),
        )
        found = said["whole"].to_list()
        repeated = []
        for digest, moves in zip(found, said["moves"], strict=True):
            repeated.append(moves and digest in self._met)
            self._met.add(digest)
        return said.select("statement", repeated=pl.Series(repeated, dtype=pl.Boolean))


def _written(tags: pl.DataFrame) -> pl.DataFrame:
    """With the words behind each payment, also where a bank wrote them under another tag."""
    import polars as pl

    after = pl.col("tag").shift(-1)
    misplaced = (after == "25") & pl.col("body").shift(-1).str.contains(r"^\d{3}\?")
    words = pl.when(after.is_in(["86", "NS"]) | misplaced).then(pl.col("body").shift(-1))
    stray = (pl.col("tag") == "25") & pl.col("body").str.contains(r"^\d{3}\?")
    tags = tags.with_columns(words=pl.when(pl.col("tag") == "61").then(words))
    return tags.filter(~stray).with_columns(pl.col("body").str.strip_chars())


def transactions(fields: pl.DataFrame) -> pl.DataFrame:
    """The payments as `_money_rows` wants them, with repeated, expected and broken."""
    import polars as pl

    lines = fields.filter(pl.col("tag") == "61")
    lines = lines.hstack(lines["body"].str.extract_groups(_LINE).struct.unnest())
    date = _date()
    lines = lines.with_columns(start=date, entered=_entered(date), _out=pl.col("mark").is_in(["D", "RC"]))
    lines = lines.with_columns(_words(lines["words"].fill_null("")))
    reference = pl.col("reference").str.strip_chars().replace(["NONREF", "KREF+", "NOREF"], "").fill_null("")
    bank = pl.col("bank").str.strip_chars().fill_null("")
    code = pl.col("kind").str.slice(1, 3)
    nature = pl.coalesce(
        pl.when(pl.col("mark").is_in(["RC", "RD"])).then(pl.lit("returned")),
        pl.col("business").replace_strict(BUSINESS, default=None, return_dtype=pl.String),
        code.replace_strict(_LETTERS, default=None, return_dtype=pl.String),
    )
    return lines.select(
        "record", "repeated", "start", "account", "currency", "party", "words",
        basis=pl.lit(int(Basis.DATE), pl.Int8),
        booked=pl.coalesce("entered", "start"),
        amount=_amount() * pl.when("_out").then(-1).otherwise(1),
        reference=pl.concat_str(reference, bank, "words", separator=" ", ignore_nulls=True),
        nature=nature,
        expected=pl.col("mark").is_in(["EC", "ED"]).fill_null(value=False) | pl.col("title").str.starts_with(_NOTED),
        broken=pl.col("start").is_null() | pl.col("mark").is_null() | _amount().is_null(),
    )  # fmt: skip


def balances(fields: pl.DataFrame) -> pl.DataFrame:
    """The balances as `_money_rows` wants them, with repeated, page (of a page, or of a day ahead) and broken."""
    import polars as pl

    stood = fields.filter(pl.col("tag") != "61").drop("currency", "words")
    stood = stood.hstack(stood["body"].str.extract_groups(_BALANCE).struct.unnest())
    amount = _amount() * pl.when(pl.col("mark") == "D").then(-1).otherwise(1)
    kind = pl.col("tag").replace_strict(_BALANCES, return_dtype=pl.String)
    return stood.join(fields.select("record", told="currency"), on="record", how="left", maintain_order="left").select(
        "record", "repeated", "account",
        start=_date(),
        basis=pl.lit(int(Basis.DATE), pl.Int8),
        offset=pl.lit(None, pl.Int16),
        currency=pl.coalesce("currency", "told"),
        amount=amount,
        kind=kind,
        id=pl.col("number"),
        page=kind == "",
        broken=(_date().is_null() | amount.is_null()) & (kind != ""),
    )  # fmt: skip


def _date() -> pl.Expr:
    import polars as pl

    year, month, day = (pl.col(name).cast(pl.Int32, strict=False) for name in ("year", "month", "day"))
    return _day(year + pl.when(year < 80).then(2000).otherwise(1900), month, day)


def _entered(date: pl.Expr) -> pl.Expr:
    """The day of booking: month and day, in the year that lies nearest to the date the money counts from."""
    import polars as pl

    month, day = (pl.col("entered").str.slice(at, 2).cast(pl.Int32, strict=False) for at in (0, 2))
    away = month - date.dt.month().cast(pl.Int32)
    return _day(date.dt.year() + pl.when(away > 6).then(-1).when(away < -6).then(1).otherwise(0), month, day)


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A date; a day that its month does not have (30 February) is its last."""
    import polars as pl

    sound = month.is_between(1, 12) & day.is_between(1, 31)
    first = pl.datetime(year, pl.when(sound).then(month), 1, time_unit="us")
    counted = first + pl.duration(days=pl.when(sound).then(day).otherwise(1) - 1)
    return pl.when(sound).then(pl.min_horizontal(counted, first.dt.month_end()))


def _amount() -> pl.Expr:
    """The amount; a comma is the decimal mark, and a point only where no comma stands."""
    import polars as pl

    text = pl.col("amount")
    point = text.str.contains(r"^\d+\.\d{1,2}$")
    comma = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    plain = pl.when(point).then(text).otherwise(comma)
    return (pl.lit("0") + plain).str.strip_suffix(".").cast(pl.Float64, strict=False)


def _words(written: pl.Series) -> list[pl.Series]:
    """Business (a code), party and words of what is written on payments, in any of the ways banks structure it."""
    import polars as pl

    body = pl.col("written")
    tilde = body.str.contains(r"^\s*\d{3}[~^<@]\d{2}")
    marked = pl.when(tilde).then(body.str.replace_all(r"[~^<@](\d\d)", "?${1}")).otherwise(body)
    one = marked.str.replace_all("\n", "")
    structured = one.str.contains(r"^\s*\d{3}\s?\?\d\d") | one.str.contains(r"\?20")
    remitted = one.str.extract_all(r"\?(?:2\d|6[0-3])[^?]*").list.eval(pl.element().str.slice(3)).list.join("")
    named = one.str.extract_all(r"\?3[23][^?]*").list.eval(pl.element().str.slice(3)).list.join("").str.strip_chars()
    slashed = body.str.replace_all("\n", "")
    swift = slashed.str.extract(r"/NAME/([^/]+)").fill_null(slashed.str.extract(r"/CNTP/[^/]*/[^/]*/([^/]+)"))
    loose = body.str.replace_all("\n", " ").str.extract(r"(?:\bNAAM: ?|\bNAME: ?|; ?OD: ?|; ?DLA: ?)([^;]+)")
    wrapped = pl.when(slashed.str.contains(r"/(?:REMI|EREF|TRTP|BENM|ORDP|CNTP)/")).then(slashed).otherwise(
        body.str.replace_all(r"\s*\n\s*", " ")
    )
    remittance = slashed.str.extract(r"/REMI/(?:(?:USTD|STRD)/+)?/*(.+?)(?:/[A-Z]{4}/.*|/?$)")
    german = remitted.str.extract(r"SVWZ\+(.*?)(?:(?:EREF|KREF|MREF|CRED|DEBT|ABWA|ABWE|MTLG)\+|$)").replace("", None)
    old = body.str.contains(r"^\s*01")
    said = body.str.extract_all(r"(?m)^(?:0\d|1[0-4]).*$").list.eval(pl.element().str.slice(2)).list.join(" ")
    told = written.to_frame("written").select(
        business=one.str.extract(r"^\s*(\d{3})(?:\s?\?|[A-Z]{2}\d{4})"),
        party=pl.when(structured).then(named).when(old).then(body.str.extract(r"(?m)^15(.*)$"))
        .otherwise(pl.coalesce(swift, loose)),
        words=pl.when(structured).then(pl.coalesce(german, remitted.replace("", None), one.str.extract(r"\?00([^?]*)")))
        .when(old).then(said).otherwise(pl.coalesce(remittance, wrapped)),
    )
    return [told[name].str.strip_chars() for name in told.columns]
