"""Telegram Desktop's JSON, as its writer in tdesktop has it (docs/sources/telegram.md)."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from selftwin.sources.telegram import SOURCE

LOCAL, INSTANT = 1, 2
OWNER = {"user_id": 7, "first_name": "A", "last_name": "B", "phone_number": "+43 1", "bio": "x"}


def message(number, who, text, **more):
    return {"id": number, "type": "message", "date": "2024-05-01T10:00:00", "date_unixtime": "1714550400",
            "from": "Somebody", "from_id": f"user{who}", "text": text, "text_entities": [], **more}  # fmt: skip


def call(number, who, seconds):
    return {"id": number, "type": "service", "date": "2024-05-01T10:00:00", "date_unixtime": "1714550400",
            "actor": "Somebody", "actor_id": f"user{who}", "action": "phone_call", "duration_seconds": seconds,
            "discard_reason": "hangup", "text": ""}  # fmt: skip


def chat(*messages, kind="personal_chat", number=8):
    return {"name": "Zoe", "type": kind, "id": number, "messages": list(messages)}


def account(*chats):
    return {"about": "Here is the data", "personal_information": OWNER, "profile_pictures": [],
            "contacts": {"about": "x", "list": [{"user_id": 8, "first_name": "Zoe"}]},
            "chats": {"about": "y", "list": list(chats)}}  # fmt: skip


def specimen() -> dict[str, bytes]:
    """One chat, and an account with two."""
    two = chat(message(1, 8, "Hi"), message(2, 7, "Hello"), call(3, 7, 90))
    group = chat(message(4, 9, ["See ", {"type": "link", "text": "there"}]), kind="private_group", number=20)
    return {
        "ChatExport_2024-05-01/result.json": json.dumps(two, indent=1).encode(),
        "DataExport_2024-05-01/result.json": json.dumps(account(two, group), indent=1).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "result.json", json.dumps(content, indent=1))


def test_a_chat_of_two_tells_who_is_who(read):
    rows, told = read(chat(message(1, 8, "Hi"), message(2, 7, "Hello")))
    assert rows.sort("record", maintain_order=True).select("signal", "text", "native").rows()[1::2] == [
        ("message.text", "Hi", "8/1"),
        ("message.text", "Hello", "8/2"),
    ]
    counts = rows.filter(signal="messages.received").height, rows.filter(signal="messages.sent").height
    assert counts == (1, 1)
    assert rows.select("start", "basis").unique().rows() == [(datetime(2024, 5, 1, 8), INSTANT)]
    assert (told.read, told.taken, list(told.notes)) == (2, 2, [])


def test_an_account_tells_its_owner_in_groups_too(read):
    group = chat(message(4, 9, "a"), message(5, 7, "b"), kind="private_supergroup", number=20)
    rows, told = read(account(group))
    assert rows.filter(signal="messages.sent")["native"].to_list() == ["20/5"]
    assert dict(told.kinds) == {"private_supergroup": 2}


def test_a_group_alone_does_not_tell_and_says_so(read):
    rows, told = read(chat(message(4, 9, "a"), message(5, 7, "b"), kind="private_group"))
    assert rows.filter(signal="messages.received").height == 2
    assert any("whose export it is" in note for note in told.notes)


def test_formatted_words_are_joined_and_bracketed_ones_left(read):
    parts = ["See ", {"type": "bold", "text": "this"}, "!"]
    rows, _ = read(chat(message(1, 8, parts), message(2, 8, "[not] parts"), message(3, 8, "")))
    assert rows.filter(signal="message.text")["text"].to_list() == ["See this!", "[not] parts"]


def test_calls_are_made_or_received_and_last(read):
    rows, _ = read(chat(call(1, 7, 90), call(2, 8, 30), {**call(3, 8, 0)}))
    counted = rows.filter(signal="calls.duration")["value"].to_list()
    assert counted == [1.5, 0.5]
    assert rows["signal"].value_counts().sort("signal").rows() == [
        ("calls.duration", 2), ("calls.made", 1), ("calls.received", 2),
    ]  # fmt: skip


def test_a_call_that_nobody_took_is_missed_by_whom_it_reached(read):
    ended = [(8, "missed"), (8, "busy"), (7, "missed")]
    calls = [call(number, who, None) | {"discard_reason": why} for number, (who, why) in enumerate(ended)]
    rows, _ = read(chat(*calls))
    assert rows.sort("record").select("signal", "unit").rows() == [
        ("other.calls_missed", "{calls}"), ("other.calls_missed", "{calls}"), ("calls.made", None),
    ]  # fmt: skip


def test_what_one_keeps_for_oneself_is_a_note_and_channels_are_passed(read):
    rows, told = read(account(chat(message(1, 7, "milk"), kind="saved_messages", number=7),
                              chat(message(1, 30, "news"), kind="public_channel", number=30)))  # fmt: skip
    assert rows.select("signal", "text").rows() == [("note", "milk")]
    assert told.passed == 1


def test_older_exports_write_bare_numbers_and_local_clocks(read):
    old = message(1, 8, "Hi") | {"from_id": 8}
    del old["date_unixtime"]
    rows, _ = read(chat(old))
    assert rows.select("signal", "start", "basis").row(0) == ("messages.received", datetime(2024, 5, 1, 10), LOCAL)


WIDE = 1 << 32


@pytest.mark.parametrize("added", [0, WIDE])
def test_before_2021_the_other_of_two_has_the_number_of_the_chat_without_what_was_added(read, added):
    said = [message(1, 8, "Hi") | {"from_id": 8 + added}, message(2, 7, "Hello") | {"from_id": 7 + added}]
    old, _ = read(chat(*said, number=8 + WIDE))
    new, _ = read(chat(message(1, 8, "Hi"), message(2, 7, "Hello")))
    assert old.select("signal", "text", "native").equals(new.select("signal", "text", "native"))
    assert old.filter(signal="messages.sent")["native"].to_list() == ["8/2"]
    group, _ = read(account(chat(*said, kind="private_group", number=20 + 2 * WIDE)))
    assert group.filter(signal="messages.sent")["native"].to_list() == ["20/2"]


def test_numbers_of_today_may_be_as_large(read):
    rows, _ = read(chat(message(1, 8 + WIDE, "Hi"), message(2, 7, "Hello"), number=8 + WIDE))
    assert rows.filter(signal="messages.sent")["native"].to_list() == [f"{8 + WIDE}/2"]


def test_messages_without_a_date_and_cut_files_are_faults(reading):
    text = json.dumps(chat(message(1, 8, "a") | {"date_unixtime": "x"}, message(2, 8, "b"), message(3, 8, "c")))
    _, told = reading(SOURCE, "result.json", text[:-40])
    assert (told.read, told.taken, told.faulty) == (3, 1, 2)


@pytest.mark.parametrize("name", [None, "[AT] {Choir}", 'The "one", two', "\\"])
def test_a_chat_is_known_whatever_its_name(read, name):
    assert read(chat(message(1, 8, "Hi")) | {"name": name})[1].taken == 1


@pytest.mark.parametrize("content", [{}, {"name": "x", "type": "y"}, {"about": "x"}, [1]])
def test_other_json_is_left_alone(member, content):
    assert not SOURCE.recognises(member("result.json", content))
