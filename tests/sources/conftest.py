"""A tiny driver for the tests of sources: a member made of bytes, read to its end, its account checked."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import polars as pl
import pytest

from selftwin.sources.reader.members import Member
from selftwin.sources.reader.sieve import Tally, sift

STAMPED = datetime(2024, 6, 1, tzinfo=UTC)


def _member(path, content):
    data = content if isinstance(content, str | bytes) else json.dumps(content)
    data = data.encode() if isinstance(data, str) else data
    return Member(path, len(data), lambda: io.BytesIO(data), STAMPED)


@pytest.fixture(scope="session")
def member():
    """A member of an archive of 1 June 2024, from its path and its bytes, text or JSON."""
    return _member


@pytest.fixture(scope="session")
def reading():
    """`reading(source, path, content)` recognises a member and reads it: its rows, and an account that adds up."""

    def read(source, path, content):
        one = _member(path, content)
        assert source.recognises(one)
        tally = Tally(path)
        parts = [pl.DataFrame(pl.from_arrow(sift(part, tally))) for part in source.read(one, subject=None)]
        assert tally.records().read == sum(tally.kinds.values())
        return pl.concat(parts).with_columns(pl.col("signal", "source", "unit").cast(pl.String)), tally

    return read
