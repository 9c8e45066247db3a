"""The front end as it is built: its size, its lock, its colours as the identity has them, and each of its parts."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import FileSystemLoader

from selftwin.web import rendering
from selftwin.web.guard import POLICY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Route

HOUSE = Path(__file__).parents[2]
STATIC = rendering.STATIC
FRONT = HOUSE / "front"
TOKENS = (FRONT / "styles" / "tokens.css").read_text("utf-8")
BUDGET = 150_000  # bytes of script that a page may bring, gzipped

# The contrast of each word and edge on paper, light and dark, as IDENTITY.md has it.
CONTRAST = {
    "ink": (14.2, 15.0), "ink2": (7.4, 9.9), "ink3": (5.1, 6.9), "edge": (3.3, 4.4),
    "usual-edge": (3.9, 6.3), "usual-ink": (6.8, 10.0), "next-ink": (7.5, 9.5), "if-ink": (7.7, 9.5),
    "odd-mark": (4.0, 8.2), "odd-ink": (6.9, 11.0), "low-ink": (6.7, 9.6), "stop": (7.0, 8.2),
}  # fmt: skip
ON_WASHES = {"usual-ink": "usual", "next-ink": "next90", "if-ink": "if90", "odd-ink": "odd", "stop": "stop-wash"}


# What is built


def manifest() -> dict[str, str]:
    found: dict[str, str] = json.loads((STATIC / "manifest.json").read_text("utf-8"))
    return found


def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_all_scripts_together_stay_within_a_pages_budget() -> None:
    scripts = built("*.js")
    assert len(scripts) > 8
    assert sum(weight(script) for script in scripts) < BUDGET


def built(kind: str) -> list[Path]:
    """The files of the newest build, and not those that an open page may still ask for."""
    scripts = [STATIC / name for name in manifest().values() if name.endswith(".js")]
    told = "".join(script.read_text("utf-8") for script in scripts)
    named = set(manifest().values())
    return [file for file in STATIC.glob(kind) if file.name in named or file.name in told]


def test_every_name_of_the_manifest_is_a_file() -> None:
    assert {"front.js", "style.css", "logo.svg", "offline.js"} <= set(manifest())
    assert all((STATIC / name).is_file() for name in manifest().values())


def test_nothing_built_names_an_address_elsewhere() -> None:
    names = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml", "http://www.w3.org/1999/xlink"}
    for file in [*built("*.js"), *built("*.css"), *built("*.svg")]:
        found = set(re.findall(r"(?:https?:|wss?:)?//[a-z0-9-]+\.[a-z][^\s\"'`)]*", file.read_text("utf-8")))
        assert found <= names, file.name


def test_nothing_built_stores_anything_in_the_browser() -> None:
    for file in built("*.js"):
        text = file.read_text("utf-8")
        if file.name != manifest()["htmx.esm.js"]:  # it asks the history alone, which the page's head forbids it
            assert not re.search(r"localStorage|sessionStorage|indexedDB|caches\b", text), file.name
        assert not re.search(r"\beval\(", text), file.name


def test_the_licence_of_each_bundled_package_is_told() -> None:
    told = (STATIC / "LICENSES.txt").read_text("utf-8")
    fonts = "@fontsource-variable/vollkorn", "@fontsource-variable/source-sans-3"
    assert all(name in told for name in ("htmx.org 4.0.1", "uplot 1.6.32", *fonts))
    assert "SIL OPEN FONT LICENSE" in told.upper()


def test_the_lock_names_no_registry_and_every_pin_is_exact() -> None:
    lock = (HOUSE / "package-lock.json").read_text("utf-8")
    packages = json.loads(lock)["packages"]
    assert "registry" not in lock
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all(name == "" or package["integrity"].startswith("sha512-") for name, package in packages.items())
    pins = json.loads((HOUSE / "package.json").read_text("utf-8"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())


NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="node is missing: `make front` brings its own")
def test_building_again_gives_the_same_names() -> None:
    before = manifest()
    subprocess.run([NODE or "", "front/build.mjs"], cwd=HOUSE, check=True, capture_output=True, timeout=60)
    assert manifest() == before


def test_the_service_worker_holds_one_page_and_keeps_nothing() -> None:
    worker = (STATIC / "offline.js").read_text("utf-8")
    assert "Your twin is not running" in worker
    assert "sha256-" in worker
    assert not re.search(r"caches|clients\.matchAll|postMessage", worker)


# Colour


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def token(name: str) -> tuple[str, str]:
    found = re.search(rf"--{name}: light-dark\((#[0-9A-F]{{6}}), (#[0-9A-F]{{6}})\);", TOKENS)
    assert found, name
    return found[1], found[2]


@pytest.mark.parametrize("name", CONTRAST)
def test_a_colour_stands_out_from_paper_as_the_identity_says(name: str) -> None:
    for theme in (0, 1):
        assert contrast(token(name)[theme], token("paper")[theme]) == pytest.approx(CONTRAST[name][theme], abs=0.06)


@pytest.mark.parametrize("name", ON_WASHES)
def test_words_can_be_read_on_their_wash(name: str) -> None:
    for theme in (0, 1):
        assert contrast(token(name)[theme], token(ON_WASHES[name])[theme]) >= 4.5


# The parts, all on one sheet


def entry(name: str, label: str, tab: int = 0, count: str = "") -> dict[str, Any]:
    return {"name": name, "label": label, "path": name.replace("_", "-"), "tab": tab, "current": name == "today",
            "count": count}  # fmt: skip


NAV = [
    {"name": "read", "label": "Read", "entries": [entry("today", "Today", 1), entry("signals", "Signals", 2)]},
    {"name": "ask", "label": "Ask", "entries": [entry("what_if", "What if", 4)]},
    {"name": "keep", "label": "Keep", "entries": [entry("note", "Note", 3), entry("consent", "Consent", 0, "1 asks")]},
]
FIND = (
    '<ul data-find="Pages"><li><a href="signals">Signals</a></li></ul>'
    '<ul data-find="Signals"><li><a href="signals/a">Resting heart rate</a><span class="hint">a minute</span></li>'
    '<li><a href="signals/b">Heart rate</a></li></ul>'
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@pytest.fixture(scope="module")
def sheet() -> str:
    made = rendering.environment().overlay(loader=FileSystemLoader([FRONT, rendering.HERE / "templates"]))
    visit = SimpleNamespace(path="today", theme="auto", csrf="c", locks_in_minutes=14, stale=False)
    page = SimpleNamespace(name="today", path="today")
    words = {"t": rendering.texts("en"), "lang": "en", "url": lambda to="": to or "./"}
    context = words | {"visit": visit, "page": page, "nav": NAV, "theme": "auto", "flash": [], "version": "1"}
    return made.get_template("specimen.html").render(context)


@pytest.fixture
def looked(browser: Browser, sheet: str) -> Iterator[Callable[..., Page]]:
    """The sheet in a browser, served under the house's own policy."""
    contexts = []

    def answer(route: Route) -> None:
        path = route.request.url.partition("://")[2].partition("/")[2].partition("?")[0]
        file = STATIC / path.removeprefix("static/")
        headers = {"content-security-policy": POLICY}
        if path.startswith("static/"):
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix], headers=headers)
        else:
            body = {"find": FIND, "today": sheet}.get(path, f"<title>{path}</title>")
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    def look(**how: Any) -> Page:
        context = browser.new_context(service_workers="block", reduced_motion="reduce", **how)
        contexts.append(context)
        context.route("**/*", answer)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto("http://twin.test/today")
        return page

    yield look
    for context in contexts:
        context.close()


def test_on_a_wide_page_contents_main_and_margin_stand_side_by_side(looked: Callable[..., Page]) -> None:
    page = looked(viewport={"width": 1440, "height": 900})
    widths = [page.locator(place).bounding_box() for place in (".contents", "main", ".margin")]
    assert all(widths)
    assert [round(box["width"]) for box in widths if box] == [214, 800, 256]  # the first with the mark of where one is
    assert page.locator(".tabs").is_hidden()


def test_on_a_phone_the_contents_are_tabs_and_more_opens_them_without_script(looked: Callable[..., Page]) -> None:
    page = looked(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    tabs = page.locator(".tabs").bounding_box()
    assert tabs is not None
    assert tabs["height"] == 76
    assert page.locator(".tabs a").all_inner_texts() == ["Today", "Signals", "Note", "What if", "More"]
    assert page.locator(".contents").is_hidden()
    page.get_by_role("link", name="More").click()
    assert page.get_by_role("link", name="Consent").is_visible()


@pytest.mark.parametrize(("width", "least"), [(390, 44), (1440, 32)])
def test_whatever_is_pressed_is_large_enough_for_its_hand(looked: Callable[..., Page], width: int, least: int) -> None:
    page = looked(viewport={"width": width, "height": 900})
    pressed = page.locator(".button, .icon-button, .choice > *, .tabs a, .contents .entry, select")
    heights = pressed.evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) > 30
    assert min(heights) >= least


def test_the_palette_is_opened_searched_and_followed_by_keys_alone(looked: Callable[..., Page]) -> None:
    page = looked(viewport={"width": 1440, "height": 900})
    page.locator("kbd").first.wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("heart")
    options = page.locator(".palette [role=option]")
    options.first.wait_for()
    assert options.all_inner_texts() == ["Heart rate", "Resting heart rate\na minute"]
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".palette input").get_attribute("aria-activedescendant")
    assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/signals/a")


def test_two_keys_lead_to_a_page_unless_one_is_writing(looked: Callable[..., Page]) -> None:
    page = looked(viewport={"width": 1440, "height": 900})
    page.locator("kbd").first.wait_for()
    page.get_by_label("Note", exact=True).fill("")
    page.get_by_label("Note", exact=True).press("g")
    page.get_by_label("Note", exact=True).press("s")
    assert page.url.endswith("/today")
    page.locator("#main").focus()
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/signals")


def test_every_part_prints_and_mirrors_without_running_out_of_the_page(looked: Callable[..., Page]) -> None:
    page = looked(viewport={"width": 390, "height": 844})
    page.locator("html").evaluate("root => { root.dir = 'rtl' }")
    assert page.locator("html").evaluate("root => root.scrollWidth") <= 390
    page.emulate_media(media="print")
    assert page.locator(".tabs").is_hidden()
    assert page.locator("main").is_visible()
