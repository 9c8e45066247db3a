import pytest
from tests.web.charts.examples import importing
from tests.web.charts.reading import of_class, parsed, share, words

from selftwin.web.charts.progress import Progress, draw


def drawn(progress):
    return parsed(draw(progress, name="a", says="x"))


def test_what_is_read_ends_at_the_mark():
    root = drawn(importing())
    read = [*of_class(root, "part-ink"), *of_class(root, "part-ink2")]
    assert max(share(one) + share(one, "width") for one in read) == pytest.approx(0.7, abs=0.001)
    assert share(of_class(root, "edge-mark")[0], "x1") == 0.7


@pytest.mark.parametrize(("done", "spans"), [(0.0, 0), (1.0, 9), (1.7, 9)])
def test_nothing_and_everything_are_drawn_as_such(done, spans):
    root = drawn(Progress(importing().spans, done))
    assert len(of_class(root, "part-ink")) + len(of_class(root, "part-ink2")) == spans


def test_faults_stand_over_their_place():
    root = drawn(importing())
    assert len(of_class(root, "fault")) == 2
    assert "31 rows" in {one.text for one in words(root, 760)}


def test_no_words_lie_on_a_cross():
    root = drawn(importing())
    for wide in (250, 350, 560, 760):
        for one in words(root, wide):
            if one.y < 20 and one.text == "now at 9 June 2024":
                assert not one.left - 4 <= 0.655 * wide <= one.right + 4
