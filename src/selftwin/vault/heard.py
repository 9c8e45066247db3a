"""From which source something was recorded on which day: tells a source that fell silent, and looks at no value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, timedelta

    from selftwin.vault.store import Store

_LATER = datetime(2100, 1, 1)  # noqa: DTZ001 - DuckDB's TIMESTAMP is UTC without a zone


@dataclass(frozen=True, slots=True)
class Heard:
    """One source: the last moment it told of, and the days (UTC) of the last while on which it told anything."""

    source: str
    last: datetime
    days: tuple[date, ...]


def heard(store: Store, within: timedelta) -> list[Heard]:
    """Every source, the latest first; days are looked at `within` this long before the newest of all."""
    last: dict[str, datetime] = {}
    for name in store.existing():
        for source, at in store.connection.execute(_LAST.format(name=name), [_LATER]).fetchall():
            last[source] = max(at, last.get(source, at))
    days: dict[str, set[date]] = {source: set() for source in last}
    since = max(last.values(), default=_LATER) - within
    for name in store.existing():
        for source, day in store.connection.execute(_DAYS.format(name=name), [since, _LATER]).fetchall():
            days[source].add(day)
    found = [Heard(source, at.replace(tzinfo=UTC), tuple(sorted(days[source]))) for source, at in last.items()]
    return sorted(found, key=lambda one: (one.last, one.source), reverse=True)


_LAST = """
SELECT s.name, max(o.start) FROM {name}.observation o JOIN {name}.source s ON s.id = o.source
WHERE o.start < ? GROUP BY s.name
"""
_DAYS = """
SELECT DISTINCT s.name, o.start::DATE FROM {name}.observation o JOIN {name}.source s ON s.id = o.source
WHERE o.start >= ? AND o.start < ?
"""
