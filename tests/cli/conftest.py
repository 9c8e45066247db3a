"""A private home, quick keys and no terminal for every test of the command line, and a person's table to import."""

from __future__ import annotations

import json
import math
import shutil
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from selftwin.cli import screen
from selftwin.cli.app import run
from selftwin.wording import settings

sys.path.append(str(Path(__file__).parent))  # for `making`, which several tests share

LAST = date(2026, 3, 12)


@dataclass(frozen=True)
class Told:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Runs commands in this process, as a person would type them."""

    def __init__(self, capfd: pytest.CaptureFixture[str], home: Path) -> None:
        self._capfd, self.home = capfd, home

    def __call__(self, *words: object) -> Told:
        self._capfd.readouterr()
        settings.settings.cache_clear()
        code = run([str(word) for word in words])
        return Told(code, *self._capfd.readouterr())


HOMES = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")


def settle(place: Path, patch: pytest.MonkeyPatch) -> None:
    """A home of its own at a place, quick keys, and no terminal."""
    for name in HOMES:
        patch.setenv(name, str(place / name.lower()))
    for name in ("SELFTWIN_NEW_PASSPHRASE", "SELFTWIN_CODE", "COLORFGBG", "FORCE_COLOR"):
        patch.delenv(name, raising=False)
    patch.setenv("SELFTWIN_QUICK_KEYS", "1")
    patch.setenv("SELFTWIN_VAULT", str(place / "twin"))
    patch.setenv("SELFTWIN_PASSPHRASE", "four words in a row")
    patch.setenv("TZ", "Europe/Vienna")
    patch.setenv("COLUMNS", "100")


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settle(tmp_path, monkeypatch)
    screen.palette.cache_clear()
    return tmp_path


@pytest.fixture
def shell(surroundings: Path, capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd, surroundings)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a twin of sixty days of one person, made once by the commands themselves and copied for each test."""
    place = tmp_path_factory.mktemp("lived")
    with pytest.MonkeyPatch.context() as patch:
        settle(place, patch)
        settings.settings.cache_clear()
        assert run(["create", "--home-zone", "Europe/Vienna"]) == 0
        assert run(["import", str(written(place / "days.csv"))]) == 0
    return place


@pytest.fixture
def twin(shell: Shell, lived: Path) -> Shell:
    """A twin with sixty days of one person."""
    shutil.copytree(lived, shell.home, dirs_exist_ok=True)
    return shell


@pytest.fixture(scope="session")
def granted(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same twin, whose doctor may see the resting heart rate by the day."""
    place = tmp_path_factory.mktemp("granted")
    shutil.copytree(lived, place, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        settle(place, patch)
        settings.settings.cache_clear()
        introduced = ("consent", "parties", "add", "doctor", "The doctor", "--contact", "doctor@example.org")
        grant = "consent grant doctor --template doctor --signal heart_rate.resting --by daily --last 30d"
        assert run([*introduced]) == 0
        assert run(grant.split()) == 0
    return place


@pytest.fixture
def doctor(shell: Shell, granted: Path) -> Shell:
    """A twin whose doctor may see the resting heart rate by the day."""
    shutil.copytree(granted, shell.home, dirs_exist_ok=True)
    return shell


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return written(tmp_path / "days.csv")


def written(path: Path, *, people: tuple[str, ...] = ("p",), days: int = 60) -> Path:
    """Days of people as a table: three nights of a fast heart at the end, and two days of mood."""
    lines = ["person,signal,date,value"]
    for person in people:
        for back in range(days):
            day = LAST - timedelta(back)
            lines.append(f"{person},resting_hr,{day},{60 if back < 3 else 52 + 2 * math.sin(back * 1.7):.1f}")
            lines.append(f"{person},steps,{day},{8000 + 1500 * math.sin(back * 2.3):.0f}")
        lines += [f"{person},mood,{LAST - timedelta(back)},4" for back in range(2)]
    path.write_text("\n".join(lines) + "\n")
    return path
