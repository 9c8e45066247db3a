"""WFDB: recordings as PhysioNet and research devices keep them; of an electrocardiogram its beats and rhythms.

A record is several files of one name: `100.hea` (the header), `100.dat` (the signals), `100.atr` or `100.qrs` (what was
marked in them). Give the folder, or an archive of it, so that the marks find their header.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from selftwin.sources._wfdb_annotations import BEATS, RHYTHM, marks
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import polars as pl

    from selftwin.sources._wfdb_annotations import Marks
    from selftwin.sources.reader.members import Member

AT_ONCE = 30_000  # marks in a part; a beat makes two rows
LARGEST = 64 << 20
_LONGEST = 1e9  # seconds, thirty years
ANNOTATORS = frozenset({"atr", "qrs", "ecg", "ann", "ari", "wqrs", "gqrs", "sqrs", "xqrs"})
_UNDATED = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock, as the header's own
_RECORD = re.compile(
    r"([A-Za-z0-9_\-]{1,80})(?:/\d+)?[ \t]+\d{1,6}(?:[ \t]+(\d[\d.eE+]*)(?:/\S+)?"
    r"(?:[ \t]+\d+(?:[ \t]+((?:\d{1,2}:){1,2}\d{1,2}(?:\.\d+)?)(?:[ \t]+(\d{1,2}/\d{1,2}/\d{4}))?)?)?)?[ \t]*"
)
_RHYTHMS = {"(N": "sinus_rhythm", "(AFIB": "atrial_fibrillation"}


@dataclass(frozen=True, slots=True)
class Header:
    """A record's name, its samples a second, when it began, and whether its date is known."""

    name: str
    frequency: float
    began: datetime
    dated: bool


@dataclass(frozen=True, slots=True)
class Wfdb:
    """Headers, signals and annotations; only the last hold what a twin keeps."""

    name: str = "wfdb"
    title: str = "WFDB recordings"
    reads: str = "Beats and rhythms of a recorded heart."
    version: int = 2
    rank: int = 2
    how_to_export: str = "Give the folder of a record (.hea, .dat, .atr), or a zip archive of it."

    def recognises(self, member: Member) -> bool:
        """A header by its first line, which begins with the name of its file; the others by the header beside them."""
        stem, kind = _parts(member)
        if kind == "hea":
            return _header(member, stem) is not None
        return kind in ANNOTATORS | {"dat"} and _beside(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """One unnamed person."""
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The marks in parts. Raises BrokenExport where they have no header, or are none."""
        stem, kind = _parts(member)
        if kind in {"hea", "dat"}:
            yield _passed(kind)
            return
        if (header := _beside(member)) is None:
            raise BrokenExport(f"{member.path} needs {stem}.hea beside it: give the folder, or an archive of it.")
        with member.open() as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise BrokenExport(f"{member.path} is too large to be the annotations of a recording.")
        yield from _read(member.path, marks(member.path, data), header, kind)


def _parts(member: Member) -> tuple[str, str]:
    name = PurePosixPath(member.path.replace("\\", "/")).name
    stem, _, kind = name.rpartition(".")
    return stem, kind.lower()


def _beside(member: Member) -> Header | None:
    stem, _ = _parts(member)
    other = member.beside(f"{stem}.hea")
    return None if other is None else _header(other, stem)


def _header(member: Member, stem: str) -> Header | None:
    """What the first line that is no comment says, if it says so of this record."""
    lines = member.head().decode("utf-8", "replace").splitlines()
    first = next((line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    found = _RECORD.fullmatch(first)
    if found is None or found[1] != stem:
        return None
    try:
        frequency = float(found[2] or 250)  # as WFDB assumes where nothing is said
        began = _began(found[3] or "0:0:0", found[4])
    except ValueError:
        return None
    return Header(stem, frequency, began, found[4] is not None) if frequency > 0 else None


def _began(clock: str, day: str | None) -> datetime:
    """`13:05:00`, perhaps with fractions; WFDB reads one colon as that of minutes and seconds."""
    form = ("%H:%M:%S" if clock.count(":") == 2 else "%M:%S") + (".%f" if "." in clock else "")
    time = datetime.strptime(clock, form).time()  # noqa: DTZ007 - the wall clock of the recorder
    date = datetime.strptime(day, "%d/%m/%Y") if day else _UNDATED  # noqa: DTZ007
    return datetime.combine(date.date(), time)


def _passed(kind: str) -> Part:
    import polars as pl

    nothing = pl.DataFrame(schema={"record": pl.UInt32, "signal": pl.String, "source": pl.String})
    rows = nothing.with_columns(start=pl.lit(None, pl.Datetime("us")), basis=pl.lit(None, pl.Int8))
    note = {"hea": "headers are read with the annotations beside them", "dat": "signals themselves are passed over"}
    return Part(observations(rows), read=1, passed=1, kinds={kind: 1}, notes=(note[kind],))


def _read(path: str, found: Marks, header: Header, annotator: str) -> Iterator[Part]:
    import numpy as np

    beat = np.isin(found.kind, list(BEATS))
    rhythm = np.array([bool(found.words.get(one)) for one in range(len(found.kind))], bool) & (found.kind == RHYTHM)
    frequency = found.frequency or header.frequency
    seconds = found.sample / frequency
    if not (np.abs(seconds) < _LONGEST).all():
        raise BrokenExport(f"{path} holds marks later than any recording lasts.")
    rows = _rows(found, header, annotator, frequency, beat, rhythm)
    notes = [] if header.dated else ["the header tells no date: the recording stands at 1 January 1970"]
    if not (beat | rhythm).all():
        notes.append("marks of waves, noise and the like are passed over")
    for start in range(0, max(len(found.kind), 1), AT_ONCE):
        stop = min(start + AT_ONCE, len(found.kind))
        cut = found.cut and stop == len(found.kind)
        kept = int((beat | rhythm)[start:stop].sum())
        yield Part(
            observations(_slice(rows, start, stop)),
            read=stop - start + cut,
            passed=stop - start - kept,
            faults=(Fault(f"{path}, record {stop + 1}", "the file ends before its annotations do"),) if cut else (),
            kinds={"beats": int(beat[start:stop].sum()), "others": int((~beat[start:stop]).sum()) + cut},
            notes=tuple(notes),
            first_record=start,
        )


def _slice(rows: pl.DataFrame, start: int, stop: int) -> pl.DataFrame:
    import polars as pl

    some = rows.filter(pl.col("record").is_between(start, stop - 1))
    return some.with_columns((pl.col("record") - start).cast(pl.UInt32))


def _rows(
    found: Marks, header: Header, annotator: str, frequency: float, beat: np.ndarray, rhythm: np.ndarray
) -> pl.DataFrame:
    """A row for each beat, for the time since the one before, and for each rhythm until the next."""
    import numpy as np
    import polars as pl

    began = np.datetime64(header.began, "us")
    at = began + (found.sample / frequency * 1e6).round().astype("timedelta64[us]")
    beats, turns = np.flatnonzero(beat), np.flatnonzero(rhythm)
    between = np.diff(found.sample[beats]) * 1000 / frequency
    kinds = pl.Series([BEATS[kind] for kind in found.kind[beats].tolist()], dtype=pl.String)
    words = [found.words[one].strip() for one in turns.tolist()]
    until = np.append(at[turns[1:]], at[-1:]) if len(turns) else at[:0]
    frames = [
        pl.DataFrame({"record": beats, "start": at[beats]}).with_columns(signal=pl.lit("other.heart_beat"), text=kinds),
        pl.DataFrame({"record": beats[1:], "start": at[beats[1:]], "value": between}).with_columns(
            signal=pl.lit("rr_interval")
        ),
        pl.DataFrame({"record": turns, "start": at[turns], "stop": until}).with_columns(
            signal=pl.Series(["ecg" if word in _RHYTHMS else "other.ecg_rhythm" for word in words], dtype=pl.String),
            text=pl.Series([_RHYTHMS.get(word, word.lstrip("(")) for word in words], dtype=pl.String),
        ),
    ]
    names = pl.Series([f"{header.name}@{sample}" for sample in found.sample.tolist()], dtype=pl.String)
    rows = pl.concat(frames, how="diagonal_relaxed").sort("record", maintain_order=True)
    return rows.with_columns(
        source=pl.lit(f"wfdb:{annotator}"), basis=pl.lit(int(Basis.LOCAL)), native=names.gather(rows["record"])
    )


SOURCE = Wfdb()
