"""One observation noted by hand goes the way of every other: sieved, staged, kept in a batch of its own."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.vault.intake import Intake
from selftwin.vocabulary.account import FileAccount, ImportAccount, Observations
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.observation import Basis
from selftwin.vocabulary.signal import Kind
from selftwin.vocabulary.units import into

if TYPE_CHECKING:
    import polars as pl

    from selftwin.vault.store import Store

BY_HAND = "by hand"


def observe(
    store: Store,
    key: str,
    value: float | str,
    *,
    at: datetime | None = None,
    until: datetime | None = None,
    unit: str | None = None,
) -> ImportAccount:
    """Keep one observation; raises UsageError where it cannot be true."""
    began = time.monotonic()
    tally = Tally(BY_HAND)
    rows = sift(Part(observations(_row(key, value, at or datetime.now(UTC), until, unit)), 1, kinds={key: 1}), tally)
    if tally.faults:
        raise UsageError(f"{tally.faults[0].reason[:1].upper()}{tally.faults[0].reason[1:]}.")
    kinds, signals = dict(tally.kinds), dict(tally.signals)
    account = FileAccount(
        BY_HAND, BY_HAND, tally.records(), Observations(), tally.first, tally.last, kinds, signals
    )
    intake = Intake(store, what=f"{key} {BY_HAND}")
    with intake.whole():
        intake.begin_file(BY_HAND, uuid4().hex)
        member = intake.begin_member()
        intake.add(member, rows)
        intake.end_member(member, account, datetime.now(UTC).isoformat())
    return ImportAccount(tuple(intake.accounts), (), intake.batch, time.monotonic() - began)


def _row(key: str, value: float | str, at: datetime, until: datetime | None, unit: str | None) -> pl.DataFrame:
    import polars as pl

    signal = nature(key)
    words = isinstance(value, str)
    if words and signal.kind is Kind.QUANTITY:
        raise UsageError(f"{key} takes a number in {signal.unit}.")
    number = None if isinstance(value, str) else float(value)
    if number is not None and unit is not None and not key.startswith("other."):
        change = into(signal, unit)
        number = number * change.scale + change.offset
    stop = None if until is None else _kept(until)
    return pl.DataFrame(
        {
            "record": [0],
            "signal": [key],
            "source": [BY_HAND],
            "native": [uuid4().hex],
            "start": [_kept(at)],
            "stop": pl.Series([stop], dtype=pl.Datetime("us")),
            "basis": [int(Basis.LOCAL if at.tzinfo is None else Basis.INSTANT)],
            "value": pl.Series([number], dtype=pl.Float64),
            "text": pl.Series([value if words else None], dtype=pl.String),
            "unit": pl.Series([unit if key.startswith("other.") else None], dtype=pl.String),
        }
    )


def _kept(moment: datetime) -> datetime:
    """UTC without a zone for an aware moment, the wall clock as it is for another."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
