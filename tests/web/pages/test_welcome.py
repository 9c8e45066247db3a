"""The first page: a twin of one's own with a way back in, or somebody made up; every step of it without scripts too."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.web.conftest import WORDS, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.conftest import Served


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("welcome")
    with serving(home, home / "twin", "--idle", "0") as served:
        yield served


@pytest.fixture(scope="module")
def visitor(fresh: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fresh.root, timeout=60, headers={"origin": fresh.root}) as client:
        assert client.get("/welcome").status_code in {303, 403}, "nobody makes a twin without the key"
        assert client.get(fresh.enter).status_code == 303
        yield client


def post(client: httpx.Client, action: str, at: str = "welcome?step=own", **form: str) -> httpx.Response:
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get(f"/{at}").text)
    assert csrf, f"no form at {at}"
    return client.post(f"/welcome/{action}", data=form | {"csrf": csrf[1]})


def text(answer: httpx.Response) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def test_the_first_page_says_what_this_is_and_offers_three_ways(visitor: httpx.Client) -> None:
    page = visitor.get("/welcome")
    assert "kept by you." in text(page)
    for step in ("own", "sample", "backup"):
        assert f"welcome?step={step}" in page.text
        assert visitor.get(f"/welcome?step={step}").status_code == 200
    assert "never bring your files into it" in text(visitor.get("/welcome?step=sample"))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"passphrase": "", "again": ""}, "A passphrase is needed"),
        ({"passphrase": "kitten", "again": "kitten"}, "guessed quickly"),
        ({"passphrase": WORDS, "again": WORDS + "x"}, "not the same"),
        ({"passphrase": WORDS, "again": WORDS, "zone": "Nowhere/Land"}, "Nowhere/Land"),
    ],
)
def test_a_passphrase_that_will_not_do_makes_no_twin(
    fresh: Served, visitor: httpx.Client, form: dict[str, str], said: str
) -> None:
    answer = post(visitor, "create", **form)
    assert answer.status_code == 400
    assert said in text(answer)
    assert WORDS not in answer.text
    assert not (fresh.home / "twin").exists()


def test_how_much_life_was_chosen_is_not_lost_with_a_weak_passphrase(visitor: httpx.Client) -> None:
    answer = post(visitor, "sample", "welcome?step=sample", passphrase="kitten", again="kitten", days="90")
    assert answer.status_code == 400
    assert re.findall(r'value="(\d+)" checked', answer.text) == ["90"]


def test_a_twin_is_made_with_a_way_back_in_that_is_said_once(fresh: Served, visitor: httpx.Client) -> None:
    answer = post(visitor, "create", passphrase=WORDS, again=WORDS, zone="Europe/Vienna")
    assert answer.headers["location"].endswith("welcome?step=capsule")
    at = "welcome?step=capsule"
    made = post(visitor, "capsule", at)
    groups = re.findall(r"<span>([0-9A-Z]{4})</span>", made.text)
    assert len(groups) == 7
    asked = re.search(r"what is part (\d) of 7", text(made))
    file = re.search(r'href="\.\./(api/v1/jobs/\d+/file)"', made.text)
    assert asked
    assert file
    content = visitor.get(f"/{file[1]}").content
    assert groups[0] not in visitor.get(f"/{at}").text, "said once"
    assert post(visitor, "confirm", at, part="0000").status_code == 400
    assert post(visitor, "confirm", at, part=groups[int(asked[1]) - 1].lower()).status_code == 303
    assert visitor.get(f"/{file[1]}").status_code == 404, "given, and forgotten"
    assert b'"capsule"' in content
    assert groups[0].encode() not in content
    assert (fresh.home / "twin").is_dir()


def test_going_on_without_a_capsule_is_said_on_purpose(visitor: httpx.Client) -> None:
    at = "welcome?step=capsule"
    assert post(visitor, "skip", at).status_code == 400
    assert post(visitor, "skip", at, sure="yes").headers["location"].endswith("step=data")


def test_where_a_twin_is_none_is_made_in_its_place(fresh: Served, visitor: httpx.Client) -> None:
    answer = post(visitor, "create", "welcome?step=capsule", passphrase=WORDS, again=WORDS)
    assert answer.status_code == 400
    assert "There is a twin here already" in text(answer)


@pytest.mark.deep
def test_somebody_made_up_is_looked_around_in(tmp_path: Path) -> None:
    with (
        serving(tmp_path, tmp_path / "twin", "--idle", "0") as served,
        httpx.Client(base_url=served.root, timeout=60, headers={"origin": served.root}) as client,
    ):
        client.get(served.enter)
        answer = post(client, "sample", "welcome?step=sample", passphrase=WORDS, again=WORDS, days="90")
        assert answer.headers["location"].endswith("welcome?step=making")
        with client.stream("GET", "/api/v1/jobs/1/events", timeout=300) as stream:
            told = "".join(stream.iter_text())
        assert "event: done" in told
        assert "Done. Everything you see is made up." in text(client.get("/welcome?step=making"))
        assert client.get("/api/v1/imports").json()["imports"]
