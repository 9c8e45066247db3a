"""The simulator of sleep regularity: what a fixed time and a narrower spread do, and that it holds on lived weeks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.simulators.regularity import SIMULATOR
from selftwin.domains.body.sleep.regularity import trailing
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

if TYPE_CHECKING:
    from selftwin.vocabulary.trajectory import Trajectory

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)  # a Monday


def nights(n: int = 84, *, late: float = 90.0, noise: float = 30.0, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Beginnings and ends of nights up to yesterday, later on weekends."""
    rng = np.random.default_rng(seed)
    weekend = np.array([(NOW - timedelta(days=n - i)).weekday() >= 5 for i in range(n)])
    start = -30 + late * weekend + rng.normal(0, noise, n)
    return start, start + 460 + rng.normal(0, 20, n)


def past(n: int = 84, **made: float) -> Remembered:
    start, end = nights(n, **made)  # type: ignore[arg-type]
    days = [NOW.date() - timedelta(days=n - i) for i in range(n)]
    daily = {"sleep.start": list(zip(days, start.tolist(), strict=True)),
             "sleep.end": list(zip(days, end.tolist(), strict=True))}  # fmt: skip
    return Remembered(NOW, daily=daily)


def specimen() -> tuple[Remembered, str]:
    """A past it can answer from, and a scenario it takes, for the promises of every simulator."""
    return past(), "sleep.start 23:15 for 20 d; sleep.midpoint.spread -20 % for 20 d"


def ask(text: str, of: Remembered | None = None, days: float | None = 28) -> list[Trajectory]:
    return SIMULATOR.imagine(of or past(), Question(scenario(text), AS_YOU_ARE, days))


def test_keeping_to_times_makes_sleep_more_regular_and_the_middle_vary_less() -> None:
    regular, spread = ask("sleep.start 23:15 for 28 d; sleep.end 07:00 for 28 d")
    assert (regular.signal, spread.signal) == SIMULATOR.gives
    assert regular.difference[-1].lo90 > 0
    assert spread.difference[-1].hi90 < 0
    assert regular.with_[0].at == "2026-03-02"
    assert len(regular.with_) == 28
    assert regular.n == 84


def test_who_sleeps_alike_all_week_gains_little_by_a_fixed_time() -> None:
    even = ask("sleep.start 23:15 for 28 d", past(late=0.0))[0]
    uneven = ask("sleep.start 23:15 for 28 d", past(late=120.0))[0]
    assert abs(even.difference[-1].mean) < uneven.difference[-1].mean / 3


def test_half_the_spread_is_half_the_spread_and_more_of_it_is_never_worse() -> None:
    ends = []
    for share in (20, 50, 80):
        regular, spread = ask(f"sleep.midpoint.spread -{share} %")
        ends.append(regular.with_[-1].mean)
    assert ends == sorted(ends)
    _, spread = ask("sleep.midpoint.spread -50 %")
    assert spread.with_[-1].mean == pytest.approx(spread.without[-1].mean / 2, rel=0.12)


def test_a_shift_of_every_night_changes_nothing_once_it_is_lived() -> None:
    assert abs(ask("sleep.start -30 min for 40 d; sleep.end -30 min for 40 d", days=40)[0].difference[-1].mean) < 0.01


def test_going_on_holds_on_weeks_to_come() -> None:
    inside = 0
    for seed in range(24):
        start, end = nights(84 + 28, seed=seed)
        known = [NOW.date() - timedelta(days=84 - i) for i in range(84)]
        daily = {key: list(zip(known, values[:84].tolist(), strict=True))
                 for key, values in (("sleep.start", start), ("sleep.end", end))}  # fmt: skip
        told = ask("sleep.midpoint.spread -1 %", Remembered(NOW, daily=daily))[0].without[-1]
        truth = trailing(start[-14:], end[-14:], 14)[0]
        inside += told.lo90 <= truth <= told.hi90
    assert 18 <= inside <= 24


def test_it_says_how_it_did_and_asks_for_what_it_needs() -> None:
    told = ask("sleep.midpoint.spread -20 %")[0]
    assert told.replayed is not None
    assert 0 <= told.replayed[0] <= told.replayed[1]
    assert any("naps" in line for line in told.assumptions)
    with pytest.raises(NothingYet, match="too few"):
        ask("sleep.midpoint.spread -20 %", past(10))
    with pytest.raises(UsageError, match="no share"):
        ask("sleep.start -50 %")
    with pytest.raises(UsageError, match="less than nothing"):
        ask("sleep.midpoint.spread -500 min")
