"""The lanes of the timeline: what lasted, what happened, and the signals that were chosen, on one clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.twin.imports import imports
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import Refused
from selftwin.vocabulary.signal import Kind
from selftwin.vocabulary.zones import zone
from selftwin.web import thinning
from selftwin.web.charts.happened import Event, Lapse
from selftwin.web.charts.timeline import Line, Points, Spans
from selftwin.web.columns import DAY, MICROS_A_DAY, RAW
from selftwin.web.rendering import texts
from selftwin.web.stretch import Asked, own, seen
from selftwin.wording.measures import measure
from selftwin.wording.phrases import order, short
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from selftwin.consent.view import Held
    from selftwin.web.columns import Column
    from selftwin.web.page import Visit
    from selftwin.web.pages._timeline_span import Span

STAGES, WORKOUT, EVENTS, NOTE = "sleep.stage", "workout", "life_event", "note"
HAPPENED = (EVENTS, NOTE)
LINES = 5  # signals that are shown before anybody chose
BY_DAY = ("heart_rate.resting", "steps", "glucose", "weight", "mood", "heart_rate_variability.sdnn")  # looked for first
BY_READING = ("heart_rate", "glucose", "steps", "respiratory_rate", "skin_temperature")
MEALS = ("meal", "meal.carbs", "energy.intake")
COLUMNS = 1200  # a lane holds no more lowest and highest than this
MOST = 400  # single things drawn in one lane; more are counted
WORDS = timedelta(days=93)  # up to which single things have their words beside them
ASLEEP = {"light", "deep", "rem", "asleep"}
PAUSE = timedelta(hours=1)  # between two stages of one sleep
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the person's own clock


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane with what its table says: what it is, how many there are, and from what to what."""

    key: str
    drawn: Line | Spans | Points
    many: str
    figures: str


def choices(held: Sequence[Held]) -> list[Held]:
    """Signals that can be a line, those people want to hear of first."""
    lines = [one for one in held if one.signal.numeric and one.signal.kind is not Kind.EVENT]
    return sorted(lines, key=lambda one: (order(one.signal.key), one.signal.label.casefold()))


def lanes(visit: Visit, span: Span, held: Sequence[Held], chosen: Sequence[str]) -> list[Lane]:
    """Every lane that has something in the span, in the order of a life: what happened, nights, movement, signals; of
    these the `chosen` ones, or the first with something in it where none were."""
    there = {one.signal.key: one for one in held}
    found = [_events(visit, span, there), _notes(visit, span, there), _journeys(visit, span),
             _nights(visit, span, there), _workouts(visit, span, there), _meals(visit, span, there)]  # fmt: skip
    found += [_line(visit, span, there[key]) for key in chosen if key in there]
    if not chosen:
        found += _first_lines(visit, span, held)
    return [*filter(None, found), *filter(None, [_imports(visit, span)])]


def _first_lines(visit: Visit, span: Span, held: Sequence[Held]) -> list[Lane]:
    """The first few signals with something in the span, those people look for first."""
    wanted = BY_READING if span.raw else BY_DAY
    some = [one for one in choices(held) if not one.signal.key.startswith("sleep.")]
    some.sort(key=lambda one: wanted.index(one.signal.key) if one.signal.key in wanted else len(wanted))
    found: list[Lane] = []
    for one in some[: 3 * LINES]:
        lane = _line(visit, span, one)
        if lane is not None and len(lane.drawn.at if isinstance(lane.drawn, Line) else ()):
            found.append(lane)
        if len(found) == LINES:
            break
    return found


def frame(visit: Visit, key: str, first: date, last: date) -> pl.DataFrame:
    """A signal's observations from a day to another, kept until the twin changes. Raises Refused, Preparing."""
    found: pl.DataFrame = visit.made(
        "timeline rows", lambda twin: twin.series(key, since=first, until=last), key, first, last
    )
    return found


def _rows(visit: Visit, key: str, span: Span, back: timedelta = timedelta()) -> list[dict[str, Any]]:
    """Observations that begin in the span, or `back` before it."""
    try:
        found = frame(visit, key, (span.first - back).date(), span.last.date())
    except Refused:
        return []
    rows = ({**row, "end": row["local"] + (row["until"] - row["at"])} for row in found.iter_rows(named=True))
    return [row for row in rows if row["local"] < span.last and row["end"] >= span.first]


def _said(row: dict[str, Any]) -> str:
    return str(row["text"] or "")


def _events(visit: Visit, span: Span, there: dict[str, Held]) -> Lane | None:
    """Life events; those that last as spans."""
    rows = _rows(visit, EVENTS, span, timedelta(days=366)) if EVENTS in there else []
    if not rows:
        return None
    t, default = texts("en"), short(nature(EVENTS).label)
    if any(row["end"] - row["local"] >= timedelta(hours=1) for row in rows):
        least = span.length / 300
        lasting = [Lapse(row["local"], max(row["end"], row["local"] + least), _said(row) or default)
                   for row in rows[-MOST:]]  # fmt: skip
        return Lane(EVENTS, Spans(t("timeline.events"), lasting, kind="odd"), count(len(rows), "event"), "")
    points = [Event(row["local"], _said(row) or default) for row in rows[-MOST:]]
    return Lane(EVENTS, Points(t("timeline.events"), points), count(len(rows), "event"), "")


def _notes(visit: Visit, span: Span, there: dict[str, Held]) -> Lane | None:
    rows = _rows(visit, NOTE, span) if NOTE in there else []
    near = span.length <= WORDS  # beyond, no word would find room
    points = [Event(row["local"], _said(row)[:60] if near else "") for row in rows[-MOST:]]
    return Lane(NOTE, Points(texts("en")("timeline.notes"), points), count(len(rows), "note"), "") if rows else None


def _journeys(visit: Visit, span: Span) -> Lane | None:
    """Where the clock stood, wherever it was not at home."""
    zones, t = visit.zones, texts("en")
    stays = [(stay.since.astimezone(zone(stay.zone)).replace(tzinfo=None), stay.zone) for stay in zones.stays]
    away = [Lapse(max(since, span.first), min(end, span.last), name.rpartition("/")[2].replace("_", " "))
            for (since, name), (end, _) in pairwise([*stays, (span.last, "")])
            if name != zones.home and since < span.last and end > span.first]  # fmt: skip
    return Lane("zones", Spans(t("timeline.journeys"), away), count(len(away), "journey"), "") if away else None


def sleeps(rows: Sequence[dict[str, Any]]) -> list[Lapse]:
    """Stages that follow each other, joined to sleeps."""
    found: list[list[datetime]] = []
    for row in rows:
        if found and row["local"] - found[-1][1] <= PAUSE:
            found[-1][1] = max(found[-1][1], row["end"])
        else:
            found.append([row["local"], row["end"]])
    return [Lapse(first, last) for first, last in found]


def _nights(visit: Visit, span: Span, there: dict[str, Held]) -> Lane | None:
    """Sleep: its stages within two days, whole sleeps within three months, its length by night above."""
    t = texts("en")
    if STAGES in there and span.length <= timedelta(days=93):
        rows = _rows(visit, STAGES, span, timedelta(days=1))
        slept = [row for row in rows if row["text"] in ASLEEP]
        if span.length <= timedelta(days=2) and rows:
            stages = [Lapse(row["local"], row["end"], _said(row)) for row in rows[-MOST:] if row["text"] != "in_bed"]
            return Lane(STAGES, Spans(t("timeline.sleep"), stages, kind="night"), count(len(rows), "stage"), "")
        if not (every := sleeps(slept)):
            return None
        return Lane(STAGES, Spans(t("timeline.sleep"), every, kind="night"), count(len(every), "sleep"), "")
    return _line(visit, span, there["sleep.duration"]) if "sleep.duration" in there and not span.raw else None


def _workouts(visit: Visit, span: Span, there: dict[str, Held]) -> Lane | None:
    if WORKOUT not in there or span.length > timedelta(days=400):
        return None
    rows = _rows(visit, WORKOUT, span)
    if not rows:
        return None
    spans = [Lapse(row["local"], row["end"], _said(row).replace("_", " ")) for row in rows[-MOST:]]
    return Lane(WORKOUT, Spans(texts("en")("timeline.workouts"), spans), count(len(rows), "workout"), "")


def _meals(visit: Visit, span: Span, there: dict[str, Held]) -> Lane | None:
    key = next((one for one in MEALS if one in there), None)
    if key is None or span.length > timedelta(days=93):
        return None
    rows, read = _rows(visit, key, span), measure(key, there[key].unit)
    points = [Event(row["local"], "" if row["value"] is None or key == MEALS[0] else read.one(row["value"]))
              for row in rows[-MOST:]]  # fmt: skip
    return Lane(key, Points(texts("en")("timeline.meals"), points), count(len(rows), "meal"), "") if rows else None


def _imports(visit: Visit, span: Span) -> Lane | None:
    """Files that were brought in; notes by hand are not imports to a person."""
    t = texts("en")
    every = [one.batch for one in visit.made("imports", lambda twin: imports(twin).every(most=300))
             if not one.by_hand and one.batch.state == "kept"]  # fmt: skip
    here = [(one.began.astimezone().replace(tzinfo=None), one.what) for one in every]
    points = [Event(at, _named(what)) for at, what in here if span.first <= at < span.last][:MOST]
    return Lane("imports", Points(t("timeline.imports"), points), count(len(points), "import"), "") if points else None


def _named(what: str) -> str:
    """What was imported, without the folders it lay in."""
    return what.rpartition("/")[2][:40]


def _line(visit: Visit, span: Span, held: Held) -> Lane | None:
    """A signal as a line: its observations within two weeks, its days above; many thinned by lowest and highest."""
    key, read = held.signal.key, measure(held.signal.key, held.unit)
    first, last = _micros(span.first), _micros(span.last)
    by = RAW if span.raw and held.signal.kind is Kind.QUANTITY and held.rows else DAY
    try:
        column = _column(visit, Asked(key, first, last, COLUMNS, by))
    except Refused:
        return None
    there = thinning.inside(column.at, first, last)
    at, value = _shown(column, there, (first, last))
    if not at.size:
        return Lane(key, Line(short(held.signal.label), [], []), texts("en")("timeline.nothing"), "")
    pause = 1440.0 if by == DAY else max(thinning.pause(column.at[there]) / 60e6, 1.0)
    some = column.value[there]
    words = read.range(float(some.min()), float(some.max()))
    drawn = Line(short(held.signal.label), at.astype("datetime64[us]"), value * read.scale + read.offset, words,
                 pause=pause, missing=by == DAY and _everyday(column))  # fmt: skip
    noun = "day" if by == DAY else "reading"
    return Lane(key, drawn, count(int(there.stop - there.start), noun), words)


def _column(visit: Visit, asked: Asked) -> Column:
    """The numbers of a lane: what lies in a few days is kept like an answer, the rest as columns are."""
    if asked.by == DAY or visit.held.columns.has(asked.key, asked.by):
        return own(visit.held, asked)
    found: Column = visit.made("timeline readings", lambda twin: seen(twin.view(), asked), asked)
    return found


def _everyday(column: Column) -> bool:
    """Whether it is known on most of its days, so that one without it is a gap."""
    days = (int(column.at[-1]) - int(column.at[0])) // MICROS_A_DAY + 1
    return column.at.size / days >= 0.6


def _shown(column: Column, there: slice, span: tuple[int, int]) -> tuple[Any, Any]:
    """The values of a span; where they are many, the lowest and the highest of each column, in order of time."""
    at, value = column.at[there], column.value[there]
    if at.size <= 2 * COLUMNS:
        return at, value
    thin = thinning.thin(at, value, *span, COLUMNS)
    held = thin.n > 0
    half = (span[1] - span[0]) // COLUMNS // 2
    both = np.stack([thin.low[held], thin.high[held]], axis=1).ravel()
    return np.stack([thin.at[held], thin.at[held] + half], axis=1).ravel(), both


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def dark(span: Span) -> list[Lapse]:
    """The nights of a few days, from ten to seven, sunk behind all lanes."""
    if not timedelta(hours=3) < span.length <= timedelta(days=9):
        return []
    first: date = (span.first - timedelta(days=1)).date()
    days = (first + timedelta(days=n) for n in range((span.last.date() - first).days + 1))
    return [Lapse(datetime(one.year, one.month, one.day, 22), datetime(one.year, one.month, one.day, 22) +  # noqa: DTZ001
                  timedelta(hours=9)) for one in days]  # fmt: skip
