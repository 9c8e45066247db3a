from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from selftwin.vault.keys import Secret
from selftwin.vault.outside import Epoch, epochs, keep_epochs, last_sequence, note_sequence
from selftwin.vocabulary.errors import SealBroken

if TYPE_CHECKING:
    from pathlib import Path

VAULT = "0123456789abcdef" * 2


def test_a_machine_that_never_saw_a_vault_holds_nothing_of_it() -> None:
    assert epochs(VAULT) == {}
    assert last_sequence(VAULT, Secret.random()) == 0


def test_epochs_are_kept_and_destroyed_and_private(home: Path) -> None:
    first = Epoch.after(0)
    second = Epoch.after(first.number)
    keep_epochs(VAULT, [first, second])
    assert {number: epoch.secret.reveal() for number, epoch in epochs(VAULT).items()} == {
        1: first.secret.reveal(),
        2: second.secret.reveal(),
    }
    keep_epochs(VAULT, [second])
    assert list(epochs(VAULT)) == [2]
    (path,) = (one for one in home.rglob(VAULT) if one.is_file())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_sequence_is_remembered_for_its_own_key_alone() -> None:
    key = Secret.random()
    note_sequence(VAULT, 41, key)
    assert last_sequence(VAULT, key) == 41
    with pytest.raises(SealBroken):
        last_sequence(VAULT, Secret.random())


def test_a_note_emptied_by_a_power_failure_is_as_good_as_none(home: Path) -> None:
    key = Secret.random()
    note_sequence(VAULT, 41, key)
    next(home.rglob(VAULT)).write_bytes(b"")
    assert last_sequence(VAULT, key) == 0
