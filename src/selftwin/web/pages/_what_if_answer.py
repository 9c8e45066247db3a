"""The answer on the page What if: the sentence, the two futures and their difference, what else would change, and what
all of it takes for granted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError
from selftwin.web.answers import Preparing
from selftwin.web.charts import futures, whiskers
from selftwin.web.charts.believed import Band, Cone
from selftwin.web.charts.names import NAMES, Names
from selftwin.web.pages._what_if_asked import SPANS
from selftwin.web.rendering import texts
from selftwin.wording.futures import ISO_DAY, below, below_last, certain, end, gap, is_peak, sentence, thinned, when
from selftwin.wording.measures import MINUS, Measure, measure
from selftwin.wording.phrases import inside, phrase, short
from selftwin.wording.steps import named
from selftwin.wording.words import count, day, spelled, sureness, trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.vocabulary.estimate import Normal
    from selftwin.vocabulary.trajectory import Measure as Told
    from selftwin.vocabulary.trajectory import Point, Trajectory
    from selftwin.web.page import Visit

PAST_DAYS, PAST_HOURS = 42, 4
TARGET = {"glucose": (70.0, 180.0)}  # mg/dL, what most people with diabetes aim at (Battelino 2019)
EVEN = 65  # per cent, under which no direction is told


def answer(visit: Visit, one: Trajectory, others: Sequence[Trajectory] | None) -> dict[str, Any]:
    """All that is told of the foremost signal, and of the `others`; None while those are being worked out."""
    zone = visit.zones.at(datetime.fromisoformat(one.with_[0].at).astimezone())
    read = measure(one.signal, one.unit)
    label = _label(one)
    spell = phrase(one.signal, label).spell
    return {
        "signal": one.signal,
        "label": label,
        "unit": read.words,
        "title": title(visit, one),
        "lead": lead(visit, one, read, zone),
        "notes": one.notes,
        "sentence": sentence(one, read, zone),
        "chart": drawn(visit, one, read, zone),
        "rows": _rows(one, read, zone),
        "measures": [_measure(one, row) for row in one.measures],
        "because": [(named(name), _signed(read, by)) for name, by in one.because],
        "others": None if others is None else _others(visit, others),
        "assumptions": one.assumptions,
        "trust": [(one.trust.value, label, trusted(one.trust, one.n, spell).partition(" ")[2] if one.n else "", spell)],
        "replayed": one.replayed,
        "untold": one.untold,
        "cites": one.cites,
        "model": one.model,
        "instead": one.instead_of,
        "by_days": len(one.with_[-1].at) == ISO_DAY,
        "ends": one.with_[-1].at[:10],
    }  # fmt: skip


def title(visit: Visit, one: Trajectory) -> str:
    """Two futures, and how far they reach."""
    t = texts(visit.lang)
    first, last = (datetime.fromisoformat(point.at) for point in (one.with_[0], one.with_[-1]))
    if len(one.with_[-1].at) == ISO_DAY:
        days = (last - first).days + 1
        near = next((far for far in SPANS if days - 1 <= far <= days), 0)
        return t("what_if.title_far", far=t(f"what_if.far_{near}") if near else spelled(days, "day"))
    hours = max(round((last - first) / timedelta(hours=1)), 1)
    return t("what_if.title_far", far=spelled(hours, "hour") if hours < 48 else spelled(round(hours / 24), "day"))


def lead(visit: Visit, one: Trajectory, read: Measure, zone: str) -> dict[str, str]:
    """The sentence in its parts: what stands before, what is imagined and how sure, beside what, and why."""
    t = texts(visit.lang)
    _, mean, low, high = end(one, zone)
    until = _until(one, zone)
    label = _label(one)
    name = inside(label)
    said = {"before": t("what_if.lead_before", until=until), "beside": t("what_if.beside"), "more": _most(visit, one)}
    if one.instead_of:
        said["beside"] = t("what_if.beside_instead")
    if is_peak(one):
        name = t("what_if.lead_measure", name=name, measure=one.measures[0].name.lower())
    if low == high == 0:
        return said | {"plum": t("what_if.lead_none", name=name), "sure": ""}
    sure = certain(mean, below(one))
    word = sureness(sure).partition(",")[0]
    if sure < EVEN or low * high <= 0:
        said["beside"] = t("what_if.beside_apart_instead" if one.instead_of else "what_if.beside_apart")
    if sure < EVEN:
        return said | {"plum": t("what_if.lead_even", name=name, range=gap(low, high, read)), "sure": f"{sure:.0f}"}
    apart = _away(low, high, read)
    kind = ("lower" if mean < 0 else "higher") if low * high > 0 else "lower_or" if mean < 0 else "higher_or"
    if one.signal == "weight" and low * high > 0:
        kind = "weigh_less" if mean < 0 else "weigh_more"
    return said | {"plum": t(f"what_if.lead_{kind}", name=name, sure=word, range=apart), "sure": f"{sure:.0f}"}


def _until(one: Trajectory, zone: str) -> str:
    """When it ends: the day, or the time of day where that is within a day of its beginning."""
    first, last = _wall(one.difference[0].at, zone), _wall(one.difference[-1].at, zone)
    if isinstance(first, datetime) and isinstance(last, datetime):
        return f"{last:%H:%M}" if last - first <= timedelta(days=1) else day(last.date(), year=False)
    return day(last, year=False)


def _away(low: float, high: float, read: Measure) -> str:
    """How far apart, without a sign where all of it lies on one side."""
    if low * high <= 0:
        return gap(low, high, read)
    ends = sorted((abs(low), abs(high)))
    return gap(ends[0], ends[1], read)


def _most(visit: Visit, one: Trajectory) -> str:
    """Which of several steps most of the difference comes from."""
    if len(one.because) < 2 or not one.difference[-1].mean:
        return ""
    named_parts = sorted(one.because, key=lambda part: -abs(part[1]))
    (name, by), *rest = named_parts
    whole = sum(abs(part) for _, part in one.because)
    if not whole or abs(by) < 0.6 * whole:
        return ""
    return texts(visit.lang)("what_if.lead_most", most=named(name).partition(",")[0],
                             least=named(rest[-1][0]).partition(",")[0])  # fmt: skip


def drawn(visit: Visit, one: Trajectory, read: Measure, zone: str) -> dict[str, Any]:
    """Both pictures on one clock."""
    t = texts(visit.lang)
    at = [_wall(point.at, zone) for point in one.with_]
    days, values = recent(visit, one, zone)
    last, apart = one.difference[-1], Measure(read.unit, whole=False, scale=read.scale)
    beside = t("what_if.instead_word") if one.instead_of else t("what_if.as_you_are")
    both = futures.Futures(
        days, [read(value) for value in values], read,
        futures.Future(_cone(at, one.without, read), beside, read.bare(one.without[-1].lo90, one.without[-1].hi90)),
        futures.Future(_cone(at, one.with_, read), t("what_if.with_change"),
                       read.bare(one.with_[-1].lo90, one.with_[-1].hi90)),
        usual=_usual(visit, one, read), today=at[0], names=_names(one, at[0]),
        missing=t("what_if.missing") if len(days) > PAST_DAYS / 2 else "",
        pause=1.0 if len(one.with_[0].at) == ISO_DAY else 20 / 1440,
    )  # fmt: skip
    alone = futures.Difference(both, _cone(at, one.difference, apart), apart, _signed(read, last.mean),
                               gap(last.lo90, last.hi90, read))  # fmt: skip
    said = sentence(one, read, zone)
    says = f"{t('what_if.difference')}: {said}"
    return {"futures": futures.draw(both, name="two", says=said),
            "difference": futures.difference(alone, name="apart", says=says)}  # fmt: skip


def _names(one: Trajectory, begins: datetime | date) -> Names:
    """Today is called so where it is; a replay begins on its own day."""
    if not one.replay:
        return NAMES
    clock = f", {begins:%H:%M}" if isinstance(begins, datetime) else ""
    return Names(today=f"{day(begins, year=False)}{clock}")


def _cone(at: Sequence[datetime | date], points: Sequence[Point], read: Measure) -> Cone:
    def line(name: str) -> list[float]:
        return [read(getattr(point, name)) for point in points]

    return Cone(at, line("mean"), half=(line("lo50"), line("hi50")), nine=(line("lo90"), line("hi90")))


def _wall(at: str, zone: str) -> datetime | date:
    """A day, or a moment on the person's clock without its offset."""
    if len(at) == ISO_DAY:
        return date.fromisoformat(at)
    return datetime.fromisoformat(at).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def recent(visit: Visit, one: Trajectory, zone: str) -> tuple[list[Any], list[float]]:
    """What was recorded before the futures part: six weeks of days, or four hours of samples."""
    import polars as pl

    first = one.with_[0].at
    if len(first) == ISO_DAY:
        begins = date.fromisoformat(first)
        rows = visit.twin.days(one.signal, since=begins - timedelta(days=PAST_DAYS), until=begins - timedelta(days=1))
        return rows["day"].to_list(), rows["value"].to_list()
    begins_at = datetime.fromisoformat(first)
    around = begins_at.astimezone(ZoneInfo(zone)).date()
    rows = visit.twin.series(one.signal, since=around - timedelta(days=1), until=around)
    rows = rows.filter(pl.col("at").is_between(begins_at - timedelta(hours=PAST_HOURS), begins_at)).sort("at")
    return rows["local"].to_list(), rows["value"].to_list()


def _usual(visit: Visit, one: Trajectory, read: Measure) -> Band | None:
    """The band of what is usual, or the range aimed at."""
    t = texts(visit.lang)
    if one.signal in TARGET:
        low, high = TARGET[one.signal]
        return Band(read(low), read(high), t("what_if.target", range=read.range(low, high)))
    if len(one.with_[0].at) != ISO_DAY:
        return None
    try:
        found: Normal = visit.ask("normal", one.signal)
    except (SelftwinError, Preparing):
        return None
    if found.low is None or found.high is None:
        return None
    return Band(read(found.low), read(found.high), t("what_if.usual"), trust=found.trust)


def _rows(one: Trajectory, read: Measure, zone: str) -> list[tuple[str, ...]]:
    """The table behind the pictures."""
    told: list[tuple[str, ...]] = []
    for place in thinned(len(one.with_)):
        with_, without, apart = one.with_[place], one.without[place], one.difference[place]
        told.append((when(with_.at, zone), read.bare(with_.lo90, with_.hi90), read.bare(without.lo90, without.hi90),
                     gap(apart.lo90, apart.hi90, read)))  # fmt: skip
    return told


def _measure(one: Trajectory, row: Told) -> tuple[str, ...]:
    read = measure(one.signal, row.unit) if row.unit == one.unit else Measure(row.unit)
    apart = gap(row.difference[1], row.difference[2], read)
    return (row.name, read.range(*row.with_[1:]), read.range(*row.without[1:]), apart)


def _others(visit: Visit, found: Sequence[Trajectory]) -> dict[str, Any]:
    """The other signals as whiskers, with the table behind them."""
    rows = [_whisker(one) for one in found]
    t = texts(visit.lang)
    said = "; ".join(f"{row.name} {row.change}, {row.sure}" for row in rows)
    says = f"{t('what_if.else')}: {said}." if rows else ""
    return {
        "chart": whiskers.draw(rows, name="else", says=says) if rows else "",
        "says": says,
        "rows": [(row.name, row.change, row.range, _sure(one)) for one, row in zip(found, rows, strict=True)],
        "trust": [(one.trust.value, row.name, count(one.n, phrase(one.signal, "").spell) if one.n else "", "")
                  for one, row in zip(found, rows, strict=True)],
    }  # fmt: skip


def _whisker(one: Trajectory) -> whiskers.Whisker:
    read = measure(one.signal, one.unit)
    last = one.difference[-1]
    label = _label(one)
    if _none(last, read):
        return whiskers.Whisker(label, "no change", one.trust, (0.0, 0.0), None, 0.0, imagined=True)
    return whiskers.Whisker(label, _signed(read, last.mean), one.trust, (last.lo90, last.hi90), (last.lo50, last.hi50),
                            last.mean, range=gap(last.lo90, last.hi90, read),
                            sure=_sure(one).partition(",")[0], imagined=True)  # fmt: skip


def _none(last: Point, read: Measure) -> bool:
    """Whether a difference is nothing, as finely as the signal is told."""
    return read.difference(max(abs(last.lo90), abs(last.hi90))) == read.difference(0.0)


def _sure(one: Trajectory) -> str:
    """How sure the direction is: very likely lower, 92 %."""
    last = one.difference[-1]
    if _none(last, measure(one.signal, one.unit)):
        return ""
    sure = certain(last.mean, below_last(one))
    word = sureness(sure)
    side = f" {'lower' if last.mean < 0 else 'higher'}" if sure >= EVEN else ""
    return word.replace(",", f"{side},", 1)


def _label(one: Trajectory) -> str:
    """What a signal is called, without what explains it."""
    return short(nature(one.signal).label).partition(":")[0]


def _signed(read: Measure, by: float) -> str:
    """A difference with its sign apart, as it is set in type: + 2.9 kg."""
    said = read.difference(abs(by))
    return f"{MINUS if by < 0 else '+'} {said}" if by else said
