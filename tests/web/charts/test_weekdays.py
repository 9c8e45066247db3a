from dataclasses import replace

from tests.web.charts.examples import seven
from tests.web.charts.reading import of_class, parsed, share, words

from selftwin.web.charts.weekdays import draw


def drawn(week):
    return parsed(draw(week, name="a", says="x"))


def test_each_kind_has_its_nine_in_ten_its_half_its_middle_and_its_values():
    root = drawn(seven())
    for kind, count in (("usual", 7), ("usual-half", 7), ("usual-mid", 7), ("recorded-dot", 28)):
        assert len(of_class(root, kind)) == count


def test_values_stay_in_the_column_of_their_kind():
    root = drawn(seven())
    for place, dot in enumerate(of_class(root, "recorded-dot")):
        assert place // 4 / 7 < share(dot, "cx") < (place // 4 + 1) / 7


def test_names_are_whole_where_all_fit_and_short_where_not():
    root = drawn(seven())
    assert "Wednesday" in {one.text for one in words(root, 760)}
    assert "Wed" in {one.text for one in words(root, 350)}


def test_today_is_ringed_and_strong():
    root = drawn(seven())
    assert len(of_class(root, "odd")) == 1
    assert [one.text for one in words(root, 760) if one.kind.startswith("label-strong")] == ["Tuesday"]


def test_a_value_of_nothing_is_still_drawn():
    assert len(of_class(drawn(replace(seven(), now=0.0, odd=False)), "recorded-dot")) == 29
