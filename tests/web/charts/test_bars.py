from tests.web.charts.reading import of_class, parsed

from selftwin.web.charts.bars import draw


def test_each_day_is_a_bar_hollow_where_nothing_arrived():
    root = parsed(draw([True, False, True], says="2 of 3 days"))
    assert (len(of_class(root, "bar-full")), len(of_class(root, "bar-open"))) == (2, 1)
    assert root.get("aria-label") == "2 of 3 days"
    assert root.get("width") == "15"
