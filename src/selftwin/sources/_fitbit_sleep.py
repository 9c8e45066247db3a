"""Fitbit's nights: `sleep-*.json` logs as coherent stages that never overlap, and the sums Fitbit states beside them.

The short wakes of `shortData` lie over the stages of `levels.data`; they are cut out of them here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.sources._fitbit_json import leaf, whole
from selftwin.sources._fitbit_stamps import SOURCE_NAME, Clock, clocked
from selftwin.sources._readings import part
from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

Stretch = tuple[datetime, datetime, str]
_LOGS = 2000  # nights in a part: about 100,000 rows
STATES = {
    "wake": "awake", "light": "light", "deep": "deep", "rem": "rem", "asleep": "asleep", "awake": "awake",
    "restless": "awake",  # Fitbit counts it to minutesAwake
    "unknown": "in_bed",
}
_NIGHT = {
    "minutesAsleep": "sleep.duration",
    "timeInBed": "sleep.in_bed",
    "minutesAwake": "sleep.awake",
    "minutesToFallAsleep": "sleep.latency",
    "minutesAfterWakeup": "sleep.after_wakeup",
    "efficiency": "sleep.efficiency",
    "levels.summary.light.minutes": "sleep.light",
    "levels.summary.deep.minutes": "sleep.deep",
    "levels.summary.rem.minutes": "sleep.rem",
    "levels.summary.wake.count": "sleep.awakenings",
    "levels.summary.awake.count": "sleep.awakenings",
}
_NAP = {"minutesAsleep": "sleep.nap"}


@dataclass(slots=True)
class _Columns:
    """Rows in the making, a column each."""

    record: list[int] = field(default_factory=list)
    signal: list[str] = field(default_factory=list)
    native: list[str | None] = field(default_factory=list)
    start: list[datetime] = field(default_factory=list)
    stop: list[datetime] = field(default_factory=list)
    value: list[float | None] = field(default_factory=list)
    text: list[str | None] = field(default_factory=list)

    def add(
        self, record: int, signal: str, native: str | None, span: tuple[datetime, datetime],
        value: float | None = None, text: str | None = None,
    ) -> None:
        self.record.append(record)
        self.signal.append(signal)
        self.native.append(native)
        self.start.append(span[0])
        self.stop.append(span[1])
        self.value.append(value)
        self.text.append(text)


def read_sleep(member: Member) -> Iterator[Part]:
    """The parts of a sleep file; a log without a readable beginning and end is a fault."""
    logs = whole(member)
    for first in range(0, len(logs), _LOGS):
        yield _part(member, logs[first : first + _LOGS], first)


def _part(member: Member, logs: Sequence[Any], first: int) -> Part:
    columns, faults, faulty = _Columns(), [], []
    for place, log in enumerate(logs):
        try:
            _log(columns, place, log)
        except (LookupError, ValueError, TypeError, AttributeError, OverflowError):
            faulty.append(place)
            faults.append(Fault(f"{member.path}, record {first + place + 1}", "not a sleep log that can be read"))
    return part(
        _rows(columns),
        kind="sleep",
        read=len(logs),
        first=first,
        faults=faults,
        faulty=faulty,
        nothing="a sleep log that says nothing",
    )


def _rows(columns: _Columns) -> pl.DataFrame:
    import polars as pl

    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "record": pl.UInt32, "signal": pl.String, "native": pl.String, "start": pl.Datetime("us"),
        "stop": pl.Datetime("us"), "value": pl.Float64, "text": pl.String,
    }
    frame = pl.DataFrame({name: getattr(columns, name) for name in schema}, schema=schema)
    clock = clocked(pl.Series("start", [], pl.String), Clock.LOCAL).schema
    return frame.with_columns(
        source=pl.lit(SOURCE_NAME), offset=pl.lit(None, clock["offset"]), basis=pl.lit(1, clock["basis"])
    )


def _log(columns: _Columns, place: int, log: Any) -> None:
    span = _wall(log["startTime"]), _wall(log["endTime"])
    native = None if log.get("logId") is None else str(log["logId"])
    for path, signal in (_NIGHT if log.get("mainSleep", True) else _NAP).items():
        if (said := leaf(log, path)) is not None:
            columns.add(place, signal, native, span, value=float(said))
    levels = log.get("levels") or {}
    for start, stop, state in hypnogram(_stretches(levels.get("data")), _stretches(levels.get("shortData"))):
        named = None if native is None else f"{native}/{start.isoformat()}"
        columns.add(place, "sleep.stage", named, (start, stop), text=state)


def _wall(stamp: Any) -> datetime:
    """The wall clock of an ISO stamp; a zone, which sleep logs never had, would be dropped."""
    return datetime.fromisoformat(str(stamp).strip()).replace(tzinfo=None)


def _stretches(levels: Any) -> list[Stretch]:
    found = []
    for level in levels or []:
        start = _wall(level["dateTime"])
        state = str(level["level"]).lower()
        found.append((start, start + timedelta(seconds=float(level["seconds"])), STATES.get(state, state)))
    return found


def hypnogram(stages: Sequence[Stretch], wakes: Sequence[Stretch]) -> list[Stretch]:
    """Stages in order, none overlapping, with the short wakes cut out of them and equal neighbours joined.

    >>> at = lambda minute: datetime(2024, 5, 1, 0, minute)
    >>> [(a.minute, b.minute, state) for a, b, state in hypnogram([(at(0), at(9), "light")], [(at(3), at(4), "awake")])]
    [(0, 3, 'light'), (3, 4, 'awake'), (4, 9, 'light')]
    """
    pieces: list[Stretch] = []
    over, at = _apart(wakes), 0
    for start, stop, state in _apart(stages):
        while at < len(over) and over[at][1] <= start:
            at += 1
        begin, here = start, at
        while here < len(over) and over[here][0] < stop:
            wake = max(over[here][0], begin), min(over[here][1], stop)
            _join(pieces, (begin, wake[0], state))
            _join(pieces, (*wake, over[here][2]))
            begin, here = wake[1], here + 1
        _join(pieces, (begin, stop, state))
    return pieces


def _apart(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The same in order of time; where two overlap, the later one begins at the end of the earlier."""
    found: list[Stretch] = []
    for start, stop, state in sorted(stretches):
        begin = max(start, found[-1][1]) if found else start
        if begin < stop:
            found.append((begin, stop, state))
    return found


def _join(pieces: list[Stretch], piece: Stretch) -> None:
    start, stop, state = piece
    if start >= stop:
        return
    if pieces and pieces[-1][1] == start and pieces[-1][2] == state:
        pieces[-1] = (pieces[-1][0], stop, state)
    else:
        pieces.append(piece)
