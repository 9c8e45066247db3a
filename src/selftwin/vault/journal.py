"""The vault's journal: which batches and portions were kept, which files they came from, and the zone timeline.

A portion is kept whole or not at all: it is *merging* while the category files are written one by one, then *done*. One
found merging when the vault opens belongs to a process that died, and is taken back.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.account import Fault, FileAccount, Observations, Records
from selftwin.vocabulary.zones import Stay, ZoneTimeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb


@dataclass(frozen=True, slots=True)
class Batch:
    """One import, as `selftwin undo` names it."""

    number: int
    state: str
    began: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Journal:
    """Sentences over the attached journal file; every method is one transaction or part of the caller's."""

    connection: duckdb.DuckDBPyConnection

    def next(self, name: str, *, by: int = 1) -> int:
        """The next number of a counter (`batch`, `portion`, `member`, `watermark`); the first of `by` reserved ones."""
        rows = self.connection.execute("SELECT value FROM journal.counter WHERE name = ?", [name]).fetchall()
        value = int(rows[0][0]) if rows else 0
        if rows:
            self.connection.execute("UPDATE journal.counter SET value = ? WHERE name = ?", [value + by, name])
        else:
            self.connection.execute("INSERT INTO journal.counter VALUES (?, ?)", [name, by])
        return value + 1

    def current(self, name: str) -> int:
        """The newest number a counter gave, 0 before the first."""
        rows = self.connection.execute("SELECT value FROM journal.counter WHERE name = ?", [name]).fetchall()
        return int(rows[0][0]) if rows else 0

    def begin_batch(self, what: str) -> int:
        """Open a batch and return its number."""
        number = self.next("batch")
        self.connection.execute(
            "INSERT INTO journal.batch VALUES (?, 'kept', ?, ?)", [number, datetime.now(UTC).replace(tzinfo=None), what]
        )
        return number

    def begin_portion(self, batch: int) -> int:
        """Note that a portion is about to be written."""
        number = self.next("portion")
        self.connection.execute("INSERT INTO journal.portion VALUES (?, ?, 'merging')", [number, batch])
        return number

    def end_portion(self, portion: int, files: Sequence[tuple[str, str, Sequence[FileAccount]]]) -> None:
        """Note that a portion is kept, with the fingerprints of its files and their accounts."""
        self.connection.execute("UPDATE journal.portion SET state = 'done' WHERE id = ?", [portion])
        for print_, path, accounts in files:
            body = json.dumps([_packed(account) for account in accounts])
            self.connection.execute("INSERT INTO journal.file VALUES (?, ?, ?, ?)", [print_, portion, path, body])
        self.next("watermark")

    def unfinished(self) -> list[int]:
        """Portions a dead process left half written."""
        rows = self.connection.execute("SELECT id FROM journal.portion WHERE state = 'merging' ORDER BY id").fetchall()
        return [int(number) for (number,) in rows]

    def half_undone(self) -> list[int]:
        """Batches a dead process had begun to take back."""
        rows = self.connection.execute("SELECT DISTINCT batch FROM journal.portion WHERE state = 'undoing' ORDER BY 1")
        return [int(number) for (number,) in rows.fetchall()]

    def file(self, print_: str) -> tuple[FileAccount, ...] | None:
        """The account of a file read before, or None where it is new."""
        rows = self.connection.execute("SELECT accounts FROM journal.file WHERE print = ? LIMIT 1", [print_]).fetchall()
        return tuple(_unpacked(body) for body in json.loads(rows[0][0])) if rows else None

    def batches(self) -> list[Batch]:
        """Every import, newest first."""
        rows = self.connection.execute(
            "SELECT id, state, began, what FROM journal.batch b WHERE EXISTS (SELECT 1 FROM journal.portion p "
            "WHERE p.batch = b.id AND p.state IN ('done', 'undoing', 'undone')) ORDER BY id DESC"
        ).fetchall()
        return [Batch(number, state, began.replace(tzinfo=UTC), what) for number, state, began, what in rows]

    def accounts(self, batch: int) -> list[FileAccount]:
        """The accounts of the files that a batch brought, as they were when it did; none of one that was undone."""
        return [account for portion in self.portions(batch) for account in self._accounts(portion)]

    def portions(self, batch: int) -> list[int]:
        """The kept portions of a batch."""
        rows = self.connection.execute(
            "SELECT id FROM journal.portion WHERE batch = ? AND state IN ('done', 'undoing')", [batch]
        ).fetchall()
        return [int(number) for (number,) in rows]

    def mark(self, portions: Sequence[int], state: str) -> None:
        """Set the state of portions."""
        self._each("UPDATE journal.portion SET state = ? WHERE id = ?", [(state, portion) for portion in portions])

    def forget(self, batch: int, portions: Sequence[int]) -> list[str]:
        """Close an undone batch; files read later that held some of the same things must be read again: their paths."""
        self.connection.execute("UPDATE journal.batch SET state = 'undone' WHERE id = ?", [batch])
        sources = {account.source for portion in portions for account in self._accounts(portion)}
        self._each("DELETE FROM journal.file WHERE portion = ?", [(portion,) for portion in portions])
        shared = [row for row in self._files() if any(a.source in sources and a.observations.known for a in row[1])]
        self._each("DELETE FROM journal.file WHERE print = ?", [(row[2],) for row in shared])
        self.next("watermark")
        return sorted({row[0] for row in shared})

    def _each(self, sentence: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Say a sentence once for each row; DuckDB refuses to be given none."""
        if rows:
            self.connection.executemany(sentence, rows)

    def _accounts(self, portion: int) -> list[FileAccount]:
        rows = self.connection.execute("SELECT accounts FROM journal.file WHERE portion = ?", [portion]).fetchall()
        return [_unpacked(body) for (accounts,) in rows for body in json.loads(accounts)]

    def _files(self) -> list[tuple[str, list[FileAccount], str]]:
        rows = self.connection.execute("SELECT path, accounts, print FROM journal.file").fetchall()
        return [(path, [_unpacked(body) for body in json.loads(accounts)], print_) for path, accounts, print_ in rows]

    def zones(self) -> ZoneTimeline | None:
        """The newest revision of the zone timeline, or None before the first."""
        rows = self.connection.execute("SELECT timeline FROM journal.zone ORDER BY revision DESC LIMIT 1").fetchall()
        if not rows:
            return None
        body = json.loads(rows[0][0])
        stays = tuple(Stay(datetime.fromisoformat(since), name) for since, name in body["stays"])
        return ZoneTimeline(body["home"], stays)

    def set_zones(self, timeline: ZoneTimeline) -> None:
        """Add a revision of the zone timeline; earlier ones stay."""
        stays = [(stay.since.isoformat(), stay.zone) for stay in timeline.stays]
        body = json.dumps({"home": timeline.home, "stays": stays})
        now = datetime.now(UTC).replace(tzinfo=None)
        self.connection.execute("INSERT INTO journal.zone VALUES (?, ?, ?)", [self.next("zone"), now, body])
        self.next("watermark")


def _packed(account: FileAccount) -> dict[str, Any]:
    return asdict(account)


def _unpacked(body: dict[str, Any]) -> FileAccount:
    body["records"] = Records(**body["records"])
    body["observations"] = Observations(**body["observations"])
    body["faults"] = tuple(Fault(**fault) for fault in body["faults"])
    body["notes"] = tuple(body["notes"])
    return FileAccount(**body)
