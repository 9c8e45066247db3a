"""Watch & why: everything that can be done about watches and trials is done on the page, and kept in the twin."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.web.conftest import WORDS, Lived, Served, serving, surroundings

from selftwin.web.pages._watch_alerts import linked
from selftwin.web.pages._watch_effects import share

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


def shown(client: httpx.Client, path: str) -> str:
    """The page once it is prepared, in plain letters."""
    for _ in range(200):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text[:800]
        if 'class="preparing"' not in answer.text:
            return html.unescape(answer.text)
        time.sleep(0.3)
    raise AssertionError(f"{path} was never ready")


@pytest.fixture(scope="module")
def changing(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a twin that these tests may change, whose newest resting heart rate is of today."""
    mine = lived.copy(tmp_path_factory.mktemp("watched") / "home")
    noted = (
        "import sys\nfrom selftwin.twin import Twin\n"
        f"with Twin.open(sys.argv[1], {WORDS!r}) as twin:\n    twin.observe('heart_rate.resting', 99)\n"
    )
    subprocess.run([sys.executable, "-c", noted, str(mine.twin)], env=surroundings(mine.home), check=True, timeout=60)
    with serving(mine.home, mine.twin, "--idle", "0", passphrase=WORDS) as served:
        yield served


class Person:
    """Somebody who reads and sends the forms of the page."""

    def __init__(self, served: Served, client: httpx.Client) -> None:
        self.client, self.origin, self.token = client, served.root, served.csrf(client, "/watch")

    def do(self, action: str, **fields: str) -> str:
        """The page that follows a form, or that shows it again."""
        form = {"csrf": self.token} | fields
        answer = self.client.post(f"/watch/{action}", data=form, headers={"origin": self.origin})
        if answer.status_code == 303:
            return shown(self.client, f"/{answer.headers['location'].removeprefix('../')}")
        assert answer.status_code == 400, answer.text[:500]
        return html.unescape(answer.text)


@pytest.fixture
def person(changing: Served) -> Iterator[Person]:
    with changing.client() as client:
        yield Person(changing, client)


def test_a_watch_is_set_looks_is_answered_budgeted_and_dropped(person: Person) -> None:
    assert "You have set no watch" in shown(person.client, "/watch")
    text = person.do("add", kind="level", about="heart_rate.resting", condition="above 20 /min", name="fast")
    assert "fast is set." in text
    assert "A signal above or below a level you name" in text
    assert "no kind of watch" in person.do("add", kind="nonsense")
    assert "I am looking" in person.do("run")
    for _ in range(100):
        if 'id="alert-1"' in (text := shown(person.client, "/watch")):
            break
        time.sleep(0.2)
    assert "Was it right?" in text
    assert "1 new" in text
    assert "You said it was right." in person.do("answer", number="1", right="yes")
    assert "1 new" not in shown(person.client, "/watch")
    person.do("add", kind="illness", budget="2")
    assert "You bear 0.5 false alarms a month" in person.do("budget", name="illness", **{"budget.illness": "0.5"})
    assert "What it told stays in the history" in person.do("drop", name="fast")
    assert 'id="alert-1"' in shown(person.client, "/watch")


def test_quiet_hours_and_addresses_are_set_and_secrets_never_shown(person: Person) -> None:
    assert "quiet from 22:00 to 07:00" in person.do("quiet", hours="22-7")
    text = person.do("deliver", address="json://127.0.0.1:9/very-secret", name="phone", say="name")
    assert "Messages go to phone" in text
    assert "very-secret" not in text
    assert "everything" in person.do("say", name="phone", say="everything")
    assert "what there is to tell waits" in person.do("switch", on="no")
    assert "phone is forgotten" in person.do("forget", name="phone")
    wrong = person.do("deliver", address="bogus://very-secret")
    assert "no service for bogus" in wrong
    assert "very-secret" not in wrong


def test_a_trial_is_planned_logged_read_and_stopped(person: Person) -> None:
    text = person.do("design", cause="caffeine 0 mg", outcome="sleep.duration", name="no-coffee")
    assert "Its days are drawn and sealed." in text
    assert "The seal of the draw" in text
    assert "none of this trial's" in person.do("log", name="no-coffee", kept="yes")
    assert "no-coffee" in shown(person.client, "/watch/experiments")
    assert "no-coffee is stopped" in person.do("stop", name="no-coffee")
    assert "What was recorded stays" in person.do("drop-trial", name="no-coffee")
    assert "not a time" in person.do("design", cause="caffeine 0 mg", outcome="sleep.duration", first="whenever")


def test_why_is_a_ledger_with_the_observations_behind_it(server: Served) -> None:
    with server.client() as client:
        text = shown(client, "/watch/why/heart_rate.resting")
        assert "Your usual level" in text
        assert "Left unexplained" in text
        assert "Together" in text
        assert "The observations behind it" in text
        assert client.get("/watch/why/nonsense").status_code == 404


def test_what_goes_with_what_stands_on_its_rung(server: Served) -> None:
    with server.client() as client:
        text = shown(client, "/watch/effects")
    assert "only a trial by chance tells" in text
    assert re.search(r"pairs of cause and outcome, at [\d,]+ delays", text)


def test_commands_in_what_is_proposed_become_links() -> None:
    assert linked("Did you drink? `selftwin note alcohol.drinks 2`.") == (
        ("Did you drink? ", ""), ("note it", "note"), (".", ""),
    )  # fmt: skip
    assert linked("Rest.") == (("Rest.", ""),)


@pytest.mark.parametrize(("part", "said"), [(0.034, "3.4 %"), (1e-9, "under 0.01 %"), (0.2, "20 %")])
def test_a_share_of_luck_is_said_in_few_digits(part: float, said: str) -> None:
    assert share(part) == said
