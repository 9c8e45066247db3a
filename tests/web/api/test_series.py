"""The numbers behind a chart over HTTP: whole where they are few, thinned where they are many, refused to strangers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from selftwin.vocabulary.errors import UsageError
from selftwin.web.api.series import ARROW, _moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    from tests.web.conftest import Served


@pytest.fixture
def ask(server: Served) -> Iterator[Callable[..., httpx.Response]]:
    with server.client() as client:

        def asked(signal: str, accept: str = "application/json", **query: Any) -> httpx.Response:
            named = {{"since": "from", "until": "to"}.get(name, name): value for name, value in query.items()}
            return client.get(f"/api/v1/series/{signal}", params=named, headers={"accept": accept})

        yield asked


def test_the_days_of_a_signal_are_told_whole_with_how_they_are_read(ask: Callable[..., httpx.Response]) -> None:
    told = ask("heart_rate.resting", by="day").json()
    assert (told["signal"], told["unit"], told["thinned"]) == ("heart_rate.resting", "/min", False)
    columns = told["columns"]
    assert len(columns["at"]) == len(columns["value"]) >= told["rows"] > 60
    assert all(at % 86_400 == 0 for at, value in zip(columns["at"], columns["value"], strict=True) if value is not None)
    assert told["shown"] == {"scale": 1.0, "offset": 0.0, "words": "a minute"}


def test_many_observations_are_thinned_and_keep_their_extremes(ask: Callable[..., httpx.Response]) -> None:
    whole = ask("heart_rate", points=10_000)
    few = ask("heart_rate", points=50)
    told = few.json()
    assert told["thinned"]
    assert told["rows"] > 5_000
    assert len(told["columns"]["at"]) == 50
    lows = [one for one in told["columns"]["low"] if one is not None]
    highs = [one for one in told["columns"]["high"] if one is not None]
    again = whole.json()["columns"]
    key = ("low", "high") if "low" in again else ("value", "value")
    assert min(lows) == min(one for one in again[key[0]] if one is not None)
    assert max(highs) == max(one for one in again[key[1]] if one is not None)


def test_a_span_holds_what_lies_in_it_its_last_day_included(ask: Callable[..., httpx.Response]) -> None:
    every = ask("heart_rate.resting", by="day").json()
    first, last = every["first"][:10], every["last"][:10]
    one = ask("heart_rate.resting", by="day", since=last, until=last).json()
    assert one["rows"] == 1
    assert ask("heart_rate.resting", by="day", until=first).json()["rows"] == 1
    hour = ask("heart_rate", since=f"{last}T08:00", until=f"{last}T09:00").json()
    assert all(8 <= at % 86_400 / 3_600 <= 9 for at in hour["columns"]["at"])


def test_arrow_tells_the_same_columns(ask: Callable[..., httpx.Response]) -> None:
    answer = ask("heart_rate.resting", accept=ARROW, by="day")
    assert answer.headers["content-type"] == ARROW
    frame = pl.read_ipc_stream(BytesIO(answer.content))
    assert frame.columns == ["at", "value"]
    assert frame["value"].to_list() == ask("heart_rate.resting", by="day").json()["columns"]["value"]


def test_what_has_no_number_is_told_in_words(ask: Callable[..., httpx.Response]) -> None:
    columns = ask("sleep.stage", points=20).json()["columns"]
    assert set(columns) == {"at", "lasts", "text"}
    assert set(columns["text"]) <= {"awake", "light", "deep", "rem", "asleep", "in_bed"}
    assert len(columns["text"]) == 20


def test_a_signal_without_data_is_empty_and_one_nobody_knows_is_said_so(ask: Callable[..., httpx.Response]) -> None:
    assert ask("lab.ferritin").json()["columns"] == {"at": [], "value": []}
    assert ask("nonsense").status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"since": "tomorrow"}, 400),
        ({"since": "2026-01-02", "until": "2026-01-01"}, 400),
        ({"since": "0001-01-01"}, 400),
        ({"points": 1}, 422),
        ({"by": "week"}, 422),
    ],
)
def test_a_span_that_is_off_is_refused_with_its_reason(
    ask: Callable[..., httpx.Response], query: dict[str, Any], code: int
) -> None:
    answer = ask("steps", **query)
    assert answer.status_code == code
    assert answer.json()["error"]["message"]


def test_a_stranger_gets_no_number(server: Served) -> None:
    with server.client(logged=False) as client:
        answer = client.get("/api/v1/series/steps")
    assert answer.status_code == 423
    assert "columns" not in answer.text


def test_a_time_with_an_offset_is_refused_rather_than_read_without_it() -> None:
    assert _moment("1970-01-01T00:00:01") == 1_000_000
    for said in ("2026-11-24T07:30+02:00", "2026-11-24T07:30Z"):
        with pytest.raises(UsageError, match="offset"):
            _moment(said)
