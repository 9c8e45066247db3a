"""The headers of mails as they stream by: of a mailbox with any number of them (mbox), or of a single mail.

What follows a header (the body) is never kept, however long its lines are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.utils import parsedate_tz
from typing import TYPE_CHECKING

from selftwin.sources._written_dates import MINUTES_EAST
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources.reader.members import Member

_CHUNK, _LONGEST = 1 << 20, 1 << 18
_SEPARATOR = r"From [^\n]{0,240}?\d{1,2}:\d\d[^\n]{0,60}\n"
FIRST = re.compile(rb"^(?:\xef\xbb\xbf)?>?" + _SEPARATOR.encode() + rb">?[A-Za-z][A-Za-z0-9-]*:")
_FOLLOWED = rb"(?=[A-Za-z][A-Za-z0-9-]{0,60}:)"  # by a field: it parts mails where no empty line stands before it
_NEXT = re.compile(rb"\n(?:\r?\n%b|%b%b)" % (_SEPARATOR.encode(), _SEPARATOR.encode(), _FOLLOWED))
_KEEP = 400  # bytes in which a separator may have begun
_END = re.compile(rb"\n\r?\n")
_FIELD = re.compile(
    rb"^(From|To|Cc|Date|Message-ID|List-Id|List-Unsubscribe|Delivered-To|X-Gmail-Labels|Sender)[ \t]*:"
    rb"([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_ZONE = re.compile(r"\d\s*([+-]\d{2,4}|[A-Za-z]{1,5})\s*(?:\(|$)")
_NAME = re.compile(r'(?:^|(?<=[,;:>]))(?:"[^"]*+"|[^",<>;:])++(?=<)')  # which may hold an address of its own
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]\\]{1,64}@[^\s<>\"',;:()\[\]\\]{1,190}")


@dataclass(frozen=True, slots=True)
class Mail:
    """What a header says, by the names of its fields in small letters; the first of each."""

    fields: dict[str, str]

    @property
    def sender(self) -> str:
        """The address it is from."""
        return next(iter(self.addresses("from")), "") or next(iter(self.addresses("sender")), "")

    def addresses(self, field: str) -> list[str]:
        """The addresses in a field, without the names around them."""
        found = _ADDRESS.findall(_NAME.sub("", self.fields.get(field, "")[:20_000]))
        return [one.strip(".").casefold() for one in found]

    @property
    def labels(self) -> set[str]:
        """Where Gmail keeps it."""
        return {one.strip().strip('"').casefold() for one in decoded(self.fields.get("x-gmail-labels", "")).split(",")}

    def when(self) -> tuple[datetime, int | None, Basis]:
        """Its Date: an instant with the offset as written (`-0000` tells none), or a wall clock where no zone is
        told, or only by letters that mean several. Raises ValueError."""
        try:
            told = parsedate_tz(self.fields.get("date", "")[:200])
            if told is None:
                raise ValueError("date")
            wall, seconds = datetime(*told[:5], min(told[5], 59)), told[9]  # noqa: DTZ001 - the zone follows
            found = _ZONE.search(self.fields["date"])
            zone = "" if found is None else found[1].lower()
            if zone.isalpha() and not seconds:  # zero is also what Python says of letters it does not know
                minutes = MINUTES_EAST.get(zone, 0 if zone == "ut" else None)
                seconds, zone = (None, "") if minutes is None else (60 * minutes, zone)
            if seconds is None or zone in {"", "-0000"}:
                return wall, None, Basis.INSTANT if zone else Basis.LOCAL
            moment = wall.replace(tzinfo=timezone(timedelta(seconds=seconds))).astimezone(UTC).replace(tzinfo=None)
        except (TypeError, OverflowError, IndexError) as error:
            raise ValueError("date") from error
        return moment, round(seconds / 60), Basis.INSTANT


def decoded(text: str) -> str:
    """Words in a header, whatever their encoding; as they stand where it is unknown."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError):
        return text


def mails(member: Member) -> Iterator[Mail | None]:
    """The mails in order; None for one whose header never ends."""
    for header in _headers(member, many=FIRST.match(member.head(1000)) is not None):
        yield None if header is None else _read(header)


def _read(header: bytes) -> Mail:
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(header.replace(b"\r\n", b"\n")):
        fields.setdefault(name.decode().lower(), _text(value).strip())
    return Mail(fields)


def _text(value: bytes) -> str:
    try:
        return re.sub(r"\s+", " ", value.decode())
    except UnicodeDecodeError:
        return re.sub(r"\s+", " ", value.decode("cp1252", "replace"))


def _skipped(head: bytes) -> int:
    """How many bytes stand before the first separator: a mark of the encoding, a sign of quoting."""
    return len(head) - len(head.removeprefix(b"\xef\xbb\xbf").removeprefix(b">"))


def _headers(member: Member, *, many: bool) -> Iterator[bytes | None]:
    kept, inside = (b"\n\n" if many else b""), not many
    with member.open() as stream:
        stream.read(_skipped(member.head(4)) if many else 0)
        while more := stream.read(_CHUNK):
            data, at = kept + more, 0
            while True:
                mark = (_END if inside else _NEXT).search(data, at) if many or inside else None
                if mark is None:
                    break
                if inside:
                    yield data[at : mark.start()]
                at, inside = (mark.start() if inside else mark.end()), not inside
            if inside and len(data) - at > _LONGEST:
                yield None
                inside = False
            kept = data[at if inside else max(at, len(data) - _KEEP) :]
    if inside and kept.strip():
        yield kept
