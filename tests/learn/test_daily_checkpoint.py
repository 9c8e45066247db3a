"""A memory as bytes: back bit for bit, and nothing else is taken for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.learn import daily
from selftwin.learn.daily_checkpoint import Unreadable, from_bytes, packed, to_bytes, unpacked


def learnt(n: int, horizons=(1, 7)):
    rng = np.random.default_rng(n)
    memory, _ = daily.learn(daily.blank(horizons), np.arange(n), rng.standard_t(2, n))
    return memory


def learnt_until(n: int):
    values = np.random.default_rng(1).normal(size=n)
    return daily.learn(daily.blank(), np.arange(n), values)[0]


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


def test_memories_of_one_series_packed_cost_little_more_than_the_last():
    bodies = [to_bytes(learnt_until(n)) for n in (364, 392, 400)]
    alone, together = packed(bodies[-1:]), packed(bodies)
    assert unpacked(together, 3) == bodies
    assert unpacked(alone, 1) == bodies[-1:]
    assert len(together) < 1.7 * len(alone)


def test_packed_bytes_cut_short_or_holding_another_number_are_unreadable():
    data = packed([to_bytes(learnt(20)), to_bytes(learnt(21))])
    for spoilt, count in ((data[:-5], 2), (b"", 2), (data, 0)):
        with pytest.raises(Unreadable):
            unpacked(spoilt, count)


def test_zeros_of_both_signs_are_one_zero():
    values = np.tile([0.0, -0.0, 1.0, -0.0, 0.0], 12)
    memory, _ = daily.learn(daily.blank(), np.arange(60), values)
    back = from_bytes(to_bytes(memory))
    assert back.ordered.tobytes() == memory.ordered.tobytes()
