"""Rows out of tables of FIT messages: one for each reading, dated by its message, in the file's own local time."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from selftwin.sources import _fit_meaning as means
from selftwin.sources._fit_messages import EPOCH, SOONEST, Field, Table, blocks, name_of, profile
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.sources.reader.members import Member

_HALF_DAY = 14 * 60
_QUARTER = 15


@dataclass(slots=True)
class Survey:
    """What the files of a stream say of themselves: the device, the place's offset, and which sport it was when."""

    device: dict[int, str] = field(default_factory=dict)
    offset: dict[int, int] = field(default_factory=dict)
    sports: list[tuple[int, int, str]] = field(default_factory=list)
    sport: str = ""
    counted: int = 0  # sixteenths of a metre so far, where they are packed into twelve bits

    def source(self, number: int) -> str:
        """The name of the source with the device of this file, or of the one before it."""
        device = next((self.device[one] for one in range(number, -1, -1) if one in self.device), "")
        return f"fit:{device}" if device else "fit"

    def told_offset(self, number: int) -> int | None:
        """Minutes east of UTC in this file, or in the one before it."""
        return next((self.offset[one] for one in range(number, -1, -1) if one in self.offset), None)

    def sport_at(self, moments: NDArray[np.int64]) -> NDArray[np.str_]:
        """The sport of the session that was running."""
        import numpy as np

        if not self.sports:
            return np.full(len(moments), self.sport, "U32")
        starts, _, names = zip(*sorted(self.sports), strict=True)
        place = np.searchsorted(np.array(starts), moments, "right") - 1
        return np.array(names, "U32")[np.maximum(place, 0)]


def survey(member: Member) -> Survey:
    """One walk over the whole stream, that looks at its few general messages only."""
    seen = Survey()
    wanted = (means.FILE_ID, means.ACTIVITY, means.SESSION, means.SPORT, means.MONITORING_INFO, means.LAP)
    with member.open() as stream:
        for block in blocks(stream, wanted):
            for table in block.tables:
                _SURVEYED[table.number](seen, block.file, table)
    return seen


def _device(seen: Survey, number: int, table: Table) -> None:
    maker, product = _word("manufacturer", _number(table, "manufacturer", 0)), _number(table, "product", 0)
    told = next(iter(table.columns.get("product_name", [])), "")
    if product is not None and not told:
        told = _word("garmin_product", product) if maker in {"garmin", "dynastream"} else str(int(product))
    name = means.plain(f"{maker} {told}")
    if name:
        seen.device.setdefault(number, name)


def _offset(seen: Survey, number: int, table: Table) -> None:
    local, moment = _number(table, "local_timestamp", -1), int(table.moments[-1])
    if local is not None and min(local, moment) >= SOONEST:
        minutes = round((local - moment) / 60 / _QUARTER) * _QUARTER
        if abs(minutes) <= _HALF_DAY:
            seen.offset[number] = minutes


def _sessions(seen: Survey, number: int, table: Table) -> None:
    del number
    for place in range(len(table.order)):
        start = _number(table, "start_time", place) or 0
        seconds = _number(table, "total_elapsed_time", place) or 0
        seen.sports.append((int(start), int(start + seconds), _word("sport", _number(table, "sport", place))))


def _sport(seen: Survey, number: int, table: Table) -> None:
    del number
    seen.sport = seen.sport or _word("sport", _number(table, "sport", 0))


_SURVEYED = {
    means.FILE_ID: _device,
    means.ACTIVITY: _offset,
    means.MONITORING_INFO: _offset,
    means.SESSION: _sessions,
    means.SPORT: _sport,
    means.LAP: _sport,
}


def _number(table: Table, name: str, place: int) -> float | None:
    column = table.columns.get(name)
    if column is None or isinstance(column, list) or column.ndim != 1:
        return None
    value = float(column[place])
    return None if isnan(value) else value


def _word(kind: str, value: float | None) -> str:
    """The word of a number of one of the profile's lists; the number itself where the list is older than it."""
    if value is None:
        return ""
    return str(profile().FIELD_TYPES[kind].enum.get(int(value), f"{kind}_{int(value)}"))


class _Piece(NamedTuple):
    """Readings of one signal: of which records, from when to when (FIT seconds), how much, or which words."""

    record: NDArray[np.uint32]
    start: NDArray[np.float64]
    stop: NDArray[np.float64] | None
    value: NDArray[np.float64]
    signal: str
    unit: str | None
    text: list[str] | None = None


def rows(tables: tuple[Table, ...], seen: Survey, number: int) -> pl.DataFrame:
    """Every reading of the tables, with all that a row needs."""
    import numpy as np
    import polars as pl

    pieces = [piece for table in tables for piece in _of_table(table, seen) if len(piece.record)]
    offset = seen.told_offset(number)
    basis = Basis.INSTANT if offset is None else Basis.PLACED
    which = pl.Series(np.repeat(np.arange(len(pieces)), [len(piece.record) for piece in pieces]), dtype=pl.UInt32)
    stops = [np.full(len(piece.record), np.nan) if piece.stop is None else piece.stop for piece in pieces]
    return pl.DataFrame(
        {
            "record": pl.Series(_joined([piece.record for piece in pieces]), dtype=pl.UInt32),
            "start": _stamps(_joined([piece.start for piece in pieces])),
            "stop": _stamps(_joined(stops)),
            "value": pl.Series(_joined([piece.value for piece in pieces]), dtype=pl.Float64).fill_nan(None),
            "signal": pl.Series([piece.signal for piece in pieces], dtype=pl.String).gather(which),
            "unit": pl.Series([piece.unit for piece in pieces], dtype=pl.String).gather(which),
            "text": _texts(pieces),
        }
    ).with_columns(
        source=pl.lit(seen.source(number)),
        offset=pl.lit(offset, pl.Int16),
        basis=pl.lit(int(basis), pl.Int8),
    )


def _texts(pieces: list[_Piece]) -> pl.Series:
    import polars as pl

    none = pl.Series([None], dtype=pl.String)
    every = [
        none.new_from_index(0, len(piece.record)) if piece.text is None else pl.Series(piece.text, dtype=pl.String)
        for piece in pieces
    ]
    return pl.concat([none.clear(), *every])


def _joined(parts: list[Any]) -> NDArray[Any]:
    import numpy as np

    return np.concatenate([np.empty(0), *parts])


def _of_table(table: Table, seen: Survey) -> Iterator[_Piece]:
    if table.number == means.HRV:
        yield from _beats(table)
    elif table.number in means.MEANINGS:
        yield from _readings(table, seen)
    if table.number == means.MONITORING:
        yield from _counted(table)
    if table.number in {means.SESSION, means.LAP}:
        yield _what(table)


def _readings(table: Table, seen: Survey) -> Iterator[_Piece]:
    import numpy as np

    meanings, kind = means.MEANINGS[table.number], name_of(table.number)
    start, stop = _span(table)
    sports = seen.sport_at(table.moments) if table.number == means.RECORD else np.full(len(table.order), "", "U32")
    for name, (one, values) in _fields(table, seen).items():
        for sport in np.unique(sports):
            known = meanings.get(name) or (means.by_sport(name, str(sport)) if table.number == means.RECORD else None)
            signal, unit, scale = (known[0], None, known[1]) if known else means.other(kind, name, one.unit)
            there = (sports == sport) & ~np.isnan(values)
            yield _piece(table, there, signal, values * scale, start, stop, unit)


def _fields(table: Table, seen: Survey) -> dict[str, tuple[Field, NDArray[np.float64]]]:
    """The fields that are one number each, under the name of the widest that says the same."""
    import numpy as np

    found: dict[str, tuple[Field, Any]] = {}
    for name, one in table.fields.items():
        values = table.columns[name]
        if name in means.SILENT or isinstance(values, list) or values.ndim != 1 or _counts_words(one):
            continue
        wide = means.SAME.get(name, name) if not one.told else name
        before = found.get(wide)
        if before is not None:
            first, second = (values, before[1]) if name == wide else (before[1], values)
            values = np.where(np.isnan(first), second, first)
        found[wide] = (one, values)
    found |= _compressed(table, found, seen)
    if "cadence" in found and (rest := table.columns.get("fractional_cadence")) is not None:
        one, values = found["cadence"]
        found["cadence"] = (one, values + np.nan_to_num(rest))
    return found


def _counts_words(one: Field) -> bool:
    """Whether its numbers stand for words of a list, or for moments."""
    return one.kind in {"date_time", "local_date_time", "message_index", "bool"} or bool(
        one.kind in profile().FIELD_TYPES and profile().FIELD_TYPES[one.kind].enum and one.kind != "weight"
    )


def _compressed(
    table: Table, found: dict[str, tuple[Field, Any]], seen: Survey
) -> dict[str, tuple[Field, Any]]:
    """Speed and distance packed into three bytes, the distance counting on from 4,096 sixteenths of a metre to the
    next."""
    import numpy as np

    packed = table.columns.get("compressed_speed_distance")
    if packed is None or packed.ndim == 1 or packed.shape[1] != 3 or "enhanced_speed" in found:
        return {}
    there = ~np.isnan(packed).any(1)
    one, two, three = np.nan_to_num(packed).astype(np.int64).T
    steps = (two >> 4) | (three << 4)
    turns = np.diff(steps[there], prepend=seen.counted % 4096) < 0
    counted = np.zeros(len(steps), np.int64)
    counted[there] = seen.counted // 4096 * 4096 + steps[there] + 4096 * np.cumsum(turns)
    seen.counted = int(counted.max(initial=seen.counted))
    plain = table.fields["compressed_speed_distance"]
    speed, metres = (np.where(there, value, np.nan) for value in ((one | (two & 15) << 8) / 100, counted / 16))
    return {"enhanced_speed": (plain._replace(unit="m/s"), speed), "distance": (plain._replace(unit="m"), metres)}


def _counted(table: Table) -> Iterator[_Piece]:
    """Steps, strokes or turns of a day so far, of each kind of moving by itself, as the device counts them."""
    import numpy as np

    cycles = table.columns.get("cycles")
    packed = table.columns.get("current_activity_type_intensity")
    kinds = table.columns.get("activity_type", None if packed is None else np.mod(packed, 32))
    if cycles is None or kinds is None or cycles.ndim != 1 or kinds.ndim != 1:
        return
    for kind in np.unique(kinds[~np.isnan(kinds)]):
        word = _word("activity_type", kind)
        signal = f"other.monitoring_{'steps' if word in {'walking', 'running'} else 'cycles'}_{word}"
        values, unit = (cycles * 2, "{steps}") if word in {"walking", "running"} else (cycles, "{cycles}")
        start = table.moments.astype(np.float64)
        yield _piece(table, (kinds == kind) & ~np.isnan(cycles), signal, values, start, None, unit)


def _beats(table: Table) -> Iterator[_Piece]:
    """Times between heartbeats, one after the other from the moment of the message before them."""
    import numpy as np

    values = table.columns.get("time")
    if values is None or isinstance(values, list):
        return
    values = values[:, None] if values.ndim == 1 else values
    seconds = np.nan_to_num(values)
    ends = _after_each_other(table.moments, seconds)
    for place in range(values.shape[1]):
        there = ~np.isnan(values[:, place])
        yield _piece(table, there, "rr_interval", values[:, place] * 1000, ends[:, place], None, None)


def _after_each_other(moments: NDArray[np.int64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """When each beat ended: the seconds of one moment's messages added up. Shape [messages, beats]."""
    import numpy as np

    flat = np.cumsum(seconds.ravel()).reshape(seconds.shape)
    _, first = np.unique(moments, return_index=True)
    base = np.where(first > 0, flat[first - 1, -1], 0.0)
    place = np.searchsorted(np.unique(moments), moments)
    ends: NDArray[np.float64] = moments[:, None] + flat - base[place][:, None]
    ends[moments < SOONEST] = 0
    return ends


def _span(table: Table) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """From when to when: a session and a lap from start to end, all else at its moment. FIT seconds."""
    import numpy as np

    moments = table.moments.astype(np.float64)
    if table.number not in {means.SESSION, means.LAP} or (begun := table.columns.get("start_time")) is None:
        return moments, None
    length = table.columns.get("total_elapsed_time", np.full(len(moments), np.nan))
    start = np.where(np.isnan(begun), moments, begun)
    return start, np.where(np.isnan(length), np.fmax(moments, start), start + np.nan_to_num(length))


def _what(table: Table) -> _Piece:
    """A session as a workout with its sport, a lap as an event of the workout."""
    import numpy as np

    start, stop = _span(table)
    names = []
    for place in range(len(table.order)):
        sport, sub = (_word(kind, _number(table, kind, place)) for kind in ("sport", "sub_sport"))
        names.append(" ".join(dict.fromkeys(one for one in (sport, sub) if one not in {"", "generic", "all"})))
    lap = table.number == means.LAP
    signal = "workout.event" if lap else "workout"
    words = ["lap"] * len(names) if lap else [name or "workout" for name in names]
    return _Piece(table.order, start, stop, np.full(len(names), np.nan), signal, None, words)


def _piece(
    table: Table,
    there: NDArray[np.bool_],
    signal: str,
    values: NDArray[np.float64],
    start: NDArray[np.float64],
    stop: NDArray[np.float64] | None,
    unit: str | None,
) -> _Piece:
    """The readings that are there."""
    until = None if stop is None else stop[there]
    return _Piece(table.order[there], start[there], until, values[there], signal, unit)


def _stamps(seconds: NDArray[np.float64]) -> pl.Series:
    """Moments from FIT seconds; what counts from when a device was switched on is none."""
    import numpy as np
    import polars as pl

    micros = np.round((np.nan_to_num(seconds) + EPOCH) * 1e6).astype(np.int64)
    return pl.select(pl.when(pl.Series(seconds >= SOONEST)).then(pl.Series(micros).cast(pl.Datetime("us")))).to_series()
