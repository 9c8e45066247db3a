"""From whom something was heard, and when: by source, without a value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.vault.heard import Heard, heard

from .exports import Row, take

if TYPE_CHECKING:
    from selftwin.vault.store import Store


def test_each_source_tells_its_last_moment_and_its_days_before_the_newest_of_all(store: Store) -> None:
    assert heard(store, timedelta(days=14)) == []
    told = (("steps", "phone", 2026, 3, 1), ("steps", "phone", 2026, 3, 3), ("weight", "scale", 2026, 3, 1),
            ("weight", "phone", 2026, 2, 28), ("steps", "old", 2025, 1, 1))  # fmt: skip
    take(store, [Row(key, datetime(*day, 9), 80.0, source=source) for key, source, *day in told])
    assert heard(store, timedelta(days=14)) == [
        Heard("phone", datetime(2026, 3, 3, 9, tzinfo=UTC), (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 3))),
        Heard("scale", datetime(2026, 3, 1, 9, tzinfo=UTC), (date(2026, 3, 1),)),
        Heard("old", datetime(2025, 1, 1, 9, tzinfo=UTC), ()),
    ]
