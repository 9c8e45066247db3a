from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.vault import seals
from selftwin.vault.keys import Secret
from selftwin.vault.seals import FileState, RecordState, Seal, Seals
from selftwin.vocabulary.errors import SealBroken

if TYPE_CHECKING:
    from pathlib import Path

KEY = Secret(bytes(32))
VAULT = "0123456789abcdef" * 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(random.Random(7).randbytes(60_000))
    return path


def test_a_seal_holds_for_the_same_bytes_and_for_no_others(path: Path) -> None:
    seal, content = Seal.of(path), path.read_bytes()
    assert seal.holds(path)
    rng = random.Random(11)
    for place in [0, len(content) * 8 - 1, *(rng.randrange(len(content) * 8) for _ in range(150))]:
        spoilt = bytearray(content)
        spoilt[place // 8] ^= 1 << place % 8
        path.write_bytes(spoilt)
        assert not seal.holds(path)
    for other in (content[:-1], content + b"\0", b"", content[4096:8192] + content[:4096] + content[8192:]):
        path.write_bytes(other)
        assert not seal.holds(path)


def test_a_seal_covers_more_than_one_chunk(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(os.urandom(1 << 20) * 17)  # equal megabytes: only places differ
    seal = Seal.of(path)
    assert seal.holds(path)
    with path.open("r+b") as stream:
        stream.seek(16 << 20)
        stream.write(b"changed in the last, short chunk")
    assert not seal.holds(path)


def test_a_longer_file_holds_only_where_that_is_asked(path: Path) -> None:
    seal = Seal.of(path)
    with path.open("ab") as stream:
        stream.write(b"more")
    assert not seal.holds(path)
    assert seal.holds(path, longer=True)
    with path.open("r+b") as stream:
        stream.write(b"changed")
    assert not seal.holds(path, longer=True)


def test_what_is_missing_or_no_plain_file_never_holds(tmp_path: Path, path: Path) -> None:
    seal = Seal.of(path)
    os.mkfifo(tmp_path / "pipe")
    assert not seal.holds(tmp_path / "pipe")  # and did not wait for a writer
    assert not seal.holds(tmp_path / "nowhere")
    assert not seal.holds(tmp_path)


def test_two_seals_of_one_file_share_nothing(path: Path) -> None:
    first, second = Seal.of(path), Seal.of(path)
    assert first.key != second.key
    assert first.tag != second.tag
    assert first.tag.hex() not in repr(first)


sizes = st.integers(0, 1 << 40)
stamps = st.builds(Seal, size=sizes, key=st.binary(min_size=32, max_size=32), tag=st.binary(min_size=16, max_size=16))
states = st.builds(FileState, seal=st.none() | stamps, dirty=st.booleans())
records = st.builds(RecordState, seal=stamps, count=sizes, chain=st.binary(max_size=32), dirty=st.booleans())
moments = st.builds(
    Seals,
    format=st.integers(1, 9),
    sequence=sizes,
    files=st.dictionaries(st.sampled_from(["journal", "genetic"]), states),
    record=records,
)


@settings(max_examples=50)
@given(moment=moments)
def test_seals_read_back_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, moment: Seals) -> None:
    path = tmp_path_factory.getbasetemp() / "seals"
    seals.write(path, moment, KEY, vault=VAULT)
    assert seals.read(path, KEY, vault=VAULT) == moment


def test_the_following_state_is_one_number_on() -> None:
    record = RecordState(Seal(0, b"", b""), 0, b"", dirty=False)
    first = Seals(1, 4, {}, record)
    second = first.with_file("genetic", FileState(None, dirty=True))
    assert (second.sequence, list(second.files), first.files) == (5, ["genetic"], {})


def test_seals_that_are_missing_cut_changed_or_of_another_vault_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "seals"
    with pytest.raises(SealBroken, match="missing"):
        seals.read(path, KEY, vault=VAULT)
    seals.write(path, Seals(1, 1, {}, RecordState(Seal(0, b"", b""), 0, b"", dirty=False)), KEY, vault=VAULT)
    with pytest.raises(SealBroken, match="another vault"):
        seals.read(path, KEY, vault=VAULT[::-1])
    with pytest.raises(SealBroken):
        seals.read(path, Secret.random(), vault=VAULT)
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place])
        with pytest.raises(SealBroken):
            seals.read(path, KEY, vault=VAULT)
