import numpy as np
from tests.web.charts.examples import ahead
from tests.web.charts.reading import parsed, words

from selftwin.web.charts.believed import Band
from selftwin.web.charts.frame import lanes_needed, write_band, write_clock, write_ends
from selftwin.web.charts.happened import Recorded
from selftwin.web.charts.names import NAMES
from selftwin.web.charts.scale import Up
from selftwin.web.charts.sheet import Across, Sheet, Text
from selftwin.web.charts.when import Mark

AXIS = Up(40, 70, 20, 170)


def test_a_wider_clock_says_more():
    sheet = Sheet("a", 40)
    write_clock(sheet, Across(0, 1), 30)
    root = parsed(sheet.drawn("x"))
    narrow, wide = (len(words(root, width)) for width in (250, 760))
    assert 3 <= narrow < wide


def test_what_the_caller_wants_on_the_clock_comes_before_its_own_marks():
    sheet = Sheet("a", 40)
    write_clock(sheet, Across(0, 1), 30, beside=[Mark(0.26, "6:14 sun")])
    said = {one.text for one in words(parsed(sheet.drawn("x")), 350)}
    assert "6:14 sun" in said
    assert "6" not in said


def test_the_names_of_a_cone_stand_at_its_end_and_apart():
    sheet = Sheet("a", 200, right=60)
    write_ends(sheet, ahead(4, 57, 0.2), AXIS, NAMES)
    nine, half = words(parsed(sheet.drawn("x")), 350)
    assert (nine.text, half.text) == ("9 in 10", "half")
    assert half.y - nine.y >= 15.9


def test_the_words_of_a_band_stand_where_the_line_is_not():
    band = Band(50, 60, "your usual, 50 to 60")
    days = np.arange(40.0)
    for level, above in ((61.5, False), (48.0, True)):
        sheet = Sheet("a", 200)
        write_band(sheet, band, Recorded(days, np.full(40, level)), Across(0, 40), AXIS, days[[0, -1]])
        (said,) = words(parsed(sheet.drawn("x")), 350)
        assert (said.y < AXIS(60)) is above


def test_so_many_lines_are_taken_as_words_need():
    texts = [Text(0.5, 0, "one"), Text(0.5, 0, "two")]
    assert lanes_needed(texts, 600, 3) == 2
    assert lanes_needed([], 600, 3) == 0
