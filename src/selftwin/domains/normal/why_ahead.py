"""Why the forecast is what it is: the shipped forecast's own middle, taken apart by what it comes of and by expert."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.ahead import METHOD, forecast
from selftwin.domains.normal.daily import day_of, learn_days
from selftwin.domains.normal.guess import LAST, MEAN7, guess
from selftwin.domains.normal.why_words import WEEKDAYS, amount, day_words, digits
from selftwin.learn.daily_parts import NAMES, parts
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.reason import Behind, Contribution, Of, Why

if TYPE_CHECKING:
    from selftwin.domains.normal.daily import Learnt
    from selftwin.learn.daily_memory import Floats, Ints
    from selftwin.vocabulary.estimate import Forecast

LEAST = 0.005  # of the weights: a smaller expert is told with the others
REMEMBERED = 365


def why_forecast(learnt: Learnt, *, at: date | None = None) -> Why:
    """Why tomorrow's forecast, said on the last day with data up to `at`, is what it is: the same number as
    `forecast` tells, by its parts. Raises NothingYet where it tells none."""
    known = learnt.until(at)
    if not len(known.days):
        hint = "`selftwin import PATH` reads an export."
        raise NothingYet(f"{known.signal.label}: there are no days yet.", hint=hint)
    told = forecast(known)
    total = told.steps[0].mean
    if total is None:
        raise NothingYet(f"{known.signal.label}: too few days for a forecast yet.")
    made = _mixed(known, total) if told.method == METHOD else _simple(known, total, told.method.rpartition(": ")[2])
    target = date.fromisoformat(told.steps[0].at)
    return Why(
        signal=known.signal.key, unit=known.signal.unit, at=told.steps[0].at, of=Of.FORECAST, total=total,
        parts=made[0], trust=told.trust, n=told.n, change=tuple(_changes(known, told)), notes=_notes(told),
        title=f"{known.signal.label.partition(', ')[0]}: the forecast for {day_words(target)}", made_of=made[1],
    )  # fmt: skip


def _behind(known: Learnt, days: int) -> tuple[Behind, ...]:
    """The last so many days of the signal."""
    here = known.days[-days:]
    return (Behind(known.signal.key, day_of(int(here[0])).isoformat(), day_of(int(here[-1])).isoformat(), len(here)),)


def _mixed(known: Learnt, total: float) -> tuple[tuple[Contribution, ...], tuple[Contribution, ...]]:
    """The mixture's parts, and its experts."""
    target = int(known.days[-1]) + 1
    one = parts(known.memory, target)
    weekday = WEEKDAYS[day_of(target).weekday()]
    newest = day_words(day_of(int(known.days[-1])))
    found = [
        Contribution("Your usual", one.usual, behind=_behind(known, REMEMBERED), note="the median of the year before"),
        Contribution("The last month", one.month, behind=_behind(known, 28), note="how far it lies from there"),
        Contribution("The last week", one.week, behind=_behind(known, 7), note="where the last days stand"),
        Contribution(f"The last value, {newest}", one.last, behind=_behind(known, 1),
                     note=f"{amount(known.signal.key, float(known.values[-1]), known.signal.unit)}"),
        Contribution(f"{weekday}s", one.weekday, behind=_behind(known, REMEMBERED)),
    ]  # fmt: skip
    experts = []
    for name, weight, said in zip(NAMES, one.weights.tolist(), one.guesses.tolist(), strict=True):
        if weight >= LEAST:
            note = f"says {amount(known.signal.key, said, known.signal.unit)}, weighs {100 * weight:.0f} %"
            experts.append(Contribution(name[0].upper() + name[1:], weight * said, signal=known.signal.key, note=note))
    return _closed(found, total), _closed(experts, total, "All other experts, and rounding")


def _simple(known: Learnt, total: float, name: str) -> tuple[tuple[Contribution, ...], tuple[Contribution, ...]]:
    """The parts of a simple guess, and the days it is the mean of."""
    usual = float(np.median(known.values[-REMEMBERED:]))
    said = guess(name, known.days, known.values, int(known.days[-1]) + 1)
    days = {LAST: 1, MEAN7: 7}.get(name, REMEMBERED)
    found = [
        Contribution("Your usual", usual, behind=_behind(known, REMEMBERED), note="the median of the year before"),
        Contribution(f"How far the {name} lies from there", said - usual, behind=_behind(known, days)),
    ]
    here, values = known.days[-days:], known.values[-days:]
    pieces: list[Contribution] = []
    if days < REMEMBERED:
        pieces = [
            Contribution(day_words(day_of(int(day))), float(value) / len(here), signal=known.signal.key)
            for day, value in zip(here, values, strict=True)
        ]
    return _closed(found, total), _closed(pieces, total, "Rounding") if pieces else ()


def _closed(found: list[Contribution], total: float, name: str = "Rounded to what can be") -> tuple[Contribution, ...]:
    """The parts with what they lack of the total."""
    rest = total - sum(one.value for one in found)
    return tuple(found) if abs(rest) <= 1e-9 * max(abs(total), 1.0) else (*found, Contribution(name, rest))


# What would change it


def _changes(known: Learnt, told: Forecast) -> list[str]:
    """What it would be, had the last day been usual, and what it becomes after a usual tomorrow."""
    stands = told.steps[0].mean
    usual = float(np.median(known.values[:-1][-REMEMBERED:])) if len(known.values) > 1 else None
    if stands is None or usual is None:
        return []
    newest, then = day_words(day_of(int(known.days[-1]))), _ahead(known, known.days, _with_last(known.values, usual))
    found = []
    if then is not None and then != stands:
        instead = f"Had {newest} been your usual {_said(known, usual)}"
        found.append(f"{instead}, I would expect {_pair(known, then, stands)}.")
    day = int(known.days[-1]) + 1
    after = _ahead(known, np.append(known.days, day), np.append(known.values, usual))
    beside = told.steps[1].mean
    if after is not None and beside is not None and after != beside:
        found.append(f"A usual {_said(known, usual)} tomorrow brings the forecast for {day_words(day_of(day + 1))} to "
                     f"{_said(known, after)}; as things stand it is {_said(known, beside)}.")  # fmt: skip
    return found or ["No single day moves it: so many days stand behind it."]


def _with_last(values: Floats, value: float) -> Floats:
    found = values.copy()
    found[-1] = value
    return found


def _ahead(known: Learnt, days: Ints, values: Floats) -> float | None:
    """The forecast of the day after these days, learnt as the shipped one is."""
    import polars as pl

    frame = pl.DataFrame({"day": days.astype("datetime64[D]"), "value": values})
    learnt = learn_days(frame, known.signal, checkpoint=known.checkpoint())
    return forecast(learnt).steps[0].mean


def _said(known: Learnt, value: float) -> str:
    return amount(known.signal.key, value, known.signal.unit)


def _pair(known: Learnt, then: float, stands: float) -> str:
    """Two values side by side, the unit once."""
    if known.signal.unit == "min":
        return f"{_said(known, then)}, not {_said(known, stands)}"
    return f"{digits(then)}, not {_said(known, stands)}"


def _notes(told: Forecast) -> tuple[str, ...]:
    """By what it was made, beside which guesses, and how sure it is."""
    step, found = told.steps[0], []
    if told.method == METHOD:
        found.append("Nine experts on your own past are mixed by their record; what is shown is their weighed mean.")
    else:
        name = told.method.rpartition(": ")[2]
        found.append(f"My own forecast has not beaten the {name} on your past, so that is shown.")
    if told.beats:
        name, ratio = max(told.beats, key=lambda pair: pair[1])
        found.append(f"My error on your past days is {100 * ratio:.0f} % of that of the best simple guess ({name}).")
    if step.lo90 is not None and step.hi90 is not None:
        found.append(f"It lies between {digits(step.lo90)} and {digits(step.hi90)} 9 times in 10.")
    found.append("It says what comes next from what was; it knows of no plan of yours.")
    return tuple(found)
