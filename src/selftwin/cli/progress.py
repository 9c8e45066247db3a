"""How far an import is, on stderr: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from selftwin.cli import screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selftwin.twin.importing import Step

EVERY = 5.0  # seconds between two lines


@contextmanager
def importing() -> Iterator[Callable[[Step], None]]:
    """What to tell every step of an import."""
    console = screen.talk()
    if not console.is_terminal:
        yield _Lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TextColumn("{task.fields[read]}"),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        number = progress.add_task("Reading", total=None, read="")

        def tell(step: Step) -> None:
            doing = "Looking at" if step.note else "Reading"
            read = f"{step.read:,} records" if step.read else ""
            progress.update(number, description=f"{doing} {_short(step.path)}", completed=step.file - 1,
                            total=step.files, read=read)  # fmt: skip

        yield tell


@contextmanager
def learning() -> Iterator[Callable[[str], None]]:
    """What to tell every signal that is learnt."""
    console = screen.talk()
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("Learning …") as status:
        yield lambda key: status.update(f"Learning {key} …")


class _Lines:
    """A line at most every few seconds, and one at the start."""

    def __init__(self) -> None:
        self._last = -EVERY

    def __call__(self, step: Step) -> None:
        now = time.monotonic()
        if now - self._last < EVERY:
            return
        self._last = now
        doing = "Looking at" if step.note else "Reading"
        read = f", {step.read:,} records" if step.read else ""
        screen.say(f"{doing} {_short(step.path)} ({step.file:,} of {step.files:,} files{read}) …")


def _short(path: str, most: int = 44) -> str:
    return path if len(path) <= most else f"…{path[1 - most :]}"
