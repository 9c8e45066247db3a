"""What is known of one signal, put together for its page: its days, what is usual, what comes next, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, Refused
from selftwin.vocabulary.signal import Kind
from selftwin.web.charts.happened import Event
from selftwin.wording.almanac import Entry
from selftwin.wording.measures import measure
from selftwin.wording.phrases import inside, phrase, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from selftwin.consent.view import Held
    from selftwin.vocabulary.estimate import Forecast, Normal
    from selftwin.vocabulary.signal import Signal
    from selftwin.web.page import Visit
    from selftwin.wording.measures import Measure

    Floats = NDArray[np.float64]

EPOCH = date(1970, 1, 1)
EVENTS = "life_event"
AHEAD = 14  # days that are foretold
DAILY = 0.6  # of the days that a signal of every day is known on


@dataclass(frozen=True, slots=True)
class Known:
    """One signal: its nature, its days in order with values in its own unit, and what is believed (None where it may
    not be, or cannot be yet)."""

    signal: Signal
    unit: str
    rows: int
    at: tuple[date, ...]
    values: Floats
    sources: tuple[str, ...]
    normal: Normal | None
    forecast: Forecast | None
    why_not: str
    today: date

    @property
    def key(self) -> str:
        """Its key."""
        return self.signal.key

    @property
    def title(self) -> str:
        """Its name without what explains it."""
        return short(self.signal.label)

    @property
    def read(self) -> Measure:
        """How its values are read."""
        return measure(self.key, self.unit)

    @property
    def spell(self) -> str:
        """What its days are called: day or night."""
        return phrase(self.key, self.signal.label).spell

    @property
    def entry(self) -> Entry | None:
        """The same as Today tells it."""
        if self.normal is None:
            return None
        return Entry(self.key, self.signal.label, self.unit, self.rows, self.normal, self.forecast)

    def shown(self, values: Floats) -> Floats:
        """Many values in the person's unit."""
        return values * self.read.scale + self.read.offset

    @property
    def everyday(self) -> bool:
        """Whether it is known on most days, so that a day without it is a gap."""
        if len(self.at) < 2:
            return False
        return len(self.at) / ((self.at[-1] - self.at[0]).days + 1) >= DAILY

    def within(self, first: date, last: date) -> slice:
        """The places of its days from first to last."""
        numbers = np.array([(one - EPOCH).days for one in self.at], np.int64)
        low, high = np.searchsorted(numbers, [(first - EPOCH).days, (last - EPOCH).days + 1])
        return slice(int(low), int(high))


def held(visit: Visit, key: str) -> Held | None:
    """What the twin holds of it; None where nothing."""
    return next((one for one in visit.ask("held") if one.signal.key == key), None)


def known(visit: Visit, key: str) -> Known:
    """All that is known of a signal. Raises UnknownSignal, NothingYet where there is nothing, Preparing."""
    signal, there = nature(key), held(visit, key)
    if there is None:
        hint = "Bring a file, or write it down."
        raise NothingYet(f"No {inside(short(signal.label))} yet.", hint=hint)
    frame = visit.made("signal days", lambda twin: twin.days(key), key)
    normal, forecast, why_not = _believed(visit, key) if signal.numeric else (None, None, "")
    days = tuple(frame["day"].to_list())
    return Known(
        signal, there.unit, there.rows, days, frame["value"].to_numpy(), tuple(frame["source"].fill_null("").to_list()),
        normal, forecast, why_not, today(visit),
    )  # fmt: skip


def _believed(visit: Visit, key: str) -> tuple[Normal | None, Forecast | None, str]:
    try:
        normal = visit.ask("normal", key)
        forecast = visit.ask("forecast", key, days=AHEAD)
    except NothingYet as nothing:
        return None, None, str(nothing)
    except Refused as refused:
        return None, None, str(refused)
    return normal, forecast, ""


def today(visit: Visit) -> date:
    """The newest day anything is recorded of, which stands for today; never one to come."""
    rows = visit.ask("latest")
    now = datetime.now(UTC)
    newest = rows.filter(rows["at"] <= now)["at"].max() if rows.height else None
    if not isinstance(newest, datetime):
        return now.date()
    return _wall(visit, newest).date()


def _wall(visit: Visit, moment: datetime) -> datetime:
    """A moment on the person's own clock."""
    from selftwin.vocabulary.zones import zone

    return moment.astimezone(zone(visit.zones.at(moment))).replace(tzinfo=None)


def newest(visit: Visit, key: str) -> dict[str, Any] | None:
    """The newest observation: when on the person's clock, its value, words and source."""
    rows = visit.ask("latest")
    found = rows.filter(rows["signal"] == key)
    if not found.height:
        return None
    row: dict[str, Any] = found.row(0, named=True)
    return row | {"local": _wall(visit, row["at"])}


def happenings(visit: Visit) -> Sequence[Event]:
    """The person's life events, on their own clock; an empty list where they may not be read."""
    try:
        rows: pl.DataFrame = visit.made("life events", lambda twin: twin.series(EVENTS))
    except Refused:
        return ()
    return tuple(_event(row) for row in rows.iter_rows(named=True))


def _event(row: dict[str, Any]) -> Event:
    lasts: timedelta = row["until"] - row["at"]
    until = (row["local"] + lasts).date() if lasts >= timedelta(days=1) else None
    return Event(row["local"].date(), row["text"] or nature(EVENTS).label.lower(), until)


def is_words(signal: Signal) -> bool:
    """Whether it is told in words or as a last state: nothing that could have a usual."""
    return signal.kind is Kind.TEXT or not signal.numeric
