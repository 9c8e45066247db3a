"""A passphrase is weighed on the careful side: what many would think of is weak, and more is never weaker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.web.strength import strength


@pytest.mark.parametrize("weak", ["", "kitten", "password123", "aaaaaaaaaaaaaaaa", "abcdefghijklmnop", "12345678901234",
                                  "selftwin selftwin selftwin", "one two"])  # fmt: skip
def test_what_is_guessed_quickly_is_not_enough(weak: str) -> None:
    assert not strength(weak).enough


@pytest.mark.parametrize("enough", ["four words in a row", "x7#Kp9!qLm2$", "six plain words nobody would ever guess"])
def test_words_that_do_not_belong_together_are_enough(enough: str) -> None:
    assert strength(enough).enough


@given(st.text(max_size=60))
def test_any_text_has_a_strength(text: str) -> None:
    found = strength(text)
    assert 0 <= found.bits < 1000
    assert found.word in {"weak", "fair", "good", "strong"}
