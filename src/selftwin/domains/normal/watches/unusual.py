"""Watches one signal for days outside the band that is usual for this person, within the false alarms they bear."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal import unusual as own
from selftwin.domains.normal.ahead import trust_in
from selftwin.domains.normal.band import HALF_LIFE, LAG
from selftwin.learn.alarms import APART, episodes
from selftwin.vocabulary.alert import About, Alert, Looked, Urgency
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import WEEKLY_DAYS
from selftwin.vocabulary.finding import Line
from selftwin.vocabulary.local import EPOCH, LocalClock, clock
from selftwin.vocabulary.signal import Fold

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from selftwin.domains.normal.unusual import Outside
    from selftwin.vocabulary.alert import Setting
    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.signal import Signal

    Floats = NDArray[np.float64]

NOON = 12.0
SUCH = "`selftwin watch add unusual heart_rate.resting`, for one."


class Unusual:
    """A day of one signal outside what the person's own days before make usual."""

    name = "unusual"
    title = "A day of one signal outside what is usual for you"
    version = 1
    about = About.SIGNAL
    budgeted = True
    usual_budget = 1.0
    promise = (
        "It says that a day was unlike your own days before it, no more: nine in ten days lie within the band, and "
        "your budget says how far beyond it a day must lie. On people's real days it kept to its budget (at one a "
        "month 0.6 to 1.4, by signal). It does not know why, and an unusual day may be a good one."
    )
    cites = ("Yfantidou and others 2022, Sci Data 9:663", "Thambawita and others 2020, MMSys")

    def check(self, setting: Setting) -> None:
        """Raises UsageError for a signal without numbers, a budget outside the table, and a condition."""
        signal = nature(setting.about) if setting.about else None
        if signal is None or not signal.numeric:
            raise UsageError("The watch unusual is set on one signal that is a number.", hint=SUCH)
        if not own.LEAST <= setting.budget <= own.MOST:
            raise UsageError(
                "This watch keeps to a tenth of a false alarm a month at least and two at most.",
                hint="One a month is usual: `--budget 1`.",
            )
        if setting.condition not in {"", "above", "below"}:
            raise UsageError("Only one side can be asked for.", hint="The condition is `above`, `below` or nothing.")

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        """Every episode of unusual days that began since a day. Raises Refused."""
        self.check(setting)
        signal = nature(setting.about)
        stood = clock(past.zone, [past.series(signal.key)])
        days, values = _over(past, signal, stood)
        if len(days) <= WEEKLY_DAYS:
            silent = f"I know {len(days)} days of {signal.key}; {WEEKLY_DAYS + 1} are needed to say what is unusual."
            return Looked((), 0, silent=silent)
        known = own.outside(signal, days, values)
        least = own.thresholds(known, setting.budget, lambda day: _date(day).month)
        side = known.out if setting.condition == "above" else -known.out
        size = np.abs(known.out) if not setting.condition else side
        alarms = np.flatnonzero(np.nan_to_num(size, nan=0.0) >= least)
        found = episodes(days[alarms])
        places = np.searchsorted(days, [one.first for one in found])
        told = [_alert(signal, stood, known, values, least, int(place)) for place in places]
        holds = bool(found) and int(days[-1]) - found[-1].last <= APART
        watched = np.isfinite(known.out) & (days >= (since - EPOCH).days)
        return Looked(
            tuple(one for one, its in zip(told, found, strict=True) if _date(its.first) >= since),
            int(watched.sum()),
            open=told[-1].id if holds else "",
        )


WATCH = Unusual()


def _date(day: int) -> date:
    return EPOCH + timedelta(days=int(day))


def _hours(signal: Signal) -> float:
    """Hours into a day from which it is known: a night at noon, all else when the day is over."""
    return NOON if signal.fold is Fold.NIGHT else 24.0


def _over(past: Past, signal: Signal, stood: LocalClock) -> tuple[NDArray[np.int64], Floats]:
    """Days since 1970 that could be told at `past.now`, with their values."""
    import polars as pl

    rows = past.days(signal.key)
    days = rows["day"].cast(pl.Int32).to_numpy().astype(np.int64)
    values = rows["value"].to_numpy().astype(np.float64)
    late = [place for place in range(max(0, len(days) - 3), len(days))
            if stood.moment(_date(int(days[place])), _hours(signal)) > past.now]  # fmt: skip
    kept = len(days) if not late else late[0]
    return days[:kept], values[:kept]


def _alert(signal: Signal, stood: LocalClock, known: Outside, values: Floats, least: Floats, place: int) -> Alert:
    """What is told of an unusual day, from that day and before alone."""
    band, day = known.bands[place], _date(int(known.days[place]))
    way = "above" if known.out[place] > 0 else "below"
    edge = band.high if band and way == "above" else band.low if band else np.nan
    named = signal.label.partition(",")[0]
    label = named[0].lower() + named[1:]
    line = Line(
        f"{named}, usually {{0}}",
        float(values[place]),
        band.low if band else None,
        band.high if band else None,
        signal.unit,
        signal.key,
        f"nine in ten of {place} days before, those of the last {HALF_LIFE} weighing most",
        (band.middle if band else float(edge),),
        signal.key,
    )
    return Alert(
        watch=Unusual.name,
        about=signal.key,
        first=day.isoformat(),
        at=stood.moment(day, _hours(signal)).isoformat(timespec="seconds"),
        cause=f"Your {label} lay {way} what your own days before make usual, further than nearly every day does.",
        evidence=(line, *_before(known, place)),
        ruled_out=(f"a slow change: the band has followed all days but the last {LAG}",),
        possible=("chance: most such days mean nothing", "a day that was different, in ways only you know",
                  "a value that was measured wrongly"),
        proposes=("Look what was different that day. If you feel unwell, trust that first.",
                  f"`selftwin why {signal.key} --at {day.isoformat()}` parts the day into what it is made of."),
        urgency=Urgency.LOOK,
        trust=trust_in(place),
        n=place,
        score=float(abs(known.out[place]) - least[place]),
        notes=("Unusual is not unhealthy: one day in ten lies outside the band.",),
        lineage=((signal.key, _date(int(known.days[0])).isoformat(), day.isoformat()),),
    )  # fmt: skip


def _before(known: Outside, place: int) -> tuple[Line, ...]:
    """How often a day of the last year lay so far out, on any side."""
    near = (known.days[:place] > known.days[place] - 365) & np.isfinite(known.out[:place])
    count = int(near.sum())
    if not count:
        return ()
    as_far = int((np.abs(known.out[:place][near]) >= abs(known.out[place])).sum())
    return (Line("Days of the last year that lay as far out", float(as_far), None, None, "", "", f"of {count}"),)
