"""Lengths of time and ends of grants, as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from selftwin.vocabulary.errors import UsageError
from selftwin.wording.lengths import end_of, length


@pytest.mark.parametrize(
    ("said", "days"),
    [("30d", 30), ("2w", 14), ("3 months", 90), ("3mo", 90), ("1y", 365), (" 10 Days ", 10), ("1.5 hours", 1 / 16),
     ("10min", 1 / 144), ("90s", 1 / 960)],
)  # fmt: skip
def test_a_length_is_read_as_people_write_it(said: str, days: int) -> None:
    assert length(said) == timedelta(days=days)


@pytest.mark.parametrize("said", ["", "0d", "soon", "30", "99999d", "-2d", "30d or so", "101y", "0min", "5 moons"])
def test_what_is_no_length_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        length(said)


def test_a_letter_that_may_be_minutes_or_months_is_asked_back() -> None:
    with pytest.raises(UsageError, match="minutes or months"):
        length("3m")


def test_a_day_holds_to_its_end_and_a_moment_to_itself() -> None:
    assert f"{end_of('2026-02-14'):%Y-%m-%d %H:%M}" == "2026-02-15 00:00"
    assert f"{end_of('2026-02-14T08:30'):%Y-%m-%d %H:%M}" == "2026-02-14 08:30"
    assert end_of("2026-02-14").tzinfo is not None
    with pytest.raises(UsageError):
        end_of("9999-12-31")
