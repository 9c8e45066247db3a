"""Apple's XML as the Health app writes it: order of attributes, indents, entities, stamps at the phone's offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.export.stamps import spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from selftwin.sample.life import Life

    Integers = NDArray[np.int64]

Q, C = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier"


_OWNER = "Sample\N{RIGHT SINGLE QUOTATION MARK}s"


@dataclass(frozen=True, slots=True)
class Device:
    """What describes a device; hardware and software before and after the person got a newer watch and system."""

    name: str
    maker: str
    model: str
    hardware: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes records: an app or a named device, and versions before and after the update."""

    name: str
    versions: tuple[str, str]
    device: Device | None = None

    def described(self, *, updated: bool, pointer: int) -> str:
        """The attributes that say who wrote; the pointer differs from record to record, as in real exports."""
        version = self.versions[updated]
        said = f'sourceName="{self.name}" sourceVersion="{version}"'
        if self.device is None:
            return said
        one = self.device
        parts = f"name:{one.name}, manufacturer:{one.maker}, model:{one.model}, hardware:{one.hardware[updated]}"
        return f'{said} device="&lt;&lt;HKDevice: 0x{pointer:x}&gt;, {parts}, software:{version}&gt;"'


WATCH = Writer(
    f"{_OWNER} Apple\N{NO-BREAK SPACE}Watch",
    ("8.7", "10.6.1"),
    Device("Apple Watch", "Apple Inc.", "Watch", ("Watch6,1", "Watch6,14")),
)
PHONE = Writer(
    f"{_OWNER} iPhone", ("15.8.2", "17.6.1"), Device("iPhone", "Apple Inc.", "iPhone", ("iPhone13,2", "iPhone13,2"))
)
HEALTH = Writer("Health", ("15.8.2", "17.6.1"))
DIARY = Writer("Food Diary", ("4.2", "5.0"))
SCALE = Writer("Body Scale", ("3.1", "3.1"))
CUFF = Writer("Cuff", ("2.4", "2.4"))


@dataclass(slots=True)
class Marks:
    """Writes records of one life; `updated` is when the phone and the watch got the newer system (UTC seconds)."""

    offset: int
    updated: int
    pointer: int = 0x280000000

    def stamp(self, moments: Integers) -> list[str]:
        """`2026-03-12 07:04:44 +0100`: always the offset the phone has on the day of the export."""
        sign, minutes = "-" if self.offset < 0 else "+", abs(self.offset) // 60
        tail = f" {sign}{minutes // 60:02d}{minutes % 60:02d}"
        return [text + tail for text in spaced(np.asarray(moments) + self.offset)]

    def described(self, writer: Writer, moment: int) -> str:
        """The attributes that say who wrote at a moment."""
        self.pointer += 0x40
        return writer.described(updated=moment >= self.updated, pointer=self.pointer)

    def records(
        self,
        kind: str,
        writer: Writer,
        start: Integers,
        stop: Integers,
        values: Sequence[str],
        *,
        unit: str = "",
        inside: Sequence[str] = (),
        later: int = 3,
    ) -> list[str]:
        """Records in order of time; `inside` are their children, one string each; `later` the seconds to creation."""
        measured = f' unit="{unit}"' if unit else ""
        begun, ended, made = self.stamp(start), self.stamp(stop), self.stamp(np.asarray(stop) + later)
        lines = []
        for place, moment in enumerate(np.asarray(start).tolist()):
            head = (
                f' <Record type="{kind}" {self.described(writer, moment)}{measured} creationDate="{made[place]}"'
                f' startDate="{begun[place]}" endDate="{ended[place]}"'
            )
            value = f' value="{values[place]}"' if values else ""
            held = inside[place] if inside else ""
            lines.append(f"{head}{value}>\n{held} </Record>\n" if held else f"{head}{value}/>\n")
        return lines


def entry(key: str, value: str, *, deep: int = 2) -> str:
    """One metadata entry."""
    return f'{" " * deep}<MetadataEntry key="{key}" value="{value}"/>\n'


def marks(life: Life) -> Marks:
    """The writer of an export made at the end of the life's last day."""
    end = np.array([life.clock.end - 480])
    return Marks(int((life.clock.local(end) - end)[0]), int(life.clock.utc(life.plan.staged.first, 0)))


def zone_names(life: Life, moments: Integers) -> list[str]:
    """The zone at each moment (UTC seconds)."""
    since = [int(stay.since.timestamp()) for stay in life.clock.zones.stays]
    names = [life.clock.zones.home, *(stay.zone for stay in life.clock.zones.stays)]
    return [names[place] for place in np.searchsorted(since, moments, side="right")]
