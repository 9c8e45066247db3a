"""What passes through: a private folder, in memory where there is one, and nothing left of it."""

from __future__ import annotations

import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from selftwin.web import passing

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_is_private_lies_in_memory_and_is_gone_afterwards() -> None:
    with passing.folder("copy") as place:
        (place / "copy.json").write_text("{}")
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert place.parent == passing.MEMORY or not passing.MEMORY.is_dir()
    assert not place.exists()


def test_it_is_gone_also_when_something_fails() -> None:
    def fail() -> None:
        with passing.folder("copy") as place:
            found.append(place)
            raise ValueError("broken")

    found: list[Path] = []
    with pytest.raises(ValueError, match="broken"):
        fail()
    assert not found[0].exists()


def test_what_a_killed_process_left_is_gone_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "MEMORY", tmp_path)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, other = tmp_path / f"selftwin-export-{dead.pid}-ab_12", tmp_path / "selftwin-notes-of-mine"
    for one in (left, other):
        one.mkdir()
        (one / "copy.json").write_text("{}")
    with passing.folder("first") as living:
        passing.sweep()
        assert living.exists(), "a process that lives still wants it"
    assert not left.exists()
    assert other.exists()
