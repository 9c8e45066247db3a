from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.web.charts.examples import TODAY, ahead
from tests.web.charts.reading import of_class, parsed, share, vertices

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts.believed import AS_IS, NEXT, Band, Cone, Guess, draw_band, draw_cone, draw_guess
from selftwin.web.charts.scale import Up
from selftwin.web.charts.sheet import Across, Sheet
from selftwin.web.charts.when import place

AXIS = Up(40, 70, 0, 150)
LAST = place(TODAY)
ACROSS = Across(LAST - 10, LAST + 10)


def drawn(draw, *given):
    sheet = Sheet("a", 150)
    draw(sheet, *given)
    return parsed(sheet.drawn("x"))


@pytest.mark.parametrize("kind", ["next90", "next50"])
def test_both_washes_begin_at_the_last_value(kind):
    root = drawn(draw_cone, ahead(4, 57, 2), (LAST, 60.0), ACROSS, AXIS, NEXT)
    (wash,) = of_class(root, kind)
    places = vertices(wash)
    assert places[0] == places[-1] == (500.0, pytest.approx(AXIS(60.0)))


def test_the_middle_and_the_edges_begin_there_too_and_end_at_their_values():
    cone = ahead(4, 57, 2)
    root = drawn(draw_cone, cone, (LAST, 60.0), ACROSS, AXIS, NEXT)
    lines = [*of_class(root, "next-mid"), *of_class(root, "next-edge")]
    assert len(lines) == 3
    assert {vertices(one)[0] for one in lines} == {(500.0, AXIS(60.0))}
    assert vertices(lines[0])[-1] == (700.0, pytest.approx(AXIS(57.0)))


def test_the_half_lies_inside_the_nine_in_ten():
    root = drawn(draw_cone, ahead(4, 57, 2), None, ACROSS, AXIS, NEXT)
    half, nine = (vertices(of_class(root, kind)[0]) for kind in ("next50", "next90"))
    assert nine[0][1] < half[0][1] < half[-1][1] < nine[-1][1]


def test_where_the_data_allow_only_half_the_edges_are_those_of_half():
    cone = replace(ahead(4, 57, 2), nine=None)
    root = drawn(draw_cone, cone, (LAST, 60.0), ACROSS, AXIS, NEXT)
    assert of_class(root, "next90") == []
    assert vertices(of_class(root, "next-edge")[0])[-1][1] == pytest.approx(AXIS(cone.half[0][-1]), abs=0.06)


def test_as_you_are_is_a_hatch_clipped_to_its_outline():
    root = drawn(draw_cone, ahead(4, 57, 2), (LAST, 60.0), ACROSS, AXIS, AS_IS)
    (hatch,) = of_class(root, "asis")
    assert (hatch.get("fill"), hatch.get("clip-path")) == ("url(#a-asis-hatch)", "url(#a-as-is)")
    (clip,) = root.iter("clipPath")
    assert clip.get("clipPathUnits") == "objectBoundingBox"
    corners = vertices(clip[0])
    assert min(x for x, _ in corners) == min(y for _, y in corners) == 0
    assert max(x for x, _ in corners) == max(y for _, y in corners) == 1
    assert share(hatch) == 0.5


@pytest.mark.parametrize(("trust", "wash", "edge"), [(Trust.TRUSTED, "usual", "usual-edge"),
                                                    (Trust.FIRST, "usual-first", "usual-first-edge")])  # fmt: skip
def test_a_band_is_drawn_as_strongly_as_it_is_trusted(trust, wash, edge):
    root = drawn(draw_band, Band(51, 57, trust=trust), ACROSS, AXIS, np.asarray([LAST - 10, LAST]))
    assert vertices(of_class(root, wash)[0]) == [(0, 65), (500, 65), (500, 95), (0, 95)]
    assert len(of_class(root, edge)) == 2


def test_no_band_is_drawn_while_nothing_is_known():
    root = drawn(draw_band, Band(51, 57, trust=Trust.NONE), ACROSS, AXIS, np.asarray([LAST - 10, LAST]))
    assert list(root.iter("path")) == []


def test_a_band_may_vary_by_day():
    low = [50, 51, 52]
    root = drawn(draw_band, Band(low, [60, 60, 60]), ACROSS, AXIS, LAST + np.arange(3.0))
    assert [y for _, y in vertices(of_class(root, "usual-edge")[0])] == [AXIS(one) for one in low]


def test_a_guess_is_a_whisker_and_a_dot_each_and_never_a_cone():
    at = [TODAY + timedelta(days=one) for one in (1, 2, 3)]
    root = drawn(draw_guess, Guess(at, [55] * 3, [50] * 3, [60] * 3), (LAST, 58.0), ACROSS, AXIS)
    assert len(of_class(root, "guess-dot")) == 3
    assert not [one for one in root.iter() if "next" in one.get("class", "")]
    assert "V100H" not in of_class(root, "guess")[1].get("d")
    assert of_class(root, "guess")[1].get("d").startswith("M0,50V100")


def test_all_that_is_believed_asks_for_its_place_on_the_axis():
    cone = Cone([TODAY], [55], ([54], [56]), ([50], [61]))
    assert sorted(cone.reach()) == [50, 54, 55, 56, 61]
    assert list(Band([1, 2], [3, 4]).reach()) == [1, 2, 3, 4]
