"""Heavy answers: computed once for a state of the twin, never shown when old, but while an import goes on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from selftwin.vocabulary.errors import NothingYet
from selftwin.web.answers import Answers, Preparing


@dataclass
class Counted:
    """Stands for a twin: how often it was asked, and a state that moves."""

    changed: int = 0
    asked: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def overview(self, *, at: str = "") -> str:
        self.asked.append(at)
        assert self.go.wait(5)
        return f"of state {self.changed}"

    def normal(self, key: str) -> str:
        raise NothingYet(f"Nothing of {key}.")


def test_an_answer_is_computed_once_for_each_state_and_each_question() -> None:
    twin = Counted()
    answers = Answers(lambda: twin)  # type: ignore[arg-type, return-value]
    twin.go.set()
    assert [answers.ask("overview", patience=5) for _ in range(3)] == ["of state 0"] * 3
    answers.ask("overview", at="yesterday", patience=5)
    assert twin.asked == ["", "yesterday"]
    twin.changed += 1
    assert answers.ask("overview", patience=5) == "of state 1"


def test_what_takes_long_is_being_prepared_and_then_there() -> None:
    twin = Counted()
    answers = Answers(lambda: twin)  # type: ignore[arg-type, return-value]
    for _ in range(3):
        with pytest.raises(Preparing):
            answers.ask("overview", patience=0.01)
    twin.go.set()
    assert answers.ask("overview", patience=5) == "of state 0"
    assert len(twin.asked) == 1


def test_an_old_answer_stands_only_while_something_is_written() -> None:
    twin, busy = Counted(), [True]
    answers = Answers(lambda: twin, busy=lambda: busy[0])  # type: ignore[arg-type, return-value]
    twin.go.set()
    answers.ask("overview", patience=5)
    twin.go.clear()
    twin.changed += 1
    assert answers.ask("overview") == "of state 0"
    busy[0] = False
    twin.changed += 1
    with pytest.raises(Preparing):
        answers.ask("overview", patience=0.01)
    twin.go.set()


def test_what_the_twin_refuses_is_raised_each_time() -> None:
    twin = Counted()
    answers = Answers(lambda: twin)  # type: ignore[arg-type, return-value]
    for _ in range(2):
        with pytest.raises(NothingYet, match="weight"):
            answers.ask("normal", "weight", patience=5)


def test_nothing_is_left_once_it_is_forgotten() -> None:
    twin = Counted()
    answers = Answers(lambda: twin)  # type: ignore[arg-type, return-value]
    twin.go.set()
    answers.ask("overview", patience=5)
    answers.clear()
    twin.go.clear()
    with pytest.raises(Preparing):
        answers.ask("overview", patience=0.01)
    twin.go.set()
