"""The person's rights over their own twin: to see all of it, correct it, restrict it, object, and take it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selftwin.vault import documents
from selftwin.vault.alone import alone, writes
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime
    from os import PathLike

    import polars as pl

    from selftwin.consent.consent import Consent
    from selftwin.consent.grant import Bar
    from selftwin.exchange.access import Access
    from selftwin.twin.exporting import Exported
    from selftwin.twin.letters import Letters
    from selftwin.twin.rectifying import Correction, Rectifying
    from selftwin.vault.store import Store


@alone("store.lock")
@dataclass(frozen=True, slots=True)
class Rights:
    """What GDPR calls access, rectification, restriction, portability and objection, over one open twin."""

    store: Store
    consent: Consent

    def export(
        self,
        folder: PathLike[str] | str,
        *,
        formats: Sequence[str] = (),
        tell: Callable[[str], None] = lambda _: None,
    ) -> Exported:
        """Write the whole twin into a new or empty folder: Parquet, JSON-LD and CSV, or those named. Plain files.

        Raises UsageError where the folder holds something or nobody knows the format.
        """
        from selftwin.twin.exporting import Exporting, chosen

        place = Path(folder).expanduser()
        return Exporting(self.store, self.consent, place, chosen(place, formats), tell).run()

    def exports(self) -> list[dict[str, Any]]:
        """Where whole exports were written, oldest first: path, made, formats, signals, files with their digests."""
        from selftwin.twin.exporting import EXPORT

        return [body for _, _, body in documents.every(self.store, EXPORT) if body.get("what") == EXPORT]

    def access(self) -> Access:
        """Everything about the person at this moment; `exchange.access.html` makes a page of it."""
        from selftwin.consent.audit import Audit
        from selftwin.twin.accessing import Accessing

        return Accessing(self.store, self.consent, Audit(self.consent.record, self.store.files)).gather()

    def wrote(self, path: PathLike[str] | str, what: str) -> None:
        """Note a file that was written from all of the twin, so that an erasure of anything takes it along."""
        from hashlib import sha256

        file = Path(path).absolute()
        body = {"what": what, "path": str(file), "sha256": sha256(file.read_bytes()).hexdigest()}
        with self.store.writing("journal"):
            documents.put(self.store, "export", f"{what}-{body['sha256'][:16]}", body)

    @property
    def letters(self) -> Letters:
        """Letters to those who hold data about the person, and until when each must answer."""
        from selftwin.twin.letters import Letters

        return Letters(self.store, self.consent)

    def history(self, signal: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Every word on every record of a signal on these local days: row (its id), local, value, unit, text, source,
        standing (held or revised), exported, corrected; the newest word first. Raises UnknownSignal, NothingYet.
        """
        return self._rectifying().history(signal, since=since, until=until)

    @writes
    def rectify(
        self,
        signal: str,
        value: float | str,
        *,
        at: date | datetime | None = None,
        row: str = "",
        source: str = "",
        unit: str | None = None,
        reason: str = "",
    ) -> Correction:
        """Correct one record, by when it was or by its id: the old value stays as history, and no export undoes it.

        Raises UnknownSignal, NothingYet where there is none, UsageError where there are several or it cannot be true.
        """
        with self.store.lock:
            return self._rectifying().rectify(signal, value, at=at, row=row, source=source, unit=unit, reason=reason)

    def corrections(self) -> list[Correction]:
        """Every correction, oldest first, those taken back among them."""
        return self._rectifying().corrections()

    @writes
    def undo_correction(self, name: str) -> Correction:
        """Take a correction back: the sources' newest word stands again. Raises UsageError."""
        with self.store.lock:
            return self._rectifying().undo(name)

    def restrict(self, *, categories: Iterable[str] = (), signals: Iterable[str] = (), why: str = "") -> Bar:
        """From the next read on nobody but the owner reads these, the twin's own models included. Raises UsageError."""
        chosen, named = tuple(categories), tuple(signals)
        if not chosen and not named:
            raise UsageError("Say what to restrict: --category or --signal.")
        return self.consent.bar(categories=chosen, signals=named, why=why)

    def object_to(self, purpose: str, *, parties: Iterable[str] = (), why: str = "") -> Bar:
        """From the next read on nobody (or none of these parties) reads anything for a purpose. Raises UnknownPurpose,
        UnknownParty."""
        return self.consent.bar(parties=parties, purposes=(purpose,), why=why)

    def bars(self) -> list[Bar]:
        """Restrictions and objections, oldest first, those lifted among them."""
        return list(self.consent.book.bars)

    def lift(self, name: str) -> Bar:
        """Lift a restriction or an objection. Raises UsageError."""
        return self.consent.lift(name)

    def _rectifying(self) -> Rectifying:
        from selftwin.twin.rectifying import Rectifying

        return Rectifying(self.store, self.consent)
