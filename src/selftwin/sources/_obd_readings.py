"""What a reading of a car is called by the loggers, and the signal and unit it becomes."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

from selftwin.vocabulary.catalogue import signal
from selftwin.vocabulary.errors import UnitError
from selftwin.vocabulary.remembering import remembered
from selftwin.vocabulary.units import canonical, into

_NAMED = re.compile(r"^(.*?)\s*\(([^()]*)\)$")
_MOST_WORDS = 80
_UNITS = {"Meters/second": "m/s", "℃": "Cel", "℉": "[degF]", "rpm": "/min", "RPM": "/min"}
# By the plain name, in lower case: the signal, and the unit where none is told.
_SIGNALS = {
    "speed (obd)": ("car.speed", ""),
    "vehicle speed": ("car.speed", ""),
    "engine rpm": ("car.rpm", "/min"),
    "engine load": ("car.engine_load", "%"),
    "calculated engine load value": ("car.engine_load", "%"),
    "throttle position(manifold)": ("car.throttle", "%"),
    "throttle position": ("car.throttle", "%"),
    "engine coolant temperature": ("car.coolant_temperature", ""),
    "gps speed": ("location.speed", ""),
    "speed (gps)": ("location.speed", ""),
    "longitude": ("location.longitude", "deg"),
    "latitude": ("location.latitude", "deg"),
    "altitude": ("location.altitude", "m"),
    "altitude (gps)": ("location.altitude", "m"),
    "gps accuracy": ("location.accuracy", "m"),
    "скорость автомобиля": ("car.speed", ""),
    "обороты двигателя": ("car.rpm", ""),
    "температура охлаждающей жидкости": ("car.coolant_temperature", ""),
}
_NOWHERE = ("location.longitude", "location.latitude")  # zero until there is a position


class Quantity(NamedTuple):
    """A signal, the way into its unit, the unit of what nobody has catalogued, and whether zero means nothing."""

    signal: str
    scale: float
    zero: float
    unit: str | None
    hollow: bool


@remembered(16_384)
def quantity(name: str, unit: str = "") -> Quantity:
    """What a name such as `Engine RPM(rpm)`, or a name and its unit, stands for."""
    plain = name.strip()
    if not unit and plain.lower() not in _SIGNALS and (parts := _NAMED.match(plain)):
        plain, unit = parts[1], parts[2]
    unit = _UNITS.get(unit.strip(), unit.strip())
    key, usual = _SIGNALS.get(plain.lower(), ("", ""))
    if key and (unit or usual):
        try:
            way = into(signal(key), unit or usual)
        except UnitError:
            return Quantity(other(plain), 1.0, 0.0, _spelt(unit), hollow=False)
        return Quantity(key, way.scale, way.offset, None, key in _NOWHERE)
    return Quantity(other(plain), 1.0, 0.0, _spelt(unit), hollow=False)


def other(name: str) -> str:
    """The signal of a reading without one: its words, or a number where it has no Latin letter.

    >>> other("Intake Air Temperature")
    'other.car_intake_air_temperature'
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:_MOST_WORDS].strip("_")
    return f"other.car_{plain or zlib.crc32(name.encode())}"


def _spelt(unit: str) -> str:
    """The unit in UCUM, or as it is written where it is none."""
    try:
        return canonical(unit or "1")
    except UnitError:
        return unit[:40]
