"""Real imports, undos and learning killed at random moments: nothing acknowledged is lost, nothing is half there.

A few killed imports run in `make test`; many more, with undos and learning, in `make deep`.
"""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin
from selftwin.vault.files import Files
from selftwin.vault.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "canary-51c7ee-in-the-mine"
VALUE = 77.31337003
GLOBAL = "Takeout/Fitbit/Global Export Data"
PROGRAM = """
import sys
from pathlib import Path
from selftwin.twin import Twin
from selftwin.vault import intake
from selftwin.vault.files import Files
from selftwin.vault.store import Store
place, what, export = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
intake._PORTION_ROWS = int(sys.argv[4])
with Twin(Store(Files.open(place, "pass", memory="80MB", threads=1))) as twin:
    print("ready", flush=True)
    if what == "import":
        twin.import_paths([export])
    elif what == "learn":
        twin.learn()
    else:
        for batch in twin.batches():
            if batch.state != "undone":
                twin.undo(batch.number)
    print("done", flush=True)
"""


def laid(place: Path, rows: int) -> Path:
    """An export of many files and three categories; `rows` in each of the larger files."""
    fitbit = place / GLOBAL
    fitbit.mkdir(parents=True)
    for number in range(40):
        day, beats = datetime(2024, 5, 1) + timedelta(days=number), number % 2
        name, step = ("heart_rate", 10) if beats else ("steps", 60)
        stamps = [f"{day + timedelta(seconds=step * k):%m/%d/%y %H:%M:%S}" for k in range(rows)]
        entries = [
            {"dateTime": stamp, "value": {"bpm": 60 + k % 40, "confidence": 2} if beats else str(k % 120)}
            for k, stamp in enumerate(stamps)
        ]
        (fitbit / f"{name}-{day:%Y-%m-%d}.json").write_text(json.dumps(entries))
    days = [date(2024, 5, 1) + timedelta(days=k) for k in range(40)]
    weights = [f"{day} 07:00:00,{VALUE + k / 8},{20 + k / 10}\n" for k, day in enumerate(days)]
    (place / "weight.csv").write_text("Date,Weight (kg),Fat mass (kg)\n" + "".join(weights))
    outside = "".join(f"p,weather.temperature,{day},{day.day}\n" for day in days)
    (place / "sky.csv").write_text("person,signal,date,value\n" + outside)
    (place / "mood.csv").write_text("date,mood,note\n" + "".join(f"{day},{1 + day.day % 5},{CANARY}\n" for day in days))
    return place


def kept(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every observation of every category, by the names of its signal and source."""
    found = {}
    for name in store.existing():
        found[name] = store.connection.execute(
            f'SELECT g.key, g.unit, s.name, native, start, stop, basis, "offset", ordinal, value, text '  # noqa: S608
            f"FROM {name}.observation o JOIN {name}.signal g ON g.id = o.signal "
            f"JOIN {name}.source s ON s.id = o.source ORDER BY ALL"
        ).fetchall()
    return {name: rows for name, rows in found.items() if rows}


def acknowledged(store: Store) -> dict[str, int]:
    """Files the journal holds, with the rows each brought."""
    rows = store.connection.execute("SELECT print, accounts FROM journal.file").fetchall()
    return {print_: sum(one["observations"]["new"] for one in json.loads(accounts)) for print_, accounts in rows}


def in_the_open(*places: Path) -> list[Path]:
    """Files that hold the canary's letters or the bits of its value."""
    words = (CANARY.encode(), CANARY.encode("utf-16-le"), struct.pack("<d", VALUE), str(VALUE).encode())
    found = []
    for path in (path for place in places for path in place.rglob("*")):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:  # what runs meanwhile may remove its files
            continue
        if any(word in content for word in words):
            found.append(path)
    return found


class Mine:
    """A vault, an export, and what an undisturbed import of it leaves."""

    def __init__(self, place: Path, rows: int) -> None:
        self.vault, self.home, self._portion = place / "vault", place / "home", str(rows * 6)
        (self.home / "tmp").mkdir(parents=True)
        self.export = laid(place / "export", rows)
        self.surroundings = {"HOME": str(self.home), "TMPDIR": str(self.home / "tmp"), "SELFTWIN_QUICK_KEYS": "1"}

    def measure(self) -> None:
        """Import and learn once without being disturbed; remember what is kept, and how long each took."""
        Twin.create(self.vault, "pass", home_zone="Europe/Vienna").close()
        self.spans = {}
        for what in ("import", "learn", "undo"):
            began = time.monotonic()
            assert self.run(what, wait=None) == "done"
            self.spans[what] = (time.monotonic() - began) * 0.8
            with self.opened() as store:
                if what == "import":
                    self.truth, self.files = kept(store), acknowledged(store)
                elif what == "learn":
                    self.believed = self.beliefs(store)
        assert sum(map(len, self.truth.values())) == sum(self.files.values())
        assert set(self.truth) == {"physiological", "behavioural", "contextual"}

    def opened(self) -> Store:
        return Store(Files.open(self.vault, "pass"))

    def beliefs(self, store: Store) -> list[tuple[str, ...]]:
        rows = [
            store.connection.execute(f"SELECT key, kind, believed FROM {name}.estimate").fetchall()  # noqa: S608
            for name in store.existing()
        ]
        return sorted(row for some in rows for row in some)

    def run(self, what: str, *, wait: float | None) -> str:
        """Do it in a process of its own, killed so long after it opened the vault; the last word it said."""
        command = [sys.executable, "-c", PROGRAM, self.vault, what, self.export, self._portion]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | self.surroundings
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            if wait is not None:
                time.sleep(wait)
                assert in_the_open(self.vault, self.home) == []
                process.kill()
            said = process.stdout.read().split()
        assert in_the_open(self.vault, self.home) == []
        return said[-1].decode() if said else "killed"

    def check(self, before: dict[str, int], *, undoing: bool = False) -> dict[str, int]:
        """What stands after a kill: whole portions, all that was acknowledged, and nothing else."""
        with self.opened() as store:
            now, rows = acknowledged(store), kept(store)
            assert (store.journal.unfinished(), store.journal.half_undone()) == ([], [])
            done = store.connection.execute("SELECT id FROM journal.portion WHERE state = 'done'").fetchall()
            for name in store.existing():
                members = store.connection.execute(f"SELECT DISTINCT portion FROM {name}.member").fetchall()  # noqa: S608
                assert set(members) <= set(done)
        assert undoing or set(before) <= set(now)
        assert sum(map(len, rows.values())) == sum(now.values())
        for name, some in rows.items():
            assert set(some) <= set(self.truth[name])
        if set(now) == set(self.files):
            assert rows == self.truth
        return now


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Mine]:
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    made = Mine(tmp_path, request.param)
    for name, value in made.surroundings.items():
        monkeypatch.setenv(name, value)
    made.measure()
    yield made
    assert in_the_open(made.vault, made.home) == []


def disturbed(mine: Mine, imports: int, others: int) -> None:
    """Kill so many imports; whenever the vault is full or the imports are done, kill learning and taking back too."""
    rng, killed = random.Random(imports), dict.fromkeys(mine.spans, 0)
    now = mine.check({})
    while killed["import"] < imports:
        before = now
        word = mine.run("import", wait=rng.random() * mine.spans["import"])
        now = mine.check(before)
        killed["import"] += word == "killed"
        if set(now) == set(mine.files):
            for what in ("learn", "undo"):
                if killed[what] < others:
                    killed[what] += mine.run(what, wait=rng.random() * mine.spans[what]) == "killed"
                    now = mine.check(now, undoing=what == "undo")
            assert mine.run("undo", wait=None) == "done"
            now = mine.check(now, undoing=True)
            assert now == {}
    assert mine.run("import", wait=None) == "done"
    assert mine.check(now) == mine.files
    for _ in range(others):
        mine.run("learn", wait=rng.random() * mine.spans["learn"])
        mine.check(mine.files)
    assert mine.run("learn", wait=None) == "done"
    with mine.opened() as store:
        assert mine.beliefs(store) == mine.believed
        assert kept(store) == mine.truth
    for _ in range(others):
        mine.run("undo", wait=rng.random() * mine.spans["undo"])
        mine.check({}, undoing=True)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mine", [100], indirect=True)
def test_an_import_killed_at_random_moments_is_whole_when_done_again(mine: Mine) -> None:
    disturbed(mine, imports=2, others=0)


@pytest.mark.deep
@pytest.mark.parametrize("mine", [2500], indirect=True)
def test_a_large_import_killed_at_sixty_moments_is_whole_when_done_again(mine: Mine) -> None:
    assert sum(map(len, mine.truth.values())) >= 100_000
    disturbed(mine, imports=60, others=8)
