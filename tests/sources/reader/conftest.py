"""A source from outside that does what its file says: fail, print, die, call out, lose a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftwin.sources.reader.process import Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCE = """
import ctypes, os, socket, sys
from datetime import datetime
import polars as pl
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.errors import BrokenExport

def part(read=1, notes=()):
    stamps = pl.Series([datetime(2024, 5, 1)], dtype=pl.Datetime("us"))
    rows = pl.DataFrame({"record": [0], "signal": ["weight"], "source": ["hostile"], "start": stamps,
                         "basis": [2], "value": [80.0]})
    return Part(observations(rows), read, kinds={"W": read}, notes=notes)

def connected(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return "refused"
    return "connected"

class Panic(BaseException):
    pass

class Hostile:
    name, title, version, rank, how_to_export = "hostile", "Hostile", 1, 0, ""
    def recognises(self, member):
        return member.head(7) == b"hostile"
    def subjects(self, member):
        return ()
    def read(self, member, *, subject):
        word = member.head().decode().split()[1]
        yield part()
        if word == "raises":
            raise ValueError("canary 4711")
        if word == "panics":
            raise Panic("canary 4711")
        if word == "exits":
            sys.exit(3)
        if word == "recurses":
            exec("def f(): return f()\\nf()")
        if word == "dies":
            os._exit(3)
        if word == "crashes":
            ctypes.string_at(0)
        if word == "prints":
            print("J" * 5000, flush=True)
            os.write(1, b"J" * 5000)
        if word == "loses":
            yield part(read=2)
        if word == "breaks":
            raise BrokenExport("half of it is missing")
        if word == "calls":
            yield part(notes=(connected(int(member.head().split()[2])),))
        if word == "tells":
            yield part(notes=tuple(sorted(os.environ)))

SOURCE = Hostile()
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Reading]:
    """`hostile("raises", "prints")` reads one file of each word by a source that does so."""
    outside = tmp_path / "outside"
    (outside / "hostile-1.dist-info").mkdir(parents=True)
    (outside / "hostile.py").write_text(SOURCE)
    (outside / "hostile-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
    (outside / "hostile-1.dist-info" / "entry_points.txt").write_text("[selftwin.sources]\nhostile = hostile:SOURCE\n")
    monkeypatch.setenv("PYTHONPATH", str(outside))

    def reading(*words: str) -> Reading:
        for word in words:
            (tmp_path / f"{word.split()[0]}.txt").write_text(f"hostile {word}")
        named = [f"{word.split()[0]}.txt" for word in words]
        return Reading([(tmp_path / name, name) for name in named], awake=("hostile",))

    return reading
