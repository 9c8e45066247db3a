"""Keystrokes, in the columns of Aalto's 136 million (docs/sources/typing_dynamics.md)."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.typing_dynamics import SOURCE

COLUMNS = "PARTICIPANT_ID TEST_SECTION_ID SENTENCE USER_INPUT KEYSTROKE_ID PRESS_TIME RELEASE_TIME LETTER KEYCODE"
HEAD = COLUMNS.replace(" ", "\t") + "\n"
BEGUN = 1714550400000


def key(number, press, release, letter="secret", code=65, person=7, section=1):
    said = (person, section, 'Say "cheese', 'Say "chese', number, BEGUN + press, BEGUN + release, letter, code)
    return "\t".join(map(str, said)) + "\n"


def specimen() -> dict[str, bytes]:
    """Three keys."""
    return {"7_keystrokes.txt": (HEAD + key(1, 0, 90) + key(2, 150, 230) + key(3, 220, 300)).encode()}


@pytest.fixture
def read(reading):
    return lambda *keys: reading(SOURCE, "7_keystrokes.txt", HEAD + "".join(keys))


def test_keys_are_held_and_flown_between(read):
    rows, account = read(key(1, 0, 90), key(2, 150, 230), key(3, 220, 300))
    assert rows.select("signal", "value", "start", "native").rows() == [
        ("typing.hold", 90.0, datetime(2024, 5, 1, 8), "7/1"),
        ("typing.hold", 80.0, datetime(2024, 5, 1, 8, 0, 0, 150_000), "7/2"),
        ("typing.flight", 60.0, datetime(2024, 5, 1, 8, 0, 0, 150_000), "7/2"),
        ("typing.hold", 80.0, datetime(2024, 5, 1, 8, 0, 0, 220_000), "7/3"),
    ]
    assert (account.read, account.taken) == (3, 3)


def test_a_sentence_has_a_speed_and_a_share_of_corrections(read):
    keys = [key(number, number * 200, number * 200 + 80, code=8 if number == 3 else 65) for number in range(11)]
    rows, _ = read(*keys, key(20, 0, 80, section=2))
    assert rows.filter(signal="typing.speed").select("value", "stop").rows() == [(300.0, datetime(2024, 5, 1, 8, 0, 2))]
    assert rows.filter(signal="typing.corrections")["value"].round(2).to_list() == [9.09]


def test_what_is_typed_is_never_kept(read):
    rows, _ = read(key(1, 0, 90), key(2, 150, 230))
    assert rows["text"].null_count() == rows.height
    assert not any(word in rows.write_csv() for word in ("secret", "cheese"))


def test_a_quote_is_a_key_like_any_other(read):
    letters = {3: '"', 7: '"'}
    keys = [key(number, number * 200, number * 200 + 80, letter=letters.get(number, "a")) for number in range(9)]
    rows, account = read(*(one.replace('"cheese', "cheese").replace('"chese', "chese") for one in keys))
    assert (account.read, account.taken) == (9, 9)
    assert rows.filter(signal="typing.flight")["value"].to_list() == [120.0] * 8


def test_the_parts_of_a_section_are_told_apart(read):
    keys = [key(number, number * 200, number * 200 + 80) for number in range(30_000)]
    rows, _ = read(*keys)
    assert rows.filter(signal="typing.speed")["native"].n_unique() == rows.filter(signal="typing.speed").height > 1


def test_people_are_told_apart(member):
    one = member("keys.txt", HEAD + key(1, 0, 90) + key(2, 0, 90, person=8))
    assert SOURCE.subjects(one) == ("7", "8")
    (part,) = SOURCE.read(one, subject="8")
    assert (part.read, part.passed, part.rows.num_rows) == (2, 1, 1)


def test_keys_without_an_end_or_held_for_minutes_are_faults(read):
    broken = key(1, 0, 90).replace(str(BEGUN + 90), "")
    _, account = read(broken, key(2, 500, 200_000), key(3, 900, 800))
    assert (account.taken, account.faulty) == (0, 3)


@pytest.mark.parametrize("content", [b"", HEAD.lower().encode(), b"subject,sessionIndex,rep,H.period\n"])
def test_other_tables_are_left_alone(member, content):
    assert not SOURCE.recognises(member("keys.txt", content))
