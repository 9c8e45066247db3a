"""The right to portability: the whole twin as files that any program reads, and that a new twin reads back.

The files are plain: whoever reads them reads the person. They lie where the person chose, for their eyes alone (0600).
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from typing import IO, TYPE_CHECKING, Any

from selftwin.consent.grant import OWNER
from selftwin.consent.whole import Whole
from selftwin.exchange.writing import About, readable
from selftwin.twin.delivering import redacted
from selftwin.vault import documents, export
from selftwin.vault.disk import must_lie_outside
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.export import COLUMNS, DAYS, ESTIMATES, FORMAT, MANIFEST, OBSERVATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from selftwin.consent.consent import Consent
    from selftwin.exchange.writing import Writer
    from selftwin.vault.store import Store

EXPORT = "export"  # the kind of paper that says where an export lies
FORMATS = {"parquet": "parquet", "jsonld": "jsonld", "csv": "tables"}  # each with its module in `exchange`
PLAIN = "These files are not encrypted: whoever can read them reads your life. Keep them where only you can."
_README = """The export of a twin (selftwin {version}, {made_at})

{plain}

{manifest}  what is in this folder, with the digest of every file, and where your clock stood
papers.json           grants, bars, letters, imports and every other paper of the twin
record.jsonl          who read what, when, and how it was decided; one decision a line
parquet/ jsonld/ csv/ the same rows in three forms: one table a category as it was recorded, with its history;
                      days and estimates are derived, and only to be read

The columns of the observations:

{columns}

In CSV a text that begins with = + - @, a tab, a line end or an apostrophe has an apostrophe in front, so that no
spreadsheet runs it; take one away to have it back. To read all of it into a new twin: selftwin import THIS_FOLDER
"""


@dataclass(frozen=True, slots=True)
class File:
    """One file of an export: its path within the folder, the SHA-256 of its bytes, and the rows in it."""

    path: str
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Exported:
    """An export: where it lies, when it was made, in which forms, and what is in it."""

    folder: str
    made_at: datetime
    formats: tuple[str, ...]
    observations: int
    revised: int
    signals: tuple[str, ...]
    files: tuple[File, ...]


@dataclass(slots=True)
class _Sheet:
    """One table in one form, being written."""

    path: Path
    shown: str
    writer: Writer
    stream: IO[bytes]
    rows: int = 0

    def add(self, rows: pl.DataFrame) -> None:
        self.writer.add(rows)
        self.rows += rows.height

    def end(self) -> File:
        self.writer.end()
        self.stream.close()
        return _file(self.path, self.shown, self.rows)


@dataclass(slots=True)
class Exporting:
    """Writes one export; `run` returns what was written. `tell` hears each table's name as it begins."""

    store: Store
    consent: Consent
    folder: Path
    formats: tuple[str, ...]
    tell: Callable[[str], None]
    made_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _files: list[File] = field(default_factory=list)

    def run(self) -> Exported:
        """Write everything; on any failure nothing stays behind. Raises UsageError, Refused."""
        must_lie_outside(self.folder, self.store.files.place)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            done = self._write()
        except BaseException:
            self._clear()
            raise
        body = {
            "what": EXPORT, "path": done.folder, "made": self._stamp(), "formats": list(self.formats),
            "observations": done.observations, "revised": done.revised, "signals": list(done.signals),
            "categories": sorted({nature(key).category.value for key in done.signals}),
            "files": [asdict(file) for file in (*done.files, _file(self.folder / MANIFEST, MANIFEST, 0))],
        }  # fmt: skip
        with self.store.writing("journal"):
            documents.put(self.store, EXPORT, f"export-{done.made_at:%Y%m%dT%H%M%S%fZ}", body)
        self.consent.record.tell(EXPORT, OWNER, detail=", ".join(self.formats))
        return done

    def _write(self) -> Exported:
        whole = Whole(self.consent, self.store)
        extents = whole.extents()
        for name in extents:
            self.tell(name)
            self._table(About(OBSERVATIONS, name, self._stamp()), map(readable, whole.rows(name)))
        self.tell(DAYS)
        self._table(About(DAYS, "every", self._stamp()), self._days())
        self._table(About(ESTIMATES, "every", self._stamp()), self._estimates())
        self._papers()
        every = [one for some in extents.values() for one in some]
        done = Exported(
            str(self.folder.resolve()), self.made_at, self.formats, sum(one.rows for one in every),
            sum(one.revised for one in every), tuple(sorted(one.key for one in every)), tuple(self._files)
        )  # fmt: skip
        self._manifest(done)
        return done

    def _stamp(self) -> str:
        return self.made_at.isoformat()

    def _table(self, about: About, batches: Iterator[pl.DataFrame]) -> None:
        """Write one table in every form, batch by batch."""
        name = about.category if about.kind == OBSERVATIONS else about.kind
        sheets = [self._sheet(form, name, about) for form in self.formats]
        for rows in batches:
            for sheet in sheets:
                sheet.add(rows)
        self._files.extend(sheet.end() for sheet in sheets)

    def _sheet(self, form: str, name: str, about: About) -> _Sheet:
        module = import_module(f"selftwin.exchange.{FORMATS[form]}")
        shown = f"{form}/{name}.{module.SUFFIX}"
        stream = _new(self.folder / shown)
        return _Sheet(self.folder / shown, shown, module.Writer(stream, about), stream)

    def _days(self) -> Iterator[pl.DataFrame]:
        import polars as pl

        view = self.consent.view()
        view.settle()
        for held in view.held():
            rows = view.days(held.signal.key).with_columns(pl.lit(held.signal.key).alias("signal"))
            yield rows.select(column.name for column in COLUMNS[DAYS])

    def _estimates(self) -> Iterator[pl.DataFrame]:
        import polars as pl

        from selftwin.twin.believing import frame

        rows = frame(self.consent.view().estimates())
        lists = [pl.col(name).map_elements(lambda some: json.dumps(list(some)), pl.String)
                 for name in ("categories", "sensitivities")]  # fmt: skip
        yield rows.with_columns(pl.col("made_at").dt.replace_time_zone(None), *lists)

    def _papers(self) -> None:
        """What is no table: papers, imports, the clock's corrections, the record, and what all of it is."""
        zones = [{"recorded": at, "timeline": json.loads(body)} for at, body in export.timelines(self.store)]
        imports = [asdict(batch) for batch in self.store.batches()]
        self._lines("papers.json", [{**_unlocked(export.papers(self.store)), "import": imports, "zones": zones}])
        self._lines("record.jsonl", (asdict(entry) for entry in self.consent.record.entries()))
        columns = "\n".join(f"  {one.name:<10} {one.meaning}" for one in COLUMNS[OBSERVATIONS])
        text = _README.format(version=version("selftwin"), made_at=self._stamp(), plain=PLAIN, manifest=MANIFEST,
                              columns=columns)  # fmt: skip
        with _new(self.folder / "README.txt") as stream:
            stream.write(text.encode())
        self._files.append(_file(self.folder / "README.txt", "README.txt", 0))

    def _lines(self, name: str, things: Any) -> None:
        import orjson

        rows = 0
        with _new(self.folder / name) as stream:
            for thing in things:
                stream.write(orjson.dumps(thing, default=list, option=orjson.OPT_APPEND_NEWLINE))
                rows += 1
        self._files.append(_file(self.folder / name, name, rows))

    def _manifest(self, done: Exported) -> None:
        """Written last: a folder without it is no whole export."""
        zones = self.store.zones
        body = {
            "format": FORMAT,
            "made_at": self._stamp(),
            "program": f"selftwin {version('selftwin')}",
            "zones": {"home": zones.home, "stays": [(stay.since.isoformat(), stay.zone) for stay in zones.stays]},
            "observations": done.observations,
            "revised": done.revised,
            "files": [asdict(file) for file in self._files],
        }
        with _new(self.folder / MANIFEST) as stream:
            stream.write(json.dumps(body, indent=1).encode())

    def _clear(self) -> None:
        """Take away what a failed export had written."""
        for form in self.formats:
            for path in (self.folder / form).glob("*"):
                path.unlink()
            if (self.folder / form).is_dir():
                (self.folder / form).rmdir()
        for name in (MANIFEST, "README.txt", "papers.json", "record.jsonl"):
            (self.folder / name).unlink(missing_ok=True)


def chosen(folder: Path, formats: Sequence[str]) -> tuple[str, ...]:
    """The forms to write, all where none is named. Raises UsageError, also where the folder holds something."""
    if unknown := [one for one in formats if one not in FORMATS]:
        raise UsageError(f"There is no format {unknown[0]!r}.", hint=f"There are {', '.join(FORMATS)}.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty.", hint="Choose a folder that does not exist yet.")
    return tuple(form for form in FORMATS if form in formats or not formats)


def _unlocked(paper: Any) -> Any:
    """A paper, or many, with addresses of messages as they are shown: whoever gets a copy could write to them."""
    if isinstance(paper, dict):
        return {key: redacted(one) if key == "url" and isinstance(one, str) else _unlocked(one)
                for key, one in paper.items()}  # fmt: skip
    return [_unlocked(one) for one in paper] if isinstance(paper, list) else paper


def _new(path: Path) -> IO[bytes]:
    """A new file for its owner's eyes alone."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=1 << 20)


def _file(path: Path, shown: str, rows: int) -> File:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return File(shown, digest, path.stat().st_size, rows)
