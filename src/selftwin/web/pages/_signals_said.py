"""One signal in sentences: how often it was as usual, what comes next, and how one span stands against another."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.signal import Fold
from selftwin.web.pages._signals_usual import inside
from selftwin.web.rendering import texts
from selftwin.wording.believed import FULL, held, widest
from selftwin.wording.words import WEEKDAYS, count, day, spelled

if TYPE_CHECKING:
    from selftwin.web.pages._signals_drawn import Window
    from selftwin.web.pages._signals_known import Known
    from selftwin.web.pages._signals_usual import Usual


def about(known: Known) -> str:
    """On how many days it is known, and since when."""
    t = texts("en")
    said = t("signals.rows", many=count(known.rows, "entry"))
    if known.at:
        said = t("signals.since", many=count(len(known.at), known.spell), since=day(known.at[0]))
    return said


def sentence(known: Known, past: Usual | None, seen: Window) -> str:
    """What the chart shows, in one or two sentences without marks."""
    return " ".join(part for part in (_usually(known, past, seen), _lately(known, seen), _ahead(known)) if part)


def _usually(known: Known, past: Usual | None, seen: Window) -> str:
    t, there = texts("en"), known.within(seen.first, seen.last)
    many = there.stop - there.start
    if not many:
        return t("signals.none_here")
    if past is None:
        return t("signals.no_usual", many=count(many, known.spell))
    within, told = inside(known, past, there)
    if not told:
        return t("signals.no_usual", many=count(many, known.spell))
    return t("signals.within", within=f"{within:,}", all=count(told, known.spell))


def _lately(known: Known, seen: Window) -> str:
    normal = known.normal
    if normal is None or not normal.outside or normal.level != FULL or seen.last < known.at[-1]:
        return ""
    return texts("en")(f"signals.{normal.outside}_for", run=spelled(normal.run, known.spell))


def _ahead(known: Known) -> str:
    """A week on, as a range and its middle."""
    steps = [one for one in (known.forecast.steps if known.forecast else ()) if one.mean is not None]
    steps = [one for one in steps if date.fromisoformat(one.at[:10]) > known.at[-1]][:7]
    if not steps or (known.today - known.at[-1]).days > 7:
        return ""
    step = steps[-1]
    low, high = widest(step)
    when = WEEKDAYS[date.fromisoformat(step.at[:10]).weekday()]
    if low is None or high is None:
        return texts("en")("signals.expect_near", day=when, value=known.read.one(step.mean or 0.0))
    near = known.read.axis(step.mean or 0.0, low, high)
    return texts("en")("signals.expect", day=when, range=known.read.range(low, high), near=near, held=held(step))


def badge(known: Known) -> tuple[str, str]:
    """The kind of badge and its words: where the newest value stands in its usual."""
    normal, t = known.normal, texts("en")
    if normal is None or normal.value is None or normal.low is None or normal.high is None:
        return "", ""
    range_ = known.read.apart(normal.value, normal.low, normal.high)[1]
    if not normal.outside or normal.level != FULL:
        return "usual", t("signals.badge_usual", range=range_)
    kind = "odd" if normal.outside == "above" else "low"
    return kind, t(f"signals.badge_{normal.outside}", range=range_)


def newest_value(known: Known) -> tuple[str, str]:
    """The newest day's value as a big figure and the unit beside it."""
    if not known.at:
        return "", ""
    normal, value = known.normal, float(known.values[-1])
    said = known.read.one(value) if normal is None or normal.low is None or normal.high is None else (
        known.read.apart(value, normal.low, normal.high)[0]
    )  # fmt: skip
    unit = known.read.words
    figure = said.removesuffix(unit).rstrip() if unit else said
    mean = texts("en")("signals.day_mean") if known.signal.fold is Fold.MEAN and known.rows > 2 * len(known.at) else ""
    return figure, ", ".join(filter(None, (unit, mean)))


def figures(known: Known, past: Usual | None, seen: Window) -> tuple[str, ...]:
    """A span in figures: middle, half and nine in ten of its values, how many, and how many outside the usual."""
    there = known.within(seen.first, seen.last)
    values, read = known.values[there], known.read
    span = f"{day(seen.first)} to {day(seen.last)}"
    if not values.size:
        return (span, texts("en")("signals.nothing"), "", "0", "")
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
    outside = ""
    if past is not None:
        within, told = inside(known, past, there)
        outside = f"{told - within:,}" if told else ""
    return (span, read.one(middle, low, high), read.range(low, high), f"{values.size:,}", outside)


def apart(known: Known, first: Window, second: Window) -> str:
    """How far the middle of one span lies from that of another."""
    t, read = texts("en"), known.read
    one, other = (known.values[known.within(seen.first, seen.last)] for seen in (first, second))
    if not one.size or not other.size:
        return t("signals.cannot_compare")
    difference = float(np.median(one) - np.median(other))
    if abs(difference) < 1e-9:
        return t("signals.no_difference")
    way = t("signals.higher" if difference > 0 else "signals.lower")
    return t("signals.difference", by=read.difference(abs(difference)), way=way, n=min(one.size, other.size))
