"""What kinds of signals there are, and which of them can have a normal band."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftwin.vocabulary.catalogue import signals
from selftwin.vocabulary.signal import Category, Fold, Kind, Sensitivity, Signal

WEIGHT = Signal("weight", "Weight", Category.PHYSIOLOGICAL, Kind.QUANTITY, "kg", Fold.LAST, Sensitivity.HEALTH)


def test_six_categories_hold_a_life() -> None:
    assert [category.value for category in Category] == [
        "physiological", "behavioural", "transactional", "contextual", "demographic", "genetic",
    ]  # fmt: skip
    assert {signal.category for signal in signals()} == set(Category)


@pytest.mark.parametrize(
    ("kind", "fold", "numeric"),
    [
        (Kind.QUANTITY, Fold.LAST, True),
        (Kind.EVENT, Fold.COUNT, True),
        (Kind.STATE, Fold.DURATION, True),
        (Kind.STATE, Fold.COUNT, True),
        (Kind.STATE, Fold.LAST, False),
        (Kind.TEXT, Fold.COUNT, False),
    ],
)
def test_days_that_are_numbers_can_be_normal_and_words_cannot(kind: Kind, fold: Fold, *, numeric: bool) -> None:
    assert replace(WEIGHT, kind=kind, fold=fold).numeric is numeric
