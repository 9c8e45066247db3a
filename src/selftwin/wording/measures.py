"""Values as a person reads them: their own units, hours and minutes, no more digits than the spread deserves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MINUS = "\N{MINUS SIGN}"
MINUTES = {"min": 1.0, "h": 60.0, "s": 1 / 60}
CLOCKS = {"sleep.start", "sleep.end", "sleep.midpoint"}
CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
WORDS = {
    "1": "",
    "/min": "a minute",
    "/h": "an hour",
    "Cel": "°C",
    "Cel{diff}": "°C",
    "[degF]": "°F",
    "[lb_av]": "lb",
    "[mi_i]": "miles",
    "[ft_i]": "ft",
    "mm[Hg]": "mmHg",
    "kW.h": "kWh",
    "[MET]": "MET",
    "dB[SPL]": "dB",
    "[iU]": "IU",
    "[ppm]": "ppm",
    "[ppb]": "ppb",
    "ug": "µg",
    "ug/m3": "µg/m³",
    "kg/m2": "kg/m²",
    "m/s": "m/s",
    "d": "days",
    "a": "years",
    "ms2": "ms²",
    "mL/(kg.min)": "mL/kg/min",
    "kcal/(kg.h)": "kcal/kg/h",
    "mL/min/{1.73_m2}": "mL/min per 1.73 m²",
    "[iU]/L": "IU/L",
    "[iU]/h": "IU/h",
    "m[iU]/L": "mIU/L",
    "u[iU]/mL": "µIU/mL",
    "g/[iU]": "g/IU",
    "mg/dL/[iU]": "mg/dL/IU",
    "10*9/L": "billion/L",
    "10*12/L": "trillion/L",
    "Bq/m3": "Bq/m³",
    "/m3": "per m³",
    "m3": "m³",
    "ug/dL": "µg/dL",
    "umol/L": "µmol/L",
    "uS": "µS",
    "deg": "°",
    "[diop]": "dioptres",
}
NOISE = 1e-12  # less than this is what is left over of sums in binary, and no figure
UNSPOKEN = {"{score}", "{index}", "{severity}", "{flag}", "{count}", "{rating}", "{effort}"}


@dataclass(frozen=True, slots=True)
class Measure:
    """How one signal is read: `scale` and `offset` lead from the unit inside to `unit`, the person's own."""

    unit: str
    whole: bool = False
    clock: bool = False
    scale: float = 1.0
    offset: float = 0.0

    def __call__(self, value: float) -> float:
        """The value in the person's unit."""
        return value * self.scale + self.offset

    @property
    def words(self) -> str:
        """The unit as it stands behind a figure; empty for what is merely counted, for hours and for money."""
        if self.unit in MINUTES or self.unit in UNSPOKEN or self._money:
            return ""
        if self.unit.startswith("{"):
            return self.unit.strip("{}").replace("_", " ")
        return WORDS.get(self.unit, self.unit)

    def one(self, value: float, *beside: float) -> str:
        """A value with its unit, in the digits that the spread of the values beside it deserves."""
        return self._with_unit(self._figure(self(value), self._step([value, *beside])))

    def apart(self, value: float, low: float, high: float, *others: float) -> tuple[str, str]:
        """A value and the range it is held against; digits are added until what lies outside is seen to, and until it
        is told apart from each of the others."""
        step = self._step_apart(value, low, high, *others)
        return self._with_unit(self._figure(self(value), step)), self._range(low, high, step)

    def _step_apart(self, value: float, low: float, high: float, *others: float) -> float:
        step = self._step([low, high])
        edges = (low, high, *others)
        while any(edge != value and _rounded(self(edge), step) == _rounded(self(value), step) for edge in edges):
            if step < 1e-3 * max(abs(self(high) - self(low)), 1e-6) or (self.whole and step <= 1):
                break
            step /= 10
        return step

    def beside(self, value: float, low: float, high: float, *others: float) -> list[str]:
        """The others as bare figures, in the digits in which `apart` tells a value and its range."""
        step = self._step_apart(value, low, high, *others)
        return [self._figure(self(one), step) for one in others]

    def range(self, low: float, high: float) -> str:
        """Low to high with the unit: 6 h 20 to 7 h 50."""
        return self._with_unit(self._range(low, high, self._step([low, high])))

    def difference(self, value: float) -> str:
        """A difference between two values, with its unit."""
        apart = Measure("1" if self.unit.startswith("/") else self.unit, scale=self.scale)
        return apart.one(value, 0.0)

    def apart_all(self, values: Sequence[float]) -> list[str]:
        """Bare figures for the edge of a drawing, in as many digits as tell them apart."""
        step = self._step(list(values))
        figures = [self._figure(self(value), step) for value in values]
        while len(set(figures)) < len(set(values)) and step > 1e-6 and not (self.whole and step <= 1):
            step /= 10
            figures = [self._figure(self(value), step) for value in values]
        return figures

    def bare(self, low: float, high: float) -> str:
        """Low to high without the unit."""
        return self._range(low, high, self._step([low, high]))

    def axis(self, value: float, *beside: float) -> str:
        """A bare figure for the edge of a drawing."""
        return self._figure(self(value), self._step([value, *beside]))

    @property
    def _money(self) -> bool:
        return len(self.unit) == 5 and self.unit.startswith("[") and self.unit[1:4].isupper()

    def _range(self, low: float, high: float, step: float) -> str:
        first, last = self._figure(self(low), step), self._figure(self(high), step)
        return first if first == last else f"{first} to {last}"

    def _step(self, values: list[float]) -> float:
        """What these values are worth being written to: tenths, hundredths, or 1, 2, 5, 10, 20 and so on."""
        there = [self(value) for value in values]
        spread = max(there) - min(there)
        size = spread / 12 if spread > 0 else max(map(abs, there)) / 100
        if size < NOISE:
            size = 0.0
        if 0 < size < 1:
            step = 10.0 ** round(math.log10(size))
        else:
            power = 10.0 ** math.floor(math.log10(size)) if size else 1.0
            step = power * max(times for times in (1, 2, 5) if times * power <= max(size, power))
        return max(step, 1.0) if self.whole or self.unit == "min" else step

    def _figure(self, value: float, step: float) -> str:
        if self.clock:
            return clock(_rounded(value, step))
        if self.unit in MINUTES:
            return duration(_rounded(value, step) * MINUTES[self.unit])
        figure = _plain(_rounded(value, step), step)
        if self._money:
            name = self.unit[1:4]
            return f"{CURRENCIES.get(name, name)} {figure}"
        return figure

    def _with_unit(self, figure: str) -> str:
        return f"{figure} {self.words}".rstrip()


def measure(key: str, unit: str) -> Measure:
    """How a signal is read, in the unit settled under `[units]` by its key or its substance, else in its own."""
    from selftwin.vocabulary.catalogue import nature
    from selftwin.vocabulary.signal import Grain
    from selftwin.vocabulary.units import converter
    from selftwin.wording.settings import settings

    signal = nature(key)
    whole = signal.grain is not Grain.CONTINUOUS
    wanted = settings().units.get(key) or settings().units.get(signal.substance)
    if wanted is None or wanted == unit or unit.startswith("["):
        return Measure(unit, whole=whole, clock=key in CLOCKS)
    change = converter(unit, wanted, substance=signal.substance)
    return Measure(wanted, scale=change.scale, offset=change.offset)


def clock(minutes: float) -> str:
    """Minutes from midnight as a clock shows them.

    >>> clock(-30), clock(425)
    ('23:30', '07:05')
    """
    hour, minute = divmod(round(minutes) % 1440, 60)
    return f"{hour:02d}:{minute:02d}"


def duration(minutes: float) -> str:
    """Minutes as people say them.

    >>> duration(432), duration(45), duration(420), duration(0.5)
    ('7 h 12', '45 min', '7 h', '30 s')
    """
    sign, minutes = MINUS if minutes < 0 else "", abs(minutes)
    if 0 < minutes < 1:
        return f"{sign}{minutes * 60:.0f} s"
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h {rest:02d}" if rest else f"{sign}{hours} h"


def _rounded(value: float, step: float) -> float:
    return round(value / step) * step


def _plain(value: float, step: float) -> str:
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value + 0.0:,.{decimals}f}".replace("-", MINUS)
