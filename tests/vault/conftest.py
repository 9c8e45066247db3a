"""Every test of the vault has a home of its own, and passphrases that cost nothing to stretch."""

from __future__ import annotations

import os
from functools import cache
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from selftwin.vault.files import Files
from selftwin.vault.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def settle(place: Path, patch: pytest.MonkeyPatch) -> Path:
    """A home of its own at a place."""
    (place / "tmp").mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        patch.delenv(name)
    patch.setenv("HOME", str(place))
    patch.setenv("TMPDIR", str(place / "tmp"))
    patch.setenv("SELFTWIN_QUICK_KEYS", "1")
    return place


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return settle(tmp_path / "home", monkeypatch)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Store], None]], Path]:
    """`lived(fill)` is a folder with a home and in it a closed vault that was filled so: filled once, to be copied."""

    @cache
    def made(fill: Callable[[Store], None]) -> Path:
        place = tmp_path_factory.mktemp("lived")
        with pytest.MonkeyPatch.context() as patch:
            settle(place / "home", patch)
            with Store(Files.create(place / "vault", "pass"), home_zone="Europe/Vienna") as opened:
                fill(opened)
        return place

    return made


@pytest.fixture
def opened(
    lived: Callable[[Callable[[Store], None]], Path], home: Path, tmp_path: Path
) -> Iterator[Callable[[Callable[[Store], None]], Store]]:
    """`opened(fill)` is a vault of the test's own that was filled so, in the test's own home."""
    held: list[Store] = []

    def copied(fill: Callable[[Store], None]) -> Store:
        copytree(lived(fill), tmp_path, dirs_exist_ok=True)
        held.append(Store(Files.open(tmp_path / "vault", "pass")))
        return held[-1]

    yield copied
    for one in held:
        one.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(Files.create(tmp_path / "vault", "pass"), home_zone="Europe/Vienna") as opened:
        yield opened
