from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from tests.domains.body.remembering import SCHEMA, Remembered

from selftwin.domains.body.chapters.glucose import CHAPTER, stretch
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.estimate import Trust

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def worn(days: int, source: str = "sensor", *, every: int = 15, level: float = 120.0) -> pl.DataFrame:
    count = days * 1440 // every
    at = [NOW - timedelta(minutes=every * n) for n in reversed(range(count))]
    values = [level + 40 * np.sin(one.hour / 24 * 2 * np.pi) for one in at]
    return pl.DataFrame(
        {"at": at, "until": at, "local": [one.replace(tzinfo=None) for one in at], "value": values,
         "text": [None] * count, "unit": ["mg/dL"] * count, "source": [source] * count},
        schema=SCHEMA,
    )  # fmt: skip


def test_a_fortnight_is_read_and_trusted() -> None:
    found = CHAPTER.read(Remembered(NOW, {"glucose": worn(30)}))
    assert found.trust is Trust.TRUSTED
    assert found.lines[0].name == "time in range, {0} to {1}"
    assert found.lines[0].value == pytest.approx(100)
    assert {"minute", "p5", "p50", "p95_high"} <= set(found.profile)
    assert len(found.profile["p50"]) == 96
    middle = found.profile["p50"]
    assert max(middle) - min(middle) == pytest.approx(80, rel=0.15)


def test_two_sensors_worn_at_once_are_not_mixed() -> None:
    both = pl.concat([worn(10), worn(10, "other", every=60, level=300.0)])
    rows = stretch(Remembered(NOW, {"glucose": both}))
    assert rows["value"].max() < 200
    assert rows["at"].is_sorted()


def test_few_days_are_a_first_impression_and_none_is_silence() -> None:
    few = CHAPTER.read(Remembered(NOW, {"glucose": worn(5)}))
    assert few.trust is Trust.FIRST
    assert any("14 whole days" in note for note in few.notes)
    with pytest.raises(NothingYet, match="glucose"):
        CHAPTER.read(Remembered(NOW))
