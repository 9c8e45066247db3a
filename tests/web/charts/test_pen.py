import numpy as np
from tests.web.charts.reading import strokes, vertices

from selftwin.web.charts.pen import area, line, runs, tag, words

NAN = float("nan")


def test_what_comes_from_outside_is_escaped():
    assert tag("g", x='"><script>') == '<g x="&quot;&gt;&lt;script&gt;"/>'
    assert words("<b> & c") == "&lt;b&gt; &amp; c"


def test_an_attribute_without_a_value_is_left_out():
    assert tag("text", "a", text_anchor=None, x=1.005) == '<text x="1">a</text>'


def test_a_line_is_never_drawn_across_what_is_missing():
    path = line(np.arange(6.0), np.asarray([1, 2, NAN, 4, 5, 6]))
    assert strokes(path) == [[(0, 1), (1, 2)], [(3, 4), (4, 5), (5, 6)]]


def test_a_line_is_broken_before_a_marked_place():
    broken = np.asarray([False, False, True, False])
    assert strokes(line(np.arange(4.0), np.ones(4), broken=broken)) == [[(0, 1), (1, 1)], [(2, 1), (3, 1)]]


def test_a_lone_value_makes_no_line():
    assert line(np.arange(3.0), np.asarray([1, NAN, 2])) == ""


def test_an_area_goes_there_on_its_upper_edge_and_back_on_its_lower():
    path = area(np.asarray([0.0, 10.0]), np.asarray([5.0, 6.0]), np.asarray([1.0, 2.0]))
    assert vertices(path) == [(0, 1), (10, 2), (10, 6), (0, 5)]
    assert path.endswith("Z")


def test_runs_are_found_at_both_edges():
    assert runs(np.asarray([True, False, True, True])) == [(0, 1), (2, 4)]
    assert runs(np.zeros(3, dtype=bool)) == []
