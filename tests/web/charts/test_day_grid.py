from tests.web.charts.examples import fortnight
from tests.web.charts.reading import of_class, parsed, strokes, vertices

from selftwin.web.charts.day_grid import draw

ROOT = parsed(draw(fortnight(), name="a", says="x"))
CELLS = of_class(ROOT, "day-cell")


def test_each_day_has_its_cell_and_all_share_one_scale():
    assert len(CELLS) == 14
    targets = {(one.get("y"), one.get("height")) for one in of_class(ROOT, "usual")}
    assert len(targets) == 1


def test_what_lies_above_the_range_is_marked_in_line_and_words():
    (outside,) = of_class(CELLS[3], "odd-line")
    target = of_class(CELLS[3], "usual")[0]
    assert all(y < float(target.get("y")) for _, y in vertices(outside))
    assert of_class(CELLS[3], "above")[0].text == "▲ 11.2"
    assert of_class(CELLS[4], "odd-line") == []


def test_a_gap_is_hatched_and_never_bridged():
    assert len(of_class(CELLS[9], "gap")) == 1
    assert len(strokes(of_class(CELLS[9], "recorded")[0])) == 2


def test_only_today_has_a_mark_of_now():
    assert [len(of_class(one, "today")) for one in CELLS] == [0] * 13 + [1]
