"""The promises of every page that is found: open to the keyboard and to those who do not see, whole without scripts,
strict about what it loads, and in no need of anything from elsewhere. A new page is held to them by itself."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from selftwin import discover
from selftwin.web.page import Page, Section
from selftwin.web.rendering import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from playwright.sync_api import Page as BrowserPage

    from .conftest import Served

HOUSE = Path(__file__).parents[2]
PAGES: list[Page] = discover.pages()
MODULES = [name.rpartition(".")[2] for name in discover.files("selftwin.web.pages")]
AXE = HOUSE / "node_modules" / "axe-core" / "axe.min.js"
# Each theme and each width is seen in every run, each with each in the long ones.
LOOKS = [
    pytest.param([("light", 1440), ("dark", 390)], id="crosswise"),
    pytest.param([("dark", 1440), ("light", 390)], id="the-other-way", marks=pytest.mark.deep),
]
BELOW = {
    "signals": ["signals/heart_rate.resting"],
    "body": ["body/glucose"],
    "watch": ["watch/effects"],
    "consent": ["consent/learning", "consent/people", "consent/limits"],
    "keep": ["keep/backups", "keep/copies", "keep/rights"],
}
INSIDE = [page for page in PAGES if not page.public]
PATHS = [path for page in INSIDE for path in (page.path, *BELOW.get(page.name, []))]


class Read(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inline: list[str] = []
        self._within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._within = tag

    def handle_endtag(self, _: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in {"script", "style"} and data.strip():
            self.inline.append(data)

    def every(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def whole(server: Served, path: str) -> str:
    """The page once nothing of it is being prepared any more."""
    with server.client() as client:
        for _ in range(120):
            answer = client.get(f"/{path}")
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            if 'class="preparing"' not in answer.text:
                return answer.text
            time.sleep(0.5)
    raise AssertionError(f"{path} was never ready")


@pytest.mark.parametrize("module", MODULES)
def test_a_page_has_its_template_its_words_and_its_test(module: str) -> None:
    page = next(page for page in PAGES if f"{page.name}.html" == f"{module.rstrip('_')}.html")
    assert (HOUSE / "src/selftwin/web/pages" / page.file).is_file()
    assert (HOUSE / "tests/web/pages" / f"test_{module}.py").is_file()
    if page.section is not Section.NONE:
        assert texts("en")(f"{page.name}.nav")


def test_no_two_pages_share_a_path_or_a_place_among_the_tabs() -> None:
    assert len({page.path for page in PAGES}) == len(PAGES)
    tabs = [page.tab for page in PAGES if page.tab]
    assert len(set(tabs)) == len(tabs) <= 4


@pytest.mark.parametrize("path", PATHS)
def test_a_page_loads_nothing_from_elsewhere_and_holds_no_script_or_style_of_its_own(server: Served, path: str) -> None:
    read = Read(whole(server, path))
    assert not read.inline
    for tag, attributes in read.tags:
        for name, value in attributes.items():
            assert name != "style", f"<{tag} style={value!r}>"
            assert not name.startswith(("on", "hx-on")), f"<{tag} {name}>"
            if name in {"href", "src", "action", "data-src", "srcset", "poster", "formaction"}:
                assert not re.match(r"(?:[a-z]+:|//|/)", value), f"<{tag} {name}={value!r}> is not relative"


@pytest.mark.parametrize("path", PATHS)
def test_a_page_reads_without_scripts(server: Served, path: str) -> None:
    text = whole(server, path)
    read = Read(text)
    assert len(read.every("h1")) == 1
    assert read.every("main")
    assert read.every("html")[0]["lang"]
    charts = [one for one in read.tags if one[1].get("role") == "img" and "chart" in one[1].get("class", "").split()]
    assert all(one[1].get("aria-label") for one in charts), "a chart without its sentence"
    figures = text.count("<figure")
    tables = len(re.findall(r"<figure.*?</figure>", text, re.DOTALL))
    with_table = len(re.findall(r"<figure(?:(?!</figure>).)*<table", text, re.DOTALL))
    assert figures == tables == with_table, f"{figures} figures, {with_table} with a table"
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
        assert 'name="csrf"' in form, "a form that would be refused"


@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_a_page_without_the_passphrase(server: Served, path: str) -> None:
    with server.client(logged=False) as client:
        answer = client.get(f"/{path}")
    assert answer.status_code == 303
    assert "login" in answer.headers["location"]


@dataclass(frozen=True)
class Seen:
    """A page as the browser has it, the debugger's line to it, and what it complained of so far."""

    page: BrowserPage
    session: Any
    said: list[str]


@pytest.fixture(scope="module", params=PATHS)
def seen(request: pytest.FixtureRequest, server: Served, browser: Browser) -> Iterator[Seen]:
    """Each page, opened once for all that is asked of it in a browser."""
    path, said = request.param, list[str]()
    whole(server, path)
    context = browser.new_context(base_url=server.root, viewport={"width": 1440, "height": 1000})
    with server.client() as client:
        context.add_cookies([{"name": key, "value": it, "url": server.root} for key, it in client.cookies.items()])
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith(server.root) else None)
    page.goto(f"/{path}")
    page.wait_for_load_state("networkidle")
    yield Seen(page, context.new_cdp_session(page), said)
    context.close()


def test_a_page_is_walked_by_the_keyboard_alone(seen: Seen) -> None:
    seen.page.keyboard.press("Tab")
    first = seen.session.send("Runtime.evaluate", {"expression": "document.activeElement.className"})
    assert first["result"]["value"] == "skip"
    reach = (
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]"
        ".filter(e => e.checkVisibility() && !e.disabled && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 80))"
    )
    lost = seen.session.send("Runtime.evaluate", {"expression": reach, "returnByValue": True})["result"]["value"]
    assert not lost, "cannot be reached by the keyboard"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("looks", LOOKS)
def test_axe_finds_nothing_and_the_browser_complains_of_nothing(seen: Seen, looks: list[tuple[str, int]]) -> None:
    for theme, width in looks:
        seen.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        seen.page.set_viewport_size({"width": width, "height": 900})
        found = _axe(seen.session)
        assert not found, f"{theme} at {width}: {found}"
        wide = seen.page.locator("html").bounding_box()
        assert wide is not None
        scrolled = seen.session.send("Runtime.evaluate", {"expression": "document.documentElement.scrollWidth"})
        assert scrolled["result"]["value"] <= width, f"{seen.page.url} is wider than {width}"
    assert not seen.said


def _axe(session: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA, run by the debugger, so that the page's own policy stays as it is."""
    session.send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    tags = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]'
    run = f"axe.run(document, {{runOnly: {tags}, resultTypes: ['violations']}})"
    told = (
        f"{run}.then(r => r.violations.map("
        "v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target + ' ' + (n.any[0]?.message ?? '')).join(' | ')))"
    )
    answer = session.send("Runtime.evaluate", {"expression": told, "awaitPromise": True, "returnByValue": True})
    assert "exceptionDetails" not in answer, answer
    return list(answer["result"]["value"])


def test_the_words_of_every_page_are_in_the_catalogue() -> None:
    found = texts("en")
    missing = set()
    web = HOUSE / "src/selftwin/web"
    for file in [*web.rglob("*.html"), *web.rglob("*.py")]:
        told = re.sub(r"\{#.*?#\}", "", file.read_text("utf-8"), flags=re.DOTALL)
        used = re.findall(r'\bt(?:\.html)?\(\s*"([a-z_]+\.[a-z_.]+)"(\s*~)?', told)
        missing |= {key for key, joined in used if not joined and key not in found}
    assert not missing
