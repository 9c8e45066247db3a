"""Values as they travel between processes of one person: JSON and bytes, never a pickle.

What may travel: plain values, dates and times, paths, frames, arrays, and the house's own enums and dataclasses, which
are put together field by field without running anything of theirs. What lives (a twin, a view) stays where it is, and
only its number travels; so does a function, which is called where it came from.
"""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePath
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from selftwin.consent.book import Book

if TYPE_CHECKING:
    from collections.abc import Callable

HOUSE = "selftwin."
SINGLE = ("SIMULATOR", "RISK", "WATCH", "SOURCE")  # what `discover` finds in files: one object each, of the same name
_DEEPEST = 200
_KINDS = "biufmMSU"  # of arrays; never objects
_PLAIN = (bool, int, float, str)


class Unsendable(TypeError):
    """A value that may not travel, or what came is none that may."""


def packed(value: object, *, hold: Callable[[object], Any] | None = None) -> tuple[bytes, list[bytes]]:
    """The value as JSON and the blobs it names. `hold` keeps what lives or is called here, and says what travels in its
    place (None where it may not). Raises Unsendable."""
    blobs: list[bytes] = []
    try:
        text = json.dumps(_Packing(blobs, hold).pack(value), separators=(",", ":"))
    except (RecursionError, ValueError) as error:
        raise Unsendable("too deep, or in a circle") from error
    return text.encode(), blobs


def unpacked(text: bytes, blobs: list[bytes], *, find: Callable[[list[Any]], object] | None = None) -> Any:
    """The value that was packed so; `find` says what stands here for something that lives there. Raises Unsendable."""
    try:
        return _Unpacking(blobs, find).unpack(json.loads(text), 0)
    except Unsendable:
        raise
    except Exception as error:
        raise Unsendable(f"what came cannot be read ({type(error).__name__})") from error


class _Packing:
    def __init__(self, blobs: list[bytes], hold: Callable[[object], Any] | None) -> None:
        self._blobs, self._hold = blobs, hold

    def pack(self, value: Any) -> Any:
        if value is None or type(value) in _PLAIN:
            return value
        for kind, how in _HOW:
            if isinstance(value, kind):
                return how(self, value)
        if (held := self._hold(value) if self._hold else None) is not None:
            return ["live", *held]
        return self._of_the_house(value)

    def blob(self, data: bytes) -> int:
        self._blobs.append(data)
        return len(self._blobs) - 1

    def many(self, values: Any) -> list[Any]:
        return [self.pack(one) for one in values]

    def _of_the_house(self, value: Any) -> Any:
        kind = type(value)
        if not kind.__module__.startswith(HOUSE):
            return self._foreign(value)
        if is_dataclass(value):
            named = [[one.name, self.pack(getattr(value, one.name))] for one in fields(value)]
            return ["thing", _name(kind), named]
        for name in SINGLE:
            if getattr(importlib.import_module(kind.__module__), name, None) is value:
                return ["single", kind.__module__, name]
        raise Unsendable(f"a {kind.__name__} stays where it is")

    def _foreign(self, value: Any) -> Any:
        module = type(value).__module__.partition(".")[0]
        if module == "polars":
            return self._frame(value)
        if module == "numpy":
            return self._array(value)
        if module == "pyarrow":
            return ["arrow", self.blob(_arrow(value))]
        raise Unsendable(f"a {type(value).__name__} stays where it is")

    def _frame(self, value: Any) -> Any:
        import polars as pl

        frame = value.to_frame() if isinstance(value, pl.Series) else value
        if not isinstance(frame, pl.DataFrame):
            raise Unsendable(f"a {type(value).__name__} stays where it is")
        out = io.BytesIO()
        frame.write_ipc_stream(out, compression="uncompressed")
        return ["frame" if frame is value else "column", self.blob(out.getvalue())]

    def _array(self, value: Any) -> Any:
        import numpy as np

        array = np.asarray(value)
        if array.dtype.kind not in _KINDS:
            raise Unsendable("an array of objects stays where it is")
        single = not isinstance(value, np.ndarray)
        data = np.ascontiguousarray(array).tobytes()
        return ["number" if single else "array", array.dtype.str, list(array.shape), self.blob(data)]


def _tuple(how: _Packing, value: tuple[Any, ...]) -> Any:
    named = getattr(type(value), "_fields", None)
    if named is None:
        return ["tuple", how.many(value)]
    if not type(value).__module__.startswith(HOUSE):
        raise Unsendable(f"a {type(value).__name__} stays where it is")
    return ["named", _name(type(value)), how.many(value)]


def _enum(_: _Packing, value: Enum) -> Any:
    if not type(value).__module__.startswith(HOUSE):
        raise Unsendable(f"a {type(value).__name__} stays where it is")
    return ["enum", _name(type(value)), value.name]


def _moment(_: _Packing, value: datetime) -> Any:
    return ["moment", value.replace(tzinfo=None).isoformat(), value.fold, _zone(value.tzinfo)]


def _zone(zone: Any) -> Any:
    if zone is None or isinstance(zone, ZoneInfo):
        return zone and zone.key
    if not isinstance(zone, timezone):
        raise Unsendable("a clock of another make stays where it is")
    return 0 if zone is UTC else zone.utcoffset(None).total_seconds()


def _called(how: _Packing, value: Any) -> Any:
    held = how._hold(value) if how._hold else None  # noqa: SLF001 - of the same file
    if held is None:
        raise Unsendable("a function stays where it is")
    return ["live", *held]


def _plain(_: _Packing, value: Any) -> Any:
    """A number or text of a subclass, as what it is at heart."""
    return next(kind(value) for kind in _PLAIN if isinstance(value, kind))


_HOW: tuple[tuple[Any, Callable[[_Packing, Any], Any]], ...] = (
    (Enum, _enum),
    (_PLAIN, _plain),
    (list, lambda how, value: ["list", how.many(value)]),
    (tuple, _tuple),
    (Mapping, lambda how, value: ["dict", [[how.pack(key), how.pack(one)] for key, one in value.items()]]),
    (frozenset, lambda how, value: ["frozen", how.many(value)]),
    (set, lambda how, value: ["set", how.many(value)]),
    (datetime, _moment),
    (date, lambda _, value: ["date", value.isoformat()]),
    (time, lambda _, value: ["time", value.isoformat()]),
    (timedelta, lambda _, value: ["span", value.days, value.seconds, value.microseconds]),
    (ZoneInfo, lambda _, value: ["zone", value.key]),
    (PurePath, lambda _, value: ["path", str(value)]),
    (bytes | bytearray | memoryview, lambda how, value: ["bytes", how.blob(bytes(value))]),
    (Decimal, lambda _, value: ["decimal", str(value)]),
    (Book, lambda how, value: ["book", how.many(value.grants), how.many(value.bars)]),
    ((FunctionType, MethodType), _called),
    (Iterator, lambda how, value: ["list", how.many(value)]),
)


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _arrow(value: Any) -> bytes:
    import pyarrow as pa

    table = pa.Table.from_batches([value]) if isinstance(value, pa.RecordBatch) else value
    if not isinstance(table, pa.Table):
        raise Unsendable(f"a {type(value).__name__} stays where it is")
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return bytes(out.getvalue())


class _Unpacking:
    def __init__(self, blobs: list[bytes], find: Callable[[list[Any]], object] | None) -> None:
        self._blobs, self._find = blobs, find

    def unpack(self, said: Any, depth: int) -> Any:
        if said is None or type(said) in _PLAIN:
            return said
        if depth > _DEEPEST or type(said) is not list or not said:
            raise Unsendable("what came is no value")
        kind, *rest = said
        if kind == "live":
            if self._find is None:
                raise Unsendable("nothing that lives is known here")
            return self._find(rest)
        return _BACK[kind](self, rest, depth + 1)

    def many(self, said: list[Any], depth: int) -> list[Any]:
        return [self.unpack(one, depth) for one in said]

    def blob(self, place: int) -> bytes:
        if place < 0:
            raise Unsendable("what came is no value")
        return self._blobs[place]

    def pairs(self, said: list[Any], depth: int) -> dict[Any, Any]:
        return {self.unpack(key, depth): self.unpack(one, depth) for key, one in said}

    def book(self, said: list[Any], depth: int) -> Book:
        return Book(self.many(said[0], depth), self.many(said[1], depth))

    def thing(self, said: list[Any], depth: int) -> Any:
        """A dataclass of the house: every field of it and no other, put in without running anything."""
        kind = house(said[0])
        if not is_dataclass(kind):
            raise Unsendable(f"{said[0]} is nothing that travels")
        names = [one.name for one in fields(kind)]
        if [name for name, _ in said[1]] != names:
            raise Unsendable(f"{said[0]} has other fields")
        made = object.__new__(kind)
        for name, value in said[1]:
            object.__setattr__(made, name, self.unpack(value, depth))
        return made

    def named(self, said: list[Any], depth: int) -> Any:
        kind = house(said[0])
        if not issubclass(kind, tuple) or len(said[1]) != len(getattr(kind, "_fields", ())) or not said[1]:
            raise Unsendable(f"{said[0]} is nothing that travels")
        return tuple.__new__(kind, self.many(said[1], depth))

    def enum(self, said: list[Any], _: int) -> Enum:
        kind = house(said[0])
        if not issubclass(kind, Enum):
            raise Unsendable(f"{said[0]} is nothing that travels")
        return kind[said[1]]

    def single(self, said: list[Any], _: int) -> Any:
        module, name = said
        if name not in SINGLE:
            raise Unsendable("what came is no value")
        return getattr(_module(module), name)

    def array(self, said: list[Any], _: int) -> Any:
        import numpy as np

        dtype, shape, place = said
        if np.dtype(dtype).kind not in _KINDS:
            raise Unsendable("what came is no array")
        return np.frombuffer(bytearray(self.blob(place)), dtype).reshape(shape)

    def frame(self, said: list[Any], _: int) -> Any:
        import polars as pl

        return pl.read_ipc_stream(io.BytesIO(self.blob(said[0])))

    def arrow(self, said: list[Any], _: int) -> Any:
        import pyarrow as pa

        return pa.ipc.open_stream(self.blob(said[0])).read_all()


def _datetime(said: list[Any]) -> datetime:
    wall, fold, zone = said
    if isinstance(zone, str):
        clock: Any = ZoneInfo(zone)
    else:
        clock = zone if zone is None else UTC if zone == 0 else timezone(timedelta(seconds=zone))
    return datetime.fromisoformat(wall).replace(fold=fold, tzinfo=clock)


_BACK: dict[str, Callable[[_Unpacking, list[Any], int], Any]] = {
    "list": lambda how, said, depth: how.many(said[0], depth),
    "tuple": lambda how, said, depth: tuple(how.many(said[0], depth)),
    "dict": lambda how, said, depth: how.pairs(said[0], depth),
    "frozen": lambda how, said, depth: frozenset(how.many(said[0], depth)),
    "set": lambda how, said, depth: set(how.many(said[0], depth)),
    "moment": lambda _, said, __: _datetime(said),
    "date": lambda _, said, __: date.fromisoformat(said[0]),
    "time": lambda _, said, __: time.fromisoformat(said[0]),
    "span": lambda _, said, __: timedelta(*said),
    "zone": lambda _, said, __: ZoneInfo(said[0]),
    "path": lambda _, said, __: Path(said[0]),
    "bytes": lambda how, said, _: how.blob(said[0]),
    "decimal": lambda _, said, __: Decimal(said[0]),
    "book": _Unpacking.book,
    "thing": _Unpacking.thing,
    "named": _Unpacking.named,
    "enum": _Unpacking.enum,
    "single": _Unpacking.single,
    "array": _Unpacking.array,
    "number": lambda how, said, depth: how.array(said, depth)[()],
    "frame": _Unpacking.frame,
    "column": lambda how, said, depth: how.frame(said, depth).to_series(),
    "arrow": _Unpacking.arrow,
}


def _module(name: str) -> Any:
    if not name.startswith(HOUSE) or "__main__" in name:
        raise Unsendable(f"{name} is not of the house")
    return importlib.import_module(name)


def house(name: str) -> type:
    """A class of the house by its module and name: one that is defined in that very module. Raises Unsendable."""
    module, _, path = name.partition(":")
    found: Any = _module(module)
    for part in path.split("."):
        found = vars(found).get(part)
    if not isinstance(found, type) or (found.__module__, found.__qualname__) != (module, path):
        raise Unsendable(f"{name} is nothing that travels")
    return found
