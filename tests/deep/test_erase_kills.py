"""Erasures killed at every step they take on the disk: afterwards the vault is as it was, or the erasure is complete.

A killer listens to the process's own file operations and ends it, as `kill -9` would, at the one it was given. A few
steps before and after the commit run in `make test`, every step and many random moments in `make deep`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin
from selftwin.twin.erasing import Certificate, Target
from selftwin.vault import outside
from selftwin.vocabulary.errors import NoVault

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-93ab1f-in-the-mine"
PROGRAM = """
import os, signal, sys
from pathlib import Path
from selftwin.twin import Twin
from selftwin.twin.erasing import Target

place, what, stop = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
target = Target(everything=True) if what == "everything" else Target(signals=("mood",))
steps = []

def listen(event, given):
    if not listening:
        return
    told = event in {"os.rename", "os.remove", "os.link", "os.truncate", "os.rmdir", "os.chmod", "subprocess.Popen"}
    if not told and event == "open" and isinstance(given[2], int):
        told = bool(given[2] & (os.O_WRONLY | os.O_RDWR)) and "/dev/" not in str(given[0])
    if not told:
        return
    steps.append(f"{event} {os.path.basename(str(given[0]))}")
    if len(steps) == stop:
        os.kill(os.getpid(), signal.SIGKILL)

listening = False
sys.addaudithook(listen)
with Twin.open(place, "pass") as twin:
    print("ready", flush=True)
    listening = True
    twin.erase(target, "pass")
    listening = False
print("\\n".join(steps), flush=True)
"""


def rows(twin: Twin) -> dict[str, int]:
    return {held.signal.key: held.rows for held in twin.held()}


class Mine:
    """A vault to be erased again and again, each time from the same copy."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.kept = place / "home", place / "kept"
        self.vault = self.home / "vault"
        self.home.mkdir()
        monkeypatch.setenv("HOME", str(self.home))
        monkeypatch.setenv("SELFTWIN_QUICK_KEYS", "1")
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            monkeypatch.delenv(name)
        stamps = [datetime(2024, 5, 1, 8) + timedelta(days=k) for k in range(30)]
        table = place / "days.csv"
        lines = [f"{stamp:%Y-%m-%d},mood,{1 + k % 5}" for k, stamp in enumerate(stamps)]
        lines += [f"{stamp:%Y-%m-%d},steps,{8000 + k}" for k, stamp in enumerate(stamps)]
        lines += [f"{stamp:%Y-%m-%d},resting_hr,{50 + k / 8}" for k, stamp in enumerate(stamps)]
        table.write_text("date,signal,value\n" + "\n".join(lines) + "\n")
        with Twin.create(self.vault, "pass", home_zone="Europe/Vienna") as twin:
            twin.import_paths([table])
            twin.observe("mood", 3.0, at=stamps[0])
            twin.learn()
            self.before = rows(twin)
        self.after = {key: n for key, n in self.before.items() if key != "mood"}
        shutil.copytree(self.home, self.kept)

    def anew(self) -> None:
        shutil.rmtree(self.home)
        shutil.copytree(self.kept, self.home)

    def run(self, what: str, stop: int = 0, *, wait: float | None = None) -> list[str]:
        """Erase in a process of its own, killed at that step or after so long; the steps it took, none where killed."""
        command = [sys.executable, "-c", PROGRAM, self.vault, what, str(stop)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            if wait is not None:
                time.sleep(wait)
                process.kill()
            said = process.stdout.read().split("\n")[:-1]
            assert process.stderr is not None
            assert process.stderr.read() == ""
        assert process.returncode in ({0, -9} if wait is not None else {0} if said else {-9})
        return said

    def check(self) -> str:
        """What stands after a kill: the vault as it was, or without a trace; says which."""
        with Twin.open(self.vault, "pass") as twin:
            now, told = rows(twin), twin.certificates()
            assert now in (self.before, self.after)
            assert bool(told) == (now == self.after)
            assert set(twin.estimates()["signal"]) == set(now)
            assert list(outside.epochs(told[0].facts["vault"] if told else self._id())) == [2 if told else 1]
            if told:
                assert told[0].facts["gone"]["observations"] == self.before["mood"]
                assert twin.would_erase(Target(signals=("mood",))).total == 0
            entries = [entry.kind for entry in twin.consent.record.entries()]
            assert not told or "erase" in entries
        left = {path.name for path in self.vault.iterdir()}
        assert [name for name in left if ".next" in name or ".old" in name or ".new" in name] == []
        return "erased" if told else "as it was"

    def check_whole(self, to: Path) -> str:
        """The same where everything was to go: opening its place ends what was begun."""
        try:
            with Twin.open(self.vault, "pass") as twin:
                assert rows(twin) == self.before
        except NoVault:
            assert [path.name for path in self.home.iterdir() if "vault" in path.name] == [to.name]
            assert Certificate.read(to).facts["asked"] == {"everything": True}
            assert [path for path in (self.home / ".local").rglob("*") if path.is_file()] == []
            return "erased"
        assert not to.exists()
        return "as it was"

    def _id(self) -> str:
        return str(json.loads((self.vault / "slots.json").read_text())["vault"])


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mine:
    return Mine(tmp_path, monkeypatch)


def killed(mine: Mine, stops: list[int]) -> list[str]:
    found = []
    for stop in stops:
        mine.anew()
        assert mine.run("mood", stop) == []
        found.append(mine.check())
    return found


def commit(steps: list[str]) -> int:
    """The number of the step that is the renaming of the key file."""
    return 1 + steps.index("os.rename slots.json.next")


@pytest.mark.timeout(300)
def test_an_erasure_killed_around_its_one_renaming_is_complete_or_never_was(mine: Mine) -> None:
    steps = mine.run("mood")
    assert mine.check() == "erased"
    at = commit(steps)
    assert killed(mine, [at // 2, at, at + 1, len(steps) - 1]) == ["as it was"] * 2 + ["erased"] * 2


@pytest.mark.timeout(300)
def test_erasing_everything_killed_on_its_way_is_complete_or_never_was(mine: Mine) -> None:
    steps = mine.run("everything")
    (to,) = mine.home.glob("vault-erased-*.json")
    at = 1 + steps.index("os.rename vault")
    found = []
    for stop in (at, at + 1, (at + len(steps)) // 2):
        mine.anew()
        assert mine.run("everything", stop) == []
        found.append(mine.check_whole(to))
    assert found == ["as it was"] + ["erased"] * 2


@pytest.mark.deep
def test_an_erasure_killed_at_every_step_is_complete_or_never_was(mine: Mine) -> None:
    steps = mine.run("mood")
    at = commit(steps)
    found = killed(mine, list(range(1, len(steps) + 1)))
    assert found == ["as it was"] * at + ["erased"] * (len(steps) - at)


@pytest.mark.deep
def test_an_erasure_killed_at_sixty_moments_is_complete_or_never_was(mine: Mine) -> None:
    began = time.monotonic()
    mine.run("mood")
    span, rng, found = time.monotonic() - began, random.Random(60), []
    while len(found) < 60:
        mine.anew()
        if not mine.run("mood", wait=rng.random() * span):
            found.append(mine.check())
    assert set(found) == {"as it was", "erased"}
