"""A memory as bytes: back bit for bit, and nothing else is taken for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.learn import daily
from selftwin.learn.daily_checkpoint import Unreadable, from_bytes, to_bytes


def learnt(n: int, horizons=(1, 7)):
    rng = np.random.default_rng(n)
    memory, _ = daily.learn(daily.blank(horizons), np.arange(n), rng.standard_t(2, n))
    return memory


@settings(max_examples=10, deadline=None)
@given(n=st.integers(0, 450), horizons=st.sets(st.integers(1, 28), min_size=1, max_size=4))
def test_a_memory_comes_back_bit_for_bit(n, horizons):
    memory = learnt(n, tuple(sorted(horizons)))
    back = from_bytes(to_bytes(memory))
    for here, there in zip(memory, back, strict=True):
        assert here.dtype == there.dtype
        assert here.shape == there.shape
        assert here.tobytes() == there.tobytes()
    assert to_bytes(back) == to_bytes(memory)


def test_learning_goes_on_from_bytes_as_if_nothing_had_been_kept():
    rng = np.random.default_rng(0)
    values = rng.normal(size=60)
    whole, _ = daily.learn(daily.blank(), np.arange(60), values)
    half, _ = daily.learn(daily.blank(), np.arange(35), values[:35])
    rest, _ = daily.learn(from_bytes(to_bytes(half)), np.arange(35, 60), values[35:])
    assert to_bytes(rest) == to_bytes(whole)


@pytest.mark.parametrize(
    "spoil", [lambda b: b"", lambda b: b[:60], lambda b: b"x" + b, lambda b: b[:-9], lambda b: b[:17]]
)
def test_bytes_that_are_no_memory_are_unreadable(spoil):
    with pytest.raises(Unreadable):
        from_bytes(spoil(to_bytes(learnt(20))))


def test_nothing_in_the_bytes_is_pickle():
    assert b"numpy" not in to_bytes(learnt(5))
    assert not to_bytes(learnt(5)).startswith(b"\x80")
