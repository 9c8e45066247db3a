"""Noting by hand: kept as typed, in the person's own units, mended where it is off, and taken back as easily."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.web.pages import _note_kinds as kinds
from selftwin.web.pages._note_kinds import KINDS, Wrong, kind

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from tests.web.conftest import Served

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def said(**typed: str) -> Callable[[str], str]:
    return lambda name: typed.get(name, "").strip()


def made(name: str, **typed: str) -> list[tuple[str, float | str]]:
    return [(one.key, one.value) for one in kind(name).becomes(kind(name), said(**typed))]


def test_each_kind_becomes_its_observations() -> None:
    assert made("mood", mood="4", words="calm") == [("mood", 4.0), ("mood.label", "calm")]
    assert made("meal", energy="650", words="soup") == [("energy.intake", 650.0), ("meal.description", "soup")]
    assert made("medicine", words="ibuprofen 400 mg", took="skipped") == [("medicine.skipped", "ibuprofen 400 mg")]
    assert made("symptom", symptom="symptom.headache", severity="2") == [("symptom.headache", 2.0)]
    assert made("drink", drink="water", amount="250") == [("water", 250.0)]
    assert made("weight", weight="71,5") == [("weight", 71.5)]
    assert made("weight", weight="0,125") == [("weight", 0.125)]
    assert made("pressure", systolic="121", diastolic="79") == [
        ("blood_pressure.systolic", 121.0), ("blood_pressure.diastolic", 79.0),
    ]  # fmt: skip
    assert made("signal", signal="steps", value="1,204.0") == [("steps", 1204.0)]
    assert made("signal", signal="handedness", value="left") == [("handedness", "left")]


def test_a_night_that_began_before_midnight_began_the_day_before() -> None:
    (night,) = kind("sleep").becomes(kind("sleep"), said(day="2026-11-24", fell="23:10", woke="06:40"))
    assert (night.at, night.until) == (datetime(2026, 11, 23, 23, 10), datetime(2026, 11, 24, 6, 40))
    (nap,) = kind("sleep").becomes(kind("sleep"), said(day="2026-11-24", fell="00:10", woke="06:40"))
    assert nap.at == datetime(2026, 11, 24, 0, 10)


@pytest.mark.parametrize(
    ("name", "typed", "field", "why"),
    [
        ("mood", {}, "mood", "nothing"),
        ("weight", {"weight": "heavy"}, "weight", "no_number"),
        ("weight", {"weight": "nan"}, "weight", "no_number"),
        ("signal", {"signal": "steps", "value": "2,000"}, "value", "either"),
        ("sleep", {"day": "2999-01-01", "fell": "23:00", "woke": "07:00"}, "woke", "future"),
        ("weight", {"weight": ""}, "weight", "missing"),
        ("symptom", {"symptom": "steps"}, "symptom", "missing"),
        ("drink", {"drink": "glucose", "amount": "1"}, "drink", "missing"),
        ("sleep", {"fell": "late", "woke": "07:00"}, "fell", "no_time"),
        ("signal", {"signal": "stepz", "value": "1"}, "signal", "unknown"),
        ("signal", {"signal": "handedness", "value": "up"}, "value", "states"),
    ],
)
def test_what_is_off_is_said_at_its_field(name: str, typed: dict[str, str], field: str, why: str) -> None:
    with pytest.raises(Wrong) as off:
        kind(name).becomes(kind(name), said(**typed))
    assert (off.value.field, off.value.why) == (field, why)


def test_it_was_now_or_at_another_time_that_has_been() -> None:
    assert kinds.moment(said(when="now"), now=NOW) is None
    earlier = said(when="earlier", on="2026-11-23", time="07:30")
    assert kinds.moment(earlier, now=NOW) == datetime(2026, 11, 23, 7, 30)
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    with pytest.raises(Wrong, match="future"):
        kinds.moment(said(when="earlier", on=tomorrow), now=NOW)


def test_every_kind_has_its_words_and_knows_its_own_signals() -> None:
    from selftwin.web.rendering import texts

    t = texts("en")
    for one in KINDS:
        assert t(f"note.kinds.{one.name}")
        assert all(t(f"note.fields.{one.name}_{field.name}") for field in one.fields)
    assert [kinds.of(key) for key in ("mood", "symptom.headache", "water", "steps")] == [
        "mood", "symptom", "drink", "signal",
    ]  # fmt: skip


def post(server: Served, client: httpx.Client, action: str, **typed: str) -> httpx.Response:
    form = typed | {"csrf": server.csrf(client, "/note")}
    return client.post(f"/note/{action}", data=form, headers={"origin": server.root})


def test_what_is_noted_is_in_the_twin_and_goes_again(server: Served) -> None:
    with server.client() as client:
        off = post(server, client, "keep", kind="weight", weight="7000", when="now")
        assert off.status_code == 400
        assert 'value="7000"' in off.text
        assert "aria-invalid" in off.text
        evil = "<script>alert(1)</script>"
        answer = post(server, client, "keep", kind="event", words=evil, when="earlier", on="2026-02-14", time="10:00")
        assert answer.status_code == 303
        page = client.get(f"/{answer.headers['location'].removeprefix('../')}").text
        assert evil not in page
        assert "&lt;script&gt;" in page
        batches = re.search(r'name="batches" value="([\d-]+)"', page)
        assert batches
        assert client.get("/note").text.index("kind=event") < client.get("/note").text.index("kind=mood")
        assert post(server, client, "back", batches=batches[1]).status_code == 303
        assert client.get(f"/api/v1/imports/{batches[1]}").json()["state"] == "undone"
        assert post(server, client, "back", batches="1").status_code == 400
