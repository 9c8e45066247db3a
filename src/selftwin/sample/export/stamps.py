"""Many moments as text, the way each exporter writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


def iso(seconds: NDArray[np.int64]) -> list[str]:
    """`2026-03-12T07:04:44` of seconds since 1970, on whatever clock they count."""
    found: list[str] = np.datetime_as_string(np.asarray(seconds, np.int64).astype("datetime64[s]")).tolist()
    return found


def spaced(seconds: NDArray[np.int64]) -> list[str]:
    """`2026-03-12 07:04:44`."""
    return [f"{text[:10]} {text[11:]}" for text in iso(seconds)]


def american(seconds: NDArray[np.int64]) -> list[str]:
    """`03/12/26 07:04:44`."""
    return [f"{text[5:7]}/{text[8:10]}/{text[2:4]} {text[11:]}" for text in iso(seconds)]


def day_first(seconds: NDArray[np.int64]) -> list[str]:
    """`12-03-2026 07:04`."""
    return [f"{text[8:10]}-{text[5:7]}-{text[:4]} {text[11:16]}" for text in iso(seconds)]


def crlf(lines: Iterable[str]) -> bytes:
    """Lines as a Windows text file in UTF-8."""
    return "".join(f"{line}\r\n" for line in lines).encode()
