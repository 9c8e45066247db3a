"""What only a browser knows: that the stylesheet keeps letters at 13 pixels and shows one design at each width."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.web.charts.examples import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

STYLES = Path(__file__).parents[3] / "front" / "styles"
SEEN = """() => [...document.querySelectorAll('div.chart')].map(chart => ({
  kind: chart.className, wide: chart.clientWidth,
  parts: [...chart.children].filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().width),
  bodies: [...chart.querySelectorAll(':scope > .chart-body')].filter(one => one.checkVisibility()).length,
  letters: [...chart.querySelectorAll('text')].map(one => parseFloat(getComputedStyle(one).fontSize)),
  unfilled: [...chart.querySelectorAll('rect, circle')].filter(one => getComputedStyle(one).fill === 'rgb(0, 0, 0)')
    .map(one => one.getAttribute('class')),
}))"""


@pytest.fixture(scope="module")
def sheet(browser: Browser) -> Iterator[Page]:
    style = "".join((STYLES / f"{name}.css").read_text() for name in ("tokens", "charts", "drawings"))
    page = browser.new_page()
    page.set_content(f"<!doctype html><style>body{{margin:0}}{style}</style>{''.join(map(str, drawn().values()))}")
    yield page
    page.close()


@pytest.mark.parametrize("wide", [250, 350, 560, 760, 1000])
def test_letters_are_never_smaller_than_13_pixels_and_one_design_fills_the_width(sheet: Page, wide: int):
    sheet.set_viewport_size({"width": wide, "height": 800})
    found: list[dict[str, Any]] = sheet.evaluate(SEEN)
    assert len(found) > 20
    for chart in found:
        assert chart["bodies"] == 1, chart["kind"]
        assert sum(chart["parts"]) == pytest.approx(chart["wide"], abs=1), chart["kind"]
        assert min(chart["letters"], default=13) >= 13, chart["kind"]


def test_no_shape_is_left_without_a_colour_of_the_house(sheet: Page):
    assert {kind for chart in sheet.evaluate(SEEN) for kind in chart["unfilled"]} == set()
