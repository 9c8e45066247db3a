"""Who calls: a stranger can neither ask without end by other names, nor fill the memory with them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from selftwin.vocabulary.errors import Locked
from selftwin.web import caller
from selftwin.web.caller import BURST, KNOWN, Patience
from selftwin.web.guesses import TooOften

if TYPE_CHECKING:
    from fastapi import Request


def asking(patience: Patience, words: str) -> None:
    """A request of somebody with these words for a token, to a server whose twins are locked."""
    state = SimpleNamespace(house=SimpleNamespace(every=[]), patience=patience)
    request = SimpleNamespace(app=SimpleNamespace(state=state), client=SimpleNamespace(host="127.0.0.1"))
    caller._party(cast("Request", request), words)


def test_ever_other_words_are_one_stranger() -> None:
    patience = Patience(clock=lambda: 1.0)
    for number in range(int(BURST)):
        with pytest.raises(Locked):
            asking(patience, f"{number}-{'x' * 1000}.y")
    with pytest.raises(TooOften):
        asking(patience, "and another")
    assert len(patience._left) == 1
    assert len("".join(patience._left)) < 100


def test_whoever_asked_long_ago_is_forgotten() -> None:
    now = 0.0
    patience = Patience(clock=lambda: now)
    for number in range(3 * KNOWN):
        now = number * 1.0
        patience.take(f"token-{number}")
    assert len(patience._left) <= KNOWN
