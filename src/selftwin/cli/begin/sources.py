"""List what can be imported, what each holds, and where its owner finds the export."""

from __future__ import annotations

from selftwin.cli import screen
from selftwin.cli.call import DATA


def command(*, json: DATA = False) -> None:
    """List what can be imported, what each holds, and where its owner finds the export."""
    from typing import TYPE_CHECKING

    from selftwin import discover

    if TYPE_CHECKING:
        from selftwin.sources.reader.contract import Source
    found: list[Source] = sorted(discover.sources(), key=lambda source: source.title.casefold())
    if json:
        keys = ("name", "title", "reads", "version", "how_to_export")
        screen.data({"sources": [{key: getattr(source, key) for key in keys} for source in found]})
        return
    from rich.padding import Padding
    from rich.text import Text

    for source in found:
        title = Text.assemble((source.title, "bold"), "  ", (source.name, screen.palette().quiet))
        words = Text.assemble(source.reads, "\n", (source.how_to_export, screen.palette().quiet))
        screen.show(title, Padding(words, (0, 0, 1, 2), expand=False))
    screen.say("Files are recognised by looking at them; --source NAME forces one.")
