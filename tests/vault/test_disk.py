from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from selftwin.vault.disk import private_folder, read_document, replace, write_document
from selftwin.vocabulary.errors import SealBroken

if TYPE_CHECKING:
    from pathlib import Path


def test_a_replaced_file_is_whole_private_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"first, and long", b"second"):
        replace(path, content)
        assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["file"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_private_folder_is_closed_to_others_even_if_it_was_open(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b"
    place.mkdir(parents=True, mode=0o755)
    assert stat.S_IMODE(private_folder(place).stat().st_mode) == 0o700


def test_a_document_comes_back_as_it_was_written(tmp_path: Path) -> None:
    facts = {"name": "Zoë", "numbers": [1, 2], "inner": {"b": None, "a": True}}
    write_document(tmp_path / "facts", facts)
    assert read_document(tmp_path / "facts") == facts


def test_every_bit_of_a_document_counts(tmp_path: Path) -> None:
    path = tmp_path / "facts"
    write_document(path, {"key": "value", "more": [1]})
    content = path.read_bytes()
    for place in range(len(content) * 8):
        spoilt = bytearray(content)
        spoilt[place // 8] ^= 1 << place % 8
        path.write_bytes(spoilt)
        with pytest.raises(SealBroken):
            read_document(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"3", b"{}", b'{"sum": 1}', b"\xff\xfe", b"[" * 200_000])
def test_what_is_no_document_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "facts").write_bytes(content)
    with pytest.raises(SealBroken, match="facts"):
        read_document(tmp_path / "facts")
