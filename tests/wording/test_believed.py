from __future__ import annotations

from selftwin.vocabulary.estimate import Step
from selftwin.wording.believed import held, level, widest

WHOLE = Step("2026-03-13", 56.0, 54.0, 58.0, 52.0, 60.0, 51.0, 61.0)
EARLY = Step("2026-03-13", 5.0, 4.0, 6.0)
BARE = Step("2026-03-13", 5.0)


def test_the_widest_interval_is_the_one_the_data_allow() -> None:
    assert (widest(WHOLE), level(WHOLE)) == ((51.0, 61.0), 90)
    assert (widest(EARLY), level(EARLY)) == ((4.0, 6.0), 50)
    assert (widest(BARE), level(BARE)) == ((None, None), None)


def test_only_what_holds_less_often_than_nine_times_in_ten_is_said() -> None:
    assert (held(WHOLE), held(EARLY)) == ("", ", half the time")
