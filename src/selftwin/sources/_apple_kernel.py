"""The compiled tokenizer: plain records of an Apple export become columns, everything else is handed on as it lies.

Plain is `<Record …/>`, or one with `<MetadataEntry key="…" value="…"/>` alone inside, whose attributes are the known
ones in double quotes. The kinds, writers and zones are told apart by two 64-bit hashes under a key drawn for each run.
Whatever looks otherwise in any way is not judged here: expat is asked.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sources._apple_bytes import (
    EQUALS,
    EXACT,
    GREATER,
    LESS,
    LONG,
    NEVER,
    POINT,
    QUOTE,
    SLASH,
    compiled,
    kept,
    letters,
    mixed,
    number,
    plain_end,
    space,
    stamp_at,
    tags,
    two_digits,
    value_end,
    word,
)
from selftwin.sources._apple_extents import RECORD_NAME, handed_on, starts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from selftwin.sources._apple_bytes import Bytes

    Memory = NDArray[np.int64]
    Values = NDArray[np.float64]

PART = 1 << 17  # records of a part at most, and rows but for the beats of its last record
MOST_BEATS = 1000
BEAT = -2  # the code of what is no word of the export: a heart beat of the record above it
FULL, HELP = 0, 1  # why the tokenizer stopped: a table is full, or what lies there is not a whole element
TYPE, UNIT, VALUE, DEVICE, STOP, START, SOURCE, MADE, VERSION, ZONED = range(10)  # attributes, and the zone's entry
WHAT, ORIGIN, ZONE = range(3)  # sorts of words

# All that the tokenizer fills lies in one array, so that it has few arguments and compiles in little time. First what
# it has used of the rest and why it stopped, then the slices of the record at hand, the words of each sort, the key.
RECORD, ROW, ODDS, NEWS, LONGS, TOLD, WHY, _BEATS = range(8)
_SPANS, SIZES, KEY = 8, 28, 31
_ZONED = _SPANS + 2 * ZONED
SLOTS = 1 << 17
NEW, ODD_ONE = 8, 3  # numbers for each new word (sort, code, three slices) and each odd element (slice, record)
MOST_NEW, MOST_ODD, MOST_LONG = 1024, 4096, PART + 4096
AT_NEWS = 64
AT_ODDS = AT_NEWS + NEW * MOST_NEW
AT_LONGS = AT_ODDS + ODD_ONE * MOST_ODD  # the row of each number with too many digits
AT_DIGITS = AT_LONGS + MOST_LONG  # and where its digits end
AT_WORDS = AT_DIGITS + MOST_LONG + 1  # code and two hashes of every slot of every sort
AT_ROWS = AT_WORDS + 3 * 3 * SLOTS  # columns, each as long as a part
HEIGHT = PART + MOST_BEATS + 1
_RECORDS, _CODES, _STARTS, _STOPS, _OFFSETS = (AT_ROWS + column * HEIGHT for column in (0, 1, 4, 5, 6))
MEMORY = AT_ROWS + 7 * HEIGHT


def _low(count: int) -> int:
    return (1 << 8 * count) - 1


_TWO, _THREE, _FOUR, _FIVE, _SIX, _SEVEN = (_low(count) for count in (2, 3, 4, 5, 6, 7))
_NARROW = letters("\u202f".encode())
_TYPE, _UNIT, _VALUE = letters(b'type="'), letters(b'unit="'), letters(b'value="')
_DEVICE, _STOP, _START, _START_2 = (letters(text) for text in (b'device="', b"endDate=", b"startDat", b'e="'))
_SOURCE, _SOURCE_2, _VERSION, _VERSION_2 = (letters(text) for text in (b"sourceNa", b'me="', b"sourceVe", b'rsion="'))
_MADE, _MADE_2 = letters(b"creation"), letters(b'Date="')
_ENTRY, _ENTRY_2, _ENTRY_3 = (letters(text) for text in (b"<Metadat", b"aEntry k", b'ey="'))
_LIST = tuple(letters(b"<HeartRateVariabilityMetadataList>"[at : at + 8]) for at in (0, 8, 16, 24, 26))
_UNLIST = tuple(letters(b"</HeartRateVariabilityMetadataList>"[at : at + 8]) for at in (0, 8, 16, 24, 27))
_BEAT = tuple(letters(b'<InstantaneousBeatsPerMinute bpm="'[at : at + 8]) for at in (0, 8, 16, 24, 26))
_TIME, _HALF = letters(b' time="'), (letters(b'AM"/>'), letters(b'PM"/>'), letters(b'"/>'))
_QUARTER, _EARLY = 900_000_000, 5_000_000  # as where expat reads them
_ENTRY_VALUE, _ZONE, _ZONE_2 = (letters(text) for text in (b' value="', b"HKTimeZo", b'ne"'))
_CLOSE = letters(b"</Record")
_CATEGORY, _CATEGORY_2 = letters(b"HKCatego"), letters(b"ry")
_POINTER, _POINTER_2, _POINTER_3 = (letters(text) for text in (b"&lt;&lt;", b"HKDevice", b": 0x"))
_POINTER_END = letters(b"&gt;, ")


@compiled
def _named(buffer: Bytes, at: int) -> tuple[int, int]:  # noqa: PLR0911 - one for each name
    """Which attribute begins at a place, and how long it is up to its value; -1 where none is known."""
    here = word(buffer, at)
    if here & _SIX == _TYPE:
        return TYPE, 6
    if here & _SIX == _UNIT:
        return UNIT, 6
    if here & _SEVEN == _VALUE:
        return VALUE, 7
    if here == _DEVICE:
        return DEVICE, 8
    if here == _STOP and buffer[at + 8] == QUOTE:
        return STOP, 9
    then = word(buffer, at + 8)
    if here == _START and then & _THREE == _START_2:
        return START, 11
    if here == _SOURCE and then & _FOUR == _SOURCE_2:
        return SOURCE, 12
    if here == _MADE and then & _SIX == _MADE_2:
        return MADE, 14
    if here == _VERSION and then & _SEVEN == _VERSION_2:
        return VERSION, 15
    return -1, 0


@compiled
def _attributes(buffer: Bytes, at: int, memory: Memory) -> int:
    """Where the tag behind `at` ends (at its `/` or `>`), its values' slices noted; -1 if not plain."""
    for place in range(_SPANS, SIZES):
        memory[place] = -1
    while True:
        before = at
        while space(buffer[at]):
            at += 1
        if buffer[at] == GREATER or buffer[at] == SLASH:
            return at
        which, length = _named(buffer, at)
        if which < 0 or at == before or memory[_SPANS + 2 * which] >= 0:
            return -1
        start = at + length
        free = which == DEVICE or which == SOURCE or which == UNIT  # noqa: PLR1714 - compiled
        end = value_end(buffer, start) if free else plain_end(buffer, start)
        if buffer[end] != QUOTE:
            return -1
        memory[_SPANS + 2 * which], memory[_SPANS + 2 * which + 1] = start, end
        at = end + 1


@compiled
def _entries(buffer: Bytes, at: int, memory: Memory, values: Values) -> int:
    """Where a record ends whose inside begins at `at`, its zone's slice noted and its beats written below its row;
    -1 if not plain."""
    children = 0
    while True:
        while space(buffer[at]):
            at += 1
        here = word(buffer, at)
        if here == _CLOSE and buffer[at + 8] == GREATER:
            memory[TOLD] += children
            return at + 9
        if here == _LIST[0]:
            at = _beats(buffer, at, memory, values)
        elif here == _ENTRY and word(buffer, at + 8) == _ENTRY_2 and word(buffer, at + 16) & _FOUR == _ENTRY_3:
            at = _entry(buffer, at + 20, memory)
        else:
            return -1
        if at < 0:
            return -1
        children += 1


@compiled
def _entry(buffer: Bytes, key: int, memory: Memory) -> int:
    """Where an entry of metadata ends whose key begins at a place; -1 if not plain."""
    end = plain_end(buffer, key)
    if buffer[end] != QUOTE or word(buffer, end + 1) != _ENTRY_VALUE:
        return -1
    start = end + 9
    stop = plain_end(buffer, start)
    if buffer[stop] != QUOTE or buffer[stop + 1] != SLASH or buffer[stop + 2] != GREATER:
        return -1
    if word(buffer, key) == _ZONE and word(buffer, key + 8) & _THREE == _ZONE_2 and memory[_ZONED] < 0:
        memory[_ZONED], memory[_ZONED + 1] = start, stop
    return stop + 3


@compiled
def _reads(buffer: Bytes, at: int, text: tuple[int, int, int, int, int], last: int) -> bool:
    """Whether these letters stand at a place; the last eight of them begin at `last`."""
    start = word(buffer, at) == text[0] and word(buffer, at + 8) == text[1] and word(buffer, at + 16) == text[2]
    return start and word(buffer, at + 24) & _TWO == text[3] & _TWO and word(buffer, at + last) == text[4]


@compiled
def _beats(buffer: Bytes, at: int, memory: Memory, values: Values) -> int:
    """Where a list of heart beats ends that begins at a place, its beats written below the row; -1 if not plain."""
    if not _reads(buffer, at, _LIST, np.int64(26)):
        return -1
    at += 34
    while True:
        while space(buffer[at]):
            at += 1
        if _reads(buffer, at, _UNLIST, np.int64(27)):
            return at + 35
        if not _reads(buffer, at, _BEAT, np.int64(26)) or memory[_BEATS] == MOST_BEATS:
            return -1
        end = plain_end(buffer, at + 34)
        found, bpm = number(buffer, at + 34, end)
        if found != EXACT or word(buffer, end + 1) & _SEVEN != _TIME or buffer[end] != QUOTE:
            return -1
        at, within = _clock(buffer, end + 8)
        if at < 0:
            return -1
        memory[_BEATS] += 1
        row = memory[ROW]
        start = memory[_STARTS + row]
        beat = row + memory[_BEATS]
        memory[_STARTS + beat] = start + (within - start + _EARLY) % _QUARTER - _EARLY
        values[beat] = bpm


@compiled
def _clock(buffer: Bytes, at: int) -> tuple[int, int]:
    """Behind the end of a tag whose last value is `6:14:48.94 PM` or its like, and the µs since the hour; -1 if not."""
    at += 1 if buffer[at + 1] == 58 else 2
    minute, second = two_digits(buffer, at + 1), two_digits(buffer, at + 4)
    hour_known = 48 <= buffer[at - 1] <= 57 and (buffer[at - 2] == QUOTE or 48 <= buffer[at - 2] <= 57)
    if buffer[at] != 58 or buffer[at + 3] != 58 or not hour_known or minute >= 1 << 20 or second >= 1 << 20:
        return -1, 0
    at += 6
    within = (minute * 60 + second) * 1_000_000
    if buffer[at] == POINT or buffer[at] == 44:
        within += two_digits(buffer, at + 1) * 10_000
        at += 3
        if within >= 1 << 33:
            return -1, 0
    if buffer[at] == 32:
        at += 1
    elif word(buffer, at) & _THREE == _NARROW:
        at += 3
    rest = word(buffer, at)
    if rest & _FIVE == _HALF[0] or rest & _FIVE == _HALF[1]:
        return at + 5, within
    return (at + 3 if rest & _THREE == _HALF[2] else -1), within


@compiled
def _code(memory: Memory, sort: int, one: np.uint64, two: np.uint64) -> int:
    """The code of a word by its hashes, or -1 where it is new."""
    at = np.int64(one & np.uint64(SLOTS - 1))
    first_slot = AT_WORDS + 3 * SLOTS * sort
    while True:
        slot = first_slot + 3 * at
        if memory[slot] < 0:
            return -1 - slot
        if memory[slot + 1] == np.int64(one) and memory[slot + 2] == np.int64(two):
            return memory[slot]
        at = (at + 1) & (SLOTS - 1)


@compiled
def _word(buffer: Bytes, memory: Memory, sort: int, place: int, place_2: int, place_3: int) -> int:
    """The code of what stands in up to three slices; a new word is noted with them. -1 where no new one can be noted
    now, -2 where there are too many."""
    one, two = np.uint64(memory[KEY]), np.uint64(memory[KEY + 1])
    new = AT_NEWS + NEW * memory[NEWS]
    for which in range(3):
        here = place if which == 0 else (place_2 if which == 1 else place_3)
        start = memory[_SPANS + 2 * here] if here >= 0 else -1
        end = memory[_SPANS + 2 * here + 1] if here >= 0 else -1
        one, two = mixed(buffer, start, end, one, two)
        memory[new + 2 + 2 * which], memory[new + 3 + 2 * which] = start, end
    code = _code(memory, sort, one, two)
    if code >= 0:
        return code
    slot, code = -1 - code, memory[SIZES + sort]
    if memory[NEWS] == MOST_NEW - 1 or code == SLOTS // 2:
        return -2 if code == SLOTS // 2 else -1
    memory[slot], memory[slot + 1], memory[slot + 2] = code, np.int64(one), np.int64(two)
    memory[new], memory[new + 1] = sort, code
    memory[SIZES + sort] += 1
    memory[NEWS] += 1
    return code


@compiled
def _unpointed(buffer: Bytes, memory: Memory) -> None:
    """Begin a device's description behind its pointer, which is another in every export."""
    at, end = memory[_SPANS + 2 * DEVICE], memory[_SPANS + 2 * DEVICE + 1]
    if at < 0 or word(buffer, at) != _POINTER or word(buffer, at + 8) != _POINTER_2:
        return
    if word(buffer, at + 16) & _FOUR != _POINTER_3:
        return
    at += 20
    while (48 <= buffer[at] <= 57 or 97 <= buffer[at] <= 102) and at < end:
        at += 1
    if at < end and word(buffer, at) & _SIX == _POINTER_END:
        memory[_SPANS + 2 * DEVICE] = at + 6


@compiled
def _valued(buffer: Bytes, memory: Memory, values: Values, digits: Bytes) -> bool:
    """Put the row's number in its place; its slice stays noted where it is a word. False where expat must judge."""
    row, kind = memory[ROW], memory[_SPANS + 2 * TYPE]
    start, end = memory[_SPANS + 2 * VALUE], memory[_SPANS + 2 * VALUE + 1]
    values[row] = np.nan
    if start == end:
        return True
    if word(buffer, kind) == _CATEGORY and word(buffer, kind + 8) & _TWO == _CATEGORY_2:
        return True
    if buffer[start] >= 65:
        return True
    found, value = number(buffer, start, end)
    if found == LONG and memory[LONGS] < MOST_LONG:
        longs = memory[LONGS]
        at = memory[AT_DIGITS + longs]
        for place in range(end - start):
            digits[at + place] = buffer[start + place]
        memory[AT_LONGS + longs], memory[AT_DIGITS + longs + 1] = row, at + end - start
        memory[LONGS] += 1
    elif found != EXACT:
        return False
    values[row] = value
    memory[_SPANS + 2 * VALUE], memory[_SPANS + 2 * VALUE + 1] = -1, -1
    return True


@compiled
def _record(buffer: Bytes, at: int, memory: Memory, values: Values, digits: Bytes) -> int:
    """Where the plain record at a place ends, its row written; -1 where it is not plain, -2 where a table is full."""
    told, kind = memory[TOLD], _SPANS + 2 * TYPE
    end = _attributes(buffer, at + 7, memory)
    if end < 0 or memory[kind] == memory[kind + 1] or buffer[memory[kind]] == EQUALS:
        return -1
    row = memory[ROW]
    memory[_BEATS] = 0
    if not _stamped(buffer, memory, row):
        return -1
    empty = buffer[end] == SLASH
    if empty and buffer[end + 1] != GREATER:
        return -1
    end = end + 2 if empty else _entries(buffer, end + 1, memory, values)
    if end < 0 or not _valued(buffer, memory, values, digits):
        memory[TOLD] = told
        return -1
    _unpointed(buffer, memory)
    none = np.int64(-1)  # no literals: each set of them would be compiled anew
    what = _word(buffer, memory, np.int64(WHAT), np.int64(TYPE), np.int64(UNIT), np.int64(VALUE))
    origin = _word(buffer, memory, np.int64(ORIGIN), np.int64(SOURCE), np.int64(DEVICE), none)
    zone = np.int64(0)
    if memory[_ZONED] < memory[_ZONED + 1]:
        zone = _word(buffer, memory, np.int64(ZONE), np.int64(ZONED), none, none)
    if what < 0 or origin < 0 or zone < 0:
        memory[TOLD] = told
        return -1 if min(what, origin, zone) == -2 else -2
    zone = zone if memory[_ZONED] < memory[_ZONED + 1] else -1
    for here in range(row, row + 1 + memory[_BEATS]):
        memory[_CODES + here], memory[_CODES + HEIGHT + here] = what if here == row else BEAT, origin
        memory[_CODES + 2 * HEIGHT + here], memory[_RECORDS + here] = zone, memory[RECORD]
        memory[_OFFSETS + here] = memory[_OFFSETS + row]
        memory[_STOPS + here] = memory[_STOPS + row] if here == row else NEVER
    memory[RECORD] += 1
    memory[ROW] += 1 + memory[_BEATS]
    memory[TOLD] += 1 + memory[_BEATS]
    return end


@compiled
def _stamped(buffer: Bytes, memory: Memory, row: int) -> bool:
    """Put the row's times in their places; False where they are not written as usual."""
    started, stopped = memory[_SPANS + 2 * START], memory[_SPANS + 2 * STOP]
    start, offset = stamp_at(buffer, started, memory[_SPANS + 2 * START + 1])
    if start == NEVER:
        return False
    stop = NEVER
    if stopped >= 0:
        stop, _ = stamp_at(buffer, stopped, memory[_SPANS + 2 * STOP + 1])
        if stop == NEVER:
            return False
    memory[_STARTS + row], memory[_STOPS + row], memory[_OFFSETS + row] = start, stop, offset
    return True


@compiled
def _scan(buffer: Bytes, at: int, end: int, memory: Memory, values: Values, digits: Bytes) -> int:
    """Read on from a place between elements until bytes or tables end; where it stopped. Why, says `memory[WHY]`."""
    while True:
        while at < end and space(buffer[at]):
            at += 1
        memory[WHY] = FULL
        if memory[RECORD] >= PART or memory[ROW] >= PART or memory[ODDS] == MOST_ODD:
            return at
        found = -1
        if buffer[at] == LESS and starts(buffer, at, np.int64(RECORD_NAME), np.int64(6)):
            found = _record(buffer, at, memory, values, digits)
            if found == -2:
                return at
        if found < 0:
            found = handed_on(buffer, at, end)
            if found < 0:
                memory[WHY] = HELP
                return at
            odd = AT_ODDS + ODD_ONE * memory[ODDS]
            memory[odd], memory[odd + 1], memory[odd + 2] = at, found, memory[RECORD]
            memory[ODDS] += 1
            memory[RECORD] += 1
        at = found


def _doors(written: int) -> tuple[Callable[[Bytes, int, int, Memory, Values, Bytes], int], Callable[..., int]]:
    """What is called from outside, compiled and kept; `written` is a sum of the files it is made from."""

    def scan(buffer: Bytes, at: int, end: int, memory: Memory, values: Values, digits: Bytes) -> int:
        return _scan(buffer, at, end, memory, values, digits) if written >= 0 else at

    def count_tags(buffer: Bytes, at: int, end: int) -> int:
        return tags(buffer, at, end) if written >= 0 else 0

    return kept(scan), kept(count_tags)


scan, count_tags = _doors(
    sum(
        zlib.crc32(Path(__file__).with_name(f"_apple_{name}.py").read_bytes())
        for name in ("bytes", "extents", "kernel")
    )
)
