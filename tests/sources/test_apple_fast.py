"""The compiled tokenizer and expat make the same of the same bytes, however they are written and wherever cut."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from selftwin.sources import _apple_bytes as compiled
from selftwin.sources import _apple_kernel as kernel
from selftwin.sources._apple_elements import TAG
from selftwin.sources._apple_export import Export, by_expat
from selftwin.sources._apple_fast import ahead, by_tokenizer
from selftwin.sources._apple_records import number
from selftwin.sources._apple_stamps import stamp
from selftwin.sources.reader.contract import Part
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.vocabulary.account import AccountDoesNotAddUp
from selftwin.vocabulary.errors import BrokenExport

Way = Callable[[Export, Iterator[bytes], bytes], Iterator[Part]]
Q, C, V = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier", "HKCategoryValue"


def read(way: Way, body: bytes, block: int = 1 << 20) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows with the number of their record in the file, and the account."""
    blocks = iter([body[at : at + block] for at in range(0, len(body), block)])
    tally, rows = Tally("x"), []
    for part in way(Export("x"), blocks, b""):
        frame = pl.DataFrame(pl.from_arrow(sift(part, tally)))
        rows += frame.with_columns(pl.col("record").cast(pl.Int64) + part.first_record).to_dicts()
    tally.records()
    account = {
        name: getattr(tally, name) for name in ("read", "taken", "passed", "faulty", "kinds", "notes", "exported")
    }
    return sorted(rows, key=lambda row: row["record"]), account | {"faults": sorted(map(str, tally.faults))}


def both(body: bytes, block: int = 1 << 20) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    fast, slow = read(by_tokenizer, body, block), read(by_expat, body)
    assert fast[1] == slow[1]
    assert fast[0] == slow[0]
    return fast


def taken_by_tokenizer(body: bytes) -> int:
    """How many records went to the tokenizer alone."""
    memory, held = np.zeros(kernel.MEMORY, np.int64), np.frombuffer(body + b'"' * 256, np.uint8).copy()
    memory[kernel.AT_WORDS : kernel.AT_ROWS : 3] = -1
    kernel.scan(held, 0, len(body), memory, np.empty(kernel.HEIGHT), np.empty(1 << 16, np.uint8))
    return int(memory[kernel.RECORD] - memory[kernel.ODDS])


# Records as real exports have them, and as none should

spaces = st.sampled_from([" ", " ", " ", "  ", "\n", "\n\t", "\r\n"])
kinds = st.sampled_from(
    [
        f"{Q}StepCount",
        f"{Q}HeartRate",
        f"{Q}OxygenSaturation",
        f"{Q}Unheard",
        f"{C}SleepAnalysis",
        f"{C}AppleStandHour",
        f"{C}MindfulSession",
        "HKDataTypeSleepDurationGoal",
        "",
        "=steps",
        "HK&amp;x",
        "HKÄ",
    ]
)
values = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.decimals(0, 300, places=4).map(str),
    st.integers(-(10**20), 10**20).map(str),
    st.sampled_from([f"{V}SleepAnalysisAsleepCore", f"{V}AppleStandHourIdle", f"{V}NotApplicable", "1", "60", "0.97"]),
    st.sampled_from(
        ["", "-", ".5", "5.", "1e5", "+1", " 1", "1_0", "007", "abc", "&#49;", "1&lt;2", "1\x0b", "\u0661"]
    ),
)
units = st.sampled_from(["count", "count/min", "%", "kcal", "mL/min·kg", "mmol&lt;180.1&gt;/L", "&bad;", ""])
sources = st.sampled_from(
    ["Phone", "Ann\u2019s Watch", "A &amp; B", "A &lt; B", "&nosuch;", "tab\there", "\x0bbad", ""]
)
devices = st.sampled_from(
    [
        f"&lt;&lt;HKDevice: 0x28{n:x}&gt;, name:Apple Watch, model:Watch, hardware:Watch6,{n}, software:9.{n}&gt;"
        for n in range(3)
    ]
    + ["&lt;&lt;HKDevice: 0xZZ&gt;, name:Odd&gt;", "&lt;&lt;HKDevice: 0x12", "&lt;&lt;HKDevice", "a strap", ""]
)
stamps = st.one_of(
    st.datetimes().map(lambda when: f"{when:%Y-%m-%d %H:%M:%S} +0100".rjust(25, "0")),
    st.datetimes().map(lambda when: f"{when:%Y-%m-%d %H:%M:%S} -0330".rjust(25, "0")),
    st.sampled_from(
        ["2024-02-29 23:59:59 +0000", "2023-02-29 00:00:00 +0000", "2024-13-01 00:00:00 +0000", "soon", ""]
    ),
    st.sampled_from(["2024-01-01 24:00:00 +0000", "2024-01-01 00:60:00 +0000", "2024-01-01 00:00:00 +1600"]),
    st.sampled_from(["2024-01-01", "20240101100000-0700", "2024-01-01 10:00:00", "2024-01-01 10:00:00 +01000"]),
)
zones = st.sampled_from(["Europe/Paris", "America/New_York", "GMT-0700", "Mars/Base", "", "&amp;"])
clocks = st.sampled_from(
    [
        "6:14:48.94 PM",
        "18:14:49,58",
        "8:00:01.12\u202fAM",
        "08:33:44,67",
        "6:14:48 AM",
        "12:61:00.10 AM",
        "soon",
        "6:14:4",
    ]
)
bpms = st.sampled_from(["61", "61.5", "", "x", "999999"])


@st.composite
def attribute(draw: st.DrawFn, name: str, text: st.SearchStrategy[str]) -> str:
    quote = draw(st.sampled_from(['"', '"', '"', '"', "'"]))
    return draw(spaces) + name + draw(st.sampled_from(["=", "=", "=", "=", " = "])) + quote + draw(text) + quote


ATTRIBUTES = {
    "type": kinds,
    "unit": units,
    "value": values,
    "sourceName": sources,
    "device": devices,
    "startDate": stamps,
    "endDate": stamps,
    "creationDate": st.one_of(stamps, st.just("a<b"), st.just("a&lt;b")),
    "sourceVersion": st.sampled_from(["9.1", "&bad;", "ä", ""]),
    "source": sources,
    "more": sources,
}


@st.composite
def child(draw: st.DrawFn) -> str:
    which = draw(st.integers(0, 7))
    if which == 0:
        beats = "".join(
            f'<InstantaneousBeatsPerMinute bpm="{bpm}" time="{clock}"/>{draw(spaces)}'
            for bpm, clock in draw(st.lists(st.tuples(bpms, clocks), max_size=4))
        )
        return f"<HeartRateVariabilityMetadataList>{beats}</HeartRateVariabilityMetadataList>"
    if which == 1:
        return draw(
            st.sampled_from(["<!-- c -->", "words", "<Other/>", "<MetadataEntry/>", "<Record/>", "<![CDATA[<x]]>", "<"])
        )
    key = draw(st.sampled_from(["HKTimeZone", "HKTimeZoneX", "HKWasUserEntered", "a&b"]))
    return f'<MetadataEntry key="{key}" value="{draw(zones)}"/>'


@st.composite
def record(draw: st.DrawFn) -> str:
    usual = ["type", "sourceName", "unit", "startDate", "endDate", "value"]
    names = draw(st.permutations(usual)) if draw(st.booleans()) else usual
    names = [*names[: draw(st.integers(0, 12))], *draw(st.lists(st.sampled_from(sorted(ATTRIBUTES)), max_size=2))]
    inside = draw(st.one_of(st.just(None), st.lists(child(), max_size=3)))
    tag = (
        "<Record"
        + "".join(draw(attribute(name, ATTRIBUTES[name])) for name in names)
        + draw(st.sampled_from(["", " "]))
    )
    if inside is None:
        return tag + "/>"
    return tag + ">" + "".join(draw(spaces) + one for one in inside) + "</Record" + draw(st.sampled_from([">", " >"]))


@st.composite
def plain(draw: st.DrawFn) -> str:
    """A record of the very shape that Apple writes, with a value that may be anything."""
    given = {"type": f"{Q}StepCount", "sourceName": draw(sources), "sourceVersion": "9.1", "device": draw(devices)}
    given |= {"unit": draw(units), "startDate": "2024-05-01 10:00:00 +0200", "endDate": "2024-05-01 10:05:00 +0200"}
    written = "".join(f' {name}="{text}"' for name, text in (given | {"value": draw(values)}).items())
    return f"<Record{written}/>"


others = st.sampled_from(
    [
        '<ActivitySummary dateComponents="2024-05-01" appleExerciseTime="3"/>',
        (
            '<Workout workoutActivityType="HKWorkoutActivityTypeYoga" startDate="2024-05-01 10:00:00 +0200"'
            ' endDate="2024-05-01 11:00:00 +0200"><WorkoutEvent type="HKWorkoutEventTypePause"/></Workout >'
        ),
        '<Workout startDate="2024-05-01 10:00:00 +0200"><Workout/></Workout>',
        "<Correlation type='x'><Record a='1'/><Record><a/></Record></Correlation>",
        "<Correlation><Correlation/></Correlation>",
        "<ClinicalRecord/>",
        "<Novelty><Attachment x='>'/></Novelty>",
        '<ExportDate value="2024-06-01 00:00:00 +0200"/>',
        "<!-- <Record/> -->",
        "<?apple <b?>",
        "<![CDATA[<Record]]>",
        "<Records/>",
        "words",
        "<Record",
        "<Record>",
        '<Record a="<"/>',
        "<Record a='\"/>",
        "</Record>",
        "<>",
        "<1/>",
        "<Ä/>",
        "&amp;",
    ]
)
bodies = st.lists(st.tuples(spaces, st.one_of(record(), record(), plain(), plain(), others)), max_size=12)
GOOD = (
    f'<Record type="{Q}StepCount" startDate="2024-05-01 10:00:00 +0200" endDate="2024-05-01 10:05:00 +0200" value="7"/>'
)


def written(pieces: list[tuple[str, str]]) -> bytes:
    return ("".join(space + piece for space, piece in pieces) + f"\n{GOOD}</HealthData>").encode(
        "utf-8", "surrogatepass"
    )


@given(pieces=bodies, block=st.sampled_from([7, 64, 1000, 1 << 20]))
@example(pieces=[("", "<Record a='")], block=64)
def test_both_ways_make_the_same_of_any_elements(pieces: list[tuple[str, str]], block: int) -> None:
    both(written(pieces), block)


@given(
    body=st.lists(plain(), min_size=1, max_size=5).map("\n".join),
    at=st.integers(0, 2000),
    byte=st.binary(min_size=1, max_size=3),
)
def test_both_ways_make_the_same_of_spoilt_bytes(body: str, at: int, byte: bytes) -> None:
    spoilt = bytearray(written([("", body)]))
    at %= len(spoilt) - len("</HealthData>")
    spoilt[at : at + len(byte)] = byte
    try:
        slow = read(by_expat, bytes(spoilt))
    except BrokenExport:
        with pytest.raises(BrokenExport):
            read(by_tokenizer, bytes(spoilt))
    else:
        assert read(by_tokenizer, bytes(spoilt), 64) == slow


def test_many_records_fill_many_parts_and_keep_their_numbers() -> None:
    count = 3 * kernel.PART + 17
    body = "\n".join(GOOD.replace('"7"', f'"{n % 977}"') if n % 50_000 else "<Record/>" for n in range(1, count + 1))
    tally, firsts = Tally("x"), []
    for part in by_tokenizer(Export("x"), iter([body.encode(), b"</HealthData>"]), b""):
        firsts.append(part.first_record)
        sift(part, tally)
    assert firsts == [0, kernel.PART, 2 * kernel.PART, 3 * kernel.PART]
    assert (tally.read, tally.faulty) == (count, count // 50_000)
    assert [fault.place for fault in tally.faults][:2] == ["x, record 50000", "x, record 100000"]


def test_more_new_words_than_one_table_holds_are_learnt_in_turns() -> None:
    body = "".join(GOOD.replace("value", f'sourceName="S{n}" value') for n in range(5 * kernel.MOST_NEW))
    rows, account = both((body + "</HealthData>").encode())
    assert account["taken"] == 5 * kernel.MOST_NEW
    assert rows[-1]["source"] == f"apple_health:S{5 * kernel.MOST_NEW - 1}"


def test_what_no_genuine_export_names_is_refused_and_not_hoarded() -> None:
    body = "".join(GOOD.replace("value", f'sourceName="S{n}" value') for n in range((1 << 16) + 1))
    for way in (by_expat, by_tokenizer):
        with pytest.raises(BrokenExport, match="more kinds"):
            read(way, (body + "</HealthData>").encode())


def test_plain_records_do_not_go_to_expat() -> None:
    zone = '<MetadataEntry key="HKTimeZone" value="Asia/Tokyo"/>'
    beats = '<HeartRateVariabilityMetadataList>\n<InstantaneousBeatsPerMinute bpm="95" time="6:14:48.94\u202fPM"/>\n'
    listed = GOOD.replace("/>", f">\n{zone}\n{beats}</HeartRateVariabilityMetadataList>\n</Record>")
    shuffled = (
        GOOD.replace("<Record ", '<Record value2="1" ').replace("value2", "creationDate").replace("value=", "\n value=")
    )
    assert (
        taken_by_tokenizer("\n".join([GOOD, listed, shuffled, GOOD.replace("7", "0.12345678901234567")]).encode()) == 4
    )
    assert taken_by_tokenizer(GOOD.replace('"7"', "'7'").encode()) == 0
    rows, _ = both((listed + "</HealthData>").encode())
    assert [(row["signal"], row["value"], row["offset"]) for row in rows] == [
        ("steps", 7.0, 540),
        ("heart_rate.beat", 95.0, 540),
    ]


def test_a_lost_or_invented_tag_is_noticed() -> None:
    export = Export("x", counted=3, told=2)
    with pytest.raises(AccountDoesNotAddUp, match="3 tags, but 2"):
        export.close(b"", iter([]))


def test_an_element_larger_than_the_window_is_read_and_one_without_end_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = '<MetadataEntry key="a" value="b"/>' * 700_000
    _, account = both((GOOD.replace("/>", f">{entries}</Record>") + "</HealthData>").encode(), 1 << 20)
    assert account["taken"] == 1
    monkeypatch.setattr("selftwin.sources._apple_export.LARGEST", 1 << 16)
    with pytest.raises(BrokenExport, match="more than"):
        read(by_tokenizer, b"<Record><!--" + b"x" * (1 << 18), 1 << 12)


# Its parts


@given(text=st.from_regex(r"-?[0-9]{1,22}(\.[0-9]{1,22})?", fullmatch=True))
def test_numbers_are_rounded_as_python_rounds_them(text: str) -> None:
    buffer = np.frombuffer(text.encode() + b'"' * 128, np.uint8)
    found, value = compiled.number(buffer, 0, len(text))
    assert found in {compiled.EXACT, compiled.LONG}
    if found == compiled.EXACT:
        assert struct.pack("d", value) == struct.pack("d", number(text))
    rows, _ = both((GOOD.replace('"7"', f'"{text}"').replace("StepCount", "Unheard") + "</HealthData>").encode())
    assert [row["value"] for row in rows] == [float(text)]


@given(when=st.datetimes(), zone=st.sampled_from(["+0000", "-0930", "+1400"]))
def test_dates_are_those_of_the_calendar(when: Any, zone: str) -> None:
    text = f"{when.year:04d}-{when:%m-%d %H:%M:%S} {zone}"
    told = stamp(text)
    assert told is not None
    assert compiled.stamp_at(np.frombuffer(text.encode() + b'"' * 128, np.uint8), 0, len(text)) == (
        told.start,
        told.offset,
    )


@given(data=st.binary(max_size=300).map(lambda data: data.replace(b"\0", b"<a")), start=st.integers(0, 40))
def test_tags_are_counted_as_the_pattern_counts_them(data: bytes, start: int) -> None:
    start = min(start, len(data))
    buffer = np.frombuffer(data + b'"' * 128, np.uint8)
    assert compiled.tags(buffer, start, len(data)) == len(TAG.findall(data + b'"', start))


def test_where_nothing_can_be_kept_code_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numba.core.caching.CacheImpl._locator_classes", [])

    def doubled(number: int) -> int:
        return 2 * number

    assert compiled.kept(doubled)(21) == 42


def test_blocks_come_ahead_in_order_and_errors_where_they_are_waited_for() -> None:
    assert list(ahead(iter([b"a", b"b", b"c"] * 9))) == [b"a", b"b", b"c"] * 9

    def broken() -> Iterator[bytes]:
        yield b"a"
        raise BrokenExport("cut")

    made = ahead(broken())
    assert next(made) == b"a"
    with pytest.raises(BrokenExport, match="cut"):
        next(made)


def test_blocks_nobody_waits_for_end_their_thread() -> None:
    closed = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"a"
        finally:
            closed.append(True)

    source = endless()
    made = ahead(source)
    assert next(made) == b"a"
    made.close()
    source.close()
    assert closed == [True]


def test_a_part_read_fast_keeps_the_exports_date() -> None:
    body = f'<ExportDate value="2024-06-01 00:00:00 +0200"/>{GOOD}</HealthData>'.encode()
    (part,) = by_tokenizer(Export("x"), iter([body]), b"")
    assert part.exported is not None
    assert part.exported.isoformat() == "2024-05-31T22:00:00+00:00"
    assert replace(part, notes=()).read == 1
