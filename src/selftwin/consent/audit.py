"""The audit: who read what, when and by which grant; whether the record is whole; and a copy that anyone can check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, Unpack

from selftwin.consent import bundle, verification
from selftwin.consent.record import CHECKPOINT, READ
from selftwin.vault import checkpoint
from selftwin.vault.alone import lives
from selftwin.vault.signing import Identity

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike

    from selftwin.consent.bundle import Bundle
    from selftwin.consent.record import Entry, Record
    from selftwin.consent.verification import Verdict
    from selftwin.vault.files import Files


class Wanted(TypedDict, total=False):
    """Which lines are meant: those for which all of these hold."""

    party: str
    signal: str  # about it, or about an estimate made from it
    purpose: str
    kind: str
    allowed: bool
    grant: str
    since: datetime  # from then on
    until: datetime  # before then


@dataclass(frozen=True, slots=True)
class Total:
    """What one party did: reads that were allowed and the rows they showed, refusals, of which signals, the newest."""

    party: str
    reads: int
    refusals: int
    rows: int
    signals: tuple[str, ...]
    last: datetime


@lives
class Audit:
    """The record of one open vault, for its owner."""

    def __init__(self, record: Record, files: Files) -> None:
        self._record, self._files = record, files

    def entries(self, **wanted: Unpack[Wanted]) -> list[Entry]:
        """The lines that are meant, oldest first; checkpoints are left out unless their kind is named."""
        return [entry for entry in self._record.entries() if _meant(entry, wanted)]

    def totals(self, **wanted: Unpack[Wanted]) -> list[Total]:
        """What each party did in the lines that are meant; who read most comes first."""
        by_party: dict[str, list[Entry]] = {}
        for entry in self.entries(**wanted):
            by_party.setdefault(entry.party, []).append(entry)
        totals = [_total(party, entries) for party, entries in by_party.items()]
        return sorted(totals, key=lambda one: (-one.reads, one.party))

    def verify(self, kept: str | None = None) -> Verdict:
        """Read the whole record again and hold it against its checkpoints: those within, the newest that is noted
        outside the vault, and one that was `kept` from before (the text of the note)."""
        return verification.verify(self._files, kept)

    def checkpoint(self) -> str:
        """The record as it is now, signed as a C2SP checkpoint, to be kept by somebody else."""
        return self._record.checkpoint()

    @property
    def key(self) -> str:
        """The public key that checks checkpoints, bundles, receipts and certificates, as a verifier key of C2SP."""
        return checkpoint.verifier(self._files.vault_id, Identity.of(self._files).public)

    def bundle(self, place: PathLike[str] | str, **wanted: Unpack[Wanted]) -> Bundle:
        """Write a copy for others into a folder: the lines that are meant, the leaves of all, every checkpoint, and
        the script that checks them. Raises UsageError where the folder is not empty."""
        return bundle.write(place, self._record, self._files, meant=lambda entry: _meant(entry, wanted))


def _meant(entry: Entry, wanted: Wanted) -> bool:
    return (
        wanted.get("party", entry.party) == entry.party
        and ("signal" not in wanted or entry.about(wanted["signal"]) or entry.signal == wanted["signal"])
        and wanted.get("purpose", entry.purpose) == entry.purpose
        and (entry.kind == wanted["kind"] if "kind" in wanted else entry.kind != CHECKPOINT)
        and wanted.get("allowed", entry.allowed) == entry.allowed
        and ("grant" not in wanted or wanted["grant"] in entry.grant.split())
        and ("since" not in wanted or wanted["since"] <= entry.at)
        and ("until" not in wanted or entry.at < wanted["until"])
    )


def _total(party: str, entries: list[Entry]) -> Total:
    reads = [entry for entry in entries if entry.kind == READ and entry.allowed]
    refusals = sum(not entry.allowed for entry in entries)
    signals = tuple(sorted({entry.signal for entry in reads if entry.signal}))
    return Total(party, len(reads), refusals, sum(entry.rows for entry in reads), signals, entries[-1].at)
