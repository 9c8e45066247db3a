"""How wide words are on a chart, so that labels can be kept apart before any browser has drawn them."""

from __future__ import annotations

from functools import lru_cache

SIZE = 13.0  # px, the smallest letter of the house
LARGER = {"row-": 16.0, "said": 19.0}  # kinds of words in larger letters; the serif of `said` is wider
SAFETY = 1.06  # fonts that stand in until Source Sans has arrived are a little wider

# Source Sans 3, regular, advance widths in thousandths of the size
NARROW = dict.fromkeys("ijl.,:;'|!·", 255) | dict.fromkeys("frt()[]/-", 340) | {" ": 200, "I": 263}
WIDE = dict.fromkeys("mMwW%—…", 820) | dict.fromkeys("DGHNOQU▲▼●◐○▫✕", 655)
CAPITAL, FIGURE, LOWER, OTHER = 570, 497, 520, 600


def width(text: str, kind: str = "label") -> float:
    """Pixels that words of a kind take, a little more rather than less.

    >>> width("today") < width("today", "label-strong") < 45
    True
    """
    units = sum(_letter(one) for one in text)
    size = next((size for start, size in LARGER.items() if kind.startswith(start)), SIZE)
    heavy = 1.07 if "strong" in kind else 1.0
    return units * size / 1000 * SAFETY * heavy


def shortened(text: str, room: float, kind: str = "label") -> str:
    """As many of the words as fit into so many pixels, the rest as an ellipsis.

    >>> shortened("Evenings with friends", 80)
    'Evenings w…'
    """
    if width(text, kind) <= room:
        return text
    letters = len(text)
    while letters > 1 and width(f"{text[:letters].rstrip()}…", kind) > room:
        letters -= 1
    return f"{text[:letters].rstrip()}…"


@lru_cache(maxsize=1024)
def _letter(one: str) -> float:
    found = NARROW.get(one) or WIDE.get(one)
    if found:
        return found
    if one.isdigit():
        return FIGURE
    if one.isascii() and one.isalpha():
        return CAPITAL if one.isupper() else LOWER
    return OTHER
