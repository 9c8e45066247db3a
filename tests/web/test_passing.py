"""What passes through: a private folder, in memory where there is one, and nothing left of it."""

from __future__ import annotations

import stat
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
