"""The rows of a table as markup: a table behind a chart may have hundreds, more than a template should walk through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Column = str | tuple[str, str]  # its name, or that and its class


def body(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Markup:
    """Every row, each cell under the name of its column, as a phone shows it; what is no markup is escaped.

    >>> body(["Day", ("Steps", "figure")], [("Monday", "<b>")]).strip()
    Markup('<tr><td data-column="Day">Monday</td><td data-column="Steps" class="figure">&lt;b&gt;</td></tr>')
    """
    opened = [_opened(column) for column in columns]
    lines = []
    for row in rows:
        cells = "".join(f"{start}{escape(cell)}</td>" for start, cell in zip(opened, row, strict=False))
        lines.append(f"<tr>{cells}</tr>\n")
    return Markup("".join(lines))  # noqa: S704 - all of it was escaped


def _opened(column: Column) -> str:
    """A cell's beginning, with the name of its column without marks."""
    name, cls = (column, "") if isinstance(column, str) else column
    told = f'<td data-column="{escape(Markup(name).striptags())}"'  # noqa: S704 - only its words are taken
    return f'{told} class="{escape(cls)}">' if cls else f"{told}>"
