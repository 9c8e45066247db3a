"""What a function said before, for words that come again: a bounded memory of short ones.

A file may hold words of a megabyte, and thousands of them. What is longer than a name is worked out anew each time,
so that nothing in a file decides how much of it stays in memory.
"""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")
LONGEST = 500  # letters of all arguments together


def remembered(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator: the newest `most` answers are kept. Arguments are texts, None, or tuples of such."""

    def around(function: Callable[P, R]) -> Callable[P, R]:
        kept = cast("Callable[P, R]", lru_cache(maxsize=most)(function))

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            short = _letters((*args, *kwargs.values())) <= LONGEST
            return kept(*args, **kwargs) if short else function(*args, **kwargs)

        return asked

    return around


def _letters(told: object) -> int:
    if isinstance(told, str):
        return len(told)
    return sum(map(_letters, told)) + len(told) if isinstance(told, tuple) else 0
