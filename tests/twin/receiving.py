"""Receivers that are really there, a web server and a mail server on this machine, and a watcher for tests."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.alert import About, Alert, Looked, Setting, Urgency
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.finding import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.vocabulary.model import Past


@dataclass
class Receiver:
    """What arrived at a web server; it answers with `status`, after `slow` seconds, sends on to `elsewhere`, and where
    `spoilt` with headers that are none."""

    port: int = 0
    status: int = 200
    slow: float = 0.0
    elsewhere: str = "/elsewhere"
    spoilt: bool = False
    got: list[dict[str, Any]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """Title and message of everything that arrived."""
        return [f"{one['title']}\n{one['message']}" for one in self.got]

    def clear(self) -> None:
        self.status, self.slow, self.elsewhere, self.spoilt = 200, 0.0, "/elsewhere", False
        self.got.clear()
        self.heads.clear()


@contextmanager
def web() -> Iterator[Receiver]:
    """A web server on loopback that takes JSON, as webhooks and ntfy do."""
    here = Receiver()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            time.sleep(here.slow)
            if here.status == 200:
                here.got.append(json.loads(body) | {"path": self.path})
                here.heads.append(dict(self.headers))
            self.send_response(here.status)
            self.send_header("Location", here.elsewhere)
            if here.spoilt:
                self.send_header("X-A", "b\r\nno header")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    here.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield here
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Post:
    """What arrived at a mail server: subject and plain text."""

    port: int = 0
    got: list[tuple[str, str, str]] = field(default_factory=list)


@contextmanager
def mail() -> Iterator[Post]:
    """A mail server on loopback that takes everything."""
    import socket

    from aiosmtpd.controller import Controller

    here = Post()

    class Box:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
            found = message_from_bytes(envelope.content, policy=policy.default)
            kinds = found.get_content_type()
            here.got.append((str(found["Subject"]), kinds, found.get_content()))
            return "250 OK"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        here.port = probe.getsockname()[1]
    controller = Controller(Box(), hostname="127.0.0.1", port=here.port)
    controller.start()
    yield here
    controller.stop()


@dataclass
class Fast:
    """A watcher of the tests: days on which the heart rests above 60, or as many as the condition says; a run of them
    is one episode, told when its first day is over."""

    name: str = "fast"
    title: str = "A fast heart"
    version: int = 1
    about: About = About.NOTHING
    budgeted: bool = True
    usual_budget: float = 1.0
    promise: str = "It tells what it sees."
    cites: tuple[str, ...] = ("Nobody 1900",)
    urgency: Urgency = Urgency.TODAY
    silent: str = ""
    others: tuple[str, ...] = ()

    def check(self, setting: Setting) -> None:
        if setting.condition and not setting.condition.startswith("above "):
            raise UsageError("Say above how much.", hint="`above 60`.")

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        if self.silent:
            return Looked((), 0, self.silent)
        bound = float(setting.condition.removeprefix("above ") or 60)
        rows = list(past.days(setting.about or "heart_rate.resting").iter_rows())
        for key in self.others:
            past.days(key)
        runs: list[list[tuple[date, float]]] = []
        for day, value in rows:
            if value > bound:
                if runs and day - runs[-1][-1][0] == timedelta(days=1):
                    runs[-1].append((day, value))
                else:
                    runs.append([(day, value)])
        alerts = [self._alert(past, setting, run[0], rows) for run in runs]
        kept = tuple(one for one in alerts if date.fromisoformat(one.first) >= since)
        holds = alerts[-1].id if runs and runs[-1][-1][0] == rows[-1][0] else ""
        return Looked(kept, sum(day >= since for day, _ in rows), open=holds)

    def _alert(self, past: Past, setting: Setting, day: tuple[date, float], rows: list[Any]) -> Alert:
        key = setting.about or "heart_rate.resting"
        at = datetime.combine(day[0] + timedelta(days=1), clock(0), past.zone)
        evidence = (Line("Resting heart rate", day[1], day[1] - 2, day[1] + 2, "/min", key, "usually about 52"),)
        spans = tuple((one, str(rows[0][0]), str(day[0])) for one in (key, *self.others))
        return Alert(self.name, setting.about, day[0].isoformat(), at.isoformat(), "Your heart rests fast.", evidence,
                     ("alcohol: not noted",), ("a hot night",), ("Rest.",), self.urgency, Trust.TRUSTED,
                     sum(one <= day[0] for one, _ in rows), float(day[1]), (), spans)  # fmt: skip

    def now(self, **changes: Any) -> Fast:
        """The same, but for this."""
        return replace(self, **changes)


def nights(first: date, values: list[float], **others: list[float]) -> str:
    """A table of resting heart rate, a value a day, and other signals beside it."""
    rows = ["person,signal,date,value"]
    for signal, column in {"resting_hr": values, **others}.items():
        rows += [f"p,{signal},{first + timedelta(days=place)},{value}" for place, value in enumerate(column)]
    return "\n".join(rows) + "\n"
