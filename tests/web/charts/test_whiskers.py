from tests.web.charts.examples import else_changed
from tests.web.charts.reading import of_class, parsed, share, words

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts.whiskers import BARS, Whisker, draw

ROOT = parsed(draw(else_changed(), name="a", says="x"))


def boxes(rows):
    root = parsed(draw(rows, name="a", says="x"))
    wide = of_class(root, "chart-body")[0]
    return [(share(one), share(one) + share(one, "width")) for one in of_class(wide, "next90")]


def test_less_lies_left_of_no_change_and_more_right_of_it():
    less, more = boxes([Whisker("a", "", nine=(-2, -1), middle=-1.5), Whisker("b", "", nine=(1, 2), middle=1.5)])
    zero = sum(BARS) / 2
    assert less[1] < zero < more[0]


def test_a_small_change_is_drawn_small_when_the_usual_swing_is_known():
    (alone,) = boxes([Whisker("a", "", nine=(0.1, 0.2), middle=0.15)])
    (held,) = boxes([Whisker("a", "", nine=(0.1, 0.2), middle=0.15, usual=3)])
    assert held[1] - held[0] < (alone[1] - alone[0]) / 10


def test_no_range_leaves_its_room():
    wild, still = Whisker("a", "", nine=(-90, 4), middle=1, usual=1), Whisker("b", "", nine=(0, 0), middle=0)
    for left, right in boxes([wild, still]):
        assert BARS[0] <= left <= right <= BARS[1]


def test_where_nothing_can_be_said_no_bar_is_drawn():
    assert boxes([Whisker("Mood", "nothing to say yet", Trust.NONE)]) == []
    assert len(of_class(ROOT, "trust-none")) == 2


def test_plum_is_for_what_nobody_has_lived():
    def drawn(**more):
        root = parsed(draw([Whisker("a", "", nine=(1, 2), half=(1.2, 1.8), middle=1.5, **more)], name="a", says="x"))
        return {kind for kind in ("if90", "if50", "if-mid-mark", "next90", "next50", "next-mid-mark")
                if of_class(root, kind)}  # fmt: skip

    assert drawn() == {"next90", "next50", "next-mid-mark"}
    assert drawn(imagined=True) == {"if90", "if50", "if-mid-mark"}


def test_long_names_are_cut_before_their_change():
    said = {one.text for one in words(ROOT, 250)}
    assert any(one.startswith("Evenings") and one.endswith("…") for one in said)
    assert "no change" in said
