"""Settings: units for the eye alone, where the clock stood, the keys; what is wrong is said, and then nothing kept."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin
from selftwin.vocabulary.zones import Stay, ZoneTimeline
from selftwin.web.page import Form
from selftwin.web.pages._settings_units import KINDS, chosen, settled
from selftwin.web.pages.settings import forget_journey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from ..conftest import Served  # noqa: TID252 - the folder is no package

GLUCOSE = next(kind for kind in KINDS if kind.name == "glucose")


def test_a_unit_is_chosen_for_all_that_is_measured_alike_and_forgotten_when_it_is_the_twins_own() -> None:
    units = settled({"sleep.duration": "h"}, {"weight": "[lb_av]", "glucose": "mmol/L"})
    assert units["weight"] == "[lb_av]"
    assert units["glucose"] == "mmol/L"
    assert units["sleep.duration"] == "h"
    back = settled(units, {"weight": "kg", "glucose": "mg/dL"})
    assert back == {"sleep.duration": "h"}
    assert settled(units, {"weight": "stone"}) == units
    assert chosen(GLUCOSE, units) == "mmol/L"
    assert chosen(GLUCOSE, {}) == "mg/dL"


def test_a_journey_that_never_ended_is_forgotten_whole() -> None:
    leap = datetime(2024, 2, 29, 12, tzinfo=UTC)
    timeline = ZoneTimeline("Europe/Vienna", (Stay(leap, "Asia/Tokyo"),))
    visit = SimpleNamespace(twin=SimpleNamespace(zones=timeline))
    done = forget_journey(visit, Form([("zone", "Asia/Tokyo"), ("since", "2024-02-29 21:00")]))  # type: ignore[arg-type]
    assert done.context is None
    assert {stay.zone for stay in visit.twin.zones.stays} == {"Europe/Vienna"}


@pytest.fixture
def client(own_server: Served) -> Iterator[httpx.Client]:
    with own_server.client() as client:
        client.headers["origin"] = own_server.root
        client.headers["x-csrf"] = own_server.csrf(client)
        yield client


def test_everything_is_settled_on_one_page(own_server: Served, client: httpx.Client) -> None:
    assert client.post("/settings/units", data={"glucose": "mmol/L", "weight": "kg"}).status_code == 303
    file = own_server.home / ".config" / "selftwin" / "config.toml"
    assert tomllib.loads(file.read_text())["units"] == {"glucose": "mmol/L"}
    assert 'value="mmol/L" selected' in client.get("/settings").text

    assert client.post("/settings/home", data={"zone": "Europe/Lisbon"}).status_code == 303
    assert 'value="Europe/Lisbon"' in client.get("/settings").text
    wrong = client.post("/settings/home", data={"zone": "Mars/Olympus"})
    assert wrong.status_code == 400
    assert "Mars/Olympus" in wrong.text

    journey = {"zone": "Asia/Tokyo", "since": "2026-02-01T08:00", "until": "2026-02-08T20:00"}
    assert client.post("/settings/journey", data=journey).status_code == 303
    assert "2026-02-01 08:00" in client.get("/settings").text
    backwards = client.post("/settings/journey", data=journey | {"until": "2026-01-01T00:00"})
    assert backwards.status_code == 400
    assert "after it begins" in backwards.text
    assert 'value="2026-01-01T00:00"' in backwards.text, "what was typed is lost"
    gone = {"zone": "Asia/Tokyo", "since": "2026-02-01 08:00"}
    assert client.post("/settings/forget-journey", data=gone).status_code == 303
    assert "2026-02-01 08:00" not in client.get("/settings").text
    assert client.post("/settings/forget-journey", data=gone).status_code == 400


def test_the_passphrase_and_the_capsule_really_open_the_twin(
    own_server: Served, client: httpx.Client, tmp_path: Path
) -> None:
    new = "five other words in line"
    right = "four words in a row"
    weak = "password123"
    for old, once, again in (("wrong", new, new), (right, new, "other"), (right, weak, weak)):
        data = {"old": old, "new": once, "again": again}
        assert client.post("/settings/passphrase", data=data).status_code in {400, 401}
    data = {"old": "four words in a row", "new": new, "again": new}
    with own_server.client() as other:
        assert other.get("/settings").status_code == 200
        assert client.post("/settings/passphrase", data=data).status_code == 303
        assert other.get("/settings").status_code == 303, "whoever came in by the old words is still there"
        client.headers["x-csrf"] = own_server.csrf(client)

    made = client.post("/settings/capsule", data={})
    assert made.status_code == 200
    code = made.text.split('<p class="code"><code>')[1].split("</code>")[0]
    fetched = client.get("/file/recovery.capsule")
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert client.get("/file/recovery.capsule").status_code == 404, "fetched twice"
    (tmp_path / "capsule").write_bytes(fetched.content)

    own_server.process.terminate()
    own_server.process.wait(20)
    place = own_server.home / "twin"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("HOME", str(own_server.home)), ("SELFTWIN_QUICK_KEYS", "1")):
            patch.setenv(name, value)
        with Twin.open(place, new) as twin:
            assert twin.days("steps", until=date(2030, 1, 1)).height > 10
        with Twin.recover(place, tmp_path / "capsule", code, None) as twin:
            assert twin.held()
