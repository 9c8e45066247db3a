"""Texts and calls of an Android phone, as the app "SMS Backup & Restore" writes them: `sms-*.xml` and `calls-*.xml`.

Its owner finds them in the folder, Drive or Dropbox that the app backs up to; "Back up now" makes new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._correspondents import pseudonym
from selftwin.sources._gathering import Gathering
from selftwin.sources._markup import Cut, elements, root
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._markup import Element
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_ROOTS = {"smses": b"<sms", "calls": b"<call"}
_RECEIVED, _SENT = "1", "2"
_FROM = "137"  # as the type of an address: who wrote it
_ANSWERED = {"1": "calls.received", "2": "calls.made"}
_MISSED = {"3", "5", "6"}  # missed, rejected, on the list of those refused
_LAST = 4_102_444_800_000  # milliseconds up to 2100
_LONGEST = 1500 * 60  # seconds of a call


@dataclass(frozen=True, slots=True)
class Sms:
    """The source of the app's files; numbers become pseudonyms, names and pictures are never read."""

    name: str = "sms"
    title: str = "SMS Backup & Restore"
    reads: str = "Messages and calls of an Android phone."
    version: int = 2
    rank: int = 0
    how_to_export: str = "In the Android app SMS Backup & Restore: Back up now, messages and call logs."

    def recognises(self, member: Member) -> bool:
        """By the root of the file."""
        head = member.head()
        if not any(mark in head for mark in _ROOTS.values()):
            return False
        opening = root(member)
        return opening is not None and opening.tag in _ROOTS

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A phone is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """Messages and calls as they stand. Raises BrokenExport where the XML is hostile."""
        del subject
        gathered = Gathering(member.path, "sms")
        for found in elements(member, {"sms", "mms", "call"}):
            if isinstance(found, Cut):
                gathered.record("unreadable")
                gathered.fault(found.reason)
            else:
                gathered.record(found.element.tag)
                _take(found.element, gathered)
            if gathered.full:
                yield gathered.part()
        yield gathered.part()


def _take(element: Element, gathered: Gathering) -> None:
    if (when := _when(element.get("date", ""))) is None:
        gathered.fault("no readable date")
    elif element.tag == "call":
        _call(element, when, gathered)
    else:
        box = element.get("type" if element.tag == "sms" else "msg_box", "")
        _message(element, box, when, gathered)


def _when(written: str) -> int | None:
    """The microseconds of an epoch in milliseconds."""
    sound = written.isascii() and written.isdigit() and len(written) < 15 and (since := int(written)) < _LAST
    return since * 1000 if sound else None


def _message(element: Element, box: str, when: int, gathered: Gathering) -> None:
    if box not in {_RECEIVED, _SENT}:
        gathered.passing("drafts, and messages that were not sent, are passed over")
        return
    placed = (when, None, Basis.INSTANT)
    signal = "messages.sent" if box == _SENT else "messages.received"
    gathered.row(signal, placed, value=1, text=pseudonym(_other(element, box)))
    if words := _words(element):
        gathered.row("message.text", placed, text=words)


def _other(element: Element, box: str) -> str:
    """The other's number; in a group, which `address` joins by `~`, who wrote what was received."""
    written = (one.get("address", "") for one in element.iter("addr") if one.get("type") == _FROM)
    whole = element.get("address", "")
    return next(written, whole) if box == _RECEIVED and "~" in whole else whole


def _words(element: Element) -> str:
    """The body of a text, the written parts of a multimedia message."""
    if element.tag == "sms":
        said = [element.get("body", "")]
    else:
        said = [part.get("text", "") for part in element.iter("part") if part.get("ct") == "text/plain"]
    return "\n".join(one for one in said if one and one != "null")


def _call(element: Element, when: int, gathered: Gathering) -> None:
    kind, seconds = element.get("type", ""), element.get("duration", "0")
    placed, who = (when, None, Basis.INSTANT), pseudonym(element.get("number", ""))
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 7 and int(seconds) <= _LONGEST):
        gathered.fault("a duration no call has")
    elif kind in _MISSED:
        gathered.row("other.calls_missed", placed, value=1, text=who, unit="{calls}")
    elif kind in _ANSWERED:
        gathered.row(_ANSWERED[kind], placed, value=1, text=who)
        if int(seconds):
            stop = when + int(seconds) * 1_000_000
            gathered.row("calls.duration", placed, stop=stop, value=int(seconds) / 60)
    else:
        gathered.passing("voicemail and calls of unknown kinds are passed over")


SOURCE = Sms()
