"""What an entity of Home Assistant tells: its signal, from its domain, its class of device, its unit, and its name.

The classes are those of `homeassistant/components/sensor/const.py` and `binary_sensor`. A class says temperature, and
never of what: only the entity's name tells a room from the garden, and both from a freezer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selftwin.vocabulary.catalogue import signal
from selftwin.vocabulary.errors import UnitError
from selftwin.vocabulary.remembering import remembered
from selftwin.vocabulary.units import canonical, into

_MOST_WORDS = 80
_UNITS = {
    "ppm": "[ppm]", "ppb": "[ppb]", "dB": "dB[SPL]", "mWh": "mW.h", "Wh": "W.h", "kWh": "kW.h", "MWh": "MW.h",
    "GWh": "GW.h", "gal": "[gal_us]", "kn": "[kn_i]", "mmHg": "mm[Hg]", "°": "deg",
}  # fmt: skip
_HUNDRED_CUBIC_FEET = {"CCF": ("ft³", 100.0)}
# By the class of a sensor: in a room, and in the open; nothing where there is no signal for it.
_MEASURED = {
    "temperature": ("indoor.temperature", "weather.temperature"),
    "humidity": ("indoor.humidity", "weather.humidity"),
    "carbon_dioxide": ("indoor.co2", ""),
    "illuminance": ("indoor.light", ""),
    "sound_pressure": ("indoor.noise", ""),
    "atmospheric_pressure": ("indoor.pressure", "weather.pressure"),
    "pressure": ("indoor.pressure", "weather.pressure"),
    "volatile_organic_compounds_parts": ("indoor.tvoc", ""),
    "pm25": ("indoor.pm2_5", "air.pm2_5"),
    "pm10": ("", "air.pm10"),
    "nitrogen_dioxide": ("", "air.no2"),
    "ozone": ("", "air.o3"),
    "power": ("home.power", "home.power"),
    "battery": ("device.battery", "device.battery"),
    "wind_speed": ("weather.wind", "weather.wind"),
}
_METERED = {"energy": "home.electricity", "gas": "home.gas", "water": "home.water"}
_OF_AIR = {"hPa", "mbar", "mmHg", "inHg"}  # pressures in bar and psi are those of water and of tyres
# Where no class is told (old databases, CSV): the unit and the last word of the name.
_BY_UNIT = {"°C": "temperature", "°F": "temperature", "W": "power", "kW": "power", "Wh": "energy", "kWh": "energy",
            "MWh": "energy", "lx": "illuminance"}  # fmt: skip
_BY_NAME = {
    ("humidity", "%"): "humidity", ("battery", "%"): "battery", ("co2", "ppm"): "carbon_dioxide",
    ("dioxide", "ppm"): "carbon_dioxide", ("illuminance", "lx"): "illuminance", ("gas", "m³"): "gas",
    ("water", "L"): "water", ("water", "m³"): "water",
}  # fmt: skip


def _words(name: str) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z0-9]+", name.lower()))


_OUTSIDE = _words(
    "outdoor outdoors outside exterior garden balcony terrace patio weather openweathermap aussen draussen garten"
    " balkon terrasse exterieur buiten tuin"
)
_ELSEWHERE = _words(
    "cpu gpu processor chip core board disk ssd hdd nas server router device internal fridge freezer refrigerator oven"
    " dryer washer dishwasher boiler radiator flow supply return water pool spa aquarium printer nozzle hotend engine"
    " battery inverter car coolant tyre tire dew dewpoint apparent feels target setpoint forecast soil body min max"
    " kuehlschrank gefrierschrank heizung wasser vorlauf ruecklauf"
)
_FED = _words("export exported return returned fed injection injected feed einspeisung teruglevering back")
_MADE = _words("solar pv production produced generation generated yield battery inverter")
_OPENED = {"door": "home.door", "garage_door": "home.door", "motion": "home.motion", "occupancy": "home.motion",
           "presence": "home.motion"}  # fmt: skip
_SWITCHED = ("light", "switch", "fan", "humidifier")
_NUMBERED = ("sensor", "input_number", "number", "counter")
WEATHER = {
    "sunny": "clear", "clear-night": "clear", "partlycloudy": "cloudy", "cloudy": "cloudy", "fog": "fog",
    "rainy": "rain", "pouring": "rain", "snowy": "snow", "snowy-rainy": "sleet", "hail": "hail",
    "lightning": "thunderstorm", "lightning-rainy": "thunderstorm", "windy": "wind", "windy-variant": "wind",
    "exceptional": "other",
}  # fmt: skip
ABSENT = ("unavailable", "unknown", "none", "")


@dataclass(frozen=True, slots=True)
class Meaning:
    """How an entity is read (`number`, `event`, `switch`, `presence`, `weather`, `onoff`, or not at all), as what, and
    the way into the signal's unit; `unit` is told of signals that nobody has catalogued."""

    how: str = ""
    signal: str | None = None
    scale: float = 1.0
    offset: float = 0.0
    unit: str | None = None


@remembered(16_384)
def meaning(entity: str, device: str | None, unit: str | None, kind: str | None) -> Meaning:
    """What a state of this entity says; `device` is its class, `kind` its `state_class`."""
    domain, _, name = entity.partition(".")
    if domain in _NUMBERED:
        return _number(name, device, unit, kind)
    if domain == "binary_sensor":
        happens = _OPENED.get(device or _last(name))
        return Meaning("event", happens) if happens else Meaning("onoff", other(name), unit="1")
    if domain in _SWITCHED:
        return Meaning("switch", "home.device")
    if domain == "weather":
        return Meaning("weather", "weather.condition")
    return Meaning("presence", "home.presence") if domain in {"person", "device_tracker"} else Meaning()


@remembered(4096)
def counted(identity: str, device: str | None, unit: str | None) -> Meaning:
    """What the growth of a meter says, hour by hour."""
    name = re.split(r"[.:]", identity, maxsplit=1)[-1]
    words = _words(name)
    found = _METERED.get(device or _guessed(name, unit) or "")
    if found == "home.electricity" and words & _MADE:
        found = None
    if found == "home.electricity" and words & _FED:
        found = "home.electricity_fed"
    return _way(found, unit) or Meaning("number", other(name), unit=spelt(unit))


def _number(name: str, device: str | None, unit: str | None, kind: str | None) -> Meaning:
    if device in {"timestamp", "date", "enum"}:
        return Meaning()
    found = None if kind in {"total", "total_increasing"} else _measured(name, device, unit)
    return _way(found, unit) or Meaning("number", other(name), unit=spelt(unit))


def _measured(name: str, device: str | None, unit: str | None) -> str | None:
    known, words = device or _guessed(name, unit), _words(name)
    if known == "aqi":
        return "air.aqi"
    if known not in _MEASURED or (known == "pressure" and unit not in _OF_AIR):
        return None
    if known not in {"power", "battery", "wind_speed"} and words & _ELSEWHERE:
        return None
    return _MEASURED[known][bool(words & _OUTSIDE)] or None


def _guessed(name: str, unit: str | None) -> str | None:
    """The class by the unit; where a CSV tells none, by a name that has one unit only."""
    last = _last(name)
    if unit is None:
        return next((known for (word, only), known in _BY_NAME.items() if word == last and only != "m³"), None)
    return _BY_UNIT.get(unit) or _BY_NAME.get((last, unit))


def _way(key: str | None, unit: str | None) -> Meaning | None:
    if key is None:
        return None
    plain, factor = _HUNDRED_CUBIC_FEET.get(unit or "", (unit, 1.0))
    known = signal(key)
    try:
        way = into(known, _UNITS.get(plain, plain) if plain else known.unit)
    except UnitError:
        return None
    return Meaning("number", key, way.scale * factor, way.offset)


def other(name: str) -> str:
    """The signal of what nobody has catalogued: `other.home_` and the words of the entity's name."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:_MOST_WORDS].strip("_")
    return f"other.home_{plain or 'entity'}"


def spelt(unit: str | None) -> str:
    """The unit in UCUM, or as it is written where it is none."""
    if not unit:
        return "1"
    try:
        return canonical(_UNITS.get(unit, unit))
    except UnitError:
        return unit[:40]


def _last(name: str) -> str:
    return re.split(r"[^a-z0-9]+", name.lower())[-1]
