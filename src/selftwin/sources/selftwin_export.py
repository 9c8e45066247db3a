"""A twin's own export (`selftwin rights export FOLDER`), read back: Parquet, JSON-LD and CSV, history and all.

Rows keep the sources, ids, ordinals, dates of telling and corrections they had; days and estimates are made anew.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from selftwin.sources._export_columns import NAMES, part, typed, unguarded
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport, UsageError
from selftwin.vocabulary.export import COLUMNS, FORMAT, MANIFEST, OBSERVATIONS, VOCABULARY
from selftwin.vocabulary.zones import Stay, ZoneTimeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    import polars as pl
    import pyarrow as pa

    from selftwin.sources.reader.members import Member

_BLOCK = 1 << 22
_LONGEST = 1 << 24
_ROWS = 65_536
_MOST_ZIPPED = 512 << 20
_MOST_MANIFEST = 1 << 20
_HEADERS = {(",".join(column.name for column in columns) + "\r\n").encode(): kind for kind, columns in COLUMNS.items()}
_KIND = re.compile(rb'"kind":\s*"([a-z]{1,20})"')
_FORMAT = re.compile(rb'"format":\s*(\d{1,6})')
_AGAIN = "days and estimates are made anew from the observations"
_CONSENT = "grants and the record of the other twin are not taken over: a file opens your data to nobody"


@dataclass(frozen=True, slots=True)
class SelftwinExport:
    """Our own export, in each of its formats; the account calls every row a record."""

    name: str = "selftwin_export"
    title: str = "Selftwin's own export"
    reads: str = "What another twin has given out."
    version: int = 1
    rank: int = 0
    how_to_export: str = "`selftwin rights export FOLDER` writes it; import the folder."
    restores: bool = True

    def recognises(self, member: Member) -> bool:
        """By the manifest's name, or by the mark that each of our tables begins or is named with."""
        return _kind(member) != ""

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An export is one twin's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The rows in parts. Raises BrokenExport where a file is damaged, or of a newer program."""
        del subject
        kind = _kind(member)
        if not kind:
            raise BrokenExport(f"{member.path} is no part of an export of a twin.")
        if kind == MANIFEST:
            yield _manifest(member)
        elif member.name.endswith(".parquet"):
            yield from _parquet(member)
        elif kind != OBSERVATIONS:
            yield _passed(1, kind)
        elif member.name.endswith(".csv"):
            yield from _csv(member)
        else:
            yield from _jsonld(member)


def _kind(member: Member) -> str:
    """What a member holds by its first bytes and its name; empty where it is none of ours."""
    head = member.head(4096)
    if member.name == MANIFEST:
        return MANIFEST if head.lstrip()[:1] == b"{" else ""
    if member.name.endswith(".jsonld"):
        said = _KIND.search(head) if VOCABULARY.encode() in head else None
        return said[1].decode() if said and said[1].decode() in COLUMNS else ""
    if member.name.endswith(".csv"):
        return next((kind for header, kind in _HEADERS.items() if head.startswith(header)), "")
    return "parquet" if member.name.endswith(".parquet") and head[:4] == b"PAR1" else ""


def _passed(records: int, kind: str, *notes: str, zones: ZoneTimeline | None = None) -> Part:
    """Records of something known that makes no observations."""
    import polars as pl

    none = pl.DataFrame(schema={"record": pl.UInt32, "signal": pl.String, "source": pl.String})
    return Part(observations(none), records, records, kinds={kind: records}, notes=notes or (_AGAIN,), zones=zones)


def _manifest(member: Member) -> Part:
    """The manifest brings where the clock stood; whether that is taken over is for the twin to say."""
    try:
        with member.open() as stream:
            body = json.loads(stream.read(_MOST_MANIFEST))
        _refuse_newer(member, int(body["format"]))
        stays = tuple(Stay(datetime.fromisoformat(since), str(zone)) for since, zone in body["zones"]["stays"])
        zones = ZoneTimeline(str(body["zones"]["home"]), stays)
    except (ValueError, KeyError, TypeError, UsageError, RecursionError) as error:
        raise BrokenExport(f"{member.path} is no manifest of an export.") from error
    return _passed(1, "manifest", _CONSENT, zones=zones)


def _refuse_newer(member: Member, version: int) -> None:
    if version > FORMAT:
        raise BrokenExport(f"{member.path} was written by a newer selftwin.", hint="Update selftwin, then try again.")


# Parquet


def _parquet(member: Member) -> Iterator[Part]:
    with _damage_told(member), _seekable(member) as stream:
        import polars as pl
        import pyarrow as pa
        import pyarrow.parquet as pq

        file = pq.ParquetFile(stream, pre_buffer=False)
        told = {key.decode(): value.decode() for key, value in (file.schema_arrow.metadata or {}).items()}
        kind = told.get("selftwin.kind", "")
        if kind not in COLUMNS:
            raise BrokenExport(f"{member.path} is Parquet, but no export of a twin.")
        _refuse_newer(member, int(told.get("selftwin.format", "0")))
        if kind != OBSERVATIONS:
            yield _passed(file.metadata.num_rows, kind)
            return
        _refuse_columns(member, file.schema_arrow)
        done = 0
        for batch in file.iter_batches(_ROWS, columns=list(NAMES), use_threads=False):
            batch.validate(full=True)
            bare = pa.RecordBatch.from_arrays([batch.column(name) for name in NAMES], names=list(NAMES))
            rows = pl.DataFrame(pl.from_arrow(bare)).with_row_index("record")
            yield part(rows, path=member.path, first=done)
            done += rows.height


def _refuse_columns(member: Member, found: pa.Schema) -> None:
    import pyarrow as pa

    kinds = {"words": pa.string(), "stamp": pa.timestamp("us"), "number": pa.float64(), "count": pa.int64(),
             "truth": pa.bool_()}  # fmt: skip
    for column in COLUMNS[OBSERVATIONS]:
        if column.name not in found.names or found.field(column.name).type != kinds[column.kind]:
            raise BrokenExport(f"{member.path} lacks the column {column.name}, or it is of another type.")


@contextmanager
def _seekable(member: Member) -> Iterator[Any]:
    """The bytes with a way to jump; out of an archive they are held in memory, up to 512 MB."""
    import io

    with member.open() as stream:
        if member.seekable:
            yield stream
            return
        held = stream.read(_MOST_ZIPPED + 1)
        if len(held) > _MOST_ZIPPED:
            raise BrokenExport(f"{member.path} is too large to be read inside an archive.", hint="Unpack it first.")
        yield io.BytesIO(held)


@contextmanager
def _damage_told(member: Member) -> Iterator[None]:
    """What a library makes of damaged bytes, as `BrokenExport`."""
    import pyarrow as pa

    try:
        yield
    except BrokenExport:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, MemoryError, OverflowError) as error:
        raise BrokenExport(f"{member.path} is damaged or truncated.") from error


# CSV and JSON-LD: whole lines by the block


def _csv(member: Member) -> Iterator[Part]:
    done = 0
    with member.open() as stream:
        stream.readline()
        for block in _blocks(member, stream, quoted=True):
            rows = _cells(member, block)
            if rows.height:
                yield part(typed(unguarded(rows)).with_row_index("record"), path=member.path, first=done)
            done += rows.height


def _cells(member: Member, block: bytes) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_csv(block, has_header=False, new_columns=list(NAMES), infer_schema=False,
                           schema=dict.fromkeys(NAMES, pl.String))  # fmt: skip
    except pl.exceptions.NoDataError:
        return pl.DataFrame(schema=dict.fromkeys(NAMES, pl.String))
    except (pl.exceptions.PolarsError, ValueError):
        return _patiently(member, block)


def _patiently(member: Member, block: bytes) -> pl.DataFrame:
    """The same by the `csv` module, record by record; one of another width than the header is empty, and so a fault."""
    import csv
    import io

    import polars as pl

    lines = csv.reader(io.StringIO(block.decode("utf-8", "replace"), newline=""))
    try:
        read = [[cell or None for cell in row] for row in lines if row]
    except csv.Error as error:
        raise BrokenExport(f"{member.path} is no longer the table it was written as.") from error
    sound = [row if len(row) == len(NAMES) else [None] * len(NAMES) for row in read]
    return pl.DataFrame(sound, schema=dict.fromkeys(NAMES, pl.String), orient="row")


def _jsonld(member: Member) -> Iterator[Part]:
    done = 0
    with member.open() as stream:
        head = stream.readline(_LONGEST)
        if (version := _FORMAT.search(head)) is None or not head.rstrip().endswith(b"["):
            raise BrokenExport(f"{member.path} is JSON-LD that another program wrote anew; I read it a node a line.")
        _refuse_newer(member, int(version[1]))
        for block in _blocks(member, stream, quoted=False):
            lines = [line.rstrip(b"\r\n").removesuffix(b",") for line in block.split(b"\n")]
            nodes = [line for line in lines if line not in {b"", b"]}"}]
            if nodes:
                yield _nodes(member, nodes, done)
            done += len(nodes)


def _nodes(member: Member, nodes: list[bytes], first: int) -> Part:
    """A part of nodes; only where they cannot be read together is each looked at on its own."""
    import polars as pl

    bad: list[int] = []
    try:
        found = _decoded(pl.Series(nodes).cast(pl.String))
    except pl.exceptions.PolarsError:
        read = [_one(node) for node in nodes]
        bad = [place for place, one in enumerate(read) if one is None]
        found = pl.concat([_none() if one is None else one for one in read])
    faults = [Fault(f"{member.path}, record {first + place + 1}", "no node of an export") for place in bad]
    told = typed(found.with_columns(pl.col("corrected").cast(pl.String))).with_row_index("record")
    return part(told, path=member.path, first=first, bad=bad, faults=faults)


def _one(node: bytes) -> pl.DataFrame | None:
    import polars as pl

    try:
        return _decoded(pl.Series([node]).cast(pl.String))
    except pl.exceptions.PolarsError:
        return None


def _decoded(nodes: pl.Series) -> pl.DataFrame:
    import polars as pl

    return nodes.str.json_decode(pl.Struct(_node())).struct.unnest()


def _none() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame([dict.fromkeys(NAMES)], schema=_node())


def _node() -> dict[str, Any]:
    import polars as pl

    kinds = {"words": pl.String, "stamp": pl.String, "number": pl.Float64, "count": pl.Int64, "truth": pl.Boolean}
    return {column.name: kinds[column.kind] for column in COLUMNS[OBSERVATIONS]}


def _blocks(member: Member, stream: IO[bytes], *, quoted: bool) -> Iterator[bytes]:
    """Runs of whole records; inside quotes a line end is none. Raises BrokenExport where a record never ends."""
    kept = b""
    while more := stream.read(_BLOCK):
        kept += more
        end = _end(kept) if quoted else kept.rfind(b"\n") + 1
        if len(kept) - end > _LONGEST:
            raise BrokenExport(f"{member.path} holds a record that never ends.")
        if end:
            yield kept[:end]
            kept = kept[end:]
    if kept:
        yield kept


def _end(text: bytes) -> int:
    """Where the last whole record of a CSV ends."""
    import numpy as np

    end = text.rfind(b"\n") + 1
    if text.count(b'"', 0, end) % 2 == 0:
        return end
    letters = np.frombuffer(text, np.uint8)
    even = np.cumsum(letters == ord('"'), dtype=np.uint8) % 2 == 0
    ends = np.flatnonzero(even & (letters == ord("\n")))
    return int(ends[-1]) + 1 if ends.size else 0


SOURCE = SelftwinExport()
