"""What a person sees, in Debian's Chromium: the first paint of a page in a browser that never saw it, and a chart of
half a million readings, painted and moved. Times are the browser's own marks."""

from __future__ import annotations

import gzip
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Playwright

    from bench._web_served import Served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDE, HIGH = 1440, 900
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const one of list.getEntriesByName("first-contentful-paint")) done(one.startTime);
}).observe({ type: "paint", buffered: true }))"""
KEEP = "document.addEventListener('series-ready', (event) => { window.series = event.detail; });"
MARKS = """() => {
  const at = (name) => performance.getEntriesByName(name)[0].startTime;
  return [at("series-answered") - at("series-asked"), at("series-painted") - at("series-answered")];
}"""
STEPS = """async () => {
  const { chart, whole } = window.series, took = [];
  const middle = (whole[0] + whole[1]) / 2, span = (whole[1] - whole[0]) / 10;
  window.series.look(middle - span, middle + span);
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await new Promise((done) => setTimeout(done, 1500));
  for (let step = 0; step < 60; step++) {
    const key = step % 20 < 10 ? "ArrowRight" : "ArrowLeft";
    const began = performance.now();
    chart.root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await frame();
    took.push(performance.now() - began);
  }
  return took;
}"""


@contextmanager
def fresh(play: Playwright, served: Served) -> Iterator[Page]:
    """A page of a browser that was just begun and has kept nothing but the session."""
    browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    try:
        context = browser.new_context(viewport={"width": WIDE, "height": HIGH})
        name, _, value = served.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": served.root}])
        yield context.new_page()
    finally:
        browser.close()


def first_paints(play: Playwright, served: Served, path: str, rounds: int) -> list[float]:
    """Milliseconds from the beginning of the navigation to the first content, each in a new browser."""
    found = []
    for _ in range(rounds):
        with fresh(play, served) as page:
            page.goto(served.root + path)
            found.append(float(page.evaluate(PAINTED)))
    return found


def charted(play: Playwright, served: Served, signal: str, rounds: int) -> dict[str, list[float]]:
    """Of a chart over every reading of a signal, in ms: `answered` (asked to answered), `drawn` (to painted), `steps`
    (a key pressed to the next frame), and in bytes `script`, all that the page brought, gzipped."""
    found: dict[str, list[float]] = {"answered": [], "drawn": [], "steps": [], "script": []}
    for _ in range(rounds):
        with fresh(play, served) as page:
            _charted(page, served, signal, found)
    return found


def _charted(page: Page, served: Served, signal: str, found: dict[str, list[float]]) -> None:
    scripts: list[bytes] = []
    page.on("response", lambda answer: scripts.append(answer.body()) if answer.url.endswith(".js") else None)
    page.route(f"{served.root}/signals/**", _every_reading)
    page.add_init_script(KEEP)
    page.goto(f"{served.root}/signals/{signal}?span=all")
    page.wait_for_selector(".ready .plot canvas, .ready canvas", timeout=60_000)
    page.wait_for_timeout(500)
    answered, drawn = page.evaluate(MARKS)
    found["answered"].append(answered)
    found["drawn"].append(drawn)
    found["steps"] += page.evaluate(STEPS)
    found["script"].append(float(sum(len(gzip.compress(one, 9)) for one in scripts)))


def _every_reading(route: Any) -> None:
    """The page as the server gives it, but its chart asks for readings where it would ask for days."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("by=day", "by=raw"))


def high(values: list[float], share: float = 0.95) -> float:
    """The quantile."""
    return float(np.quantile(values, share)) if values else float("nan")
