"""Why a figure is as it is: how the parts that add up to it are written, so that their digits agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.reason import Of
from selftwin.wording.measures import MINUS, MINUTES, Measure, duration, measure
from selftwin.wording.phrases import inside
from selftwin.wording.words import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.vocabulary.reason import Why

PIECES = {Of.VALUE: "The same day by its pieces:", Of.FORECAST: "The same forecast by expert:", Of.ALERT: ""}
WARNING = ("What is named", "Not a device", "Your data end")
ODDS = Measure("log odds")
LEFT = "Left unexplained"
NEARLY, HALF, SOME = 0.85, 0.5, 0.25  # shares that have words of their own


def reading(one: Why) -> Measure:
    """How its figures are read: in the person's unit, a score as it is."""
    return ODDS if one.of is Of.ALERT else measure(one.signal, one.unit)


def total(one: Why) -> str:
    """The figure itself, with its unit."""
    read = reading(one)
    if read.clock or read.unit in MINUTES:
        return read.one(one.total)
    digits = places([part.value * read.scale for part in one.parts[1:]])
    return f"{figure(read(one.total), digits).removesuffix('.0')} {read.words}".rstrip()


def said(value: float, read: Measure, digits: int, *, base: bool = False, signed: bool = False) -> str:
    """A part in so many digits: the whole on its scale, a part as a difference."""
    there = read(value) if base else value * read.scale
    if read.clock and base:
        return read.one(value)
    if read.unit in MINUTES:
        minutes = round(there * MINUTES[read.unit])
        return ("+" if signed and minutes > 0 else "") + duration(minutes)
    return ("+" if signed and there > 0 else "") + figure(there, digits)


def places(values: Sequence[float]) -> int:
    """Digits after the point that parts of this size deserve.

    >>> places([0.3, -2.0]), places([120.0, 3.0]), places([0.02])
    (1, 0, 3)
    """
    size = max((abs(value) for value in values), default=0.0)
    return next((digits for digits, least in enumerate((50.0, 1.0, 0.1)) if size >= least), 3)


def figure(value: float, digits: int) -> str:
    """A figure with so many digits after the point.

    >>> figure(1234.56, 1)
    '1,234.6'
    """
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", MINUS)


def ledger(one: Why) -> list[tuple[str, str]]:
    """Parts and what they bring, in figures that visibly add up to the total; what rounding leaves goes to what is
    unexplained, else to the largest part."""
    read, parts = reading(one), one.parts
    digits = places([part.value * read.scale for part in parts[1:]])
    unit = MINUTES.get(read.unit)
    at = [part.value * read.scale + (0.0 if place else read.offset) for place, part in enumerate(parts)]
    rounded = [round(value * unit) / unit if unit else round(value, digits) for value in at]
    whole = read(one.total)
    short = (round(whole * unit) / unit if unit else round(whole, digits)) - sum(rounded)
    names = [part.name for part in parts]
    takes = names.index(LEFT) if LEFT in names else max(range(len(parts)), key=lambda place: abs(at[place]))
    rounded[takes] += short
    plain = Measure(read.unit, clock=read.clock)
    return [(part.name, said(value, plain, digits, base=not place, signed=bool(place)))
            for place, (part, value) in enumerate(zip(parts, rounded, strict=True))]  # fmt: skip


def bare(one: Why) -> str:
    """The figure itself without its unit, in the digits of its ledger."""
    read = reading(one)
    if read.clock or read.unit in MINUTES:
        return read.one(one.total)
    return figure(read(one.total), places([part.value * read.scale for part in one.parts[1:]]))


def account(one: Why, of: str = "it") -> str:
    """How much of what is unusual goes with what is named, in a sentence; empty where nothing is unusual."""
    if not one.parts or not one.total - one.parts[0].value:
        return ""
    away = one.total - one.parts[0].value
    left = sum(part.value for part in one.parts if part.name == LEFT)
    share = (away - left) / away
    same = [part for part in one.parts[1:] if part.value * away > 0 and part.name != LEFT]
    named = [lower(part.name) for part in sorted(same, key=lambda part: -abs(part.value))[:2]]
    if share < SOME or not named:
        return f"I cannot explain most of {of}."
    much = "nearly all" if share >= NEARLY else "over half" if share >= HALF else "less than half"
    rest = "" if share >= NEARLY else "; the rest I cannot explain"
    return f"Of {of}, {much} goes with {' and '.join(named)}{rest}."


def lower(name: str) -> str:
    """A name within a sentence: small, unless it is a day of the week or in capitals.

    >>> lower("Breathing that night"), lower("Thursdays"), lower("HRV")
    ('breathing that night', 'Thursdays', 'HRV')
    """
    return name if name.startswith(WEEKDAYS) else inside(name)
