"""One observation by hand goes the way of every other, in the person's units, or is refused before it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.vocabulary.errors import UnitError, UnknownSignal, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin import Twin

AT = datetime(2024, 5, 1, 20, 30)


def test_a_value_is_kept_in_the_unit_of_its_signal(twin: Twin) -> None:
    account = twin.observe("weight", 176.37, at=AT, unit="lb")
    twin.observe("glucose", 5.0, at=AT, unit="mmol/L")
    assert twin.days("weight")["value"].to_list() == pytest.approx([80.0], abs=0.01)
    assert twin.days("glucose")["value"].to_list() == pytest.approx([90.1], abs=0.1)
    assert account.files[0].observations.new == 1
    assert twin.batches()[1].number == account.batch
    assert twin.batches()[1].what == "weight by hand"


def test_a_wall_clock_stays_and_a_moment_is_placed(twin: Twin) -> None:
    twin.observe("caffeine", 80.0, at=datetime(2024, 6, 1, 23, 30))
    twin.observe("caffeine", 90.0, at=datetime(2024, 6, 1, 23, 30, tzinfo=UTC))
    assert [stamp.day for stamp in twin.series("caffeine")["local"]] == [1, 2]
    assert twin.days("caffeine")["day"].to_list() == [date(2024, 6, 1), date(2024, 6, 2)]


def test_without_a_time_it_is_now(twin: Twin) -> None:
    twin.observe("mood", 4)
    assert abs(twin.series("mood")["at"][0] - datetime.now(UTC)) < timedelta(minutes=1)


def test_states_words_and_things_nobody_catalogued_are_kept_too(twin: Twin) -> None:
    twin.observe("sleep.stage", "deep", at=AT, until=AT + timedelta(hours=3))
    twin.observe("note", "ünïcode", at=AT)
    twin.observe("other.pond_level", 1.5, at=AT, unit="m")
    assert twin.series("sleep.stage")["text"].to_list() == ["deep"]
    assert twin.days("sleep.deep")["value"].to_list() == [180.0]
    assert twin.series("note")["text"].to_list() == ["ünïcode"]
    assert twin.series("other.pond_level").select("value", "unit").rows() == [(1.5, "m")]


def test_the_same_twice_is_two_and_can_be_taken_back(twin: Twin) -> None:
    first = twin.observe("steps", 500, at=AT)
    twin.observe("steps", 500, at=AT)
    assert twin.series("steps").height == 2
    assert twin.undo(first.batch) == (1, [])
    assert twin.days("steps")["value"].to_list() == [500.0]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda twin: twin.observe("wieght", 80.0), UnknownSignal, "wieght"),
        (lambda twin: twin.observe("weight", 80.0, unit="m"), UnitError, "kg"),
        (lambda twin: twin.observe("weight", -3.0), UsageError, "outside what is possible"),
        (lambda twin: twin.observe("weight", float("nan")), UsageError, "not a finite number"),
        (lambda twin: twin.observe("weight", "heavy"), UsageError, "takes a number in kg"),
        (lambda twin: twin.observe("sleep.stage", "snoring"), UsageError, "unknown state"),
        (lambda twin: twin.observe("weight", 80.0, at=datetime(1601, 1, 1)), UsageError, "a date outside"),
        (lambda twin: twin.observe("weight", 80.0, at=AT, until=AT - timedelta(1)), UsageError, "before it begins"),
    ],
)
def test_what_cannot_be_true_is_refused_and_nothing_is_kept(
    twin: Twin, call: Callable[[Twin], object], error: type[Exception], words: str
) -> None:
    before = twin.batches()
    with pytest.raises(error, match=words):
        call(twin)
    assert twin.batches() == before
