from tests.web.charts.examples import sparks
from tests.web.charts.reading import of_class, parsed, share, vertices

from selftwin.web.charts.spark import draw


def drawn(level):
    return parsed(draw(sparks()[level], name="a", says="x"))


def test_a_trusted_band_is_full_and_a_first_impression_is_dotted():
    assert len(of_class(drawn("trusted"), "usual-edge")) == 2
    assert len(of_class(drawn("first"), "usual-first-edge")) == 2
    assert of_class(drawn("first"), "usual") == []


def test_while_nothing_can_be_said_there_are_dots_and_a_hatch():
    root = drawn("none")
    assert len(of_class(root, "recorded-dot")) == 3
    assert of_class(root, "recorded") == []
    assert len(of_class(root, "gap")) == 1
    assert not [one for one in root.iter() if "usual" in one.get("class", "")]


def test_a_simple_guess_shows_whiskers():
    root = drawn("guess")
    assert len(of_class(root, "guess-dot")) == 3
    assert of_class(root, "next90") == []


def test_today_stands_after_fourteen_days_of_seventeen():
    root = drawn("trusted")
    (today,) = (one for one in root.iter("svg") if one.find("path[@class='today']") is not None)
    assert abs(share(today) - 14 / 17) < 0.02
    assert vertices(of_class(root, "next90")[0])[0] == vertices(of_class(root, "recorded")[0])[-1]


def test_a_small_multiple_has_no_words():
    assert list(drawn("trusted").iter("text")) == []
