"""Apple's stamps and zones: the exporting phone's offset beside every stamp, the writer's zone where it was stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks are counted from a wall clock
_STAMP = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?\s*(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?"
    r"(?:\s*([AaPp])\.?\s?[Mm]\.?)?\s*(Z|[+-]\d\d:?\d\d)?)?\s*"
)
_FIXED = re.compile(r"(?:GMT|UTC)(?:([+-])(\d{1,2}):?(\d\d)?)?")


class Stamp(NamedTuple):
    """Microseconds since 1970 and minutes of offset, as `Basis` says; offset is None where none was written."""

    start: int
    offset: int | None
    basis: Basis


def stamp(text: str) -> Stamp | None:
    """`2024-10-25 07:04:44 -0500` and its kin in older or localised exports; None where it is no date."""
    if (found := _STAMP.fullmatch(text)) is None:
        return None
    year, month, day, hour, minute, second, fraction, half, zone = found.groups()
    try:
        day_of = datetime(int(year), int(month), int(day))  # noqa: DTZ001 - the wall clock is counted here
        wall = day_of.replace(hour=_hour(int(hour or 0), half), minute=int(minute or 0), second=int(second or 0))
    except ValueError:
        return None
    start = (wall - _EPOCH) // MICROSECOND + int((fraction or "0").ljust(6, "0")[:6])
    if hour is None:
        return Stamp(start, None, Basis.DATE)
    if zone is None:
        return Stamp(start, None, Basis.LOCAL)
    offset = _minutes(zone)
    return None if offset is None else Stamp(start - offset * 60_000_000, offset, Basis.INSTANT)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half in "Pp" else 0)


def _minutes(zone: str) -> int | None:
    if zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 15 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)


def offsets(zone: str, starts: NDArray[np.int64]) -> NDArray[np.int16] | None:
    """Minutes of offset in a named zone at each instant (µs, UTC); None where nobody knows the zone."""
    import numpy as np

    if (fixed := _FIXED.fullmatch(zone)) is not None:
        minutes = int(fixed[2] or 0) * 60 + int(fixed[3] or 0)
        return np.full(len(starts), -minutes if fixed[1] == "-" else minutes, np.int16)
    if not _exists(zone):
        return None
    import polars as pl

    there = pl.Series(starts).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    whole = there.dt.base_utc_offset() + there.dt.dst_offset()
    return whole.dt.total_minutes().cast(pl.Int16).to_numpy()


@cache
def _exists(zone: str) -> bool:
    import polars as pl
    from polars.exceptions import PolarsError

    try:
        pl.Series([datetime(2020, 1, 1, tzinfo=UTC)]).dt.convert_time_zone(zone)
    except (PolarsError, ValueError):
        return False
    return True
