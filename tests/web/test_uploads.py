"""The words of tus: metadata and sums as they are written, and refusals of what is neither."""

from __future__ import annotations

import base64
import hashlib

import pytest

from selftwin.vocabulary.errors import UsageError
from selftwin.web.uploads import agrees, metadata


def test_metadata_is_read_as_it_is_written() -> None:
    name = base64.b64encode("Jänner/Gewicht.csv".encode()).decode()
    assert metadata(f"filename {name}, folder ,lastmodified MTIz") == {
        "filename": "Jänner/Gewicht.csv", "folder": "", "lastmodified": "123",
    }  # fmt: skip
    assert metadata("") == {}


@pytest.mark.parametrize("header", ["filename !!!", "filename /w==", "filename " + "A" * 40_000])
def test_metadata_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(UsageError):
        metadata(header)


def test_a_sum_agrees_with_its_piece_alone() -> None:
    told = "sha256 " + base64.b64encode(hashlib.sha256(b"piece").digest()).decode()
    assert agrees(told, b"piece")
    assert not agrees(told, b"piecf")
    for other in ("md5 AAAA", "sha256 !!"):
        with pytest.raises(UsageError):
            agrees(other, b"piece")
