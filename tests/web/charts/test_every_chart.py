"""What every chart keeps to, whatever it draws."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest
from tests.web.charts.examples import SAYS, drawn
from tests.web.charts.reading import clashes, parsed, words

from selftwin.web import charts
from selftwin.web.charts.sheet import LEVELS

EXAMPLES = drawn()
SILENT = {"ledger_bars"}  # cells of a table that says every figure
WIDTHS = (*LEVELS, 300, 420, 559, 700, 800, 1100)
CHARTS = pytest.mark.parametrize("chart", EXAMPLES)


def test_every_module_that_draws_has_an_example():
    modules = {one.name for one in pkgutil.iter_modules(charts.__path__)}
    drawing = {name for name in modules if hasattr(import_module(f"selftwin.web.charts.{name}"), "draw")} | {"risk"}
    assert drawing == {name.partition(" ")[0] for name in EXAMPLES}


@CHARTS
def test_a_chart_is_valid_and_says_its_sentence(chart):
    root = parsed(EXAMPLES[chart])
    if chart in SILENT:
        assert root.get("aria-hidden") == "true"
    else:
        assert root.get("role") == "img"
        assert root.get("aria-label") == SAYS


@CHARTS
def test_a_chart_carries_no_style_no_script_and_no_colour(chart):
    for one in parsed(EXAMPLES[chart]).iter():
        assert one.tag not in {"style", "script", "foreignObject", "a", "image", "use"}
        assert not {"style", "stroke", "color", "font-size", "href"} & set(one.attrib)
        assert not [name for name in one.attrib if name.startswith("on")]
        fill = one.get("fill", "none")
        assert fill == "none" or fill.startswith("url(#a-")


@CHARTS
def test_names_inside_begin_with_the_charts_own_and_each_reference_is_kept(chart):
    text = str(EXAMPLES[chart])
    names = re.findall(r' id="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert all(name.startswith("a-") for name in names)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) == set(names)


@CHARTS
def test_every_class_is_listed_for_whoever_writes_the_stylesheet(chart):
    listed = set(re.findall(r"[a-z][a-z0-9-]+", charts.__doc__ or ""))
    used = {cls for one in parsed(EXAMPLES[chart]).iter() for cls in one.get("class", "").split()}
    assert used - listed == set()


@CHARTS
@pytest.mark.parametrize("wide", WIDTHS)
def test_words_never_lie_on_each_other_nor_leave_the_frame(chart, wide):
    root = parsed(EXAMPLES[chart])
    if root.tag != "div" or chart.startswith("day_grid"):
        return
    found = words(root, wide)
    assert list(clashes(found)) == []
    tall = max(float(one.get("height", "0")) for one in root.iter("svg") if one.get("viewBox") is None)
    for one in found:
        assert one.left >= -0.5, one
        assert one.right <= wide + 0.5, one
        assert 9 <= one.y <= tall, one


@CHARTS
def test_no_number_is_missing_or_endless(chart):
    assert not re.search(r"\b(nan|inf|None)\b", re.sub(r"aria-label=\"[^\"]*\"", "", str(EXAMPLES[chart])))


@CHARTS
def test_lines_that_are_stretched_keep_their_strokes_in_pixels(chart):
    for svg in parsed(EXAMPLES[chart]).iter("svg"):
        if svg.get("preserveAspectRatio") == "none":
            lines = [one for one in svg if one.get("fill") == "none"]
            assert all(one.get("vector-effect") == "non-scaling-stroke" for one in lines)
