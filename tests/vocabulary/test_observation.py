"""The columns every source sends and every vault keeps."""

from __future__ import annotations

import pyarrow as pa

from selftwin.vocabulary.observation import Basis, schema


def test_a_row_says_what_whence_when_and_how_its_time_was_written() -> None:
    words = pa.dictionary(pa.int32(), pa.string())
    types = {field.name: field.type for field in schema()}
    assert types == {
        "record": pa.uint32(), "signal": words, "source": words, "native": pa.string(), "start": pa.timestamp("us"),
        "stop": pa.timestamp("us"), "basis": pa.int8(), "offset": pa.int16(), "value": pa.float64(),
        "text": pa.string(), "unit": words,
    }  # fmt: skip
    assert [field.name for field in schema() if not field.nullable] == ["record", "signal", "source", "start", "basis"]


def test_bases_are_kept_by_number_and_floating_ones_come_first() -> None:
    assert {basis.name: int(basis) for basis in Basis} == {"DATE": 0, "LOCAL": 1, "INSTANT": 2, "PLACED": 3}
