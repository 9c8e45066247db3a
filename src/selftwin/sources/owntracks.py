"""OwnTracks: where a phone was, as its recorder keeps it (`store/rec/<user>/<device>/2024-03.rec`, a line a message).

Also the messages alone, one a line or in one array (HTTP payloads), and the answer of the recorder's own
`/api/0/locations?user=…&device=…&from=…`.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from selftwin.sources._json_stream import objects
from selftwin.sources._readings import Reading, read_off, words
from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.reader.stamps import from_epoch
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.members import Member

_TYPES = rb'"_type"\s*:\s*"(?:location|transition|steps|lwt|waypoints?|encrypted|beacon|card|status)"'
_STAMP = rb"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
_LINE = re.compile(rb"^" + _STAMP + rb"[ \t]+\S+[ \t]+\{")
_JSON = re.compile(rb"^(?:\xef\xbb\xbf)?\s*[\[{]")
_MARK = re.compile(rb"\{[^{}]{0,4000}?" + _TYPES)
_ANSWER = re.compile(rb'^\s*\{[^\[\]]{0,2000}?"data"\s*:\s*\[')
_BEFORE = re.compile(rb"(?m)^" + _STAMP + rb"[ \t]+\S+[ \t]+(?=\{)")
_USER = re.compile(rb'"topic"\s*:\s*"/?owntracks\\?/([^"/\\]{1,80})\\?/')
_TOPIC, _MOST_PEOPLE = 200, 1000  # letters in which a topic names its user
_LONGEST = 1 << 24
_FIELDS = (
    "_type", "tst", "tid", "topic", "lat", "lon", "acc", "alt", "vel", "batt", "p", "cog", "vac", "event", "desc",
    "steps", "from", "to", "distance", "floorsup", "floorsdown", "odometer", "rpm", "flvl",
)  # fmt: skip
_PLACE = (
    Reading("lat", "location.latitude", "deg"),
    Reading("lon", "location.longitude", "deg"),
    Reading("acc", "location.accuracy", "m"),
    Reading("alt", "location.altitude", "m"),
    Reading("vel", "location.speed", "km/h", (-1.0,)),
    Reading("cog", "other.owntracks_course", "deg", (-1.0,)),
    Reading("vac", "other.owntracks_vertical_accuracy", "m", (-1.0,)),
    Reading("p", "other.owntracks_pressure", "kPa"),
    Reading("batt", "device.battery", "%", (-1.0,)),
    Reading("odometer", "car.odometer", "km"),
    Reading("rpm", "car.rpm", "/min"),
    Reading("flvl", "car.fuel_level", "%"),
)
_STEPS = (
    Reading("steps", "steps", "{steps}", (-1.0,)),
    Reading("distance", "distance", "m", (-1.0,)),
    Reading("floorsup", "floors", "{floors}", (-1.0,)),
)
_OTHER = "cards, waypoints, wills, beacons and encrypted messages tell nothing of where somebody was"


@dataclass(frozen=True, slots=True)
class OwnTracks:
    """OwnTracks's messages; a message is known by its type, tracker and moment, however often it was sent."""

    name: str = "owntracks"
    title: str = "OwnTracks"
    reads: str = "Positions, and comings and goings."
    version: int = 1
    rank: int = 2
    how_to_export: str = "Copy the recorder's store/rec folder (or its .rec files) of your own user."

    def recognises(self, member: Member) -> bool:
        """By the type of the first messages."""
        head = member.head()
        return bool((_LINE.match(head) or _JSON.match(head)) and _MARK.search(head))

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The users in the topics: a recorder may serve a family. The whole file is read for them."""
        found, kept = dict[bytes, None](), b""
        with member.open() as stream:
            while (more := stream.read(1 << 22)) and len(found) < _MOST_PEOPLE:
                found.update(dict.fromkeys(_USER.findall(kept + more)))
                kept = more[-_TOPIC:]
        return tuple(name.decode("utf-8", "replace") for name in found)

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The messages in blocks, of one user where one is named. Raises BrokenExport where a line never ends."""
        head = member.head(4096)
        paths = ("data[]",) if _ANSWER.match(head) else ("", "[]")
        for block in objects(_payloads(member) if _LINE.match(head) else member, paths, _FIELDS):
            yield _part(member.path, block, subject)


def _payloads(member: Member) -> Member:
    """The same file without what the recorder puts before each message."""
    return replace(member, opener=lambda: io.BufferedReader(_Payloads(member), 1 << 16), _first=None)


class _Payloads(io.RawIOBase):
    """Lines of a .rec file, each from its first bracket on; what is none stays, and so becomes a fault."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._stream: IO[bytes] = member.open()
        self._rest, self._ready = b"", b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if not self._ready:
            self._ready = self._more(1 << 20)
        done, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(done)] = done
        return len(done)

    def _more(self, size: int) -> bytes:
        while piece := self._stream.read(size):
            whole, seam, self._rest = (self._rest + piece).rpartition(b"\n")
            if seam:
                return _BEFORE.sub(b"", whole) + b"\n"
            if len(self._rest) > _LONGEST:
                raise BrokenExport(f"{self._member.path} holds a line that never ends.")
        rest, self._rest = self._rest, b""
        return _BEFORE.sub(b"", rest)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _part(path: str, block: Objects, subject: str | None) -> Part:
    import polars as pl

    rows = _rows(_own(block.rows, subject))
    bad = [Fault(f"{path}, record {block.first + place + 1}", "it is no message") for place in block.bad]
    passed = block.count - len(bad) - rows["record"].n_unique()
    kinds = dict(block.rows.group_by(pl.col("_type").fill_null("unknown")).len().iter_rows())
    return Part(
        observations(rows),
        block.count,
        passed,
        tuple(bad),
        kinds | ({"unreadable": len(bad)} if bad else {}),
        notes=(_OTHER,) if passed else (),
        first_record=block.first,
    )


def _own(rows: pl.DataFrame, subject: str | None) -> pl.DataFrame:
    import polars as pl

    user = pl.col("topic").str.extract(r"^/?owntracks/([^/]+)/", 1)
    return rows.filter(user.is_null() | (user == subject)) if subject is not None else rows


def _rows(messages: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    of_kind = {kind: messages.filter(pl.col("_type") == kind) for kind in ("location", "transition", "steps")}
    places = pl.concat([of_kind["location"], of_kind["transition"]])
    whole = pl.col("lat").is_not_null() & pl.col("lon").is_not_null()
    placed = _timed(places.filter(whole), "tst")
    moved = of_kind["steps"].with_columns(begun=pl.coalesce("from", "tst"), ended=pl.coalesce("to", "tst"))
    walked = _timed(moved, "begun").with_columns(from_epoch(moved["ended"], unit="s")["start"].alias("stop"))
    crossed = _timed(of_kind["transition"], "tst").with_columns(
        said=pl.concat_str(pl.col("event"), pl.col("desc").fill_null("a region"), separator=" ")
    )
    found = [read_off(placed, _PLACE), read_off(walked, _STEPS), words(crossed, "said", "other.owntracks_region")]
    return pl.concat(found, how="diagonal_relaxed")


def _timed(messages: pl.DataFrame, field: str) -> pl.DataFrame:
    import polars as pl

    named = pl.concat_str([pl.col(name).fill_null("") for name in ("_type", "tid", "tst")], separator="/")
    return messages.hstack(from_epoch(messages[field], unit="s")).with_columns(native=named, source=pl.lit("owntracks"))


SOURCE = OwnTracks()
