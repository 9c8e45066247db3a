import pytest

from selftwin.web.charts.letters import shortened, width

BROWSER = {"28 Oct": 36.0, "your usual, 51 to 57": 111.0, "9 in 10": 39.0, "midnight": 50.0, "16:34 dark": 60.0}


@pytest.mark.parametrize("said", BROWSER)
def test_words_are_never_thought_narrower_than_a_browser_draws_them_nor_much_wider(said):
    assert BROWSER[said] * 0.94 <= width(said) <= BROWSER[said] * 1.3


def test_larger_and_heavier_words_are_wider():
    assert width("Sleep", "row-name") / width("Sleep") == pytest.approx(16 / 13)
    assert width("Sleep", "label-strong") > width("Sleep")


def test_words_are_cut_to_their_room_and_say_so():
    assert shortened("Sleep", 200) == "Sleep"
    cut = shortened("Evenings with friends", 80)
    assert cut.endswith("…")
    assert width(cut) <= 80
