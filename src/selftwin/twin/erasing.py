"""Erasing from a twin: what would go, the going, and the signed certificate that says what was done and what it cannot
prove."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import OWNER
from selftwin.twin.backing import Backups
from selftwin.vault import backup, documents, erase, inbox, places
from selftwin.vault.backup_manifest import BackupKeys
from selftwin.vault.disk import canonical, must_lie_outside, replace
from selftwin.vault.erase_exports import where
from selftwin.vault.erase_plan import Target, plan
from selftwin.vault.keys import untext
from selftwin.vault.signing import PROOF, checked
from selftwin.vocabulary.errors import NothingYet, SealBroken, SelftwinError, UsageError

if TYPE_CHECKING:
    from os import PathLike

    from selftwin.consent.record import Record
    from selftwin.twin.backing import Renewed
    from selftwin.vault.erase_plan import Plan
    from selftwin.vault.store import Store

KINDS = {
    "observations": "observations",
    "revisions": "earlier values",
    "days": "resolved days",
    "estimates": "estimates",
    "models": "states of models",
    "files": "accounts of files",
    "exports": "exports",
}

__all__ = ["Certificate", "Target", "Toll"]


@dataclass(frozen=True, slots=True)
class Toll:
    """What an erasure would take: observations by category and signal, and how many of everything that came of them.

    `revisions` are earlier values, `days` resolved days that are made anew from what is left, `files` accounts of
    imported files, `exports` files made from the twin. `rewritten` are the categories whose files are written anew.
    """

    observations: dict[str, dict[str, int]]
    sources: dict[str, int]
    revisions: int
    days: int
    estimates: int
    models: int
    files: int
    exports: tuple[str, ...]
    rewritten: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def total(self) -> int:
        """Observations of every category."""
        return sum(sum(some.values()) for some in self.observations.values())


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an erasure did, signed by the twin; `facts` is JSON, and `lines` says the same in words.

    `backups` are the places of backups as they were renewed afterwards, and no part of what was signed.
    """

    facts: dict[str, Any]
    backups: tuple[Renewed, ...] = ()

    @property
    def name(self) -> str:
        """How the twin calls it: `erasure-1`."""
        return str(self.facts["name"])

    @property
    def public_key(self) -> str:
        """The key that signed it, as base64; the twin's owner says whether it is theirs."""
        return str(self.facts[PROOF]["public_key"])

    def write(self, path: PathLike[str] | str) -> None:
        """Write it to a file, as one line of JSON."""
        replace(Path(path), canonical(self.facts) + b"\n")

    @classmethod
    def read(cls, path: PathLike[str] | str, *, public_key: str | None = None) -> Certificate:
        """The certificate in a file. Raises SealBroken where it was changed, or signed by another than `public_key`."""
        try:
            facts = json.loads(Path(path).read_bytes())
            public = untext(public_key or facts[PROOF]["public_key"])
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
        except (ValueError, KeyError, TypeError):
            raise SealBroken(f"{Path(path).name} is no certificate.", hint="Ask for it again.") from None
        checked(facts, public)
        return cls(facts)

    def lines(self) -> list[str]:
        """The certificate in words, a sentence a line."""
        return [*_done(self.facts), *_searched(self.facts), "", "What this cannot prove:", *self.facts["not_proved"]]


def would_erase(store: Store, target: Target) -> Toll:
    """What would go; nothing is touched. Raises UsageError for a target without a word, or of what is not there."""
    return _toll(plan(store, target))


def run(
    store: Store, record: Record, target: Target, passphrase: str, *, certificate: PathLike[str] | str | None = None
) -> Certificate:
    """Erase, with the passphrase as a second proof of who asks, and return the certificate, written to a file if asked.

    Of everything, the certificate is the only thing left; it lies beside the place of the twin unless told otherwise.
    Raises NothingYet where nothing would go, WrongPassphrase, UsageError, VaultError.
    """
    wanted, to = plan(store, target), _free(certificate, store.files.place)
    if not target.everything and wanted.nothing:
        raise NothingYet("There is nothing of that in this twin.", hint=_hint(target))
    store.files.prove(passphrase)
    if not target.everything and (waiting := inbox.pending(store.files.place)):
        raise UsageError(
            f"{waiting} files wait in the inbox, sealed to a key that ends with this.",
            hint="Keep or leave what waits on the page Import, or `selftwin import` takes it in; then erase.",
        )
    if target.everything:
        return _whole(store, record, wanted, passphrase, to or _beside(store.files.place))
    number = wanted.counts()["observations"]
    record.tell("erase", OWNER, detail=f"{number} observations are to go")
    try:
        facts = erase.erase(store, wanted, passphrase)
    except BaseException:
        if not store.files.closed:
            record.tell("erase", OWNER, detail="nothing was erased", allowed=False)
        raise
    record.tell("erased", OWNER, detail=f"{facts['name']}: {number} observations went")
    done = Certificate(facts, tuple(Backups(store, record).renew()))
    if to:
        done.write(to)
    return done


def _free(certificate: PathLike[str] | str | None, place: Path) -> Path | None:
    """Where a certificate goes, if anywhere. Raises UsageError where it cannot go there; nothing is touched yet."""
    if not certificate:
        return None
    to = Path(certificate).expanduser().absolute()
    must_lie_outside(to, place)
    if to.exists():
        raise UsageError(f"{to} exists already.", hint="Name a file that does not exist yet.")
    if not to.parent.is_dir():
        raise UsageError(f"There is no folder {to.parent}.", hint="Nothing was erased.")
    return to


def _whole(store: Store, record: Record, wanted: Plan, passphrase: str, to: Path) -> Certificate:
    """Erase everything, then the backups that can be reached; their keys are gone in any case."""
    keys, known = BackupKeys.of(store.files), [one.place for one in Backups(store, record).known()]
    done = Certificate(erase.destroy(store, wanted, passphrase, to))
    for title in known:
        with suppress(SelftwinError):
            backup.forget(places.at(title), keys, present=True)
    return done


def certificates(store: Store) -> list[Certificate]:
    """Every certificate of this twin, oldest first."""
    return [Certificate(body) for _, _, body in documents.every(store, erase.CERTIFICATE)]


def _toll(wanted: Plan) -> Toll:
    counts = wanted.counts()
    sources: dict[str, int] = {}
    for part in wanted.parts:
        for name, number in part.sources.items():
            sources[name] = sources.get(name, 0) + number
    return Toll(
        observations={part.name: dict(part.observations) for part in wanted.parts if part.observations},
        sources=sources,
        exports=tuple(where(body) for _, body in wanted.exports),
        rewritten=wanted.rewritten,
        remarks=wanted.remarks,
        **{name: counts[name] for name in ("revisions", "days", "estimates", "models", "files")},
    )


def _hint(target: Target) -> str:
    from selftwin.vault.days import STAGES, derived

    if any(derived(key) for key in target.signals):
        return f"Nights are made of {STAGES}: erase that."
    return "`selftwin signals` lists what there is."


def _beside(place: Path) -> Path:
    """A name that is free: another twin may have been erased there on the same day."""
    stem = f"{place.name}-erased-{datetime.now(UTC).date()}"
    names = (f"{stem}{f'-{number}' if number > 1 else ''}.json" for number in count(1))
    return next(path for path in map(place.with_name, names) if not path.exists())


def _done(facts: dict[str, Any]) -> list[str]:
    gone, record = facts["gone"], facts["record"]
    kinds = ", ".join(f"{noun}: {gone[kind]:,}" for kind, noun in KINDS.items() if gone[kind])
    told = [
        f"{facts['name']} of twin {facts['vault'][:8]}, {facts['done']}.",
        f"Asked: {_asked(facts['asked'])}.",
        f"Gone: {kinds or 'traces of what had been taken back before'}.",
    ]
    if facts.get("rewritten"):
        told.append(f"Written anew under new keys: {', '.join(facts['rewritten'])}.")
    if facts.get("removed"):
        told.append(f"Removed: {', '.join(facts['removed'])}.")
    told.append(f"Destroyed: {', '.join(facts['keys_destroyed'])}.")
    if facts["slots_lost"]:
        told.append(f"No longer opens: {', '.join(facts['slots_lost'])}.")
    told.append(f"The record has {record['entries']:,} entries; {record['forgotten']:,} lost what they said.")
    for kind, paths in facts["exports"].items():
        if paths:
            told.append(f"Exports {kind.replace('_', ' ')}: {', '.join(paths)}.")
    if facts["backups"]:
        told.append(f"Older backups, whose keys ended with this: {', '.join(facts['backups'])}.")
    return [*told, *facts["remarks"]]


def _asked(asked: dict[str, Any]) -> str:
    words = {"since": "from", "until": "to"}
    said = (
        f"{words.get(name, name)} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in asked.items()
        if name != "everything"
    )
    return "everything" if asked.get("everything") else ", ".join(said)


def _searched(facts: dict[str, Any]) -> list[str]:
    scan = facts.get("scan")
    if scan is None:
        return []
    if not scan["done"]:
        return [f"Not searched for residue: {scan['why']}."]
    found = ", ".join(scan["found"]) or "none"
    size = f"{scan['files']:,} files of {scan['bytes']:,} bytes"
    return [
        f"Searched {size} for {scan['canaries']} strings of what went: found in {found}.",
        f"Rows left that answer to it: {scan['rows_left']:,}.",
    ]
