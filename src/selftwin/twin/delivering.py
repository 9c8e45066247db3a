"""Messages that leave the house: addresses in apprise's form, checked when they are given, and sent in bounded time.

An address holds secrets (a topic, a password, a token), so it is kept sealed and shown only by its kind and its host.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apprise import AppriseAsset

PATIENCE = 20.0  # seconds for all messages of one sending together
EXAMPLES = (
    "Write it in apprise's form: ntfys://HOST/TOPIC, mailtos://USER:PASSWORD@HOST?to=YOU, matrixs://…, jsons://HOST/PATH."
)
NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,31}")
# kinds of addresses that run programs here, or write into logs of this machine
HERE = {"syslog", "rsyslog", "dbus", "gio", "glib", "gnome", "kde", "qt", "macosx", "windows", "blink1"}
# words of an address that open files, lead or load from elsewhere, or keep things on the disk
ELSEWHERE = {"redirect", "store", "keyfile", "subfile", "template", "pgp", "pgpkey", "pgppub", "pgpprv", "attach",
             "attach-as", "avatar_url", "icon_url", "image_url"}  # fmt: skip
LOUD = ("urllib3", "requests", "paho", "slixmpp", "smtplib", "markdown", "asyncio")  # loggers beneath apprise
_WORDS = re.compile(r"[?&;]([^=&;]*)")
_HOST = re.compile(r"localhost|\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z0-9-]{1,32}\.){1,5}[a-z]{2,12}", re.IGNORECASE)
_ANSWERED = re.compile(r"error\s*=\s*(\d{3})")
_SLOW = "it took too long; I try again at the next look"


class Say(StrEnum):
    """How much a message says: that there is an alert, of which watch too, or all that it holds."""

    LITTLE = "little"
    NAME = "name"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Address:
    """Where messages go, under a name of its own. `url` is secret: it stands in no message and no representation."""

    name: str
    url: str = field(repr=False)
    say: Say = Say.LITTLE

    @property
    def shown(self) -> str:
        """Its kind, and its host where that is a plain one: `ntfys://ntfy.example.org/…`."""
        return redacted(self.url)

    def plain(self) -> dict[str, Any]:
        """The address as data, without its secrets."""
        return {"name": self.name, "address": self.shown, "say": self.say.value}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to one address, in plain text."""

    url: str = field(repr=False)
    title: str
    body: str
    urgent: bool = False


def redacted(url: str) -> str:
    """An address without anything that could be a secret.

    >>> redacted("ntfy://me:word@ntfy.example.org:8080/my-topic?priority=high"), redacted("ntfy://my-topic")
    ('ntfy://ntfy.example.org/…', 'ntfy://…')
    """
    scheme, _, rest = url.partition("://")
    try:
        host = urlsplit(f"x://{rest}").hostname or ""
    except ValueError:
        host = ""
    return f"{scheme.lower()}://{f'{host}/' if _HOST.fullmatch(host) else ''}…"


def checked(url: str) -> str:
    """The address, where apprise knows its kind and nothing is missing. Raises UsageError, without repeating it."""
    given = url.strip()
    scheme, parted, _ = given.partition("://")
    if not parted or not re.fullmatch(r"[a-z][a-z0-9+.-]{0,30}", scheme, re.IGNORECASE) or not given.isprintable():
        raise UsageError("That is no address for messages.", hint=EXAMPLES)
    if scheme.lower() in HERE:
        raise UsageError(f"I send nothing to {scheme.lower()}://: it runs a program here, or writes what it is told in "
                         "plain.", hint=EXAMPLES)  # fmt: skip
    if wrong := sorted({unquote(one).strip().lower() for one in _WORDS.findall(given)} & ELSEWHERE):
        raise UsageError(f"I use no {wrong[0]} in an address: it reads a file, or leads elsewhere.", hint=EXAMPLES)
    _quieted()
    from apprise import Apprise
    from apprise.apprise import N_MGR

    if scheme.lower() not in N_MGR:
        raise UsageError(f"I know no service for {scheme}:// addresses.", hint=EXAMPLES)
    if Apprise.instantiate(given, asset=_asset()) is None:
        hint = f"apprise's page on {scheme}:// says how it is written."
        raise UsageError(f"Something is missing or off in this {scheme}:// address.", hint=hint)
    return given


def send(parcels: Sequence[Parcel], *, patience: float = PATIENCE) -> list[str]:
    """Send messages side by side; of each what went wrong, empty where it was taken. Ends within `patience` seconds.

    A receiver that answers later than that may show a message twice, since it is sent again.
    """
    troubles = [_SLOW] * len(parcels)

    def one(place: int) -> None:
        try:
            troubles[place] = _send(parcels[place])
        except Exception as error:  # noqa: BLE001 - a plugin may fail in any way, and its words may hold the address
            troubles[place] = f"its sender broke ({type(error).__name__})"

    threads = [threading.Thread(target=one, args=(place,), daemon=True) for place in range(len(parcels))]
    until = time.monotonic() + patience
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(until - time.monotonic(), 0.0))
    return list(troubles)


def _send(parcel: Parcel) -> str:
    """What went wrong with one message; empty where it was taken."""
    heard = _quieted()
    from apprise import Apprise, NotifyFormat, NotifyType

    asset = _asset()
    made = Apprise.instantiate(parcel.url, asset=asset)
    if made is None:
        return "its address is no longer understood"
    made.notify_format = NotifyFormat.TEXT
    made.retry, made.redirects = 0, False  # who retries is the next look
    kind = NotifyType.WARNING if parcel.urgent else NotifyType.INFO
    heard.begin()
    taken = Apprise(servers=[made], asset=asset).notify(
        body=_plain(parcel.body), title=_plain(parcel.title, line=True), notify_type=kind, body_format=NotifyFormat.TEXT
    )
    return "" if taken else _reason(heard.end())


def _plain(text: str, *, line: bool = False) -> str:
    r"""The text without what is no letter: no line of it can pass for a header, or turn the writing about.

    >>> _plain("Jo\r\nBcc: all", line=True), _plain("one\n\x1btwo")
    ('Jo Bcc: all', 'one\n two')
    """
    kept = "" if line else "\n"
    said = "".join(one if one.isprintable() or one in kept else " " for one in text)
    return " ".join(said.split()) if line else said


def _reason(said: str) -> str:
    """Why a message was not taken, of what apprise logged; nothing of the address is repeated."""
    if answered := _ANSWERED.search(said):
        return f"the receiver answered {answered[1]}"
    if "onnection" in said or "ocket" in said:
        return "the receiver could not be reached"
    return "the receiver did not take it"


class _Heard(logging.Handler):
    """Keeps what apprise logs of each thread's message to itself: its lines may hold an address."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        lines = getattr(self._lines, "said", None)
        if lines is not None:
            lines.append(record.getMessage())

    def begin(self) -> None:
        """Listen for this thread's message."""
        self._lines.said = []

    def end(self) -> str:
        """What was said of it."""
        return "\n".join(self._lines.said)


@lru_cache(maxsize=1)
def _quieted() -> _Heard:
    """Loads apprise; nothing of its log, or of what it sends by, reaches a screen or a file."""
    import warnings

    heard = _Heard()
    log = logging.getLogger("apprise")
    log.handlers, log.propagate = [heard], False
    log.setLevel(logging.WARNING)
    for name in LOUD:  # their lines may hold an address too
        below = logging.getLogger(name)
        below.handlers, below.propagate = [logging.NullHandler()], False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what its plugins import, which nobody here can mend
        from apprise import Apprise

        Apprise.instantiate("json://localhost", asset=_asset())  # loads them all
    return heard


def _asset() -> AppriseAsset:
    """How apprise is used here: one message at a time, nothing on the disk, no picture from elsewhere, no redirect."""
    from apprise import AppriseAsset

    return AppriseAsset(app_id="Selftwin", app_desc="Selftwin", app_url="", image_url_mask="", image_url_logo="",
                        http_redirects=False, async_mode=False, storage_mode="memory")  # fmt: skip
