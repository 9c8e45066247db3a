"""Reading exports in a child process: the owner of the vault asks, listens, and never parses foreign bytes itself."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from selftwin.sources.reader import frames
from selftwin.sources.reader.beginning import begin
from selftwin.vocabulary.account import Fault, Records
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.zones import Stay, ZoneTimeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from selftwin.sources._table_proposal import Column
    from selftwin.sources.reader.beginning import Reader

_KEPT = (
    "PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
)  # fmt: skip

# glibc gives large blocks back to the system at once; a reader that asks for the next one anyway keeps them instead,
# which spares it four of five page faults.
_ROOMY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}


@dataclass(frozen=True, slots=True)
class Started:
    """A member was recognised and is being read. `size` in bytes, unpacked; `people` names whose it is, where it does
    and nobody was asked for, and `names_as` which other files call people alike."""

    path: str
    source: str
    size: int
    people: tuple[str, ...] = ()
    names_as: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Records of the current member read so far."""

    read: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The current member is read. `made` observations were sent; `exported` is its date as ISO text, or empty."""

    records: Records
    made: int
    first: str
    last: str
    kinds: dict[str, int]
    signals: dict[str, int]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    exported: str
    zones: ZoneTimeline | None = None


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A file or member nobody reads."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that could not be read to its end: nothing of it may be kept. `kind` names the error."""

    path: str
    reason: str
    kind: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A member of an archive that could not be read to its end: nothing of it may be kept; the archive goes on."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a table may mean, see `_table_proposal.Proposal`; `known` is the title of the source that reads it as is."""

    columns: tuple[Column, ...]
    text: str
    open: tuple[str, ...]
    known: str = ""


@dataclass(frozen=True, slots=True)
class FileDone:
    """Everything in this file (of those asked for) has been told."""

    path: str


@dataclass(frozen=True, slots=True)
class Hello:
    """The child runs; `sandbox` says in words what it can reach."""

    sandbox: str


Told = Hello | Started | Progress | Finished | Unrecognised | Broken | Spoilt | Proposed | FileDone


@dataclass(slots=True)
class Reading:
    """One run of the child over some files; iterate it once, in a `with` block.

    `descriptors` are open files that the child gets too, so that it can read those that have no other place.
    `mappings` are names and texts of mappings that tables are read by before all others. With `propose`, the name of
    a mapping to be, the files are not read: of each is told what its columns may mean.
    """

    files: Sequence[tuple[Path, str]]
    source: str | None = None
    subject: str | None = None
    awake: tuple[str, ...] = ()
    descriptors: tuple[int, ...] = ()
    mappings: tuple[tuple[str, str], ...] = ()
    propose: str = ""
    _process: Reader | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        environment = _ROOMY | {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = begin(environment, self.descriptors)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.end()

    def __iter__(self) -> Iterator[Told | pa.RecordBatch]:
        """What the child tells, in order; raises `BrokenExport` when it dies before the end."""
        process = self._process
        if process is None:
            raise RuntimeError("a Reading is iterated inside its with block")
        with suppress(BrokenPipeError):  # a child that is gone already says nothing, and that is told below
            process.stdin.write(self._job())
            process.stdin.flush()
        yield from _told(frames.listen(process.stdout))

    def _job(self) -> bytes:
        job = {
            "files": [(str(path), shown) for path, shown in self.files],
            "source": self.source,
            "subject": self.subject,
            "awake": self.awake,
            "mappings": self.mappings,
            "propose": self.propose,
        }
        return json.dumps(job).encode() + b"\n"


def _told(said: Iterable[dict[str, Any] | pa.RecordBatch]) -> Iterator[Told | pa.RecordBatch]:
    for one in said:
        if not isinstance(one, dict):
            yield one
        elif one["word"] == "end":
            return
        else:
            yield _WORDS[one.pop("word")](one)
    raise BrokenExport("The reader stopped before the end of the file (killed, or out of memory).")


def _finished(facts: dict[str, Any]) -> Finished:
    facts["records"] = Records(**facts["records"])
    facts["faults"] = tuple(Fault(place, reason) for place, reason in facts["faults"])
    facts["notes"] = tuple(facts["notes"])
    if said := facts.get("zones"):
        stays = tuple(Stay(datetime.fromisoformat(since), zone) for since, zone in said["stays"])
        facts["zones"] = ZoneTimeline(said["home"], stays)
    return Finished(**facts)


def _proposed(facts: dict[str, Any]) -> Proposed:
    from selftwin.sources._table_proposal import Column

    told = [one | {name: tuple(one[name]) for name in ("units", "shown")} for one in facts["columns"]]
    return Proposed(tuple(Column(**one) for one in told), facts["text"], tuple(facts["open"]), facts["known"])


_WORDS: dict[str, Any] = {
    "hello": lambda facts: Hello(**facts),
    "member": lambda facts: Started(**{**facts, "people": tuple(facts["people"])}),
    "progress": lambda facts: Progress(**facts),
    "read": _finished,
    "unrecognised": lambda facts: Unrecognised(**facts),
    "broken": lambda facts: Broken(**{**facts, "subjects": tuple(facts.get("subjects", ()))}),
    "spoilt": lambda facts: Spoilt(**facts),
    "proposed": _proposed,
    "file_done": lambda facts: FileDone(**facts),
}
