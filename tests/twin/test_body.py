"""The report on a body holds every chapter that can speak, says what the silent ones need, and is in the record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.vocabulary.errors import NothingYet, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin

LAST = date(2026, 3, 12)


@pytest.fixture(scope="module")
def weighed(twin: Twin, folder: Callable[[dict[str, str | bytes]], Path], weights: Callable[..., str]) -> Twin:
    twin.import_paths([folder({"w.csv": weights(LAST - timedelta(29), [80.0 - 0.1 * n for n in range(30)])})])
    return twin


def test_chapters_that_can_speak_do_and_the_others_say_what_they_need(weighed: Twin) -> None:
    found = weighed.body(at=LAST, given=["height 1.8 m"])
    assert [one.chapter for one in found.findings] == ["weight"]
    trend = next(line for line in found.findings[0].lines if line.name == "its trend, a week")
    assert trend.value == pytest.approx(-0.7, abs=0.02)
    silent = {"Glucose", "Blood pressure", "Fitness", "Sleep", "Walking", "Rhythm"}
    assert {title for title, _ in found.silent} == silent
    assert all("." in why for _, why in found.silent)


def test_one_chapter_is_asked_for_by_name(weighed: Twin) -> None:
    assert weighed.body("weight", at=LAST).findings[0].chapter == "weight"
    with pytest.raises(NothingYet, match="sleep"):
        weighed.body("sleep", at=LAST)
    with pytest.raises(UsageError, match="no chapter") as told:
        weighed.body("soul")
    assert "glucose" in told.value.hint


def test_it_is_told_as_it_was_known_then(weighed: Twin) -> None:
    then = weighed.body("weight", at=LAST - timedelta(10)).findings[0]
    assert then.newest <= (LAST - timedelta(10)).isoformat()
    assert then.lines[0].value > weighed.body("weight", at=LAST).findings[0].lines[0].value


def test_models_read_and_the_owner_looked_in_the_record(weighed: Twin) -> None:
    known = len(weighed.audit.entries())
    weighed.body("weight", at=LAST)
    told = {(one.party, one.signal) for one in weighed.audit.entries()[known:]}
    assert {("models", "weight"), ("owner", "weight/body")} <= told
