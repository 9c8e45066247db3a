"""What if: a scenario is a list of steps on signals, written the way a person would say them.

    energy.intake -500 kcal/d for 90 d          less of something every day, than you are used to
    meal.carbs 60 g at 12:30                    something that happens once, at the next half past twelve
    sleep.duration +1 h for 14 d
    training.load -50 % for 10 d                a share of what is usual
    workout walking 30 min in 20 min            a state has a word
    sleep.start 23:00 for 7 d                   a time of day
    meal.description "200 g rice, 1 egg" at 19:00
    time_zone Asia/Tokyo at 2026-12-01

A sign makes a change, none makes the value itself. What is written `/d`, `daily`, or `for` a day and more, happens
every day. Steps are joined by `;`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UnitError, UsageError
from selftwin.vocabulary.signal import Kind
from selftwin.vocabulary.units import into

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from zoneinfo import ZoneInfo

    from selftwin.vocabulary.signal import Signal

MOST_STEPS = 40
LONGEST = timedelta(days=30 * 366)
DAY = timedelta(days=1)
CLOCKS = {"sleep.start": 720, "sleep.midpoint": 720, "sleep.end": 1440}  # from this minute on, it is the day before's
LASTING = {"s": 1, "sec": 1, "min": 60, "h": 3600, "d": 86400, "wk": 604800, "mo": 30.4375 * 86400, "a": 365.25 * 86400}
SPELT = {"second": "s", "minute": "min", "hour": "h", "hr": "h", "day": "d", "week": "wk", "w": "wk", "month": "mo",
         "year": "a", "y": "a", "m": "min"}  # fmt: skip
EXAMPLE = "Write it like `energy.intake -500 kcal/d for 90 d` or `meal.carbs 60 g at 12:30`."

_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"})  # as printed
_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
_QUOTED = re.compile(r'(?<!\S)"[^"]+"(?!\S)')
_AMOUNT = re.compile(r"([+-]?)(\d+(?:\.\d+)?|\.\d+)(.*)")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_DAILY = ("/d", "/day", " daily", " every day", " a day", " per day", " each day")
_UNITS = ("U", "u", "units")  # of insulin, as people say; UCUM's U is of enzymes
_KEYS = ("at", "in", "for", "from")


class Way(StrEnum):
    """What a step does: sets a value, changes it by an amount, or by a share of what is usual."""

    SET = "set"
    CHANGE = "change"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Do:
    """One step on a signal.

    `amount` is in the signal's own `unit`, or a share (-0.5 for half of the usual less); None where `words` say all
    (a zone, a meal). It begins at the wall `clock`, at a `moment` (aware, or of the wall clock), `after` a while, or at
    once; it `lasts` as long as the model looks where nothing is said. `daily` steps happen every day of that time.
    """

    signal: str
    way: Way
    amount: float | None
    unit: str
    words: str = ""
    clock: time | None = None
    moment: datetime | None = None
    after: timedelta | None = None
    lasts: timedelta | None = None
    daily: bool = False

    def begins(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When it begins, in UTC, seen from a moment (aware): a clock that has passed means tomorrow's."""
        if self.moment is not None:
            known = self.moment if self.moment.tzinfo else self.moment.replace(tzinfo=zone)
            return known.astimezone(UTC)
        if self.clock is not None:
            today = now.astimezone(zone)
            then = datetime.combine(today.date(), self.clock, zone)
            later = then if then.astimezone(UTC) >= now else datetime.combine(today.date() + DAY, self.clock, zone)
            return later.astimezone(UTC)
        return (now + (self.after or timedelta(0))).astimezone(UTC)

    def changed(self, usual: float) -> float:
        """The value under this step where `usual` is the value without it, both in the signal's unit."""
        if self.amount is None:
            return usual
        by = {Way.SET: self.amount, Way.CHANGE: usual + self.amount, Way.SHARE: usual * (1 + self.amount)}
        return by[self.way]

    def __str__(self) -> str:
        words = f' "{self.words}"' if self.words else ""
        amount = "" if self.amount is None else f" {self._amount()}"
        return f"{self.signal}{words}{amount}{'/d' if self.daily and self._rate() else ''}{self._when()}"

    def _rate(self) -> bool:
        """Whether its unit can take `/d`; what lasts days is daily without saying so."""
        return self.amount is not None and not (self.lasts and self.lasts >= DAY)

    def _amount(self) -> str:
        number = self.amount or 0.0
        if self.signal in CLOCKS and self.way is Way.SET:
            return f"{int(number % 1440) // 60:02}:{int(number % 60):02}"
        sign = "+" if self.way is not Way.SET and number >= 0 else ""
        if self.way is Way.SHARE:
            return f"{sign}{_number(number * 100)} %"
        return f"{sign}{_number(number)} {self.unit}".rstrip()

    def _when(self) -> str:
        said = ""
        if self.moment is not None:
            said = f" at {self.moment.isoformat()}"
        elif self.clock is not None:
            said = f" at {self.clock:%H:%M}"
        elif self.after:
            said = f" in {_number(self.after.total_seconds() / 60)} min"
        return said if self.lasts is None else f"{said} for {_span(self.lasts)}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Steps that are taken together. No steps at all is the future as you are."""

    steps: tuple[Do, ...] = ()

    @property
    def signals(self) -> frozenset[str]:
        """The signals it touches."""
        return frozenset(step.signal for step in self.steps)

    def about(self, keys: Collection[str]) -> Scenario:
        """The steps on these signals alone."""
        return Scenario(tuple(step for step in self.steps if step.signal in keys))

    def of(self, key: str) -> tuple[Do, ...]:
        """The steps on one signal."""
        return tuple(step for step in self.steps if step.signal == key)

    def __str__(self) -> str:
        return "; ".join(str(step) for step in self.steps)


AS_YOU_ARE = Scenario()


def scenario(texts: str | Iterable[str]) -> Scenario:
    """The scenario of one or several texts, each of one or several steps. Raises UsageError, UnknownSignal, UnitError.

    >>> str(scenario("energy.intake -500 kcal/d for 90 d"))
    'energy.intake -500 kcal for 90 d'
    """
    texts = [texts] if isinstance(texts, str) else list(texts)
    parts = [part for text in texts for part in re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', text) if part.strip()]
    if len(parts) > MOST_STEPS:
        raise UsageError(f"{len(parts)} steps are too many at once.", hint=f"Ask for at most {MOST_STEPS}.")
    return Scenario(tuple(step(part) for part in parts))


def step(text: str) -> Do:
    """One step. Raises UsageError, UnknownSignal, UnitError."""
    plain = text.translate(_MINUS).strip()
    key, _, rest = plain.partition(" ")
    signal = nature(key)
    if '"' in _QUOTED.sub("", plain):
        raise UsageError("Words stand between two quotation marks.", hint='Write it like `habit "walk after lunch"`.')
    what, when = _parted(rest)
    what, is_daily = (what, False) if what in signal.states else _daily(what)
    timing, is_said_daily = _timing(when)
    lasts = timing.lasts
    words, amount = _worded(signal, what)
    way, number = _amount(signal, amount, text)
    _check(signal, way, number)
    every_day = is_daily or is_said_daily or (lasts is not None and lasts >= DAY)
    return Do(signal.key, way, number, signal.unit, words, timing.clock, timing.moment, timing.after, lasts, every_day)


@dataclass(slots=True)
class _Timing:
    """When and how long, as read so far."""

    clock: time | None = None
    moment: datetime | None = None
    after: timedelta | None = None
    lasts: timedelta | None = None


def _parted(rest: str) -> tuple[str, list[tuple[str, str]]]:
    """What is said before the first `at`, `in`, `for` or `from`, and what stands after each of them."""
    tokens = [(found.group(2) or "", found.group(0)) for found in _TOKEN.finditer(rest)]
    starts = [i for i, (word, _) in enumerate(tokens) if word in _KEYS]
    ends = [*starts[1:], len(tokens)][: len(starts)]
    texts = [whole for _, whole in tokens]
    what = " ".join(texts[: starts[0]] if starts else texts)
    return what, [(texts[i], " ".join(texts[i + 1 : end])) for i, end in zip(starts, ends, strict=True)]


def _daily(text: str) -> tuple[str, bool]:
    """The text without the words that say `every day`, and whether they stood there."""
    padded = f" {text}"
    ending = next((ending for ending in _DAILY if padded.endswith(ending)), "")
    return padded.removesuffix(ending).strip(), bool(ending)


def _timing(parts: list[tuple[str, str]]) -> tuple[_Timing, bool]:
    """What `at`, `in`, `for` and `from` say, and whether any says `every day`."""
    timing, is_daily = _Timing(), False
    for key, said in parts:
        text, daily = _daily(said)
        is_daily = is_daily or daily
        if key == "for":
            timing.lasts = _lasting(text)
        elif key == "in":
            timing.after = _lasting(text)
        elif clock := _CLOCK.fullmatch(text):
            timing.clock = time(int(clock[1]) % 24, int(clock[2]))
        else:
            timing.moment = _moment(text)
    return timing, is_daily


def _lasting(text: str) -> timedelta:
    """A time span such as `90 d`, `45 min`, `2 h 30 min`."""
    found = _SPAN.findall(text)
    unread = _SPAN.sub("", text).strip()
    units = [SPELT.get(word.lower().removesuffix("s") or word, word.removesuffix("s") or word) for _, word in found]
    if not found or unread or not all(unit in LASTING for unit in units):
        raise UsageError(f"{text[:40]!r} is not a length of time.", hint="Write 45 min, 2 h, 14 d, 8 wk or 1 a.")
    seconds = (float(number) * LASTING[unit] for (number, _), unit in zip(found, units, strict=True))
    total = timedelta(seconds=sum(seconds))
    if not timedelta(0) < total <= LONGEST:
        raise UsageError("A step lasts more than nothing, and at most thirty years.")
    return total


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        hint = "Write 12:30, 2026-02-14 or 2026-02-14T08:30."
        raise UsageError(f"{text[:40]!r} is not a time.", hint=hint) from None


def _worded(signal: Signal, text: str) -> tuple[str, str]:
    """The word of a state or text signal, and what is left for the amount."""
    if signal.kind not in {Kind.STATE, Kind.TEXT, Kind.EVENT}:
        return "", text
    found = _TOKEN.match(text)
    if found is None or (found.group(1) is None and _AMOUNT.fullmatch(found.group(0))):
        if signal.kind is Kind.EVENT and text:
            return "", text
        raise UsageError(f"A step on {signal.key} needs a word.", hint=EXAMPLE)
    word = found.group(1) if found.group(1) is not None else found.group(0)
    if signal.states and word not in signal.states:
        raise UsageError(f"{signal.key} is never {word[:40]!r}.", hint=f"It may be {', '.join(signal.states)}.")
    return word, text[found.end() :].strip()


def _amount(signal: Signal, text: str, whole: str) -> tuple[Way, float | None]:
    """How a step changes its signal, and by how much in the signal's unit."""
    if not text:
        if signal.kind in {Kind.STATE, Kind.TEXT, Kind.EVENT}:
            return Way.SET, None
        raise UsageError(f"{whole[:60]!r} says no amount of {signal.key}.", hint=EXAMPLE)
    if signal.key in CLOCKS and (clock := _CLOCK.fullmatch(text)):
        minutes = int(clock[1]) * 60 + int(clock[2])
        return Way.SET, float(minutes if minutes < CLOCKS[signal.key] else minutes - 1440)
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise UsageError(f"{text[:40]!r} is not an amount of {signal.key}.", hint=EXAMPLE)
    sign, digits, unit = found[1], found[2], found[3].strip()
    number = float(f"{sign}{digits}")
    if unit == "%" and sign and signal.unit != "%":
        return Way.SHARE, number / 100
    return Way.CHANGE if sign else Way.SET, _converted(signal, number, unit, is_change=bool(sign))


def _converted(signal: Signal, number: float, unit: str, *, is_change: bool) -> float:
    """A number in the signal's own unit; a change has no zero point to move."""
    if not unit or (unit in _UNITS and signal.unit == "[iU]"):
        return number
    try:
        way = into(signal, unit)
    except UnitError as error:
        hint = f"{signal.key} is kept in {signal.unit}."
        raise UsageError(f"{unit[:40]!r} is no unit of {signal.key}.", hint=hint) from error
    return number * way.scale + (0.0 if is_change else way.offset)


def _check(signal: Signal, way: Way, number: float | None) -> None:
    """Refuse what can never be."""
    if number is None:
        return
    low = -math.inf if signal.low is None else signal.low
    high = math.inf if signal.high is None else signal.high
    impossible = way is Way.SET and not low <= number <= high
    if impossible or not math.isfinite(number) or (way is Way.SHARE and number < -1):
        hint = f"It lies between {low:g} and {high:g} {signal.unit}."
        raise UsageError(f"{signal.key} can never be that.", hint=hint)


def _number(number: float) -> str:
    return f"{number:.10g}"


def _span(lasts: timedelta) -> str:
    """A time span as a step writes it."""
    seconds = lasts.total_seconds()
    unit = next((unit for unit in ("d", "h", "min") if seconds % LASTING[unit] == 0), "s")
    return f"{_number(seconds / LASTING[unit])} {unit}"
