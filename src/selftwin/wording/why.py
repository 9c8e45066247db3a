"""Why a figure is as it is: how the parts that add up to it are written, so that their digits agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.reason import Of
from selftwin.wording.measures import MINUS, MINUTES, Measure, duration, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.vocabulary.reason import Why

PIECES = {Of.VALUE: "The same day by its pieces:", Of.FORECAST: "The same forecast by expert:", Of.ALERT: ""}
WARNING = ("What is named", "Not a device", "Your data end")
ODDS = Measure("log odds")


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
