"""One at a time: a vault has one connection, and two threads that asked it at once would get each other's rows."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from operator import attrgetter
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from selftwin.vault.turns import Turns

T = TypeVar("T")
F = TypeVar("F", bound="Callable[..., Any]")
_HOW = "__turn__"
LIVES = "__lives__"  # marks classes that other processes may ask words of, through `twin.serving`


def lives(kind: type[T]) -> type[T]:
    """A class whose objects stay where they are, and are asked their public words from other processes."""
    setattr(kind, LIVES, True)
    return kind


def reads(word: F) -> F:
    """A word that asks views and computes: each of its readings is a step of its own, and nobody waits for the rest."""
    setattr(word, _HOW, "reads")
    return word


def writes(word: F) -> F:
    """A word that writes in several steps: no other writes meanwhile, and others read between the steps."""
    setattr(word, _HOW, "writes")
    return word


@contextmanager
def _turn(turns: Turns, word: Callable[..., Any]) -> Iterator[None]:
    """The word's turn: one step, unless it is marked with `reads` or `writes`. Raises Locked."""
    how = getattr(word, _HOW, "")
    with turns.use():
        if how == "reads":
            yield
        elif how == "writes":
            with turns.writing(word.__name__):
                yield
        else:
            with turns:
                yield


def alone(lock: str, *, but: Collection[str] = ()) -> Callable[[type[T]], type[T]]:
    """A class whose every public method and property, `but` those named, waits for its turn; `lock` is where its
    objects have the turns, such as `_store.lock`."""
    find: Callable[[Any], Turns] = attrgetter(lock)

    def guarded(kind: type[T]) -> type[T]:
        for name, word in list(vars(kind).items()):
            if name.startswith("_") or name in but:
                continue
            if isinstance(word, FunctionType):
                setattr(kind, name, _held(word, find))
            elif isinstance(word, property) and word.fget:
                fset = _held(word.fset, find) if word.fset else None
                setattr(kind, name, property(_held(word.fget, find), fset, word.fdel, word.__doc__))
        return lives(kind)

    return guarded


def _held(word: Callable[..., Any], find: Callable[[Any], Turns]) -> Callable[..., Any]:
    @wraps(word)
    def held(one: Any, /, *args: Any, **kwargs: Any) -> Any:
        with _turn(find(one), word):
            return word(one, *args, **kwargs)

    return held
