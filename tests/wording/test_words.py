from __future__ import annotations

from datetime import UTC, datetime

import pytest

from selftwin.vocabulary.estimate import Step, Trust
from selftwin.wording.words import chance_above, spelled, stamp, sureness, trusted

STEP = Step("2026-03-13", 50.0, 45, 55, 40, 60, 35, 65)


@pytest.mark.parametrize(
    ("per_cent", "word"),
    [(95, "almost surely"), (94, "very likely"), (85, "very likely"), (84, "likely"), (65, "likely"),
     (64, "about even"), (36, "about even"), (35, "unlikely"), (16, "unlikely"), (15, "very unlikely"),
     (6, "very unlikely"), (5, "almost surely not")],
)  # fmt: skip
def test_sureness_changes_words_where_the_identity_says(per_cent: int, word: str) -> None:
    assert sureness(per_cent) == f"{word}, {per_cent} %"


@pytest.mark.parametrize(
    ("bound", "chance"), [(20, 95), (35, 95), (40, 90), (45, 75), (50, 50), (52.5, 37.5), (55, 25), (65, 5), (90, 5)]
)
def test_chances_are_read_off_the_intervals_and_stop_at_their_edge(bound: float, chance: float) -> None:
    assert chance_above(STEP, bound) == pytest.approx(chance)


def test_without_intervals_no_chance_is_told() -> None:
    assert chance_above(Step("2026-03-13", 50.0), 40) is None


def test_an_interval_without_width_is_even_on_its_value() -> None:
    chance = chance_above(Step("2026-03-13", 1, 1, 1, 1, 1, 1, 1), 1)
    assert chance is not None
    assert 5 <= chance <= 95


def test_trust_says_what_stands_behind_it() -> None:
    assert trusted(Trust.FIRST, 9, "day") == "◐ first impression, 9 days; trusted after 14"
    assert trusted(Trust.NONE, 1, "night") == "○ 1 night noted; three more are needed"


def test_long_runs_are_figures() -> None:
    assert spelled(13, "day") == "13 days"
    assert spelled(2, "night") == "two nights"


def test_moments_are_told_on_this_machines_clock() -> None:
    moment = datetime(2026, 11, 19, 7, 31, tzinfo=UTC)
    assert stamp(moment).endswith(f"{moment.astimezone():%H:%M}")
