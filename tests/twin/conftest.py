"""Twins in a home of their own, and small exports in the forms people have: tables, Fitbit's JSON, and worse."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timedelta
from functools import cache
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Fill = Callable[[Twin, Path], None]  # what a twin lives through, and a folder for its exports

GLUCOSE = "id,time,gl\n" + "".join(
    f"{who},2015-06-06 {hour:02}:{minute:02}:00,{value + hour}\n"
    for who, value in (("A", 100), ("B", 140))
    for hour in range(3)
    for minute in range(0, 60, 5)
)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            patch.delenv(name)
        patch.setenv("HOME", str(place))
        patch.setenv("SELFTWIN_QUICK_KEYS", "1")
        yield place


@pytest.fixture(scope="module")
def made(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Twin]]:
    """`made()` creates a twin that is closed when the module's tests are done."""
    opened: list[Twin] = []

    def create() -> Twin:
        place = tmp_path_factory.mktemp("twin") / "vault"
        opened.append(Twin.create(place, "pass", home_zone="Europe/Vienna"))
        return opened[-1]

    yield create
    for twin in opened:
        twin.close()


@pytest.fixture(scope="module")
def twin(made: Callable[[], Twin]) -> Twin:
    """The twin that most tests of a module share."""
    return made()


@pytest.fixture(scope="session")
def _lived(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Fill], Path]:
    @cache
    def lived(fill: Fill) -> Path:
        place = tmp_path_factory.mktemp("lived")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOME", str(place / "home"))
            with Twin.create(place / "vault", "pass", home_zone="Europe/Vienna") as twin:
                fill(twin, place)
        return place

    return lived


@pytest.fixture
def copied(
    home: Path, _lived: Callable[[Fill], Path], tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Fill], Twin]]:  # fmt: skip
    """`copied(fill)` is a twin of the test's own, with a home of its own: it lived through `fill`, and is a copy."""
    opened: list[Twin] = []

    def copy(fill: Fill) -> Twin:
        place = tmp_path_factory.mktemp("copied")
        copytree(_lived(fill), place, dirs_exist_ok=True)
        monkeypatch.setenv("HOME", str(place / "home"))
        opened.append(Twin.open(place / "vault", "pass"))
        return opened[-1]

    yield copy
    for twin in opened:
        twin.close()


def _steps(day: str, count: int) -> str:
    stamp = datetime.strptime(day, "%Y-%m-%d")
    rows = [
        {"dateTime": f"{stamp + timedelta(minutes=k):%m/%d/%y %H:%M:%S}", "value": str(10 + k)} for k in range(count)
    ]
    return json.dumps(rows)


def _weights(first: date, values: list[float]) -> str:
    rows = "".join(f"{first + timedelta(days=k)} 07:00:00,{value}\n" for k, value in enumerate(values))
    return f"Date,Weight (kg)\n{rows}"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, str | bytes]], Path]:
    """`folder({name: content})` lays files into a new folder."""

    def lay(files: dict[str, str | bytes]) -> Path:
        place = tmp_path_factory.mktemp("exports")
        for name, content in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return place

    return lay


@pytest.fixture(scope="session")
def steps() -> Callable[[str, int], str]:
    """Fitbit's steps by the minute: from midnight (UTC) of a day, so many minutes."""
    return _steps


@pytest.fixture(scope="session")
def weights() -> Callable[[date, list[float]], str]:
    """A scale's table: one weight each morning from a day on."""
    return _weights


@pytest.fixture(scope="session")
def glucose() -> str:
    """A glucose table of two people, A and B, 36 readings each."""
    return GLUCOSE
