"""Contacts as .vcf files: whom the short names of mails, messages and calls stand for, and whose birthday is when.

Apple: Contacts, select all, File, Export vCard. Google: contacts.google.com, Export, vCard. Android: Contacts, Export.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from selftwin.sources._contacts_cards import cards
from selftwin.sources._correspondents import pseudonym
from selftwin.sources._gathering import Gathering
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._contacts_cards import Line
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_MARK = re.compile(rb"^(?:\xef\xbb\xbf)?\s*BEGIN:VCARD\s", re.IGNORECASE)
_ALWAYS = (datetime(1970, 1, 1), None, Basis.DATE)  # noqa: DTZ001 - a day: who somebody is has no date of its own
_DAY = re.compile(r"(\d{4}|--)-?(\d{2})-?(\d{2})(?:T.*)?")
_NO_YEAR = "1604"  # as Apple writes it
_ANNIVERSARY = ("ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-MS-ANNIVERSARY")
_EVENT = "vnd.android.cursor.item/contact_event"
_MOST = 200  # letters of a name


@dataclass(frozen=True, slots=True)
class Contacts:
    """The source of address books: names with the pseudonyms of their addresses and numbers; these are never kept."""

    name: str = "contacts"
    title: str = "Contacts (.vcf)"
    reads: str = "Whom the short names in mails and messages stand for, birthdays and anniversaries."
    version: int = 2
    rank: int = 0
    how_to_export: str = "Apple: Contacts, File, Export vCard. Google: contacts.google.com, Export, vCard."

    def recognises(self, member: Member) -> bool:
        """By its first line."""
        return _MARK.match(member.head(200)) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An address book is its owner's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The cards in order."""
        del subject
        gathered = Gathering(member.path, "contacts")
        for card in cards(member):
            gathered.record("card")
            if card is None:
                gathered.fault("the card has no end, or is larger than any card")
            else:
                _take(card, gathered)
            if gathered.full:
                yield gathered.part()
        yield gathered.part()


def _take(card: list[Line], gathered: Gathering) -> None:
    name, days = _name(card), _days(card)
    if any(line.name == "KIND" and line.value.strip().lower() == "group" for line in card):
        gathered.passing("groups are passed over")
        return
    if not name:
        gathered.passing("cards without a name are passed over")
        return
    who = pseudonym(name)
    for shown in dict.fromkeys((who, *map(pseudonym, _reached(card)))):
        gathered.row("contact", _ALWAYS, native=f"{shown}/{who}", text=f"{shown} {name}")
    for signal, written in days:
        if (when := _when(written)) is None:
            gathered.note("birthdays and anniversaries that are no day are left out")
        else:
            day, said = when
            gathered.row(signal, (day, None, Basis.DATE), native=who, text=f"{said}{name}")


def _name(card: list[Line]) -> str:
    """The name as it is shown; else what it is made of, or the firm."""
    told = {line.name: line for line in reversed(card)}
    if "FN" in told and (shown := told["FN"].words()):
        return shown[:_MOST]
    parts = told["N"].parts() if "N" in told else []
    made = " ".join(part for part in (*parts[1:2], *parts[:1]) if part)
    return (made or (told["ORG"].parts()[0] if "ORG" in told else ""))[:_MOST]


def _reached(card: list[Line]) -> Iterator[str]:
    """The addresses and numbers somebody writes and calls from."""
    for line in card:
        address = line.words()
        if line.name == "EMAIL":
            address = address.removeprefix("mailto:")
        elif line.name == "TEL":
            address = address.removeprefix("tel:").partition(";")[0]
        else:
            continue
        if address:
            yield address


def _days(card: list[Line]) -> list[tuple[str, str]]:
    """Birthdays and anniversaries as they are written; `1604` where the year is left out."""
    labels = {line.group: line.value.strip().lower() for line in card if line.name == "X-ABLABEL" and line.group}
    found = list[tuple[str, str]]()
    for line in card:
        if line.name == "BDAY" and "VALUE=TEXT" not in line.parameters:
            found.append(("contact.birthday", line.value.strip()))
        elif line.name in _ANNIVERSARY or (line.name == "X-ABDATE" and "anniversary" in labels.get(line.group, "")):
            found.append(("contact.anniversary", line.value.strip()))
        elif line.name == "X-ANDROID-CUSTOM" and (event := line.parts())[0] == _EVENT and event[2:3] == ["1"]:
            found.append(("contact.anniversary", event[1]))
    return list(dict.fromkeys(found))


def _when(written: str) -> tuple[datetime, str] | None:
    """The day, and what is to be said of it; without a year it is said in words, and stands on no day of its own."""
    told = _DAY.fullmatch(written)
    if told is None:
        return None
    year, month, day = told.groups()
    known = year not in {"--", _NO_YEAR}
    try:
        moment = datetime(int(year) if known else 2000, int(month), int(day))  # noqa: DTZ001 - a day
    except ValueError:
        return None
    return (moment, "") if known else (_ALWAYS[0], f"--{month}-{day} ")


SOURCE = Contacts()
