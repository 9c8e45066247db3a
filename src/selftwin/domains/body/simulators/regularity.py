"""Sleep regularity: what keeping to a time, or narrowing the spread of nights, does to how regular sleep is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.simulators._living import DRAWS, Telling, acting, amount, days, reach, today
from selftwin.domains.body.sleep.regularity import spread, trailing
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.scenario import Way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Do
    from selftwin.vocabulary.trajectory import Trajectory

    Floats = NDArray[np.float64]

USUAL_DAYS, MOST_DAYS = 28, 366
NIGHTS = 14  # over which the index and the spread of a day are told
READ = 12 * 7  # nights looked back at
LEAST = 14
WEEK = 7
WANDER = 3.0  # minutes by which the hours of a person move in a week; ours


@dataclass(frozen=True, slots=True)
class Regularity:
    """Weeks drawn from the person's own, changed by the steps."""

    name: str = "sleep-regularity"
    title: str = "How regular sleep is"
    version: int = 1
    rank: int = 5
    takes: frozenset[str] = frozenset({"sleep.start", "sleep.end", "sleep.midpoint.spread"})
    gives: tuple[str, ...] = ("sleep.regularity", "sleep.midpoint.spread")
    cites: tuple[str, ...] = (
        "Phillips and others, Irregular sleep/wake patterns, Scientific Reports 2017;7:3216 (the index)",
        "Windred and others, Sleep regularity and mortality, Sleep 2024;47:zsad253 (median 81.0, half 73.8 to 86.3)",
    )

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """The index and the spread of the middle of sleep, of the fortnight up to each day.

        Raises NothingYet under fourteen nights, UsageError for steps that make no sense.
        """
        start, end = (days(past, key, READ) for key in ("sleep.start", "sleep.end"))
        known = np.isfinite(start) & np.isfinite(end) & (end > start)
        start, end = np.where(known, start, np.nan), np.where(known, end, np.nan)
        if known.sum() < LEAST:
            hint = f"{LEAST} nights of the last twelve weeks are needed."
            raise NothingYet("I know too few of your nights.", hint=hint)
        length = reach(question, past, usual=USUAL_DAYS, most=MOST_DAYS)
        nights = _nights(start, end, length, seed)
        lived = [_done(nights, one.steps, past, (start, end)) for one in (question.scenario, question.instead_of)]
        whole = [_joined(start, end, one) for one in lived]
        at = [(today(past) + timedelta(days=day)).isoformat() for day in range(length)]
        base = Telling(past, question, f"{self.name} {self.version}", int(known.sum()), assumed(), self.cites)
        told = {"sleep.regularity": trailing, "sleep.midpoint.spread": spread}
        return [base.told(key, at, np.stack([tell(*one, NIGHTS)[:, -length:] for one in whole]),
                          replayed=_replayed(start, end, seed) if key == self.gives[0] else None)
                for key, tell in told.items()]  # fmt: skip


SIMULATOR = Regularity()


def assumed() -> tuple[str, ...]:
    """What every answer takes for granted."""
    return (
        f"Each day tells the {NIGHTS} nights up to it, of your main sleep: naps and waking within it are left out.",
        "Without the change, weeks go on like those of your last twelve, and your hours wander by minutes a week.",
        "Who keeps to a time does so every night, as closely as nights now lie to your weekday or weekend hours.",
        "A night of the last fortnight that is unknown is taken to be as that weekday usually is.",
        "Clocks are the wall's: a journey across time zones is not seen.",
    )


def _nights(start: Floats, end: Floats, length: int, seed: int) -> Floats:
    """When sleep begins and ends on the nights ahead (2, n, length): whole weeks drawn from those before, by weights
    that are drawn too, so that twelve weeks are not taken for all there is."""
    rng = np.random.default_rng((seed, 71))
    weeks = np.stack([_filled(values).reshape(-1, WEEK) for values in (start, end)])
    seen = np.isfinite(start).reshape(-1, WEEK).sum(axis=1) >= WEEK // 2
    weeks = weeks[:, seen] if seen.any() else weeks
    weights = rng.dirichlet(np.ones(weeks.shape[1]), DRAWS)
    count = length // WEEK + 1
    luck = rng.random((DRAWS, count, 1))
    picked = (luck > np.cumsum(weights, axis=1)[:, None, :]).sum(axis=2).clip(max=weeks.shape[1] - 1)
    nights = weeks[:, picked].reshape(2, DRAWS, -1)[:, :, :length]
    steps = rng.standard_normal((DRAWS, length)) * WANDER / np.sqrt(WEEK)
    return np.asarray(nights + np.cumsum(steps, axis=1))


def _filled(values: Floats) -> Floats:
    """Nights with those unknown taken from the same weekday's median, else from that of all."""
    filled, weekday = values.copy(), np.arange(len(values)) % WEEK
    for day in range(WEEK):
        same = values[(weekday == day) & np.isfinite(values)]
        middle = np.median(same) if same.size else np.nanmedian(values)
        filled[(weekday == day) & ~np.isfinite(values)] = middle
    return filled


def _done(nights: Floats, steps: tuple[Do, ...], past: Past, lived: tuple[Floats, Floats]) -> Floats:
    """The nights ahead (2, n, length) under steps."""
    changed = nights.copy()
    for one in steps:
        on = acting(one, past, nights.shape[2])
        if one.signal == "sleep.midpoint.spread":
            _narrow(changed, on, _share(one, *lived))
        else:
            _move(changed[0 if one.signal == "sleep.start" else 1], on, one, past)
    return changed


def _share(one: Do, start: Floats, end: Floats) -> float:
    """By how much a step on the spread multiplies it."""
    usual = float(np.nanstd((start + end) / 2, ddof=1))
    wanted = one.changed(usual) if one.amount is not None else usual
    if wanted < 0:
        raise UsageError("Nights cannot vary by less than nothing.", hint="Such as `sleep.midpoint.spread -30 %`.")
    return wanted / max(usual, 1e-9)


def _narrow(nights: Floats, on: NDArray[np.bool_], share: float) -> None:
    """Bring beginnings and ends (2, n, length) nearer to their own middle, in place."""
    middle = np.median(nights, axis=2, keepdims=True)
    nights[:, :, on] = (middle + share * (nights - middle))[:, :, on]


def _move(hours: Floats, on: NDArray[np.bool_], one: Do, past: Past) -> None:
    """Have sleep begin or end (n, length) at a time, with what each night lies off its own kind of day; or shift it."""
    by = amount(one)
    if one.way is Way.SHARE:
        raise UsageError("A time of day has no share.", hint=f"Write `{one.signal} 23:00 for 30 d`, or +30 min.")
    if one.way is Way.CHANGE:
        hours[:, on] += by
        return
    first = today(past).weekday()
    free = (np.arange(hours.shape[1]) + first) % WEEK >= 5  # mornings of Saturday and Sunday
    for days_of_a_kind in (free, ~free):
        if days_of_a_kind.any():
            middle = np.median(hours[:, days_of_a_kind], axis=1, keepdims=True)
            both = days_of_a_kind & on
            hours[:, both] = by + (hours - middle)[:, both]


def _joined(start: Floats, end: Floats, ahead: Floats) -> tuple[Floats, Floats]:
    """The last fortnight and the nights ahead, (n, ...) each of beginnings and ends."""
    known = [np.broadcast_to(_filled(values)[-NIGHTS:], (ahead.shape[1], NIGHTS)) for values in (start, end)]
    first = np.concatenate([known[0], ahead[0]], axis=1)
    last = np.concatenate([known[1], ahead[1]], axis=1)
    return first, np.maximum(last, first + 1.0)


def _replayed(start: Floats, end: Floats, seed: int) -> tuple[int, int] | None:
    """How the index of a fortnight lay in what would have been told two weeks before: (inside 9 in 10, tried)."""
    came = trailing(start, end, NIGHTS)
    inside = tried = 0
    for stop in range(len(start) - NIGHTS, 2 * NIGHTS - 1, -WEEK):
        truth = came[stop]
        known = np.isfinite(start[:stop])
        if known.sum() < LEAST or not np.isfinite(truth):
            continue
        before = start[stop % WEEK : stop], end[stop % WEEK : stop]
        ahead = _nights(*before, NIGHTS, seed)
        low, high = np.quantile(trailing(ahead[0], np.maximum(ahead[1], ahead[0] + 1), NIGHTS)[:, 0], [0.05, 0.95])
        inside += int(low <= truth <= high)
        tried += 1
    return (inside, tried) if tried else None
