"""How far a backup is, on stderr in a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from selftwin.cli import screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def copying(doing: str) -> Iterator[Callable[[int, int], None]]:
    """What to tell the bytes done and the bytes in all."""
    console = screen.talk()
    if not console.is_terminal:
        yield lambda *_: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    with Progress(TextColumn(doing), BarColumn(24), DownloadColumn(), console=console, transient=True) as progress:
        number = progress.add_task(doing, total=None)
        yield lambda done, whole: progress.update(number, completed=done, total=whole)
