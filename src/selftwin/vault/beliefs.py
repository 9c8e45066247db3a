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
    with store.writing(name):
        for belief, state in learnt:
            _keep_belief(store, name, belief, watermark)
            if state is not None:
                _keep_state(store, name, state, watermark)


def _keep_belief(store: Store, name: str, belief: Belief, watermark: int) -> None:
    known = f"{belief.key}/{belief.kind}/{belief.model}"
    store.connection.execute(f"DELETE FROM {name}.estimate WHERE id = ?", [known])
    store.connection.execute(
        f"INSERT INTO {name}.estimate VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            known,
            belief.key,
            belief.kind,
            belief.made_at.astimezone(UTC).replace(tzinfo=None),
            belief.model,
            belief.version,
            watermark,
            list(belief.categories),
            list(belief.sensitivities),
            json.dumps([(*one[:3], watermark) for one in belief.lineage]),
            json.dumps(belief.believed),
        ],
    )


def _keep_state(store: Store, name: str, state: Checkpoint, watermark: int) -> None:
    store.connection.execute(f"DELETE FROM {name}.model WHERE key = ? AND model = ?", [state.key, state.model])
    store.connection.execute(
        f"INSERT INTO {name}.model VALUES (?, ?, ?, ?, ?, ?)",
        [state.key, state.model, state.version, watermark, state.upto, state.state],
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
