"""A low foreseen: an alarm from the forecast's chance of a glucose under 70 mg/dL half an hour ahead.

How sure the forecast must be before it speaks is settled on the person's own past, at the false alarms a day they will
bear, with forecasts that knew nothing later (`learn.dense`). An alarm is false if no reading under 70 follows within an
hour; after one it is silent for an hour; under 70 there is nothing left to foresee."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.body.glucose import safety
from selftwin.domains.body.glucose.alert_events import History, alarms, calibrated
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust

if TYPE_CHECKING:
    import polars as pl

    from selftwin.vocabulary.model import Past

Floats = NDArray[np.float64]

LEAD = 30 * 60.0  # seconds ahead
BUDGET = 0.5  # false alarms a day
MOST_BUDGET = 5.0
KNOWN = timedelta(days=90)
SPREAD = 40.0  # mg/dL, how widely glucose usually varies within a person
LEAST_INTERVAL, MOST_INTERVAL = 300.0, 3600.0
WARM_DAYS = 1.0  # of forecasts that are not yet judged
LEAST_LOWS = 5  # from which on the record is more than an anecdote


@dataclass(frozen=True, slots=True)
class LowAlert:
    """Whether an alarm sounds now, and what stands behind it: the chance of a low in half an hour, the chance from
    which on it speaks (both 0 to 1), the false alarms a day allowed for, its `record` on the person's own past up to
    last midnight, and in words why it is quiet or what must be known. `newest` is when the last reading came."""

    fires: bool
    newest: str
    level: float
    chance: float | None
    threshold: float | None
    budget: float
    record: History
    trust: Trust
    days: int
    notes: tuple[str, ...]
    replay: bool = False


def low_alert(past: Past, *, budget: float = BUDGET) -> LowAlert:
    """The state of the alarm at `past.now`. Deterministic; a loop may ask it after every reading.

    Raises NothingYet under four days of sensor glucose, UsageError for a budget that is none.
    """
    if not 0 < budget <= MOST_BUDGET:
        raise UsageError("False alarms a day are more than none and at most five.", hint="Half a day is usual: 0.5.")
    times, values, clocks = _readings(past)
    days = len(np.unique((times - times[0]) // 86400.0)) if len(times) else 0
    if days < FIRST_DAYS:
        raise NothingYet("I know fewer than four days of your glucose.", hint="Import what your sensor recorded.")
    chances = chance_of_low(times, values, clocks=clocks)
    before = times < _midnight(past)
    known = (times[before], values[before], chances[before])
    record = calibrated(*known, budget=budget, since=times[0] + WARM_DAYS * 86400)
    said = _quiet(past, times, values, chances, record)
    trust = Trust.TRUSTED if days >= TRUSTED_DAYS else Trust.FIRST
    chance = float(chances[-1]) if math.isfinite(chances[-1]) else None
    newest = datetime.fromtimestamp(times[-1], UTC).isoformat(timespec="seconds")
    notes = (*said, *_notes(past, float(values[-1]), record))
    return LowAlert(
        not said, newest, float(values[-1]), chance, record.threshold, budget, record, trust, days, notes, past.replay
    )


def chance_of_low(times: Floats, values: Floats, *, clocks: Floats | None = None, lead: float = LEAD) -> Floats:
    """The chance (n,) that glucose is under 70 mg/dL half an hour after each reading, as known then; NaN where nothing
    could be said. `times` (n,) seconds, rising; `values` (n,) mg/dL; `clocks` (n,) local seconds of the day."""
    from selftwin.learn.dense import Grid, begin, observe

    spacing = float(np.median(np.diff(times)))
    interval = min(max(LEAST_INTERVAL, round(spacing / 60) * 60.0), MOST_INTERVAL)
    grid = Grid(interval, (lead,), low=safety.LEAST, high=safety.MOST, scale=SPREAD)
    _, said = observe(begin(grid), times, values, clocks=clocks, threshold=safety.LOW)
    chances: Floats = said.below[:, 0]
    return chances


def _quiet(past: Past, times: Floats, values: Floats, chances: Floats, record: History) -> tuple[str, ...]:
    """Why no alarm sounds now; empty where one does."""
    if values[-1] < safety.LOW:
        return ("You are under 70 mg/dL already: there is nothing to foresee.",)
    if past.now - datetime.fromtimestamp(times[-1], UTC) > safety.STALE:
        return ("Your newest sensor value is older than 15 minutes: I cannot see what comes.",)
    if record.threshold is None or not math.isfinite(chances[-1]):
        return ("There is too little to foresee a low from: an hour without gaps is needed.",)
    if chances[-1] < record.threshold:
        return ("A low in the next half hour is less likely than the chance I speak at.",)
    if alarms(times, values, chances, record.threshold)[-1:].tolist() != [len(times) - 1]:
        return ("I spoke of this within the last hour, and stay silent until it is over.",)
    return ()


def _notes(past: Past, level: float, record: History) -> tuple[str, ...]:
    """What must be known with it."""
    said = list(safety.emergency(level))
    if safety.VERY_LOW <= level < safety.LOW:
        said.append(safety.TREAT_FIRST)
    if past.replay:
        said.append("A replay of the past: it knows nothing later.")
    if record.lows >= 1:
        told = f"{record.caught} of {record.lows} lows were foreseen"
        lead = f", usually {record.lead:.0f} minutes before" if record.caught else ""
        said.append(
            f"On {record.days:.0f} days of your past {told}{lead}; {record.true} of {record.fired} alarms were right, "
            f"{record.false_a_day:.2f} a day were false."
        )
    else:
        said.append(f"On {record.days:.0f} days of your past there was no low: how well I foresee yours is unknown.")
    if 0 < record.lows < LEAST_LOWS:
        said.append("So few lows tell little of the next.")
    return (*said, "An alarm is no treatment: check, and do as you were taught. Keep your sensor's own alarms on.")


def _readings(past: Past) -> tuple[Floats, Floats, Floats]:
    """Sensor glucose of the last ninety days: seconds (n,), mg/dL, local seconds of the day; what stands closer than
    half the sensor's interval to the one before is left out."""
    import polars as pl

    found = past.series("glucose", since=(past.now - KNOWN).date())
    real = pl.col("value").is_finite() & (pl.col("source").fill_null("") != "by hand") & (pl.col("at") <= past.now)
    rows: pl.DataFrame = found.filter(real).sort("at").unique("at", keep="last", maintain_order=True)
    times = rows["at"].dt.epoch("us").to_numpy() / 1e6
    local = rows["local"].dt.epoch("us").to_numpy() / 1e6 % 86400
    if len(times) < 2:
        return times, rows["value"].to_numpy(), local
    kept = _apart(times, 0.5 * max(LEAST_INTERVAL, float(np.median(np.diff(times)))))
    return times[kept], rows["value"].to_numpy().astype(np.float64)[kept], local[kept]


def _apart(times: Floats, least: float) -> NDArray[np.bool_]:
    kept, last = np.zeros(len(times), dtype=bool), -math.inf
    for place, time in enumerate(times.tolist()):
        if time - last >= least:
            kept[place], last = True, time
    return kept


def _midnight(past: Past) -> float:
    """The last local midnight, up to which the alarm is settled: through a day it does not change."""
    local = past.now.astimezone(past.zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
