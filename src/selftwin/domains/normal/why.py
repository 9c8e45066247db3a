"""Why a day's value is what it is: your usual level, where it drifts, the weekday, what went with it the days before,
what still echoes, and what is left; parts that add up to the value, down to the observations behind them.

What is named went with such days before; nothing here says that it made them. It is named only where it stands out
among all that was tried, and where naming it brought days not learnt from nearer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.ahead import trust_in
from selftwin.domains.normal.why_drivers import drivers, laid
from selftwin.domains.normal.why_pieces import behind, pieces
from selftwin.domains.normal.why_words import WEEKDAYS, amount, day_words, digits, once_in
from selftwin.learn.contributions import History, Split, split
from selftwin.learn.contributions_named import HELD_OUT, LEAST, Naming, naming
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS
from selftwin.vocabulary.reason import Behind, Contribution, Of, Why

if TYPE_CHECKING:
    from selftwin.domains.normal.why_drivers import Driver
    from selftwin.learn.contributions_named import Gain
    from selftwin.vocabulary.model import Past

REACH = 730  # days looked back
NEGLIGIBLE = 0.1  # of a usual surprise: what is less would change nothing worth a sentence
ASSOCIATED = "What is named went with such days in your own past. It may stand for something else: it is not a cause."
LUMP = 28  # days


@dataclass(frozen=True, slots=True)
class Explained:
    """One day of a signal: when, its days laid out with what could drive them, what is named, and the parts."""

    key: str
    day: date
    unit: str
    history: History
    tried: tuple[Driver, ...]
    naming: Naming
    parts: Split

    @property
    def n(self) -> int:
        """Days of the signal behind it."""
        return int(np.isfinite(self.history.values[:-1]).sum())

    def changed(self, history: History) -> float:
        """What would have been expected, had the days been these."""
        return split(history, self.naming.model).expected


def why_value(past: Past, key: str, *, unit: str = "") -> Why:
    """Why the last day of a signal up to `past.now` is what it is. Raises NothingYet under four days before it,
    UsageError for a signal of words, Refused."""
    signal = nature(key)
    if not signal.numeric:
        raise UsageError(f"{signal.label} is no number that could be taken apart.")
    one = explained(past, signal.key, unit or signal.unit)
    parts = tuple(_parts(past, one))
    return Why(
        signal=signal.key, unit=one.unit, at=one.day.isoformat(), of=Of.VALUE, total=one.parts.total, parts=parts,
        trust=trust_in(one.n + 1), n=one.n, change=tuple(_changes(one)), notes=tuple(_notes(one)),
        title=f"{signal.label.partition(', ')[0]} on {day_words(one.day)}",
        made_of=pieces(past, signal, one.day, one.parts.total),
    )  # fmt: skip


def explained(past: Past, key: str, unit: str) -> Explained:
    """The last day of a signal, taken apart. Raises NothingYet, Refused."""
    days = past.days(key)
    if days.height <= FIRST_DAYS:
        hint = "`selftwin show` says what is recorded." if days.height else "`selftwin import PATH` reads an export."
        more = f"{FIRST_DAYS} days before the one to explain are needed, and there are {max(days.height - 1, 0)}."
        raise NothingYet(f"{nature(key).label}: {more}", hint=hint)
    newest = days["day"][-1]
    first = max(days["day"][0], newest - timedelta(days=REACH))
    length = (newest - first).days + 1
    tried = tuple(drivers(past, key, first, length))
    columns = [one.columns() for one in tried]
    groups = np.repeat(np.arange(len(tried)), [len(one.lags) for one in tried])
    history = History(
        laid(days, first, length), (np.arange(length) + first.weekday()) % 7,
        np.hstack(columns) if columns else np.zeros((length, 0)), groups,
        np.array([tried[group].candidate.stage for group in groups.tolist()], dtype=np.int64),
    )  # fmt: skip
    found = naming(history)
    return Explained(key, newest, unit, history, tried, found, split(history, found.model))


# The parts


def _parts(past: Past, one: Explained) -> list[Contribution]:
    """Every part that says something; they add up to the total."""
    made = one.parts
    first = one.day - timedelta(days=len(one.history) - 1)
    own = Behind(one.key, first.isoformat(), (one.day - timedelta(days=1)).isoformat(), one.n)
    level = "the mean of where you stood in the year before, with all that is named below as usual"
    found = [Contribution("Your usual level", made.usual, behind=(own,), note=level)]
    found.append(Contribution("Slow drift", made.trend, *_around(made.trend, made.trend_half),
                              note="where you stand by now, week by week, from there"))  # fmt: skip
    weekday = WEEKDAYS[one.day.weekday()]
    found.append(Contribution(f"{weekday}s", made.weekday, *_around(made.weekday, made.weekday_half)))
    found += [part for place in range(len(one.tried)) if (part := _driver(past, one, place)) is not None]
    found.append(_echo(one))
    found.append(Contribution("Left unexplained", made.unexplained, note=_rare(one.naming, made.unexplained)))
    return found


def _around(value: float, half: float) -> tuple[float, float]:
    return value - half, value + half


def _driver(past: Past, one: Explained, place: int) -> Contribution | None:
    """What one named driver brings, with the days it is read from; None where it is not named or was as usual."""
    driver, value = one.tried[place], float(one.parts.drivers[place])
    if value == 0.0:
        return None
    there, told = [], []
    for lag in driver.lags:
        when, seen = one.day - timedelta(days=lag), driver.seen(lag)
        if np.isfinite(seen) and (seen or not driver.candidate.is_event):
            there += behind(past, driver.signal, when, night=driver.candidate.made == "night")
            told.append(f"{driver.said(seen)} on {day_words(when)}" if lag else driver.said(seen))
    usual = _usual(one, place)
    note = f"goes with {', '.join(told) or 'none'}; your usual is {driver.said(usual) if usual else 'none'}"
    half = float(one.parts.drivers_half[place])
    return Contribution(driver.candidate.label, value, *_around(value, half), signal=driver.signal,
                        behind=tuple(there), note=note)  # fmt: skip


def _usual(one: Explained, place: int) -> float:
    """What is usual of a driver, at its first lag, as it is told."""
    driver = one.tried[place]
    if driver.candidate.made == "load":
        return float(np.nanmedian(driver.told[:-1]))
    column = int(np.flatnonzero(one.history.groups == place)[0])
    return float(one.naming.model.frame.centre[column])


def _echo(one: Explained) -> Contribution:
    """What still echoes of the last known day."""
    known = np.flatnonzero(np.isfinite(one.history.values[:-1]))
    gap = len(one.history) - 1 - int(known[-1])
    when = one.day - timedelta(days=gap)
    share = one.naming.model.echo**gap
    note = f"{100 * share:.0f} % of what was left of {day_words(when)}" if share else "what was left does not echo"
    return Contribution("Echo of the days before", one.parts.echo,
                        behind=(Behind(one.key, when.isoformat(), when.isoformat(), 1),), note=note)  # fmt: skip


def _rare(made: Naming, left: float) -> str:
    """How unusual so much is to be left."""
    if len(made.surprises) < HELD_OUT:
        return "too few days foreseen to say how unusual that is"
    share = float((np.abs(made.surprises) >= abs(left)).mean())
    return f"as far off {once_in(share)} of the {len(made.surprises)} foreseen so far, each from the days before it"


# What would change it, and what it is worth


def _changes(one: Explained) -> list[str]:
    """What would have been expected, had one thing been otherwise; the same model asked again."""
    stands, size = one.parts.expected, one.naming.model.solved.size
    found = []
    for place, driver in enumerate(one.tried):
        for lag, column in zip(driver.lags, np.flatnonzero(one.history.groups == place).tolist(), strict=True):
            if not one.naming.named[column] or not np.isfinite(one.history.drivers[-1, column]):
                continue
            other = one.history.drivers.copy()
            other[-1, column] = one.naming.model.frame.centre[column]
            then = one.changed(one.history.with_drivers(other))
            if abs(then - stands) >= NEGLIGIBLE * size:
                found.append(f"{_instead(one, driver, lag, column)} I would have expected {_two(one, then, stands)}.")
    if abs(one.parts.echo) >= NEGLIGIBLE * size:
        then, when = _without_echo(one)
        found.append(f"Had {day_words(when)} been as the rest told, I would have expected {_two(one, then, stands)}.")
    return found


def _instead(one: Explained, driver: Driver, lag: int, column: int) -> str:
    """The beginning of a sentence in which a driver was as usual."""
    seen, usual = driver.seen(lag), _usual(one, int(one.history.groups[column]))
    when = f" on {day_words(one.day - timedelta(days=lag))}" if lag else ""
    what = driver.candidate.label[0].lower() + driver.candidate.label[1:]
    if driver.candidate.is_event and usual == 0:
        noted = "noted" if driver.signal == "alcohol.drinks" else f"of {what}"
        return f"Without the {driver.said(seen)} {noted}{when}"
    return f"With your usual {driver.said(usual)} ({what}) instead of {driver.said(seen)}{when}"


def _without_echo(one: Explained) -> tuple[float, date]:
    """What would have been expected had the last known day been as its own parts told, and that day."""
    known = int(np.flatnonzero(np.isfinite(one.history.values[:-1]))[-1])
    values = one.history.values.copy()
    values[known] = one.naming.model.smooth(one.history)[known]
    gap = len(one.history) - 1 - known
    return one.changed(replace(one.history, values=values)), one.day - timedelta(days=gap)


def _two(one: Explained, then: float, stands: float) -> str:
    """Two values as a sentence sets them side by side."""
    if one.unit == "min":
        return f"{amount(one.key, then)}, not {amount(one.key, stands)}"
    return f"{digits(then)}, not {amount(one.key, stands, one.unit)}"


def _notes(one: Explained) -> list[str]:
    """How far what is said may be trusted, and beside what."""
    made, found = one.naming, []
    known = one.history.values[:-1][np.isfinite(one.history.values[:-1])][-LUMP:]
    lump = one.parts.total - float(known.mean())
    found.append(f"Beside it: taking the mean of your last {len(known)} days as all that is usual would leave "
                 f"{_plain(one, lump)} unexplained instead of {_plain(one, one.parts.unexplained)}.")  # fmt: skip
    if one.naming.named.any():
        gain = _share(made.gain) if made.gain else ""
        found += [f"Naming {_names(one)} brought days not learnt from {gain} nearer than without.", ASSOCIATED]
    else:
        found.append(_unnamed(one))
    if made.beats is not None:
        way = "nearer" if made.beats.share >= 0 else "farther"
        found.append(f"Level, drift, weekday and echo alone come {_share(made.beats)} {way} than that mean.")
    return found


def _plain(one: Explained, value: float) -> str:
    """A difference as a sentence sets it: minutes with their unit, else a figure."""
    return amount("", value, one.unit) if one.unit == "min" else digits(value)


def _names(one: Explained) -> str:
    """The named drivers, those that were as usual today marked."""
    places = sorted(set(one.history.groups[one.naming.named].tolist()))
    words = []
    for place in places:
        label = one.tried[place].candidate.name
        words.append(label if one.parts.drivers[place] else f"{label} (as usual now)")
    return ", ".join(words)


def _unnamed(one: Explained) -> str:
    """Why no driver is named."""
    if one.n < LEAST:
        return f"No driver is named: {LEAST} days are needed before any is tried, and there are {one.n}."
    tried = int(np.isfinite(one.naming.p).sum())
    if not tried:
        return "No driver is named: nothing that could drive it is noted on enough days."
    if one.naming.gain is not None and one.naming.gain.share != 0:
        return (f"No driver is named: with those of {tried} that stood out, days not learnt from came no nearer for "
                "sure than without.")  # fmt: skip
    return f"No driver is named: of {tried} tried, none stood out beyond what luck makes of so many."


def _share(gain: Gain) -> str:
    """A gain with its interval, in per cent; both as they are where it is none."""
    low, share, high = (100 * one for one in (gain.low, gain.share, gain.high))
    if share < 0:
        low, share, high = -high, -share, -low
    found = f"{round(share)} % ({round(low)} to {round(high)}, 9 times in 10; {gain.days} days)"
    return found.replace("-", "\N{MINUS SIGN}")
