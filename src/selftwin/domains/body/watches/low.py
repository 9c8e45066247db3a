"""Watches for a low glucose that is likely within half an hour, at the false alarms a person will bear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.body.glucose import safety
from selftwin.domains.body.glucose.alert import BUDGET, MOST_BUDGET, WARM_DAYS, chance_of_low
from selftwin.domains.body.glucose.alert_events import SILENT, History, alarms, calibrated
from selftwin.learn.alarms import MONTH
from selftwin.vocabulary.alert import About, Alert, Looked, Urgency
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust
from selftwin.vocabulary.finding import Line
from selftwin.vocabulary.local import EPOCH

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from selftwin.vocabulary.alert import Setting
    from selftwin.vocabulary.model import Past

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KNOWN = 90 * 86400.0  # seconds before a settling that it rests on
DAILY, APART = 28, 14  # days in which the threshold is settled each midnight, and then how many days apart
HOLDS = 30 * 60.0  # seconds for which an alarm is open
CLOSEST = 0.5  # of a sensor's interval: what follows sooner is left out
LEAST = 48  # readings of a sensor before anything is said
TREAT = "Check with a finger-stick or your sensor, and do as you were taught. If you feel low, trust that first."
KEEP = "This replaces no sensor's own alarms: keep them on."


@dataclass(frozen=True, slots=True)
class Sensor:
    """Readings of one source: `times` (n,) in seconds, rising, `values` (n,) in mg/dL, `local` (n,) seconds on the
    wall clock since 1970, and the chance (n,) of a low half an hour later, each as known then."""

    source: str
    times: Floats
    values: Floats
    local: Floats
    chances: Floats

    @property
    def days(self) -> Ints:
        """The local day (n,) of each reading, since 1970."""
        return np.asarray(np.floor(self.local / 86400.0), dtype=np.int64)


class Low:
    """Glucose likely under 70 mg/dL within half an hour."""

    name = "low"
    title = "A low glucose within the next half hour"
    version = 1
    about = About.NOTHING
    budgeted = True
    usual_budget = round(BUDGET * MONTH, 1)
    promise = (
        "At half a false alarm a day (15 a month) it foresaw 84 of 100 lows of people with type 2 diabetes, by about "
        "20 minutes in the middle, and two of three of its alarms were false; with each alert it says how it did on "
        "your own past. At one a month it foresees few. It replaces no sensor's own alarm."
    )
    cites = ("Zhao and others 2023, Sci Data, s41597-023-01940-7 (the people it was measured on)",)

    def check(self, setting: Setting) -> None:
        """Raises UsageError for a budget that is none, and where it is set on something."""
        if not 0 < setting.budget <= MOST_BUDGET * MONTH:
            raise UsageError(
                "False alarms are more than none, and at most five a day.",
                hint="Half a day is usual, which is 15.2 a month: `--budget 15.2`.",
            )
        if setting.about or setting.condition:
            raise UsageError("This watch is set on all your glucose, with no condition.")

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        """Every alarm that sounded since a day. Raises Refused."""
        self.check(setting)
        sensors = _sensors(past)
        if not sensors:
            return Looked((), 0, silent="I know no glucose of a sensor: import what yours recorded.")
        start, found = (since - EPOCH).days, []
        for sensor in sensors:
            for places, record in _periods(sensor, setting.budget / MONTH, start):
                found += [(sensor, place, record) for place in places.tolist()]
        kept = _apart(found)
        told = [_alert(sensor, place, record, setting.budget) for sensor, place, record in kept]
        days = {day for one in sensors for day in np.unique(one.days).tolist() if day >= start}
        known = max(len(np.unique(one.days)) for one in sensors)
        silent = "" if known > FIRST_DAYS else "Four days of glucose are needed before I can foresee a low."
        last = kept[-1][0].times[kept[-1][1]] if kept else -np.inf
        return Looked(tuple(told), len(days), silent, told[-1].id if past.now.timestamp() - last <= HOLDS else "")


WATCH = Low()


def _sensors(past: Past) -> list[Sensor]:
    """Readings by source, with the chances that each told; nothing that was noted by hand."""
    import polars as pl

    if "glucose" not in past.keys():  # noqa: SIM118 - a Past is no mapping
        past.series("glucose")  # raises Refused where it may not be read
        return []
    rows = past.series("glucose").with_columns(source=pl.col("source").fill_null(""))
    real = pl.col("value").is_finite() & (pl.col("source") != "by hand") & (pl.col("at") <= past.now)
    rows = rows.filter(real).sort("at").unique(["source", "at"], keep="last", maintain_order=True)
    return [
        _sensor(str(source), its)
        for (source,), its in sorted(rows.group_by("source", maintain_order=True), key=lambda pair: str(pair[0]))
        if its.height >= LEAST
    ]


def _sensor(source: str, rows: pl.DataFrame) -> Sensor:
    times = rows["at"].dt.epoch("us").to_numpy() / 1e6
    values, local = rows["value"].to_numpy().astype(np.float64), rows["local"].dt.epoch("us").to_numpy() / 1e6
    least = CLOSEST * max(300.0, float(np.median(np.diff(times[:LEAST]))))
    kept, last = np.zeros(len(times), dtype=np.bool_), -np.inf
    for place, time in enumerate(times.tolist()):
        if time - last >= least:
            kept[place], last = True, time
    times, values, local = times[kept], values[kept], local[kept]
    chances = chance_of_low(times, values, clocks=local % 86400.0) if len(times) > 1 else np.full(len(times), np.nan)
    return Sensor(source, times, values, local, chances)


def _periods(sensor: Sensor, budget: float, start: int) -> list[tuple[Ints, History]]:
    """For each stretch of days with one threshold that reaches beyond day `start`: the readings at which an alarm
    sounded, and how the alarm did on the days the threshold was settled on."""
    days, found = sensor.days, []
    first, last = int(days[0]), int(days[-1])
    settled = [first + FIRST_DAYS + day for day in range(DAILY - FIRST_DAYS)]
    settled += list(range(first + DAILY, last + 1, APART))
    for begin, end in zip(settled, [*settled[1:], last + APART], strict=True):
        here = (days >= begin) & (days < end)
        if end <= start or not here.any():
            continue
        now = float(sensor.times[here][0])
        before = (days < begin) & (sensor.times > now - KNOWN)
        since = float(sensor.times[0]) + WARM_DAYS * 86400
        if not before.any() or not np.isfinite(sensor.chances[before]).any():
            continue
        known = (sensor.times[before], sensor.values[before], sensor.chances[before])
        record = calibrated(*known, budget=budget, since=since)
        if record.threshold is None:
            continue
        chances = np.where(here, sensor.chances, np.nan)
        places = alarms(sensor.times, sensor.values, chances, record.threshold)
        found.append((places[days[places] >= start], record))
    return found


def _apart(found: list[tuple[Sensor, int, History]]) -> list[tuple[Sensor, int, History]]:
    """Alarms of all sensors in order of time, none within an hour of one before."""
    kept: list[tuple[Sensor, int, History]] = []
    for one in sorted(found, key=lambda each: (each[0].times[each[1]], each[0].source)):
        if not kept or one[0].times[one[1]] - kept[-1][0].times[kept[-1][1]] >= SILENT:
            kept.append(one)
    return kept


def _alert(sensor: Sensor, place: int, record: History, budget: float) -> Alert:
    at = datetime.fromtimestamp(float(sensor.times[place]), UTC)
    local = datetime.fromtimestamp(float(sensor.local[place]), UTC)
    level, chance = float(sensor.values[place]), float(sensor.chances[place])
    n = len(np.unique(sensor.days[: place + 1]))
    day = (EPOCH + timedelta(days=int(sensor.days[0]))).isoformat()
    return Alert(
        watch=Low.name,
        about="",
        first=local.strftime("%Y-%m-%dT%H:%M"),
        at=at.isoformat(timespec="seconds"),
        cause="Your glucose is likely to be low in about half an hour.",
        evidence=(
            Line("Glucose", level, None, None, "mg/dL", "glucose", "the sensor's reading"),
            Line("Chance of under {0} in half an hour", 100 * chance, None, None, "%", "", "from your own past",
                 (safety.LOW,), "glucose"),
            Line("Chance from which I speak", 100 * float(record.threshold or 0), None, None, "%", "",
                 f"settled on {record.days:.0f} days before"),
        ),
        ruled_out=("an old reading: this one is the newest of its moment",),
        possible=("a sensor that reads low because it was pressed, as in sleep",),
        proposes=(TREAT,),
        urgency=Urgency.NOW,
        trust=Trust.TRUSTED if n >= TRUSTED_DAYS else Trust.FIRST,
        n=n,
        score=chance - float(record.threshold or 0),
        notes=(_record(record, budget), KEEP),
        lineage=(("glucose", day, local.date().isoformat()),),
    )  # fmt: skip


def _record(record: History, budget: float) -> str:
    """How the alarm did on the days it was settled on."""
    asked = f"At {budget:.3g} false alarms a month ({budget / MONTH:.2g} a day)"
    if not record.lows:
        return f"{asked}: there was no low on {record.days:.0f} days of your past, so how I foresee yours is unknown."
    lead = f", by {record.lead:.0f} minutes in the middle" if record.caught else ""
    return (f"{asked}, on {record.days:.0f} days of your past I foresaw {record.caught} of {record.lows} lows{lead}; "
            f"{record.true} of {record.fired} alarms were right.")  # fmt: skip
