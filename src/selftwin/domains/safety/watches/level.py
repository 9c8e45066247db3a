"""Watches whether a signal crosses a level that the person named: a fact, told once until it is back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.safety.watches._crossing import Crossing, Rule, crossings, rule
from selftwin.vocabulary.alert import About, Alert, Looked, Urgency
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import TRUSTED_DAYS, Trust
from selftwin.vocabulary.finding import Line
from selftwin.vocabulary.local import EPOCH, clock
from selftwin.vocabulary.signal import Fold

if TYPE_CHECKING:
    from selftwin.vocabulary.alert import Setting
    from selftwin.vocabulary.model import Past

Floats = NDArray[np.float64]

USUAL, LEAST = 60, 10  # values before that say what is usual, and how many it takes
NOON, DAY = 12.0, 86400.0
HOLDS = 14 * DAY  # without a value, a crossing is no longer called open


@dataclass(frozen=True, slots=True)
class Values:
    """Values in order of when they could be told: `told` (n,) seconds since 1970 UTC, `local` (n,) seconds on the wall
    clock of when each was, `values` (n,); `daily` where they are days."""

    told: Floats
    local: Floats
    values: Floats
    daily: bool

    def first(self, place: int) -> str:
        """The local day, or minute, of a value."""
        when = datetime.fromtimestamp(float(self.local[place]), UTC)
        return when.date().isoformat() if self.daily else when.strftime("%Y-%m-%dT%H:%M")

    def day(self, place: int) -> date:
        """The local day of a value."""
        return datetime.fromtimestamp(float(self.local[place]), UTC).date()


class Level:
    """A signal above or below a level said by the person."""

    name = "level"
    title = "A signal above or below a level you name"
    version = 1
    about = About.SIGNAL
    budgeted = False
    usual_budget = 0.0
    promise = (
        "It states what was recorded and foresees nothing: it speaks when a value lies beyond your level, once, until "
        "the signal is back by about its usual step. Whether a level matters for you is for you to know, or for "
        "somebody who treats you."
    )
    cites = ()

    def check(self, setting: Setting) -> None:
        """Raises UsageError for a signal without numbers, and for a condition that cannot be read."""
        signal = nature(setting.about) if setting.about else None
        if signal is None or not signal.numeric:
            hint = "Such as `glucose` with `above 180 mg/dL`."
            raise UsageError("A level is set on one signal that is a number.", hint=hint)
        rule(signal, setting.condition)

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        """Every crossing that was told since a day. Raises Refused."""
        self.check(setting)
        signal = nature(setting.about)
        asked = rule(signal, setting.condition)
        known = _known(past, signal.key, asked)
        if not len(known.values):
            return Looked((), 0, silent=f"I know nothing yet of {signal.key}: import or note it.")
        found = crossings(known.local, known.values, asked)
        told = [_alert(setting, asked, known, one) for one in found if known.day(one.began) >= since]
        held = found[-1] if found and found[-1].back is None else None
        is_open = held is not None and past.now.timestamp() - known.told[-1] <= HOLDS
        days = len({known.day(place) for place in np.flatnonzero(known.local >= _seconds(since)).tolist()})
        return Looked(tuple(told), days, open=_alert(setting, asked, known, held).id if held and is_open else "")


WATCH = Level()


def _seconds(day: date) -> float:
    return (day - EPOCH).days * DAY


def _known(past: Past, key: str, asked: Rule) -> Values:
    """Days that were over, or single values, as the rule asks for; of a signal of which days alone are known, days."""
    rows = past.series(key)
    if asked.daily or not rows["value"].is_finite().any():
        return _days(past, key)
    import polars as pl

    told = pl.col("until").fill_null(pl.col("at"))
    rows = rows.filter(pl.col("value").is_finite() & (told <= past.now)).with_columns(told=told).sort("told", "at")
    seconds = rows["told"].dt.epoch("us").to_numpy() / 1e6
    local = rows["local"].dt.epoch("us").to_numpy() / 1e6 + seconds - rows["at"].dt.epoch("us").to_numpy() / 1e6
    return Values(seconds, local, rows["value"].to_numpy().astype(np.float64), daily=False)


def _days(past: Past, key: str) -> Values:
    """Days that were over; of a night, from noon."""
    import polars as pl

    stood = clock(past.zone, [past.series(key)])
    hours = NOON if nature(key).fold is Fold.NIGHT else 24.0
    days = past.days(key)
    told = np.array([stood.moment(day, hours).timestamp() for day in days["day"].to_list()], dtype=np.float64)
    local = days["day"].cast(pl.Int32).to_numpy().astype(np.float64) * DAY
    over = told <= past.now.timestamp()
    return Values(told[over], local[over], days["value"].to_numpy().astype(np.float64)[over], daily=True)


def _alert(setting: Setting, asked: Rule, known: Values, one: Crossing) -> Alert:
    signal = nature(setting.about)
    at = datetime.fromtimestamp(float(known.told[one.told]), UTC)
    days = {known.day(place) for place in range(one.told + 1)} if one.told < TRUSTED_DAYS else ()
    way = "rose above" if asked.above else "fell below"
    lasted = f", and stayed so {asked.words_for}" if asked.seconds else ""
    return Alert(
        watch=Level.name,
        about=signal.key,
        first=known.first(one.began),
        at=at.isoformat(timespec="seconds"),
        cause=f"Your {signal.label[0].lower()}{signal.label[1:]} {way} the level you named{lasted}.",
        evidence=(_line(signal.key, asked, known, one),),
        ruled_out=(),
        possible=("a value that was measured or noted wrongly",) if one.told == one.began else (),
        proposes=("If you feel unwell, trust that first.", "Look whether the value can be; measure again if you can."),
        urgency=Urgency.NOW if asked.now else Urgency.TODAY,
        trust=Trust.TRUSTED if one.told >= TRUSTED_DAYS or len(days) >= TRUSTED_DAYS else Trust.FIRST,
        n=one.told + 1,
        notes=("I tell it once, until it is back.",),
        lineage=((signal.key, known.day(0).isoformat(), min(known.day(one.told), at.date()).isoformat()),),
    )  # fmt: skip


def _line(key: str, asked: Rule, known: Values, one: Crossing) -> Line:
    signal = nature(key)
    before = known.values[max(0, one.began - USUAL) : one.began]
    low, high = (float(edge) for edge in np.quantile(before, [0.05, 0.95])) if len(before) >= LEAST else (None, None)
    name = f"{signal.label}, {'above' if asked.above else 'below'} {{0}}"
    what = "days" if known.daily else "values"
    note = f"nine in ten of {len(before)} {what} before" if low is not None else f"only {len(before)} {what} before"
    return Line(name, float(known.values[one.told]), low, high, signal.unit, key, note, (asked.level,), key)
