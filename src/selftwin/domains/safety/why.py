"""Why the illness watch says what it says of a day: its score by signal and by what was noted, with the nights behind
each, an exact split by Shapley's value over every subset of signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.estimate import TRUSTED_DAYS, Trust
from selftwin.vocabulary.reason import Behind, Contribution, Of, Why

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from selftwin.domains.safety.watches._nights import Nights
    from selftwin.learn.surveillance_shares import Shares
    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

WATCH = "illness"
SHOWN, USUAL = 3, 28  # nights told of each signal, and nights before them that say what is usual
WHOLE = 100.0  # from which on a figure is told without tenths
UNIT = "{log odds}"
UNITS = {"/min": "", "min": "", "Cel": "°C", "Cel{diff}": "°C"}
NO_DIAGNOSIS = "Not a device, and no diagnosis. If you feel unwell, trust that first."
SPLIT = ("Signals work together, so each brings the mean of what it adds to every set of the others; the parts add up "
         "to the score.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """One day as the watch saw it: its place on the calendar of `nights`, the `threshold` it is held against, and its
    `split`; `start` is the place its devices are followed from."""

    nights: Nights
    place: int
    start: int
    threshold: float
    split: Shares
    tags: NDArray[np.bool_]


def why_alert(past: Past, *, budget: float = 1.0) -> Why:
    """Why the illness watch's score on the last day known at `past.now` is what it is: above zero it alarms, at this
    budget of false alarms a month. Raises NothingYet where that day could not be watched, Refused."""
    one = _scored(past, budget)
    day, split = one.nights.day(one.place), one.split
    parts = [
        Contribution("Before anything was measured", split.prior,
                     note="how seldom an illness begins near any one day, beside what else there is"),
        Contribution("The bar your budget sets", -one.threshold,
                     note=f"above it a day alarms; at {budget:g} false alarm{'' if budget == 1 else 's'} a month"),
    ]  # fmt: skip
    parts += _signals(one)
    if split.noted:
        note = "alcohol, training, journeys or vaccines near it"
        parts.append(Contribution("What you noted", split.noted, note=note))
    n = int(np.isfinite(one.nights.of(one.nights.chosen[one.place])[: one.place + 1, :-1]).any(axis=1).sum())
    total = split.score - one.threshold
    return Why(
        signal=WATCH, unit=UNIT, at=day.isoformat(), of=Of.ALERT, total=total, parts=tuple(parts),
        trust=Trust.TRUSTED if n >= TRUSTED_DAYS else Trust.FIRST, n=n, change=tuple(_changes(one)),
        notes=(_verdict(total), SPLIT, NO_DIAGNOSIS), title=f"The illness watch on {day.day} {day:%B %Y}",
    )  # fmt: skip


def _verdict(total: float) -> str:
    if total >= 0:
        return "At or above zero this day alarms."
    return "Below zero this day does not alarm."


def _scored(past: Past, budget: float) -> Scored:
    """The last day, scored and split."""
    from selftwin.domains.safety.watches._nights import gather
    from selftwin.domains.safety.watches._noted import noted
    from selftwin.domains.safety.watches.illness import LEAD_IN, follow
    from selftwin.learn.surveillance_shares import shares

    nights = gather(past)
    if nights is None:
        raise NothingYet("The illness watch has no night to look at.", hint="`selftwin import PATH` reads an export.")
    tags, _ = noted(past, nights.first, len(nights.told), nights.clock)
    course, place = follow(nights, tags, budget), len(nights.told) - 1
    if not np.isfinite(course.score[place]):
        raise NothingYet(f"The illness watch could not look at {nights.day(place)}: no night was measured, or too few "
                         "before it.", hint="`selftwin why illness --at DATE` asks of another day.")  # fmt: skip
    breaks = np.flatnonzero((np.diff(nights.chosen, axis=0) != 0).any(axis=1)) + 1
    start = max(0, max([0, *breaks[breaks <= place].tolist()]) - LEAD_IN)
    split = shares(nights.of(nights.chosen[place])[start : place + 1], tags[start : place + 1])
    return Scored(nights, place, start, float(course.threshold[place]), split, tags)


def _signals(one: Scored) -> list[Contribution]:
    """What each signal brings, with its last nights; none that was not measured on the nights that count."""
    from selftwin.learn.surveillance_courses import LENGTH, SIGNALS

    values = one.nights.of(one.nights.chosen[one.place])[one.start : one.place + 1]
    found = []
    for number in range(len(SIGNALS)):
        its = one.nights.candidates[number]
        which = int(one.nights.chosen[one.place, number])
        lately = np.flatnonzero(np.isfinite(values[-LENGTH:, number])) + max(len(values) - LENGTH, 0)
        if which < 0 or not len(lately):
            continue
        key, source = its[which].key, its[which].source
        ends = [(one.nights.day(one.start + int(place))).isoformat() for place in (lately[0], lately[-1])]
        found.append(Contribution(
            nature(key).label, float(one.split.signals[number]), signal=key,
            behind=(Behind(key, ends[0], ends[1], len(lately), source),), note=_nightly(one, values[:, number], key),
        ))  # fmt: skip
    return found


def _nightly(one: Scored, values: Floats, key: str) -> str:
    """The last nights of a signal beside what was usual before them."""
    last = np.flatnonzero(np.isfinite(values))[-SHOWN:]
    before = values[: last[0]][np.isfinite(values[: last[0]])][-USUAL:]
    unit = nature(key).unit
    nights = [f"{_figure(values[place], unit)} on {_short(one.nights.day(one.start + place))}"
              for place in last.tolist()]  # fmt: skip
    if not len(before):
        return ", ".join(nights)
    middle = f"{_figure(float(np.median(before)), unit)} {UNITS.get(unit, unit)}".rstrip()
    return f"{', '.join(nights)}; the median of the {len(before)} nights before is {middle}"


def _figure(value: float, unit: str) -> str:
    """A night's figure: hours and minutes of a time, else a tenth, or whole from a hundred on."""
    if unit == "min":
        return "{} h {:02d}".format(*divmod(round(value), 60))
    return f"{value:.1f}" if abs(value) < WHOLE else f"{value:.0f}"


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"


def _changes(one: Scored) -> list[str]:
    """What the score would be with one signal unseen, asked of the watch again."""
    from selftwin.learn.surveillance_courses import LENGTH

    score, bar = one.split.score, one.threshold
    since = one.nights.day(max(one.start, one.place - LENGTH + 1))
    found = []
    order = np.argsort(-np.abs(one.split.without - score), kind="stable")
    for number in order.tolist():
        which = int(one.nights.chosen[one.place, number])
        without = float(one.split.without[number])
        if which < 0 or abs(without - score) < 0.05:
            continue
        label = nature(one.nights.candidates[number][which].key).label
        label = label[0].lower() + label[1:]
        found.append(f"With your {label} unseen since {_short(since)} the score would be {_sign(without - bar)}, not "
                     f"{_sign(score - bar)}{_turn(score - bar, without - bar)}.")  # fmt: skip
    return found[:SHOWN]


def _sign(value: float) -> str:
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")


def _turn(stands: float, then: float) -> str:
    """Whether an alarm comes or goes."""
    if (stands >= 0) == (then >= 0):
        return ""
    return ": no alarm" if stands >= 0 else ": an alarm"
