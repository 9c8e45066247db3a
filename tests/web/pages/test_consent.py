"""Consent: from the page a doctor is granted something, reads it over the API and no more, and is shut out at once."""

from __future__ import annotations

import html
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from selftwin.consent.grant import Action, Grant, Granularity
from selftwin.consent.terms import Terms
from selftwin.web.page import Form
from selftwin.web.pages._consent_asks import reach, wish_for
from selftwin.web.pages._consent_grants import spoken
from selftwin.web.pages._consent_terms import wish

from ..conftest import serving  # noqa: TID252 - the folder is no package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from ..conftest import Lived, Served  # noqa: TID252 - the folder is no package

WORDS = "four words in a row"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def mine(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a twin that this file changes."""
    copy = lived.copy(tmp_path_factory.mktemp("consent") / "home")
    with serving(copy.home, copy.twin, "--idle", "0", passphrase=WORDS) as served:
        yield served


@pytest.fixture
def client(mine: Served) -> Iterator[httpx.Client]:
    with mine.client() as client:
        client.headers["origin"] = mine.root
        client.headers["x-csrf"] = mine.csrf(client)
        yield client


def seen(client: httpx.Client, path: str) -> str:
    """A page once nothing of it is being prepared."""
    for _ in range(60):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text[-500:]
        if 'class="preparing"' not in answer.text:
            return html.unescape(answer.text)
        time.sleep(0.3)
    raise AssertionError(f"{path} was never ready")


def test_a_doctor_sees_exactly_what_was_granted_until_it_is_withdrawn(mine: Served, client: httpx.Client) -> None:
    terms = {"template": "doctor", "party": "+", "name": "Your doctor", "kind": "person", "signal": "weight",
             "by": "daily", "last": "30d"}  # fmt: skip
    shown = client.post("/consent/grant", data=terms)
    assert shown.status_code == 200
    assert "Your doctor may see one value a day of body weight from" in shown.text
    assert "Hatched: kept from them" in shown.text
    assert "Nobody but you may see anything." in shown.text, "it held before it was sure"
    given = client.post("/consent/grant", data=terms | {"sure": "yes"})
    assert given.status_code == 303
    page = seen(client, "/consent")
    assert "<b>Your doctor</b> may see <b>one value a day of</b> body weight" in page
    assert "Never read." in page

    issued = client.post("/consent/token", data={"party": "your-doctor", "label": "practice"})
    token = re.search(r"<code>(token-1\.[^<]+)</code>", issued.text)
    assert token
    assert token[1] not in client.get("/consent/people").text, "its words are shown again"

    with httpx.Client(base_url=mine.root, headers={"authorization": f"Bearer {token[1]}"}, timeout=60) as doctor:
        listed = doctor.get("/api/v1/signals").json()["signals"]
        assert [(one["signal"], one["by"]) for one in listed] == [("weight", "daily")]
        days = doctor.get("/api/v1/signals/weight").json()
        assert 0 < days["rows"] <= 30
        assert doctor.get("/api/v1/signals/weight", params={"by": "raw"}).status_code == 403
        assert doctor.get("/api/v1/signals/steps").status_code == 403
        assert [one["id"] for one in doctor.get("/api/v1/grants").json()["grants"]] == ["your-doctor-1"]
        for path in ("parties", "audit", "tokens", "erasures", "backups", "preview/your-doctor", "jobs"):
            assert doctor.get(f"/api/v1/{path}").status_code in {403, 423}, path
        assert client.post("/consent/revoke", data={"grant": "your-doctor-1"}).status_code == 303
        assert doctor.get("/api/v1/signals/weight").status_code == 403
        assert doctor.get("/api/v1/signals").json()["signals"] == []

    record = seen(client, "/record?who=your-doctor")
    assert "was withdrawn" in record
    assert "✕" in record
    assert "Body weight, by the day" in record
    closed = seen(client, "/consent")
    assert "withdrawn" in closed.partition("Closed")[2]


def test_the_terms_of_a_broad_grant_stay_within_the_page(page: Page) -> None:
    page.goto("/consent?grant=new")
    form = page.locator("form.grant-form").first
    form.get_by_label("On whose terms").select_option(label="A doctor who treats you")
    form.get_by_label("Their name").fill("My doctor")
    form.get_by_role("button", name="Show me what that means").click()
    page.locator(".sheet .ledger").first.wait_for()
    for wide in (1440, 390):
        page.set_viewport_size({"width": wide, "height": 1000})
        assert page.locator("html").evaluate("root => root.scrollWidth") <= wide


def test_what_is_asked_is_allowed_refused_or_made_less(client: httpx.Client) -> None:
    assert client.post("/consent/introduce", data={"name": "Sleep study", "id": "study"}).status_code == 303
    terms = {"signals": ["sleep.duration"], "purposes": ["research"], "by": "raw", "lasts": "365d", "passable": True}
    for why in ("To learn how you sleep.", "<b>Once more</b>"):
        asked = client.post("/api/v1/requests", json={"party": "study", "terms": terms, "why": why})
        assert asked.status_code == 200, asked.text
    seen(client, "/consent")
    page = client.get("/consent").text
    assert "2 asks" in page
    assert "&lt;b&gt;Once more" in page
    assert page.index("Refuse") < page.index("Allow what they ask") < page.index("Allow what I would offer")
    first, second = sorted(int(number) for number in set(re.findall(r'name="number" value="(\d+)"', page)))
    assert client.post("/consent/refuse", data={"number": first}).status_code == 303
    assert client.post("/consent/allow", data={"number": second, "as": "offer"}).status_code == 303
    grant = client.get("/api/v1/grants", params={"party": "study"}).json()["grants"][-1]
    assert (grant["granularity"], grant["passable"], grant["state"]) == ("daily", False, "open")
    assert datetime.fromisoformat(grant["until"]) < datetime.now(UTC) + timedelta(days=91)
    assert client.post("/consent/allow", data={"number": first}).status_code == 400


def test_models_forget_what_is_switched_off_and_learn_again(client: httpx.Client) -> None:
    off = {"category": "behavioural", "to": "off", "grant": "models-behavioural"}
    assert client.post("/consent/switch", data=off).status_code == 303
    page = client.get("/consent/learning").text
    assert "I do not read it." in page
    assert client.post("/consent/switch", data={"category": "behavioural", "to": "on"}).status_code == 303
    assert "I do not read it." not in client.get("/consent/learning").text


def test_limits_hold_above_grants_and_are_explained(client: httpx.Client) -> None:
    assert client.post("/consent/introduce", data={"name": "The shop", "id": "shop"}).status_code == 303
    assert client.post("/consent/bar", data={"signal": "weight", "why": "mine"}).status_code == 303
    page = client.get("/consent/limits?party=shop&what=weight").text
    assert "Nobody but you may read weight." in page
    assert "You have barred this (bar-1: mine)" in html.unescape(page)
    assert client.post("/consent/lift", data={"bar": "bar-1"}).status_code == 303
    assert "never granted anything" in client.get("/consent/limits?party=shop&what=weight").text
    wrong = client.get("/consent/limits?party=shop&what=nothing-known")
    assert wrong.status_code == 200
    assert "✕" in wrong.text


def test_what_is_wrong_with_a_grant_is_said_and_what_was_typed_stands(client: httpx.Client) -> None:
    answer = client.post("/consent/grant", data={"party": "+", "name": "", "template": "doctor"})
    assert answer.status_code == 400
    assert "Somebody new needs a name." in answer.text
    wider = {"party": "+", "name": "<i>Shop</i>", "template": "shop", "by": "raw"}
    answer = client.post("/consent/grant", data=wider)
    assert answer.status_code == 400
    assert "nothing finer than insight" in answer.text
    assert "&lt;i&gt;Shop" in answer.text


def test_a_form_is_read_into_a_wish() -> None:
    said = wish(Form([("purpose", "care"), ("signal", "weight, steps"), ("lasts", "2w"), ("kept", "yes")]))
    assert said.signals == ("weight", "steps")
    assert said.lasts == timedelta(days=14)
    assert said.kept


def test_less_is_offered_than_is_asked() -> None:
    asked = Terms(frozenset({"dpv:Marketing"}), frozenset({"behavioural"}), frozenset({"ordinary", "mood"}),
                  granularity=Granularity.RAW, until=None, passable=True)  # fmt: skip
    less = wish_for(asked)
    assert (less.sensitivities, less.by, less.kept) == (("ordinary",), "daily", True)
    assert less.lasts == timedelta(days=90)
    assert reach(asked) == "ordinary and mood data about what you do"


def test_the_sentence_of_a_grant_is_escaped_and_set_in_bold() -> None:
    grant = Grant("x-1", "x", frozenset(), frozenset(), frozenset({Action.READ}), frozenset({"dpv:Marketing"}),
                  Granularity.DAILY, NOW, None, signals=frozenset({"weight"}))  # fmt: skip
    said = str(spoken(grant, "<script>"))
    assert "<b>&lt;script&gt;</b> may see <b>one value a day of</b>" in said
