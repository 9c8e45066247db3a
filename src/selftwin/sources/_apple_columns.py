"""Apple's records as columns of numbers and codes, and what becomes of them: observations, with faults aside.

Both ways of reading, expat and the compiled tokenizer, fill the same columns, so that what a record means is decided
once for each kind, unit and word, and never row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from selftwin.sources._apple_meaning import Meaning, Origin, What, meaning, source_name
from selftwin.sources._apple_stamps import offsets
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

NEVER = -(1 << 63)  # in `stop`: none
NOWHERE = -(1 << 15)  # in `offset`: none
MOST_WORDS = 1 << 16
Word = TypeVar("Word", bound="What | Origin | str")


class Codes(dict[Word, int]):
    """Words numbered in order of appearance; more than 65,536 of one sort are no genuine export."""

    def __missing__(self, word: Word) -> int:
        if len(self) >= MOST_WORDS:
            raise BrokenExport("The export names more kinds of records, devices or zones than any phone knows.")
        self[word] = len(self)
        return self[word]


class Raw(NamedTuple):
    """Columns of rows: times in µs as `Basis` says, codes into `Codes`; absent are -1, NaN, NEVER and NOWHERE."""

    record: NDArray[np.uint32]
    what: NDArray[np.int32]
    origin: NDArray[np.int32]
    zone: NDArray[np.int32]
    value: NDArray[np.float64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    offset: NDArray[np.int16]
    basis: NDArray[np.int8]


Row = tuple[int, int, int, int, float, int, int, int, int]  # in the order of `Raw`
KINDS = ("u4", "i4", "i4", "i4", "f8", "i8", "i8", "i2", "i1")


def joined(parts: list[Raw]) -> Raw:
    """Several sets of columns as one."""
    import numpy as np

    return parts[0] if len(parts) == 1 else Raw(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def columns(rows: list[Row]) -> Raw:
    """Rows as columns."""
    import numpy as np

    turned = list(zip(*rows, strict=True)) or [()] * len(KINDS)
    return Raw(*(np.array(column, kind) for column, kind in zip(turned, KINDS, strict=True)))


@dataclass(slots=True)
class Ledger:
    """Everything named so far in a file, numbered, and what it means; asked once for each part."""

    whats: Codes[What] = field(default_factory=Codes)
    origins: Codes[Origin] = field(default_factory=Codes)
    zones: Codes[str] = field(default_factory=Codes)
    meanings: list[Meaning] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def learn(self) -> None:
        """Give meaning to whatever was first named since the last time."""
        self.meanings += [meaning(what) for what in list(self.whats)[len(self.meanings) :]]
        self.sources += [source_name(origin) for origin in list(self.origins)[len(self.sources) :]]


def observed(raw: Raw, ledger: Ledger, place: Callable[[int], str]) -> tuple[pa.RecordBatch, list[Fault]]:
    """The rows as observations, and a fault for each that has no meaning; `place` says where a record is."""
    import numpy as np

    ledger.learn()
    known = ledger.meanings
    reasons = np.array([bool(one.fault) for one in known], bool)[raw.what]
    numeric = np.array([one.numeric for one in known], bool)[raw.what]
    raw = _timed(raw, known)
    bad = reasons | (numeric & np.isnan(raw.value))
    if not bad.any():
        return _batch(raw, ledger), []
    whole = np.isin(raw.record, raw.record[bad])  # beats of a reading that cannot be understood go with it
    faults = [
        Fault(place(record), f"{known[what].signal}: {known[what].fault or 'no value'}")
        for record, what in zip(raw.record[bad].tolist(), raw.what[bad].tolist(), strict=True)
    ]
    return _batch(Raw._make(column[~whole] for column in raw), ledger), faults


def _timed(raw: Raw, known: list[Meaning]) -> Raw:
    """What lasts has its minutes as its value."""
    import numpy as np

    lasting = np.array([one.lasting for one in known], bool)[raw.what]
    if not lasting.any():
        return raw
    minutes = np.where(raw.stop == NEVER, np.nan, (raw.stop - raw.start) / 60e6)
    return raw._replace(value=np.where(lasting, minutes, raw.value))


def _batch(raw: Raw, ledger: Ledger) -> pa.RecordBatch:
    import numpy as np
    import pyarrow as pa

    known = ledger.meanings
    scale, shift = (np.array([getattr(one, name) for one in known], "f8")[raw.what] for name in ("scale", "shift"))
    fixed = np.array([np.nan if one.number is None else one.number for one in known])[raw.what]
    value = np.where(np.isnan(fixed), raw.value * scale + shift, fixed)
    offset, basis = _placed(raw, list(ledger.zones))
    stamp = pa.timestamp("us")
    return pa.RecordBatch.from_arrays(
        [
            pa.array(raw.record),
            _words([one.signal for one in known], raw.what),
            _words(ledger.sources, raw.origin),
            pa.nulls(len(raw.record), pa.string()),
            pa.array(raw.start).cast(stamp),
            pa.array(raw.stop, mask=(raw.stop == NEVER) | (raw.stop == raw.start)).cast(stamp),
            pa.array(basis),
            pa.array(offset, mask=offset == NOWHERE),
            pa.array(value, mask=np.isnan(value)),
            _words([one.text for one in known], raw.what).cast(pa.string()),
            _words([one.unit for one in known], raw.what),
        ],
        schema=schema(),
    )


def _words(words: list[str], codes: NDArray[np.int32]) -> pa.DictionaryArray:
    """Codes as words, each word once; an empty word is none."""
    import numpy as np
    import pyarrow as pa

    distinct = {word: code for code, word in enumerate(dict.fromkeys(word for word in words if word))}
    chosen = np.array([distinct.get(word, -1) for word in words], np.int32)[codes]
    return pa.DictionaryArray.from_arrays(pa.array(chosen, mask=chosen < 0), pa.array(list(distinct), pa.string()))


def _placed(raw: Raw, zones: list[str]) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
    """Offsets and bases, where the writer's zone is known in place of the exporting phone's offset."""
    offset, basis = raw.offset, raw.basis
    if not (raw.zone >= 0).any():
        return offset, basis
    offset, basis = offset.copy(), basis.copy()
    for code in set(raw.zone[raw.zone >= 0].tolist()):
        here = (raw.zone == code) & (basis == Basis.INSTANT)
        if (minutes := offsets(zones[code], raw.start[here])) is not None:
            offset[here], basis[here] = minutes, Basis.PLACED
    return offset, basis
