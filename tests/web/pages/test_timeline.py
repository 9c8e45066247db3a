"""Timeline: lanes on one clock from ten years to a minute, and what the person writes on it."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin
from selftwin.vocabulary.errors import UsageError
from selftwin.web.charts.happened import Lapse
from selftwin.web.page import Form
from selftwin.web.pages._timeline_lanes import sleeps
from selftwin.web.pages._timeline_span import DAY, LENGTHS, MINUTE, Span, asked
from selftwin.web.pages._timeline_written import add, change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx
    from tests.web.conftest import Served

NOW = datetime(2026, 11, 24, 7, 31)


@pytest.mark.parametrize(("name", "length"), LENGTHS)
def test_every_length_ends_with_the_newest_moment(name: str, length: timedelta) -> None:
    span = asked({"span": name}, NOW)
    assert span.length == length
    assert span.first <= NOW < span.last


def test_a_stretch_is_moved_and_zoomed_around_its_middle_and_never_leaves_the_clock() -> None:
    span = Span(NOW, NOW + DAY)
    assert span.moved(0.5) == Span(NOW + DAY / 2, NOW + 1.5 * DAY)
    assert span.zoomed(2) == Span(NOW - DAY / 2, NOW + 1.5 * DAY)
    assert span.zoomed(1e-9).length == MINUTE
    widest = span.zoomed(1e6)
    assert widest.first.year == 1900
    assert widest.last.year == 2100


@pytest.mark.parametrize(
    "query", [{"from": "x", "to": "y"}, {"from": "2026-01-02", "to": "2026-01-01"}, {"span": "x"}, {"at": "0001-01-01"}]
)
def test_a_stretch_that_makes_no_sense_is_the_first_look(query: dict[str, str]) -> None:
    assert asked(query, NOW) == asked({}, NOW)


def test_stages_that_follow_each_other_are_one_sleep() -> None:
    def stage(hour: float, lasts: float) -> dict[str, datetime]:
        return {"local": NOW + timedelta(hours=hour), "end": NOW + timedelta(hours=hour + lasts)}

    found = sleeps([stage(0, 1), stage(1, 2), stage(3.5, 1), stage(8, 0.5)])
    eight = NOW + timedelta(hours=8)
    assert found == [Lapse(NOW, NOW + timedelta(hours=4.5)), Lapse(eight, eight + timedelta(minutes=30))]


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twin]:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("SELFTWIN_QUICK_KEYS", "1")
    with Twin.create(tmp_path / "twin", "four words in a row", home_zone="Europe/Vienna") as twin:
        yield twin


def test_a_note_that_was_changed_meanwhile_is_not_written_down_twice(twin: Twin) -> None:
    def said(words: str, batch: int = 0) -> Form:
        return Form([("kind", "note"), ("words", words), ("on", "2024-05-01"), ("batch", str(batch))])

    _, first = add(twin, said("one"))
    assert change(twin, said("two", first)) == "two"
    with pytest.raises(UsageError, match="meanwhile"):
        change(twin, said("three", first))
    assert twin.series("note")["text"].to_list() == ["two"]


def _ready(client: httpx.Client, path: str) -> str:
    for _ in range(120):
        answer = client.get(f"/{path}")
        assert answer.status_code == 200, answer.text[-500:]
        if 'class="preparing"' not in answer.text:
            break
        time.sleep(0.3)
    return answer.text


@pytest.fixture
def look(server: Served) -> Iterator[Callable[[str], str]]:
    with server.client() as client:
        yield lambda path: _ready(client, path)


@pytest.mark.parametrize("span", [name for name, _ in LENGTHS])
def test_every_length_is_drawn_with_its_table(look: Callable[[str], str], span: str) -> None:
    page = look(f"timeline?span={span}")
    assert len(re.findall('aria-current="true"', page)) == 1
    assert "chart-timeline" in page
    assert page.count("<figure") == 1
    assert ">Sleep</td>" in page or span in {"1h", "1min"}


def test_ways_through_time_are_plain_links_that_keep_the_lanes_chosen(look: Callable[[str], str]) -> None:
    page = look("timeline?span=1w&lane.weight=on")
    assert "Body weight" in page
    earlier = re.search(r'href="(timeline\?[^"]+)">Earlier', page)
    assert earlier
    assert "lane.weight=on" in earlier[1]
    assert "Body weight" in look(earlier[1].replace("&amp;", "&"))


def test_single_readings_are_drawn_within_an_hour_and_days_over_a_year(look: Callable[[str], str]) -> None:
    assert re.search(r"\d+ readings?</td>", look("timeline?span=1d&lane.heart_rate=on"))
    assert re.search(r"\d+ days</td>", look("timeline?span=1y&lane.heart_rate=on"))


def test_an_event_is_added_changed_taken_back_and_marked_from_a_signal(own_server: Served) -> None:
    with own_server.client() as client:
        page = _ready(client, "timeline")
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        today = re.search(r'name="on" type="date" value="([^"]+)"', page)
        assert csrf
        assert today

        def act(what: str, **fields: str) -> None:
            sent = {"csrf": csrf[1], **fields}
            answer = client.post(f"/timeline/{what}", data=sent, headers={"origin": own_server.root})
            assert answer.status_code == 303
            assert answer.headers["location"].endswith("timeline")

        def told() -> list[str]:
            found: list[str] = client.get("/api/v1/series/life_event").json()["columns"].get("text", [])
            return found

        act("add", kind="life_event", words="<i>moved house</i>", on=today[1], at="09:00")
        page = _ready(client, "timeline")
        assert "&lt;i&gt;moved house&lt;/i&gt;" in page
        batch = re.search(r'name="batch" value="(\d+)"', page)
        assert batch
        act("change", kind="life_event", words="moved in", on=today[1], at="10:00", batch=batch[1])
        assert told() == ["moved in"]
        batch = re.search(r'name="batch" value="(\d+)"', _ready(client, "timeline"))
        assert batch
        act("remove", batch=batch[1])
        assert told() == []
        marked = {"csrf": csrf[1], "signal": "weight", "words": "a <b>cold</b>", "on": today[1], "until": today[1]}
        answer = client.post("/signals/mark", data=marked, headers={"origin": own_server.root})
        assert answer.headers["location"].endswith("signals/weight")
        assert told() == ["a <b>cold</b>"]
        assert "a <b>cold" not in _ready(client, "timeline")
        act("remove", batch="1")
        assert "That is no note" in _ready(client, "timeline")
        act("add", kind="life_event", words="", on=today[1])
        act("add", kind="life_event", words="backwards", on=today[1], until="2001-01-01")
        assert told() == ["a <b>cold</b>"]
