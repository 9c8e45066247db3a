"""What helps: the hidden causes of a made life are found at their lags, what only goes with them is called so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from bench._effects_lives import lives
from bench.effects_life import score
from tests.domains.body.remembering import Remembered

from selftwin.domains.habits.effects import RATE, look
from selftwin.domains.habits.effects_about import of
from selftwin.domains.habits.effects_days import SILENT, days
from selftwin.domains.habits.effects_table import When, causes, lags, outcome, outcomes
from selftwin.domains.habits.effects_telling import NO_CAUSE, UNNOTED, UNSEEN, helps
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.effect import Rung
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError

if TYPE_CHECKING:
    from bench._effects_lives import Link, Lived

    from selftwin.domains.habits.effects import Seen
    from selftwin.vocabulary.effect import Effect

FIRST = date(2025, 1, 1)
COUNT = 200


@pytest.fixture(scope="module")
def life() -> tuple[Lived, list[Link]]:
    return lives(70201, days=300, forms=("linear",))["linear"]


@pytest.fixture(scope="module")
def seen(life: tuple[Lived, list[Link]]) -> Seen:
    return look(life[0])


def one(seen: Seen, cause: str, on: str) -> Effect:
    return next(one for one in seen.effects if (one.cause, one.outcome) == (cause, on))


def small(**daily: list[float | None]) -> Remembered:
    """Days of some signals from FIRST on, None where nothing is known; underscores stand for dots."""
    rows = {
        key.replace("_", "."): [(FIRST + timedelta(n), value) for n, value in enumerate(values) if value is not None]
        for key, values in daily.items()
    }
    return Remembered(datetime.combine(FIRST + timedelta(COUNT), datetime.min.time(), UTC), daily=rows, replay=True)


def test_hidden_causes_are_found_at_their_lags_with_their_sizes(life: tuple[Lived, list[Link]], seen: Seen) -> None:
    sizes = {"heart_rate.resting": 1.6, "sleep.awake": 6.3}
    for on, size in sizes.items():
        found = one(seen, "alcohol.drinks", on)
        assert (found.lag, found.rung) == (1, Rung.ADJUSTED)
        assert found.size == pytest.approx(size, rel=0.2)
        assert found.low < found.size < found.high
        assert found.q is not None
        assert found.q <= RATE
        assert found.zero is not None
        assert found.zero > 1.0
        assert 30 < found.moved < found.n
    strong = {(link.causes[0], link.outcome): link.lags for link in life[1] if link.causes[0] == "alcohol.drinks"}
    found_at = {(effect.cause, effect.outcome): effect.lag for effect in seen.effects}
    assert all(found_at[pair] in lags_ for pair, lags_ in strong.items())


def test_what_only_goes_with_a_cause_is_called_so(seen: Seen) -> None:
    low = [effect for effect in seen.effects if effect.rung is Rung.ASSOCIATION]
    assert all(effect.notes[0] == NO_CAUSE and effect.zero is None and not effect.adjusted_for for effect in low)
    high = [effect for effect in seen.effects if effect.rung is Rung.ADJUSTED]
    assert all(effect.notes[0] == UNSEEN and "weekday" in effect.adjusted_for for effect in high)
    assert [*high, *low] == list(seen.effects)


def test_sizes_are_of_a_step_in_the_outcomes_unit(seen: Seen) -> None:
    found = one(seen, "alcohol.drinks", "sleep.awake")
    assert (found.step, found.step_unit, found.unit) == (1.0, "{drinks}", "min")
    assert UNNOTED in found.notes
    behind = {key for key, _, _ in found.lineage}
    assert {"alcohol.drinks", "sleep.awake", "caffeine", "energy.intake", "heart_rate.resting"} <= behind
    assert all(nature(key) for key in behind)
    assert found.first < found.last


def test_a_pair_asked_alone_tells_every_lag_and_what_tried_to_refute_it(life: tuple[Lived, list[Link]]) -> None:
    asked = look(life[0], on="sleep.awake", cause="alcohol.drinks")
    assert sorted(effect.lag for effect in asked.effects) == [1, 2, 3]
    assert all(effect.q is None for effect in asked.effects)
    best = min(asked.effects, key=lambda effect: effect.p)
    assert best.lag == 1
    tried = {one.name: one.stood for one in best.refutations}
    assert tried["cause moved in time"] is True
    assert tried["hidden cause"] is None
    assert not any(effect.refutations for effect in asked.effects if effect is not best)


def test_every_link_of_the_life_is_scored(life: tuple[Lived, list[Link]]) -> None:
    told, false = score(*life, "linear")
    strong = [one for one in told if (one.cause, one.outcome) == ("alcohol.drinks", "heart_rate.resting")]
    assert strong[0].found
    assert strong[0].stood
    assert strong[0].ratio == pytest.approx(1, abs=0.2)
    assert len(told) > 10
    assert false["adjusted"] <= false["seen together"]


def test_shifted_causes_find_nothing(life: tuple[Lived, list[Link]]) -> None:
    moved = timedelta(days=100)
    past = life[0]
    later = {key: rows.with_columns(at=rows["at"] + moved, local=rows["local"] + moved)
             for key, rows in past.events.items()}  # fmt: skip
    assert len([one for one in look(replace(past, events=later)).effects if one.cause == "alcohol.drinks"]) == 0


def test_only_one_of_a_family_speaks_unless_another_is_asked_for(life: tuple[Lived, list[Link]], seen: Seen) -> None:
    assert "workout.energy" in seen.causes
    assert "workout.duration" not in seen.causes
    asked = days(life[0], wanted="workout.duration")
    assert asked is not None
    assert "workout.duration" in [cause.key for cause in asked.causes]


def test_what_can_be_neither_says_what_can(life: tuple[Lived, list[Link]]) -> None:
    with pytest.raises(UsageError, match="take for a cause") as told:
        look(life[0], cause="birth.date")
    assert "alcohol.drinks" in told.value.hint
    with pytest.raises(UsageError, match="nothing I look for"):
        look(life[0], on="caffeine")
    with pytest.raises(NothingYet, match=r"stress\.level"):
        look(life[0], on="stress.level")
    with pytest.raises(NothingYet, match="too little"):
        look(small(mood=[3.0] * 10))
    early: list[float | None] = [3.0 + n % 3 if n < 60 else None for n in range(COUNT)]
    late: list[float | None] = [None if n < 80 else 8000.0 + n % 5 for n in range(COUNT)]
    apart = small(weight=[80.0 + n % 3 for n in range(COUNT)], mood=early, steps=late)
    with pytest.raises(NothingYet, match="share too few days"):
        look(apart, on="mood", cause="steps")


def test_what_may_not_be_learnt_from_is_not_read() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(50, 2, COUNT).tolist()
    past = small(weight=values, mood=rng.normal(3, 1, COUNT).tolist(), steps=rng.normal(8000, 900, COUNT).tolist())
    barred = replace(past, barred=frozenset({"steps"}))
    seen = days(past), days(barred)
    assert [None if one is None else [cause.key for cause in one.causes] for one in seen] == [["steps"], []]
    with pytest.raises(Refused):
        barred.days("steps")


def test_days_without_a_note_are_days_without_until_nobody_noted_for_long() -> None:
    mood: list[float | None] = [3.0 + n % 3 for n in range(COUNT)]
    drinks: list[float | None] = [2.0 if n % 5 == 0 and n < 90 else None for n in range(COUNT)]
    known = days(small(mood=mood, alcohol_drinks=[*drinks[:90], *[1.0, None] * 15, *[None] * 80]))
    assert known is not None
    row = known.done[[cause.key for cause in known.causes].index("alcohol.drinks")]
    assert row[1] == 0.0
    assert np.isnan(row[90 + 30 :]).all()
    assert SILENT < 80


def test_hours_after_midnight_belong_to_the_evening_before() -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    meals = [(start + timedelta(days=n, hours=20, minutes=n % 50), 600.0 + n) for n in range(60)]
    meals += [(start + timedelta(days=10, hours=25), 200.0), (start + timedelta(days=11, hours=9), 300.0)]
    cups = [(start + timedelta(days=n, hours=8 + 8 * (n % 2)), 90.0) for n in range(60)]
    mood = [(FIRST + timedelta(n), 3.0 + n % 3) for n in range(60)]
    past = Remembered(start + timedelta(days=61), {"energy.intake": meals, "caffeine": cups}, {"mood": mood})
    known = days(past)
    assert known is not None
    row = dict(zip([cause.key for cause in known.causes], known.done, strict=True))
    assert row["meal.last"][9] == 20 * 60 + 9
    assert row["meal.last"][10] == 25 * 60
    assert row["energy.evening"][10] == 810.0
    assert row["caffeine.late"][:4].tolist() == [0.0, 90.0, 0.0, 90.0]


def test_nothing_that_follows_a_cause_is_adjusted_for(life: tuple[Lived, list[Link]]) -> None:
    known = days(life[0])
    assert known is not None
    keys, on = [cause.key for cause in known.causes], [one.key for one in known.outcomes]
    c, o = keys.index("alcohol.drinks"), on.index("heart_rate.resting")
    known.felt[:, 200:] = 1e6
    known.felt[o, 200:] = -1e6
    about = of(known, c, o, same_day=False)
    before = about.columns(known.done[c], known.felt[o])[:200]
    assert np.nanmax(before) < 1e5
    assert np.nanmin(before) > -1e5
    assert "caffeine.late" in about.names
    assert "alcohol.drinks" not in about.names


def test_lags_keep_the_order_of_a_day() -> None:
    cause = {one.key: one for one in causes()}
    night, mood = outcome("sleep.duration"), outcome("mood")
    assert night is not None
    assert mood is not None
    assert lags(cause["alcohol.drinks"], night) == (False, True, True, True)
    assert lags(cause["sleep.start"], night)[0] is True
    assert lags(cause["sleep.duration"], mood)[0] is True
    assert lags(cause["sleep.duration"], night) == (False,) * 4
    assert lags(cause["workout.energy"], mood)[0] is True


def test_every_row_of_the_tables_is_a_signal_of_the_catalogue() -> None:
    for cause in causes():
        for key in cause.signals:
            assert nature(key).numeric
        assert cause.step > 0
        assert cause.when in When
    assert all(nature(on.key).numeric for on in outcomes() if not on.key.endswith(".*"))
    assert len({cause.key for cause in causes()}) == len(causes())
    found = outcome("symptom.headache")
    assert found is not None
    assert found.good == -1
    assert outcome("caffeine") is None


def test_helping_is_said_only_where_good_is_known_and_the_bounds_agree(seen: Seen) -> None:
    found = one(seen, "alcohol.drinks", "heart_rate.resting")
    assert helps(found, -1) == "hurts"
    assert helps(found, 1) == "helps"
    assert helps(found, 0) == ""
    assert helps(replace(found, low=-1.0), -1) == ""
