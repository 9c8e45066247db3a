"""Every signal in its category: its newest value, where that stands in its usual, the last two weeks, and what it is
known from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.signal import Category
from selftwin.web.charts import spark
from selftwin.web.charts.believed import Band
from selftwin.web.pages._signals_known import today
from selftwin.web.rendering import texts
from selftwin.wording.almanac import Entry
from selftwin.wording.believed import FULL
from selftwin.wording.measures import measure
from selftwin.wording.phrases import order, short
from selftwin.wording.sources import named
from selftwin.wording.words import count, day, old, trusted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from selftwin.consent.view import Held
    from selftwin.twin import Twin
    from selftwin.web.page import Visit

    Recent = Mapping[str, tuple[list[date], list[float]]]

BACK = timedelta(days=16)
STANDING = ("all", "odd", "fresh")


@dataclass(frozen=True, slots=True)
class Line:
    """One signal of the list."""

    key: str
    title: str
    value: str
    when: str
    kind: str
    badge: str
    trust: str
    trust_words: str
    source: str
    rows: str
    spark: Markup | str
    odd: bool
    fresh: bool


def listed(visit: Visit) -> dict[str, Any]:
    """The list as the page shows it: sections of a category with their lines, after what was asked to be shown."""
    held = sorted(visit.ask("held"), key=lambda one: (order(one.signal.key), short(one.signal.label).casefold()))
    outlooks = {one.held.signal.key: one for one in visit.try_ask("overview") or ()} if held else {}
    now = today(visit)
    recent = visit.made("recent days", lambda twin: _recent(twin, now), now) if held else {}
    newest = {row["signal"]: row for row in visit.ask("latest").iter_rows(named=True)} if held else {}
    wanted, standing = visit.query.get("q", "")[:100].strip(), visit.query.get("show", "all")
    lines = [(one.signal.category, _line(one, outlooks, recent, newest, now)) for one in held]
    shown = [(category, line) for category, line in lines if _fits(line, wanted, standing)]
    t = texts(visit.lang)
    sections = [
        {"title": t(f"signals.category_{category.value}"), "lines": some, "about": count(len(some), "signal")}
        for category in Category if (some := [line for one, line in shown if one is category])
    ]  # fmt: skip
    return {"sections": sections, "wanted": wanted, "standing": standing if standing in STANDING else "all",
            "many": len(lines), "shown": len(shown), "rows": sum(one.rows for one in held)}  # fmt: skip


def _fits(line: Line, wanted: str, standing: str) -> bool:
    if standing == "odd" and not line.odd:
        return False
    if standing == "fresh" and not line.fresh:
        return False
    words = f"{line.title} {line.key} {line.source}".casefold()
    return all(word in words for word in wanted.casefold().split())


def _recent(twin: Twin, until: date) -> Recent:
    """The last two weeks of every signal with numbers, read once for each state of the twin."""
    found = {}
    for one in twin.held():
        if one.signal.numeric:
            frame = twin.days(one.signal.key, since=until - BACK, until=until)
            found[one.signal.key] = (frame["day"].to_list(), frame["value"].to_list())
    return found


def _line(one: Held, outlooks: Mapping[str, Any], recent: Recent, newest: Mapping[str, dict[str, Any]],
          now: date) -> Line:  # fmt: skip
    signal, t = one.signal, texts("en")
    outlook = outlooks.get(signal.key)
    entry = Entry.of(outlook) if outlook else None
    row = newest.get(signal.key)
    value, when = _value(one, entry, row, now)
    kind, badge = _badge(entry)
    trust, words = _trust(entry)
    rows = count(one.rows, "entry") if one.rows else t("signals.from_others")
    return Line(signal.key, short(signal.label), value, when, kind, badge, trust, words,
                named(row["source"]) if row and row["source"] else "", rows, _spark(one, entry, recent),
                entry is not None and entry.odd, entry is not None and entry.fresh)  # fmt: skip


def _value(one: Held, entry: Entry | None, row: Mapping[str, Any] | None, now: date) -> tuple[str, str]:
    """The newest value, and how old it is where it is not of today."""
    if entry is not None and entry.normal.value is not None:
        normal, read = entry.normal, entry.measure
        said = read.one(normal.value or 0.0) if normal.low is None or normal.high is None else (
            read.apart(normal.value or 0.0, normal.low, normal.high)[0]
        )  # fmt: skip
        return said, old(normal.age_days) if normal.age_days > 1 else ""
    if row is None:
        return "", ""
    age = max((now - row["at"].date()).days, 0)
    value = "" if row["value"] is None else measure(one.signal.key, one.unit).one(row["value"])
    return value or (row["text"] or "")[:60], old(age) if age > 1 else ""


def _badge(entry: Entry | None) -> tuple[str, str]:
    if entry is None or entry.normal.low is None or entry.normal.high is None or entry.normal.value is None:
        return "", ""
    range_ = entry.measure.apart(entry.normal.value, entry.normal.low, entry.normal.high)[1]
    if not entry.normal.outside or entry.normal.level != FULL:
        return "usual", range_
    return ("odd" if entry.normal.outside == "above" else "low"), range_


def _trust(entry: Entry | None) -> tuple[str, str]:
    if entry is None:
        return "", ""
    words = trusted(entry.normal.trust, entry.normal.n, entry.phrase.spell)[2:]
    return entry.normal.trust.value, words.partition(";")[0]


def _spark(one: Held, entry: Entry | None, recent: Recent) -> Markup | str:
    at, values = recent.get(one.signal.key, ([], []))
    if not at:
        return ""
    read, normal = measure(one.signal.key, one.unit), entry.normal if entry else None
    band = None
    if normal is not None and normal.low is not None and normal.high is not None:
        low, high = sorted((read(normal.low), read(normal.high)))
        band = Band(low, high)
    trust = normal.trust if normal else Trust.FIRST
    drawn = spark.Spark(at, [read(value) for value in values], usual=band, trust=trust, height=34.0,
                        odd=entry is not None and entry.odd)  # fmt: skip
    name = f"s-{one.signal.key.replace('.', '-')}"
    label, many = short(one.signal.label), count(len(at), "day")
    says = texts("en")("signals.spark_says", label=label, many=many, last=day(at[-1]))
    return spark.draw(drawn, name=name, says=says)
