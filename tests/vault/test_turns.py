"""Turns at a vault: in the order of arrival, as often as one likes within one's own, and shut only when nobody runs."""

from __future__ import annotations

import threading
import time

import pytest

from selftwin.vault.turns import Line, Turns
from selftwin.vocabulary.errors import Locked, UsageError


def waits(line: Line, *, many: int) -> None:
    deadline = time.monotonic() + 10
    while len(line._waiting) < many:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_turns_are_given_on_in_the_order_of_arrival() -> None:
    line, order, threads = Line(), list[int](), list[threading.Thread]()

    def one(number: int) -> None:
        with line, line:
            order.append(number)

    with line:
        for number in range(5):
            threads.append(threading.Thread(target=one, args=(number,)))
            threads[-1].start()
            waits(line, many=number + 1)
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]
    assert line.acquire(blocking=False)
    line.release()
    with pytest.raises(RuntimeError, match="given back"):
        line.release()


def test_whoever_takes_it_again_at_once_lets_in_who_waits() -> None:
    line, seen = Line(), list[str]()

    def reader() -> None:
        with line:
            seen.append("read")

    line.acquire()
    thread = threading.Thread(target=reader)
    thread.start()
    waits(line, many=1)
    line.release()
    with line:
        seen.append("written")
    thread.join(10)
    assert seen == ["read", "written"]


def test_many_threads_never_meet_within_a_turn() -> None:
    line, inside, most = Line(), list[int](), list[int]()

    def often(number: int) -> None:
        for _ in range(200):
            with line:
                inside.append(number)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=often, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(most), set(most)) == (1600, {1})


def test_one_who_is_interrupted_while_waiting_is_passed_over() -> None:
    line, order = Line(), list[str]()
    gone, next_one = threading.Lock(), threading.Thread(target=lambda: order.append("next") if line.acquire() else None)
    line.acquire()
    gone.acquire()
    line._waiting.append((-1, gone))
    next_one.start()
    waits(line, many=2)
    line._give_up(-1, gone)  # while it waits
    assert len(line._waiting) == 1
    line._waiting.appendleft((-1, gone))
    line.release()  # given to it, and it is interrupted before it goes on
    assert order == []
    line._give_up(-1, gone)
    next_one.join(10)
    assert order == ["next"]


def test_shutting_waits_for_calls_that_run_and_refuses_new_ones() -> None:
    turns, begun, go = Turns(), threading.Event(), threading.Event()
    order = list[str]()

    def call() -> None:
        with turns.use():
            begun.set()
            assert go.wait(10)
            with turns.use():  # goes on within
                order.append("called")

    def shut() -> None:
        with turns.alone():
            order.append("shut")

    first, second = threading.Thread(target=call), threading.Thread(target=shut)
    first.start()
    assert begun.wait(10)
    second.start()
    deadline = time.monotonic() + 10
    while not turns._wanted:
        assert time.monotonic() < deadline
    with pytest.raises(Locked), turns.use():
        pass
    go.set()
    first.join(10)
    second.join(10)
    assert order == ["called", "shut"]
    with turns.use(), pytest.raises(UsageError, match="of its own"), turns.alone():
        pass


def test_a_writer_takes_its_turn_before_its_first_step() -> None:
    turns = Turns()
    with turns.writing("import"), turns, turns.writing("undo"):
        assert turns.writer == "import"
    with turns, pytest.raises(RuntimeError, match="before the first step"), turns.writing("import"):
        pass
    assert turns.writer == ""
