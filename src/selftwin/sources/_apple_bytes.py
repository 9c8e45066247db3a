"""Looking at bytes 8 and 32 at a time inside compiled code: words, masks of what stands where, hashes, numbers, dates.

Everything here may read up to 64 bytes past the place it is asked about, so buffers are padded, with quotation marks,
at which every search ends. 32 bytes are compared at once (Langdale and Lemire, "Parsing gigabytes of JSON per second",
VLDB Journal 2019); a number with at most 53 bits of digits and 22 places is one exact division (Clinger, "How to read
floating point numbers accurately", PLDI 1990).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numba import njit, types
from numba.core.cgutils import ir  # the llvmlite that numba brings
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Value = Any  # of llvmlite, which has no types
    Builder = Any

Function = TypeVar("Function", bound="Callable[..., Any]")
PADDING = 128
QUOTE, LESS, GREATER, SLASH, EQUALS, AMPERSAND, MINUS, POINT = 34, 60, 62, 47, 61, 38, 45, 46
NEVER = -(1 << 63)
EXACT = 0
LONG = 1
ODD = 2
LONGEST = 64  # bytes of a number
_LANES = ir.VectorType(ir.IntType(8), 32)
_WORD = ir.IntType(64)


def letters(text: bytes) -> int:
    """The first eight letters as the number that `word` finds them as."""
    return int.from_bytes(text[:8], "little")


def compiled(function: Function) -> Function:
    """Compiled when first called from what `kept` keeps; not kept by itself."""
    return njit(function, nogil=True, error_model="numpy")


def kept(function: Function) -> Function:
    """Compiled on first use and kept beside the file or in the user's cache; not kept where neither can be written.

    numba looks for changes in the function's own file only, but tells what it keeps apart by the variables enclosed:
    enclose a sum of every file it is made from.
    """
    try:
        return njit(function, nogil=True, error_model="numpy", cache=True)
    except RuntimeError:
        return compiled(function)


def _loaded(what: Any, context: Any, builder: Builder, signature: Any, arguments: Any) -> Value:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    place = builder.gep(array.data, [arguments[1]])
    loaded = builder.load(builder.bitcast(place, what.as_pointer()))
    loaded.align = 1
    return loaded


@intrinsic
def word(_: Any, buffer: Any, at: Any) -> Any:
    """Eight bytes as one little-endian number."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Value:
        return _loaded(_WORD, context, builder, signature, arguments)

    return types.int64(buffer, at), generate


@intrinsic
def first(_: Any, mask: Any) -> Any:
    """The number of the lowest bit that is set."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Value:
        return builder.zext(builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1)), _WORD)

    return types.int64(mask), generate


@intrinsic
def ones(_: Any, mask: Any) -> Any:
    """How many bits are set."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Value:
        return builder.zext(builder.ctpop(arguments[0]), _WORD)

    return types.int64(mask), generate


def _same(lanes: Value, builder: Builder, *bytes_: int) -> Value:
    found = builder.icmp_unsigned("==", lanes, ir.Constant(_LANES, [bytes_[0]] * 32))
    for byte in bytes_[1:]:
        found = builder.or_(found, builder.icmp_unsigned("==", lanes, ir.Constant(_LANES, [byte] * 32)))
    return found


def _mask(test: Callable[[Value, Builder], Value]) -> Any:
    """An intrinsic: of the 32 bytes at a place, a bit for each that passes the test."""

    @intrinsic
    def mask(_: Any, buffer: Any, at: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Value:
            lanes = _loaded(_LANES, context, builder, signature, arguments)
            return builder.bitcast(test(lanes, builder), ir.IntType(32))

        return types.uint32(buffer, at), generate

    return mask


def _unplain(lanes: Value, builder: Builder) -> Value:
    signed = builder.icmp_signed("<", lanes, ir.Constant(_LANES, [32] * 32))  # control characters, and all above 127
    return builder.or_(signed, _same(lanes, builder, QUOTE, AMPERSAND, LESS))


def _begins_name(lanes: Value, builder: Builder) -> Value:
    low = builder.or_(lanes, ir.Constant(_LANES, [32] * 32))
    letter = builder.sub(low, ir.Constant(_LANES, [ord("a")] * 32))
    letters = builder.icmp_unsigned("<", letter, ir.Constant(_LANES, [26] * 32))
    above = builder.icmp_signed("<", lanes, ir.Constant(_LANES, [0] * 32))
    return builder.or_(builder.or_(letters, above), _same(lanes, builder, ord("_")))


ends_value = _mask(lambda lanes, builder: _same(lanes, builder, QUOTE, LESS))
ends_plain = _mask(_unplain)
marks = _mask(lambda lanes, builder: _same(lanes, builder, QUOTE, ord("'"), LESS, GREATER))
opens = _mask(lambda lanes, builder: _same(lanes, builder, LESS))
begins_name = _mask(_begins_name)


@compiled
def value_end(buffer: Bytes, at: int) -> int:
    """The first `"` or `<` at or after a place."""
    found = ends_value(buffer, at)
    while found == 0:
        at += 32
        found = ends_value(buffer, at)
    return at + first(found)


@compiled
def plain_end(buffer: Bytes, at: int) -> int:
    """The first `"` at or after a place, or whatever before it is not plain: `&`, `<`, beyond ASCII, control."""
    found = ends_plain(buffer, at)
    while found == 0:
        at += 32
        found = ends_plain(buffer, at)
    return at + first(found)


@compiled
def next_mark(buffer: Bytes, at: int) -> int:
    """The first quotation mark of either kind, `<` or `>` at or after a place."""
    found = marks(buffer, at)
    while found == 0:
        at += 32
        found = marks(buffer, at)
    return at + first(found)


@compiled
def next_open(buffer: Bytes, at: int, end: int) -> int:
    """The first `<` at or after a place, or something not below `end`."""
    found = opens(buffer, at)
    while found == 0 and at < end:
        at += 32
        found = opens(buffer, at)
    return at + first(found) if found != 0 else end


@compiled
def tags(buffer: Bytes, at: int, end: int) -> int:
    """How many start tags begin in a stretch: each `<` before a letter, `_` or a byte above 127."""
    count = 0
    while at + 32 <= end:
        count += ones(opens(buffer, at) & begins_name(buffer, at + 1))
        at += 32
    if at < end:
        rest = np.uint32((np.int64(1) << (end - at)) - 1)
        count += ones(opens(buffer, at) & begins_name(buffer, at + 1) & rest)
    return count


@compiled
def mixed(buffer: Bytes, start: int, end: int, one: np.uint64, two: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Two 64-bit hashes carried on over a slice and its length."""
    one ^= np.uint64(end - start) * np.uint64(0x9E3779B97F4A7C15)
    while start < end:
        here = np.uint64(word(buffer, start))
        if end - start < 8:
            here &= (np.uint64(1) << np.uint64(8 * (end - start))) - np.uint64(1)
        one = (one ^ here) * np.uint64(0xFF51AFD7ED558CCD)
        one ^= one >> np.uint64(32)
        two = (two + here) * np.uint64(0xC4CEB9FE1A85EC53)
        two ^= two >> np.uint64(29)
        start += 8
    return one, two


_TENS = np.array([10.0**power for power in range(23)])


@compiled
def number(buffer: Bytes, start: int, end: int) -> tuple[int, float]:
    """EXACT and a decimal number, or LONG where it has too many digits for one division, or ODD where it is none."""
    at = start + (buffer[start] == MINUS)
    digits = np.int64(0)
    point = -1
    if end <= at or end - at > LONGEST:
        return ODD, 0.0
    for here in range(at, end):
        digit = np.int64(buffer[here]) - 48
        if 0 <= digit <= 9:
            digits = digits * 10 + digit
        elif buffer[here] == POINT and point < 0 and here > at:
            point = here
        else:
            return ODD, 0.0
    if point == end - 1:
        return ODD, 0.0
    if end - at > 19 - (point < 0) or digits >= 1 << 53:
        return LONG, 0.0
    value = digits / _TENS[end - point - 1] if point >= 0 else float(digits)
    return EXACT, -value if at > start else value


@compiled
def space(byte: int) -> bool:
    """Whether a byte is white space to XML."""
    return byte == 32 or 9 <= byte <= 10 or byte == 13


@compiled
def two_digits(buffer: Bytes, at: int) -> int:
    """Two digits as a number; negative, or far above 99, where they are none."""
    high, low = np.int64(buffer[at]) - 48, np.int64(buffer[at + 1]) - 48
    return high * 10 + low if 0 <= high <= 9 and 0 <= low <= 9 else 1 << 20


@compiled
def days(year: int, month: int, day: int) -> int:
    """Days since 1970 in the Gregorian calendar; NEVER for a date that is none."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    most = 30 + ((month + (month >> 3)) & 1) if month != 2 else 28 + leap
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= most):
        return NEVER
    year -= month <= 2
    century = year // 400
    of_century = year - century * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return century * 146097 + of_century * 365 + of_century // 4 - of_century // 100 + of_year - 719468


@compiled
def stamp_at(buffer: Bytes, at: int, end: int) -> tuple[int, int]:
    """µs since 1970 in UTC and minutes of offset of `2024-10-25 07:04:44 -0500`; NEVER where it is none."""
    if end - at != 25 or buffer[at + 4] != MINUS or buffer[at + 7] != MINUS or buffer[at + 10] != 32:
        return NEVER, 0
    sign = np.int64(buffer[at + 20])
    if buffer[at + 13] != 58 or buffer[at + 16] != 58 or buffer[at + 19] != 32 or (sign - 43) * (sign - MINUS) != 0:
        return NEVER, 0
    count = days(
        two_digits(buffer, at) * 100 + two_digits(buffer, at + 2),
        two_digits(buffer, at + 5),
        two_digits(buffer, at + 8),
    )
    hour, minute, second = two_digits(buffer, at + 11), two_digits(buffer, at + 14), two_digits(buffer, at + 17)
    hours, minutes = two_digits(buffer, at + 21), two_digits(buffer, at + 23)
    if count == NEVER or hour > 23 or minute > 59 or second > 59 or hours > 15 or minutes > 59:
        return NEVER, 0
    offset = hours * 60 + minutes
    offset = -offset if sign == MINUS else offset
    return (count * 86400 + hour * 3600 + minute * 60 + second - offset * 60) * 1_000_000, offset
