"""A conversation between two processes about what lives in one of them: the other asks its words, and is answered.

Only public words of what was marked as living are heard: a twin, its consent, its views and its nouns. Errors of the
house arrive as themselves; of others only the kind does, since their words may tell values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.twin.serving import living
from selftwin.twin.serving.codec import Unsendable, packed, unpacked
from selftwin.vocabulary import errors
from selftwin.vocabulary.errors import SelftwinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin.serving.wire import Wire

    Run = Callable[[Any, str, tuple[Any, ...], dict[str, Any]], Any]

WORD = "word"  # what a function is called that is called back


class Talk:
    """One end of a conversation. `root` is what lives here and is asked first; an end without one asks, and lends
    functions that are called back.

    `run` does what is asked (on what, which word, its arguments), by default here and now.
    """

    def __init__(self, wire: Wire, root: object = None, *, run: Run | None = None) -> None:
        self._wire = wire
        self._here: list[object] = [root]
        self._lends = root is None
        self._run: Run = run or do

    def ask(
        self, of: int, name: str, how: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """What the other end answers to a word of something that lives there. Raises as the word does, and Gone."""
        self._send(["ask", of, name, how, list(args), list((kwargs or {}).items())])
        return self.answer()

    def answer(self) -> Any:
        """The answer that comes, while what the other end asks meanwhile is answered too."""
        while True:
            kind, *rest = self._receive()
            if kind == "said":
                return rest[0]
            if kind == "failed":
                raise _error(*rest)
            self._hear(kind, rest)

    def serve(self) -> None:
        """Answer until the other end hangs up. Raises Gone then."""
        while True:
            kind, *rest = self._receive()
            self._hear(kind, rest)

    def say(self, value: object) -> None:
        """Answer what was asked."""
        try:
            self._send(["said", value])
        except Unsendable as error:
            self._send(["failed", "UsageError", [f"That cannot be sent to another program: {error}."], []])

    def fail(self, error: BaseException) -> None:
        """Answer that it failed."""
        self._send(["failed", *_told(error)])

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def lend(self, value: object) -> int:
        """A number by which the other end may ask what stays here, or call it."""
        self._here.append(value)
        return len(self._here) - 1

    def word(self, number: int) -> Callable[..., Any]:
        """A function that is called at the other end."""

        def word(*args: Any) -> Any:
            self._send(["call", number, list(args)])
            return self.answer()

        return word

    def _hear(self, kind: str, rest: list[Any]) -> None:
        try:
            value = self._called(*rest) if kind == "call" else self._asked(*rest)
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            self.fail(error)
        else:
            self.say(value)

    def _called(self, number: int, args: list[Any]) -> Any:
        found = self._here[number]
        if not callable(found) or living.name(found):
            raise UsageError("That is no function.")
        return found(*args)

    def _asked(self, of: int, name: str, how: str, args: list[Any], kwargs: list[Any]) -> Any:
        on = self._here[of]
        living.check(on, name, how)
        if how == "set":
            setattr(on, name, args[0])
            return None
        return self._run(on, name, tuple(args), {str(key): value for key, value in kwargs})

    def _send(self, message: list[Any]) -> None:
        self._wire.send(*packed(message, hold=self._hold))

    def _receive(self) -> Any:
        return unpacked(*self._wire.receive(), find=self._find)

    def _hold(self, value: object) -> list[Any] | None:
        """What travels for something that stays here."""
        if isinstance(value, living.Away):
            return ["back", living.number(value)]
        kind = living.name(value)
        if not kind and self._lends and callable(value) and not isinstance(value, type):
            kind = WORD
        return [kind, self.lend(value)] if kind else None

    def _find(self, said: list[Any]) -> object:
        kind, number = said
        if type(number) is not int or number < 0:
            raise Unsendable("what came is no value")
        if kind == "back":
            return self._here[number]
        return self.word(number) if kind == WORD else living.Away(self, number, living.kind(kind))


def do(on: object, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a word of something that lives here says."""
    found = getattr(on, name)
    return found(*args, **kwargs) if callable(found) else found


def _told(error: BaseException) -> list[Any]:
    """An error as it travels: its kind, words and fields where it is the house's or the system's, else its kind."""
    if isinstance(error, SelftwinError):
        known = next(one for one in type(error).__mro__ if getattr(errors, one.__name__, None) is one)
        return [known.__name__, [str(error)], list(vars(error).items())]
    if isinstance(error, OSError) and error.strerror:
        where = None if error.filename is None else str(error.filename)
        return ["OSError", [error.errno, error.strerror, where], []]
    return [type(error).__name__, [], []]


def _error(kind: str, args: list[Any], told: list[Any]) -> Exception:
    known = getattr(errors, kind, None)
    if isinstance(known, type) and issubclass(known, SelftwinError):
        made = known.__new__(known, *args)
        made.args = tuple(args)
        for name, value in told:
            if not str(name).startswith("_"):
                setattr(made, name, value)
        return made
    if kind == "OSError":
        return OSError(*args) if args[2] is not None else OSError(*args[:2])
    foreseen_by_nobody: type[Exception] = type(kind if kind.isidentifier() else "Exception", (Exception,), {})
    return foreseen_by_nobody()
