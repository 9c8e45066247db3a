"""Hostile inputs for every source, steered by what they reach: `python -m checks.fuzzing --seconds 5`.

A source is given whatever libFuzzer makes out of its own specimens, name and bytes, and may only answer as it may
answer anybody: with an account that adds up, or a refusal in words. What breaks it is kept under `tests/finds/`, and
tried again in every run of the tests. Needs atheris, which there is for Linux.
"""

from __future__ import annotations

import argparse
import io
import os
import sqlite3
import sys
from contextlib import closing, nullcontext, redirect_stderr, suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from selftwin.sources.reader.members import Member, inside, plain
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.vocabulary.errors import BrokenExport, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from selftwin.sources.reader.contract import Part, Source

HOUSE = Path(__file__).resolve().parent.parent
FINDS = HOUSE / "tests" / "finds"
COMPILED = tuple(f"selftwin.sources._apple_{name}" for name in ("kernel", "bytes", "extents"))  # numba reads their code
WANTED = ("numpy", "orjson", "polars", "pyarrow.compute", "pytest")
LONGEST = 32_000  # bytes of an input
BESIDE = b"\0beside\0"  # in an input, what comes before each further file of the same folder
SLOWEST = 20  # seconds that one input may take
MOST_UNPACKED = 1 << 20  # bytes of a file that lies in an archive
MOST_MEGABYTES = 3000  # of a process with all libraries in it, and with what atheris keeps of each input


def told(source: Source, found: Member) -> Iterator[Part]:
    """All a source makes of what it takes for its own, until it is done or says why not; anything else is raised."""
    if not source.recognises(found):
        return
    try:
        people = source.subjects(found)
        yield from source.read(found, subject=people[0] if people else None)
    except (BrokenExport, UsageError) as refused:
        if not str(refused):
            raise


def survives(source: Source, found: Member) -> None:
    """Read it as an import would. Raises whatever a source may not."""
    tally = Tally(found.path)
    for part in told(source, found):
        sift(part, tally)
    tally.records()


def specimen(name: str) -> dict[str, bytes]:
    """The files by which a source shows itself, from its own test; none where it shows nothing."""
    path = HOUSE / "tests" / "sources" / f"test_{name}.py"
    spec = spec_from_file_location(f"specimen_{name}", path) if path.exists() else None
    if spec is None or spec.loader is None:
        return {}
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.specimen()) if hasattr(module, "specimen") else {}


def packed(name: str, data: bytes, beside: Mapping[str, bytes] | None = None) -> bytes:
    """A file as one input: its name, and after a NUL its bytes; then the files that lie beside it."""
    files = {name: data, **(beside or {})}
    return BESIDE.join(shown.encode() + b"\0" + held for shown, held in files.items())


def unpacked(given: bytes) -> Member:
    """The file that an input stands for."""
    first, *others = (_file(one) for one in given.split(BESIDE))
    near = {other.path: other for other in others}
    first.near = near.get
    return first


def _file(given: bytes) -> Member:
    name, _, data = given.partition(b"\0")
    return Member(name.decode("utf-8", "replace")[:200], len(data), lambda: io.BytesIO(data))


def seeds(name: str) -> list[bytes]:
    """A source's specimens as inputs, with the halves of one record together; of what lies in archives, the files."""
    found: list[bytes] = []
    given = specimen(name)
    with TemporaryDirectory() as place:
        for number, (shown, data) in enumerate(given.items()):
            path = Path(place, str(number))
            path.write_bytes(data)
            halves = {one: held for one, held in given.items() if one != shown and Path(one).stem == Path(shown).stem}
            found.append(packed(shown, _small(data), halves))
            with suppress(BrokenExport):
                for one in inside(plain(path, shown), path) or ():
                    with one.open() as stream:
                        found.append(packed(one.path, _small(stream.read(MOST_UNPACKED))))
    return [one for one in found if len(one) <= LONGEST]


def _small(data: bytes) -> bytes:
    """A database in the smallest pages there are, so that fewer of an input's bytes are empty; all else as it is."""
    if not data.startswith(b"SQLite format 3\0"):
        return data
    with TemporaryDirectory() as place:
        path = Path(place, "small")
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as base:
            base.executescript("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM")
        return path.read_bytes()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long to go on with a source: seconds, or inputs; 0 is without end. `kept` is where inputs that reach
    something new are kept for the next time; with a `seed` the same inputs are made every time."""

    seconds: int
    runs: int
    kept: Path | None = None
    seed: int = 0


def found_by(source: Source, bounds: Bounds) -> int:
    """What a process of its own came to that tried one source: 0 where nothing broke it."""
    child = os.fork()
    if child == 0:
        _attack(source, bounds)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _attack(source: Source, bounds: Bounds) -> None:
    import atheris

    finds = FINDS / source.name
    with TemporaryDirectory() if bounds.kept is None else nullcontext(str(bounds.kept / source.name)) as corpus:
        Path(corpus).mkdir(parents=True, exist_ok=True)
        for seed in seeds(source.name):
            Path(corpus, sha256(seed).hexdigest()).write_bytes(seed)
        told_to = ["fuzzing", corpus, f"-max_len={LONGEST}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MOST_MEGABYTES}",
                 "-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={finds}/", "-len_control=0"]  # fmt: skip
        told_to += [f"-max_total_time={bounds.seconds}"] if bounds.seconds else []
        told_to += [f"-runs={bounds.runs}"] if bounds.runs else []
        told_to += [f"-seed={bounds.seed}"] if bounds.seed else []
        finds.mkdir(parents=True, exist_ok=True)
        atheris.Setup(told_to, lambda given: survives(source, unpacked(given)))
        atheris.Fuzz()


def main(words: Sequence[str] | None = None) -> int:
    """Try the sources that were asked for, one after the other; how many broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=0, help="for each source")
    parser.add_argument("--runs", type=int, default=0, help="inputs for each source")
    parser.add_argument("--seed", type=int, default=0, help="to make the same inputs again")
    parser.add_argument("--kept", type=Path, help="a folder that keeps what reaches something new")
    parser.add_argument("--part", default="1/1", help="only the second of three parts of the sources: 2/3")
    parser.add_argument("--only", default="", help="one source by its name")
    asked = parser.parse_args(words)
    try:
        import atheris
    except ImportError:
        print("There is no atheris for this system: nothing was tried.")
        return 0
    with redirect_stderr(io.StringIO()), atheris.instrument_imports(["selftwin.sources"], list(COMPILED)):
        from selftwin import discover

        every: list[Source] = discover.sources()
    for name in WANTED:
        import_module(name)  # once, and not in each of the processes to come
    part, parts = map(int, asked.part.split("/"))
    chosen = [one for one in every if asked.only == one.name] if asked.only else every[part - 1 :: parts]
    broken = []
    for source in chosen:
        print(f"{source.name}", flush=True)
        if found_by(source, Bounds(asked.seconds, asked.runs, asked.kept, asked.seed)):
            broken.append(source.name)
    print(f"{len(chosen)} sources tried, {len(broken)} broke{': ' + ', '.join(broken) if broken else '.'}")
    return len(broken)


if __name__ == "__main__":
    sys.exit(main())
