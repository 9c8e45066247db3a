"""What was brought in, and how each source is: late by its own habit, never by somebody else's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.vault.exports import Row, take

from selftwin.twin.imports import imports
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin import Twin

LAST = date(2026, 3, 31)


def rows(source: str, ago: list[int]) -> list[Row]:
    return [Row("weight", datetime.combine(LAST - timedelta(days=day), time(8)), 80.0, source=source) for day in ago]


def test_a_source_is_late_by_its_own_habit(made: Callable[[], Twin]) -> None:
    twin = made()
    assert imports(twin).health() == []
    each = {
        "daily": list(range(20)), "silent": list(range(4, 30)), "two days ago": list(range(2, 30)),
        "weekly": list(range(13, 60, 7)), "once": [9, 10], "worn no more": list(range(22, 50)),
        "given up": list(range(90, 120)),
    }  # fmt: skip
    take(twin._store, *[rows(source, ago) for source, ago in each.items()])
    found = {one.source: one for one in imports(twin).health()}
    assert next(iter(found)) == "daily"
    assert {source for source, one in found.items() if one.late} == {"silent"}
    assert found["daily"].days == (True,) * 14
    assert found["two days ago"].days == (True,) * 12 + (False, False)
    assert found["given up"].days == (False,) * 14
    assert (found["weekly"].silent, found["silent"].silent) == (13, 4)


def test_imports_are_told_with_their_accounts_and_notes_apart(made: Callable[[], Twin]) -> None:
    twin = made()
    take(twin._store, rows("scale", [1, 2]))
    noted = twin.observe("mood", 4)
    note, first = imports(twin).every()
    assert (note.by_hand, note.batch.number) == (True, noted.batch)
    assert (first.by_hand, first.files[0].records.read) == (False, 2)
    twin.undo(first.batch.number)
    gone = imports(twin).one(first.batch.number)
    assert (gone.batch.state, gone.files) == ("undone", ())
    with pytest.raises(UsageError):
        imports(twin).one(99)
