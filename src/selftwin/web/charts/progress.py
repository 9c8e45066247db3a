"""How far an import has come, on the years it reads: read spans in ink, faults above, the rest open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.sheet import Sheet, Text, fitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

TOP, BAR = 22.0, 20.0


@dataclass(frozen=True, slots=True)
class Progress:
    """`spans` are the years (or files) by name with their share of the whole, in order; `done` is the share that is
    read. `faults` are shares with words (as “31 rows”), `now` stands over the edge of what is read, `rest` on what is
    left."""

    spans: Sequence[tuple[str, float]]
    done: float
    faults: Sequence[tuple[float, str]] = ()
    now: str = ""
    rest: str = ""


def draw(progress: Progress, *, name: str, says: str) -> Markup:
    """The bar; `name` is unlike that of every other chart of the page, `says` its sentence."""
    sheet = Sheet(name, TOP + BAR + 20, kind="chart-progress")
    done = min(max(progress.done, 0.0), 1.0)
    whole = sum(share for _, share in progress.spans) or 1.0
    sheet.add(tag("rect", x="0%", width="100%", y=TOP, height=BAR, cls="outline"))
    start, years = 0.0, []
    for place, (year, share) in enumerate(progress.spans):
        end = start + share / whole
        years.append(Text(round((start + end) / 2, 5), TOP + BAR + 16, year, "label axis"))
        if start < done:
            read = min(end, done) - start
            sheet.add(tag("rect", x=percent(start), width=percent(read), y=TOP + 2, height=BAR - 4,
                          cls="part-ink" if place % 2 == 0 else "part-ink2"))  # fmt: skip
        if 0 < start < done:
            sheet.add(tag("line", x1=percent(start), x2=percent(start), y1=TOP + 1, y2=TOP + BAR - 1, cls="seam"))
        start = end
    sheet.add(tag("line", x1=percent(done), x2=percent(done), y1=TOP - 5, y2=TOP + BAR + 5, cls="edge-mark"))
    sheet.write(lambda body: fitting(years, body))
    _above(sheet, progress, done)
    return sheet.drawn(says)


def _above(sheet: Sheet, progress: Progress, done: float) -> None:
    """Where rows could not be read, and how far it is; on the open part, how fast it goes."""
    crosses = [Text(round(share, 5), TOP - 9, "✕", "cross") for share, _ in progress.faults]
    texts = [Text(round(done, 5), TOP - 9, progress.now, "label-strong", "start", 8)] if progress.now else []
    for share, said in progress.faults:
        cross = f"M-4,{TOP - 17:g}L4,{TOP - 9:g}M4,{TOP - 17:g}L-4,{TOP - 9:g}"
        sheet.add(tag("svg", tag("path", d=cross, cls="fault", fill="none"), x=percent(share), overflow="visible"))
        texts.append(Text(round(share, 5), TOP - 9, said, "label fault-label", "start", 9))


    def free(body: float) -> list[Text]:
        taken = [one.extent(body) for one in crosses]
        kept = fitting(texts, body)
        spans = [(one, *one.extent(body)) for one in kept]
        return [one for one, first, last in spans if all(last <= start or first >= end - 4 for start, end in taken)]

    sheet.write(free)
    if progress.rest:
        rest = Text(1.0, TOP + 14.5, progress.rest, "label", "end", -8)
        sheet.write(lambda body: [rest] if rest.extent(body)[0] > done * body + 8 else [])
