from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING

import pytest

from selftwin.vault.owner import Owner
from selftwin.vocabulary.errors import VaultInUse

if TYPE_CHECKING:
    from pathlib import Path


def test_only_one_holds_the_lock_and_says_who(tmp_path: Path) -> None:
    with Owner(tmp_path / "lock"), pytest.raises(VaultInUse, match=f"process {os.getpid()}"):
        Owner(tmp_path / "lock")
    with Owner(tmp_path / "lock") as again:
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"
        again.release()
        again.release()
    assert (tmp_path / "lock").read_bytes() == b""


def test_an_owner_leaves_no_picture_of_its_memory(tmp_path: Path) -> None:
    with Owner(tmp_path / "lock"):
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
