"""An account that does not add up cannot be made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.vocabulary.account import AccountDoesNotAddUp, Observations, Records

COUNTS = st.integers(0, 1 << 40)


@given(parts=st.tuples(COUNTS, COUNTS, COUNTS), off=st.integers(-3, 3))
@pytest.mark.parametrize("account", [Records, Observations])
def test_the_whole_is_its_parts_or_nothing(account: type, parts: tuple[int, int, int], off: int) -> None:
    if off == 0:
        assert account(sum(parts), *parts) == account(sum(parts), *parts)
        return
    with pytest.raises(AccountDoesNotAddUp):
        account(sum(parts) + off, *parts)


def test_what_does_not_add_up_says_the_counts_and_whom_to_tell() -> None:
    with pytest.raises(AccountDoesNotAddUp, match=r"5 records read, but 1 taken, 2 passed over, 1 faulty") as caught:
        Records(5, 1, 2, 1)
    assert "report" in caught.value.hint
