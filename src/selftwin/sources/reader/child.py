"""The child process that parses exports: no keys, no network, one job on standard input, frames on standard output.

The nursery forks it with all of this loaded; run as a program of its own it does the same.
"""

from __future__ import annotations

import os

ALONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
os.environ.update(ALONE)

import json  # noqa: E402
import sys  # noqa: E402
from dataclasses import asdict, dataclass, field  # noqa: E402
from pathlib import Path, PurePosixPath  # noqa: E402
from typing import IO, TYPE_CHECKING  # noqa: E402

from selftwin.discover import sources  # noqa: E402
from selftwin.sources._table_mapping import lend  # noqa: E402
from selftwin.sources._table_proposal import propose  # noqa: E402
from selftwin.sources.reader import frames  # noqa: E402
from selftwin.sources.reader.contract import Explaining, Naming  # noqa: E402
from selftwin.sources.reader.members import WORKBOOKS, Member, as_table, inside, plain  # noqa: E402
from selftwin.sources.reader.people import People  # noqa: E402
from selftwin.sources.reader.sandbox import close_off  # noqa: E402
from selftwin.sources.reader.sieve import Tally, sift  # noqa: E402
from selftwin.vocabulary.errors import BrokenExport, SelftwinError, SeveralSubjects, UnknownFormat, UsageError  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources.reader.contract import Source
    from selftwin.vocabulary.zones import ZoneTimeline

EMPTY = "it holds no records where they are looked for"


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which sources may read, whose data; `met` are the people the files have named so far, who are never merged."""

    sources: list[Source]
    subject: str | None
    met: People = field(default_factory=People)


def main() -> None:
    """Do the job that comes in; where whoever gave it is gone, end at once and without a word."""
    try:
        _work()
    except BrokenPipeError:
        os._exit(1)  # an orderly end would write what is left to the same broken pipe


def _work() -> None:
    """Read the job, close every door, then read the files it names; every failure is a frame, never a traceback."""
    job = json.loads(sys.stdin.buffer.readline())
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    os.dup2(2, 1)  # a stray print must not break the frames
    frames.say(out, "hello", sandbox=close_off())
    asked = _Asked(_chosen(job["source"], tuple(job["awake"])), job["subject"])
    for name, text in job["mappings"]:
        lend(name, text)
    for path, shown in job["files"]:
        try:
            if job["propose"]:
                _propose(out, plain(Path(path), shown), job["propose"], asked)
            else:
                _file(out, Path(path), shown, asked)
        except SelftwinError as error:
            _report(out, shown, error)
        except (KeyboardInterrupt, BrokenPipeError):
            raise
        except BaseException as error:  # noqa: BLE001 - the door: a library may break in any way (polars by panicking)
            reason = f"{shown} cannot be read ({type(error).__name__})."
            frames.say(out, "broken", path=shown, reason=reason, kind="BrokenExport")
        frames.say(out, "file_done", path=shown)
    frames.say(out, "end")
    out.flush()


def _propose(out: IO[bytes], table: Member, name: str, asked: _Asked) -> None:
    """What the columns of a table may mean, and who reads it already, without reading it into anything."""
    told, known = propose(table, name=name), _owner(table, asked)
    columns = [asdict(one) for one in told.columns]
    frames.say(out, "proposed", columns=columns, text=told.text, open=told.open, known=known.title if known else "")


def _report(out: IO[bytes], shown: str, error: SelftwinError) -> None:
    people = list(error.subjects) if isinstance(error, SeveralSubjects) else []
    frames.say(out, "broken", path=shown, reason=str(error), kind=type(error).__name__, subjects=people)


def _chosen(name: str | None, awake: tuple[str, ...]) -> list[Source]:
    found: list[Source] = sorted(sources(awake=awake), key=lambda source: (source.rank, source.name))
    if name is None:
        return found
    if not (named := [source for source in found if source.name == name]):
        raise UnknownFormat(f"There is no source called {name!r}.")
    return named


def _file(out: IO[bytes], path: Path, shown: str, asked: _Asked) -> None:
    whole = plain(path, shown)
    if whole.size == 0:
        frames.say(out, "unrecognised", path=shown, reason="the file is empty")
    elif source := _owner(whole, asked):
        _member(out, whole, source, asked)
    elif (members := inside(whole, path)) is not None:
        if not _archive(out, members, asked):
            frames.say(out, "unrecognised", path=shown, reason="the archive holds no files")
    else:
        frames.say(out, "unrecognised", path=shown, reason=_unknown(whole, asked))


def _archive(out: IO[bytes], members: Iterator[Member], asked: _Asked) -> int:
    """How many files it held. One that cannot be read is told and left out; the others are read all the same."""
    held = 0
    for held, member in enumerate(members, 1):  # noqa: B007 - the last number is the answer
        try:
            if source := _owner(member, asked):
                _member(out, member, source, asked)
            else:
                frames.say(out, "unrecognised", path=member.path, reason=_unknown(member, asked))
        except UnknownFormat as error:
            frames.say(out, "unrecognised", path=member.path, reason=str(error))
        except (UsageError, KeyboardInterrupt, BrokenPipeError):
            raise
        except BrokenExport as error:
            frames.say(out, "spoilt", path=member.path, reason=str(error))
        except BaseException as error:  # noqa: BLE001 - hostile bytes may break any library in its own way
            frames.say(out, "spoilt", path=member.path, reason=f"it cannot be read ({type(error).__name__}).")
    return held


def _unknown(member: Member, asked: _Asked) -> str:
    """Why nobody reads it: in the words of a source that knows what is missing, else plainly; raises `BrokenExport`."""
    if member.damage:
        raise BrokenExport(member.damage)
    if member.head(2) == b"PK" and (book := WORKBOOKS.get(PurePosixPath(member.name).suffix)):
        return as_table(book)
    said = (source.why_not(member) for source in asked.sources if isinstance(source, Explaining))
    return next(filter(None, said), "no source recognises it")


def _owner(member: Member, asked: _Asked) -> Source | None:
    return next((source for source in asked.sources if source.recognises(member)), None)


def _one_person(member: Member, source: Source, asked: _Asked) -> tuple[str, ...]:
    """The person whose data these are, where they are named.

    Raises `SeveralSubjects` until somebody says whose data, `UnknownFormat` where the member has none of theirs.
    """
    people = source.subjects(member)
    if asked.subject is None and len(people) > 1:
        raise SeveralSubjects(member.path, people)
    if asked.subject is None:
        asked.met.meet(_names_as(source), people)
    if people and asked.subject is not None and asked.subject not in people:
        raise UnknownFormat(f"{member.path} does not hold {asked.subject}.", hint="It holds: " + ", ".join(people[:40]))
    return people if asked.subject is None else ()


def _names_as(source: Source) -> str:
    return source.names_as if isinstance(source, Naming) else source.name


def _member(out: IO[bytes], member: Member, source: Source, asked: _Asked) -> None:
    people = _one_person(member, source, asked)
    tally = Tally(member.path)
    frames.say(out, "member", path=member.path, source=source.name, size=member.size, people=people,
               names_as=_names_as(source))  # fmt: skip
    for part in source.read(member, subject=asked.subject):
        rows = sift(part, tally)
        if rows.num_rows:
            frames.send(out, rows)
        frames.say(out, "progress", read=tally.read)
    frames.say(
        out,
        "read",
        records=asdict(tally.records()),
        made=tally.made,
        first=tally.first,
        last=tally.last,
        kinds=dict(tally.kinds),
        signals=dict(tally.signals),
        faults=[(fault.place, fault.reason) for fault in tally.faults],
        notes=list(tally.notes) if tally.read else [*tally.notes, EMPTY],
        zones=None if tally.zones is None else _plain(tally.zones),
        exported=tally.exported or (member.stamped.isoformat() if member.stamped else tally.last),
    )


def _plain(zones: ZoneTimeline) -> dict[str, object]:
    return {"home": zones.home, "stays": [(stay.since.isoformat(), stay.zone) for stay in zones.stays]}


if __name__ == "__main__":
    main()
