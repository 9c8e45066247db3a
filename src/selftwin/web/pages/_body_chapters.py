"""A chapter of the report on a body as a page shows it: a sentence, its days drawn, every figure with its range."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError
from selftwin.web.answers import Preparing
from selftwin.web.charts import days
from selftwin.web.charts.believed import Band
from selftwin.web.rendering import texts
from selftwin.wording.alerts import edged
from selftwin.wording.findings import TOO_SOON, figures
from selftwin.wording.measures import measure
from selftwin.wording.phrases import short
from selftwin.wording.words import day, trusted

if TYPE_CHECKING:
    from selftwin.vocabulary.estimate import Normal
    from selftwin.vocabulary.finding import Finding, Line
    from selftwin.web.page import Visit

SPAN = 90  # days that are drawn
DRAWN = 2  # signals of a chapter that are drawn
NOT_DRAWN = ("race.",)  # what a model says of a day is no record of it


def chapter(visit: Visit, one: Finding, *, drawn: bool = True) -> dict[str, Any]:
    """All that a chapter found."""
    first = one.lines[0]
    keys = dict.fromkeys(line.signal for line in one.lines if line.signal and not line.signal.startswith(NOT_DRAWN))
    charts = [_days(visit, key, date.fromisoformat(one.newest)) for key in list(keys)[:DRAWN]] if drawn else []
    return {
        "name": one.chapter,
        "title": one.title,
        "lead": lead(visit, first),
        "until": day(date.fromisoformat(one.newest)),
        "rows": [(_begun(edged(line)), *figures(line), line.note)
                 for line in one.lines],
        "charts": [chart for chart in charts if chart],
        "notes": one.notes,
        "missing": one.missing,
        "trust": (one.trust.value, trusted(one.trust, one.n, one.spell).partition(" ")[2]),
        "cites": one.cites,
    }  # fmt: skip


def _begun(name: str) -> str:
    """A name as it begins a row."""
    return f"{name[:1].upper()}{name[1:]}"


def lead(visit: Visit, line: Line) -> str:
    """The foremost figure in a sentence."""
    t = texts(visit.lang)
    value, spread = figures(line)
    name = edged(line)
    if spread == TOO_SOON:
        return t("body.lead_alone", name=_begun(name), value=value)
    return t("body.lead", name=_begun(name), value=value, range=spread)


def _days(visit: Visit, key: str, newest: date) -> dict[str, Any] | None:
    """A signal's last three months in its band."""
    t = texts(visit.lang)
    rows = visit.twin.days(key, since=newest - timedelta(days=SPAN), until=newest)
    if rows.height < 2:
        return None
    signal = nature(key)
    read = measure(key, str(rows["unit"][0]))
    values = rows["value"].to_list()
    label = short(signal.label)
    here = newest if newest == date.today() else None  # noqa: DTZ011  the person's machine
    says = t("body.days_of", name=label, days=rows.height, range=read.range(min(values), max(values)),
             last=read.one(values[-1], *values))  # fmt: skip
    chart = days.Days(rows["day"].to_list(), [read(value) for value in values], read, usual=_usual(visit, key),
                      today=here, missing="" if rows.height < SPAN / 2 else t("body.missing"))  # fmt: skip
    table = [(str(at), read.axis(value, *values)) for at, value in zip(rows["day"], values, strict=True)][::-1]
    return {"label": label, "unit": read.words, "says": says, "key": key, "rows": table,
            "chart": days.draw(chart, name=f"days-{key.replace('.', '-')}", says=says)}  # fmt: skip


def _usual(visit: Visit, key: str) -> Band | None:
    try:
        found: Normal = visit.held.answers.ask("normal", key, patience=0.1)
    except (SelftwinError, Preparing):
        return None
    if found.low is None or found.high is None:
        return None
    read = measure(key, found.unit)
    said = texts(visit.lang)("body.usual", range=read.bare(found.low, found.high))
    return Band(read(found.low), read(found.high), said, trust=found.trust)
