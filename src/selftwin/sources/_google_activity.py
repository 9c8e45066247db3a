"""What Google Takeout tells of activity, as JSON or as a web page: what was done, with which address, and when.

Both forms hold the same records, in the language of the account; what is read here depends on none: the name of a
link, its address, and the date at the end. A page is cut at its records and never parsed as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import unreadable
from selftwin.sources._json_stream import objects
from selftwin.sources._written_dates import written
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.members import Member
    from selftwin.vocabulary.account import Fault

_FIELDS = ("header", "title", "titleUrl", "subtitles", "time", "details")
_JSON = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\[\s*\{\s*"header"\s*:\s*"((?:[^"\\]|\\.)*)"')
_PAGE = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<!doctype html>\s*)?<html", re.IGNORECASE)
_CODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_RECORD = b'<div class="outer-cell'
_HEADER = r'mdl-typography--title">\s*([^<]*?)\s*<'
_FIRST_HEADER = re.compile(_HEADER.encode())
_BODY = r'(?s)mdl-typography--body-1">(.*?)</div>'
_CAPTION = r'(?s)mdl-typography--caption">(.*?)</div>'
_LINK = r'(?s)^([^<]*)<a\s+href="([^"]*)"[^>]*>(.*?)</a>'
_SECOND_LINK = r'(?s)</a>.*?<a\s+href="[^"]*"[^>]*>(.*?)</a>'
_DATE = r"(?s)(?:^|<br\s*/?>)\s*([^<>]*?\d[^<>]*?)\s*(?:<br\s*/?>\s*)?$"
_DETAILS = (  # a second paragraph of plain words: the one that says why a record is there has a link in it
    r"^\s*<b>[^<]*</b>(?:<br\s*/?>[^<]*)+<b>[^<]*</b><br\s*/?>[^<]+(?:<br\s*/?>)?\s*(?:$|<b>)"
)
_TAG = r"<[^>]*>"
_ENTITIES = {"\u00a0": " ", "&nbsp;": " ", "&emsp;": " ", "&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">"}
_BLOCK = 1 << 22
_LONGEST = 1 << 24  # bytes of one record
_SEEN = 1 << 20  # bytes of a page in which its first record stands: its styles come first


@dataclass(frozen=True, slots=True)
class Activities:
    """Some records: record, header (the product), title, name (what the link says, null where only the title holds
    it), url, channel (the name of the second link), detailed, start, offset, basis."""

    rows: pl.DataFrame
    count: int
    first: int
    faults: tuple[Fault, ...] = ()
    faulty: tuple[int, ...] = ()


def product(member: Member) -> str:
    """The product of the first record, or nothing where this is no activity of Google's; cheap, and never raises."""
    head = member.head()
    if found := _JSON.match(head):
        told = b'"time"' in head and (b'"products"' in head or b'"titleUrl"' in head)
        return found[1].decode("utf-8", "replace") if told else ""
    if not _PAGE.match(head) or b"mdl-" not in head:
        return ""
    record = re.search(_FIRST_HEADER, _first_record(member))
    return record[1].decode("utf-8", "replace") if record else ""


def _first_record(member: Member) -> bytes:
    try:
        with member.open() as stream:
            return stream.read(_SEEN).partition(_RECORD)[2]
    except (BrokenExport, OSError):
        return b""


def activities(member: Member) -> Iterator[Activities]:
    """The records in blocks. Raises BrokenExport where one never ends."""
    if not _PAGE.match(member.head()):
        yield from (_told(member, block) for block in objects(member, ("[]",), _FIELDS))
        return
    done = 0
    for records in _cut(member):
        yield Activities(_shown(records), len(records), done)
        done += len(records)


def _told(member: Member, block: Objects) -> Activities:
    """Records of JSON; their moments are cut to the second, as a page tells them."""
    import polars as pl

    rows = block.rows.with_columns(from_iso(block.rows["time"])).select(
        "record",
        "header",
        "title",
        "offset",
        "basis",
        name=pl.lit(None, pl.String),
        url="titleUrl",
        channel=pl.col("subtitles").str.json_path_match("$[0].name"),
        detailed=(pl.col("details").str.len_bytes() > len("[]")).fill_null(value=False),
        start=pl.col("start").dt.truncate("1s"),
    )
    return Activities(rows, block.count, block.first, tuple(unreadable(member.path, block)), block.bad)


def _cut(member: Member) -> Iterator[list[str]]:
    """A page's records as they stand in it."""
    kept, begun = b"", False
    with member.open() as stream:
        while more := stream.read(_BLOCK):
            *whole, kept = (kept + more).split(_RECORD)
            if len(kept) > _LONGEST:
                raise BrokenExport(f"{member.path} holds a record that never ends.")
            if whole:
                records, begun = (whole if begun else whole[1:]), True
                if records:
                    yield [record.decode("utf-8", "replace") for record in records]
    if begun:
        yield [kept.decode("utf-8", "replace")]


def _shown(records: list[str]) -> pl.DataFrame:
    """Records of a page as rows."""
    import polars as pl

    cells = pl.DataFrame({"cell": records}, schema={"cell": pl.String}).with_row_index("record")
    bodies = cells.with_columns(
        header=_plain(pl.col("cell").str.extract(_HEADER)),
        body=pl.col("cell").str.extract(_BODY),
        caption=pl.col("cell").str.extract(_CAPTION),
    )
    link = pl.col("body").str.extract_groups(_LINK)
    rows = bodies.with_columns(
        url=_plain(link.struct[1]),
        name=_plain(link.struct[2]),
        channel=_plain(pl.col("body").str.extract(_SECOND_LINK)),
        title=_plain(pl.col("body").str.extract(r"(?s)^(.*?)<br")),
        date=_plain(pl.col("body").str.extract(_DATE)),
        detailed=pl.col("caption").str.contains(_DETAILS).fill_null(value=False),
    )
    return rows.with_columns(written(rows["date"])).drop("cell", "body", "caption", "date")


def _plain(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all(_TAG, "").str.replace_many(list(_ENTITIES), list(_ENTITIES.values()))
    return text.str.replace_all("&amp;", "&", literal=True).str.strip_chars()


def asked(urls: pl.Series, parameter: str) -> pl.Series:
    """What an address asks for by a parameter (`q`, `search_query`), in plain words; null where it does not."""
    import polars as pl

    words = urls.str.extract(rf"[?&]{parameter}=([^&#]+)").str.replace_all("+", " ", literal=True)
    coded = words.filter(words.str.contains("%", literal=True)).unique().to_list()
    plain = {one: _uncoded(one) for one in coded}
    return words.replace(plain).str.strip_chars().replace("", None).cast(pl.String)


def _uncoded(words: str) -> str:
    """Words of an address as they were typed: `%C3%A9` is é."""
    typed = _CODED.sub(lambda found: bytes([int(found[1], 16)]), words.encode("utf-8", "replace"))
    return typed.decode("utf-8", "replace")
