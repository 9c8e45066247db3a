"""Where words and data go: data to stdout, talk to stderr; colours are the identity's and never speak alone."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook
    from rich.measure import Measurement
    from rich.segment import Segment
    from rich.table import Table
    from rich.text import Text

PAPER = "SELFTWIN_PAPER"
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # moves, colours, turns of text
WIDEST = 100  # letters a drawing or a rule takes at most


@dataclass(frozen=True, slots=True)
class Palette:
    """The identity's tokens a terminal needs; `ink` and `next_ink` stand on washes, `next_words` on the paper."""

    ink: str
    quiet: str
    usual_wash: str
    usual_ink: str
    next_wash: str
    half_wash: str
    next_ink: str
    next_words: str
    odd: str
    below: str
    stop: str


LIGHT = Palette("#1C2430", "#5F6972", "#D5E4D5", "#2A5F43", "#DFE3F4", "#BAC4EA", "#37479B", "#37479B",
                "#A86C00", "#1F5C77", "#9E2529")  # fmt: skip
DARK = Palette("#E9ECE3", "#98A3A1", "#223B2E", "#9BCDAE", "#222B4C", "#374582", "#AEBAF5", "#AEBAF5",
               "#DDA63A", "#8CC6E0", "#F3968F")  # fmt: skip
EITHER = replace(DARK, quiet="dim", next_words="", odd="yellow", below="cyan", stop="red")  # the terminal's own colours
GROUNDS = {"0": "dark", "8": "dark", "7": "light", "15": "light"}  # what COLORFGBG says of the paper
PLAIN = {"bar.complete": "default", "bar.finished": "default", "bar.pulse": "default", "bar.back": "dim",
         "progress.download": "default", "progress.elapsed": "dim"}  # fmt: skip


_instead: list[Console] = []


@lru_cache(maxsize=1)
def palette() -> Palette:
    """For the paper that SELFTWIN_PAPER=light|dark or the terminal says; one for either where nothing is said.

    Washes carry their own ink, so that they can be read on any paper.
    """
    ground = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return {"light": LIGHT, "dark": DARK}.get(os.environ.get(PAPER) or GROUNDS.get(ground, ""), EITHER)


def out() -> Console:
    """The console of stdout."""
    return _console(stderr=False)


def talk() -> Console:
    """The console of stderr."""
    return _console(stderr=True)


@contextmanager
def recorded(console: Console) -> Iterator[None]:
    """What would go to stdout goes to this console instead, for a picture."""
    _instead.append(console)
    try:
        yield
    finally:
        _instead.pop()


def _console(*, stderr: bool) -> Console:
    from rich.console import Console
    from rich.theme import Theme

    if _instead and not stderr:
        return _instead[-1]
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False, theme=Theme(PLAIN))
    console.on_broken_pipe = _left  # type: ignore[method-assign]  # rich itself would leave with 1
    console.push_render_hook(_harmless())
    return console


def _left() -> NoReturn:
    """Whoever read has gone: the door leaves quietly."""
    raise BrokenPipeError


@lru_cache(maxsize=1)
def _harmless() -> RenderHook:
    """Takes what a stranger's file name or note would say to the terminal itself out of everything that is shown."""
    from rich.console import RenderHook

    class Harmless(RenderHook):
        def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
            return [_Read(one) for one in renderables]

    return Harmless()


@dataclass(frozen=True, slots=True)
class _Read:
    """A thing to be shown, with every sign that is none to be read as a replacement character."""

    shown: ConsoleRenderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment

        for text, style, control in console.render(self.shown, options):
            yield Segment(text if control else _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text), style, control)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        from rich.measure import Measurement

        return Measurement.get(console, options, self.shown)


def coloured() -> bool:
    """Whether stdout takes colour: a terminal, and no NO_COLOR."""
    console = out()
    return console.color_system is not None and not console.no_color


def show(*things: RenderableType) -> None:
    """Print to stdout, one thing a line."""
    console = out()
    for thing in things:
        _print(console, thing)


def say(text: RenderableType) -> None:
    """Print to stderr."""
    _print(talk(), text)


def _print(console: Console, thing: RenderableType) -> None:
    """Sentences are broken by whoever shows them; in a file each stays a line."""
    console.print(thing, soft_wrap=isinstance(thing, str) and not console.is_terminal)


def say_error(message: str, hint: str) -> None:
    """What failed and where, then what to do next, on stderr."""
    from rich.text import Text

    console = talk()
    console.print(Text.assemble(("✕ ", palette().stop), message), soft_wrap=True)
    if hint:
        console.print(Text(f"  {hint}", palette().quiet), soft_wrap=True)


def data(thing: Any) -> None:
    """One JSON document on stdout: indented for a person who looks, in one line for a program."""
    from selftwin.wording.data import packed

    sys.stdout.write(packed(thing, indent=sys.stdout.isatty()).decode())


def say_data(thing: Any) -> None:
    """One JSON document in one line on stderr."""
    from selftwin.wording.data import packed

    sys.stderr.write(packed(thing).decode())


def head(title: str, beside: str = "") -> Text:
    """A heading over a hairline, with a note at its right end."""
    from rich.text import Text

    width = min(out().width, WIDEST)
    gap = " " * max(width - len(title) - len(beside), 2)
    quiet = palette().quiet
    return Text.assemble((title, "bold"), gap, (beside, quiet), "\n", ("─" * width, quiet))


def strong(words: str) -> Text:
    """Words that stand out."""
    from rich.text import Text

    return Text(words, "bold")


def under(words: str, by: int) -> RenderableType:
    """Words set in by so many letters, all their lines."""
    from rich.padding import Padding

    return Padding(words, (0, 0, 0, by)) if by else words


def table(*heads: str, right: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> Table:
    """A table with hairlines; the columns named in `right` hold numbers, those in `whole` are never broken."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    quiet = palette().quiet
    made = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style=quiet, border_style=quiet)
    for head in heads:
        number = head in right
        made.add_column(head, justify="right" if number else "left", overflow="fold", no_wrap=number or head in whole)
    return made
