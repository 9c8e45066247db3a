from __future__ import annotations

import inspect
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.domains.body.glucose import safety
from selftwin.domains.body.glucose.safety import (
    EMERGENCY_HIGH,
    EMERGENCY_LOW,
    Settings,
    Standing,
    check_doses,
    check_start,
    clamp,
    emergency,
    has_insulin,
)
from selftwin.vocabulary.errors import Refused
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
SOUND = Standing(level=120.0, newest=NOW - timedelta(minutes=5), days=20, sensor_began=None, on_insulin=True)
OWN = Settings(largest=8.0, together=14.0, long=20.0, basal=1.2)


def start(standing: Standing, *, has_dose: bool = True, is_live: bool = True) -> None:
    check_start(standing, now=NOW, has_dose=has_dose, is_live=is_live)


def test_a_sound_start_is_let_through() -> None:
    start(SOUND)


@pytest.mark.parametrize(
    ("sound", "unsound", "words"),
    [
        (
            {"newest": NOW - timedelta(minutes=15)},
            {"newest": NOW - timedelta(minutes=15, seconds=1)},
            "older than 15 minutes",
        ),
        ({"sensor_began": NOW - timedelta(hours=2)}, {"sensor_began": NOW - timedelta(hours=2, seconds=-1)}, "warming"),
        ({"days": 14}, {"days": 13}, "14 days"),
        ({"level": 70.0}, {"level": 69.999}, "under 70"),
    ],
)
def test_each_refusal_begins_exactly_at_its_boundary(sound: dict, unsound: dict, words: str) -> None:
    start(replace(SOUND, **sound))
    with pytest.raises(Refused, match=words) as refused:
        start(replace(SOUND, **unsound))
    assert refused.value.hint
    start(replace(SOUND, **unsound), is_live=False)


def test_nothing_known_at_all_is_stale() -> None:
    with pytest.raises(Refused, match="15 minutes"):
        start(replace(SOUND, newest=None, level=None))


def test_without_insulin_in_the_plan_only_staleness_binds_and_only_people_on_insulin() -> None:
    stale = replace(SOUND, newest=NOW - timedelta(hours=3))
    with pytest.raises(Refused, match="15 minutes"):
        start(stale, has_dose=False)
    start(replace(stale, on_insulin=False), has_dose=False)
    low_and_new = replace(SOUND, level=60.0, days=3, sensor_began=NOW - timedelta(minutes=61))
    start(low_and_new, has_dose=False)


def test_a_dose_binds_whoever_types_it() -> None:
    with pytest.raises(Refused):
        start(replace(SOUND, on_insulin=False, days=5))


def doses(*fast: tuple[int, float], long: float = 0.0, basal: float = 0.0, own: Settings = OWN, carbs: float = 0.0):
    check_doses(fast, [(0, long)] if long else [], basal, own, carbs=carbs, level=180.0)


def test_doses_within_the_persons_own_are_shown_and_larger_ones_refused() -> None:
    doses((0, 8.0), long=20.0, basal=1.2)
    for refused in ({"fast": (0, 8.01)}, {"long": 20.1}, {"basal": 1.3}):
        with pytest.raises(Refused):
            doses(*([refused.pop("fast")] if "fast" in refused else []), **refused)


def test_many_small_doses_are_no_way_round_a_large_one() -> None:
    doses((0, 7.0), (60, 7.0))
    with pytest.raises(Refused, match="Together"):
        doses((0, 7.0), (60, 7.0), (359, 0.5))
    doses((0, 7.0), (60, 7.0), (421, 7.0), own=replace(OWN, together=14.0))


def test_their_own_ratios_open_the_standard_bolus_and_no_more() -> None:
    nothing = Settings(ratio=10.0)
    doses((0, 6.0), own=nothing, carbs=60.0)
    with pytest.raises(Refused):
        doses((0, 6.1), own=nothing, carbs=60.0)
    corrected = replace(nothing, sensitivity=40.0, target=100.0)
    doses((0, 8.0), own=corrected, carbs=60.0)
    with pytest.raises(Refused):
        doses((0, 8.1), own=corrected, carbs=60.0)
    with pytest.raises(Refused):
        doses((0, 0.5), own=Settings())


def test_refusals_never_say_a_number_of_units() -> None:
    for own, fast in ((Settings(largest=8.25, together=40.0), (0, 9.0)), (Settings(ratio=7.0), (0, 30.0))):
        with pytest.raises(Refused) as refused:
            doses(fast, own=own, carbs=50.0)
        assert not re.search(r"\d", f"{refused.value} {refused.value.hint}")


def test_no_public_function_of_the_house_of_safety_returns_a_dose() -> None:
    public = [one for name, one in vars(safety).items() if inspect.isfunction(one) and not name.startswith("_")]
    returned = {one.__name__: one.__annotations__["return"] for one in public if one.__module__ == safety.__name__}
    assert returned == {
        "has_insulin": "bool",
        "check_start": "None",
        "check_doses": "None",
        "clamp": "Floats",
        "emergency": "tuple[str, ...]",
    }


@given(st.lists(st.floats(-500, 2000), min_size=2, max_size=50))
def test_clamps_keep_the_order_of_any_two_values(levels: list[float]) -> None:
    held = clamp(np.array(sorted(levels)))
    assert (np.diff(held) >= 0).all()
    assert held.min() >= 20
    assert held.max() <= 600
    inside = [level for level in levels if 20 <= level <= 600]
    assert clamp(np.array(inside)).tolist() == inside


@pytest.mark.parametrize(
    ("level", "said"),
    [(54.0, ()), (53.9, (EMERGENCY_LOW,)), (300.0, ()), (300.1, (EMERGENCY_HIGH,)), (120.0, ()), (None, ())],
)
def test_extremes_of_now_have_fixed_words(level: float | None, said: tuple[str, ...]) -> None:
    assert emergency(level) == said


def test_extremes_ahead_have_them_too() -> None:
    flat = np.full((4, 10), 120.0)
    low, high = flat.copy(), flat.copy()
    low[:3, 5], high[:, 5] = 50, 320
    assert emergency(120.0, [flat, low]) == (EMERGENCY_LOW,)
    assert emergency(120.0, [high, low]) == (EMERGENCY_LOW, EMERGENCY_HIGH)
    one = flat.copy()
    one[0, 5] = 50
    assert emergency(120.0, [one]) == ()


def test_insulin_is_seen_in_any_scenario() -> None:
    assert has_insulin(scenario("insulin.bolus 3 U"))
    assert has_insulin(AS_YOU_ARE, scenario("meal.carbs 60 g; insulin.basal -50 % for 3 h"))
    assert not has_insulin(scenario("meal.carbs 60 g"), AS_YOU_ARE)
