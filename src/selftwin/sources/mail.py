"""Mail: how much is written and received, when, and with how many people; never what stands in it.

Google: Takeout, Mail (an .mbox). Apple Mail: Mailbox, Export Mailbox (a folder with a file `mbox`). Thunderbird: the
files of its folders. Any program: single mails as .eml or .emlx, or the files of a Maildir.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._correspondents import pseudonym
from selftwin.sources._gathering import Gathering
from selftwin.sources._mail_headers import FIRST, mails

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._mail_headers import Mail
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

MOST_ADDRESSES = 200_000  # that are counted to find the owner's
_LEAST_SHARE = 0.1  # of the owner's most frequent address, from which on another is theirs too
_FIELDS = rb"(?:From|Date|Message-ID|Received|Subject|Return-Path|Delivered-To|MIME-Version|To)"
_COUNT = rb"(?:\d{1,12}[ \t]*\r?\n)?"  # of the bytes of a mail, before it in Apple's .emlx
_NAME = rb"[A-Za-z][A-Za-z0-9-]{1,60}:"
_MAIL = re.compile(rb"^(?:\xef\xbb\xbf)?%b%b[^\n]*\n(?:%b|[ \t])" % (_COUNT, _NAME, _NAME))
_NEEDED = re.compile(rb"^(From|Date|Message-ID|Received):", re.IGNORECASE | re.MULTILINE)
_SENT = re.compile(r"(?<![a-z])sent(?![a-z])", re.IGNORECASE)  # a folder of what was sent, not of the absent
_NO_MAIL = {"spam", "drafts", "draft", "chat"}


@dataclass(frozen=True, slots=True)
class MailSource:
    """Mailboxes and single mails; addresses become pseudonyms, subjects and bodies are never read."""

    name: str = "mail"
    title: str = "Mail (mbox, eml, emlx, Maildir)"
    reads: str = "How many mails come and go, and when."
    version: int = 2
    rank: int = 3
    how_to_export: str = (
        "Google: takeout.google.com, Mail. Apple Mail: Mailbox, Export Mailbox. Others: save mails as .eml or mbox."
    )

    def recognises(self, member: Member) -> bool:
        """By the line that parts mails in a mailbox, or by the first fields of a header."""
        head = member.head(16_384)
        if FIRST.match(head):
            return True
        if not _MAIL.match(head) or b"Snapshot-Content-Location:" in head:
            return False
        header = re.split(rb"\n\r?\n", head, maxsplit=1)[0]
        return len({name.lower() for name in _NEEDED.findall(header)}) >= 3

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A mailbox is its owner's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The mails in order; read twice, for only the whole tells whose mailbox it is."""
        del subject
        own, gathered = _own(member), Gathering(member.path, "mail")
        for mail in mails(member):
            gathered.record("mail")
            if mail is None:
                gathered.fault("a header that never ends")
            else:
                _take(mail, own, gathered)
            if gathered.full:
                yield gathered.part()
        if gathered.first + gathered.read and not own:
            gathered.note("nothing tells whose mailbox it is; all mails are counted as received")
        yield gathered.part()


def _own(member: Member) -> frozenset[str]:
    """The addresses of the owner: those mails were delivered to, and those that stand in From of what was sent."""
    told, near = Counter[str](), Counter[str]()
    folder = _SENT.search(member.path) is not None
    count = 0
    for mail in mails(member):
        if mail is None or len(told) + len(near) > MOST_ADDRESSES:
            continue
        count += 1
        sent = folder or "sent" in mail.labels
        told.update({mail.sender} - {""} if sent else set(mail.addresses("delivered-to")[:1]))
        if "list-id" not in mail.fields:
            near.update({mail.sender, *mail.addresses("to")[:50], *mail.addresses("cc")[:50]} - {""})
    if told:
        most = max(told.values())
        return frozenset(address for address, times in told.items() if times >= _LEAST_SHARE * most)
    times = max(near.values(), default=0)
    first = [address for address, often in near.items() if often == times]
    return frozenset(first if len(first) == 1 and count > 2 and times > count / 2 else ())


def _take(mail: Mail, own: frozenset[str], gathered: Gathering) -> None:
    if mail.labels & _NO_MAIL:
        gathered.passing("spam, drafts and chats are passed over")
        return
    try:
        when = mail.when()
    except ValueError:
        gathered.fault("no readable date")
        return
    if mail.sender in own:
        signal, who = "emails.sent", next(iter(mail.addresses("to")), "")
    else:
        signal, who = "emails.received", mail.sender
    shown = pseudonym(who) if who else None
    if "list-id" in mail.fields and signal == "emails.received":
        shown = "list " + pseudonym(mail.fields["list-id"].rpartition("<")[2].strip(" >"))
    gathered.row(signal, when, native=_known_by(mail), value=1, text=shown)


def _known_by(mail: Mail) -> str | None:
    """Sixteen letters for its Message-ID, which holds names of machines and people."""
    from hashlib import blake2s

    told = mail.fields.get("message-id", "")
    return blake2s(told.encode("utf-8", "replace"), digest_size=8).hexdigest() if told else None


SOURCE = MailSource()
