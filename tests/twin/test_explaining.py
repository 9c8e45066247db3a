"""Why, asked of a twin: through the gate, of one moment, and of alerts by their name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from selftwin.consent.grant import MODELS
from selftwin.twin.explaining import why
from selftwin.twin.imagining import Asking
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.reason import Of

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin import Twin

LAST, DAYS = date(2026, 3, 12), 100
RATE = "heart_rate.resting"


@pytest.fixture(scope="module")
def lived(made: Callable[[], Twin], tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A hundred nights whose heart follows the drinks of the evening before."""
    rng, lines = np.random.default_rng(4), ["person,signal,date,value"]
    drinks = np.where(rng.random(DAYS) < 0.35, rng.integers(1, 4, DAYS), 0)
    drinks[-2] = 3
    for day in range(DAYS):
        when = LAST - timedelta(DAYS - 1 - day)
        rate = 54 + 1.6 * (drinks[day - 1] if day else 0) + rng.normal(0, 0.7)
        lines.append(f"p,resting_hr,{when},{rate:.1f}")
        if drinks[day]:
            lines.append(f"p,alcohol.drinks,{when},{drinks[day]}")
    path = tmp_path_factory.mktemp("days") / "days.csv"
    path.write_text("\n".join(lines) + "\n")
    twin = made()
    twin.import_paths([path])
    return twin


def asking(twin: Twin) -> Asking:
    return Asking(twin.view(), twin.view(MODELS), twin.zones)


def test_a_value_is_taken_apart_where_the_data_end(lived: Twin) -> None:
    made = why(asking(lived), RATE)
    assert (made.at, made.of, made.unit) == (LAST.isoformat(), Of.VALUE, "/min")
    assert sum(part.value for part in made.parts) == pytest.approx(made.total, abs=1e-9)
    assert next(part for part in made.parts if part.signal == "alcohol.drinks").value > 2
    assert "Your data end on 12 March 2026: I look from there." in made.notes


def test_an_earlier_day_is_explained_by_what_was_known_by_its_end(lived: Twin) -> None:
    made = why(asking(lived), RATE, at=LAST - timedelta(7))
    assert made.at == (LAST - timedelta(7)).isoformat()
    assert made.total == lived.days(RATE, until=LAST - timedelta(7))["value"][-1]


def test_a_forecast_is_the_number_that_forecast_tells(lived: Twin) -> None:
    for at in (None, LAST - timedelta(20)):
        made, shipped = why(asking(lived), RATE, of="forecast", at=at), lived.forecast(RATE, at=at)
        assert (made.total, made.at) == (shipped.steps[0].mean, shipped.steps[0].at)
        assert sum(part.value for part in made.parts) == pytest.approx(made.total, abs=1e-9)


def test_an_alert_is_asked_for_by_its_name_or_by_a_signal(lived: Twin) -> None:
    by_name, by_watch, by_signal = (
        why(asking(lived), "illness@2026-03-11"),
        why(asking(lived), "illness", at=date(2026, 3, 11)),
        why(asking(lived), RATE, of="alert", at=date(2026, 3, 11)),
    )
    assert by_name == by_watch == by_signal
    assert sum(part.value for part in by_name.parts) == pytest.approx(by_name.total, abs=1e-9)
    with pytest.raises(NothingYet, match="did not look at alcoholic drinks"):
        why(asking(lived), "alcohol.drinks", of="alert")


def test_an_alert_is_held_against_the_budget_that_was_set(lived: Twin) -> None:
    usual = lived.why("illness@2026-03-11")
    lived.watch.add("illness", budget=0.5)
    try:
        strict = lived.why("illness@2026-03-11")
    finally:
        lived.watch.drop("illness")
    bars = [next(part for part in one.parts if "budget" in part.name) for one in (usual, strict)]
    assert ["at 1 false alarm " in bars[0].note, "at 0.5 false alarms " in bars[1].note] == [True, True]
    assert strict.total - usual.total == pytest.approx(bars[1].value - bars[0].value)
    assert strict.total < usual.total


def test_what_cannot_be_asked_says_what_can(lived: Twin) -> None:
    with pytest.raises(UsageError, match="a value, a forecast or an alert"):
        why(asking(lived), RATE, of="mood")
    with pytest.raises(UsageError, match="no day of an alert"):
        why(asking(lived), "illness@soon")
    with pytest.raises(NothingYet, match="illness watch"):
        why(asking(lived), "stale:phone@2026-03-11")
    with pytest.raises(NothingYet, match="Nothing is known of steps"):
        why(asking(lived), "steps")
    with pytest.raises(UsageError):
        why(asking(lived), "no.such.signal")


def test_every_reading_is_on_the_record(lived: Twin) -> None:
    known = len(lived.audit.entries())
    why(asking(lived), RATE)
    told = {(one.party, one.signal) for one in lived.audit.entries()[known:]}
    assert {("models", "alcohol.drinks"), ("owner", f"{RATE}/why"), ("owner", "alcohol.drinks/why")} <= told


def test_what_models_may_not_learn_from_is_no_driver(lived: Twin) -> None:
    bar = lived.rights.restrict(signals=["alcohol.drinks"])
    try:
        made = why(asking(lived), RATE)
        assert not any(part.signal for part in made.parts)
        assert sum(part.value for part in made.parts) == pytest.approx(made.total, abs=1e-9)
    finally:
        lived.rights.lift(bar.id)
