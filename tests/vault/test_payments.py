"""Money by day: what a bank and a shop both tell is one payment, and what only looks alike stays two."""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import pytest

from selftwin.vault.payments import paid
from selftwin.vault.resolve import Recorded

DAY, HOUR = 86_400_000_000, 3_600_000_000
BANK, CARD, SHOP, LOG = 0, 1, 2, 3
FIRST = (date(2024, 3, 1) - date(1970, 1, 1)).days


def days(*rows: tuple[int, float, float]) -> dict[int, float]:
    """What is paid on each day of March: rows of source, day of the month (a part of it is an hour), amount."""
    source, day, value = (np.array(column) for column in zip(*rows, strict=True))
    at = ((FIRST + day - 1) * DAY).astype(np.int64)
    whole = source <= CARD
    told = Recorded(at, at, at, at, whole, source.astype(np.int64), value)
    made = paid(told, [BANK, CARD, SHOP, LOG], {BANK, CARD}, {LOG})
    assert made.n.sum() <= len(rows)
    return {int(one) - FIRST + 1: round(float(paid), 2) for one, paid in zip(made.day, made.value, strict=True)}


def test_a_payment_in_bank_and_shop_counts_once_on_the_day_it_was_bought() -> None:
    assert days((SHOP, 3.5, 24.90), (BANK, 6, 24.90), (BANK, 7, 3.20)) == {3: 24.90, 7: 3.20}


def test_what_was_ordered_at_one_moment_is_paid_as_one_sum() -> None:
    assert days((SHOP, 3.5, 10.0), (SHOP, 3.5, 14.90), (SHOP, 3.6, 5.0), (BANK, 5, 24.90)) == {3: 29.90}


@pytest.mark.parametrize(
    ("booked", "told"), [(2, {3: 9.99}), (13, {3: 9.99}), (1, {1: 9.99, 3: 9.99}), (14, {3: 9.99, 14: 9.99})]
)
def test_a_bank_books_from_a_day_before_to_ten_days_after(booked: int, told: dict[int, float]) -> None:
    assert days((SHOP, 3.5, 9.99), (BANK, booked, 9.99)) == told


def test_matches_are_one_to_one_and_the_nearest_day_first() -> None:
    assert days((SHOP, 3, 2.5), (SHOP, 3, 0.0), (BANK, 3, 2.5), (BANK, 4, 2.5)) == {3: 2.5, 4: 2.5}
    assert days((SHOP, 2.4, 2.5), (SHOP, 5.4, 2.5), (BANK, 6, 2.5), (BANK, 3, 2.5)) == {2: 2.5, 5: 2.5}


def test_two_equal_payments_of_one_bank_stay_two_and_two_banks_add_up() -> None:
    assert days((BANK, 3, 2.5), (BANK, 3, 2.5), (CARD, 3, 7.0)) == {3: 12.0}


def test_one_account_in_two_forms_counts_once() -> None:
    assert days((BANK, 3, 2.5), (BANK, 3, 2.5), (CARD, 3, 2.5), (CARD, 3, 2.5), (CARD, 3, 2.5)) == {3: 7.5}


def test_a_log_kept_by_hand_is_no_second_purse() -> None:
    assert days((LOG, 3, 11.0), (BANK, 4, 11.0), (SHOP, 9, 11.0)) == {3: 11.0, 9: 11.0}


def test_what_a_log_tells_for_one_day_is_paid_one_by_one() -> None:
    assert days((LOG, 3, 11.0), (LOG, 3, 4.0), (BANK, 3, 11.0), (BANK, 4, 4.0), (BANK, 4, 15.0)) == {3: 15.0, 4: 15.0}
    assert days((SHOP, 3, 11.0), (SHOP, 3, 4.0), (BANK, 5, 15.0), (BANK, 6, 4.0)) == {3: 15.0, 6: 4.0}


def test_an_order_in_shop_log_and_bank_is_one() -> None:
    assert days((SHOP, 3.8, 22.5), (LOG, 3, 22.5), (BANK, 6, 22.5)) == {3: 22.5}
    assert days((SHOP, 3.8, 22.5), (LOG, 5, 22.5), (BANK, 6, 22.5)) == {3: 22.5, 5: 22.5}


def test_the_source_that_gives_most_speaks_and_nothing_is_nothing() -> None:
    at = np.array([FIRST * DAY, FIRST * DAY + HOUR, (FIRST + 1) * DAY], np.int64)
    rows = Recorded(at, at, at, at, np.zeros(3, np.bool_), np.array([SHOP, LOG, SHOP]), np.array([1.0, -5.0, np.nan]))
    made = paid(rows, [SHOP, LOG], set())
    assert (made.day - FIRST).tolist() == [0]
    assert (made.value.tolist(), made.n.tolist(), made.source.tolist()) == ([-4.0], [2], [LOG])
    assert paid(rows.take(np.zeros(3, np.bool_)), [SHOP], set()).day.size == 0


def test_one_amount_paid_on_thousands_of_days_is_matched_day_by_day() -> None:
    stamps = np.concatenate([np.arange(3000)] * 2) * DAY
    rows = Recorded(stamps, stamps, stamps, stamps, np.ones(6000, bool), np.repeat([0, 1], 3000), np.full(6000, 2.8))
    begun = time.process_time()
    assert paid(rows, [0, 1], {1}).value.tolist() == [2.8] * 3000
    assert time.process_time() - begun < 1.5
