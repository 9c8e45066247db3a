"""Erasure: what is kept is copied into files under new keys, the old keys are destroyed, and a certificate is signed.

Everything is prepared beside the living vault and takes effect by one renaming (`erase_epoch`). What can only be known
afterwards, the search for residue above all, is added then, or at the next opening where the process died in between.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selftwin.vault import documents, erase_exports, erase_scan, log, resting
from selftwin.vault.connection import SUFFIX
from selftwin.vault.disk import canonical
from selftwin.vault.erase_copy import Copy, apart
from selftwin.vault.erase_epoch import Renewed
from selftwin.vault.erase_plan import plan
from selftwin.vault.files import SECRETS
from selftwin.vault.keys import text
from selftwin.vault.merkle import Frontier
from selftwin.vault.signing import Identity
from selftwin.vault.slots import PASSPHRASE
from selftwin.vault.store import ERASING
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from selftwin.vault.erase_copy import CategoryTask, JournalTask
    from selftwin.vault.erase_epoch import Renewal
    from selftwin.vault.erase_plan import Plan, Target
    from selftwin.vault.files import Files
    from selftwin.vault.seals import RecordState
    from selftwin.vault.store import Store

CERTIFICATE = "certificate"
BACKUP = "backup"  # papers about places that hold backups
_JOURNAL = "journal"
_UNNAMED = ("master key", "epoch secret")
NOT_PROVED = (
    "A disk, above all a solid-state one, may keep bytes that no program can reach; their keys were destroyed.",
    "What was given away, printed, shown or copied by other programs is not in reach.",
    "Copies of the vault made elsewhere keep what they held, sealed: no key kept here opens what was rewritten.",
    "An older recovery capsule with its code, or an older epoch secret with the passphrase, opens copies from before.",
    "The memory of other programs, and what the system swapped out, was not searched.",
)


def erase(store: Store, wanted: Plan, passphrase: str) -> dict[str, Any]:
    """Erase what was planned and return the signed certificate, kept among the papers.

    Raises WrongPassphrase, and VaultError where room is too short; then everything is as it was.
    """
    canaries = erase_scan.canaries(store, wanted)
    number = 1 + len(documents.every(store, CERTIFICATE))
    facts = _facts(store, wanted, number)
    resting.hush(store)
    fresh = {*wanted.rewritten, _JOURNAL}
    store.renew(passphrase, fresh, lambda renewal, record: _write(store.files, wanted, facts, renewal, record))
    return finish(store, canaries, wanted.target)


def destroy(store: Store, wanted: Plan, passphrase: str, to: Path) -> dict[str, Any]:
    """Erase the vault whole: folder, keys, exports in reach; the signed certificate is all that stays, at `to`."""
    facts = _facts(store, wanted, 1 + len(documents.every(store, CERTIFICATE)))
    papers = [body for _, body in wanted.exports]
    told = erase_exports.fate(papers)
    facts["record"]["forgotten"] = facts["record"]["entries"]
    facts |= {"done": _now(), "exports": told, "removed": ["the whole vault"], "keys_destroyed": ["every key"]}
    certificate = Identity.of(store.files).signed(facts)
    store.files.destroy(passphrase, canonical(certificate) + b"\n", to)
    erase_exports.clear(told, papers)
    return certificate


def finish(
    store: Store, canaries: Sequence[bytes] | None = None, target: Target | None = None
) -> dict[str, Any]:
    """Make the certificate of an erasure that has taken effect: exports go, residue is searched for, all is signed.

    Without canaries (they never reach the disk) it says that the process died before it could search for them.
    """
    name, _, facts = documents.every(store, ERASING)[-1]
    papers = facts.pop("export_papers")
    told = erase_exports.fate(papers)
    erase_exports.clear(told, papers)
    found = erase_scan.search([store.files.place, *map(Path, told["changed"])], canaries)
    left = {} if target is None else {"rows_left": _left(store, target)}
    facts |= {"done": _now(), "exports": told, "scan": found | left}
    certificate = Identity.of(store.files).signed(facts)
    with store.writing(_JOURNAL):
        documents.put(store, CERTIFICATE, name, certificate)
        documents.drop(store, ERASING, name)
    return certificate


def _facts(store: Store, wanted: Plan, number: int) -> dict[str, Any]:
    """What can be said before anything is done: no values, and of signals the names that were asked for alone."""
    files, head = store.files, store.files.log.head
    return {
        "certificate": 1,
        "kind": "erasure",
        "name": f"erasure-{number}",
        "vault": files.vault_id,
        "asked": wanted.target.facts(),
        "begun": _now(),
        "gone": wanted.counts(),
        "by_category": {part.name: sum(part.observations.values()) for part in wanted.parts},
        "remarks": list(wanted.remarks),
        "epoch_ended": files.key_file.epoch,
        "backups": [name for name, _, _ in documents.every(store, BACKUP)],
        "slots_lost": [slot.kind for slot in files.key_file.slots if slot.kind != PASSPHRASE],
        "record": {"entries": head.size, "root_before": text(head.root)},
        "not_proved": list(NOT_PROVED),
    }


def _write(
    files: Files, wanted: Plan, facts: dict[str, Any], renewal: Renewal, record: RecordState
) -> Renewed:
    """Have every file to come written beside the one it replaces."""
    forget, forgotten = _forgetting(wanted.gone)
    after = log.rewritten(
        files.place / "record", renewal.held.data_key("record"), record,
        renewal.at("record"), renewal.keys.data_key("record"), forget=forget,
    )  # fmt: skip
    rewritten = [part for part in wanted.parts if part.rewritten]
    for part in rewritten:
        if part.empty:
            renewal.at(part.name + SUFFIX).touch(0o600)
    facts = facts | {
        "record": {**facts["record"], "forgotten": len(forgotten), "root_after": text(_root(after))},
        "rewritten": [_JOURNAL, "record", *(part.name for part in rewritten if not part.empty)],
        "removed": [part.name for part in rewritten if part.empty],
        "epoch_begun": renewal.keys.file.epoch,
        "keys_destroyed": [*_UNNAMED, *(name for name in renewal.destroyed if name in SECRETS or files.has(name))],
        "export_papers": [body for _, body in wanted.exports],
    }
    tasks: dict[str, CategoryTask | JournalTask] = {_JOURNAL: _journal_task(wanted, facts)}
    tasks |= {part.name: part.task for part in rewritten if not part.empty}
    copies = [_copy(files, renewal, name, task) for name, task in tasks.items()]
    apart(copies, spill=files.spill, memory=files.memory, lock=files.lock)
    return Renewed([_JOURNAL, *(part.name for part in rewritten)], after)


def _journal_task(wanted: Plan, facts: dict[str, Any]) -> JournalTask:
    """The journal without what names or counts what went, and with what the certificate will say."""
    paper = (ERASING, str(facts["name"]), json.dumps(facts))
    return replace(wanted.journal, papers_gone=wanted.papers, papers=(paper,))


def _copy(files: Files, renewal: Renewal, name: str, task: CategoryTask | JournalTask) -> Copy:
    old, new = files.place / (name + SUFFIX), renewal.at(name + SUFFIX)
    return Copy(name, old, renewal.held.data_key(name), new, renewal.keys.data_key(name), task)


def _forgetting(gone: Collection[str]) -> tuple[Callable[[bytes], bool], list[int]]:
    """Whether an entry of the record names a signal of which nothing is left, and a list that grows with each."""
    forgotten: list[int] = []
    if not gone:
        return (lambda _: False), forgotten
    names = "|".join(re.escape(key) for key in sorted(gone, key=len, reverse=True))
    named = re.compile(rf"(?<![\w.])(?:{names})(?![\w]|\.\w)".encode())

    def forget(body: bytes) -> bool:
        if not named.search(body):
            return False
        forgotten.append(1)
        return True

    return forget, forgotten


def _root(state: RecordState) -> bytes:
    return Frontier(state.count, state.peaks or ()).head.root


def _left(store: Store, target: Target) -> int:
    """Rows that still answer to what was asked."""
    try:
        again = plan(store, target)
    except UsageError:  # a source of which not even the name is left
        return 0
    return again.counts()["observations"] + again.counts()["revisions"]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
