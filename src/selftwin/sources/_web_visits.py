"""What a browser's history becomes: visits by the host of their page alone, and searches where they are told.

An address may hold a password, a name or a key to a document, in its path as in its query; so only the host is kept,
and titles are never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.sources._readings import part, words
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from selftwin.sources.reader.contract import Part
    from selftwin.vocabulary.account import Fault

_HOST = r"^(?i:https?)://(?:[^/?#@\\]*@)?(?i:www\.)?(\[[0-9A-Fa-f:.]+\]|[^\s/:?#@\\\[\]]+)"
_DAY = 86_400_000_000  # microseconds; a page that was open for longer was left open


def visits(
    rows: pl.DataFrame, source: str, *, read: int, first: int, faults: Sequence[Fault] = (), faulty: Sequence[int] = ()
) -> Part:
    """Visits as a part. `rows` holds record, url, start, and where they are told microseconds (how long the page was
    open), term (the search that led to it) and aside (whether the visit is none of the person's)."""
    import polars as pl

    whole = _whole(rows).with_columns(
        host=pl.col("url").str.extract(_HOST, 1).str.to_lowercase(),
        source=pl.lit(source),
        offset=pl.lit(None, pl.Int16),
        basis=pl.lit(int(Basis.INSTANT), pl.Int8),
    )
    seen = whole.filter(~pl.col("aside")).with_columns(
        stop=pl.when(pl.col("microseconds").is_between(1, _DAY)).then(
            pl.col("start") + pl.duration(microseconds=pl.col("microseconds"))
        ),
        native=pl.concat_str(pl.col("start").dt.epoch("us"), pl.col("host"), separator="/"),
    )
    searched = seen.filter(pl.col("term").str.strip_chars() != "").drop("stop")
    return part(
        pl.concat([words(seen, "host", "web.visit"), words(searched, "term", "web.search")], how="diagonal_relaxed"),
        kind="visit",
        read=read,
        first=first,
        faults=faults,
        faulty=faulty,
        nothing="of no web page, of a frame in one, or on the way to where a redirect led",
    )


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    absent = {"microseconds": pl.Int64, "term": pl.String, "aside": pl.Boolean}
    added = [pl.lit(None, kind).alias(name) for name, kind in absent.items() if name not in rows.columns]
    return rows.with_columns(added).with_columns(pl.col("aside").fill_null(value=False))
