"""The record: every decision of the gate, allowed or refused, appended to the vault's sealed log. No values, ever."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import MODELS, OWNER
from selftwin.vault import checkpoint, merkle
from selftwin.vault.disk import canonical
from selftwin.vault.keys import text
from selftwin.vault.signing import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.consent.gate import Decision
    from selftwin.consent.grant import Action, Granularity, Matter, Request
    from selftwin.vault.files import Files

READ, CHECKPOINT, PUT_BACK = "read", "checkpoint", "put back"
_EVERY = timedelta(hours=1)
_HASHED = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a decision (`kind` is `read`), or a change of consent, an erasure, a backup and the like.

    A decision says who asked for what, when, what for, how it was decided, by which grants, and the rows shown. An
    estimate names the `signals` it was made from; `query` is a hash of all that was asked, its days included.
    `index` is the line's place in the record.
    """

    at: datetime
    kind: str
    party: str
    action: str = ""
    purpose: str = ""
    granularity: str = ""
    signal: str = ""
    allowed: bool = True
    grant: str = ""
    reason: str = ""
    rows: int = 0
    signals: tuple[str, ...] = ()
    query: str = ""
    index: int = -1

    def about(self, signal: str) -> bool:
        """Whether the line is about a signal, or about something that was made from it."""
        return signal == self.signal.partition("/")[0] or signal in self.signals


_KEPT = [one for one in fields(Entry) if one.name not in {"at", "rows", "index"}]
_OTHERS = attrgetter(*(one.name for one in _KEPT))


class Record:
    """Appends decisions; reads by the owner and the twin's own models in batches, everything else at once.

    Once an hour at most while it grows, and when it rests, it takes a checkpoint of itself as a line of its own. What
    is on the disk at once is noted outside the vault at once as well, so that its loss is noticed.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._fresh = 0  # lines since the last checkpoint
        self._due = datetime.now(UTC) + _EVERY
        if lost := checkpoint.missed(files):  # opened all the same, because the owner said so
            self.tell(PUT_BACK, OWNER, detail=lost)

    def note(
        self, request: Request, decision: Decision, rows: int, *, since: date | None = None, until: date | None = None
    ) -> int:
        """Append one decision; `since` and `until` are the days asked for. Returns its place."""
        own = decision.allowed and request.party in {OWNER, MODELS}
        line = Entry(
            request.at,
            READ,
            request.party,
            request.action.value,
            request.purpose,
            request.granularity.name.lower(),
            request.about,
            decision.allowed,
            " ".join(grant.id for grant in decision.grants),
            decision.reason,
            rows,
            _sources(request),
            query(request, since, until),
        )
        return self._append(line, now=not own)

    def tell(
        self, kind: str, party: str, *, grant: str = "", signal: str = "", detail: str = "", allowed: bool = True
    ) -> int:
        """Append something that happened and was no reading; on the disk when this returns its place."""
        line = Entry(datetime.now(UTC), kind, party, signal=signal, allowed=allowed, grant=grant, reason=detail)
        return self._append(line, now=True)

    def checkpoint(self) -> str:
        """The record as it is now, signed: a line of it, noted outside the vault, and returned to be given away."""
        with self._files.log.held():
            if self._fresh:
                self._check()
            return checkpoint.note(self._files)

    def rest(self) -> None:
        """Before the vault closes: the checkpoint of what came since the last. Twice is fine."""
        if self._fresh and not self._files.log.closed:
            self.checkpoint()

    def proof(self, index: int) -> dict[str, Any]:
        """What shows a stranger that a line stands in the record: salt, body and leaf (base64, text, base64), the
        path from `index` to the root over `size` lines, and the checkpoint that signs it. Raises IndexError.
        """
        with self._files.log.held():
            leaves, note = list(self._files.log.leaves()), checkpoint.note(self._files)
        path = merkle.inclusion([leaf.hashed for leaf in leaves], index)
        leaf = leaves[index]
        body = None if leaf.body is None else leaf.body.decode()
        return {"index": index, "size": len(leaves), "salt": text(leaf.salt), "body": body, "leaf": text(leaf.data),
                "path": [text(one) for one in path], "checkpoint": note}  # fmt: skip

    def __len__(self) -> int:
        """How many lines there are, those that were erased among them."""
        return len(self._files.log)

    def entries(self, first: int = 0) -> Iterator[Entry]:
        """Every line so far, from a place on, that was not erased, oldest first."""
        for index, leaf in enumerate(self._files.log.leaves()):
            if leaf.body is not None and index >= first:
                yield unpacked(leaf.body, index)

    def _append(self, entry: Entry, *, now: bool) -> int:
        with self._files.log.held():
            if self._fresh and datetime.now(UTC) >= self._due:
                self._check()
            place = self._files.log.append(packed(entry), now=now)
            self._fresh += 1
            if now:
                checkpoint.note(self._files)
        return place

    def _check(self) -> None:
        """A checkpoint of every line so far, as the next line; the log is held."""
        log = self._files.log
        said = checkpoint.signed(log.head, self._files.vault_id, Identity.of(self._files))
        now = datetime.now(UTC)
        log.append(packed(Entry(now, CHECKPOINT, OWNER, reason=said)), now=True)
        self._fresh, self._due = 0, now + _EVERY


def packed(entry: Entry) -> bytes:
    """A line as it is written: JSON, without what is as usual."""
    return f'{{"at":"{entry.at.isoformat()}","rows":{entry.rows},{_others(_OTHERS(entry))}'.encode()


@lru_cache(maxsize=4096)
def _others(values: tuple[object, ...]) -> str:
    """All but moment and rows: the same for many lines, and so made once."""
    facts = {one.name: value for one, value in zip(_KEPT, values, strict=True) if value != one.default}
    return json.dumps(facts, separators=(",", ":"))[1:]


def unpacked(body: bytes, index: int = -1) -> Entry:
    """The line that was written so."""
    facts = {"kind": READ} | json.loads(body)
    facts["at"] = datetime.fromisoformat(facts["at"]).astimezone(UTC)
    facts["signals"] = tuple(facts.get("signals", ()))
    return Entry(**facts, index=index)


def _sources(request: Request) -> tuple[str, ...]:
    """The signals something derived was made from."""
    return tuple(sorted({one.signal for one in request.matters if one.signal})) if request.estimate else ()


def query(request: Request, since: date | None = None, until: date | None = None) -> str:
    """A hash of what was asked, but the moment: the first half of SHA-256 over its canonical JSON, as hex.

    Whoever knows a question can find it in the record, and nobody else learns its days from there.
    """
    return _hashed(request.party, request.action, request.purpose, request.granularity, request.matters,
                   request.estimate, since, until)  # fmt: skip


@lru_cache(maxsize=1024)
def _hashed(
    party: str, action: Action, purpose: str, granularity: Granularity, matters: tuple[Matter, ...], estimate: str,
    since: date | None, until: date | None,
) -> str:  # fmt: skip
    asked: dict[str, Any] = {
        "party": party,
        "action": action.value,
        "purpose": purpose,
        "granularity": granularity.name.lower(),
        "matters": [[one.signal, one.category, one.sensitivity, _day(one.first), _day(one.last)] for one in matters],
        "estimate": estimate,
        "since": _day(since),
        "until": _day(until),
    }
    return hashlib.sha256(canonical(asked)).hexdigest()[: 2 * _HASHED]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
