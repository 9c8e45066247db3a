"""A person's past as the engine takes it: sensor glucose, meals, insulin and exertion, minute by minute up to now."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose import foods, people
from selftwin.domains.body.glucose.fit import COUNTED, Record
from selftwin.domains.body.glucose.reading_insulin import Insulin, insulin
from selftwin.domains.body.glucose.safety import Settings, Standing
from selftwin.domains.body.weight.activity import EXERCISE_MET, STEP_MET
from selftwin.domains.body.weight.activity import effort as effort_by_word
from selftwin.vocabulary.errors import NothingYet, Refused

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.domains.body.glucose.people import Kind
    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

FITTED, KNOWN = timedelta(days=14), timedelta(days=90)
OLDEST = timedelta(days=2)  # glucose older than that is no start for the hours ahead
BY_HAND = "by hand"  # a value that was typed is no sensor's
A_DAY = timedelta(hours=6)  # of readings make a day that counts
APART = 30.0  # minutes within which a description and grams are one meal
LARGEST_MEAL = 400.0  # grams; more is a day's sum
MET_OF_ALL = 10.0  # what an average adult can do
AT_MOST = 0.85  # of the heart rate reserve
LIKE_DIABETES = 133.0  # mg/dL on average is a GMI of 6.5 %


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of one person's glucose now: the kind of body and how that is known, where a plan starts, the own
    settings, the last two weeks, how many meals of them are noted, the insulin going on, and kilograms."""

    kind: Kind
    because: str
    standing: Standing
    settings: Settings
    record: Record
    insulin: Insulin
    weight: float | None
    mean: float

    @property
    def meals_a_day(self) -> float:
        """Meals noted a day in the record."""
        return 1440.0 * len(self.record.meals) / self.record.minutes


def body(past: Past) -> Body:
    """What the past tells. Raises NothingYet without sensor glucose in two days, Refused where no model is for them."""
    seen = _sensor(past)
    newest = seen["at"][-1] if seen.height else None
    if newest is None or past.now - newest > OLDEST:
        hint = "Import what your glucose sensor recorded; two weeks of it make the twin yours."
        raise NothingYet("I know no sensor glucose of the last two days.", hint=hint)
    given, eaten = insulin(past, KNOWN), meals(past)
    late = seen.filter(seen["at"] > past.now - FITTED)
    average = float(np.mean(late["value"].to_numpy()))
    kind, because = _kind(past, given, average)
    standing = Standing(
        float(seen["value"][-1]), newest, _days(seen), _began(past), kind == "type 1" or given.is_used(FITTED)
    )
    record = _record(past.now, late, eaten, given, _efforts(past))
    weight = past.number("weight", within=365)
    return Body(kind, because, standing, given.settings(past), record, given, weight, average)


def effort(word: str, age: float | None) -> float:
    """Beats a minute above rest of a workout of this word, by its METs as a share of what an average adult can do."""
    known = effort_by_word(word)
    return _beats(known.met if known else EXERCISE_MET, age)


def stepping(age: float | None) -> float:
    """Beats a minute above rest of a hundred steps a minute."""
    return _beats(STEP_MET, age)


def _beats(met: float, age: float | None) -> float:
    """From METs; heart rate reserve and oxygen reserve rise together (ACSM), an average adult has 10 METs in all."""
    whole = people.effort_of("moderate", age=45.0 if age is None else age) / people.SHARE_OF_RESERVE["moderate"]
    return whole * min((met - 1.0) / (MET_OF_ALL - 1.0), AT_MOST)


def _sensor(past: Past) -> pl.DataFrame:
    """What the sensor saw in the last ninety days: at, local, value; one value a moment."""
    import polars as pl

    found = past.series("glucose", since=(past.now - KNOWN).date())
    real = pl.col("value").is_finite() & (pl.col("source").fill_null("") != BY_HAND) & (pl.col("at") <= past.now)
    return found.filter(real).group_by("at", maintain_order=True).agg(pl.col("local", "value").last()).sort("at")


def _days(seen: pl.DataFrame) -> int:
    """Local days with at least six hours of readings."""
    import polars as pl

    if seen.height < 2:
        return 0
    spacing = seen["at"].diff().dt.total_seconds().drop_nulls()
    least = A_DAY.total_seconds() / max(60.0, float(spacing.median() or 300.0))  # type: ignore[arg-type]
    return seen.group_by(pl.col("local").dt.date()).len().filter(pl.col("len") >= least).height


def _began(past: Past) -> datetime | None:
    """When the newest sensor was begun or changed; a word of stopping counts too, as nothing good follows it."""
    found = past.series("glucose.sensor", since=(past.now - OLDEST).date())
    return found["at"][-1] if found.height else None


def _kind(past: Past, given: Insulin, average: float) -> tuple[Kind, str]:
    """Which body is imagined, and how that is known. Raises Refused where none of the models is for them."""
    told = (past.word("diabetes.type") or "").replace("_", " ")
    words = " ".join([told, *([past.word("condition") or ""] if past.told("condition") else _conditions(past))]).lower()
    if (age := past.number("age")) is not None and age < 12:
        raise Refused("My glucose model is for adults and adolescents, not for children.")
    if re.search(r"gestational|pregnan", words):
        raise Refused("My glucose model is not for pregnancy: insulin works otherwise then.")
    if re.search(r"type[ -]?(1|i)\b|\bt1d", words):
        return "type 1", "You have type 1 diabetes, as you said."
    if re.search(r"type[ -]?(2|ii)\b|\bt2d", words):
        return "type 2", "You have type 2 diabetes, as you said."
    if told == "none":
        return "none", "You have no diabetes, as you said."
    return _guessed(given, average)


def _guessed(given: Insulin, average: float) -> tuple[Kind, str]:
    say = "`selftwin note diabetes.type` with type_1, type_2 or none settles it."
    if given.is_used(FITTED):
        if given.daily(FITTED) >= 1.0 and given.has_basal:
            return "type 1", f"I take it that you have type 1 diabetes, as you use fast and basal insulin daily; {say}"
        return "type 2", f"I take it that you have type 2 diabetes, as you use some insulin; {say}"
    if average >= LIKE_DIABETES:
        return "type 2", f"I reckon with a body as in type 2 diabetes, as your glucose runs high; no diagnosis; {say}"
    return "none", f"I take it that you have no diabetes; {say}"


def _conditions(past: Past) -> list[str]:
    try:
        return [str(word) for word in past.series("condition")["text"].drop_nulls()]
    except Refused:
        return []


def _rows(
    past: Past, key: str, within: timedelta = FITTED
) -> list[tuple[datetime, datetime, float | None, str]]:
    """Rows of a signal of the last while, ends cut at now; none where learning from it is switched off."""
    try:
        found = past.series(key, since=(past.now - within).date())
    except Refused:
        return []
    return [
        (at, min(until or at, past.now), value, text or "")
        for at, until, value, text in found.select("at", "until", "value", "text").iter_rows()
        if past.now - within <= at <= past.now
    ]


def meals(past: Past, within: timedelta = FITTED) -> list[tuple[datetime, float, float]]:
    """Meals of the last while: when, grams of carbohydrate, and the spread of the count's logarithm. What lies at
    midnight or is beyond any meal is a day's sum and left out; words speak where no grams stand beside them."""
    counted = [
        (at, float(grams), COUNTED)
        for at, until, grams, _ in _rows(past, "meal.carbs", within)
        if grams and 0 < grams <= LARGEST_MEAL and until - at < A_DAY and not _is_midnight(at, past)
    ]
    described = []
    for at, _, _, words in _rows(past, "meal.description", within):
        portion = foods.carbs(words)
        alone = all(abs((at - other).total_seconds()) > APART * 60 for other, _, _ in counted)
        if alone and portion.grams >= 2:
            described.append((at, portion.grams, log_spread(portion.grams, portion.sd)))
    return sorted(counted + described)


def log_spread(grams: float, sd: float) -> float:
    """The spread of the logarithm of a count with this mean and standard deviation, at most .8."""
    return min(math.sqrt(math.log(1.0 + (sd / grams) ** 2)), 0.8)


def _is_midnight(at: datetime, past: Past) -> bool:
    local = at.astimezone(past.zone)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _efforts(past: Past) -> list[tuple[datetime, datetime, float]]:
    """Bouts of exertion: from, until, beats above rest."""
    age = past.number("age")
    bouts = []
    for at, until, minutes, word in _rows(past, "workout"):
        end = until if until > at else at + timedelta(minutes=min(minutes or 30.0, 600.0))
        bouts.append((at, end, effort(word, age)))
    for at, until, minutes, _ in _rows(past, "activity.exercise"):
        if minutes and until - at < timedelta(hours=4) and not _is_midnight(at, past):
            bouts.append((at, max(until, at + timedelta(minutes=minutes)), _beats(EXERCISE_MET, age)))
    return bouts


def _record(
    now: datetime, seen: pl.DataFrame, meals: list[tuple[datetime, float, float]], given: Insulin,
    bouts: list[tuple[datetime, datetime, float]],
) -> Record:  # fmt: skip
    """The last two weeks in minutes; where meals are noted only lately, from a little before the first of them."""
    first = max(now - FITTED, seen["at"][0])
    if meals and len(meals) > 2:
        first = max(first, min(meals[0][0] - timedelta(hours=6), now - timedelta(days=2)))
    minutes = max(1, math.ceil((now - first).total_seconds() / 60))
    start = now - timedelta(minutes=minutes)
    at = np.array([round((moment - start).total_seconds() / 60) for moment in seen["at"].to_list()], dtype=np.int64)
    at, places = np.unique(at, return_index=True)
    whole = (at > 0) & (at <= minutes)
    kept = [(min(_minute(when, start), minutes - 1), *rest) for when, *rest in meals if when >= start]
    effort_ = np.zeros(minutes)
    for since, until, beats in bouts:
        part = slice(max(_minute(since, start), 0), max(_minute(until, start), 0))
        effort_[part] = np.maximum(effort_[part], beats)
    return Record(
        minutes=minutes,
        readings_at=at[whole],
        readings=seen["value"].to_numpy()[places][whole].astype(np.float64),
        meals_at=np.array([one[0] for one in kept], dtype=np.int64),
        meals=np.array([one[1] for one in kept], dtype=np.float64),
        meals_spread=np.array([one[2] for one in kept], dtype=np.float64),
        insulin=given.last(minutes),
        effort=effort_,
    )


def _minute(moment: datetime, start: datetime) -> int:
    return math.floor((moment.astimezone(UTC) - start) / timedelta(minutes=1))
