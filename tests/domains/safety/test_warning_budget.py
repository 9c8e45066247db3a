"""The table of thresholds: in order, read between its rows, and made with the detector that ships."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.safety import warning_budget as budgets


def test_a_smaller_budget_asks_for_a_higher_score() -> None:
    assert budgets.shared(0.25) > budgets.shared(0.5) > budgets.shared(1.0) > budgets.shared(2.0)


def test_a_budget_between_two_rows_lies_on_their_line_and_the_table_spans_all_that_can_be_asked_for() -> None:
    (low, strict), (high, loose) = budgets.table()[:2]
    assert budgets.shared(low) == strict
    assert budgets.shared(float(np.sqrt(low * high))) == pytest.approx((strict + loose) / 2)
    assert (budgets.table()[0][0], budgets.table()[-1][0]) == (budgets.LEAST, budgets.MOST)


def test_the_table_of_thresholds_was_made_with_the_detector_as_it_is() -> None:
    """Where this fails the score has changed: make the table anew, `python -m bench alert-thresholds --write`."""
    assert budgets.trial().score.sum() == pytest.approx(budgets.made_with(), abs=1e-3)
