"""One import into the vault: members are staged as they stream in, and kept a portion of whole files at a time."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.vault import stage
from selftwin.vault.alone import alone
from selftwin.vocabulary.account import FileAccount, Observations
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    import pyarrow as pa

    from selftwin.vault.store import Store

_PORTION_ROWS = 500_000
_MOST_TELLINGS = 100_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - DuckDB's TIMESTAMP is UTC without a zone


@dataclass(slots=True)
class _Waiting:
    """A file of the current portion: its fingerprint and the members read from it, by their numbers."""

    print: str
    path: str
    accounts: dict[int, FileAccount] = field(default_factory=dict)


@alone("_store.lock", but=("whole", "begin_file", "settle"))
class Intake:
    """Stages rows and settles them. With `keep=False` nothing is stored; the counts are what an import would give.

    It works at desks of its own, one for each category: connections with their own waiting table and transaction. So
    others read while a portion is merged, and see all of it once it is kept, or nothing.
    """

    def __init__(self, store: Store, *, what: str, keep: bool = True) -> None:
        self._store = store
        self._what = what
        self._keep = keep
        self.batch = 0
        self.accounts: list[FileAccount] = []
        self._rows = 0
        with store.lock:
            self._next_member = store.journal.current("member") + 1
        self._portion: list[_Waiting] = []
        self._exported: dict[int, datetime] = {}
        self._tellings: dict[tuple[int, int, int], int] = {}
        self._within: dict[int, int] = {}
        self._desks: dict[str, duckdb.DuckDBPyConnection] = {}

    def begin_file(self, path: str, print_: str) -> None:
        """A new file begins; the portion so far is settled when it is large enough, unless later files must see it."""
        if self._keep and self._rows >= _PORTION_ROWS:
            self.settle()
        self._portion.append(_Waiting(print_, path))

    def begin_member(self) -> int:
        """A number for the member that is about to stream in."""
        number, self._next_member = self._next_member, self._next_member + 1
        return number

    def add(self, member: int, rows: pa.RecordBatch) -> None:
        """Stage some rows of a member, each in its category.

        An export of a twin says of each row when it was told, and in which telling: each of them counts as a member.
        """
        if "telling" not in rows.schema.names:
            self._add(member, rows)
            return
        for number, some in self._told_apart(member, rows):
            self._add(number, some)

    def _told_apart(self, member: int, rows: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
        """The rows by when they were told, earlier tellings first, each with the number of a member of its own."""
        import numpy as np
        import pyarrow as pa

        stamps = rows.column("exported").cast("int64").to_numpy()
        pairs = np.stack([rows.column("telling").to_numpy().astype(np.int64), stamps], axis=1)
        each, back = np.unique(pairs, axis=0, return_inverse=True)
        for place, (telling, stamp) in enumerate(each.tolist()):
            yield self._telling(member, telling, stamp), rows.filter(pa.array(back.ravel() == place))

    def _telling(self, member: int, telling: int, stamp: int) -> int:
        key = (member, telling, stamp)
        if key not in self._tellings:
            if len(self._tellings) >= _MOST_TELLINGS:
                raise BrokenExport(f"There would be more than {_MOST_TELLINGS} exports told of; no life has so many.")
            number = self._tellings[key] = self.begin_member()
            self._within[number] = member
            self._exported[number] = _EPOCH + timedelta(microseconds=stamp)
        return self._tellings[key]

    def _add(self, member: int, rows: pa.RecordBatch) -> None:
        import numpy as np
        import pyarrow as pa

        of = stage.categories(rows)
        self._rows += rows.num_rows
        if len(set(of)) == 1:
            self._put(of[0], member, rows)
            return
        which = np.array(of)[rows.column("signal").indices.to_numpy(zero_copy_only=False)]
        for name in sorted(set(which.tolist())):
            self._put(name, member, rows.filter(pa.array(which == name)))

    def _put(self, name: str, member: int, rows: pa.RecordBatch) -> None:
        words = self._store.words(name)
        if name not in self._desks:
            self._desks[name] = self._store.connection.cursor()
            stage.make(self._desks[name], name)
        stage.put(self._desks[name], words, rows, member)

    def end_member(self, member: int, account: FileAccount, exported: str) -> None:
        """The member is read; its account waits for the counts of observations."""
        self._portion[-1].accounts[member] = account
        self._exported[member] = _moment(exported)

    def drop_member(self, members: list[int]) -> None:
        """A member of the current file broke: nothing of it may stay, and the file is read again next time."""
        waiting = self._portion[-1]
        waiting.print = f"{waiting.print} in part"
        self._drop([member for member in members if member not in waiting.accounts])

    def drop_file(self, members: list[int]) -> None:
        """The current file broke: nothing of it may stay."""
        self._portion.pop()
        self._drop(members)

    def _drop(self, members: list[int]) -> None:
        within = [number for number, member in self._within.items() if member in members]
        listed = ", ".join(str(member) for member in [*members, *within])
        for name, desk in self._desks.items() if members else ():
            desk.execute(f"DELETE FROM staged_{name} WHERE member IN ({listed})")

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Settle what is staged inside the block at its end; on any failure nothing waits or stays half written.

        Nobody else writes meanwhile.
        """
        with self._store.lock.writing(self._what):
            try:
                yield
                self.settle()
            except BaseException:
                self.abandon()
                raise

    def abandon(self) -> None:
        """Something failed: nothing may wait behind, and what is half written is taken back."""
        for desk in self._desks.values():
            desk.close()  # which rolls back
        self._desks.clear()
        self._store.forget_words()
        self._portion, self._rows = [], 0
        self._store.recover()

    def settle(self) -> None:
        """Keep the portion: first the journal says so, then every category, then the journal acknowledges it."""
        if not self._portion:
            return
        with self._store.lock:
            for name in self._desks:
                self._store.begin(name)
            portion = self._begin() if self._keep else 0
        counts = self._merge(portion)
        files = [(w.print, w.path, [_counted(a, counts.get(m)) for m, a in w.accounts.items()]) for w in self._portion]
        with self._store.lock:
            self._end(portion, files)
        for _, _, accounts in files:
            self.accounts.extend(accounts)
        self._portion, self._rows = [], 0
        self._exported.clear()
        self._tellings.clear()
        self._within.clear()

    def _begin(self) -> int:
        journal = self._store.journal
        with self._store.writing("journal"):
            if not self.batch:
                self.batch = journal.begin_batch(self._what)
            reserve = self._next_member - 1 - journal.current("member")
            if reserve > 0:
                journal.next("member", by=reserve)
            return journal.begin_portion(self.batch)

    def _merge(self, portion: int) -> dict[int, Counter[str]]:
        """Merge every category; while that takes its time, others read."""
        counts: dict[int, Counter[str]] = {}
        for name, desk in sorted(self._desks.items()):
            desk.execute("CREATE OR REPLACE TEMP TABLE exports (member INTEGER, exported TIMESTAMP)")
            if self._exported:
                _insert(desk, self._exported)
            for one in self._store.settle(desk, name, portion):
                found = counts.setdefault(self._within.get(one.member, one.member), Counter())
                found.update(new=one.new, known=one.known, revised=one.revised)
        return counts

    def _end(self, portion: int, files: list[tuple[str, str, list[FileAccount]]]) -> None:
        """Keep all of the portion at once, for whoever reads next; then the journal says so."""
        for name in sorted(self._desks):
            self._store.end(self._desks.pop(name), name, keep=self._keep)
        if self._keep:
            with self._store.writing("journal"):
                self._store.journal.end_portion(portion, files)


def _insert(connection: duckdb.DuckDBPyConnection, exported: Mapping[int, datetime]) -> None:
    """Fill the table of exports at once: a statement costs more than its row."""
    import pyarrow as pa

    told = {"member": pa.array(exported, pa.int32()), "exported": pa.array(exported.values(), pa.timestamp("us"))}
    connection.register("told", pa.table(told))
    try:
        connection.execute("INSERT INTO exports SELECT * FROM told")
    finally:
        connection.unregister("told")


def _counted(account: FileAccount, counts: Counter[str] | None) -> FileAccount:
    """The account with what became of its observations; raises when the vault lost or invented one."""
    c = counts or Counter()
    made = sum(account.signals.values())
    return replace(account, observations=Observations(made, c["new"], c["known"], c["revised"]))


def _moment(text: str) -> datetime:
    if not text:
        return _EPOCH
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
