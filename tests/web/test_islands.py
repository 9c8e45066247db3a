"""The islands against a server that is played: a chart that asks for finer columns, files that go on after a break."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from selftwin.web import rendering
from selftwin.web.guard import POLICY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Route

    Answer = Callable[[Route], None]

ROOT = "http://twin.test/"
DAY = 86_400
FIRST = 1_600_000_000 - 1_600_000_000 % DAY
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
CHART = """{% extends "layout.html" %}{% block title %}Heart{% endblock %}{% block main %}
{{ parts.figure('<svg class="chart" id="picture" width="600" height="200"></svg>', "Within your usual.",
"<table></table>", source="series", grammar=grammar) }}{% endblock %}"""
UPLOAD = """{% extends "layout.html" %}{% block title %}Import{% endblock %}{% block main %}
<form class="drop" method="post" action="kept" data-island="upload" data-endpoint="uploads" data-piece="2000"
{{ parts.words("frame.upload", ["waiting", "sending", "sent", "resumed", "paused", "failed", "pause", "go_on"]) }}>
{{ parts.csrf() }}<label for="f">Choose files</label><input id="f" type="file" multiple><ul data-files></ul>
</form>{% endblock %}"""
SLIDERS = """{% extends "layout.html" %}{% block title %}What if{% endblock %}{% block main %}
<p id="answer">as you are</p><form method="get" action="what-if" data-island="sliders" data-target="#answer">
{{ parts.slider("walk", "Walking", 0, 60, 20, 20, "as now", as="{change} min", same="as now") }}</form>{% endblock %}"""


def page_of(template: str, **more: Any) -> str:
    """A page of the house's own frame with that in it."""
    visit = SimpleNamespace(path="today", theme="auto", csrf="secret", locks_in_minutes=0, stale=False)
    words = {"t": rendering.texts("en"), "lang": "en", "url": lambda to="": to or "./"}
    frame = {"visit": visit, "page": None, "nav": [], "theme": "auto", "flash": [], "version": "1"}
    return rendering.environment().from_string(template).render(words | frame | more)


@pytest.fixture
def play(browser: Browser) -> Iterator[Callable[[str, dict[str, Answer]], Page]]:
    """`play(html, answers)` opens a page; answers are by the first part of the path."""
    contexts = []

    def opened(html: str, answers: dict[str, Answer]) -> Page:
        context = browser.new_context(viewport={"width": 1200, "height": 800}, service_workers="block")
        contexts.append(context)

        def answer(route: Route) -> None:
            path = urlsplit(route.request.url).path.strip("/")
            if path.startswith("static/"):
                file = Path(rendering.STATIC) / path.removeprefix("static/")
                route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
            elif path.partition("/")[0] in answers:
                answers[path.partition("/")[0]](route)
            else:
                route.fulfill(body=html, content_type="text/html", headers={"content-security-policy": POLICY})

        context.route("**/*", answer)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{ROOT}page")
        return page

    yield opened
    for context in contexts:
        context.close()


def columns(route: Route, asked: list[dict[str, list[str]]]) -> None:
    """Ten years of days, thinned unless little is asked for."""
    query = parse_qs(urlsplit(route.request.url).query)
    asked.append(query)
    at = [FIRST + DAY * day for day in range(3650)]
    if "from" in query:
        first, last = (datetime.fromisoformat(query[name][0] + "Z").timestamp() for name in ("from", "to"))
        some = [one for one in at if first <= one <= last]
        told = {"at": some, "value": [50.0 + day % 7 for day in range(len(some))]}
    else:
        some = at[::10]
        told = {"at": some, "low": [50.0] * 365, "high": [56.0] * 365, "middle": [53.0] * 365}
    shown = {"scale": 1.0, "offset": 0.0, "words": "a minute"}
    body = {"unit": "/min", "thinned": "low" in told, "column_seconds": 10.0 * DAY, "shown": shown, "columns": told}
    route.fulfill(body=json.dumps(body), content_type="application/json")


def test_a_chart_keeps_its_picture_until_it_can_be_moved_and_then_asks_for_what_is_looked_at(play: Any) -> None:
    asked: list[dict[str, list[str]]] = []
    grammar = {"usual": [51, 55], "today": FIRST}
    page = play(page_of(CHART, grammar=grammar), {"series": lambda route: columns(route, asked)})
    chart = page.locator(".moving")
    chart.wait_for()
    assert page.locator("#picture").is_hidden()
    assert chart.get_attribute("aria-label").startswith("Within your usual.")
    assert page.locator(".reading").inner_text() == "Each column shows the lowest and highest of 10 days."
    assert "from" not in asked[0]
    chart.focus()
    for _ in range(8):
        page.keyboard.press("+")
    page.locator(".reading", has_text=re.compile("^$")).wait_for(state="attached")
    assert {"from", "to", "points"} <= set(asked[-1])
    page.keyboard.press("Shift+ArrowRight")
    reading = re.compile(r"^\w{3}, \d+ \w+ 20\d\d: 5\d a minute \(usual 51 to 55\)$")
    page.locator(".reading", has_text=reading).wait_for()


def test_a_chart_without_an_answer_leaves_its_picture(play: Any) -> None:
    page = play(page_of(CHART, grammar={}), {"series": lambda route: route.fulfill(status=423, body="{}")})
    page.wait_for_load_state("networkidle")
    assert page.locator("#picture").is_visible()
    assert page.locator(".moving").count() == 0


def test_what_says_that_it_still_reads_leaves_once_the_rest_has_come(play: Any) -> None:
    late = '{% extends "layout.html" %}{% block title %}Find{% endblock %}{% block comes_late %}#finds{% endblock %}'
    late += '{% block main %}<p id="finds">{{ found }}</p>{% endblock %}'
    nav = [{"name": "read", "label": "Read", "entries": []}]
    reads = SimpleNamespace(path="page", theme="auto", csrf="", locks_in_minutes=0, stale=True)
    reads.jobs = SimpleNamespace(writing=False)
    answers = [page_of(late, found="waits", visit=reads, nav=nav), page_of(late, found="waits", visit=reads, nav=nav)]

    def answer(route: Route) -> None:
        html = answers.pop() if answers else page_of(late, found="three signals", nav=nav)
        route.fulfill(body=html, content_type="text/html", headers={"content-security-policy": POLICY})

    page = play("", {"page": answer})
    assert page.locator("#reading").inner_text().startswith("Still reading")
    page.locator("#finds", has_text="three signals").wait_for()
    assert page.locator("#reading").count() == 0


class Uploads:
    """A server of tus that loses the line once in the middle, and remembers what it has."""

    def __init__(self, *, known: int = 0) -> None:
        self.bytes, self.created, self.lost, self.seen = known, 0, False, [""]

    def __call__(self, route: Route) -> None:
        request = route.request
        self.seen.append(request.method)
        if request.method == "GET":
            left = [{"id": "7", "name": "big.csv", "size": 6_000}] if self.bytes else []
            route.fulfill(body=json.dumps({"uploads": left}), content_type="application/json")
            return
        assert request.headers["tus-resumable"] == "1.0.0"
        assert request.headers["x-csrf"] == "secret"
        if request.method == "POST":
            self.created += 1
            route.fulfill(status=201, headers={"location": "uploads/7"})
        elif request.method == "HEAD":
            route.fulfill(status=200, headers={"upload-offset": str(self.bytes)})
        elif self.bytes and not self.lost:
            self.lost = True
            route.abort()
        else:
            assert int(request.headers["upload-offset"]) == self.bytes
            self.bytes += len(request.post_data_buffer or b"")
            route.fulfill(status=204, headers={"upload-offset": str(self.bytes)})


@pytest.mark.parametrize("known", [0, 5_000])
def test_a_file_goes_on_from_where_it_was_after_a_break_and_on_another_day(play: Any, known: int) -> None:
    server = Uploads(known=known)
    page = play(page_of(UPLOAD), {"uploads": server, "kept": lambda route: route.fulfill(body="<title>kept</title>")})
    page.locator("[data-awake]").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    file = {"name": "big.csv", "mimeType": "text/csv", "buffer": b"x" * 6_000}
    with page.expect_request("**/kept") as sent:
        page.set_input_files("#f", files=[file])
    assert server.bytes == 6_000
    assert server.lost
    assert server.created == (0 if known else 1)
    assert "upload=7" in (sent.value.post_data or "")


def test_a_file_that_is_chosen_before_the_page_is_awake_is_sent_too(play: Any) -> None:
    server, islands, held = Uploads(), re.compile(r"/island-\w+\.js"), list["Route"]()
    page = play(page_of(UPLOAD), {"uploads": server, "kept": lambda route: route.fulfill(body="<title>kept</title>")})
    page.route(islands, lambda route: held.append(route) if server.seen == [""] else route.fallback())
    with page.expect_request(islands):
        page.reload(wait_until="domcontentloaded")
    page.set_input_files("#f", files=[{"name": "big.csv", "mimeType": "text/csv", "buffer": b"x" * 6_000}])
    server.seen.append("awake")
    with page.expect_request("**/kept"):
        for route in held:
            route.fallback()
    assert server.bytes == 6_000


def test_a_slider_speaks_at_once_and_the_answer_is_swapped_without_a_new_page(play: Any) -> None:
    fresh = page_of(SLIDERS).replace("as you are", "a kilo less")
    page = play(page_of(SLIDERS), {"what-if": lambda route: route.fulfill(body=fresh, content_type="text/html")})
    page.wait_for_load_state("networkidle")
    slider = page.get_by_label("Walking")
    slider.press("ArrowRight")
    assert page.locator("output").inner_text() == "+ 1 min"
    page.get_by_text("a kilo less").wait_for()
    assert page.url == f"{ROOT}what-if?walk=21"
