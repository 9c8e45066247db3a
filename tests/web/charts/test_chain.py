from tests.web.charts.reading import of_class, parsed, share, words

from selftwin.web.charts.chain import Chain, draw


def drawn(chain):
    return parsed(draw(chain, name="a", says="x"))


def test_each_seal_holds_the_one_before_and_the_last_is_open():
    root = drawn(Chain(8, "00:00", "07:00"))
    assert len(of_class(root, "seal")) == 8
    assert len(of_class(root, "link")) == 7
    assert len(of_class(root, "seal-open")) == 1
    assert {one.text for one in words(root, 250)} == {"00:00", "07:00"}


def test_from_a_broken_seal_on_nothing_holds():
    root = drawn(Chain(8, broken=4))
    assert len(of_class(root, "seal-broken")) == 4
    (link,) = of_class(root, "link-broken")
    assert (share(link, "x1"), share(link, "x2")) == (3 / 8, 4 / 8)


def test_many_seals_keep_clear_of_each_other_on_the_narrowest_page():
    side = float(of_class(drawn(Chain(24)), "seal")[0].get("width"))
    assert side < 250 / 24
