"""Changes around the line of no change, less at the left, more at the right: what goes with what (indigo), or what else
would change (plum). Each row is on its own scale, so that rows of different units can stand under one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts.letters import shortened
from selftwin.web.charts.names import NAMES
from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.sheet import LEVELS, Sheet, Text, fitting, switched, written
from selftwin.web.charts.trust_mark import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from selftwin.web.charts.names import Names

WIDE_ROW, NARROW_ROW, HEAD = 37.0, 58.0, 22.0
BARS = (0.42, 0.7)  # shares of the width between which the ranges lie on a wide page
FULL = 0.92  # of half the room, what the widest reach takes


@dataclass(frozen=True, slots=True)
class Whisker:
    """One row. `nine` and `half` are the bounds of the change and `middle` its middle; `usual` is one usual swing of
    this signal, which takes half of the room (else the row's own reach does). None: nothing to say yet. `change`,
    `range` and `sure` are in words; `imagined` is what nobody has lived."""

    name: str
    change: str
    trust: Trust = Trust.TRUSTED
    nine: tuple[float, float] | None = None
    half: tuple[float, float] | None = None
    middle: float | None = None
    usual: float | None = None
    range: str = ""
    sure: str = ""
    imagined: bool = False


def draw(rows: Sequence[Whisker], *, name: str, says: str, names: Names = NAMES) -> Markup:
    """The rows under one axis; `name` is unlike that of every other chart of the page, `says` their sentence."""
    wide = Sheet(name, HEAD + WIDE_ROW * len(rows), kind="chart-whiskers")
    narrow = Sheet(f"{name}-narrow", HEAD + NARROW_ROW * len(rows), kind="chart-whiskers")
    _axis(wide, BARS, names)
    _axis(narrow, (0.0, 1.0), names)
    for place, row in enumerate(rows):
        _wide(wide, row, HEAD + WIDE_ROW * place)
        _narrow(narrow, row, HEAD + NARROW_ROW * place)
    return switched(wide, narrow, says, start=LEVELS[-1])


def _axis(sheet: Sheet, span: tuple[float, float], names: Names) -> None:
    """No change as an upright line, less and more at its sides."""
    zero = (span[0] + span[1]) / 2
    sheet.add(tag("line", x1=percent(zero), x2=percent(zero), y1=HEAD - 4, y2=sheet.height, cls="zero"))
    sheet.add(written(Text(zero, 13, names.less, "label axis", "end", -12)),
              written(Text(zero, 13, names.more, "label axis", "start", 12)))  # fmt: skip


def _wide(sheet: Sheet, row: Whisker, top: float) -> None:
    """Everything on one line."""
    y = top + WIDE_ROW / 2
    _bar(sheet, row, y, BARS, clear=False)
    sheet.add(mark(row.trust, 6, y))
    change = Text(BARS[0] - 0.03, y + 5, row.change, "row-quiet" if row.middle is None else "row-strong", "end")
    sheet.write(lambda body: [_named(row, y + 5, change.extent(body)[0]), change])
    beside = [Text(BARS[1] + 0.02, y + 4.5, row.range, "label", "start"), Text(1.0, y + 4.5, row.sure, "label", "end")]
    sheet.write(lambda body: fitting([text for text in beside if text.words], body))
    sheet.add(tag("line", x1="0%", x2="100%", y1=top + WIDE_ROW, y2=top + WIDE_ROW, cls="grid"))


def _narrow(sheet: Sheet, row: Whisker, top: float) -> None:
    """Name and change above, the range below; the words of the range stand in the table."""
    sheet.add(mark(row.trust, 6, top + 15))
    change = Text(1.0, top + 20, row.change, f"{'row-quiet' if row.middle is None else 'row-strong'} halo", "end")
    sheet.write(lambda body: [_named(row, top + 20, change.extent(body)[0]), change])
    _bar(sheet, row, top + 41, (0.0, 1.0), clear=True)
    sheet.add(tag("line", x1="0%", x2="100%", y1=top + NARROW_ROW, y2=top + NARROW_ROW, cls="grid"))


def _named(row: Whisker, y: float, end: float) -> Text:
    """The row's name, cut where its change begins."""
    return Text(0.0, y, shortened(row.name, end - 34, "row-name"), "row-name halo", "start", 22)


def _bar(sheet: Sheet, row: Whisker, y: float, span: tuple[float, float], *, clear: bool) -> None:
    """Nine in ten as a box, half inside it, the middle as an upright stroke."""
    if row.nine is None or row.middle is None:
        return
    zero, room = (span[0] + span[1]) / 2, (span[1] - span[0]) / 2 * FULL
    reach = max(abs(one) for one in (*row.nine, row.middle)) or 1.0
    whole = max(2 * row.usual if row.usual else reach, reach)
    place = {one: zero + one / whole * room for one in (*row.nine, *(row.half or ()), row.middle)}
    tall, kind = 12.0 if clear else 13.0, "if" if row.imagined else "next"
    for bounds, cls in ((row.nine, f"{kind}90 {kind}-box"), (row.half, f"{kind}50")):
        if bounds is not None:
            left, right = place[bounds[0]], place[bounds[1]]
            sheet.add(tag("rect", x=percent(left), width=percent(right - left), y=y - tall / 2, height=tall, cls=cls))
    at = percent(place[row.middle])
    sheet.add(tag("line", x1=at, x2=at, y1=y - tall / 2 - 1.5, y2=y + tall / 2 + 1.5, cls=f"{kind}-mid-mark"))
