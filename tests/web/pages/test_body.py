"""Body: what was read off it, with its width; chances and goals; and what is told for one look is kept nowhere."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl
import pytest

from selftwin import discover
from selftwin.twin import Twin
from selftwin.vocabulary.estimate import Step
from selftwin.web.pages._body_glucose import Spell, _now, _share, _worst
from selftwin.web.pages._body_goals import _begun
from selftwin.web.pages._body_nights import Slept
from selftwin.web.pages._body_risk import _given, _steps
from selftwin.web.pages.body import ENDS, groups
from selftwin.wording.measures import measure

from ..conftest import WORDS, ZONE, serving  # noqa: TID252 - the folder is no package
from ..vaults import at_home  # noqa: TID252 - the folder is no package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from selftwin.vocabulary.finding import Chapter
    from selftwin.web.page import Visit

    from ..conftest import Served  # noqa: TID252 - the folder is no package


def test_a_forecast_without_a_figure_and_a_number_that_is_none_break_nothing() -> None:
    step = Step("2026-11-24T08:00:00+00:00", None)
    ahead = SimpleNamespace(steps=(step,), made_at="2026-11-24T07:30:00+00:00")
    rows = pl.DataFrame({"at": [datetime(2026, 11, 24, 7, 25, tzinfo=UTC)], "value": [101.0]})
    twin, zones = SimpleNamespace(series=lambda *_, **__: rows), SimpleNamespace(at=lambda _: "UTC")
    query = {"for": "²", "do": "walk"}
    visit = SimpleNamespace(lang="en", twin=twin, zones=zones, try_ask=lambda *_, **__: ahead, query=query)
    assert _now(cast("Visit", visit), measure("glucose", "mg/dL"), None) is None
    assert _begun(cast("Visit", visit))["target"] == ""


def ready(client: httpx.Client, path: str) -> str:
    """The page once nothing of it is being prepared."""
    for _ in range(120):
        text = client.get(path).text
        if 'class="preparing' not in text and 'data-island="refresh"' not in text:
            return text
        time.sleep(0.4)
    raise AssertionError(f"{path} was never ready")


@pytest.fixture
def client(own_server: Served) -> Iterator[httpx.Client]:
    with own_server.client() as client:
        client.headers["origin"] = own_server.root
        yield client


def test_every_chapter_that_is_found_has_its_part() -> None:
    found: list[Chapter] = discover.chapters()
    every = {one.name for one in found}
    assert {name for some in groups().values() for name in some} == every
    assert not set(groups()) & set(ENDS)


def test_the_hour_that_most_days_leave_the_range_in_is_found() -> None:
    minutes = np.arange(0, 1440, 5.0)
    high = np.where((minutes >= 780) & (minutes < 840), 200.0, 110.0)
    days = [Spell(date(2026, 3, day), minutes, high) for day in range(1, 5)]
    assert _worst(days) == (13, 4, "above")
    assert _worst([Spell(date(2026, 3, 1), minutes, np.full(len(minutes), 110.0))]) is None


def test_a_share_that_is_little_is_not_told_as_none() -> None:
    assert [_share(one) for one in (0.0, 0.2, 0.5, 8.4)] == ["0", "under 1", "0", "8"]


def test_a_single_day_of_glucose_is_told_without_a_usual_day(tmp_path: Path) -> None:
    table, home = tmp_path / "day.csv", tmp_path / "home"
    rows = [f"2026-03-12 {minute // 60:02d}:{minute % 60:02d}:00,glucose,{100 + minute % 50},mg/dL"
            for minute in range(0, 1020, 15)]  # fmt: skip
    table.write_text("\n".join(["time,signal,value,unit", *rows]))
    home.mkdir()
    with at_home(home), Twin.create(home / "twin", WORDS, home_zone=ZONE) as twin:
        twin.import_paths([table])
    with serving(home, home / "twin", "--idle", "0", passphrase=WORDS) as served, served.client() as client:
        text = ready(client, "/body/glucose")
        assert "In numbers" in text
        assert "Glucose, 1 day so far" in text
        assert "chart-agp" not in text
        for path in ("today", "timeline", "signals", "signals/glucose", "what-if", "watch", "import", "find"):
            assert client.get(f"/{path}").status_code == 200, path
        assert "from Table" in client.get("/signals/glucose").text


def test_a_night_adds_up_its_stages() -> None:
    at = [datetime(2026, 3, 1, hour) for hour in (0, 2, 3, 4)]
    night = Slept(date(2026, 3, 1), ((at[0], at[1], "light"), (at[1], at[2], "deep"), (at[2], at[3], "awake")))
    assert night.minutes("light", "deep") == 180


def test_what_a_form_tells_is_written_in_the_grammar() -> None:
    assert _given("lab.hdl", "45") == "lab.hdl 45 mg/dL"
    assert _given("lab.hdl", "1.2 mmol/L") == "lab.hdl 1.2 mmol/L"
    assert _given("sex", "female") == "sex female"
    moved = {"c.weight": "-5", "c.lab.hdl": "-1e-16", "steps": "smoking never"}
    assert _steps(moved) == ("weight -5 kg", "smoking never")


def test_a_chapter_stands_with_its_figures_ranges_and_papers(server: Served) -> None:
    with server.client() as client:
        text = ready(client, "/body/sleep")
        assert "The last nights" in text
        assert "9 times in 10" in text
        assert "social jet lag" in text
        assert "Blood pressure" in ready(client, "/body/heart")
        assert client.get("/body/nowhere").status_code != 200


def test_a_usual_day_of_glucose_is_drawn_or_what_is_missing_is_said(server: Served) -> None:
    with server.client() as client:
        text = ready(client, "/body/glucose")
    assert "What this is not" in text
    assert "in range" in text or "glucose" in text.lower()


def test_chances_follow_from_what_is_told_for_one_look(server: Served) -> None:
    with server.client() as client:
        assert "Equations that cannot say yet" in ready(client, "/body/risk")
        told = {"g.sex": "female", "g.lab.creatinine": "0.9", "csrf": server.csrf(client), "equation": "ckd_epi"}
        text = client.post("/body/risk", data=told, headers={"origin": server.root}).text
        assert "idney filtration" in text
        assert "told here" in text
        assert "Not known yet: sex" in ready(client, "/body/risk")


def test_a_goal_is_set_seen_and_dropped(client: httpx.Client, own_server: Served) -> None:
    csrf = own_server.csrf(client)
    wrong = client.post("/body/goal", data={"csrf": csrf, "target": "weight 40 kg", "plan": ""})
    assert wrong.status_code == 400
    assert "A goal needs a target and a day" in wrong.text
    assert 'value="weight 40 kg"' in wrong.text
    form = {"csrf": csrf, "target": "heart_rate.resting 54 by 2026-07-01", "plan": "training.load +10 %",
            "name": "calm"}  # fmt: skip
    assert client.post("/body/goal", data=form).status_code == 303
    text = ready(client, "/body/goals")
    assert "calm" in text
    assert "With the plan" in text
    assert client.post("/body/drop-goal", data={"csrf": csrf, "name": "calm"}).status_code == 303
    assert "You have set no goals." in ready(client, "/body/goals")
