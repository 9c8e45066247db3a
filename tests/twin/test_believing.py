"""What the twin believes: learnt by its models through their own view, kept with where it came from."""

from __future__ import annotations

import json
import math
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pytest

from selftwin.vocabulary.errors import NothingYet, UnknownSignal, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin

    Folder = Callable[[dict[str, str | bytes]], Path]

DAYS = 40
FIRST = date(2024, 5, 1)


def mornings(count: int) -> list[float]:
    return [round(80 + math.sin(day / 3) + (day * 7919 % 13) / 20, 2) for day in range(count)]


def epoch(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@pytest.fixture(scope="module")
def learnt(made: Callable[[], Twin], folder: Folder, weights: Callable[..., str]) -> Twin:
    """Forty mornings on the scale, two words that are no numbers, and what was learnt of them."""
    twin = made()
    twin.import_paths([folder({"weight.csv": weights(FIRST, mornings(DAYS))})])
    twin.observe("note", "words", at=datetime(2024, 5, 1))
    twin.observe("blood_type", "a_positive", at=datetime(2024, 5, 1))
    assert twin.learn() == ["weight"]
    return twin


def test_beliefs_say_where_they_came_from_and_what_a_reader_must_be_granted(learnt: Twin) -> None:
    frame = learnt.estimates()
    assert frame.columns == [
        "signal", "kind", "made_at", "model", "watermark", "categories", "sensitivities", "lineage", "believed",
    ]  # fmt: skip
    assert frame["kind"].to_list() == ["forecast", "normal"]
    assert pa.table(frame).num_rows == 2
    for row in frame.iter_rows(named=True):
        assert (row["categories"], row["sensitivities"]) == (["physiological"], ["health"])
        assert json.loads(row["lineage"]) == [["weight", "2024-05-01", "2024-06-09", row["watermark"]]]
        assert json.loads(row["believed"])["signal"] == "weight"


def test_normal_places_the_last_day_among_the_usual(learnt: Twin) -> None:
    found = learnt.normal("weight")
    assert (found.day, found.value, found.unit, found.n) == ("2024-06-09", mornings(DAYS)[-1], "kg", DAYS)
    assert found.low < found.middle < found.high
    assert found.low > 78
    assert found.high < 83
    earlier = learnt.normal("weight", at=date(2024, 5, 20))
    assert (earlier.day, earlier.value, earlier.n) == ("2024-05-20", mornings(20)[-1], 20)


def test_a_forecast_steps_day_by_day_from_the_last_one(learnt: Twin) -> None:
    found = learnt.forecast("weight", days=3)
    assert [step.at for step in found.steps] == ["2024-06-10", "2024-06-11", "2024-06-12"]
    assert len(learnt.forecast("weight").steps) == 7
    table = pl.DataFrame(found)
    ordered = table.select(pl.concat_list("lo90", "lo80", "lo50", "mean", "hi50", "hi80", "hi90").alias("row"))
    assert all(row == sorted(row) for (row,) in ordered.iter_rows())
    assert learnt.forecast("weight", days=1, at=date(2024, 5, 20)).steps[0].at == "2024-05-21"


def test_the_kept_forecast_is_the_one_that_is_told(learnt: Twin) -> None:
    kept = json.loads(learnt.estimates("weight").filter(kind="forecast")["believed"][0])
    told = learnt.forecast("weight")
    assert [step["mean"] for step in kept["steps"]] == [step.mean for step in told.steps]


def test_the_overview_tells_every_number_there_is(learnt: Twin) -> None:
    (outlook,) = learnt.overview()
    assert (outlook.held.signal.key, outlook.normal.day) == ("weight", "2024-06-09")
    assert [step.at for step in outlook.forecast.steps][:1] == ["2024-06-10"]
    with pytest.raises(NothingYet):
        learnt.overview(at=date(2024, 4, 1))


def test_the_models_look_and_the_person_asks_and_both_are_recorded(learnt: Twin) -> None:
    before = sum(1 for _ in learnt.audit.entries())
    learnt.forecast("weight")
    seen = {(entry.party, entry.action, entry.granularity) for entry in list(learnt.audit.entries())[before:]}
    assert {("owner", "read", "insight"), ("models", "learn", "daily")} <= seen
    assert [one for one in seen if one[0] == "owner" and one[2] != "insight"] == []


def forecasts(twin: Twin) -> list[tuple[float, ...]]:
    return twin.forecast("weight").frame().rows()


def test_late_new_and_revised_days_are_learnt_as_if_from_scratch(
    made: Callable[[], Twin], folder: Folder, weights: Callable[..., str]
) -> None:
    values = mornings(DAYS)
    histories = {
        "one more day": [(FIRST, values[:-1]), (FIRST, values)],
        "late days": [(FIRST + timedelta(days=10), values[10:]), (FIRST, values[:10])],
        "a revised day": [(FIRST, [*values[:12], 95.0, *values[13:-1]]), (FIRST, values)],
    }
    scratch = made()
    scratch.import_paths([folder({"weight.csv": weights(FIRST, values)})])
    expected = forecasts(scratch)
    for name, exports in histories.items():
        twin = made()
        for first, some in exports:
            twin.import_paths([folder({"weight.csv": weights(first, some)})])
            twin.learn()
        assert twin.days("weight").equals(scratch.days("weight")), name
        assert forecasts(twin) == expected, name
        assert twin.normal("weight") == scratch.normal("weight"), name


def test_a_day_taken_back_is_forgotten_by_the_models(
    made: Callable[[], Twin], folder: Folder, weights: Callable[..., str]
) -> None:
    values = mornings(20)
    twin = made()
    twin.import_paths([folder({"weight.csv": weights(FIRST, values)})])
    twin.learn()
    before = forecasts(twin)
    later = twin.import_paths([folder({"weight.csv": weights(FIRST + timedelta(days=20), [99.0, 98.0])})])
    twin.learn()
    assert forecasts(twin) != before
    twin.undo(later.batch)
    assert forecasts(twin) == before


def test_what_was_learnt_stays_after_closing(home: Path, folder: Folder, weights: Callable[..., str]) -> None:
    from selftwin.twin import Twin

    place = home / "closed"
    with Twin.create(place, "pass") as twin:
        twin.import_paths([folder({"weight.csv": weights(FIRST, mornings(20))})])
        twin.learn()
        kept, told = twin.estimates(), forecasts(twin)
    with Twin.open(place, "pass") as twin:
        assert twin.estimates().equals(kept)
        assert forecasts(twin) == told


def test_a_dense_signal_is_forecast_by_minutes_too(made: Callable[[], Twin], folder: Folder) -> None:
    twin = made()
    start = datetime(2024, 5, 1)
    stamps = [start + timedelta(minutes=5 * k) for k in range(288 * 6)]
    rows = "".join(f"A,{stamp},{110 + 25 * math.sin(k / 23):.0f}\n" for k, stamp in enumerate(stamps))
    twin.import_paths([folder({"cgm.csv": f"id,time,gl\n{rows}"})])
    found = twin.forecast("glucose", minutes=30)
    assert len(found.steps) > 0
    last = datetime.fromisoformat(found.steps[-1].at)
    assert last.replace(tzinfo=None) - stamps[-1] <= timedelta(hours=3)
    assert twin.learn() == ["glucose"]
    assert sorted(twin.estimates("glucose")["model"].str.split(" ").list.first()) == [
        "normal.daily", "normal.daily", "normal.dense",
    ]  # fmt: skip
    earlier = twin.forecast("glucose", minutes=30, at=stamps[-400].replace(tzinfo=UTC))
    assert earlier.steps[-1].at < found.steps[0].at


@pytest.mark.parametrize("how", ["normal", "forecast"])
def test_nothing_is_said_of_what_nothing_is_known(twin: Twin, how: str) -> None:
    with pytest.raises(NothingYet, match="body weight yet"):
        getattr(twin, how)("weight")
    with pytest.raises(UnknownSignal):
        getattr(twin, how)("wieght")
    with pytest.raises(NothingYet, match="no days"):
        twin.overview()
    assert (twin.learn(), twin.estimates().height) == ([], 0)


def test_two_sensors_worn_at_once_are_forecast_by_the_one_that_speaks_for_the_day(
    made: Callable[[], Twin], folder: Folder
) -> None:
    start = datetime(2024, 5, 1)
    stamps = [start + timedelta(minutes=5 * k) for k in range(288 * 6)]
    sugar = [round(110 + 25 * math.sin(k / 46) + (k * 7919 % 13), 1) for k in range(len(stamps))]
    table = "id,time,gl\n" + "".join(f"A,{at},{gl}\n" for at, gl in list(zip(stamps, sugar, strict=True))[36:])
    epochs = [(int((at + timedelta(seconds=97)).replace(tzinfo=UTC).timestamp() * 1000)) for at in stamps]
    other = [{"_id": f"{k:024x}", "type": "sgv", "sgv": 40 + k % 200, "date": at} for k, at in enumerate(epochs[:1600])]
    alone, both = made(), made()
    entries = folder({"entries.json": json.dumps(other)})
    alone.import_paths([entries])
    both.import_paths([entries, folder({"cgm.csv": table})])
    (speaks,) = {*both.days("glucose")["source"].to_list()[:5]}
    assert "nightscout" in speaks
    until = {"minutes": 30, "at": epoch(epochs[1500])}
    assert both.forecast("glucose", **until) == alone.forecast("glucose", **until)
    assert both.forecast("glucose", minutes=30).made_at > alone.forecast("glucose", minutes=30).made_at


def test_a_forecast_goes_by_days_or_minutes(learnt: Twin) -> None:
    with pytest.raises(UsageError, match="not both"):
        learnt.forecast("weight", days=1, minutes=30)


def sensed(*, meals: bool) -> str:
    """Ten days of a sensor that rises after three meals a day at any hour, and the meals where they are noted."""
    rng, rows = random.Random(3), []
    start = datetime(2026, 3, 1)
    eaten = {day * 1440 + rng.randrange(300, 1300): rng.choice([30, 60, 120]) for day in range(10) for _ in range(3)}
    for minute in range(0, 10 * 1440, 5):
        rise = sum(grams * 0.9 * _bump(minute - at) for at, grams in eaten.items())
        rows.append(f"{start + timedelta(minutes=minute)},glucose,{100 + rise + rng.gauss(0, 2):.0f},mg/dL")
    if meals:
        rows += [f"{start + timedelta(minutes=at)},meal.carbs,{grams},g" for at, grams in eaten.items()]
    return "time,signal,value,unit\n" + "\n".join(rows) + "\n"


def _bump(minutes: int) -> float:
    return (minutes / 45) * math.exp(1 - minutes / 45) if 0 <= minutes < 400 else 0.0


def test_glucose_is_foreseen_with_the_meals_that_were_noted(made: Callable[[], Twin], folder: Folder) -> None:
    twin = made()
    twin.import_paths([folder({"glucose.csv": sensed(meals=True)})])
    found = twin.forecast("glucose")
    assert found.method == "many people's pasts and yours, meals and insulin"
    assert all(ratio < 1 for _, ratio in found.beats)
    assert len(found.steps) == 24
    twin.learn()
    kept = twin.estimates("glucose").filter(pl.col("model").str.starts_with("normal.dense"))
    assert set(kept["categories"][0]) == {"physiological", "behavioural"}
    assert {key for key, *_ in json.loads(kept["lineage"][0])} == {"glucose", "meal.carbs"}


def test_meals_that_models_may_not_learn_from_are_not_used(made: Callable[[], Twin], folder: Folder) -> None:
    twin = made()
    twin.import_paths([folder({"glucose.csv": sensed(meals=True)})])
    for grant in [one for one in twin.consent.book.grants if one.party == "models"]:
        if "behavioural" in grant.categories:
            twin.consent.revoke(grant.id)
    found = twin.forecast("glucose")
    assert "meals" not in found.method
    twin.learn()
    kept = twin.estimates("glucose").filter(pl.col("model").str.starts_with("normal.dense"))
    assert kept["categories"].to_list() == [["physiological"]]


def test_a_meal_after_the_moment_changes_nothing(made: Callable[[], Twin], folder: Folder) -> None:
    twin = made()
    twin.import_paths([folder({"glucose.csv": sensed(meals=True)})])
    at = datetime(2026, 3, 9, 12, tzinfo=UTC)
    before = twin.forecast("glucose", at=at)
    twin.observe("meal.carbs", 90, at=at + timedelta(minutes=1))
    assert twin.forecast("glucose", at=at) == before
