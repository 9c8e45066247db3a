import numpy as np
import pytest
from tests.web.charts.reading import of_class, parsed, shown

from selftwin.web.charts.sheet import LEVELS, Across, Sheet, Text, apart, fitting, gutter, lanes, switched


def test_words_that_would_touch_give_way_to_the_more_important():
    first, second = Text(0.5, 10, "choir practice"), Text(0.52, 10, "lunch")
    assert [one.words for one in fitting([first, second], 350)] == ["choir practice"]
    assert len(fitting([first, Text(0.9, 10, "lunch")], 350)) == 2


def test_short_words_stand_where_long_ones_do_not_fit():
    texts = [Text(0.5, 10, "choir practice"), Text(0.25, 10, "lunch, as usual", short="lunch")]
    assert [one.words for one in fitting(texts, 300)] == ["choir practice", "lunch"]
    assert [one.words for one in fitting(texts, 800)] == ["choir practice", "lunch, as usual"]


@pytest.mark.parametrize(("share", "anchor"), [(0.0, "start"), (1.0, "end"), (0.5, "middle")])
def test_words_at_an_edge_move_in(share, anchor):
    (one,) = fitting([Text(share, 10, "midnight")], 300)
    assert one.anchor == anchor
    left, right = one.extent(300)
    assert left >= 0
    assert right <= 300


def test_words_beside_a_mark_go_to_its_other_side_at_the_edge():
    (one,) = fitting([Text(0.02, 10, "row not readable", "label", "end", -8)], 300)
    assert (one.anchor, one.shift) == ("start", 8)


def test_words_wider_than_the_frame_are_left_out():
    assert fitting([Text(0.5, 10, "a sentence that is far too long for this")], 100) == []


def test_crowded_words_rise_to_the_next_line_and_then_to_the_table():
    texts = [Text(0.5, 50, name) for name in ("first child", "second child", "third child")]
    assert [one.y for one in lanes(texts, 300, 2)] == [50, 34]


def test_words_are_written_once_where_all_widths_agree_and_apart_where_not():
    sheet = Sheet("a", 40)
    sheet.write(lambda body: [Text(0.0, 10, "always"), Text(1.0, 10, "wide" if body > 500 else "narrow")])
    root = parsed(sheet.drawn("x"))
    found = {one.text: [level for level in LEVELS if shown(one, level)] for one in root.iter("text")}
    assert found == {"always": [250, 350, 560, 760], "wide": [560, 760], "narrow": [250, 350]}


def test_a_hatch_is_defined_once_and_never_stretched():
    sheet = Sheet("heart", 40)
    assert sheet.hatch() == sheet.hatch() == "url(#heart-hatch)"
    assert len(sheet.defs) == 1
    assert 'patternUnits="userSpaceOnUse"' in sheet.defs[0]


def test_a_gutter_for_names_is_shown_only_where_there_is_room():
    sheet = Sheet("a", 40, left=30, right=120, right_from=560)
    assert sheet.room(350) == 320
    assert sheet.room(760) == 610
    assert (sheet.spare(320), sheet.spare(610)) == (0, 120)
    (right,) = of_class(parsed(sheet.drawn("x")), "chart-right")
    assert [level for level in LEVELS if shown(right, level)] == [560, 760]


def test_two_designs_never_show_together():
    root = parsed(switched(Sheet("a", 40), Sheet("b", 90), "x"))
    wide, narrow = of_class(root, "chart-body")
    assert [shown(wide, level) for level in LEVELS] == [False, False, True, True]
    assert [shown(narrow, level) for level in LEVELS] == [True, True, False, False]


def test_heights_are_kept_apart_and_inside():
    assert apart([50, 52, 10], 16, 0, 60) == [44, 60, 10]
    assert apart([], 16, 0, 60) == []


def test_a_gutter_holds_its_widest_figure():
    assert gutter(["5", "12,000"]) > gutter(["5", "12"])


def test_a_moment_lies_at_its_share():
    assert Across(10, 20)(12.5) == 0.25
    assert Across(10, 20).all([15]).tolist() == [500]


def test_a_single_moment_has_a_place() -> None:
    across = Across(20_000.0, 20_000.0)
    assert across(20_000.0) == 0.0
    assert list(across.all(np.array([20_000.0]))) == [0.0]
