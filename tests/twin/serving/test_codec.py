"""What travels between processes comes out as it went in, and nothing that comes in runs as code."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from selftwin.consent.book import Book
from selftwin.consent.grant import Action, Grant, Granularity
from selftwin.discover import watches
from selftwin.twin.serving.codec import Unsendable, packed, unpacked
from selftwin.twin.worth import Worth
from selftwin.vocabulary.catalogue import nature, signals
from selftwin.vocabulary.scenario import scenario
from selftwin.vocabulary.zones import ZoneTimeline

NOW = datetime(2026, 3, 1, 12, 30, 0, 125, tzinfo=UTC)
VALUES = [
    None, True, 0, 2**70, -1.5, float("inf"), "Ä \ud800 \n", [], (), {}, [1, (2, {"a": {3}})], {(1, 2): frozenset({4})},
    date(2026, 2, 28), time(7, 5), timedelta(days=-1, microseconds=3), NOW, NOW.replace(tzinfo=None),
    datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Vienna")),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30))), ZoneInfo("Asia/Tokyo"),
    Path("some/where"), b"\x00\xff", Decimal("1.10"), Action.LEARN, Granularity.RAW,
    nature("weight"), scenario("energy.intake -500 kcal/d for 90 d"), Worth((), ("genetic",)),
    ZoneTimeline("Europe/Vienna").with_journey(NOW, NOW + timedelta(days=3), "Asia/Tokyo"),
]  # fmt: skip


def there_and_back(value: object, **how: Any) -> Any:
    return unpacked(*packed(value, **how))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_out_as_it_went_in(value: object) -> None:
    back = there_and_back(value)
    assert back == value
    assert type(back) is type(value) or isinstance(value, PurePosixPath)
    if isinstance(value, datetime):
        assert (back.fold, back.utcoffset()) == (value.fold, value.utcoffset())
        assert type(back.tzinfo) is type(value.tzinfo)


def test_every_signal_of_the_catalogue_travels() -> None:
    assert there_and_back(signals()) == signals()


def test_what_discover_finds_in_files_stays_the_one_object_it_is() -> None:
    for one in watches():
        assert there_and_back(one) is one


def test_frames_and_arrays_keep_their_types() -> None:
    frame = pl.DataFrame({"day": [date(2026, 1, 1), None], "at": [NOW, NOW], "value": [1.5, None], "text": ["a", None]})
    back = there_and_back([frame, frame["value"], frame.clear()])
    assert back[0].equals(frame)
    assert back[0].schema == frame.schema
    assert back[1].equals(frame["value"])
    assert back[2].schema == frame.schema
    array = there_and_back(np.array([[1, 2], [3, 4]], np.int16))
    assert (array.dtype, array.tolist(), array.flags.writeable) == (np.int16, [[1, 2], [3, 4]], True)
    number = there_and_back(np.float32(1.5))
    assert (type(number), number) == (np.float32, np.float32(1.5))
    assert type(there_and_back(np.float64(1.5))) is float
    assert there_and_back(frame.to_arrow()).num_rows == 2


def test_a_book_of_consent_answers_as_before() -> None:
    grant = Grant("owner-1", "owner", frozenset({"genetic"}), frozenset({"special"}), frozenset({Action.READ}),
                  frozenset({"x"}), Granularity.RAW, NOW, basis="own")  # fmt: skip
    book = there_and_back(Book([grant]))
    assert book.grants == (grant,)
    assert book.chains("owner") == Book([grant]).chains("owner")


def test_an_iterator_travels_as_what_it_gives() -> None:
    assert there_and_back(iter([1, 2])) == [1, 2]


class Stranger:
    """Of no house."""


@pytest.mark.parametrize(
    "value", [Stranger(), print, np.array([Stranger()]), open, lambda: 1, type, Stranger, pl.col("a"), 1j]
)  # fmt: skip
def test_what_may_not_travel_is_refused_where_it_stands(value: object) -> None:
    with pytest.raises(Unsendable):
        packed(value)


def test_a_circle_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(Unsendable, match="circle"):
        packed(circle)


HOSTILE: list[Any] = [
    {"a": 1},
    ["thing", "os:system", []],
    ["thing", "subprocess:Popen", [["args", "true"]]],
    ["thing", "selftwin.vault.files:Files", []],
    ["thing", "selftwin.vault.files:Path", []],
    ["thing", "selftwin.vocabulary.zones:Stay", [["since", None]]],
    ["thing", "selftwin.vocabulary.zones:Stay", [["since", None], ["zone", "x"], ["more", 1]]],
    ["thing", "selftwin.vocabulary.zones:Stay", [["zone", "x"], ["__class__", 1]]],
    ["thing", "selftwin.vocabulary.zones:zone", []],
    ["thing", "selftwin.cli.app:os.environ", []],
    ["thing", "selftwin.nowhere:Thing", []],
    ["thing", "selftwin.sources.reader.__main__:X", []],
    ["thing", "selftwin_evil:X", []],
    ["enum", "selftwin.vocabulary.zones:Stay", "since"],
    ["enum", "selftwin.consent.grant:Action", "__class__"],
    ["named", "selftwin.vocabulary.zones:Stay", []],
    ["named", "builtins:tuple", [1]],
    ["single", "selftwin.vault.files", "Path"],
    ["single", "os", "WATCH"],
    ["array", "|O", [1], 0],
    ["array", "<f8", [99], 0],
    ["frame", 0],
    ["frame", 5],
    ["bytes", -1],
    ["moment", "never", 0, None],
    ["zone", "../../etc/passwd"],
    ["live", "selftwin.twin.twin:Twin", 0],
    ["nothing"],
    [],
    [["list", []]],
    ["list"],
    ["list", 3],
    ["dict", [[["list", []], 1]]],
]


@pytest.mark.parametrize("said", HOSTILE, ids=str)
def test_what_a_stranger_sends_is_refused_and_never_run(said: object) -> None:
    with pytest.raises(Unsendable):
        unpacked(json.dumps(said).encode(), [b"blob"])


def test_what_is_no_json_or_too_deep_is_refused() -> None:
    for text in (b"", b"{", b"\xff", b"[" * 100_000, json.dumps(deep(300)).encode()):
        with pytest.raises(Unsendable):
            unpacked(text, [])


def deep(levels: int) -> Any:
    return ["list", [deep(levels - 1)]] if levels else None


def test_a_dataclass_is_put_together_without_running_anything_of_it() -> None:
    said = ["thing", "selftwin.vocabulary.zones:ZoneTimeline", [["home", "Mars/Olympus"], ["stays", ["tuple", []]]]]
    assert unpacked(json.dumps(said).encode(), []).home == "Mars/Olympus"  # its own checks are the server's words'
