from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.domains.body.measures.glycaemia import RANGES, active_share, glycaemia, gmi, in_ranges, risk

DAY = 86400.0


def week(days: int = 15, *, interval: float = 300.0, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Days that differ from one another."""
    rng = np.random.default_rng(seed)
    times = np.arange(0, days * DAY, interval)
    by_day = rng.normal(0, 15, days)[(times // DAY).astype(int)]
    return times, 140 + by_day + 40 * np.sin(times / DAY * 6 * np.pi) + rng.normal(0, 5, len(times))


@pytest.mark.parametrize(
    ("glucose", "place"),
    [(53.9, 0), (54, 1), (69.9, 1), (70, 2), (180, 2), (180.1, 3), (250, 3), (250.1, 4), (1, 0), (500, 4)],
)
def test_the_ranges_part_where_the_consensus_parts_them(glucose: float, place: int) -> None:
    assert in_ranges(np.array([glucose])).tolist() == [place]


def test_shares_mean_and_spread_of_a_hand_counted_stretch() -> None:
    values = np.array([50.0, 60, 100, 120, 140, 160, 200, 240, 300, 130])
    seen = glycaemia(np.arange(10) * 300.0, values)
    assert [seen[name].value for name in RANGES] == [10, 10, 50, 20, 10]
    assert seen["mean"].value == 150
    assert seen["sd"].value == pytest.approx(values.std(ddof=1))
    assert seen["cv"].value == pytest.approx(100 * values.std(ddof=1) / 150)
    assert seen["gri"].value == pytest.approx(3.0 * 10 + 2.4 * 10 + 1.6 * 10 + 0.8 * 20)
    assert seen["gmi"].value == gmi(150) == pytest.approx(6.898)
    assert (seen.readings, seen.days, seen.active, seen.trusted) == (10, 1, 100.0, False)
    assert seen["mean"].low is None


def test_gmi_meets_the_papers_table() -> None:
    # Bergenstal 2018: mean glucose 100, 150, 200, 250 and 350 mg/dL are a GMI of 5.7, 6.9, 8.1, 9.3 and 11.7
    assert [round(gmi(mean), 1) for mean in (100, 150, 200, 250, 350)] == [5.7, 6.9, 8.1, 9.3, 11.7]


def test_the_index_of_glycaemia_risk_stops_at_a_hundred() -> None:
    assert glycaemia(np.arange(4) * 300.0, np.full(4, 45.0))["gri"].value == 100


def test_risk_is_none_at_its_middle_and_grows_both_ways() -> None:
    low, high = risk(np.array([40.0, 70.0, 112.5, 180.0, 400.0]))
    assert low[2] + high[2] < 0.01
    assert low[0] > low[1] > 0 == low[3] == low[4]
    assert high[4] > high[3] > 0 == high[0] == high[1]
    # Kovatchev: 20 mg/dL and 600 mg/dL, the ends of the scale, carry a risk of 100
    assert risk(np.array([20.0]))[0][0] == pytest.approx(100, abs=0.5)
    assert risk(np.array([600.0]))[1][0] == pytest.approx(100, abs=0.5)


def test_bounds_hold_the_figure_and_come_of_days_not_of_readings() -> None:
    times, values = week()
    seen = glycaemia(times, values)
    for figure in seen.figures:
        assert figure.low is not None
        assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9
    by_day = values.reshape(15, -1).mean(axis=1)
    width = 2 * 1.645 * by_day.std(ddof=1) / math.sqrt(15)
    assert seen["mean"].high - seen["mean"].low == pytest.approx(width, rel=0.25)


def test_bounds_are_the_same_by_seed_and_need_four_days() -> None:
    times, values = week()
    assert glycaemia(times, values, seed=3) == glycaemia(times, values, seed=3)
    few = times < 3 * DAY
    assert glycaemia(times[few], values[few])["mean"].low is None


def test_fourteen_days_with_seventy_per_cent_are_trusted() -> None:
    times, values = week(14)
    assert glycaemia(times, values).trusted
    assert not glycaemia(times[times < 13 * DAY], values[times < 13 * DAY]).trusted
    some = np.random.default_rng(0).random(len(times)) < 0.72
    fewer = np.random.default_rng(0).random(len(times)) < 0.66
    assert glycaemia(times[some], values[some], interval=300).trusted
    assert not glycaemia(times[fewer], values[fewer], interval=300).trusted


def test_readings_given_twice_count_once_among_those_expected() -> None:
    times = np.repeat(np.arange(0, DAY, 900.0), 2)
    assert active_share(times, interval=900.0) == 100.0


@given(st.lists(st.floats(20, 500), min_size=2, max_size=60))
def test_shares_add_up_and_figures_are_finite(values: list[float]) -> None:
    seen = glycaemia(np.arange(len(values)) * 3600.0, np.array(values))
    assert sum(seen[name].value for name in RANGES) == pytest.approx(100)
    assert all(math.isfinite(figure.value) for figure in seen.figures)


def test_what_cannot_be_read_off_is_refused() -> None:
    for times, values in (([0.0], [100.0]), ([0.0, 300.0], [100.0, math.nan]), ([300.0, 0.0], [100.0, 100.0])):
        with pytest.raises(ValueError, match="reading"):
            glycaemia(np.array(times), np.array(values))
