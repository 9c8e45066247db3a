"""ActivityWatch's export in the form docs/sources/activitywatch.md names."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.sources._presence import Presence
from selftwin.sources.activitywatch import SOURCE
from selftwin.vocabulary.observation import Basis

HOST = "desk.local"
ZERO = datetime(2024, 3, 1, 7)


def event(minute, seconds, **data):
    return {"id": minute, "timestamp": f"2024-03-01T07:{minute:02d}:00.250000+00:00", "duration": seconds, "data": data}


def bucket(kind, client, *events, host=HOST):
    told = {"id": f"{client}_{host}", "created": "2024-03-01T06:00:00.000000+00:00", "name": None, "type": kind}
    return told["id"], {**told, "client": client, "hostname": host, "data": {}, "events": list(events)}


def export(*buckets):
    return {"buckets": dict(buckets)}


def windows(*events, host=HOST):
    return bucket("currentwindow", "aw-watcher-window", *events, host=host)


def presence(*events):
    return bucket("afkstatus", "aw-watcher-afk", *events)


def specimen() -> dict[str, bytes]:
    """A window, somebody at it, and a page."""
    page = bucket("web.tab.current", "aw-watcher-web-firefox", event(1, 30.0, url="https://a.example/x"))
    window = windows(event(0, 60.0, app="Editor", title="secret"))
    there = presence(event(0, 60.0, status="not-afk"))
    return {"aw-buckets-export.json": json.dumps(export(window, there, page)).encode()}


@pytest.fixture
def read(reading):
    return lambda *buckets: reading(SOURCE, "aw-buckets-export.json", export(*buckets))


def said(rows):
    return rows.select("signal", "value", "text").rows()


def test_time_in_a_program_is_counted_without_the_title_of_its_window(read):
    rows, tally = read(windows(event(1, 90.5, app="Editor", title="secret")))
    assert said(rows) == [("app.use", pytest.approx(90.5 / 60), "Editor")]
    assert (rows["start"][0], rows["basis"][0]) == (datetime(2024, 3, 1, 7, 1, 0, 250_000), Basis.INSTANT)
    assert "secret" not in str(rows.rows())
    assert tally.kinds == {"window": 1}


def test_time_while_nobody_was_there_does_not_count(read):
    rows, tally = read(
        windows(event(0, 600.0, app="Editor"), event(20, 60.0, app="Film")),
        presence(event(4, 120.0, status="not-afk"), event(2, 180.0, status="not-afk"), event(6, 1200.0, status="afk")),
    )
    assert said(rows) == [
        ("app.use", 4.0, "Editor"),
        ("screen.time", 2.0, None),
        ("screen.time", 3.0, None),
    ]
    assert (tally.passed, tally.kinds) == (2, {"window": 2, "presence": 3})


def test_a_phone_without_a_watcher_of_presence_counts_all(read):
    rows, _ = read(windows(event(0, 60.0, app="Maps"), host="phone"), presence(event(30, 60.0, status="not-afk")))
    assert said(rows)[0] == ("app.use", 1.0, "Maps")


def test_pages_are_their_hosts_and_private_ones_are_passed_over(read):
    pages = (event(1, 30.0, url="https://a.example/secret"), event(2, 9.0, url="https://b.example/", incognito=True))
    rows, tally = read(bucket("web.tab.current", "aw-watcher-web-firefox", *pages))
    assert said(rows) == [("web.visit", None, "a.example")]
    assert ((rows["stop"] - rows["start"]).dt.total_seconds().to_list(), tally.passed) == ([30], 1)


def test_a_longer_heartbeat_of_the_same_event_bears_the_same_name(read):
    early, late = (read(windows(event(0, seconds, app="Editor")))[0]["native"][0] for seconds in (5.0, 60.0))
    assert early == late


def test_other_watchers_are_passed_over_and_damage_is_a_fault(read):
    rows, tally = read(
        bucket("app.editor.activity", "aw-watcher-vim", event(0, 5.0, file="a.py")),
        windows({**event(0, 5.0, app="Editor"), "timestamp": "then"}, event(1, "long", app="Editor")),
    )
    assert (rows.height, tally.passed, tally.faulty) == (0, 1, 2)


def test_json_of_other_buckets_is_not_claimed(member):
    assert not SOURCE.recognises(member("buckets.json", {"buckets": {"water": {"id": 1}}}))


moments = st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda one: (one[0], one[0] + one[1]))


@given(there=st.lists(moments, max_size=6), asked=moments)
def test_presence_fills_as_many_seconds_as_counting_them_one_by_one(there, asked):
    def stamps(pairs):
        return pl.DataFrame(pairs, schema={"start": pl.Int64, "stop": pl.Int64}, orient="row").select(
            (pl.col("start", "stop") * 1_000_000).cast(pl.Datetime("us"))
        )

    question = stamps([asked])
    counted = sum(any(begin <= second < end for begin, end in there) for second in range(*asked))
    assert Presence.of(stamps(there)).within(question["start"], question["stop"]).to_list() == [counted]
