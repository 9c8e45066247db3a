"""Timeline: everything on one clock, from ten years to a minute: nights, movement, meals, events, journeys, signals."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.errors import Locked, SelftwinError
from selftwin.vocabulary.zones import zone
from selftwin.web.charts import timeline
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages import _now_named
from selftwin.web.pages import _timeline_lanes as lanes
from selftwin.web.pages import _timeline_span as spans
from selftwin.web.pages import _timeline_written as writing
from selftwin.web.rendering import texts
from selftwin.wording.phrases import short
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from selftwin.consent.view import Held
    from selftwin.web.page import Form, Visit
    from selftwin.web.pages._timeline_span import Span

LANE = "lane."  # how a chosen lane is called in the address: lane.steps=on
MOST_LANES = 12


def show(visit: Visit) -> dict[str, Any]:
    """The lanes of the span that was asked for."""
    now = _now(visit)
    asked = tuple(sorted(visit.query.items()))
    found: dict[str, Any] = visit.drawn("timeline", partial(_shown, visit, now), asked, now,
                                        _now_named.today())
    return found


def _shown(visit: Visit, now: datetime) -> dict[str, Any]:
    held = visit.ask("held")
    span = spans.asked(visit.query, now)
    lines = lanes.choices(held)
    chosen = _chosen(visit.query, lines)
    kept = {f"{LANE}{key}": "on" for key in chosen}
    found = lanes.lanes(visit, span, held, chosen)
    drawn_keys = {one.key for one in found}
    t = texts(visit.lang)
    says = t("timeline.says", lanes=count(len(found), "lane"), when=span.words)
    drawn = timeline.Timeline(span.first, span.last, [one.drawn for one in found], now=now,
                              now_words=_now_named.named(now.date()), nights=lanes.dark(span))
    columns = (t("timeline.column_lane"), t("timeline.column_many"), t("timeline.column_figures"))
    return {
        "empty": not held, "span": span, "says": says, "lengths": _lengths(span, now, kept), "ways": _ways(span, kept),
        "svg": timeline.draw(drawn, name="lanes", says=says) if found else "",
        "columns": columns, "rows": tuple((one.drawn.name, one.many, one.figures) for one in found),
        "huge": _huge(drawn), "choices": [(key, short(one.signal.label), key in drawn_keys)
                                          for one in lines for key in [one.signal.key]],
        "written": writing.written(visit, span), "today": now.date().isoformat(), "here": spans.path(span, kept),
        "links": [(one.drawn.name, f"signals/{one.key}") for one in found if one.key in {a.signal.key for a in held}],
    }  # fmt: skip


def _now(visit: Visit) -> datetime:
    """The newest moment anything is recorded of, on the person's clock: what is there to be looked at ends with it."""
    rows, now = visit.ask("latest"), datetime.now(UTC)
    known = rows.filter(rows["at"] <= now)["at"].max() if rows.height else None
    moment = known if isinstance(known, datetime) else now
    return moment.astimezone(zone(visit.zones.at(moment))).replace(tzinfo=None)


def _chosen(query: Mapping[str, str], lines: Sequence[Held]) -> list[str]:
    known = [one.signal.key for one in lines]
    asked = [key.removeprefix(LANE) for key in query if key.startswith(LANE)]
    return [key for key in known if key in asked][:MOST_LANES]


def _lengths(span: Span, now: datetime, kept: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Ten years to a minute, each around what is looked at; the newest where that is in it."""
    t, found = texts("en"), []
    for name, length in spans.LENGTHS:
        times = length / span.length
        there = span.zoomed(times)
        if span.first <= now <= span.last:
            there = spans.asked({"span": name}, now)
        found.append((t(f"timeline.length_{name}"), spans.path(there, kept), abs(times - 1) < 0.01))
    return found


def _ways(span: Span, kept: Mapping[str, str]) -> list[tuple[str, str]]:
    t = texts("en")
    ways = {"earlier": span.moved(-0.5), "later": span.moved(0.5), "closer": span.zoomed(0.5), "wider": span.zoomed(2)}
    return [(t(f"timeline.{name}"), spans.path(there, kept)) for name, there in ways.items()]


def _huge(drawn: timeline.Timeline) -> str:
    """What a column stands for, where a lane is drawn by columns."""
    days = timeline.condensed(drawn)
    if days is None:
        return ""
    hours = days * 24
    span = count(round(days), "day") if days >= 2 else count(round(hours), "hour") if hours >= 2 else (
        count(max(round(hours * 60), 1), "minute"))  # fmt: skip
    return texts("en")("timeline.huge", span=span)


def add(visit: Visit, form: Form) -> Outcome:
    """Write an event or a note down."""
    return _done(visit, form, "timeline.added", lambda: writing.add(visit.twin, form)[0])


def change(visit: Visit, form: Form) -> Outcome:
    """Take a note back and write it down anew; where the new one cannot be, the old one stands."""
    return _done(visit, form, "timeline.changed", lambda: writing.change(visit.twin, form))


def remove(visit: Visit, form: Form) -> Outcome:
    """Take a note back."""

    def back() -> str:
        writing.take_back(visit.twin, form.said("batch"))
        return ""

    return _done(visit, form, "timeline.removed", back)


def _done(visit: Visit, form: Form, said: str, work: Callable[[], str]) -> Outcome:
    t, to = texts("en"), form.said("here")
    to = to if to.startswith("timeline?") and to.isprintable() else "timeline"
    try:
        words = visit.soon("note", t("timeline.nav"), work)
    except Locked:
        raise
    except SelftwinError as error:
        return Outcome(to=to, say=f"{error} {error.hint}".strip())
    return Outcome(to=to, say=t(said, words=words.found[0]) if words.done else t("note.waits"))


PAGE = Page(path="timeline", show=show, section=Section.READ, order=2,
            actions={"add": add, "change": change, "remove": remove})  # fmt: skip
