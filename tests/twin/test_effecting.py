"""What helps, asked of a twin: each reading asks the gate, and the owner's look is in the record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from selftwin.consent.grant import MODELS
from selftwin.twin.effecting import effects
from selftwin.twin.imagining import Asking
from selftwin.vocabulary.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin

FIRST = date(2025, 9, 1)
DAYS = 150


def table() -> str:
    """Drinks, and a resting heart rate that they raise by 3 a day later."""
    rng = np.random.default_rng(4)
    drinks = np.where(rng.random(DAYS) < 0.3, 2.0, 0.0)
    heart = 55 + rng.normal(0, 1, DAYS)
    heart[1:] += 1.5 * drinks[:-1]
    days = [FIRST + timedelta(n) for n in range(DAYS)]
    known = {"alcohol.drinks": drinks, "heart_rate.resting": heart}
    lines = [f"me,{key},{day},{value:.1f}" for key, row in known.items() for day, value in zip(days, row, strict=True)]
    return "person,signal,date,value\n" + "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def drinking(twin: Twin, folder: Callable[[dict[str, str | bytes]], Path]) -> Twin:
    twin.import_paths([folder({"days.csv": table()})])
    return twin


def asking(twin: Twin) -> Asking:
    return Asking(twin.view(), twin.view(MODELS), twin.zones)


def test_an_effect_is_told_with_what_stands_behind_it(drinking: Twin) -> None:
    told = effects(asking(drinking))
    (found,) = told.effects
    assert (found.cause, found.outcome, found.lag) == ("alcohol.drinks", "heart_rate.resting", 1)
    assert found.low < 1.5 < found.high
    assert told.looks == 3
    assert told.note.startswith("Your data end on 28 January 2026")
    plain = told.plain()
    assert plain["effects"][0]["stands"] is True
    assert plain["rate"] == 0.1


def test_it_is_told_as_it_was_known_then(drinking: Twin) -> None:
    then = effects(asking(drinking), at=FIRST + timedelta(99))
    assert then.days == 100
    assert then.effects[0].last <= (FIRST + timedelta(99)).isoformat()


def test_models_read_and_the_owner_looked_in_the_record(drinking: Twin) -> None:
    known = len(drinking.audit.entries())
    effects(asking(drinking), "heart_rate.resting")
    told = {(one.party, one.signal) for one in drinking.audit.entries()[known:]}
    assert {("models", "alcohol.drinks"), ("owner", "heart_rate.resting/effects")} <= told


def test_what_is_no_outcome_is_refused(drinking: Twin) -> None:
    with pytest.raises(UsageError, match="nothing I look for"):
        effects(asking(drinking), "alcohol.drinks")


def test_what_may_not_be_learnt_from_is_refused_as_such(drinking: Twin) -> None:
    bar = drinking.consent.bar(signals=["heart_rate.resting"])
    with pytest.raises(Refused):
        effects(asking(drinking), "heart_rate.resting")
    drinking.consent.lift(bar.id)
