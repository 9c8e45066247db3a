"""What lives in one process and is asked from others: a twin, its consent, its views and its nouns, by public words."""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import TYPE_CHECKING, Any, Self

from selftwin.twin.serving.codec import Unsendable, house
from selftwin.vault.alone import LIVES
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin.serving.talk import Talk

SHOWN = {  # what is no method or property of its class, and may be asked all the same
    "Twin": {"consent"},
    "Consent": {"book", "clock"},
    "View": {"party", "purpose", "action"},
}
_CALLED = {"clock"}  # of these, the functions
_UNHEARD = {"close", "lock", "unlock"}  # these are the house's own, not a guest's


def name(value: object) -> str:
    """How the class of something that lives is called, module and name; empty where it does not live."""
    found = type(value)
    return f"{found.__module__}:{found.__qualname__}" if getattr(found, LIVES, False) else ""


def kind(said: str) -> type:
    """The class of that name. Raises Unsendable where nothing of it lives."""
    found = house(said)
    if not getattr(found, LIVES, False):
        raise Unsendable(f"{said} is nothing that lives")
    return found


def check(on: object, word: str, how: str) -> None:
    """Raises UsageError where that is no public word of something that lives, or none that can be set so."""
    found = inspect.getattr_static(type(on), word, None)
    public = not word.startswith("_") and word not in _UNHEARD and isinstance(found, FunctionType | property)
    known = public or word in SHOWN.get(type(on).__name__, ())
    if how == "set":
        known = public and isinstance(found, property) and found.fset is not None
    if not getattr(type(on), LIVES, False) or not known:
        raise UsageError(f"Nothing is called {word[:40]!r} there.")


class Away:
    """Stands for something that lives in another process; its words are asked there."""

    __slots__ = ("_kind", "_number", "_talk")

    def __init__(self, talk: Talk, number: int, kind: type) -> None:
        object.__setattr__(self, "_talk", talk)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_kind", kind)

    def __getattr__(self, word: str) -> Any:
        if word.startswith("_"):
            raise AttributeError(word)
        found = inspect.getattr_static(self._kind, word, None)
        if isinstance(found, FunctionType) or word in _CALLED:
            return self._word(word)
        if not isinstance(found, property) and word not in SHOWN.get(self._kind.__name__, ()):
            raise AttributeError(f"{self._kind.__name__} has no {word}")
        return self._talk.ask(self._number, word, "get")

    def __setattr__(self, word: str, value: object) -> None:
        self._talk.ask(self._number, word, "set", (value,))

    def close(self) -> None:
        """Hang up; what lives there goes on living."""
        self._talk.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{self._kind.__name__}(in another process)"

    def _word(self, word: str) -> Callable[..., Any]:
        def ask(*args: Any, **kwargs: Any) -> Any:
            return self._talk.ask(self._number, word, "call", args, kwargs)

        return ask


def number(away: Away) -> int:
    """By which number it is known there."""
    found: int = object.__getattribute__(away, "_number")
    return found
