"""EDF+: recordings of sleep laboratories and research devices; of them the annotations, such as the stages of a night.

Its owner gets it from the laboratory on request, or from a program such as OpenBCI's, OSCAR's or a recorder's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from selftwin.sources._edf_annotations import header, written
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._edf_annotations import Annotation, Header
    from selftwin.sources.reader.members import Member

AT_ONCE = 20_000
LONGEST = 1e8  # seconds, three years
_STAGE = re.compile(r"Sleep stage (\S+)")
_STAGES = {
    "W": "awake", "N1": "light", "N2": "light", "1": "light", "2": "light", "N3": "deep", "3": "deep", "4": "deep",
    "N4": "deep", "R": "rem", "REM": "rem", "N": "asleep", "NREM": "asleep",
}  # fmt: skip
_UNSCORED = {"Sleep stage ?", "Sleep stage M", "Movement time"}


@dataclass(frozen=True, slots=True)
class Edf:
    """EDF and EDF+ files; the signals themselves are no observations."""

    name: str = "edf"
    title: str = "EDF recordings"
    reads: str = "Stages of sleep and events in the notes of a recording."
    version: int = 2
    rank: int = 2
    how_to_export: str = "Ask the sleep laboratory for the EDF+ files of the night, with the scored hypnogram."

    def recognises(self, member: Member) -> bool:
        """By the fixed header, whose size must fit the number of its signals."""
        return member.head(8) == b"0       " and header(member.head()) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """One unnamed person."""
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The annotations in parts, and the signals as one record that is passed over."""
        if (told := header(member.head())) is None:
            raise BrokenExport(f"{member.path} is no EDF recording.")
        yield _part(member.path, told, [], 0, signals=True)
        first = 1
        some: list[Annotation | None] = []
        for one in written(member, told):
            some.append(one)
            if len(some) == AT_ONCE:
                yield _part(member.path, told, some, first)
                first, some = first + len(some), []
        yield _part(member.path, told, some, first)


def _part(path: str, told: Header, found: list[Annotation | None], first: int, *, signals: bool = False) -> Part:
    import polars as pl

    rows: dict[str, list[object]] = {"record": [], "signal": [], "start": [], "stop": [], "text": []}
    faults, unscored = [], 0
    for place, one in enumerate(found):
        if one is None or abs(one.onset) > LONGEST or one.duration > LONGEST:
            reason = "the file ends inside a data record" if one is None else "an annotation at no time of a recording"
            faults.append(Fault(f"{path}, record {first + place + 1}", reason))
        elif one.text in _UNSCORED:
            unscored += 1
        else:
            stage = _STAGES.get(scored[1]) if (scored := _STAGE.fullmatch(one.text)) else None
            start = told.began + timedelta(seconds=one.onset)
            stop = start + timedelta(seconds=one.duration) if one.duration else None
            signal = "sleep.stage" if stage else "other.recording_event"
            for name, value in zip(rows, (place, signal, start, stop, stage or one.text), strict=True):
                rows[name].append(value)
    types = (pl.UInt32, pl.String, pl.Datetime("us"), pl.Datetime("us"), pl.String)
    frame = pl.DataFrame(rows, schema=dict(zip(rows, types, strict=True)))
    frame = frame.with_columns(source=pl.lit("edf"), basis=pl.lit(int(Basis.LOCAL)))
    notes = (["the signals themselves are passed over"] if signals else []) + (
        ["stretches nobody scored, and movement time, are passed over"] if unscored else []
    )
    if signals and not told.dated:
        notes.append("the header tells no date: the recording stands at 1 January 1970")
    return Part(
        observations(frame),
        read=len(found) + signals,
        passed=unscored + signals,
        faults=tuple(faults),
        kinds={"signals": 1} if signals else {"annotations": len(found)},
        notes=tuple(notes),
        first_record=first,
    )


SOURCE = Edf()
