"""Signals that are words or states: what was said or how it stood, on its clock and in a list."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.signal import Kind
from selftwin.web.charts import timeline
from selftwin.web.charts.happened import Event, Lapse
from selftwin.web.pages._signals_drawn import Drawn
from selftwin.web.rendering import texts
from selftwin.wording.sources import named
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from selftwin.web.page import Visit
    from selftwin.web.pages._signals_drawn import Window
    from selftwin.web.pages._signals_known import Known

MOST = 600  # entries drawn
LISTED = 200


def told(visit: Visit, known: Known, seen: Window) -> Drawn:
    """What was written or stood in a window: spans where it lasts, points where it does not."""
    rows = visit.twin.series(known.key, since=seen.first, until=seen.last).tail(MOST)
    lasting = known.signal.kind is Kind.STATE and bool((rows["until"] > rows["at"]).any())
    first, last = (datetime.combine(one, time.min) for one in (seen.first, seen.last + timedelta(days=1)))
    lane: timeline.Spans | timeline.Points
    if lasting:
        lane = timeline.Spans(known.title, [_lapse(row) for row in rows.iter_rows(named=True)])
    else:
        points = [Event(row["local"], row["text"] or "") for row in rows.iter_rows(named=True)]
        lane = timeline.Points(known.title, points)
    t = texts("en")
    says = t("signals.words_say", many=count(rows.height, "entry"), first=day(seen.first), last=day(seen.last))
    svg = timeline.draw(timeline.Timeline(first, last, [lane]), name="words", says=says)
    listed = tuple((f"{day(row['local'])}, {row['local']:%H:%M}", row["text"] or "", named(row["source"] or ""))
                   for row in rows.tail(LISTED).reverse().iter_rows(named=True))  # fmt: skip
    return Drawn(svg, says, (t("signals.column_when"), t("signals.column_said"), t("signals.column_source")), listed)


def _lapse(row: dict[str, Any]) -> Lapse:
    return Lapse(row["local"], row["local"] + (row["until"] - row["at"]), row["text"] or "")
