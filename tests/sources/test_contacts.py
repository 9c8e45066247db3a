"""Address books: shapes of RFC 6350 and 2426, and of the files of phones and programs (docs/sources/contacts.md)."""

from __future__ import annotations

import io
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources._contacts_cards import cards
from selftwin.sources._correspondents import pseudonym
from selftwin.sources.contacts import SOURCE
from selftwin.sources.mail import SOURCE as MAIL
from selftwin.sources.reader.members import Member

ALWAYS = datetime(1970, 1, 1)
APPLE = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 14.3//EN\r\nN:Example;Ann;;Dr;\r\n"
    "FN:Dr Ann Example\r\nEMAIL;type=INTERNET;type=HOME;type=pref:Ann@Example.org\r\n"
    "item1.EMAIL;type=INTERNET:ann@work.example\r\nitem1.X-ABLabel:_$!<Other>!$_\r\n"
    "TEL;type=CELL;type=VOICE;type=pref:+43 664 000 11 22\r\nNOTE:a note that\r\n  goes on\r\n"
    "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n SkZJRg==\r\n"
    "item2.X-ABDATE;type=pref:2010-04-02\r\nitem2.X-ABLabel:_$!<Anniversary>!$_\r\n"
    "item3.X-ABDATE:2011-05-02\r\nitem3.X-ABLabel:_$!<Other>!$_\r\nEND:VCARD\r\n"
)
ANDROID = (
    "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=42=6F;;;\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=42=6F=20=4D=C3=BC=6C=\n=6C=65=72\nTEL;CELL;PREF:0664/0001122\n"
    "NOTE;ENCODING=QUOTED-PRINTABLE:=4E=6F=74=65=20=\nTEL:999 999 999\n"
    "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD\n AAQEAAAIYAAAAAAIQAABtbnRyUkdCIFhZWiAAA\n\n"
    "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;--03-23;1;;;;;;;;;;;;;\n"
    "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2021-04-23;2;;;;;;;;;;;;;\n"
    "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Bobo;1;;;;;;;;;;;;;\nBDAY:1983-02-23\nEND:VCARD\n"
)
FOUR = (
    "BEGIN:VCARD\nVERSION:4.0\nKIND:individual\nFN:Cy Public\\, III\nBDAY:19850415\nANNIVERSARY:20100612\n"
    "TEL;VALUE=uri;TYPE=cell:tel:+1-555-000-4567;ext=102\nEMAIL;TYPE=work:mailto:cy@example.com\nEND:VCARD\n"
)


def specimen() -> dict[str, bytes]:
    """An address book of three cards, each as another program writes it."""
    return {"contacts.vcf": (APPLE + ANDROID + FOUR).encode()}


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "contacts.vcf", content)


def names(rows):
    return set(rows.filter(pl.col("signal") == "contact")["text"])


def days(rows):
    return sorted(rows.filter(pl.col("signal") != "contact").select("signal", "start", "text").rows())


def test_a_card_gives_the_short_name_of_every_address_and_none_of_them(read):
    rows, account = read(APPLE)
    shown = [pseudonym(one) for one in ("Dr Ann Example", "ann@example.org", "ann@work.example", "0664 0001122")]
    assert names(rows) == {f"{one} Dr Ann Example" for one in shown}
    told = " ".join(str(cell) for row in rows.select("text", "native").rows() for cell in row).lower()
    assert not any(word in told for word in ("@", "664", "example.org", "note"))
    assert rows.filter(pl.col("signal") == "contact")["start"].unique().to_list() == [ALWAYS]
    assert (account.taken, account.faulty) == (1, 0)


def test_mails_and_the_address_book_meet_on_the_same_name(read, reading):
    mail = (
        "From: Ann <ANN@example.org>\r\nTo: me@example.net\r\nDate: Fri, 1 Mar 2024 10:00:00 +0100\r\n"
        "Message-ID: <1@example.org>\r\n\r\nhello\r\n"
    )
    rows, _ = reading(MAIL, "one.eml", mail)
    assert f"{rows['text'][0]} Dr Ann Example" in names(read(APPLE)[0])


def test_birthdays_and_anniversaries_stand_on_their_day(read):
    assert days(read(FOUR)[0]) == [
        ("contact.anniversary", datetime(2010, 6, 12), "Cy Public, III"),
        ("contact.birthday", datetime(1985, 4, 15), "Cy Public, III"),
    ]


def test_without_a_year_they_are_said_in_words(read):
    assert days(read(APPLE)[0]) == [
        ("contact.anniversary", datetime(2010, 4, 2), "Dr Ann Example"),
        ("contact.birthday", ALWAYS, "--02-29 Dr Ann Example"),
    ]
    assert days(read(ANDROID)[0]) == [
        ("contact.anniversary", ALWAYS, "--03-23 Bo Müller"),
        ("contact.birthday", datetime(1983, 2, 23), "Bo Müller"),
    ]


def test_outlook_writes_anniversaries_in_its_own_way(read):
    card = "BEGIN:VCARD\nVERSION:2.1\nFN:Di\nX-MS-ANNIVERSARY;VALUE=DATE:20110113\nEND:VCARD\n"
    assert days(read(card)[0]) == [("contact.anniversary", datetime(2011, 1, 13), "Di")]


def test_quoted_lines_that_go_on_are_one_and_hold_no_numbers(read):
    rows, _ = read(ANDROID)
    assert names(rows) == {f"{pseudonym(one)} Bo Müller" for one in ("Bo Müller", "+43 664 0001122")}


@pytest.mark.parametrize(("field", "said"), [
    ("--0203", "--02-03 Di"), ("1960-02-03T00:00:00Z", "Di"), ("1960", None), ("---03", None), ("1960-02-31", None),
    ("circa 1960", None),
])  # fmt: skip
def test_a_day_is_read_as_the_versions_write_it(read, field, said):
    rows, account = read(f"BEGIN:VCARD\nVERSION:4.0\nFN:Di\nBDAY:{field}\nEND:VCARD\n")
    assert [text for _, _, text in days(rows)] == ([] if said is None else [said])
    assert bool(account.notes) == (said is None)
    assert account.taken == 1


def test_a_name_is_made_of_its_parts_or_is_the_firms(read):
    made = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:B=F6ll;Eve\nEND:VCARD\n"
    firm = "BEGIN:VCARD\nVERSION:3.0\nFN:\nN:;;;;\nORG:Baker\\, Sons;Cakes\nEND:VCARD\n"
    assert {name[9:] for name in names(read(made + firm)[0])} == {"Eve Böll", "Baker, Sons"}


def test_groups_and_nameless_cards_are_passed_over_with_a_note(read):
    group = "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:The Does\nMEMBER:urn:uuid:1\nEND:VCARD\n"
    rows, account = read(group + "BEGIN:VCARD\nVERSION:3.0\nEMAIL:a@example.org\nEND:VCARD\n")
    assert (rows.height, account.passed, len(account.notes)) == (0, 2, 2)


def test_a_card_within_a_card_is_its_agents(read):
    agent = "BEGIN:VCARD\nVERSION:2.1\nFN:Flo\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nFN:Gus\nEND:VCARD\nEND:VCARD\n"
    rows, account = read(agent + FOUR)
    assert {name[9:] for name in names(rows)} == {"Flo", "Cy Public, III"}
    assert account.read == 2


def test_a_card_without_an_end_costs_itself_alone(read):
    broken = "BEGIN:VCARD\nVERSION:3.0\nFN:Hal\n"
    rows, account = read(broken + FOUR + broken)
    assert {name[9:] for name in names(rows)} == {"Cy Public, III"}
    assert (account.read, account.taken, account.faulty) == (3, 1, 2)
    assert [fault.place for fault in account.faults] == ["contacts.vcf, record 1", "contacts.vcf, record 3"]
    assert not any("Hal" in fault.reason for fault in account.faults)


def test_pictures_and_endless_lines_stream_past():
    def opener():
        return io.BufferedReader(Endless())

    found = list(cards(Member("contacts.vcf", 1 << 30, opener)))
    assert [[line.name for line in card or ()] for card in found] == [["FN", "TEL"]]


class Endless(io.RawIOBase):
    """A card with a picture of 5 MB in short lines, and more in one line."""

    def __init__(self) -> None:
        folded = (b" " + b"A" * 75 + b"\r\n") * 1000
        begin, end = b"BEGIN:VCARD\r\nFN:Ida\r\nPHOTO;ENCODING=b:AA\r\n", b"\r\nTEL:12345\r\nEND:VCARD\r\n"
        self.pieces = iter([begin, *[folded] * 60, b"NOTE:", *[b"B" * 64_000] * 100, end])
        self.left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        self.left = self.left or next(self.pieces, b"")
        size = min(len(buffer), len(self.left))
        buffer[:size], self.left = self.left[:size], self.left[size:]
        return size


@pytest.mark.parametrize("content", ["\ufeff" + FOUR, FOUR.lower().replace("fn:", "FN:"), "\n" + FOUR])
def test_marks_of_order_and_small_letters_are_borne(read, content):
    assert len(names(read(content)[0])) == 3


@pytest.mark.parametrize("content", [b"", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", b"FN:Ann\n", b"PK\x03\x04"])
def test_foreign_files_are_left_alone(member, content):
    assert not SOURCE.recognises(member("contacts.vcf", content))


def test_the_same_book_gives_the_same_identities(read):
    one, two = (read(APPLE + FOUR)[0].select("signal", "native", "start").rows() for _ in range(2))
    assert one == two
    assert len(set(one)) == len(one)
