"""Seals as words."""

from __future__ import annotations

from selftwin.wording.seals import LONG, WORDS, spoken


def test_every_byte_has_a_word_of_its_own() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256
    assert all(word.isascii() and word.islower() for word in WORDS)


def test_another_seal_has_other_words() -> None:
    assert len(spoken("ab" * 32)) == LONG
    assert spoken("ab" * 32) != spoken("ac" + "ab" * 31)
