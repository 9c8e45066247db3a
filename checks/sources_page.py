"""The page that lists every source, made of what each says of itself: `python -m checks.sources_page` writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from selftwin import discover

if TYPE_CHECKING:
    from selftwin.sources.reader.contract import Source

PAGE = Path(__file__).parent.parent / "docs" / "sources.md"
HEAD = """# What can be brought in

Files are recognised by looking at them, whatever they are called, also inside archives: `selftwin import PATH`. A table
that nobody knows gets a mapping: `selftwin map FILE`. Each page says what is read, what is passed over and why, and
what the reader was checked against; a format that could not be checked against something we did not write is not here.

| source | what it holds | where its owner finds the export |
|---|---|---|
"""


def page() -> str:
    """The page as it should be."""
    found: list[Source] = sorted(discover.sources(), key=lambda source: source.title.casefold())
    rows = (f"| [{one.title}](sources/{one.name}.md) | {one.reads} | {one.how_to_export} |\n" for one in found)
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
