"""MIT annotation files: what was marked in a recording, at which sample; two bytes a mark, as WFDB writes them.

A word holds a kind in its upper six bits and the distance from the mark before in its lower ten; some kinds are no
marks: a long distance (two more words), or what belongs to the mark before (a number, a channel, words).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    import numpy as np

SKIP, NUMBER, SUBTYPE, CHANNEL, WORDS = 59, 60, 61, 62, 63
LAST_KIND = 49
NOTE, RHYTHM = 22, 28
BEATS = {  # ecgcodes.h and isqrs of ecgmap.h
    1: "normal", 2: "left bundle branch block", 3: "right bundle branch block", 4: "aberrated atrial premature",
    5: "ventricular premature", 6: "fusion of ventricular and normal", 7: "junctional premature", 8: "atrial premature",
    9: "supraventricular premature", 10: "ventricular escape", 11: "junctional escape", 12: "paced",
    13: "unclassifiable", 25: "bundle branch block", 30: "learning", 31: "ventricular flutter wave",
    34: "atrial escape", 35: "supraventricular escape", 38: "fusion of paced and normal", 41: "r on t",
}  # fmt: skip
_RESOLUTION = re.compile(r"## time resolution: (\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a file: sample and kind of each (shape [marks]), the words some bear, and whether it was cut off.

    `frequency` is what the file itself says of its samples a second, or None.
    """

    sample: np.ndarray
    kind: np.ndarray
    words: dict[int, str]
    frequency: float | None
    cut: bool


def marks(path: str, data: bytes) -> Marks:
    """All the marks. Raises BrokenExport where these bytes are no annotations."""
    import numpy as np

    words = np.frombuffer(data[: len(data) // 2 * 2], "<u2").astype(np.int64)
    kind, value = words >> 10, words & 0x3FF
    used, jump, texts = _beside(data, words, kind, value)
    ends = np.flatnonzero((words == 0) & ~used)
    end = int(ends[0]) if len(ends) else len(words)
    real = np.flatnonzero(~used[:end] & (kind[:end] <= LAST_KIND))
    if (kind[:end][~used[:end]] < SKIP).sum() != len(real):
        raise BrokenExport(f"{path} holds no annotations of a recording.")
    delta = jump[:end].copy()
    delta[real] += value[real]
    return _told(np.cumsum(delta)[real], kind[real], _placed(texts, real, end), cut=not len(ends))


def _beside(data: bytes, words: np.ndarray, kind: np.ndarray, value: np.ndarray) -> tuple[
    np.ndarray, np.ndarray, dict[int, str]
]:  # fmt: skip
    """Which words are no marks of their own, the long distances, and texts by the place of their first word."""
    import numpy as np

    used, jump = np.zeros(len(words), bool), np.zeros(len(words), np.int64)
    texts: dict[int, str] = {}
    after = 0
    for place in np.flatnonzero((kind == SKIP) | (kind == WORDS)).tolist():
        if place < after:
            continue
        if kind[place] == SKIP:
            after = place + 3
            if after <= len(words):
                far = (int(words[place + 1]) << 16) + int(words[place + 2])
                jump[place] = far - (1 << 32) if far >= 1 << 31 else far
        else:
            size = int(value[place])
            after = place + 1 + (size + 1) // 2
            texts[place] = data[2 * place + 2 : 2 * place + 2 + size].decode("latin-1").rstrip("\0")
        used[place + 1 : after] = True
    return used, jump, texts


def _placed(texts: dict[int, str], real: np.ndarray, end: int) -> dict[int, str]:
    """The texts by the number of the mark they follow."""
    import numpy as np

    owners = np.searchsorted(real, list(texts)) - 1 if texts else ()
    told = zip(owners, texts.items(), strict=True)
    return {int(owner): text for owner, (place, text) in told if owner >= 0 and place < end}


def _told(sample: np.ndarray, kind: np.ndarray, words: dict[int, str], *, cut: bool) -> Marks:
    """Without the notes at the beginning by which a file tells of itself."""
    import numpy as np

    itself = [one for one, text in words.items() if kind[one] == NOTE and sample[one] == 0 and text.startswith("##")]
    found = next((told for one in itself if (told := _RESOLUTION.match(words[one]))), None)
    keep = np.ones(len(kind), bool)
    keep[itself] = False
    moved = np.cumsum(keep) - 1
    kept = {int(moved[one]): text for one, text in words.items() if keep[one]}
    return Marks(sample[keep], kind[keep], kept, float(found[1]) if found else None, cut)
