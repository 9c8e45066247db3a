"""Whoever asks an open vault does so in turn: a step holds it, a reading word does not, and writers go one by one."""

from __future__ import annotations

import threading

import pytest

from selftwin.vault.alone import alone, reads, writes
from selftwin.vault.turns import Turns
from selftwin.vocabulary.errors import Locked


@alone("_held.lock", but=("free",))
class Shelf:
    """Something whose words take turns."""

    def __init__(self) -> None:
        self._held, self.lock = self, Turns()
        self.begun, self.go = threading.Event(), threading.Event()
        self._size = 1

    def slow(self) -> None:
        self.begun.set()
        assert self.go.wait(10)
        assert self.size == 1  # the same thread goes on

    @reads
    def compute(self) -> None:
        self.slow_without_turn()

    @writes
    def write(self) -> None:
        self.slow_without_turn()

    @writes
    def write_again(self) -> str:
        return self.lock.writer

    @property
    def size(self) -> int:
        """One."""
        return self._size

    @size.setter
    @writes
    def size(self, size: int) -> None:
        self._size = size

    def free(self) -> str:
        return self.lock.writer

    @reads
    def slow_without_turn(self) -> None:
        self.begun.set()
        assert self.go.wait(10)


def started(word: str) -> tuple[Shelf, threading.Thread]:
    shelf = Shelf()
    first = threading.Thread(target=getattr(shelf, word))
    first.start()
    assert shelf.begun.wait(10)
    return shelf, first


def test_another_thread_waits_until_a_step_is_done() -> None:
    shelf, first = started("slow")
    sizes = list[int]()
    second = threading.Thread(target=lambda: sizes.append(shelf.size))
    second.start()
    second.join(0.1)
    assert (sizes, second.is_alive()) == ([], True)
    shelf.go.set()
    second.join(10)
    first.join(10)
    assert sizes == [1]
    assert Shelf.size.__doc__ == "One."


@pytest.mark.parametrize("word", ["compute", "write"])
def test_nobody_waits_for_a_word_that_reads_or_for_the_steps_between_those_of_one_that_writes(word: str) -> None:
    shelf, first = started(word)
    assert shelf.size == 1
    shelf.go.set()
    first.join(10)


def test_a_second_writer_waits_for_the_first_and_anybody_can_see_that_one_is_at_work() -> None:
    shelf, first = started("write")
    said = list[str]()
    second = threading.Thread(target=lambda: said.append(shelf.write_again()))
    second.start()
    second.join(0.1)
    assert (said, shelf.free()) == ([], "write")
    shelf.go.set()
    for one in (first, second):
        one.join(10)
    assert (said, shelf.free()) == (["write_again"], "")
    shelf.size = 2
    assert shelf.size == 2


def test_nothing_is_asked_of_what_is_shut() -> None:
    shelf = Shelf()
    shelf.lock.shut = True
    for use in (lambda: shelf.size, shelf.compute, shelf.write):
        with pytest.raises(Locked):
            use()
    assert shelf.free() == ""
