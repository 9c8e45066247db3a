"""The sealed store of one twin: portions of observations go in whole, series, days and beliefs come out."""

from __future__ import annotations

import hashlib
import hmac
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from selftwin.vault import beliefs, documents, merge, stage, undo
from selftwin.vault.days import signals_with_days
from selftwin.vault.files import NAMES, Files
from selftwin.vault.journal import Journal
from selftwin.vault.tables import has_tables, make_tables
from selftwin.vault.turns import Turns
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.signal import Category
from selftwin.vocabulary.zones import ZoneTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    import duckdb

    from selftwin.vault.erase_epoch import Renewal, Renewed
    from selftwin.vault.journal import Batch
    from selftwin.vault.seals import RecordState

ERASING = "erasing"  # the paper of an erasure whose certificate is still to be made
CATEGORIES = tuple(category.value for category in Category)


class Store:
    """One open vault: attaches files as they are needed, and owns the journal.

    Whoever uses it in a program of several threads takes turns by its `lock`.
    """

    def __init__(self, files: Files, *, home_zone: str = "UTC", lock: Turns | None = None) -> None:
        self.files, self.lock = files, lock or Turns()
        self._ready: set[str] = set()
        self._words: dict[str, stage.Dictionary] = {}
        self._settled: set[str] = set()
        self.use("journal")
        self.journal = Journal(files.connection)
        self._zones = self.journal.zones()
        if self._zones is None:
            self.set_zones(ZoneTimeline(home_zone))
        self.recover()
        if documents.every(self, ERASING):
            from selftwin.vault import erase

            erase.finish(self)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection every attached file is seen through."""
        return self.files.connection

    @property
    def zones(self) -> ZoneTimeline:
        """The newest zone timeline."""
        if self._zones is None:
            raise RuntimeError("a store always has a zone timeline")
        return self._zones

    def set_zones(self, timeline: ZoneTimeline) -> None:
        """Keep a new revision of the timeline; every day it touches is made anew at the next reading."""
        with self.lock:
            for name in self.existing():  # first, so that a process that dies here leaves no day of the old clock
                with self.writing(name):
                    self.connection.execute(
                        f"INSERT INTO {name}.stale "
                        f"SELECT g.key, min(o.start)::DATE - 2, max(coalesce(o.stop, o.start))::DATE + 2 "
                        f"FROM {name}.observation o JOIN {name}.signal g ON g.id = o.signal GROUP BY g.key"
                    )
            with self.writing("journal"):
                self.journal.set_zones(timeline)
            self._zones = timeline
            self.lock.note()

    def existing(self) -> list[str]:
        """Categories that hold something, attached."""
        found = [name for name in CATEGORIES if self.files.has(name)]
        for name in found:
            self.use(name)
        return found

    def has(self, name: str) -> bool:
        """Whether a category has a file; attaches it."""
        if not self.files.has(name):
            return False
        self.use(name)
        return True

    def use(self, name: str) -> None:
        """Attach a file and make its tables where they are missing."""
        if name in self._ready:
            return
        if name not in NAMES:
            raise UsageError(f"There is no category called {name!r}.")
        self.files.attach(name)
        if not has_tables(self.connection, name):  # new, or made by a process that died at once
            self.files.begin_write(name)
            make_tables(self.connection, name)
        self._ready.add(name)

    def words(self, name: str) -> stage.Dictionary:
        """The numbers a category's file uses for its names."""
        if name not in self._words:
            self.use(name)
            self._words[name] = stage.load(self.connection, name)
        return self._words[name]

    def forget_words(self) -> None:
        """Names that were only staged lose their numbers; those that were kept are read again when they are needed."""
        self._words.clear()

    def settled(self, name: str) -> bool:
        """Whether no day of a category waits to be remade, as far as was looked since it was last written."""
        return name in self._settled

    def note_settled(self, name: str) -> None:
        """Somebody looked: no day of the category waits to be remade."""
        self._settled.add(name)

    @contextmanager
    def writing(self, name: str, *, keep: bool = True, news: bool = True) -> Iterator[None]:
        """One transaction on one file, marked dirty before; rolled back on error or where `keep` is false.

        It is no `news` where nothing else is kept afterwards than before, as with days that are made anew.
        """
        self.begin(name)
        self.connection.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT" if keep else "ROLLBACK")
        if keep and news:
            self.lock.note()

    def fingerprint(self, digest: bytes, *, reader: str) -> str:
        """The keyed name of a file's bytes as read by these parsers; tells a file read before, and only inside."""
        key = bytes(self.files.secret("prints").reveal())
        return hmac.new(key, digest + reader.encode(), hashlib.sha256).hexdigest()

    def batches(self) -> list[Batch]:
        """Every import, newest first."""
        return self.journal.batches()

    def undo(self, batch: int) -> tuple[int, list[str]]:
        """Take an import back: observations that went, and files that held some of them too and must be read again."""
        with self.lock.writing("undo"), self.lock:
            known = {entry.number: entry for entry in self.journal.batches()}
            if batch not in known:
                raise UsageError(f"There is no batch {batch}.", hint="`selftwin imports` lists them.")
            if known[batch].state == "undone":
                raise UsageError(f"Batch {batch} was undone before.")
            with self.writing("journal"):
                self.journal.mark(self.journal.portions(batch), "undoing")
            return self._undo(batch)

    def _undo(self, batch: int) -> tuple[int, list[str]]:
        portions = self.journal.portions(batch)
        gone = self._take_back(portions)
        with self.writing("journal"):
            again = self.journal.forget(batch, portions)
            self.journal.mark(portions, "undone")
        self.lock.note(taken=True)
        return gone, again

    def _take_back(self, portions: list[int]) -> int:
        gone = 0
        for name in self.existing() if portions else []:
            with self.writing(name):
                gone += undo.take_back(self.connection, name, portions)
                beliefs.keep_only(self, name, signals_with_days(self, name))
        return gone

    @contextmanager
    def still(self) -> Iterator[Path]:
        """The vault's folder with every file sealed and at rest, to be copied whole inside the block."""
        try:
            with self.files.still() as place:
                yield place
        finally:
            self._ready.clear()
            self._settled.clear()
            self.use("journal")

    def renew(
        self, passphrase: str, fresh: Collection[str], write: Callable[[Renewal, RecordState], Renewed]
    ) -> None:
        """Begin a new epoch of the files, as `Files.renew` does, and go on in it."""
        try:
            self.files.renew(passphrase, fresh, write)
        finally:
            self.lock.note(taken=True)
            for known in (self._ready, self._settled, self._words):
                known.clear()
            if not self.files.closed:
                self.use("journal")
                self.journal = Journal(self.files.connection)

    def recover(self) -> None:
        """Take back what a dead process left half written, and end the undo it had begun; what it kept stays."""
        if unfinished := self.journal.unfinished():
            self._take_back(unfinished)
            with self.writing("journal"):
                self.journal.mark(unfinished, "dropped")
        for batch in self.journal.half_undone():
            self._undo(batch)

    def settle(self, desk: duckdb.DuckDBPyConnection, name: str, portion: int) -> list[merge.Settled]:
        """Merge what waits at a desk into its category, in a transaction that `end` ends; others read meanwhile, as if
        it had not begun."""
        desk.execute("BEGIN TRANSACTION")
        return merge.settle(desk, self.words(name), portion)

    def end(self, desk: duckdb.DuckDBPyConnection, name: str, *, keep: bool) -> None:
        """Keep what was merged at a desk, or forget it; the desk is closed."""
        desk.execute("COMMIT" if keep else "ROLLBACK")
        desk.close()
        if keep:
            self._settled.discard(name)  # also where somebody looked meanwhile
            self.lock.note()
        else:
            self._words.pop(name, None)  # numbers that were never written

    def begin(self, name: str) -> None:
        """Before a category is written: it is attached, and marked."""
        self._settled.discard(name)
        self.use(name)
        self.files.begin_write(name)

    def close(self) -> None:
        """Seal everything; idempotent."""
        self._ready.clear()
        self.files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
