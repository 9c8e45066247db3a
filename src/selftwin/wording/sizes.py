"""Bytes in words."""

from __future__ import annotations

from selftwin.wording.words import count


def size(number: float) -> str:
    """So many bytes as people say them: powers of a thousand, with tenths under ten of them.

    >>> size(1), size(830), size(12_345), size(48_213_004), size(3_900_000_000)
    ('1 byte', '830 bytes', '12 kB', '48 MB', '3.9 GB')
    """
    for unit, of in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= of:
            return f"{number / of:.1f} {unit}" if number < 9.95 * of else f"{number / of:.0f} {unit}"
    return count(round(number), "byte")
