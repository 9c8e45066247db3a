"""Short words are answered from memory, long ones anew: nothing in a file decides how much of it is kept."""

from __future__ import annotations

from selftwin.vocabulary.remembering import LONGEST, remembered


def test_short_words_are_worked_out_once_and_long_ones_each_time() -> None:
    asked = []

    @remembered(2)
    def shouted(words: tuple[tuple[str, ...], ...], name: str | None = None) -> str:
        asked.append(words)
        return f"{words[0][0].upper()}{name}"

    short, long = (("a", "b"),), (("a" * (LONGEST + 1),),)
    assert shouted(short, None) == shouted(short, None) == "ANone"
    assert asked == [short]
    assert shouted(long) == shouted(long)
    assert asked == [short, long, long]
    assert shouted(short, name="b" * LONGEST) == shouted(short, name="b" * LONGEST)
    assert asked == [short, long, long, short, short]


def test_the_newest_answers_are_kept() -> None:
    asked = []

    @remembered(1)
    def same(word: str) -> str:
        asked.append(word)
        return word

    assert [same(word) for word in "aabba"] == list("aabba")
    assert asked == ["a", "b", "a"]
