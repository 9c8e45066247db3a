"""What an erasure would take, found out before anything is touched: rows, days, beliefs, models, accounts, exports."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from selftwin.vault import documents, resting
from selftwin.vault.days import STAGES, derived_keys
from selftwin.vault.erase_copy import CategoryTask, JournalTask
from selftwin.vault.erase_exports import EXPORT, concerns
from selftwin.vault.erase_rows import EVENING, Rows, Span, prepare
from selftwin.vault.store import CATEGORIES
from selftwin.vocabulary import given
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from selftwin.vault.store import Store

CORRECTION = "correction"  # papers on values the person put right
_REACH = timedelta(days=2)  # how far beside a row its day or night may lie
_PART, _WHOLE = "(partly erased)", "(erased)"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to go. Each thing named narrows the others; signals and categories together are either.

    Days are local and both included. `everything` stands alone.
    """

    signals: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    batches: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    everything: bool = False

    @property
    def spanned(self) -> bool:
        """Whether some days alone are meant."""
        return self.since is not None or self.until is not None

    @property
    def narrowed(self) -> bool:
        """Whether of the signals and categories named only a part is meant."""
        return bool(self.sources or self.batches or self.spanned)

    def checked(self) -> Target:
        """The same target. Raises UsageError where it says nothing, contradicts itself or names what cannot be."""
        for what in ("signals", "categories", "sources"):
            given.words(getattr(self, what), what)
        for what in ("since", "until"):
            given.day(getattr(self, what), f"{what.capitalize()}")
        some = self.signals or self.categories or self.narrowed
        if not some and not self.everything:
            raise UsageError(
                "Say what is to go.",
                hint="--signal, --category, --source, --import, --since, --until, or --everything.",
            )
        if some and self.everything:
            raise UsageError("Everything is everything: nothing else can be said beside it.")
        if self.since and self.until and self.until < self.since:
            raise UsageError("The span of days ends before it begins.")
        for key in self.signals:
            nature(key)
        for name in self.categories:
            if name not in CATEGORIES:
                raise UsageError(f"There is no category called {name!r}.", hint=f"One of {', '.join(CATEGORIES)}.")
        return self

    def within(self, category: str) -> bool:
        """Whether something of a category may be meant."""
        named = {nature(key).category.value for key in self.signals} | set(self.categories)
        return not named or category in named

    def facts(self) -> dict[str, Any]:
        """As certificates say it: only what was said, without names that came with the data themselves."""
        days = {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        signals = ["other.…" if key.startswith("other.") else key for key in self.signals]
        sources = [f"{before}:…" if of else "…" for before, of, _ in (said.partition(":") for said in self.sources)]
        said = {"signals": signals, "categories": self.categories, "sources": sources,
                "imports": self.batches, **days, "everything": self.everything}  # fmt: skip
        return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Part:
    """What goes from one category's file, and whether anything of it stays.

    `observations` counts by signal; `gone` are the signals of which nothing is left; `sources` counts by source.
    """

    name: str
    task: CategoryTask
    observations: Mapping[str, int]
    sources: Mapping[str, int]
    revisions: int
    days: int
    gone: tuple[str, ...]
    portions: tuple[int, ...]
    rewritten: bool
    empty: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes from the whole vault: its categories, its journal, and the papers on exports it concerns."""

    target: Target
    parts: tuple[Part, ...]
    journal: JournalTask = field(default_factory=JournalTask)
    exports: tuple[tuple[str, dict[str, Any]], ...] = ()
    corrections: tuple[str, ...] = ()
    resting: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def gone(self) -> frozenset[str]:
        """Signals of which nothing is left."""
        return frozenset(key for part in self.parts for key in part.gone)

    @property
    def rewritten(self) -> tuple[str, ...]:
        """Categories whose files are written anew, or go."""
        return tuple(part.name for part in self.parts if part.rewritten)

    def counts(self) -> dict[str, int]:
        """How many of each kind of thing go."""
        return {
            "observations": sum(sum(part.observations.values()) for part in self.parts),
            "revisions": sum(part.revisions for part in self.parts),
            "days": sum(part.days for part in self.parts),
            "estimates": sum(len(part.task.estimates) for part in self.parts),
            "models": sum(len(part.task.models) for part in self.parts),
            "files": len(self.journal.files),
            "exports": len(self.exports),
        }

    @property
    def papers(self) -> tuple[tuple[str, str], ...]:
        """Papers that go, by kind and name."""
        own = [*((CORRECTION, name) for name in self.corrections), *self.resting]
        return (*((EXPORT, name) for name, _ in self.exports), *own)

    @property
    def nothing(self) -> bool:
        """Whether nothing at all would go."""
        return not self.rewritten and not self.journal.files and not self.exports and not self.resting


def plan(store: Store, target: Target) -> Plan:
    """What would go. Raises UsageError where the target names a source or an import that is not there."""
    target.checked()
    members = _members(store, target)
    _known_sources(store, target)
    found = [_part(store, name, target, members) for name in store.existing() if target.within(name)]
    parts = _with_beliefs(store, [part for part in found if part])
    papers = _resting(store, target, parts)
    return Plan(
        target,
        tuple(parts),
        _journal(store, target, parts),
        _exports(store, target, parts),
        _corrections(store, parts),
        papers,
        _remarks(parts, papers),
    )


def _members(store: Store, target: Target) -> list[int] | None:
    """Portions of the imports named."""
    if not target.batches:
        return None
    known = {batch.number for batch in store.batches()}
    for number in target.batches:
        if number not in known:
            raise UsageError(f"There is no import {number}.", hint="`selftwin imports` lists them.")
    return [portion for number in target.batches for portion in store.journal.portions(number)]


def _known_sources(store: Store, target: Target) -> None:
    for said in target.sources:
        if not any(_named(said, name) for held in store.existing() for name in _names(store, held).values()):
            hint = "`selftwin erase --everything --dry-run` lists every source there is."
            raise UsageError("Nothing came from a source of that name.", hint=hint)


def _names(store: Store, name: str) -> dict[int, str]:
    return dict(store.connection.execute(f"SELECT id, name FROM {name}.source").fetchall())


def _named(said: str, name: str) -> bool:
    """Whether a person who says this means that source: its whole name, or what it begins with before a colon."""
    low, full = said.casefold(), name.casefold()
    return low == full or full.startswith(f"{low}:")


def rows_of(store: Store, name: str, target: Target, portions: list[int] | None) -> Rows:
    """The target in the numbers of one category's file."""
    keys = store.connection.execute(f"SELECT id, key FROM {name}.signal").fetchall()
    wanted = set(target.signals) if target.signals or target.categories else None
    chosen = None if wanted is None or name in target.categories else tuple(n for n, key in keys if key in wanted)
    sources = None
    if target.sources:
        held = _names(store, name).items()
        sources = tuple(number for number, full in held if any(_named(said, full) for said in target.sources))
    members = None
    if portions is not None:
        found = store.connection.execute(
            f"SELECT id FROM {name}.member WHERE portion IN (SELECT unnest(?::INTEGER[]))", [portions]
        ).fetchall()
        members = tuple(int(number) for (number,) in found)
    if not target.spanned:
        return Rows(chosen, sources, members)
    asleep = tuple(number for number, key in keys if key.startswith("sleep."))
    days, nights = (Span.of(store.zones, target.since, target.until, before=b) for b in (timedelta(), EVENING))
    return Rows(chosen, sources, members, days, nights, asleep)


def _part(store: Store, name: str, target: Target, portions: list[int] | None) -> Part | None:
    """What goes of one category by its rows; None where nothing of it is meant."""
    rows, run = rows_of(store, name, target, portions), store.connection.execute
    prepare(store.connection, name, rows)
    going = run(
        f"SELECT g.key, s.name, t.n, t.first::DATE, t.last::DATE, t.month FROM going t "
        f"JOIN {name}.signal g ON g.id = t.signal JOIN {name}.source s ON s.id = t.source"
    ).fetchall()
    back = run(
        f"SELECT g.key, '', 0, min(o.start)::DATE, max(coalesce(o.stop, o.start))::DATE, NULL FROM heir o "
        f"JOIN {name}.signal g ON g.id = o.signal GROUP BY g.key, date_trunc('month', o.start)"
    ).fetchall()
    (revisions,) = run("SELECT count(*) FROM past").fetchall()
    left = run(
        f"SELECT g.key, count(*) FROM {name}.observation o JOIN {name}.signal g ON g.id = o.signal GROUP BY g.key"
    ).fetchall()
    observations, sources = _summed(going, 0), _summed(going, 1)
    after = {key: n - observations.get(key, 0) for key, n in left}
    after |= {key: after.get(key, 0) + 1 for key, *_ in back}
    touched = bool(going or revisions[0]) or _holds_traces(store, name, rows, target)
    living = {key for key, n in after.items() if n}
    made = derived_keys() if STAGES in living else []
    spans = _touched_days([*going, *back])
    gone = _gone(store, name, rows, living, set(made)) if touched else ()
    whole = rows == Rows()
    return Part(
        name,
        CategoryTask(rows, spans, made=tuple(made)),
        observations,
        sources,
        int(revisions[0]),
        _count_days(store, name, spans, gone),
        gone,
        _portions(store, name, rows),
        touched,
        whole or (not living and not _count(store, f"{name}.history WHERE rowid NOT IN (SELECT spot FROM past)")),
    )


def _summed(going: Iterable[tuple[Any, ...]], place: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in going:
        found[row[place]] = found.get(row[place], 0) + int(row[2])
    return dict(sorted(found.items()))


def _count(store: Store, what: str) -> int:
    (found,) = store.connection.execute(f"SELECT count(*) FROM {what}").fetchall()
    return int(found[0])


def _holds_traces(store: Store, name: str, rows: Rows, target: Target) -> bool:
    """Whether the file may hold bytes of the target though no row says so: names in use once, and what was undone."""
    named = [column for column in ("signals", "sources") if getattr(rows, column)]
    if named or name in target.categories:
        return True
    if rows.signals is not None or rows.sources is not None:
        return False
    return bool(_count(store, "journal.portion WHERE state IN ('undone', 'dropped')"))


def _gone(store: Store, name: str, rows: Rows, living: set[str], made: set[str]) -> tuple[str, ...]:
    """Signals the erasure names, by themselves or by a row, of which nothing is left."""
    chosen = "TRUE" if rows.signals is None else f"id IN ({', '.join(map(str, rows.signals)) or 'NULL'})"
    found = store.connection.execute(f"SELECT DISTINCT key FROM {name}.signal WHERE {chosen}").fetchall()
    days = store.connection.execute(f"SELECT DISTINCT key FROM {name}.day").fetchall() if STAGES not in living else []
    stages = rows.signals is None or STAGES in {key for (key,) in found}
    own = {key for (key,) in found} | ({key for (key,) in days if key in set(derived_keys())} if stages else set())
    return tuple(sorted(own - living - made))


def _touched_days(rows: Iterable[tuple[Any, ...]]) -> tuple[tuple[str, str, str], ...]:
    """Spans of days that have to go and be made anew; what touches stages of sleep touches all that is made of them."""
    found: set[tuple[str, str, str]] = set()
    for key, _, _, first, last, _ in rows:
        span = (first - _REACH).isoformat(), (min(last, date.max - _REACH) + _REACH).isoformat()
        found.update((one, *span) for one in ([key, *derived_keys()] if key == STAGES else [key]))
    return tuple(sorted(found))


def _count_days(store: Store, name: str, spans: tuple[tuple[str, str, str], ...], gone: tuple[str, ...]) -> int:
    by_key: dict[str, list[tuple[str, str]]] = {}
    for key, low, high in spans:
        by_key.setdefault(key, []).append((low, high))
    wanted = [(key, low, high) for key, some in by_key.items() for low, high in some]
    wanted += [(key, "0001-01-01", "9999-01-01") for key in gone]
    store.connection.execute("CREATE OR REPLACE TEMP TABLE span (key VARCHAR, low DATE, high DATE)")
    if wanted:
        store.connection.executemany("INSERT INTO span VALUES (?, ?, ?)", wanted)
    return _count(
        store, f"{name}.day t WHERE value IS NOT NULL AND EXISTS "
        f"(SELECT 1 FROM span s WHERE s.key = t.key AND t.day BETWEEN s.low AND s.high)"
    )  # fmt: skip


def _portions(store: Store, name: str, rows: Rows) -> tuple[int, ...]:
    """Portions that lose a row."""
    found = store.connection.execute(
        f"SELECT DISTINCT m.portion FROM {name}.member m WHERE m.id IN (SELECT DISTINCT member FROM "
        f"{name}.observation o WHERE {rows.chosen('o')} UNION SELECT member FROM past) ORDER BY 1"
    ).fetchall()
    return tuple(int(number) for (number,) in found)


def _with_beliefs(store: Store, parts: list[Part]) -> list[Part]:
    """The parts with the beliefs and models of any category that something erased went into."""
    from dataclasses import replace

    spans: dict[str, list[tuple[str, str]]] = {}
    for part in parts:
        for key, low, high in part.task.days:
            spans.setdefault(key, []).append((low, high))
    gone = {key for part in parts for key in part.gone}
    known = {part.name: part for part in parts}
    for name in store.existing():
        estimates, models = _beliefs(store, name, spans, gone)
        part = known.get(name) or Part(name, CategoryTask(Rows((), None, None)), {}, {}, 0, 0, (), (), False, False)
        made = part.task.made or tuple(_made(store, name))
        task = replace(part.task, estimates=estimates, models=models, made=made)
        known[name] = replace(part, task=task, rewritten=part.rewritten or bool(estimates or models))
    return [known[name] for name in sorted(known) if known[name].rewritten or known[name].observations]


def _made(store: Store, name: str) -> list[str]:
    held = f"{name}.observation o JOIN {name}.signal g ON g.id = o.signal WHERE g.key = '{STAGES}'"
    return derived_keys() if _count(store, f"(SELECT 1 FROM {held} LIMIT 1)") else []


def _beliefs(
    store: Store, name: str, spans: Mapping[str, list[tuple[str, str]]], gone: set[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Estimates whose lineage touches what goes, and models: of a touched signal, or behind such an estimate."""
    rows = store.connection.execute(f"SELECT id, key, model, lineage FROM {name}.estimate").fetchall()
    hit = [
        (number, key, model)
        for number, key, model, lineage in rows
        if key in gone or any(_touched(spans, gone, *entry[:3]) for entry in json.loads(lineage))
    ]
    behind = {(key, model.split(" ")[0]) for _, key, model in hit}
    states = store.connection.execute(f"SELECT key, model FROM {name}.model").fetchall()
    models = [(key, model) for key, model in states if key in spans or key in gone or (key, model) in behind]
    return tuple(number for number, _, _ in hit), tuple(sorted(set(models)))


def _touched(
    spans: Mapping[str, list[tuple[str, str]]], gone: set[str], key: str, first: str, last: str
) -> bool:
    return key in gone or any(low <= last and first <= high for low, high in spans.get(key, ()))


def _journal(store: Store, target: Target, parts: list[Part]) -> JournalTask:
    """Accounts of files that count or name what goes, and the names of the imports they came with."""
    lost = {portion for part in parts for portion in part.portions}
    named = {key for part in parts for key in (*part.observations, *part.gone)}
    files, portions = [], set(lost)
    read = store.connection.execute("SELECT print, portion, accounts FROM journal.file").fetchall()
    for print_, portion, body in read:
        accounts = json.loads(body)
        if portion in lost or any(_tells(account, target, named) for account in accounts):
            files.append(print_)
            portions.add(portion)
    return JournalTask(tuple(sorted(set(files))), tuple(_renamed(store, portions, lost, parts)))


def _tells(account: dict[str, Any], target: Target, named: set[str]) -> bool:
    """Whether an account of a file counts something that goes, though its rows may have been known before."""
    if target.batches or not named & set(account["signals"]):
        return False
    if target.sources and not any(_named(said, account["source"]) or said.casefold().startswith(
            f"{account['source'].casefold()}:") for said in target.sources):  # fmt: skip
        return False
    low, high = str(account["first"])[:10], str(account["last"])[:10]
    after = target.until is not None and low and low > (target.until + _REACH).isoformat()
    return not after and not (target.since is not None and high and high < (target.since - _REACH).isoformat())


def _renamed(store: Store, portions: set[int], lost: set[int], parts: list[Part]) -> list[tuple[int, str]]:
    """The imports that name what goes, with what they are called from now on."""
    rows = store.connection.execute("SELECT id, batch FROM journal.portion").fetchall()
    of = {int(number): int(batch) for number, batch in rows}
    touched = {of[portion] for portion in portions if portion in of}
    still = _still_there(store, parts)
    whole = {of[p] for p in lost if p in of} - {of[portion] for portion in still if portion in of}
    return sorted((number, _WHOLE if number in whole else _PART) for number in touched)


def _still_there(store: Store, parts: list[Part]) -> set[int]:
    """Portions that keep a row somewhere."""
    tasks = {part.name: part.task.rows for part in parts}
    found: set[int] = set()
    for name in store.existing():
        kept = f"WHERE NOT {tasks[name].chosen('o')}" if name in tasks else ""
        rows = store.connection.execute(
            f"SELECT DISTINCT m.portion FROM {name}.member m WHERE m.id IN "
            f"(SELECT DISTINCT member FROM {name}.observation o {kept})"
        ).fetchall()
        found.update(int(number) for (number,) in rows)
    return found


def _exports(store: Store, target: Target, parts: list[Part]) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Papers on exports that may hold something that goes, or something that was made of it."""
    signals = {key for part in parts for key in (*part.observations, *part.gone, *_made_of_it(part))}
    categories = {nature(key).category.value for key in signals}
    papers = [(name, body) for name, _, body in documents.every(store, EXPORT)]
    if target.everything:
        return tuple(papers)
    return tuple(one for one in papers if signals and concerns(one[1], signals, categories))


def _made_of_it(part: Part) -> set[str]:
    """Signals of a category with a day or an estimate that something erased went into."""
    return {key for key, _, _ in part.task.days} | {name.partition("/")[0] for name in part.task.estimates}


def _corrections(store: Store, parts: list[Part]) -> tuple[str, ...]:
    """Papers on corrections of a signal of which nothing is left, or of an import that lost rows of that signal."""
    lost = {portion for part in parts for portion in part.portions}
    rows = store.connection.execute("SELECT id, batch FROM journal.portion").fetchall()
    batches = {int(batch) for number, batch in rows if int(number) in lost}
    gone = {key for part in parts for key in part.gone}
    touched = {key for part in parts for key in part.observations}
    return tuple(
        name
        for name, _, body in documents.every(store, CORRECTION)
        if body.get("signal") in gone or (body.get("signal") in touched and body.get("batch") in batches)
    )


def _resting(store: Store, target: Target, parts: list[Part]) -> tuple[tuple[str, str], ...]:
    """Papers that rest on something that goes, or are about a signal that goes by name."""
    if target.everything:
        return resting.every(store)
    spans: dict[str, list[tuple[str, str]]] = {}
    for part in parts:
        for key, low, high in part.task.days:
            spans.setdefault(key, []).append((low, high))
    gone = {key for part in parts for key in part.gone} | (set() if target.narrowed else set(target.signals))
    return resting.going(store, partial(_touched, spans, gone), gone, _sources_gone(store, parts))


def _sources_gone(store: Store, parts: list[Part]) -> set[str]:
    """Sources of which nothing is left."""
    tasks = {part.name: part.task.rows for part in parts}
    kept: set[str] = set()
    for name in store.existing():
        some = f"WHERE NOT {tasks[name].chosen('o')}" if name in tasks else ""
        rows = store.connection.execute(
            f"SELECT DISTINCT s.name FROM {name}.observation o JOIN {name}.source s ON s.id = o.source {some}"
        ).fetchall()
        kept.update(str(one) for (one,) in rows)
    return {source for part in parts for source in part.sources} - kept


def _remarks(parts: list[Part], papers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """What a person may not expect."""
    made = [key for part in parts for key in part.observations if key in part.task.made]
    told = [f"{key} is also made of {STAGES}, which stays: its days come back from there." for key in made]
    return (*told, *resting.remarks(papers))
