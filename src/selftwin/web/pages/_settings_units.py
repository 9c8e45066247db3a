"""The units a person may read in, by what is measured; inside, every unit stays as the catalogue says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from selftwin.vocabulary.catalogue import signals


@dataclass(frozen=True, slots=True)
class Kind:
    """Something measured: the unit it has inside, and those it may be read in, in words."""

    name: str
    inside: str
    ways: tuple[tuple[str, str], ...]
    substance: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the settings that this sets: the substance, else every signal of that unit."""
        return (self.substance,) if self.substance else _of_unit(self.inside)


KINDS = (
    Kind("glucose", "mg/dL", (("mg/dL", "mg/dL"), ("mmol/L", "mmol/L")), substance="glucose"),
    Kind("weight", "kg", (("kg", "kilograms"), ("[lb_av]", "pounds"))),
    Kind("temperature", "Cel", (("Cel", "°C"), ("[degF]", "°F"))),
    Kind("height", "m", (("m", "metres"), ("cm", "centimetres"), ("[ft_i]", "feet"), ("km", "kilometres"))),
    Kind("distance", "km", (("km", "kilometres"), ("[mi_i]", "miles"))),
    Kind("energy", "kcal", (("kcal", "kcal"), ("kJ", "kJ"))),
)


@lru_cache(maxsize=16)
def _of_unit(unit: str) -> tuple[str, ...]:
    """The signals that have this unit inside and weigh no substance."""
    return tuple(signal.key for signal in signals() if signal.unit == unit and not signal.substance)


def chosen(kind: Kind, units: dict[str, str]) -> str:
    """The unit a kind is read in now."""
    return next((units[key] for key in kind.keys if key in units), kind.inside)


def settled(units: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    """All units after these were chosen, by the name of their kind; what belongs to no kind stays."""
    fresh = dict(units)
    for kind in KINDS:
        unit = wanted.get(kind.name, "")
        if unit not in {way for way, _ in kind.ways}:
            continue
        for key in kind.keys:
            fresh.pop(key, None)
            if unit != kind.inside:
                fresh[key] = unit
    return fresh
