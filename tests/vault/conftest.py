"""Every test of the vault has a home of its own, and passphrases that cost nothing to stretch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from selftwin.vault.files import Files
from selftwin.vault.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "home"
    (place / "tmp").mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("TMPDIR", str(place / "tmp"))
    monkeypatch.setenv("SELFTWIN_QUICK_KEYS", "1")
    return place


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(Files.create(tmp_path / "vault", "pass"), home_zone="Europe/Vienna") as opened:
        yield opened
