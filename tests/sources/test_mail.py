"""Mail: shapes of RFC 5322, of Python's mailbox, and of Google Takeout (docs/sources/mail.md)."""

from __future__ import annotations

import mailbox
from datetime import datetime

import pytest

from selftwin.sources._correspondents import pseudonym
from selftwin.sources.mail import SOURCE

LOCAL, INSTANT = 1, 2
ME, FRIEND = "me@example.org", "Zoë <zoe@example.net>"


def mail(sender, to, date="Wed, 1 May 2024 10:00:00 +0200", more="", number=1):
    return (
        f"From 1797847@xxx Wed May 01 08:00:00 +0000 2024\r\n{more}Message-ID: <{number}@x>\r\nDate: {date}\r\n"
        f"From: {sender}\r\nTo: {to}\r\nSubject: Hello\r\n\r\nFrom here on it is a body.\r\n\r\n"
    )


def specimen() -> dict[str, bytes]:
    """A mailbox with three mails, and a mail on its own."""
    box = mail(FRIEND, ME) + mail(ME, FRIEND, number=2) + mail("a@example.com", ME, number=3)
    return {
        "All mail Including Spam and Trash.mbox": box.encode(),
        "hello.eml": mail(FRIEND, ME, number=4).partition("\n")[2].encode(),
    }


@pytest.fixture
def read(reading):
    return lambda content, path="All mail.mbox": reading(SOURCE, path, content)


def test_mails_count_by_direction_with_a_pseudonym_of_the_other(read):
    rows, account = read(mail(FRIEND, ME) + mail(ME, FRIEND, number=2) + mail("x@example.com", ME, number=3))
    assert rows.select("signal", "value", "text").rows() == [
        ("emails.received", 1.0, pseudonym("zoe@example.net")),
        ("emails.sent", 1.0, pseudonym("zoe@example.net")),
        ("emails.received", 1.0, pseudonym("x@example.com")),
    ]
    assert rows["native"].n_unique() == 3
    assert rows.select("start", "offset", "basis").row(0) == (datetime(2024, 5, 1, 8), 120, INSTANT)
    assert (account.read, account.taken) == (3, 3)


@pytest.mark.parametrize("sender", [
    '"ann@old.example via Shop" <zoe@example.net>', "ann@old.example <zoe@example.net>", "<zoe@example.net>",
    '"Doe, Zoe <ann@old.example>" <zoe@example.net>', "zoe@example.net (ann)", "Zoe: <zoe@example.net>",
])  # fmt: skip
def test_an_address_in_a_name_is_no_address(read, sender):
    rows, _ = read(mail(sender, ME) * 3)
    assert set(rows["text"]) == {pseudonym("zoe@example.net")}


def test_the_owner_is_told_by_delivery_and_by_what_was_sent(read):
    delivered = mail("boss@example.com", "team@example.com", more="Delivered-To: me@example.org\r\n")
    labels = "X-Gmail-Labels: =?UTF-8?Q?Sent,Caf=C3=A9?=\r\n"
    sent = mail("Me <me2@example.org>", "a@example.com", more=labels, number=2)
    rows, _ = read(delivered + sent + mail("boss@example.com", "other@example.com", number=3))
    assert rows["signal"].to_list() == ["emails.received", "emails.sent", "emails.received"]


def test_a_folder_of_sent_mail_is_sent(read):
    rows, _ = read(mail(ME, FRIEND) + mail(ME, "y@example.com", number=2), "Sent Messages.mbox/mbox")
    assert rows["signal"].to_list() == ["emails.sent"] * 2


def test_a_folder_whose_name_holds_those_letters_is_another(read):
    rows, _ = read(mail(FRIEND, ME) + mail(FRIEND, ME, number=2), "Absent colleagues.mbox")
    assert rows["signal"].to_list() == ["emails.received"] * 2


@pytest.mark.parametrize("before", ["\ufeff", ">"])
def test_the_first_mail_counts_whatever_stands_before_it(read, before):
    _, account = read(before + mail(FRIEND, ME) + mail(FRIEND, ME, number=2))
    assert (account.read, account.taken) == (2, 2)


def test_a_mail_alone_is_received_and_it_is_said(read):
    rows, account = read(mail(FRIEND, ME).partition("\n")[2], "1714550400.M1P2.host:2,S")
    assert rows["signal"].to_list() == ["emails.received"]
    assert list(account.notes) == ["nothing tells whose mailbox it is; all mails are counted as received"]


def test_lists_are_told_apart_and_spam_is_passed(read):
    news = mail("news@example.com", ME, more="List-Id: News <news.example.com>\r\n")
    spam = mail("spam@example.com", ME, more="X-Gmail-Labels: Spam,Unread\r\n", number=2)
    rows, account = read(news + spam)
    assert rows["text"].to_list() == ["list " + pseudonym("news.example.com")]
    assert account.passed == 1


@pytest.mark.parametrize(("date", "start", "offset", "basis"), [
    ("1 May 24 10:00 GMT", datetime(2024, 5, 1, 10), 0, INSTANT),
    ("Wed, 01 May 2024 10:00:00 -0000", datetime(2024, 5, 1, 10), None, INSTANT),
    ("Wed, 01 May 2024 10:00:00 -0330 (NST)", datetime(2024, 5, 1, 13, 30), -210, INSTANT),
    ("Wed, 01 May 2024 10:00:00", datetime(2024, 5, 1, 10), None, LOCAL),
    ("Wed, 01 May 2024 10:00:00 CEST", datetime(2024, 5, 1, 8), 120, INSTANT),
    ("Wed, 01 May 2024 10:00:00 EST", datetime(2024, 5, 1, 15), -300, INSTANT),
    ("Wed, 01 May 2024 10:00:00 UT", datetime(2024, 5, 1, 10), 0, INSTANT),
    ("Wed, 01 May 2024 10:00:00 IST", datetime(2024, 5, 1, 10), None, LOCAL),
])  # fmt: skip
def test_dates_keep_their_offset(read, date, start, offset, basis):
    rows, _ = read(mail(FRIEND, ME, date))
    assert rows.select("start", "offset", "basis").rows() == [(start, offset, basis)]


@pytest.mark.parametrize("date", ["", "soon", "Wed, 99 May 2024 10:00:00 +0200", "1 Jan 9999999999 0:0 +99999999999"])
def test_a_mail_without_a_readable_date_is_a_fault(read, date):
    _, account = read(mail(FRIEND, ME, date))
    assert (account.taken, account.faulty) == (0, 1)


def test_endless_lines_stream_past_and_endless_headers_are_faults(read):
    endless = mail(FRIEND, ME) + "x" * (3 << 20) + "\n\n" + mail(FRIEND, ME, more="X-Y: " + "z" * (2 << 20) + "\r\n")
    _, account = read(endless + mail(FRIEND, ME, number=3))
    assert (account.read, account.taken, account.faulty) == (3, 2, 1)


def test_no_address_and_no_word_is_kept(read):
    rows, _ = read(mail(FRIEND, ME) + mail(ME, FRIEND, number=2))
    told = rows.write_csv()
    assert not any(word in told for word in ("zoe", "example", "Hello", "body"))


def test_as_many_mails_as_python_finds(read, tmp_path):
    box = mailbox.mbox(tmp_path / "box")
    for number in range(5):
        box.add(mail(FRIEND, ME, number=number).partition("\n")[2].replace("\r", "").encode())
    box.close()
    _, account = read((tmp_path / "box").read_bytes())
    assert account.taken == 5


def test_mails_without_an_empty_line_between_them_are_parted_as_python_does(read, tmp_path):
    body = "\nHello,\nFrom here on it is a body: 10:00 sharp\nof two lines\n"
    whole = [mail(FRIEND, ME, number=number).replace("\r", "") for number in range(3)]
    text = "".join(one.partition("\n\n")[0] + "\n" + body.replace("From", ">From") for one in whole)
    (tmp_path / "box").write_text(text)
    box = mailbox.mbox(tmp_path / "box")
    _, account = read(text.replace(">From", "From"))
    assert account.read == account.taken == len(box) == 3
    box.close()


def test_a_mail_of_apples_stands_behind_its_length(read):
    text = mail(ME, FRIEND).partition("\n")[2]
    plist = '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict></dict></plist>\n'
    rows, account = read(f"{len(text.encode()):<10}\n{text}{plist}", "Sent Messages.mbox/Messages/12345.emlx")
    assert rows.select("signal", "text").rows() == [("emails.sent", pseudonym("zoe@example.net"))]
    assert (account.read, account.taken) == (1, 1)


WEB_PAGE = b"From: <Saved by Blink>\nSnapshot-Content-Location: x\nDate: x\nMessage-ID: x\n\n"


@pytest.mark.parametrize("content", [
    b"", b"From here to there\nit is 10:00\n", b"12\n3\n", b"Name: x\nDate: y\n\nz", b"a:b\nc:d\n", WEB_PAGE,
])  # fmt: skip
def test_other_texts_are_left_alone(member, content):
    assert not SOURCE.recognises(member("x.eml", content))
