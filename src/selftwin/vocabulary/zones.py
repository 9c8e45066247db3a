"""The zone timeline: where the clock stood, when. It turns recorded stamps into UTC and local days at reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.observation import EARLIEST_YEAR, LATEST_YEAR, Basis

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Micros = NDArray[np.int64]

_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name such as `Europe/Vienna`; raises `UsageError` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "Use an IANA name such as Europe/Vienna or America/Sao_Paulo."
        raise UsageError(f"There is no time zone called {name!r}.", hint=hint) from error


@dataclass(frozen=True, slots=True)
class Stay:
    """From `since` (UTC) on, the person's clock shows `zone`."""

    since: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class ZoneTimeline:
    """Home first, then stays, put in order of time; the home zone holds before the first stay. Raises UsageError."""

    home: str
    stays: tuple[Stay, ...] = ()

    def __post_init__(self) -> None:
        zone(self.home)
        for stay in self.stays:
            zone(stay.zone)
            if stay.since.tzinfo is None:
                raise UsageError(f"The stay in {stay.zone} begins at a wall clock; say the moment in UTC.")
        object.__setattr__(self, "stays", tuple(sorted(self.stays, key=lambda stay: stay.since)))

    def with_journey(self, since: datetime, until: datetime, name: str) -> ZoneTimeline:
        """The timeline with a journey laid over it: `name` from `since` to `until` (UTC), then as it was before."""
        if until <= since:
            raise UsageError("A journey must end after it begins.")
        zone(name)
        after = self.at(until)
        kept = [stay for stay in self.stays if not since <= stay.since <= until]
        laid = [*kept, Stay(since, name), Stay(until, after)]
        return ZoneTimeline(self.home, tuple(laid))

    def with_home(self, name: str) -> ZoneTimeline:
        """The timeline of somebody who lives in `name`; journeys stay, their ways home lead there."""
        moved = (Stay(one.since, name if one.zone == self.home else one.zone) for one in self.stays)
        return ZoneTimeline(name, tuple(moved))

    def at(self, moment: datetime) -> str:
        """The zone's name at a moment (aware)."""
        name = self.home
        for stay in self.stays:
            if stay.since <= moment:
                name = stay.zone
        return name

    def steps(self) -> tuple[Micros, Micros]:
        """UTC moments at which the clock's offset changes, and the offset from then on; both µs, shape [n]."""
        import numpy as np

        bounds = [datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC), *(stay.since for stay in self.stays)]
        names = [self.home, *(stay.zone for stay in self.stays)]
        ends = [*bounds[1:], datetime(LATEST_YEAR + 1, 1, 1, tzinfo=UTC)]
        moments: list[int] = []
        offsets: list[int] = []
        for name, since, until in zip(names, bounds, ends, strict=True):
            low, high = _micros(since), _micros(until)
            moments.append(low)
            offsets.append(_offset(name, since))
            for moment, offset in _changes(name):
                if low < moment < high:
                    moments.append(moment)
                    offsets.append(offset)
        moments[0] = np.iinfo(np.int64).min
        return np.array(moments, np.int64), np.array(offsets, np.int64)

    def to_local(self, utc: Micros) -> Micros:
        """The wall clock (µs since 1970 as if UTC) at UTC moments. Shape [n] to [n]."""
        import numpy as np

        moments, offsets = self.steps()
        return utc + offsets[np.searchsorted(moments, utc, side="right") - 1]

    def to_utc(self, wall: Micros) -> Micros:
        """UTC moments of wall-clock readings: the first of two in autumn, the shifted one in the gap of spring."""
        import numpy as np

        moments, offsets = self.steps()
        edges = moments.copy()
        edges[1:] = np.maximum.accumulate(moments[1:] + np.maximum(offsets[1:], offsets[:-1]))
        return wall - offsets[np.searchsorted(edges, wall, side="right") - 1]

    def place(self, stamps: Micros, basis: NDArray[np.int8], offset: NDArray[np.int16]) -> tuple[Micros, Micros]:
        """UTC and wall clock of recorded stamps (µs), by their basis and the offset (minutes) PLACED stamps carry."""
        import numpy as np

        floating = basis <= Basis.LOCAL
        utc = np.where(floating, self.to_utc(stamps), stamps)
        placed = stamps + offset.astype(np.int64) * 60_000_000
        wall = np.where(floating, stamps, np.where(basis == Basis.PLACED, placed, self.to_local(stamps)))
        return utc, wall


def day_number(wall: Micros) -> NDArray[np.int64]:
    """Local days since 1970-01-01 of wall-clock readings in µs. Shape [n]."""
    return wall // _DAY


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _offset(name: str, moment: datetime) -> int:
    return (moment.astimezone(zone(name)).utcoffset() or timedelta()) // timedelta(microseconds=1)


@lru_cache(maxsize=64)
def _changes(name: str) -> tuple[tuple[int, int], ...]:
    """Every change of a zone's offset as (UTC µs, new offset µs), found by halving the days that hold one."""
    found: list[tuple[int, int]] = []
    moment = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC)
    end = datetime(LATEST_YEAR + 1, 1, 1, tzinfo=UTC)
    before = _offset(name, moment)
    while moment < end:
        following = moment + timedelta(days=14)
        after = _offset(name, following)
        if after != before:
            found.append((_micros(_halve(name, moment, following, before)), after))
        moment, before = following, after
    return tuple(found)


def _halve(name: str, low: datetime, high: datetime, before: int) -> datetime:
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0)
        if middle <= low:
            break
        low, high = (middle, high) if _offset(name, middle) == before else (low, middle)
    return high
