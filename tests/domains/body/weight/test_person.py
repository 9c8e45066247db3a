"""Who somebody is: what is asked for, what is refused, and how widely what is not measured is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.weight.person import activity, adults, read
from selftwin.vocabulary.errors import NothingYet, Refused

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
TODAY = NOW.date()
WEIGHTS = [(TODAY - timedelta(days=back), 80.0) for back in range(20, 0, -1)]
LUCK = np.random.default_rng(1).standard_normal((400, 4))


def past(given: dict[str, Any] | None = None, **daily: list[tuple[date, float]]) -> Remembered:
    known = {"height": 1.80, "age": 40.0, "sex": "male"} | (given or {})
    series = {key.replace("_", "."): rows for key, rows in daily.items() if key != "weight"}
    return Remembered(NOW, daily={"weight": daily.get("weight", WEIGHTS)} | series, given=known)


def test_everything_missing_is_named_with_how_to_note_it() -> None:
    with pytest.raises(NothingYet, match="height and year of birth") as caught:
        read(Remembered(NOW, daily={"weight": WEIGHTS}))
    assert "`selftwin note height 1.80`" in caught.value.hint
    assert "birth.year" in caught.value.hint
    with pytest.raises(NothingYet, match="weight"):
        read(past(weight=[]))


def test_children_and_pregnancy_are_refused() -> None:
    with pytest.raises(Refused, match="adults"):
        read(past({"age": 15.0}))
    began = NOW - timedelta(days=60)
    known = {"height": 1.7, "age": 30.0, "sex": "female"}
    woman = Remembered(NOW, {"pregnancy": [(began, "yes")]}, {"weight": WEIGHTS}, known)
    with pytest.raises(Refused, match="pregnancy"):
        read(woman)
    ended = [(began - timedelta(days=300), began - timedelta(days=30), "yes")]
    over = Remembered(NOW, {"pregnancy": ended}, {"weight": WEIGHTS}, known)
    assert read(over).female == 1.0
    closed = Remembered(NOW, {}, {"weight": WEIGHTS}, known, barred=frozenset({"pregnancy"}))
    assert read(closed).female == 1.0


def test_a_weight_told_now_is_today_s() -> None:
    person = read(past({"weight": 77.0}))
    assert (person.weight, int(person.days[-1])) == (77.0, person.today)
    assert len(person.days) == len(WEIGHTS) + 1


def test_a_watch_tells_what_a_day_takes() -> None:
    burned = [(TODAY - timedelta(days=back), 2600.0) for back in range(20, 0, -1)]
    person = read(past(energy_burned=burned))
    assert (person.spent, person.spent_days) == (2600.0, 20)
    rest = adults(person, np.full(400, 80.0), LUCK).rest
    levels = activity(person, rest, LUCK[:, 1])
    assert np.median(levels * rest) == pytest.approx(2600, rel=0.02)
    assert read(past(energy_burned=burned[:5])).spent is None


def test_resting_energy_is_right_within_a_tenth_for_about_eight_in_ten() -> None:
    start = adults(read(past()), np.full(400, 80.0), LUCK)
    usual = 9.99 * 80 + 625 * 1.8 - 4.92 * 40 + 5
    assert 0.7 < (np.abs(start.rest / usual - 1) < 0.1).mean() < 0.88
    assert np.allclose(start.fat + start.lean + start.water + 1.85, 80)


def test_where_no_sex_is_said_both_are_imagined() -> None:
    start = adults(read(past({"sex": "other"})), np.full(400, 80.0), LUCK)
    unknown = Remembered(NOW, daily={"weight": WEIGHTS}, given={"height": 1.80, "age": 40.0})
    assert read(unknown).female is None
    assert 0.4 < (start.water > 20.5).mean() < 0.6  # 21.1 kg in men of that size, 20.1 in women


def test_fat_measured_by_a_scale_is_taken_over() -> None:
    start = adults(read(past({"body_fat": 30.0})), np.full(400, 80.0), LUCK)
    assert start.fat.mean() / 80 == pytest.approx(0.30, abs=0.01)
