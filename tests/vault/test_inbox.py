"""The inbox: what is left there while the vault is locked is sealed whole, and opened nowhere but in memory."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pyrage
import pytest

from selftwin.vault import age, inbox
from selftwin.vault.files import Files
from selftwin.vault.keys import Secret
from selftwin.vocabulary.errors import BrokenExport, NoVault, UsageError

CANARY = b"canary-9d2f-in-the-inbox"
pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory")


@pytest.fixture
def secret(tmp_path: Path) -> Secret:
    made = Secret.random()
    (tmp_path / "vault").mkdir()
    inbox.publish(tmp_path / "vault", made)
    return made


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "name-canary-7.csv"
    path.write_bytes(CANARY * 50_000)
    return path


def test_an_arrival_tells_nothing_and_opens_for_its_vault_alone(tmp_path: Path, secret: Secret, export: Path) -> None:
    sealed = inbox.drop(tmp_path / "vault", export, f"folder/{export.name}")
    content = sealed.read_bytes()
    assert CANARY not in content
    assert b"canary" not in content + sealed.name.encode()
    assert sealed.stat().st_mode & 0o077 == 0
    with inbox.opened(sealed, secret) as arrived:
        assert arrived.name == f"folder/{export.name}"
        assert arrived.path.read_bytes() == export.read_bytes()
    with pytest.raises(BrokenExport, match="another key"), inbox.opened(sealed, Secret.random()):
        pass
    assert pyrage.decrypt(content, [age.identity(secret)]).endswith(export.read_bytes())


def test_the_published_key_is_the_vaults_own_and_follows_it(tmp_path: Path) -> None:
    place = tmp_path / "vault"
    with Files.create(place, "pw") as files:
        published = (place / "inbox" / "recipient").read_text()
        assert published == f"{age.recipient(files.secret('ingest'))}\n"
    (place / "inbox" / "recipient").write_text(f"{age.recipient(Secret.random())}\n")
    Files.open(place, "pw").close()
    assert (place / "inbox" / "recipient").read_text() == published
    (place / "inbox" / "recipient").unlink()
    Files.open(place, "pw").close()
    assert (place / "inbox" / "recipient").read_text() == published


def test_a_drop_needs_no_lock_and_no_passphrase_and_an_inbox(tmp_path: Path, export: Path) -> None:
    place = tmp_path / "vault"
    with Files.create(place, "pw") as files:
        dropping = [threading.Thread(target=inbox.drop, args=(place, export, export.name)) for _ in range(4)]
        for one in dropping:
            one.start()
        for one in dropping:
            one.join()
        assert inbox.pending(place) == 4
        with inbox.opened(inbox.waiting(place)[0], files.secret("ingest")) as arrived:
            assert arrived.path.read_bytes() == export.read_bytes()
    with pytest.raises(NoVault):
        inbox.drop(tmp_path / "nowhere", export, "x")
    (place / "inbox" / "recipient").write_text("age1nobody\n")
    with pytest.raises(UsageError, match="public key"):
        inbox.drop(place, export, "x")
    assert inbox.pending(place) == 4


class Torn(Exception):
    """The reading broke off."""


def test_what_breaks_off_while_it_is_sealed_leaves_nothing(
    tmp_path: Path, secret: Secret, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "vault"
    with pytest.raises(OSError, match="No such file"):
        inbox.drop(place, tmp_path / "gone", "gone")

    def torn(*_: object) -> None:
        raise Torn

    monkeypatch.setattr(os, "fsync", torn)
    with pytest.raises(Torn):
        inbox.drop(place, export, "x")
    assert [path.name for path in (place / "inbox").iterdir()] == ["recipient"]


def test_what_a_dead_process_was_sealing_is_swept_and_a_living_ones_is_not(tmp_path: Path, secret: Secret) -> None:
    place = tmp_path / "vault"
    dead = place / "inbox" / (inbox._BEING_SEALED + "dead")
    dead.write_bytes(b"half")
    with inbox._new(place / "inbox" / (inbox._BEING_SEALED + "living")) as stream:
        assert inbox.waiting(place) == []
        stream.write(b"more")
        assert not dead.exists()
        assert len(list((place / "inbox").glob(".arriving-*"))) == 1


def hostile(place: Path, export: Path, secret: Secret) -> dict[str, Path]:
    """Things that lie in an inbox and are no arrivals."""
    folder, recipient = place / "inbox", age.recipient(secret)
    good = inbox.drop(place, export, "good.csv").read_bytes()
    (folder / "folder.age").mkdir()
    (folder / "link.age").symlink_to("/etc/passwd")
    (folder / "loop.age").symlink_to("loop.age")
    os.mkfifo(folder / "pipe.age")
    contents = {
        "empty": b"",
        "noise": os.urandom(4096),
        "header": b"age-encryption.org/v1\n",
        "cut": good[:-100_000],
        "cut-at-the-end": good[:-1],
        "longer": good + b"x",
        "flipped": good[:300] + bytes([good[300] ^ 1]) + good[301:],
        "for-another": pyrage.encrypt(b"selftwin arrival 1\n{}\n", [age.recipient(Secret.random())]),
        "no-magic": pyrage.encrypt(b"Date,Weight\n" * 9, [recipient]),
        "no-name": pyrage.encrypt(b"selftwin arrival 1\n{}\n", [recipient]),
        "nothing-after": pyrage.encrypt(b"selftwin arrival 1\n", [recipient]),
        "no-json": pyrage.encrypt(b"selftwin arrival 1\n" + b"[" * 3000 + b"\nx", [recipient]),
        "endless-name": pyrage.encrypt(b"selftwin arrival 1\n" + b"a" * 10_000_000, [recipient]),
        "name-of-many": pyrage.encrypt(b'selftwin arrival 1\n{"name": ["a"]}\nx', [recipient]),
        "name-for-a-terminal": pyrage.encrypt(b'selftwin arrival 1\n{"name": "\\u001b[2J"}\nx', [recipient]),
    }
    for name, content in contents.items():
        (folder / f"{name}.age").write_bytes(content)
    return {path.name: path for path in folder.glob("*.age") if len(path.stem) != 32}


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_hostile_things_are_refused_one_by_one_and_set_aside(tmp_path: Path, secret: Secret, export: Path) -> None:
    place = tmp_path / "vault"
    found = hostile(place, export, secret)
    assert len(found) == 19
    before = descriptors()
    for path in found.values():
        with pytest.raises(BrokenExport) as caught, inbox.opened(path, secret):
            pass
        assert "canary" not in str(caught.value)
        inbox.set_aside(path)
    assert descriptors() == before
    assert inbox.pending(place) == 1
    assert len(list((place / "inbox" / "aside").iterdir())) == 19


def test_an_arrival_larger_than_memory_can_give_is_refused(
    tmp_path: Path, secret: Secret, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = inbox.drop(tmp_path / "vault", export, "x.csv")
    rooms = iter([1000, 1 << 40])  # what may be written, what the sealed file may measure
    monkeypatch.setattr(inbox, "room", lambda: next(rooms))
    with pytest.raises(BrokenExport, match="too large"), inbox.opened(sealed, secret):
        pass
    monkeypatch.setattr(inbox, "room", lambda: 1000)
    with pytest.raises(BrokenExport, match="too large"), inbox.opened(sealed, secret):
        pass


def test_names_that_no_terminal_should_see_are_cleaned_before_they_are_sealed(
    tmp_path: Path, secret: Secret, export: Path
) -> None:
    for name in ("two\nlines\x1b[2J.csv", "\udcff.csv", "x" * 9000 + ".csv"):
        sealed = inbox.drop(tmp_path / "vault", export, name)
        with inbox.opened(sealed, secret) as arrived:
            assert arrived.name.isprintable()
            assert arrived.name.endswith(".csv")
            assert len(arrived.name) <= 4096


def test_without_files_in_memory_nothing_is_opened(
    tmp_path: Path, secret: Secret, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = inbox.drop(tmp_path / "vault", export, "x.csv")
    monkeypatch.delattr(os, "memfd_create")
    with pytest.raises(UsageError, match="in memory"), inbox.opened(sealed, secret):
        pass
    assert sealed.exists()
