from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from selftwin.vault import outside, slots
from selftwin.vault.keys import Secret
from selftwin.vault.outside import Epoch
from selftwin.vault.slots import Cost, KeyFile, Slot, Unlocked
from selftwin.vocabulary.errors import NoVault, OlderVault, SealBroken, UsageError, VaultError, WrongPassphrase

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("journal", "genetic")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "slots.json"


@pytest.fixture
def made(path: Path) -> Unlocked:
    return slots.create(path, "correct horse", NAMES, cost=Cost.QUICK)


def test_the_passphrase_gives_the_master_key_and_every_file_its_own(path: Path, made: Unlocked) -> None:
    found = slots.unlock(path, "correct horse")
    assert found.master.reveal() == made.master.reveal()
    keys = [bytes(found.data_key(name).reveal()) for name in NAMES]
    assert keys == [bytes(made.data_key(name).reveal()) for name in NAMES]
    assert len({*keys, bytes(made.master.reveal())}) == 3
    assert all(len(key) == 32 for key in keys)


@pytest.mark.parametrize("wrong", ["correct horse ", "Correct horse", "x", "correct horse battery staple"])
def test_another_passphrase_is_wrong(path: Path, made: Unlocked, wrong: str) -> None:
    with pytest.raises(WrongPassphrase):
        slots.unlock(path, wrong)


def test_an_empty_passphrase_is_refused_everywhere(path: Path, made: Unlocked) -> None:
    with pytest.raises(UsageError):
        slots.unlock(path, "")
    with pytest.raises(UsageError):
        slots.rewrap(path, made, "", cost=Cost.QUICK)
    with pytest.raises(UsageError):
        slots.create(path, "", NAMES, cost=Cost.QUICK)
    assert slots.unlock(path, "correct horse")


def test_a_passphrase_is_the_same_however_a_keyboard_composes_it(path: Path) -> None:
    slots.create(path, "Zo\u00eb", NAMES, cost=Cost.QUICK)
    assert slots.unlock(path, "Zoe\u0308")


def test_the_key_file_alone_opens_nothing_without_the_secret_of_its_machine(path: Path, made: Unlocked) -> None:
    outside.keep_epochs(made.vault, [])
    with pytest.raises(VaultError, match="does not hold") as caught:
        slots.unlock(path, "correct horse")
    assert "capsule" in caught.value.hint


def test_another_epoch_secret_does_not_open(path: Path, made: Unlocked) -> None:
    outside.keep_epochs(made.vault, [Epoch(1, Secret.random())])
    with pytest.raises(WrongPassphrase):
        slots.unlock(path, "correct horse")


def test_a_new_passphrase_keeps_the_keys_and_ends_the_old_one(path: Path, made: Unlocked) -> None:
    before = path.read_bytes()
    slots.rewrap(path, made, "new words", cost=Cost.QUICK)
    assert slots.unlock(path, "new words").master.reveal() == made.master.reveal()
    with pytest.raises(WrongPassphrase):
        slots.unlock(path, "correct horse")
    path.write_bytes(before)
    with pytest.raises(OlderVault, match="destroyed"):
        slots.unlock(path, "correct horse")


def test_a_change_of_passphrase_cut_short_leaves_the_one_that_stands_and_can_be_tried_again(
    path: Path, made: Unlocked
) -> None:
    old_file, old = path.read_bytes(), outside.epochs(made.vault)
    slots.rewrap(path, made, "new words", cost=Cost.QUICK)
    new_file, new = path.read_bytes(), outside.epochs(made.vault)
    for content, passphrase in ((old_file, "correct horse"), (new_file, "new words")):
        path.write_bytes(content)
        outside.keep_epochs(made.vault, [*old.values(), *new.values()])
        slots.rewrap(path, slots.unlock(path, passphrase), "third", cost=Cost.QUICK)
        assert slots.unlock(path, "third")
        assert list(outside.epochs(made.vault)) == [3]


def test_quick_keys_are_refused_outside_tests(path: Path, made: Unlocked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(slots.QUICK_ALLOWED)
    with pytest.raises(VaultError, match="for a test"):
        slots.unlock(path, "correct horse")
    with pytest.raises(VaultError, match="for a test"):
        slots.rewrap(path, made, "new", cost=Cost.QUICK)
    assert Cost.default() is Cost.STANDARD


def test_the_standard_cost_works_and_cannot_be_called_quick(path: Path) -> None:
    made = slots.create(path, "correct horse", NAMES, cost=Cost.STANDARD)
    assert slots.unlock(path, "correct horse").master.reveal() == made.master.reveal()
    weaker = replace(made.file, slots=(replace(made.file.slots[0], cost="quick"),))
    weaker.write(path, made.master)
    with pytest.raises(WrongPassphrase):
        slots.unlock(path, "correct horse")
    replace(made.file, slots=(replace(made.file.slots[0], cost="none"),)).write(path, made.master)
    with pytest.raises(SealBroken):
        slots.unlock(path, "correct horse")


def test_a_key_wrapped_for_one_file_is_not_taken_for_another(made: Unlocked) -> None:
    keys = made.file.keys
    crossed = Unlocked(made.master, replace(made.file, keys={"journal": keys["genetic"], "genetic": keys["journal"]}))
    with pytest.raises(SealBroken, match="journal"):
        crossed.data_key("journal")


def test_a_key_file_rewritten_without_the_master_key_is_refused(path: Path, made: Unlocked) -> None:
    fewer = replace(made.file, keys={"journal": made.file.keys["journal"]})
    fewer.write(path, Secret.random())
    with pytest.raises(SealBroken, match="changed"):
        slots.unlock(path, "correct horse")


def test_a_slot_of_a_kind_to_come_is_left_alone(path: Path, made: Unlocked) -> None:
    later = Slot("will", "shares", b"salt", b"wrapped")
    replace(made.file, slots=(later, *made.file.slots)).write(path, made.master)
    assert slots.unlock(path, "correct horse").file.slots[0] == later


@pytest.mark.parametrize("vault", ["../../etc/passwd", "", "0" * 31, "A" * 32])
def test_a_vault_id_that_is_not_one_never_becomes_a_path(path: Path, made: Unlocked, vault: str) -> None:
    KeyFile(vault, 1, made.file.slots, made.file.keys).write(path, made.master)
    with pytest.raises(SealBroken):
        slots.unlock(path, "correct horse")


def test_a_missing_key_file_says_what_helps(path: Path) -> None:
    with pytest.raises(NoVault) as caught:
        slots.unlock(path, "correct horse")
    assert "capsule" in caught.value.hint


def test_nothing_of_the_keys_is_shown(made: Unlocked) -> None:
    shown = f"{made!r}"
    secrets = [made.master.reveal(), *(made.data_key(name).reveal() for name in NAMES)]
    for secret, form in itertools.product(secrets, (repr, bytes.hex)):
        assert form(bytes(secret)) not in shown
