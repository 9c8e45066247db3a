"""The right of access: everything about the person on one page, and what Article 15 asks of whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import MODELS, OWNER
from selftwin.consent.saying import sentence
from selftwin.consent.whole import Whole
from selftwin.exchange.access import Access, Believed, Copy, Known, Read, Seen
from selftwin.twin.delivering import redacted
from selftwin.twin.watching_papers import ADDRESS
from selftwin.vault import documents
from selftwin.vault.resting import ALERT, EXPERIMENT, GOAL
from selftwin.vocabulary.catalogue import nature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selftwin.consent.audit import Audit
    from selftwin.consent.consent import Consent
    from selftwin.consent.grant import Grant
    from selftwin.vault.beliefs import Belief
    from selftwin.vault.export import Extent
    from selftwin.vault.store import Store

COPIES = ("backup", "export")  # kinds of papers that say where something of the twin lies


@dataclass(frozen=True, slots=True)
class Accessing:
    """Gathers all of it, by the owner's right and through the gate."""

    store: Store
    consent: Consent
    audit: Audit

    def gather(self) -> Access:
        """Everything, at this moment."""
        extents = Whole(self.consent, self.store).extents()
        newest = {row["signal"]: row for row in self.consent.view().latest().iter_rows(named=True)}
        known = [_known(name, one, newest.get(one.key)) for name, some in extents.items() for one in some]
        names = {party.id: party.name for party in self.consent.parties()}
        grants = [_seen(grant, names) for grant in self.consent.book.grants if grant.party != OWNER]
        totals = [
            Read(names.get(one.party, one.party), one.reads, one.refusals, one.rows, one.last)
            for one in self.audit.totals()
        ]
        zones = self.store.zones
        return Access(
            made_at=datetime.now(UTC),
            known=tuple(known),
            believed=(*_believed(self.consent.view().estimates()), *self._goals(), *self._alerts(), *self._trials()),
            seen=tuple(grants),
            barred=tuple(_bar(bar.id, bar.why) for bar in self.consent.book.bars if bar.lifted is None),
            read=tuple(totals),
            imports=tuple((one.number, one.began, one.what, one.state) for one in self.store.batches()),
            copies=tuple(self._copies()),
            zones=(zones.home, *(f"{stay.zone} from {stay.since:%Y-%m-%d %H:%M} UTC" for stay in zones.stays)),
        )

    def _goals(self) -> Iterable[Believed]:
        """What was learnt for goals, as it is kept with them."""
        for _, _, body in documents.every(self.store, GOAL):
            made_at = datetime.fromisoformat(body["set_at"])
            inputs = tuple(key for key, _, _ in body["lineage"])
            model = str(body["kept"]["model"]) if body["kept"] else ""
            yield Believed(body["signal"], nature(body["signal"]).label, GOAL, model, made_at, inputs)

    def _alerts(self) -> Iterable[Believed]:
        """What was learnt for alerts, as it is kept with them."""
        for _, recorded, body in documents.every(self.store, ALERT):
            if body["kept"]:
                inputs = tuple(key for key, _, _ in body["lineage"])
                label = f"Alert {body['number']} of your watch {body['watch']}"
                yield Believed(body["signal"] or body["watch"], label, ALERT, body["kind"], recorded, inputs)

    def _trials(self) -> Iterable[Believed]:
        """What was learnt for trials, as it is kept with them."""
        for name, recorded, body in documents.every(self.store, EXPERIMENT):
            if body["kept"]:
                inputs = tuple(key for key, _, _ in body["lineage"])
                yield Believed(body["signal"], f"Plan of your trial {name}", EXPERIMENT, "", recorded, inputs)

    def _copies(self) -> Iterable[Copy]:
        for kind in COPIES:
            for _, recorded, body in documents.every(self.store, kind):
                place = str(body.get("path") or body.get("place") or "")
                yield Copy(str(body.get("what") or kind), place, recorded)
        for name, recorded, body in documents.every(self.store, ADDRESS):
            yield Copy(f"messages of watches ({name}, {body['say']})", redacted(body["url"]), recorded)


def _known(category: str, one: Extent, newest: dict[str, Any] | None) -> Known:
    signal = nature(one.key)
    said = newest or {}
    return Known(
        category, one.key, signal.label, signal.sensitivity.value, one.unit or signal.unit, one.rows, one.revised,
        one.first, one.last, one.sources, said.get("value"), said.get("text"), said.get("at")
    )  # fmt: skip


def _believed(beliefs: Iterable[Belief]) -> Iterable[Believed]:
    for one in beliefs:
        inputs = tuple(sorted({key for key, _, _, _ in one.lineage}))
        yield Believed(one.key, nature(one.key).label, one.kind, one.model, one.made_at, inputs)


def _seen(grant: Grant, names: dict[str, str]) -> Seen:
    now = datetime.now(UTC)
    if grant.revoked:
        state = "withdrawn"
    elif grant.until is not None and grant.until <= now:
        state = "ended"
    else:
        state = "open" if grant.since <= now else "not begun"
    whom = "The twin's own models" if grant.party == MODELS else names.get(grant.party, grant.party)
    own, purposes = grant.party == MODELS, tuple(sorted(grant.purposes))
    return Seen(whom, sentence(whom, grant), state, purposes, grant.basis, own=own)


def _bar(name: str, why: str) -> str:
    return f"{name}: {why}" if why else name
