"""Signals of a day as pictures: the first that is unusual at length, the others and what comes next in small."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts import days as days_chart
from selftwin.web.charts import spark
from selftwin.web.charts.believed import Band, Cone, Guess
from selftwin.web.pages import _now_named
from selftwin.web.rendering import texts
from selftwin.wording.almanac import guessed, still_so
from selftwin.wording.believed import FULL, held, is_guess, level, widest
from selftwin.wording.phrases import short
from selftwin.wording.words import count, day, spelled, trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from selftwin.vocabulary.estimate import Step
    from selftwin.wording.almanac import Entry
    from selftwin.wording.measures import Measure

    Recent = Sequence[tuple[date, float | None]]

STEPS = 3  # days ahead


@dataclass(frozen=True, slots=True)
class Picture:
    """A signal drawn at length, with its sentence, its table, and what is expected tomorrow."""

    key: str
    title: str
    unit: str
    kind: str
    badge: str
    svg: Markup
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    value: str
    range: str
    tomorrow: str
    sure: float | None
    trust: str
    trust_words: str


@dataclass(frozen=True, slots=True)
class Small:
    """A small multiple: what it is called, its range first, the drawing, and what it stands on."""

    key: str
    title: str
    range: str
    after: str
    svg: Markup
    trust: str
    trust_words: str
    too_soon: bool = False
    kind: str = ""
    badge: str = ""


def picture(entry: Entry, recent: Recent, today: date, name: str) -> Picture:
    """The first unusual signal: a month back, three days ahead."""
    t, read = texts("en"), entry.measure
    says = _says(entry, recent)
    drawn = days_chart.Days(
        [one for one, _ in recent], _values(recent, read), read, usual=_band(entry), today=today,
        ahead=_cone(entry), guess=_guess(entry), names=_now_named.names(today),
    )  # fmt: skip
    step = entry.forecast.steps[0] if entry.forecast and entry.forecast.steps else None
    return Picture(
        entry.key, short(entry.label), " ".join([read.words, t(f"today.each_{entry.phrase.spell}")]).strip(),
        _kind(entry), _badge(entry), days_chart.draw(drawn, name=name, says=says), says,
        (t("today.column_day"), t("today.column_value"), t("today.column_expected")), tuple(_rows(entry, recent)),
        *_place(entry), _range(step, read) if step else "", still_so(entry), *_trust(entry),
    )  # fmt: skip


def small(entry: Entry, recent: Recent, today: date, name: str, *, odd: bool = False) -> Small:
    """One of the small multiples."""
    t, read = texts("en"), entry.measure
    step = entry.forecast.steps[0] if entry.forecast and entry.forecast.steps else None
    soon = step is None or step.mean is None
    trust = entry.normal.trust if not soon else Trust.NONE
    drawn = spark.Spark([one for one, _ in recent], _values(recent, read), today=today, usual=_band(entry),
                        ahead=_cone(entry, STEPS), guess=_guess(entry, STEPS), trust=trust, odd=odd)  # fmt: skip
    range_, after = (t("today.too_soon"), "") if soon or step is None else (_range(step, read), _held(step))
    title, value = (short(entry.label), _place(entry)[0]) if odd else (entry.ahead, "")
    says = f"{title}: {entry.sentence} {range_}" if odd else f"{title}: {range_}"
    mark, words = _trust(entry)
    return Small(entry.key, title, value if odd else range_, "" if odd else after,
                 spark.draw(drawn, name=name, says=says.strip()), mark, words, soon and not odd,
                 *((_kind(entry), _badge(entry)) if odd else ("", "")))  # fmt: skip


def _values(recent: Recent, read: Measure) -> list[float | None]:
    return [None if value is None else read(value) for _, value in recent]


def _band(entry: Entry) -> Band | None:
    normal, read = entry.normal, entry.measure
    if normal.low is None or normal.high is None:
        return None
    key = "usual" if normal.level == FULL else "usual_half"
    low, high = sorted((read(normal.low), read(normal.high)))
    words = texts("en")(f"today.{key}", range=read.bare(normal.low, normal.high))
    trust = normal.trust if normal.level == FULL else Trust.FIRST
    return Band(low, high, words, trust=trust)


def _steps(entry: Entry, most: int = STEPS) -> list[Step]:
    steps = entry.forecast.steps[:most] if entry.forecast else ()
    return [step for step in steps if step.mean is not None]


def _cone(entry: Entry, most: int = STEPS) -> Cone | None:
    steps, read = _steps(entry, most), entry.measure
    if not steps or is_guess(entry.forecast):
        return None

    def edges(low: str, high: str) -> tuple[list[float], list[float]] | None:
        pairs = [(getattr(step, low), getattr(step, high)) for step in steps]
        if any(None in pair for pair in pairs):
            return None
        both = [sorted((read(a), read(b))) for a, b in pairs]
        return [a for a, _ in both], [b for _, b in both]

    at = [date.fromisoformat(step.at) for step in steps]
    middle = [read(step.mean) for step in steps if step.mean is not None]
    return Cone(at, middle, edges("lo50", "hi50"), edges("lo90", "hi90"))


def _guess(entry: Entry, most: int = STEPS) -> Guess | None:
    steps, read = _steps(entry, most), entry.measure
    if not steps or not is_guess(entry.forecast):
        return None
    middle = [read(step.mean) for step in steps if step.mean is not None]
    bounds = [widest(step) for step in steps]
    low = [mid if one is None else read(one) for mid, (one, _) in zip(middle, bounds, strict=True)]
    high = [mid if one is None else read(one) for mid, (_, one) in zip(middle, bounds, strict=True)]
    return Guess([date.fromisoformat(step.at) for step in steps], middle, low, high)


def _kind(entry: Entry) -> str:
    return {"above": "odd", "below": "low"}.get(entry.normal.outside, "")


def _badge(entry: Entry) -> str:
    side, spell = entry.normal.outside, entry.phrase.spell
    return texts("en")(f"today.{side}_usual", run=count(entry.normal.run, spell)) if side else ""


def _place(entry: Entry) -> tuple[str, str]:
    """The newest value, and the band it is held against."""
    normal, read = entry.normal, entry.measure
    if normal.value is None:
        return "", ""
    if normal.low is None or normal.high is None:
        return read.one(normal.value), ""
    return read.apart(normal.value, normal.low, normal.high)


def _range(step: Step, read: Measure) -> str:
    low, high = widest(step)
    if low is None or high is None:
        return texts("en")("today.near", value=read.one(step.mean or 0.0))
    return read.range(low, high)


def _held(step: Step) -> str:
    return held(step).removeprefix(", ") if level(step) is not None else texts("en")("today.width_unknown")


def _trust(entry: Entry) -> tuple[str, str]:
    """The mark of trust and the words behind it; a simple guess by its name."""
    guess = guessed(entry)
    if guess:
        return "guess", guess
    return entry.normal.trust.value, trusted(entry.normal.trust, entry.normal.n, entry.phrase.spell)[2:]


def _says(entry: Entry, recent: Recent) -> str:
    """A sentence on how often the days that are drawn lay outside, and for how long they do now."""
    t, normal = texts("en"), entry.normal
    known = [value for _, value in recent if value is not None]
    if normal.low is None or normal.high is None or not known:
        return entry.sentence
    inside = sum(normal.low <= value <= normal.high for value in known)
    spell = entry.phrase.spell
    return t("today.inside", inside=inside, all=count(len(known), spell), side=normal.outside,
             run=spelled(normal.run, spell))  # fmt: skip


def _rows(entry: Entry, recent: Recent) -> list[tuple[str, ...]]:
    """Every day that is drawn: as recorded, then as expected."""
    t, read = texts("en"), entry.measure
    known = [value for _, value in recent if value is not None]
    past = [(day(one), t("today.gap") if value is None else read.one(value, *known), "") for one, value in recent]
    ahead = [(day(date.fromisoformat(step.at)), "", f"{_range(step, read)}{held(step)}") for step in _steps(entry)]
    return [*past, *ahead]
