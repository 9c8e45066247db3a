from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.chapters.weight import CHAPTER
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.estimate import Trust

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
TODAY = NOW.date()


def weighed(per_day: float, *, seed: int = 0, days: int = 60, last: date = TODAY) -> Remembered:
    rng = np.random.default_rng(seed)
    rows = [(last - timedelta(n), 80 - per_day * n + rng.normal(0, 0.4)) for n in reversed(range(days))]
    return Remembered(NOW, daily={"weight": rows}, given={"height": 1.8})


def test_a_trend_is_read_with_bounds_that_hold_it() -> None:
    inside = 0
    for seed in range(40):
        found = CHAPTER.read(weighed(-0.05, seed=seed))
        trend = next(line for line in found.lines if line.name == "its trend, a week")
        inside += trend.low <= -0.35 <= trend.high
        assert trend.low < trend.value < trend.high
    assert inside >= 28  # of 40, at 9 in 10; blocks of few weeks are a little narrow


def test_body_mass_index_follows_from_height_and_is_asked_for_without() -> None:
    found = CHAPTER.read(weighed(0))
    index = next(line for line in found.lines if line.name == "body mass index")
    assert index.value == pytest.approx(found.lines[0].value / 1.8**2)
    assert (found.trust, found.missing) == (Trust.TRUSTED, ())
    bare = Remembered(NOW, daily={"weight": weighed(0).daily["weight"]})
    assert "height" in CHAPTER.read(bare).missing[0]


def test_a_weight_of_long_ago_says_nothing_of_now() -> None:
    with pytest.raises(NothingYet, match="weight"):
        CHAPTER.read(weighed(0, last=NOW.date() - timedelta(91)))
    with pytest.raises(NothingYet):
        CHAPTER.read(Remembered(NOW))


def test_two_weigh_ins_have_no_width_yet() -> None:
    found = CHAPTER.read(weighed(0, days=2))
    assert (found.lines[0].low, found.trust) == (None, Trust.NONE)
