"""Heavy answers: computed once for a state of the twin, never shown when old, but while an import goes on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from selftwin.vocabulary.errors import NothingYet
from selftwin.web.answers import SOONEST, Answers, Preparing


@dataclass
class Counted:
    """Stands for a twin: how often it was asked, a state that moves, and how often something was taken away."""

    changed: int = 0
    taken: int = 0
    locked: bool = False
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


def test_no_old_answer_stands_while_something_is_taken_away() -> None:
    twin = Counted()
    answers = Answers(lambda: twin, busy=lambda: True)  # type: ignore[arg-type, return-value]
    twin.go.set()
    answers.ask("overview", patience=5)
    twin.go.clear()
    twin.changed, twin.taken = 1, 1
    with pytest.raises(Preparing):
        answers.ask("overview", patience=0.01)
    twin.changed, twin.taken = 2, 2
    with pytest.raises(Preparing):  # nor does what was begun between
        answers.ask("overview", patience=0.01)
    twin.go.set()
    assert answers.ask("overview", patience=5) == "of state 2"
    assert len(twin.asked) == 3


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


def drawing(answers: Answers, *args: object, whole: bool = True) -> int:
    """A part of a page; how often it was made before."""

    def make() -> tuple[int, bool]:
        made.append(args)
        return len(made), whole

    return int(answers.drawn("part", make, *args))


made: list[object] = []


def test_a_part_of_a_page_is_made_once_for_each_state_and_each_question() -> None:
    made.clear()
    twin = Counted()
    answers = Answers(lambda: twin)  # type: ignore[arg-type, return-value]
    assert [drawing(answers), drawing(answers), drawing(answers, "1y")] == [1, 1, 2]
    twin.changed += 1
    assert drawing(answers) == 3
    answers.clear()
    assert drawing(answers) == 4


def test_a_part_that_still_waits_for_something_is_made_again() -> None:
    made.clear()
    twin = Counted()
    answers = Answers(lambda: twin)  # type: ignore[arg-type, return-value]
    assert [drawing(answers, whole=False), drawing(answers, whole=False)] == [1, 2]


def test_an_old_part_stands_only_while_something_is_written_and_nothing_was_taken_away() -> None:
    made.clear()
    twin, busy = Counted(), [True]
    answers = Answers(lambda: twin, busy=lambda: busy[0])  # type: ignore[arg-type, return-value]
    drawing(answers)
    twin.changed += 1
    assert drawing(answers) == 1
    twin.taken += 1
    assert drawing(answers) == 2
    twin.changed += 1
    busy[0] = False
    assert drawing(answers) == 3


def test_nothing_that_was_made_of_a_twin_stays_when_it_locks_meanwhile() -> None:
    made.clear()
    twin = Counted(locked=True)
    answers = Answers(lambda: twin)  # type: ignore[arg-type, return-value]
    assert [drawing(answers), drawing(answers)] == [1, 2]


def test_a_quick_question_never_waits_behind_heavy_ones() -> None:
    twin = Counted()
    answers = Answers(lambda: twin)  # type: ignore[arg-type, return-value]
    for at in ("today", "yesterday", "before"):
        with pytest.raises(Preparing):
            answers.ask("overview", at=at, patience=0.01)
    assert answers.made("quick", lambda _: "at once", patience=5) == "at once"
    twin.go.set()


def test_in_an_import_an_answer_is_made_anew_now_and_then_and_not_at_every_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    twin, busy, now = Counted(), [True], [0.0]
    monkeypatch.setattr("selftwin.web.answers.time.monotonic", lambda: now[0])
    answers = Answers(lambda: twin, busy=lambda: busy[0])  # type: ignore[arg-type, return-value]
    twin.go.set()
    answers.ask("overview", patience=5)
    for _ in range(5):
        twin.changed += 1
        assert answers.ask("overview", patience=5) == "of state 0"
    assert len(twin.asked) == 1
    now[0] += SOONEST
    answers.ask("overview", patience=5)
    busy[0] = False
    assert answers.ask("overview", patience=5) == "of state 5"
    assert len(twin.asked) == 2
