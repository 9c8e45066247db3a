"""The picture of `selftwin today` in the README, from the real command on the sample person.

`python -m selftwin.cli.picture > docs/assets/today.svg` makes it; it loads no font from anywhere.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from selftwin.cli import screen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.terminal_theme import TerminalTheme

    from selftwin.cli.almanac import Page

WIDTH, PAPER = 84, "#F3F5EF"
FONTS = "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" \
aria-label="What selftwin today says of the sample person">
<style>
.{unique_id}-matrix {{ font-family: FONTS; font-size: {char_height}px; line-height: {line_height}px; \
font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
<rect width="100%" height="100%" fill="PAPER" />
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
""".replace("FONTS", FONTS).replace("PAPER", PAPER)


def picture(folder: Path, *, days: int | None = None) -> str:
    """The picture as SVG, of a life written to and imported from an empty folder."""
    from selftwin.cli.almanac import legend, show

    page = _page(folder, days)
    console = _paper()
    with screen.recorded(console):
        show(replace(page, age=0))
        screen.show("", legend())
    return console.export_svg(title="selftwin today", theme=_theme(), code_format=FORMAT, unique_id="selftwin-today")


def _page(folder: Path, days: int | None) -> Page:
    from selftwin.cli.almanac import Page
    from selftwin.sample import live, write
    from selftwin.sample.plan import journey
    from selftwin.twin import Twin

    life = live() if days is None else live(days=days)
    write(life, folder)
    with Twin.create(folder / "twin", "a picture", home_zone=journey(life.plan).home) as twin:
        twin.import_paths([folder / "exports"])
        twin.zones = journey(life.plan)
        return Page.of(twin, None)


def _paper() -> Console:
    from rich.console import Console

    return Console(file=StringIO(), record=True, force_terminal=True, color_system="truecolor", width=WIDTH,
                   highlight=False, markup=False, emoji=False, no_color=False)  # fmt: skip


def _theme() -> TerminalTheme:
    """Light paper and ink; the washes and marks carry their own colours."""
    from rich.terminal_theme import TerminalTheme

    paper, ink = (_rgb(token) for token in (PAPER, screen.LIGHT.ink))
    return TerminalTheme(paper, ink, [ink] * 8, [ink] * 8)


def _rgb(token: str) -> tuple[int, int, int]:
    return int(token[1:3], 16), int(token[3:5], 16), int(token[5:7], 16)


if __name__ == "__main__":
    import sys

    os.environ[screen.PAPER] = "light"
    with tempfile.TemporaryDirectory() as place:
        sys.stdout.write(picture(Path(place)))
