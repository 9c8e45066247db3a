"""Watches as commands: set, replayed, run, told to a receiver that is really there, answered, in words and as data."""

from __future__ import annotations

import io
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.twin.receiving import Fast, Receiver, web

from selftwin import discover
from selftwin.cli import alerts
from selftwin.cli.call import Call
from selftwin.cli.plot.alerts import picture
from selftwin.twin import Twin
from selftwin.twin.watching_hits import Hits
from selftwin.twin.watching_papers import Case, Contact, News, Telling, What
from selftwin.twin.watching_seen import Replay
from selftwin.vocabulary.alert import About, Alert, Looked, Setting, Urgency
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.finding import Line
from selftwin.wording import alerts as saying

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selftwin.vocabulary.model import Past

EVIDENCE = (
    Line("Resting heart rate", 61.0, 53.0, 59.0, "/min", "heart_rate.resting", "nine in ten of 60 nights before"),
    Line("Breathing in sleep", 16.2, 15.9, 16.5, "/min", "respiratory_rate.sleep", "more than usual"),
    Line("How odd", 3.5, None, None, ""),
)
SPANS = (("heart_rate.resting", "2026-01-12", "2026-03-12"),)


@dataclass
class Now(Fast):
    """A watcher that has had an alert since yesterday, whatever the day."""

    name: str = "now"
    title: str = "A thing of today"

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        day = past.now.astimezone(past.zone).date() - timedelta(days=1)
        past.days("heart_rate.resting")
        at = (past.now - timedelta(hours=1)).isoformat()
        one = Alert("now", "", str(day), at, "Your heart rests fast.", EVIDENCE, ("alcohol: not noted: ruled out",),
                    ("a hot night",), ("Rest.",), Urgency.TODAY, Trust.TRUSTED, 60, lineage=SPANS)  # fmt: skip
        return Looked((one,), 10, open=one.id)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Fast(), Now(), Fast(name="over", about=About.SIGNAL, budgeted=False)]
    monkeypatch.setattr(discover, "watches", lambda: found)


@pytest.fixture(scope="module")
def phone() -> Iterator[Receiver]:
    with web() as here:
        yield here


@pytest.fixture
def kept_open(twin: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The shell over a twin that stays open between commands, which saves the time of sealing it."""
    with Twin.open(twin.home / "twin", "four words in a row") as one:
        monkeypatch.setattr(Call, "open", lambda _: nullcontext(one))
        twin.one = one
        yield twin


def test_a_watch_is_set_heard_of_answered_and_dropped(kept_open: Any, phone: Receiver) -> None:
    twin = kept_open
    phone.clear()
    told = twin("watch")
    assert (told.code, told.out) == (0, "You have set no watch.\n")
    told = twin("watch", "add", "now", "--budget", "0.5")
    assert told.code == 0, told.err
    for words in ("now: a thing of today.", "You bear 0.5 false alarms a month.", "It has not looked yet", "It tells"):
        assert words in told.out
    assert "You hear of it here alone" in told.err
    assert twin("watch", "to", f"json://127.0.0.1:{phone.port}/secret", "--name", "phone").code == 0
    assert twin.one.watch.run(figure=saying.figure).failed == ()
    assert phone.texts[0].startswith("Selftwin: an alert\nThere is alert 1.")
    assert "61" not in phone.texts[0]
    told = twin("watch")
    for words in ("1  now, since ", "it holds, unanswered", "Your heart rests fast.", "Nobody has told me yet",
                  "  · Resting heart rate: 61 a minute; 53 to 59 in nine in ten of 60 nights before",
                  "  · Breathing in sleep: 16.2 a minute (15.9 to 16.5, 9 times in 10); more than usual",
                  "  · How odd: 3.5", "Ruled out: alcohol: not noted\n", "What to do: Rest.", "● trusted, 60 days",
                  "`selftwin watch answer 1 yes` or `no`", "trust that first"):  # fmt: skip
        assert words in told.out
    said = "Of 1 alert you answered 1: 1 was right (23 to 100 %, 9 times in 10). So few answers say little."
    assert twin("watch", "answer", "1", "yes").out == f"now: {said}\n"
    told = twin("watch", "history", "--json")
    (one,) = told.data["alerts"]
    assert (one["number"], one["right"], one["alert"]["cause"]) == (1, True, "Your heart rests fast.")
    assert told.data["right"]["now"]["answered"] == 1
    assert "secret" not in told.out
    assert "you said it was right" in twin("watch", "history").out
    assert "Ruled out: alcohol" in twin("watch", "history", "1").out
    assert twin("watch", "budget", "now", "2").out == "now: 2 false alarms a month, from today on.\n"
    assert twin("watch", "drop", "now").code == 0
    assert "1  now, since" in twin("watch", "history", "now").out


def test_a_replay_shows_every_alert_and_draws_them(kept_open: Any, tmp_path: Path) -> None:
    twin = kept_open
    told = twin("watch", "test", "over", "heart_rate.resting", "above 58", "--at", "2026-03-12", "--plot",
                tmp_path / "a.svg")  # fmt: skip
    assert told.code == 0, told.err
    for words in ("A fast heart (heart_rate.resting above 58): 1 alert in 60 days that it could watch.",
                  "That is 0.51 alerts a month, right and wrong together (0.026 to 2.4, 9 times in 10).",
                  "10 March 2026: Your heart rests fast.", "What the figures mean: It tells what it sees.",
                  "no medical device"):  # fmt: skip
        assert words in told.out
    assert b"<svg" in (tmp_path / "a.svg").read_bytes()[:600]
    told = twin("watch", "test", "fast", "--budget", "2", "--since", "2026-03-01", "--json")
    assert (told.data["setting"]["budget"], told.data["first"], told.data["alerts"]) == (2.0, "2026-03-01", [])
    assert twin("watch", "test", "fast", "--plot", tmp_path / "b.png").code == 4
    assert twin("watch", "test", "fast", "--plot", tmp_path / "b.gif").code == 2
    assert "no kind of watch called 'quick'" in twin("watch", "test", "quick").err
    told = twin("watch", "list")
    for words in ("You have set no watch.", "A fast heart", "a signal", "states facts", "1 unless you say"):
        assert words in told.out
    over = twin("watch", "list", "--json").data["kinds"][2]
    assert (over["kind"], over["about"], over["promise"]) == ("over", "signal", "It tells what it sees.")


def test_addresses_are_set_shown_without_secrets_tried_and_forgotten(
    kept_open: Any, phone: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = kept_open
    phone.clear()
    assert "Messages go nowhere" in twin("watch", "to").out
    monkeypatch.setattr("sys.stdin", io.StringIO(f"json://me:word@127.0.0.1:{phone.port}/secret\n"))
    told = twin("watch", "to", "--ask", "--try")
    assert told.code == 0, told.err
    assert "json://127.0.0.1/…" in told.out
    assert "json took a trial message." in told.out
    for secret in ("secret", "word"):
        assert secret not in told.out + told.err
    assert phone.texts == ["Selftwin: a trial\nThis is a trial of your twin's messages. Nothing is the matter."]
    phone.status = 403
    told = twin("watch", "to", "--try", "--json")
    assert (told.code, told.data["tried"][0]["trouble"]) == (1, "the receiver answered 403")
    assert twin("watch", "to", "--name", "json", "--say", "everything", "--json").data["addresses"] == [
        {"name": "json", "address": "json://127.0.0.1/…", "say": "everything"}]  # fmt: skip
    assert "Nothing is sent" in twin("watch", "to", "--off").out
    assert twin("watch", "to", "--on", "--json").data["sends"] is True
    assert "go nowhere" in twin("watch", "to", "--drop", "json").out
    for words, says in (
        (("bogus://secret",), "no service for bogus://"),
        (("--say", "little"), "Say which address"),
        (("--drop", "json://secret"), "no address of that name"),
        (("--try",), "There is no address yet"),
        ((f"json://127.0.0.1:{phone.port}/secret", "--say", "much"), "not how much"),
    ):
        told = twin("watch", "to", *words)
        assert told.code == 2
        assert says in told.err
        assert "secret" not in told.err


def test_quiet_hours_and_contacts_are_set_and_said_back(kept_open: Any) -> None:
    twin = kept_open
    assert twin("watch", "quiet").out == "no quiet hours.\n"
    assert twin("watch", "quiet", "22-7").out == "quiet from 22:00 to 07:00, but for what is urgent.\n"
    assert twin("watch", "quiet", "--strict").out == "quiet from 22:00 to 07:00, whatever it is.\n"
    told = twin("watch", "quiet", "--lenient", "--until", "2030-01-01T12:00")
    assert "Nothing is told before 1 Jan 2030, 12:00." in told.out
    assert twin("watch", "quiet", "off", "--json").data == {
        "watch": None, "quiet": {"hours": "off", "until": "", "strict": False}}  # fmt: skip
    assert twin("watch", "contact").out == "Nobody is called.\n"
    assert "Nobody called 'anna'" in twin("watch", "contact", "anna").err
    twin.one.consent.introduce("anna", "Anna")
    told = twin("watch", "contact", "anna", "--after", "6h", "--to", "json://localhost/secret")
    assert told.code == 0, told.err
    assert "anna is called where an alert stays unanswered for 6 hours, or is urgent, at json://localhost/" in told.out
    assert "They would not know who you are" in told.out
    told = twin("watch", "contact", "--json")
    assert told.data["contact"] == {"party": "anna", "hours": 6.0, "address": "json://localhost/…", "purpose": ""}
    assert twin("watch", "contact", "--drop").out == "Nobody is called.\n"


def test_looking_goes_on_until_it_is_stopped_and_ends_with_one_where_something_was_not_sent(
    twin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Twin.open(twin.home / "twin", "four words in a row") as one:
        one.watch.add("now")
        one.watch.delivery.deliver("json://127.0.0.1:9/")
    paused: list[float] = []

    def sleep(seconds: float) -> None:
        paused.append(seconds)
        if len(paused) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    told = twin("watch", "run", "--every", "10min", "--keep")
    assert (told.code, paused) == (130, [600.0] * 2)
    assert told.out.count("Your heart rests fast.") == 1
    assert told.out.count("Nothing new: 1 watch looked.") == 1
    assert twin("watch", "run", "--every", "1s").code == 2
    told = twin("watch", "run")
    assert told.code == 1
    assert "! Not sent to json: the receiver could not be reached. I keep it, and try again." in told.out


# Words


def test_what_became_of_an_alert_is_said_plainly(surroundings: Path) -> None:
    moment = datetime(2026, 3, 12, 8, tzinfo=UTC)
    news = News(What.CALLED, moment.isoformat(), ("phone",), trouble=(("phone", "the receiver answered 500"),),
                words="I told Anna.")  # fmt: skip
    one = Case(7, "night", "now", moment, "", SPANS, None, late=True, right=False, news=(news,), called="anna 2026")
    said = "\n".join(alerts.case(one, Hits(0, 1, 1)))
    line = "7  night, since 12 March 2026: over, told late, not yet sent to phone, anna was told, you said it was wrong"
    for words in (line, "had to be forgotten", "I told Anna.", "! Not sent to phone yet: the receiver answered 500."):
        assert words in said
    told = "\n".join(alerts.contact(Contact("anna", 12.0, "ntfy://secret"), Telling(person="Jo"), "night"))
    assert "alert of night stays unanswered for 12 hours" in told
    assert "secret" not in told


def test_a_picture_shows_signals_and_alerts_and_is_the_same_each_time(tmp_path: Path, surroundings: Path) -> None:
    first = date(2026, 1, 1)
    days = [(first + timedelta(days=place), 52.0 + place % 3) for place in range(60) if not 20 < place < 28]
    one = Alert("now", "", "2026-02-10", "2026-02-10T08:00:00+00:00", "", EVIDENCE, (), (), (), Urgency.TODAY,
                Trust.TRUSTED, 40)  # fmt: skip
    found = Replay("now", "A thing of today", "", Setting(), True, first, date(2026, 3, 1), 60, (one,),
                   (0.5, 0.1, 2.4), "", ())  # fmt: skip
    for name in ("one.png", "two.png"):
        picture(found, {"heart_rate.resting": days, "respiratory_rate.sleep": days}, tmp_path / name)
    body = (tmp_path / "one.png").read_bytes()
    assert body == (tmp_path / "two.png").read_bytes()
    assert body.startswith(b"\x89PNG")
    picture(replace(found, alerts=(), monthly=None), {"heart_rate.resting": []}, tmp_path / "none.svg")
