"""Pieces: each is sealed before it touches the disk, and what lies there is exactly what has arrived."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from selftwin.vault import pieces
from selftwin.vault.keys import Secret
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from pathlib import Path

CANARY = b"canary-71-in-pieces "
NOTE = {"name": "canary-name.csv", "size": 60}
pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory")


@pytest.fixture
def secret() -> Secret:
    return Secret.random()


@pytest.fixture
def upload(tmp_path: Path, secret: Secret) -> Path:
    found = pieces.find(tmp_path, pieces.begin(tmp_path, pieces.number(), NOTE, secret))
    assert found
    return found


def test_nothing_that_was_sent_can_be_read_from_the_disk(tmp_path: Path, upload: Path, secret: Secret) -> None:
    for at in (0, 20, 40):
        assert pieces.append(upload, at, CANARY, secret)
    for path in (tmp_path / "inbox").rglob("*"):
        assert b"canary" not in path.name.encode() + (path.read_bytes() if path.is_file() else b"")
        assert path.stat().st_mode & 0o077 == 0
    assert pieces.note(upload, secret) == NOTE
    assert pieces.note(upload, Secret.random()) is None
    with pieces.opened(upload, secret, "a", 60) as arrived:
        assert arrived.path.read_bytes() == CANARY * 3


def test_what_has_arrived_is_what_lies_there_whole_and_without_a_gap(upload: Path, secret: Secret) -> None:
    pieces.append(upload, 0, b"x" * 10, secret)
    pieces.append(upload, 10, b"y" * 5, secret)
    (upload / "0000000000000015-7.age.new").write_bytes(b"torn")  # a process died while it was writing
    (upload / "0000000000000030-7.age").write_bytes(b"beyond a gap")
    assert pieces.reached(upload) == 15
    assert not pieces.append(upload, 10, b"z", secret)
    assert pieces.append(upload, 15, b"", secret)
    assert pieces.reached(upload) == 15


def test_two_that_send_the_same_piece_at_once_make_one(upload: Path, secret: Secret) -> None:
    ends: list[bool] = []

    def send() -> None:
        ends.append(pieces.append(upload, 0, os.urandom(1 << 16), secret))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == [False, False, False, True]


@pytest.mark.parametrize("harm", ["changed", "swapped", "gone", "other upload"])
def test_a_piece_that_is_not_as_it_was_sent_is_found_out(
    tmp_path: Path, upload: Path, secret: Secret, harm: str
) -> None:
    for at in (0, 8, 16):
        pieces.append(upload, at, bytes([at]) * 8, secret)
    first, second, third = sorted(path for path in upload.iterdir() if path.name != "about.age")
    if harm == "changed":
        sealed = second.read_bytes()
        second.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    elif harm == "swapped":
        held = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(held)
    elif harm == "gone":
        third.unlink()
    else:
        other = pieces.find(tmp_path, pieces.begin(tmp_path, pieces.number(), NOTE, secret))
        assert other
        pieces.append(other, 0, b"else" * 2, secret)
        first.write_bytes(next(path for path in other.iterdir() if path.name != "about.age").read_bytes())
    with pytest.raises(BrokenExport), pieces.opened(upload, secret, "a", 24):
        pass


def test_what_is_no_number_of_ours_leads_nowhere(tmp_path: Path, upload: Path) -> None:
    assert pieces.find(tmp_path, "../" + upload.name) is None
    assert pieces.find(tmp_path, "..") is None
    assert pieces.find(tmp_path, "0" * 32) is None


def test_what_is_dropped_is_gone_and_its_parcel_with_the_last_of_it(tmp_path: Path, secret: Secret) -> None:
    parcel = pieces.number()
    names = [pieces.begin(tmp_path, parcel, NOTE, secret) for _ in range(2)]
    folders = [path for name in names if (path := pieces.find(tmp_path, name))]
    pieces.drop(folders[0])
    assert [path.name for path in pieces.parcels(tmp_path)] == [parcel]
    moved = pieces.rename(folders[1].parent, pieces.number())
    assert pieces.find(tmp_path, names[1]) == moved / names[1]
    pieces.drop(moved / names[1])
    assert pieces.parcels(tmp_path) == []
