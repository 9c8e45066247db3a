"""The naive guesses: what they say and how wrong they were."""

from __future__ import annotations

import numpy as np

from selftwin.domains.normal.guess import LAST, MEAN7, WEEKDAY, guess, interval, past_errors


def test_the_guesses_are_what_they_are_called():
    days, values = np.arange(10), np.arange(10.0)
    assert guess(LAST, days, values, 10) == 9
    assert guess(MEAN7, days, values, 10) == 6
    assert guess(WEEKDAY, days, values, 10) == 3
    assert guess(WEEKDAY, days[:2], values[:2], 5) == 0.5
    np.testing.assert_array_equal(past_errors(LAST, days, values, 3), np.full(7, 3.0))


def test_an_interval_of_past_errors_holds_the_guess_and_nine_in_ten():
    low, high = interval(np.arange(-9.0, 10.0), 90)
    assert (low, high) == (-9, 9)
    assert interval(np.arange(5.0, 30.0), 90)[0] == 0
