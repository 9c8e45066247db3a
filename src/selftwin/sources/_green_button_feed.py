"""ESPI's feed: which reading is of what, through the links between its entries.

A block of readings stands below a meter (`…/MeterReading/1/IntervalBlock/7`), the meter is related to a type of reading
and stands below a usage point. What is written as a value is in powers of ten of the unit `uom`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from selftwin.sources._markup import Cut, elements
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._markup import Element, Found
    from selftwin.sources.reader.members import Member

TOLD = frozenset({"link", "ReadingType", "MeterReading", "ServiceCategory"})
MOST_ENTRIES = 200_000
_METER = re.compile(r"(.*/MeterReading/[^/]+)(?:/|$)")
_POINT = re.compile(r"(.*/UsagePoint/[^/]+)(?:/|$)")
# ESPI's numbers of units (`UomType`), in UCUM; a therm is not the same everywhere and stays a therm.
_UNITS = {
    "31": "J", "38": "W", "42": "m3", "61": "V.A", "72": "W.h", "119": "[ft_i]3", "120": "[ft_i]3", "128": "[gal_us]",
    "130": "[gal_br]", "132": "{Btu}", "134": "L", "156": "L", "157": "L", "166": "m3", "167": "m3", "169": "{therm}",
}  # fmt: skip
_GOODS = {"1": "electricity", "2": "electricity", "7": "gas", "8": "gas", "9": "water", "14": "water"}
_SERVICES = {"0": "electricity", "1": "gas", "2": "water"}
_OF_INTERVALS = ("", "0", "4", "9")  # accumulation: none told, delta, summation; all others are registers or moments
_FORWARD, _REVERSE = ("", "0", "1", "4"), "19"  # 4 is net: what came in less what went out


class Kind(NamedTuple):
    """What a reading is of: its signal, the signal of what is below nothing, and the way into the signal's unit."""

    signal: str
    below: str
    scale: float
    unit: str | None


class _Type(NamedTuple):
    goods: str
    unit: str
    power: int
    flow: str
    accumulation: str


@dataclass(slots=True)
class Feed:
    """The entries of a feed as far as they were seen, by their number."""

    path: str
    links: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    types: dict[int, _Type] = field(default_factory=dict)
    services: dict[int, str] = field(default_factory=dict)
    meters: set[int] = field(default_factory=set)
    whole: bool = False
    _known: dict[int, Kind | None] = field(default_factory=dict)

    def take(self, found: Found) -> None:
        """Remember what an element that is no reading says of its entry."""
        entry, element = entry_of(found), found.element
        if element.tag == "link":
            way, to = element.get("rel", ""), (element.get("href") or "").rstrip("/")
            self.links.setdefault(entry, []).append((way, to))
            if way == "self":
                self.named.setdefault(to, entry)
        elif element.tag == "ReadingType":
            self.types[entry] = _type(element)
        elif element.tag == "MeterReading":
            self.meters.add(entry)
        elif "UsagePoint" in {opening.tag for opening in found.inside}:
            self.services[entry] = _SERVICES.get(_word(element, "kind"), "")
        if len(self.links) > MOST_ENTRIES:
            raise BrokenExport(f"{self.path} holds more than {MOST_ENTRIES} entries.")

    def learn(self, member: Member) -> None:
        """All entries of the file: some name what they are related to before it is told."""
        self.whole = True
        self._known.clear()
        for found in elements(member, TOLD):
            if not isinstance(found, Cut):
                self.take(found)

    def kind(self, entry: int) -> Kind | None:
        """What the readings of a block's entry are of; None while that is not known."""
        if entry not in self._known and ((known := self._kind(entry)) or self.whole):
            self._known[entry] = known
        return self._known.get(entry)

    def _kind(self, entry: int) -> Kind | None:
        meter = next(self._found(entry, _METER), None)
        kind = self._related(meter)
        if kind is None and self.whole and len(set(self.types.values())) == 1:
            kind = next(iter(self.types.values()))
        if kind is None:
            return None
        points = self._found(entry if meter is None else meter, _POINT)
        goods = kind.goods or next((told for one in points if (told := self.services.get(one))), "")
        return _read(kind._replace(goods=goods or next(iter(self.services.values()), "")))

    def _found(self, entry: int, shape: re.Pattern[str]) -> Iterator[int]:
        """The entries above, by the addresses of an entry's own links."""
        for _, to in self.links.get(entry, ()):
            if (above := shape.match(to)) and (found := self.named.get(above[1])) is not None:
                yield found

    def _related(self, meter: int | None) -> _Type | None:
        links = self.links.get(meter, ()) if meter is not None else ()
        return next((self.types[one] for _, to in links if (one := self.named.get(to)) in self.types), None)


def entry_of(found: Found) -> int:
    """The number of the entry that an element stands in."""
    return next((opening.number for opening in found.inside if opening.tag == "entry"), -1)


def _word(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _type(element: Element) -> _Type:
    power = _word(element, "powerOfTenMultiplier")
    sound = int(power) if re.fullmatch(r"-?\d{1,2}", power) else 0
    goods = _GOODS.get(_word(element, "commodity"), "")
    flow, accumulation = _word(element, "flowDirection"), _word(element, "accumulationBehaviour")
    return _Type(goods, _word(element, "uom"), sound, flow, accumulation)


def _read(kind: _Type) -> Kind:
    """The signal of a type of reading; what none is catalogued for is named by what it is of."""
    unit, scale = _UNITS.get(kind.unit, f"{{unit {kind.unit[:8]}}}"), 10.0**kind.power
    if kind.accumulation in _OF_INTERVALS and kind.flow in {*_FORWARD, _REVERSE}:
        if kind.goods == "electricity" and unit == "W.h":
            ways = ("home.electricity", "home.electricity_fed")
            used, fed = ways[::-1] if kind.flow == _REVERSE else ways
            return Kind(used, fed, scale / 1000, None)
        if known := _VOLUMES.get((kind.goods, unit)):
            return Kind(known[0], known[0], scale * known[1], None)
    if unit == "W":
        return Kind("home.power", "home.power", scale, None)
    name = f"other.home_{kind.goods or 'meter'}"
    name += "" if kind.accumulation in _OF_INTERVALS else f"_{kind.accumulation}"
    name += "" if kind.flow in {*_FORWARD, _REVERSE} else f"_flow_{kind.flow}"
    safe = re.sub(r"[^a-z0-9._]+", "_", name)[:60]
    return Kind(safe, safe, scale, unit)


_CUBIC_FOOT = 0.028316846592
_VOLUMES = {
    ("gas", "m3"): ("home.gas", 1.0),
    ("gas", "[ft_i]3"): ("home.gas", _CUBIC_FOOT),
    ("water", "m3"): ("home.water", 1000.0),
    ("water", "L"): ("home.water", 1.0),
    ("water", "[ft_i]3"): ("home.water", 1000 * _CUBIC_FOOT),
    ("water", "[gal_us]"): ("home.water", 3.785411784),
    ("water", "[gal_br]"): ("home.water", 4.54609),
}
