from dataclasses import replace

import pytest
from tests.web.charts.examples import both_futures, the_difference
from tests.web.charts.reading import of_class, parsed, share, vertices, words

from selftwin.web.charts.futures import difference, draw


def test_both_futures_begin_at_the_last_value():
    root = parsed(draw(both_futures(), name="a", says="x"))
    last = vertices(of_class(root, "recorded")[0])[-1]
    assert vertices(of_class(root, "if-mid")[0])[0] == vertices(of_class(root, "asis-mid")[0])[0] == last


def test_as_you_are_is_a_hatch_and_the_change_is_filled():
    root = parsed(draw(both_futures(), name="a", says="x"))
    assert of_class(root, "asis")[0].get("fill") == "url(#a-asis-hatch)"
    assert len(of_class(root, "if90")) == len(of_class(root, "if50")) == 1


@pytest.mark.parametrize("wide", [250, 350, 560, 760])
def test_both_are_named_with_their_range_at_every_width(wide):
    found = {one.text: one.part for one in words(parsed(draw(both_futures(), name="a", says="x")), wide)}
    assert {"going on as you are", "73.6 to 76.7", "with the changes", "70.8 to 73.8"} <= set(found)
    assert found["with the changes"] == ("chart-right" if wide >= 560 else "chart-body")


def test_the_difference_stands_on_the_days_of_the_futures():
    above = parsed(draw(both_futures(), name="a", says="x"))
    below = parsed(difference(the_difference(), name="b", says="x"))
    today = [next(share(one) for one in root.iter("svg") if one.find("path[@class='today']") is not None)
             for root in (above, below)]  # fmt: skip
    assert today[0] == today[1]
    for part in ("chart-left", "chart-right"):
        assert of_class(above, part)[0].get("width") == of_class(below, part)[0].get("width")


def test_the_difference_begins_at_nothing():
    root = parsed(difference(the_difference(), name="a", says="x"))
    zero = float(of_class(root, "zero")[0].get("y1"))
    assert vertices(of_class(root, "if-mid")[0])[0][1] == pytest.approx(zero, abs=0.06)


def test_one_future_alone_is_drawn_as_you_are():
    root = parsed(draw(replace(both_futures(), changed=None), name="a", says="x"))
    assert of_class(root, "if90") == []
    assert of_class(root, "asis-mid")
