"""An observation is what was recorded: its columns, and how its time was written."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


class Basis(IntEnum):
    """What a stamp says of time.

    `start` and `stop` hold the wall clock for DATE (midnight) and LOCAL, and UTC for INSTANT and PLACED; together
    with `offset` (minutes, as written, or null) the stamp as written can always be told again. An INSTANT's offset is
    the exporting phone's, not the person's; a PLACED offset was stored by the writer for that moment, and is believed.
    """

    DATE = 0
    LOCAL = 1
    INSTANT = 2
    PLACED = 3


EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


def schema() -> pa.Schema:
    """Columns of observations on their way from a source to a vault.

    `record` numbers the native record (within its part) a row came from; `native` is the format's own id where it has
    one; `value` is in the signal's unit; `text` carries states and words; `unit` is null except under `other.*`.
    """
    import pyarrow as pa

    words, stamp = pa.dictionary(pa.int32(), pa.string()), pa.timestamp("us")
    return pa.schema(
        [
            pa.field("record", pa.uint32(), nullable=False),
            pa.field("signal", words, nullable=False),
            pa.field("source", words, nullable=False),
            pa.field("native", pa.string()),
            pa.field("start", stamp, nullable=False),
            pa.field("stop", stamp),
            pa.field("basis", pa.int8(), nullable=False),
            pa.field("offset", pa.int16()),
            pa.field("value", pa.float64()),
            pa.field("text", pa.string()),
            pa.field("unit", words),
        ]
    )
