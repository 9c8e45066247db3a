from itertools import pairwise

import pytest
from tests.web.charts.reading import parsed, share

from selftwin.web.charts.ledger_bars import draw


def spans(*given):
    bars = [parsed(one).find("rect") for one in draw(*given)]
    return [(share(one), share(one) + share(one, "width")) for one in bars]


def test_each_bar_begins_where_the_one_above_ended():
    for (_, end), (start, _) in pairwise(spans([1.9, 1.6], 2.2)):
        assert start == pytest.approx(end, abs=0.001)


def test_what_takes_away_goes_back():
    first, second, _ = spans([2.0, -0.5], 1.0)
    assert second == pytest.approx((first[1] - (first[1] - first[0]) / 4, first[1]), abs=0.001)


def test_not_explained_always_has_a_bar_of_its_own():
    bars = draw([1.0], 0.0)
    assert len(bars) == 2
    assert "part-unknown" in bars[-1]
    assert share(parsed(bars[-1]).find("rect"), "width") > 0
