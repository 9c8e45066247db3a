"""What the twin believes and the states of its models, kept in the sealed file of the signal they are about."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.vault.store import Store


@dataclass(frozen=True, slots=True)
class Belief:
    """One estimate: `kind` is `normal` or `forecast`, `believed` its content as plain values.

    `lineage` lists (signal, first day, last day, watermark) of every input (the vault sets the watermark when it keeps
    the belief); `categories` and `sensitivities` are the sets a reader's grants must cover.
    """

    key: str
    kind: str
    made_at: datetime
    model: str
    version: int
    watermark: int
    categories: tuple[str, ...]
    sensitivities: tuple[str, ...]
    lineage: tuple[tuple[str, str, str, int], ...]
    believed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model's state after learning a signal's days up to `upto`, as it stood at `watermark`."""

    key: str
    model: str
    version: int
    watermark: int
    upto: date | None
    state: bytes


def keep(store: Store, name: str, learnt: Sequence[tuple[Belief, Checkpoint | None]]) -> None:
    """Replace beliefs of the same signal, kind and model, and models' states where given; one transaction."""
    watermark = store.journal.current("watermark")
    states = [state for _, state in learnt if state is not None]
    with store.writing(name):
        _replace(store, f"{name}.estimate", "id", [_belief_row(belief, watermark) for belief, _ in learnt])
        _replace(store, f"{name}.model", "key, model", [_state_row(state, watermark) for state in states])


def _belief_row(belief: Belief, watermark: int) -> dict[str, Any]:
    """One row of the table `estimate`; a newer version of a model replaces what the older one believed."""
    return {
        "id": f"{belief.key}/{belief.kind}/{belief.model.split(' ')[0]}",
        "key": belief.key,
        "kind": belief.kind,
        "made_at": belief.made_at.astimezone(UTC).replace(tzinfo=None),
        "model": belief.model,
        "version": belief.version,
        "watermark": watermark,
        "categories": list(belief.categories),
        "sensitivities": list(belief.sensitivities),
        "lineage": json.dumps([(*one[:3], watermark) for one in belief.lineage]),
        "believed": json.dumps(belief.believed),
    }


def _state_row(state: Checkpoint, watermark: int) -> dict[str, Any]:
    return {
        "key": state.key,
        "model": state.model,
        "version": state.version,
        "watermark": watermark,
        "upto": state.upto,
        "state": state.state,
    }


def _replace(store: Store, table: str, keys: str, rows: list[dict[str, Any]]) -> None:
    """Put rows in the place of those with the same keys; all at once, since a statement costs more than its row."""
    import polars as pl

    if not rows:
        return
    store.connection.register("kept", pl.DataFrame(rows).to_arrow())
    try:
        store.connection.execute(f"DELETE FROM {table} WHERE ({keys}) IN (SELECT ({keys}) FROM kept)")
        store.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM kept")
    finally:
        store.connection.unregister("kept")


def keep_only(store: Store, name: str, keys: Sequence[str]) -> None:
    """Forget what was believed and learnt of every other signal; inside the caller's transaction."""
    for table in ("estimate", "model"):
        store.connection.execute(
            f"DELETE FROM {name}.{table} WHERE key NOT IN (SELECT unnest(?::VARCHAR[]))", [list(keys)]
        )


def read(store: Store, name: str, key: str | None = None) -> list[Belief]:
    """Every belief kept in a category's file, of one signal or of all; by signal and kind."""
    rows = store.connection.execute(
        f"SELECT key, kind, made_at, model, version, watermark, categories, sensitivities, lineage, believed "
        f"FROM {name}.estimate WHERE key = coalesce(?, key) ORDER BY key, kind",
        [key],
    ).fetchall()
    return [
        Belief(
            key=row[0],
            kind=row[1],
            made_at=row[2].replace(tzinfo=UTC),
            model=row[3],
            version=row[4],
            watermark=row[5],
            categories=tuple(row[6]),
            sensitivities=tuple(row[7]),
            lineage=tuple((entry[0], entry[1], entry[2], entry[3]) for entry in json.loads(row[8])),
            believed=json.loads(row[9]),
        )
        for row in rows
    ]


def checkpoint(store: Store, name: str, key: str, model: str, version: int) -> Checkpoint | None:
    """The model's state for a signal, None where there is none of this version."""
    rows = store.connection.execute(
        f"SELECT watermark, upto, state FROM {name}.model WHERE key = ? AND model = ? AND version = ?",
        [key, model, version],
    ).fetchall()
    return Checkpoint(key, model, version, rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None
