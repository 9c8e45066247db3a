"""Every test of the vault has a home of its own, and passphrases that cost nothing to stretch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
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
