"""Messages arrive at receivers that are really there, in plain text and in bounded time, and addresses keep their
secrets."""

from __future__ import annotations

import io
import json
import logging
import time
from typing import TYPE_CHECKING

import pytest
from tests.twin.receiving import Receiver, mail, web

from selftwin.twin.delivering import Address, Parcel, checked, redacted, send
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = "Ünusual <b>values</b>:\n- *one* & two"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with web() as here:
        yield here


@pytest.fixture
def phone(receiver: Receiver) -> Receiver:
    receiver.clear()
    return receiver


def test_a_webhook_gets_title_and_text_as_they_are(phone: Receiver) -> None:
    assert send([Parcel(f"json://127.0.0.1:{phone.port}/hook", "Höre", BODY)]) == [""]
    (got,) = phone.got
    assert (got["path"], got["title"], got["message"], got["type"]) == ("/hook", "Höre", BODY, "info")


def test_ntfy_gets_a_publication_as_its_documentation_has_it(phone: Receiver) -> None:
    # https://docs.ntfy.sh/publish/#publish-as-json: POST to the root, `topic` required, `title` and `message` beside it
    url = f"ntfy://me:secret@127.0.0.1:{phone.port}/my-topic?priority=high"
    assert send([Parcel(url, "Höre", BODY, urgent=True)]) == [""]
    assert phone.got == [{"topic": "my-topic", "title": "Höre", "message": BODY, "path": "/"}]
    (heads,) = phone.heads
    assert heads["Authorization"] == "Basic bWU6c2VjcmV0"
    assert heads["X-Priority"] == "high"
    assert "X-Icon" not in heads  # a picture that every phone would fetch from elsewhere
    assert heads["User-Agent"] == "Selftwin"


def test_mail_arrives_as_plain_text() -> None:
    with mail() as post:
        url = f"mailto://example.org:{post.port}/you@example.org?smtp=127.0.0.1&from=twin@example.org&mode=insecure"
        assert send([Parcel(url, "Höre", BODY)]) == [""]
    (got,) = post.got
    assert got[:2] == ("Höre", "text/plain")
    assert got[2].splitlines() == BODY.splitlines()


def test_a_receiver_that_refuses_sends_elsewhere_or_is_not_there_is_told_with_its_reason(phone: Receiver) -> None:
    url = f"json://127.0.0.1:{phone.port}/"
    for status in (403, 500, 302):
        phone.status = status
        assert send([Parcel(url, "a", "b")]) == [f"the receiver answered {status}"]
    assert phone.got == []
    assert send([Parcel("json://127.0.0.1:9/secret", "a", "b")]) == ["the receiver could not be reached"]
    assert send([Parcel("bogus://secret", "a", "b")]) == ["its address is no longer understood"]


def test_sending_ends_in_bounded_time_and_who_is_slow_holds_nobody_up(phone: Receiver) -> None:
    with web() as slow:
        slow.slow = 1.0
        began = time.monotonic()
        parcels = [Parcel(f"json://127.0.0.1:{one.port}/", "a", "b") for one in (slow, phone)]
        told = send(parcels, patience=0.4)
        assert time.monotonic() - began < 0.9
    assert told[0].startswith("it took too long")
    assert told[1] == ""


def test_an_address_is_checked_when_it_is_given_and_never_repeated() -> None:
    for url in ("json://localhost:8080/a", " ntfys://topic ", "mailto://me:word@example.org"):
        assert checked(url) == url.strip()
    for url, says in (
        ("secret@example.org", "no address for messages"),
        ("bogus://secret/word", "no service for bogus:// addresses"),
        ("mailto://", "missing or off in this mailto:// address"),
        ("json://secret\nword", "no address"),
        ("file:///secret", "no service for file://"),
        ("https://secret/hook", "no service for https://"),
        ("syslog://secret", "nothing to syslog://: it runs a program here"),
        ("macosx://secret", "nothing to macosx://"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/?template=/secret", "no template in an address"),
        ("fcm://project/secret?keyfile=http://127.0.0.1/secret", "no keyfile in an address"),
        ("json://secret/?a=b&%52edirect=yes", "no redirect in an address"),
        ("", "no address"),
    ):
        with pytest.raises(UsageError, match=says) as raised:
            checked(url)
        assert "secret" not in f"{raised.value} {raised.value.hint}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mailtos://me:word@mail.example.org?to=you@example.org", "mailtos://mail.example.org/…"),
        ("ntfy://secret-topic", "ntfy://…"),
        ("ntfy://127.0.0.1:8080/secret", "ntfy://127.0.0.1/…"),
        ("slack://TokenA/TokenB/TokenC", "slack://…"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "tgram://…"),
        ("jsons://eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N/", "jsons://…"),
        ("json://[::1", "json://…"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert redacted(url) == shown
    one = Address("phone", url)
    assert url not in repr(one) + json.dumps(one.plain()) + repr(Parcel(url, "a", "b"))


def test_an_address_that_was_kept_from_before_follows_no_redirect_either(phone: Receiver) -> None:
    with web() as other:
        phone.status, phone.elsewhere = 307, f"http://127.0.0.1:{other.port}/"
        assert send([Parcel(f"json://127.0.0.1:{phone.port}/?redirect=yes", "a", "b")]) == ["the receiver answered 307"]
        assert other.got == []


def test_a_title_is_one_line_and_no_text_holds_what_is_no_letter(phone: Receiver) -> None:
    send([Parcel(f"json://127.0.0.1:{phone.port}/", "Jo\r\nBcc: all\u202e\x00", "one\r\n\x1b[2Jtwo\u202e")])
    (got,) = phone.got
    assert (got["title"], got["message"]) == ("Jo Bcc: all", "one \n [2Jtwo")
    with mail() as post:
        url = f"mailto://example.org:{post.port}/you@example.org?smtp=127.0.0.1&from=twin@example.org&mode=insecure"
        assert send([Parcel(url, "Jo\nBcc: all@example.org", "b")]) == [""]
    assert post.got[0][0] == "Jo Bcc: all@example.org"


def test_nothing_beneath_it_logs_an_address(
    phone: Receiver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    phone.spoilt = True
    logged = io.StringIO()
    monkeypatch.setattr(logging.root, "handlers", [logging.StreamHandler(logged)])
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    send([Parcel(f"json://me:secret@127.0.0.1:{phone.port}/word", "a", "b")])
    assert len(phone.got) == 1
    assert logged.getvalue() == ""
    assert capfd.readouterr() == ("", "")


def test_a_sender_that_breaks_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ValueError("json://me:secret@localhost")

    checked("json://localhost")
    monkeypatch.setattr("apprise.Apprise.instantiate", breaks)
    assert send([Parcel("json://me:secret@localhost", "a", "b")]) == ["its sender broke (ValueError)"]
    assert capfd.readouterr() == ("", "")


def test_nothing_of_a_failure_reaches_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    send([Parcel("json://me:secret@127.0.0.1:9/word", "a", "b")])
    assert capfd.readouterr() == ("", "")
