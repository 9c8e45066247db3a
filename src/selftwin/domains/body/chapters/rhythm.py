"""Rhythm: when the day's activity peaks, how alike the days are, how broken up, how regular sleep is, and how far free
days lie from working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.chapters._figures import OLD, RECENT, first_known, recent, silent, trust_of
from selftwin.domains.body.hours import by_hour
from selftwin.domains.body.sleep.regularity import pairs
from selftwin.learn.rhythm import (
    DAY,
    NORMAL90,
    chronotype,
    contrast,
    cosinor,
    interdaily_stability,
    intradaily_variability,
    jackknife,
    social_jet_lag,
)
from selftwin.vocabulary.estimate import FIRST_DAYS
from selftwin.vocabulary.finding import Finding, Line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

LEAST = 7  # days of activity
FREE = (6, 7)  # Saturday's and Sunday's waking, by ISO weekday
ACTIVITY = {"steps": ("steps", "{steps}"), "heart_rate": ("heart rate", "/min")}
CITES = (
    "Cornelissen, Theor Biol Med Model 2014;11:16 (cosinor)",
    "Van Someren and others, Chronobiol Int 1999;16:505 (IS, IV, L5, M10, RA)",
    "Phillips and others, Sci Rep 2017;7:3216 (sleep regularity)",
    "Wittmann and others, Chronobiol Int 2006;23:497 (social jet lag)",
    "Roenneberg and others, Curr Biol 2012;22:939 (chronotype)",
)
CLOCKS = "Times are on your wall clock. What the inner clock does is measured in saliva, not at the wrist."


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The chapter on the rhythm of days."""

    name: str = "rhythm"
    title: str = "Rhythm"
    rank: int = 7

    def read(self, past: Past) -> Finding:
        """The shape of the days and nights of the last four weeks."""
        key, days = _active(past)
        lines = first_known([*_shape(days, key), _regular(past), *_free_days(past)])
        nights = recent(past, "sleep.midpoint")
        if not lines:
            raise silent("rhythm", f"Steps through the day on {LEAST} days tell it, or nights with when you slept.")
        last = [*(day for day, _ in days[-1:]), *nights["day"].to_list()[-1:]]
        n = max(len(days), nights.height)
        missing = () if days else ("steps or heart rate through the day, for the shape of your days",)
        return Finding(self.name, self.title, max(last).isoformat(), trust_of(n), n, lines, (CLOCKS,), missing, CITES)


def _active(past: Past) -> tuple[str, list[tuple[date, Floats]]]:
    """Hours of the last four weeks of steps, or else of heart rate; none where fewer than seven days are known."""
    today = past.now.astimezone(past.zone).date()
    for key in ACTIVITY:
        days = [one for one in by_hour(past, key, since=today - timedelta(OLD)) if one[0] < today]
        days = [one for one in days if one[0] > days[-1][0] - timedelta(RECENT)]
        if len(days) >= LEAST:
            return key, days
    return "", []


def _shape(days: list[tuple[date, Floats]], key: str) -> list[Line | None]:
    """The wave of the day and the measures that need none."""
    if not days:
        return []
    hours = np.stack([hours for _, hours in days])
    name, unit = ACTIVITY[key]
    wave = cosinor(hours)
    lines = [
        _clock("activity peaks at, hours after midnight", wave.acrophase, hours, lambda at: cosinor(at).acrophase,
               f"by the wave that fits {name} best (cosinor)"),
        _figure("height of that wave", wave.amplitude, hours, lambda at: cosinor(at).amplitude, unit,
                f"{name} an hour, over a middle of {wave.mesor:.0f}"),
        _figure("how alike the days are (IS)", interdaily_stability(hours), hours, interdaily_stability, "1",
                "0 at random, 1 the same every day"),
        _figure("how broken up they are (IV)", intradaily_variability(hours), hours, intradaily_variability, "1",
                "0 one smooth wave, about 2 at random"),
    ]  # fmt: skip
    if np.isfinite(hours).any(0).all():
        lines += _contrast(hours, name, unit)
    return [line for line in lines if np.isfinite(line.value)]


def _contrast(hours: Floats, name: str, unit: str) -> list[Line]:
    """Rest and activity of the average day."""
    found = contrast(hours)
    return [
        _figure("how far rest and activity lie apart (RA)", found.relative, hours, lambda at: contrast(at).relative,
                "1", "0 not at all, 1 wholly"),
        _figure("the quietest five hours (L5)", found.l5, hours, lambda at: contrast(at).l5, unit,
                f"{name} an hour, from {_at(found.l5_start)}"),
        _figure("the busiest ten hours (M10)", found.m10, hours, lambda at: contrast(at).m10, unit,
                f"{name} an hour, from {_at(found.m10_start)}"),
    ]  # fmt: skip


def _figure(name: str, value: float, hours: Floats, of: Callable[[Floats], float], unit: str, note: str) -> Line:
    """A figure with the bounds that its days give it."""
    away = NORMAL90 * jackknife(hours, of)
    known = np.isfinite(away)
    return Line(name, value, value - away if known else None, value + away if known else None, unit, note=note)


def _clock(name: str, value: float, hours: Floats, of: Callable[[Floats], float], note: str) -> Line:
    """A time of day with its bounds, told in hours, and as the clock shows it."""
    away = NORMAL90 * jackknife(hours, of, around=DAY)
    shown = f"{_at(value)} on the clock ({_at(value - away)} to {_at(value + away)}), {note}"
    return Line(name, value / 60, (value - away) / 60, (value + away) / 60, "h", note=shown)


def _at(minutes: float) -> str:
    hour, minute = divmod(round(minutes) % 1440, 60)
    return f"{hour:02d}:{minute:02d}"


def _regular(past: Past) -> Line | None:
    """The Sleep Regularity Index of four weeks, with the bounds its pairs of nights give it."""
    start, end = recent(past, "sleep.start"), recent(past, "sleep.end").rename({"value": "end"})
    both = start.join(end, on="day").sort("day").upsample("day", every="1d") if start.height and end.height else None
    if both is None:
        return None
    begun, ended = (both[name].cast(float).fill_null(float("nan")).to_numpy().astype(np.float64)
                    for name in ("value", "end"))  # fmt: skip
    known = pairs(begun, ended)
    known = known[np.isfinite(known)]
    if len(known) < FIRST_DAYS + 1:
        return None
    away = NORMAL90 * float(known.std(ddof=1) / np.sqrt(len(known)))
    value = float(known.mean())
    return Line("sleep regularity, of 100", value, value - away, min(value + away, 100.0), "{index}",
                "sleep.regularity", "by when sleep began and ended")  # fmt: skip


def _free_days(past: Past) -> list[Line | None]:
    """Social jet lag, and the middle of sleep on free days without what makes up for working days."""
    nights = recent(past, "sleep.midpoint").join(recent(past, "sleep.duration").rename({"value": "slept"}), on="day")
    if not nights.height:
        return []
    free = nights["day"].dt.weekday().is_in(FREE).to_numpy()
    middles, slept = (nights[name].to_numpy().astype(np.float64) for name in ("value", "slept"))
    found, kind = social_jet_lag(middles, free), chronotype(middles, slept, free)
    if found is None or kind is None:
        return []
    apart, error = found
    spread = NORMAL90 * float(middles[free].std(ddof=1) / np.sqrt(free.sum()))
    return [
        Line("sleep later on free days by", apart, apart - NORMAL90 * error, apart + NORMAL90 * error, "min",
             note="social jet lag"),
        Line("chronotype, the middle of sleep on free days", kind, kind - spread, kind + spread, "min",
             "sleep.midpoint", "less what makes up for working days (MSFsc)"),
    ]  # fmt: skip


CHAPTER = Rhythm()
