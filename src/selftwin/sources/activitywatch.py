"""ActivityWatch: time in programs and on web pages, from its export (the web interface, Raw Data, Export all as JSON).

A bucket holds the events of one watcher on one computer or phone; one bucket's own export is read as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import unreadable
from selftwin.sources._json_stream import objects
from selftwin.sources._presence import Presence
from selftwin.sources._readings import KEPT, Reading, part_of, read_off
from selftwin.sources._web_visits import visits
from selftwin.sources.reader.stamps import from_iso

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_START = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"buckets"\s*:\s*\{')
_TYPE = re.compile(rb'"type"\s*:\s*"(\w[\w.]{0,60})"')
_NAME = re.compile(rb'"((?:[^"\\]|\\.){1,200})"\s*:\s*\{(?:[^\[\]{}]|\{\s*\}){0,600}$')  # of its bucket
_MARKS = (b'"currentwindow"', b'"afkstatus"', b'"web.tab.current"', b'"aw-', b"aw-watcher")
_MOST_BUCKETS = 1000
_PIECE = 1 << 20
_SEAM = 1 << 11  # bytes in which a bucket's name and type may stand
_FIELDS = ("timestamp", "duration", "data.app", "data.url", "data.status", "data.incognito")
_SCREEN = (Reading("duration", "screen.time", "s", (0.0,)),)


@dataclass(frozen=True, slots=True)
class ActivityWatch:
    """Buckets of windows, of being there, and of browsers; all others are passed over."""

    name: str = "activitywatch"
    title: str = "ActivityWatch"
    reads: str = "Programs and web pages while somebody was at the machine."
    version: int = 1
    rank: int = 1
    how_to_export: str = "In ActivityWatch: Raw Data, Export all buckets as JSON."

    def recognises(self, member: Member) -> bool:
        """By the buckets and their types."""
        head = member.head()
        return _START.match(head) is not None and any(mark in head for mark in _MARKS)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A server is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The events' parts; who was there when is looked up first, in a reading of its own."""
        del subject
        buckets = _buckets(member)
        there = _there(member, [path for path, kind in buckets.items() if kind == "afkstatus"])
        for block in objects(member, list(buckets), _FIELDS):
            kind = str(block.outer.get("type"))
            yield _READ.get(kind, _other)(member, block, there.get(str(block.outer.get("hostname"))))


def _buckets(member: Member) -> dict[str, str]:
    """Where the events of each bucket stand, and its type."""
    found: dict[str, str] = {}
    kept = b""
    with member.open() as stream:
        while len(found) < _MOST_BUCKETS and (more := stream.read(_PIECE)):
            text = kept + more
            for kind in _TYPE.finditer(text):
                if name := _NAME.search(text[max(0, kind.start() - _SEAM) : kind.start()]):
                    found[f"buckets.{name[1].decode('utf-8', 'replace')}.events[]"] = kind[1].decode()
            kept = text[-_SEAM:]
    return found


def _there(member: Member, paths: list[str]) -> dict[str, Presence]:
    """When somebody was at each computer that has a watcher for it."""
    import polars as pl

    seen: dict[str, list[pl.DataFrame]] = {}
    for block in objects(member, paths, _FIELDS) if paths else ():
        rows = _timed(block.rows).filter(pl.col("data.status") == "not-afk").select("start", "stop")
        seen.setdefault(str(block.outer.get("hostname")), []).append(rows)
    return {host: Presence.of(pl.concat(parts)) for host, parts in seen.items()}


def _timed(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    seconds = pl.col("duration").cast(pl.Float64, strict=False)
    span = pl.when(seconds.is_between(0, 1e9)).then(seconds * 1e6).otherwise(0)
    return rows.with_columns(from_iso(rows["timestamp"])).with_columns(
        source=pl.lit("activitywatch"),
        span=span.cast(pl.Int64),
        stop=pl.col("start") + pl.duration(microseconds=span.cast(pl.Int64)),
    )


def _windows(member: Member, block: Objects, there: Presence | None) -> Part:
    """Time in a program, as far as somebody was there; the titles of windows are never read."""
    import polars as pl

    rows = _timed(block.rows)
    seconds = pl.col("duration").cast(pl.Float64, strict=False).fill_null(float("nan"))
    known = seconds if there is None else pl.when(seconds.is_finite()).then(there.within(rows["start"], rows["stop"]))
    used = rows.with_columns(
        signal=pl.lit("app.use"),
        value=known.fill_null(float("nan")) / 60,
        text="data.app",
        native=pl.concat_str(pl.col("start").dt.epoch("us"), "data.app", separator="/"),
    ).filter(pl.col("text").is_not_null() & (pl.col("value") != 0))
    shown = used.select(*(name for name in KEPT if name in used.columns), "signal", "value", "text")
    return _part(member, block, shown, "window", "without a program, for no time, or while nobody was there")


def _presence(member: Member, block: Objects, there: Presence | None) -> Part:
    import polars as pl

    del there
    rows = _timed(block.rows).filter(pl.col("data.status") == "not-afk")
    rows = rows.with_columns(native=pl.col("start").dt.epoch("us").cast(pl.String))
    return _part(member, block, read_off(rows, _SCREEN), "presence", "while nobody was there")


def _pages(member: Member, block: Objects, there: Presence | None) -> Part:
    import polars as pl

    del there
    rows = _timed(block.rows).rename({"data.url": "url", "span": "microseconds"})
    private = (pl.col("data.incognito").str.to_lowercase() == "true").fill_null(value=False)
    return visits(
        rows.with_columns(aside=private),
        "activitywatch",
        read=block.count,
        first=block.first,
        faults=unreadable(member.path, block),
        faulty=block.bad,
    )


def _other(member: Member, block: Objects, there: Presence | None) -> Part:
    del there
    return _part(member, block, read_off(_timed(block.rows).clear(), _SCREEN), "other", "of other watchers")


def _part(member: Member, block: Objects, rows: pl.DataFrame, kind: str, nothing: str) -> Part:
    return part_of(member.path, block, rows, kind=kind, nothing=nothing)


_READ = {"currentwindow": _windows, "afkstatus": _presence, "web.tab.current": _pages}
SOURCE = ActivityWatch()
