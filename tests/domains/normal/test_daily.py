"""Learning resolved days: checkpoints that survive late, revised and damaged ones; what was known on an earlier day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.domains.normal.daily import HEAD, MARKS_KEPT, day_of, learn_days
from selftwin.learn.daily_checkpoint import to_bytes
from selftwin.vocabulary.signal import Category, Fold, Kind, Sensitivity, Signal

PULSE = Signal(
    "heart_rate.resting",
    "Resting heart rate",
    Category.PHYSIOLOGICAL,
    Kind.QUANTITY,
    "/min",
    Fold.LAST,
    Sensitivity.HEALTH,
)
START = date(2023, 1, 2)


def frame(n: int, *, seed: int = 0, left_out=()) -> pl.DataFrame:
    values = 58 + 2 * np.random.default_rng(seed).standard_normal(n)
    days = [START + timedelta(i) for i in range(n)]
    return pl.DataFrame({"day": days, "value": values}).filter(~pl.col("day").is_in([days[i] for i in left_out]))


def same(one, other) -> bool:
    return to_bytes(one.memory) == to_bytes(other.memory)


@settings(max_examples=12, deadline=None)
@given(n=st.integers(2, 150), kept=st.integers(1, 149), revised=st.integers(0, 149), late=st.booleans())
def test_replaying_from_a_checkpoint_equals_learning_from_scratch(n, kept, revised, late):
    kept, revised = min(kept, n - 1), min(revised, n - 1)
    before = frame(n, left_out=[revised] if late else []).head(kept)
    after = frame(n).with_columns(value=pl.when(pl.int_range(pl.len()) == revised).then(99.0).otherwise("value"))
    checkpoint = learn_days(before, PULSE).checkpoint()
    assert same(learn_days(after, PULSE, checkpoint=checkpoint), learn_days(after, PULSE))


def test_marks_are_kept_and_only_unchanged_ones_are_replayed_from():
    days = frame(200)
    learnt = learn_days(days, PULSE)
    assert [mark.after for mark in learnt.marks] == [168, 196]
    assert len(learnt.marks) == MARKS_KEPT
    changed = days.with_columns(value=pl.when(pl.int_range(pl.len()) == 180).then(99.0).otherwise("value"))
    again = learn_days(changed, PULSE, checkpoint=learnt.checkpoint())
    assert again.marks[0].body == learnt.marks[0].body
    assert again.marks[1].body != learnt.marks[1].body


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: b"",
        lambda kept: kept[:-40],
        lambda kept: kept.replace(HEAD, b"selftwin learnt daily-0\n"),
        lambda kept: kept[: len(HEAD) + 60] + bytes(50) + kept[len(HEAD) + 110 :],
        lambda kept: HEAD + b"\xff" * 300,
    ],
)
def test_a_checkpoint_of_another_model_or_a_damaged_one_is_passed_over(spoil):
    days = frame(90)
    checkpoint = learn_days(days.head(70), PULSE).checkpoint()
    assert same(learn_days(days, PULSE, checkpoint=spoil(checkpoint)), learn_days(days, PULSE))


def test_the_past_is_seen_from_its_own_days_alone():
    days = frame(120, left_out=[50, 51])
    learnt = learn_days(days, PULSE)
    for at in (START + timedelta(51), START + timedelta(100)):
        assert same(learnt.until(at), learn_days(days.filter(pl.col("day") <= at), PULSE))
    assert learnt.until(START + timedelta(500)) is learnt
    assert learnt.until(None) is learnt


def test_days_without_a_number_are_no_days_and_order_does_not_matter():
    holes = pl.DataFrame(
        {"day": [START + timedelta(i) for i in range(40, 43)], "value": [float("nan"), float("inf"), None]}
    )
    days = frame(40)
    assert same(learn_days(pl.concat([days, holes]).reverse(), PULSE), learn_days(days, PULSE))


def test_a_day_given_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        learn_days(pl.concat([frame(5), frame(5)]), PULSE)


def test_days_count_from_1970():
    assert day_of(0) == date(1970, 1, 1)
    assert day_of(int(learn_days(frame(3), PULSE).days[-1])) == START + timedelta(2)
