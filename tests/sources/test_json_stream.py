from __future__ import annotations

import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.sources import _json_stream
from selftwin.sources._json_stream import in_lines, objects, records
from selftwin.sources.reader.members import Member
from selftwin.vocabulary.errors import BrokenExport

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CHATS = {
    "about": "{s",
    "chats": {
        "list": [
            {"name": 'A"[', "id": 1, "messages": [{"id": 1, "text": [{"type": "]"}]}, {"id": 2}]},
            {"name": "B", "photo": {"of": [1]}, "messages": []},
            {"name": "C", "messages": [{"id": 3}]},
        ]
    },
    "left": {"list": [{"messages": [{"id": "not asked for"}]}]},
}
BUNDLE = {
    "type": "collection",
    "link": [{"url": "a"}],
    "contained": {"entry": [{"id": "not asked for"}]},
    "entry": [{"resource": {"entry": [{"id": 9}]}}, {"fullUrl": "b"}, ["no object"], {}],
    "total": 4,
}


def member(data):
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Member("x.json", len(text), lambda: io.BytesIO(text))


def raw(data, *paths):
    return [(json.loads(line), one.outer) for one in records(member(data), paths) for line in one.lines]


def accounts(data, *paths):
    found = list(objects(member(data), paths or ("", "[]"), ("a",)))
    return [row[1] for one in found for row in one.rows.rows()], sum(one.count for one in found), [
        one.first + place + 1 for one in found for place in one.bad
    ]  # fmt: skip


@pytest.mark.parametrize("block", [1, 3, 7, 64, 1 << 22])
@pytest.mark.parametrize("indent", [None, 2])
def test_records_are_found_at_their_path_only_and_with_what_stands_around_them(monkeypatch, block, indent):
    monkeypatch.setattr(_json_stream, "_BLOCK", block)
    chats = json.dumps(CHATS, indent=indent).encode()
    told = [(message["id"], chat["name"]) for message, chat in raw(chats, "chats.list[].messages[]")]
    assert told == [(1, 'A"['), (2, 'A"['), (3, "C")]
    entries = raw(json.dumps(BUNDLE, indent=indent).encode(), "entry[]")
    assert [entry for entry, _ in entries] == BUNDLE["entry"]
    assert entries[0][1]["type"] == "collection"


@given(st.lists(TEXT, max_size=20), st.sampled_from(["lines", "array", "entry"]), st.integers(1, 400))
def test_records_are_whole_whatever_their_strings_hold_and_wherever_a_block_ends(texts, shape, block):
    lines = [json.dumps({"a": text, "b": {"deep": ["}", text]}}, ensure_ascii=False) for text in texts]
    around = {"lines": "%s", "array": "[%s]", "entry": '{"n": [{}], "entry": [%s]}'}[shape]
    data = (around % ("\n" if shape == "lines" else ",\n").join(lines)).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_json_stream, "_BLOCK", block)
        paths = ("entry[]",) if shape == "entry" else ("", "[]")
        assert accounts(data, *paths) == (texts, len(texts), [])


def test_arrays_of_the_outermost_object_can_be_read_by_any_name():
    found = list(records(member({"e": [{"a": 1}], "o": {"z": [{"n": 1}]}, "t": [{"a": 2}]}), ("*[]",)))
    assert [(one.path, one.first, one.lines) for one in found] == [("e[]", 0, [b'{"a": 1}']), ("t[]", 1, [b'{"a": 2}'])]


def test_dotted_fields_become_columns_and_what_is_nested_stays_json():
    data = [{"a": {"b": {"c": 1}, "d": [1, {"x": 2}]}}, {"a": {"b": None}}, {"e": "t"}]
    one = next(objects(member(data), ("[]",), ("a.b.c", "a.d", "e")))
    assert one.rows.rows() == [(0, "1", '[1, {"x": 2}]', None), (1, None, None, None), (2, None, None, "t")]


@pytest.mark.parametrize(
    ("data", "sound", "count", "bad"),
    [
        (b'[{"a":1},{"a":nul},{"a":3}]', ["1", "3"], 3, [2]),
        (b'{"a":1}\n{"a":\n\n{"a":3}', ["1", "3"], 3, [2]),
        (b'[{"a":1}},{"a":2},{"a":3}]', ["1", "2", "3"], 4, [2]),
        (b'{"a":1}} {"a":2}', ["1", "2"], 3, [2]),
        (b'[{"a":1},{"a":', ["1"], 2, [2]),
        (b'[{"a":1},', ["1"], 2, [2]),
        (b'[{"a":1},[{"a":2}],{"a":3}]', ["1", "3"], 3, [2]),
        (b'[{"a":' + b"[" * 2000 + b"]" * 2000 + b'},{"a":2}]', ["2"], 2, [1]),
        (b'[{"a":' + b"[" * 500 + b"]" * 500 + b'},{"a":2},{"a":nul}]', ["2"], 3, [1, 3]),
    ],
)
def test_damage_costs_its_own_record_and_leaves_a_number(data, sound, count, bad):
    assert accounts(data) == (sound, count, bad)


@pytest.mark.parametrize("word", [float("nan"), float("inf"), float("-inf")], ids=str)
def test_what_python_writes_for_no_number_is_nothing_and_stays_in_a_text(word):
    said = f'NaN, Infinity: -Infinity "{word}"'
    one, two = {"a": said, "b": {"NaN": [1, word, word]}, "c": word, said: -1}, {"a": "-N", "c": 2}
    found = next(objects(member([one, two]), ["[]"], ["a", "b", "c"]))
    assert found.rows.rows() == [(0, said, '{"NaN":[1,null,null]}', None), (1, "-N", None, "2")]
    assert found.bad == ()


def test_a_word_that_is_no_number_mends_nothing_else():
    found = next(objects(member(b'[{"a": NaN, "b": oops}, {"a": NaNs}, {"a": 1}]'), ["[]"], ["a"]))
    assert (found.rows.rows(), found.bad) == ([(2, "1")], (0, 1))


@pytest.mark.parametrize(
    "data",
    [b'[{"a":"', b'[{"a":{', b'{"a":"', b'{"entry', b'{"a":1}\n{"a":"'],
    ids=["text", "object", "alone", "key", "line"],
)
def test_what_never_ends_is_refused(monkeypatch, data):
    monkeypatch.setattr(_json_stream, "_LONGEST", 1 << 16)
    monkeypatch.setattr(_json_stream, "_BLOCK", 1 << 12)
    with pytest.raises(BrokenExport, match="never ends"):
        accounts(data + b"x" * (1 << 18), *(("entry[]",) if b"entry" in data else ()))


def test_many_containers_that_nobody_wants_cost_no_more_than_their_bytes():
    data = b'{"entry":[{"id":1}]' + b',"a":{}' * 10_000 + b',"entry":[{"id":2}]}'
    begun = time.process_time()
    assert sum(block.count for block in objects(member(data), ["entry[]"], ["id"])) == 2
    assert time.process_time() - begun < 10


def test_brackets_that_only_close_are_refused():
    with pytest.raises(BrokenExport, match="closes more"):
        accounts(b"[" + b"}" * 1000)


def test_a_line_is_a_record_where_the_first_line_is_one():
    assert in_lines(b'\xef\xbb\xbf{"a":1}\n{')
    assert not in_lines(b'{\n"a":1}\n')
    assert not in_lines(b'{"a":1}')


def test_small_arrays_that_follow_one_another_are_one_block_and_those_of_others_are_not():
    paths = ("entries[]", "list[].messages[]")
    lists = b",".join(b'{"name":"%s","messages":[{"n":%d}]}' % (name, n) for n, name in enumerate([b"a", b"b", b"b"]))
    text = b'{"entries":[{"n":1}],"entries":[],"entries":[{"n":2},{"n":3}],"list":[' + lists + b"]}"
    found = [(one.path, one.outer.get("name"), one.first, one.lines) for one in records(member(text), paths)]
    assert found == [
        ("entries[]", None, 0, [b'{"n":1}', b'{"n":2}', b'{"n":3}']),
        ("list[].messages[]", "a", 3, [b'{"n":0}']),
        ("list[].messages[]", "b", 4, [b'{"n":1}', b'{"n":2}']),
    ]


def test_what_was_whole_is_told_before_a_refusal():
    found = records(member(b'{"entries":[{"n":1}]}' + b"]" * 200), ("entries[]",))
    assert next(found).lines == [b'{"n":1}']
    with pytest.raises(BrokenExport, match="more brackets"):
        list(found)
