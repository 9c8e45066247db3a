"""Bytes are said in the largest unit they fill, in no more digits than anybody reads."""

from __future__ import annotations

import pytest

from selftwin.wording.sizes import size


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (9_999_372, "10 MB"), (12e9, "12 GB")],
)
def test_bytes_are_said_in_two_digits_or_more(number: float, said: str) -> None:
    assert size(number) == said
