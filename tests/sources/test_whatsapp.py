"""WhatsApp's chats, in the dialects that whatsapp-chat-parser and whatstk know (docs/sources/whatsapp.md)."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from selftwin.sources import whatsapp
from selftwin.sources._correspondents import pseudonym
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.sources.whatsapp import SOURCE
from selftwin.vocabulary.errors import BrokenExport

ANDROID = """15.04.2024, 15:04 - Messages and calls are end-to-end encrypted.
16.04.2024, 13:23 - Anna: Hey!
How are you?
2016-04-29 10:30:00 is no stamp
16.04.2024, 13:25 - Zoe: <Media omitted>
16.04.2024, 13:30 - Zoe: IMG-20240416-WA0001.jpg (file attached)
"""
IPHONE = (
    "[15/04/24, 15:04:00] Zoe: \u200eMessages and calls are end-to-end encrypted.\r\n"
    "[16/04/24, 13:23:05] Anna: Hey!\r\nHow are you?\r\n"
    "\u200e[16/04/24, 13:25:06] Zoe: \u200eimage omitted\r\n"
)


def specimen() -> dict[str, bytes]:
    """The same chat by both phones."""
    return {"WhatsApp Chat with Zoe.txt": ANDROID.encode(), "WhatsApp Chat - Zoe/_chat.txt": IPHONE.encode()}


@pytest.fixture
def read(reading):
    return lambda content, path="WhatsApp Chat with Zoe.txt": reading(SOURCE, path, content)


def test_a_chat_of_two_whose_name_tells_the_other_is_sent_and_received(read):
    rows, account = read(ANDROID)
    assert rows.sort("record", maintain_order=True).select("signal", "text", "start").rows() == [
        ("messages.sent", None, datetime(2024, 4, 16, 13, 23)),
        ("message.text", "Hey!\nHow are you?\n2016-04-29 10:30:00 is no stamp", datetime(2024, 4, 16, 13, 23)),
        ("messages.received", pseudonym("Zoe"), datetime(2024, 4, 16, 13, 25)),
        ("messages.received", pseudonym("Zoe"), datetime(2024, 4, 16, 13, 30)),
    ]
    assert (account.read, account.taken, account.passed) == (4, 3, 1)


def test_the_dialect_of_iphones_is_read(read):
    rows, _ = read(IPHONE, "WhatsApp Chat - Zoe.zip/_chat.txt")
    assert rows.filter(signal="messages.sent")["start"].to_list() == [datetime(2024, 4, 16, 13, 23, 5)]
    assert rows.filter(signal="message.text").height == 1


def test_who_is_not_told_receives_and_may_be_named(read, member):
    rows, account = read(ANDROID, "chat.txt")
    assert rows.filter(signal="messages.received").height == 3
    assert any("does not tell" in note for note in account.notes)
    parts = [sift(one, Tally("")) for one in SOURCE.read(member("chat.txt", ANDROID), subject="Zoe")]
    assert parts[0].column("signal").to_pylist().count("messages.sent") == 2


def test_messages_of_one_minute_in_two_chats_are_told_apart_and_again_the_same(read):
    other = ANDROID.replace("Zoe", "Bob")
    zoe, again, bob = (set(read(text, f"{name}.txt")[0]["native"]) for name, text in (
        ("WhatsApp Chat with Zoe", ANDROID), ("WhatsApp Chat with Zoe (1)", ANDROID), ("WhatsApp Chat with Bob", other)
    ))  # fmt: skip
    assert zoe == again
    assert len(zoe | bob) == 2 * len(zoe) == 6


def test_equal_messages_of_one_minute_are_numbered_over_blocks(member, monkeypatch):
    monkeypatch.setattr(whatsapp, "AT_ONCE", 2)
    text = "16.04.2024, 13:23 - Zoe: ok\n" * 3 + "17.04.2024, 13:23 - Zoe: ok\n"
    parts = SOURCE.read(member("Family.txt", text), subject=None)
    natives = [one for part in parts for one in part.rows.column("native").to_pylist()]
    assert len(set(natives)) == 4


@pytest.mark.parametrize(("line", "month_first"), [
    ("3/6/18, 1:55 p.m. - a: m", False), ("03-06-2018, 01.55 PM - a: m", False), ("3.6.18 13.55.00: a: m", False),
    ("[06.03.18, 13:55:00] a: m", True), ("3.6.2018 klo 13.55.00 - a: m", False),
    ("[3/6/18 1:55:00 p. m.] a: m", False),
    ("\u200e[3/6/18 1:55:00\u202fPM] a: m", False), ("[2018/06/03, 13:55:00] a: m", False),
    ("2018/6/3 下午1:55 - a: m", False), ("2018/6/3 中午1:55 - a: m", False), ("[3/6/2018، 13:55:00] a: m", False),
    ("[\u0663\u200f/\u0666\u200f/\u0662\u0660\u0661\u0668، \u0661:\u0665\u0665:\u0660\u0660 م] a: m", False),
    ("[13:55:00, 3/6/18] a: m", False), ("13:55, 3/6/18 - a: m", False),
    ("[6/3/2561 BE, 13:55:00] a: m", True), ("6/3/18, 1:55\u202fPM - a: m", True), ("3. 6. 2018, 13:55 - a: m", False),
])  # fmt: skip
def test_many_ways_to_write_the_same_stamp(read, line, month_first):
    late = (("06.03", "06.23"), ("6/3/18", "6/23/18"), ("6/3/25", "6/23/25")) if month_first else (
        ("03-06", "23-06"), ("3/6/2018", "23/6/2018"), ("3/6/18", "23/6/18"), ("3.6", "23.6"), ("3. 6", "23. 6"),
        ("\u0663\u200f/\u0666", "\u0662\u0663\u200f/\u0666"))  # fmt: skip
    proof = line
    for early, later in late:
        proof = proof.replace(early, later)
    rows, account = read(f"{line}\n{proof}\n", "chat.txt")
    assert rows.filter(signal="message.text").select("start", "text").row(0) == (datetime(2018, 6, 3, 13, 55), "m")
    assert account.faulty == 0


@pytest.mark.parametrize(("clock", "hour"), [("凌晨12", 0), ("早上7", 7), ("中午12", 12), ("晚上10", 22)])
def test_the_parts_of_a_chinese_day_tell_its_half(read, clock, hour):
    rows, _ = read(f"2018/6/3 {clock}:55 - a: m\n", "chat.txt")
    assert rows["start"].unique().to_list() == [datetime(2018, 6, 3, hour, 55)]


def test_lines_copied_from_another_chat_belong_to_their_message(read):
    rows, account = read("16.04.2024, 13:23 - Anna: look\n[13:55, 3/6/18] Bob: hi\n")
    assert rows.filter(signal="message.text")["text"].to_list() == ["look\n[13:55, 3/6/18] Bob: hi"]
    assert account.read == 1


@pytest.mark.parametrize(("written", "words"), [
    ("<Media omitted>\nThe lake", ["The lake"]), ("IMG-1.jpg (file attached)\nThe lake", ["The lake"]), ("null", []),
    ("Hey <This message was edited>", ["Hey"]), ("Hey \u200e<Diese Nachricht wurde bearbeitet.>", ["Hey"]),
    ("\u200e<attached: 1-PHOTO.jpg> <This message was edited>", []), ("I like <b>", ["I like <b>"]),
])  # fmt: skip
def test_what_the_app_adds_to_a_message_is_left_off(read, written, words):
    rows, account = read(f"16.04.2024, 13:23 - Anna: {written}\n")
    assert rows.filter(signal="message.text")["text"].to_list() == words
    assert account.taken == 1


def test_what_does_not_tell_day_from_month_is_refused(member):
    one = member("chat.txt", "3/6/18, 13:55 - a: m\n")
    with pytest.raises(BrokenExport, match="day or the month"):
        list(SOURCE.read(one, subject=None))


def test_impossible_stamps_are_faults_and_endless_lines_are_cut(read):
    text = ANDROID + "31.02.2024, 10:00 - Zoe: never\n17.04.2024, 10:00 - Zoe: " + "x" * 300_000 + "\n"
    rows, account = read(text)
    assert account.faulty == 1
    assert rows["text"].str.len_chars().max() <= 65_536


def test_lines_of_signs_alone_do_not_keep_a_reader_busy(read):
    begun = time.process_time()
    _, account = read(ANDROID + ("17.04.2024, 10:00 - " + "~ " * 30_000 + "\n") * 20)
    assert account.passed == 21
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("content", [
    b"", b"2024-05-01 10:00:00 host: started\n", b"2024-05-01 10:00:00,123 - root - INFO: x\n", b"Hello: you\n",
    b"1.5.2024 a list\n",
])  # fmt: skip
def test_other_texts_are_left_alone(member, content):
    assert not SOURCE.recognises(member("chat.txt", content))
