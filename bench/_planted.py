"""Effects planted to test what tries to refute: daily lives and cross-sections in which a cause truly moves an outcome,
by sizes and forms that are known, and others in which it seems to and does not.

Sizes are in standard deviations of the outcome's own wandering for one of the cause, apparent ones as true ones. The
sizes, kinds and forms are frozen; seeds are drawn by whoever asks. A kind is not `telling` where nothing recorded can
tell it from its opposite: such ones are planted and counted too, and by themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rng = np.random.Generator
    Kinds = dict[str, Callable[["Rng", float, int], "Planted"]]

SIZES = {"small": 0.15, "medium": 0.3, "large": 0.6}
FORMS = ("line", "yes or no", "threshold", "saturating", "carried over", "rare", "in a heavy-tailed outcome")
DAYS = (180, 270, 365, 540)
PEOPLE = (300, 600, 1200)


@dataclass(frozen=True, slots=True)
class Planted:
    """One question and what is true of it: `cause`, `outcome` (n,) with NaN where nothing was logged, of n days in
    order, or of n people where not `timed`; `covariates` (n, k) that are known, all before the cause; `control` (n,) an
    outcome that the cause cannot move, where there is one. The cause of a day is asked to move the outcome `lag` days
    later. `true` is the size planted, 0 of a false one; `apparent` the size it seems to have, about."""

    kind: str
    size: str
    form: str
    lag: int
    cause: Floats
    outcome: Floats
    covariates: Floats
    control: Floats | None
    true: float
    apparent: float
    telling: bool = True
    timed: bool = True


def false_ones(seed: int, each: int) -> Iterator[Planted]:
    """`each` false effects of every kind and size."""
    yield from _all(FALSE, seed, each, 1)


def true_ones(seed: int, each: int) -> Iterator[Planted]:
    """`each` true effects of every kind and size, forms in turn."""
    yield from _all(TRUE, seed, each, 2)


def _all(kinds: Kinds, seed: int, each: int, family: int) -> Iterator[Planted]:
    for k, (kind, make) in enumerate(kinds.items()):
        for s, (size, worth) in enumerate(SIZES.items()):
            for turn in range(each):
                rng = np.random.default_rng([seed, family, k, s, turn])
                yield replace(make(rng, worth, turn), kind=kind, size=size, apparent=worth)


# Wandering


def _echo(rng: Rng, n: int, keeps: float) -> Floats:
    """A first-order wander of variance one."""
    found, stirred = np.empty(n), rng.normal(size=n)
    now = rng.normal()
    for t in range(n):
        now = keeps * now + np.sqrt(1 - keeps**2) * stirred[t]
        found[t] = now
    return found


def _even(values: Floats) -> Floats:
    even: Floats = (values - values.mean()) / max(float(values.std()), 1e-9)
    return even


def _slow(rng: Rng, n: int) -> Floats:
    """A drift over months: a line, a bend, a step, or a smooth wander."""
    t = np.linspace(0, 1, n)
    which = rng.integers(4)
    if which == 0:
        return _even(t)
    if which == 1:
        return _even((t - rng.uniform(0.2, 0.8)) ** 2)
    if which == 2:
        return _even(1 / (1 + np.exp(-(t - rng.uniform(0.3, 0.7)) * 30)))
    waves = [rng.normal() / k * np.sin(np.pi * k * t + rng.uniform(0, 2 * np.pi)) for k in range(1, 4)]
    smooth: Floats = np.sum(waves, axis=0)
    return _even(smooth)


def _season(rng: Rng, n: int) -> Floats:
    return _even(np.cos(2 * np.pi * (np.arange(n) + rng.uniform(0, 365)) / 365.25))


def _week(rng: Rng, n: int) -> Floats:
    """Free days unlike others, and each weekday a little its own."""
    days = np.array([0, 0, 0, 0, 0.7, 2.0, 1.6]) * rng.choice([-1, 1]) + rng.normal(0, 0.3, 7)
    return _even(days[(np.arange(n) + rng.integers(7)) % 7])


def _days(rng: Rng) -> tuple[int, int]:
    return int(rng.choice(DAYS)), int(rng.integers(0, 3))


def _later(values: Floats, lag: int) -> Floats:
    """What was of a day, `lag` days later; the first days hold the first value."""
    return np.concatenate([np.full(lag, values[0]), values[: len(values) - lag]]) if lag else values


def _of_its_own(rng: Rng, n: int) -> Floats:
    """An outcome that nothing asked about moves: noise with an echo, a week, and a slow drift."""
    own = _echo(rng, n, rng.choice([0.0, 0.3, 0.6]))
    return own + 0.2 * _week(rng, n) + rng.uniform(0, 0.4) * _slow(rng, n)


def _freely(rng: Rng, n: int) -> Floats:
    """A cause chosen for its own reasons: habit and a week."""
    return _even(_echo(rng, n, rng.choice([0.0, 0.3, 0.6])) + rng.uniform(0, 0.5) * _week(rng, n))


def _gaps(rng: Rng, values: Floats) -> Floats:
    """The same with up to a tenth missing for no reason."""
    return np.where(rng.random(len(values)) < rng.uniform(0, 0.1), np.nan, values)


def _asked(rng: Rng, lag: int, cause: Floats, outcome: Floats, **more: object) -> Planted:
    """A false question of days, unless `more` says otherwise; units are anything."""
    blank: Floats = np.empty((len(cause), 0))
    plain = Planted("", "", "line", lag, _gaps(rng, cause), _gaps(rng, outcome), blank, None, 0.0, 0.0)
    return replace(plain, **more)  # type: ignore[arg-type]


# False: it seems to, and does not


def _shared(what: Callable[[Rng, int], Floats]) -> Callable[[Rng, float, int], Planted]:
    """Both follow the calendar, or something as slow that nobody recorded."""

    def make(rng: Rng, worth: float, _: int) -> Planted:
        n, lag = _days(rng)
        both, part = what(rng, n), rng.uniform(0.4, 0.7)
        cause = np.sqrt(part) * both + np.sqrt(1 - part) * _freely(rng, n)
        outcome = _of_its_own(rng, n) + rng.choice([-1, 1]) * worth / np.sqrt(part) * _later(both, lag)
        return _asked(rng, lag, cause, outcome)

    return make


def _common(*, keeps: tuple[float, float], noted: bool, controlled: bool) -> Callable[[Rng, float, int], Planted]:
    """A hidden cause of both that lasts for days (or a day, keeping 0); `noted` with noise as a covariate, or moving an
    outcome that serves as `control`."""

    def make(rng: Rng, worth: float, _: int) -> Planted:
        n, lag = _days(rng)
        hidden, part = _echo(rng, n, rng.uniform(*keeps)), rng.uniform(0.4, 0.7)
        cause = np.sqrt(part) * hidden + np.sqrt(1 - part) * _freely(rng, n)
        strength = rng.choice([-1, 1]) * worth / np.sqrt(part)
        outcome = _of_its_own(rng, n) + strength * _later(hidden, lag)
        seen = _gaps(rng, hidden + rng.uniform(0.6, 1.2) * rng.normal(size=n))[:, None] if noted else np.empty((n, 0))
        control = _of_its_own(rng, n) + rng.uniform(0.5, 1.0) * _later(hidden, lag) if controlled else None
        telling = controlled or noted or keeps[1] > 0
        return _asked(rng, lag, cause, outcome, covariates=seen, control=control, telling=telling)

    return make


def _reverse(rng: Rng, worth: float, _: int) -> Planted:
    """The outcome of a day moves the cause of the next one, and lasts."""
    n, lag = _days(rng)
    outcome = _echo(rng, n, rng.uniform(0.6, 0.9)) + 0.2 * _week(rng, n)
    pull = min(rng.uniform(2.0, 3.0) * worth, 0.9)
    cause = rng.choice([-1, 1]) * pull * _later(outcome, 1) + np.sqrt(1 - pull**2) * _freely(rng, n)
    return _asked(rng, lag, cause, outcome)


def _remedy(rng: Rng, worth: float, _: int) -> Planted:
    """Something is done after the worst days, which are followed by better ones anyway: regression to the mean."""
    n, lag = _days(rng)
    outcome = _echo(rng, n, rng.uniform(0.5, 0.85)) + 0.2 * _week(rng, n)
    bad = -_later(outcome, 1) * min(4 * worth, 2.0) + rng.normal(size=n)
    cause = (bad > np.quantile(bad, rng.uniform(0.7, 0.85))).astype(float)
    return _asked(rng, lag, cause, outcome, form="yes or no")


def _coincidence(rng: Rng, _: float, __: int) -> Planted:
    """Two wanders that know nothing of each other and change slowly."""
    n, lag = _days(rng)
    return _asked(rng, lag, _echo(rng, n, rng.uniform(0.85, 0.98)), _echo(rng, n, rng.uniform(0.85, 0.98)))


def _logged(rng: Rng, worth: float, _: int) -> Planted:
    """The cause is written down on days when it or the outcome was high."""
    n, lag = _days(rng)
    n *= 2
    cause, outcome = _freely(rng, n), _of_its_own(rng, n)
    then = np.concatenate([outcome[lag:], outcome[n - lag :] if lag else []])
    pull = cause + min(3 * worth, 1.5) * _even(then)
    kept = pull + 0.5 * rng.normal(size=n) > np.quantile(pull, rng.uniform(0.4, 0.6))
    return _asked(rng, lag, np.where(kept, cause, np.nan), outcome)


def _worn(rng: Rng, worth: float, _: int) -> Planted:
    """The outcome is not measured on days when the cause is high and it would have been low."""
    n, lag = _days(rng)
    n *= 2
    cause, outcome = _freely(rng, n), _of_its_own(rng, n)
    lost = (_later(cause, lag) > 0.3) & (_even(outcome) < np.quantile(_even(outcome), min(0.25 + worth, 0.8)))
    return _asked(rng, lag, cause, np.where(lost & (rng.random(n) < 0.9), np.nan, outcome))


def _episode(rng: Rng, worth: float, _: int) -> Planted:
    """One or two short weeks in which everything was otherwise: an illness, a journey."""
    n, lag = _days(rng)
    cause, outcome, sign = _freely(rng, n), _of_its_own(rng, n), rng.choice([-1, 1])
    for _once in range(int(rng.integers(1, 3))):
        first, lasts = int(rng.integers(10, n - 20)), int(rng.integers(3, 8))
        cause[first : first + lasts] += 3.0
        outcome[first + lag : first + lag + lasts] += sign * 15 * worth
    return _asked(rng, lag, cause, outcome)


def _diary(rng: Rng, worth: float, _: int) -> Planted:
    """How much of the cause is written down depends on how the outcome then was, which lasts."""
    n, lag = _days(rng)
    outcome = _echo(rng, n, rng.uniform(0.5, 0.8)) + 0.2 * _week(rng, n)
    then = np.concatenate([outcome[lag:], outcome[n - lag :] if lag else []])
    return _asked(rng, lag, _freely(rng, n) + rng.choice([-1, 1]) * worth * 1.3 * then, outcome)


# True: it does


def _formed(rng: Rng, n: int, form: str) -> tuple[Floats, Floats]:
    """A cause, and what of it acts, of variance one."""
    cause = _freely(rng, n)
    if form in ("yes or no", "rare"):
        cause = (cause > np.quantile(cause, 0.92 if form == "rare" else rng.uniform(0.5, 0.8))).astype(float)
    acts = cause
    if form == "threshold":
        acts = np.maximum(cause - rng.uniform(-0.5, 0.5), 0)
    if form == "saturating":
        acts = np.tanh(1.5 * cause + 0.5)
    if form == "carried over":
        acts = cause + 0.5 * _later(cause, 1) + 0.25 * _later(cause, 2)
    return cause, _even(acts)


def _acts(rng: Rng, worth: float, turn: int) -> Planted:
    """It acts, in one of the forms; the calendar is everywhere, and a covariate that moves both is known."""
    (n, lag), form = _days(rng), FORMS[turn % len(FORMS)]
    cause, acts = _formed(rng, n, form)
    outcome, covariates = _of_its_own(rng, n), np.empty((n, 0))
    if form == "in a heavy-tailed outcome":
        outcome = outcome + _even(rng.standard_t(3, size=n))
        outcome = outcome / np.sqrt(2)
    if form == "line":
        known = _echo(rng, n, 0.5)
        cause = _even(cause + 0.5 * known)
        acts, covariates = cause, known[:, None]
        outcome = outcome + 0.3 * _later(known, lag)
    size = rng.choice([-1, 1]) * worth
    outcome = outcome + size * _later(acts, lag)
    control = _of_its_own(rng, n) if rng.random() < 0.3 else None
    return _asked(rng, lag, cause, outcome, form=form, covariates=covariates, control=control, true=size)


def _fed_back(rng: Rng, worth: float, _: int) -> Planted:
    """It acts, and the outcome moves the next day's cause as well."""
    n, lag = _days(rng)
    own, free, size = _of_its_own(rng, n), _freely(rng, n), rng.choice([-1, 1]) * worth
    cause, outcome = free.copy(), own.copy()
    for t in range(1, n):
        cause[t] = free[t] + 0.4 * outcome[t - 1]
        outcome[t] += size * cause[max(t - lag, 0)]
    return _asked(rng, lag, cause, outcome, true=size, telling=False)


# Many people, once each


def _people(*, hidden: bool, noted: bool, controlled: bool, telling: bool) -> Callable[[Rng, float, int], Planted]:
    """Of people, once each. Where `hidden`, something moves both, and nothing is true; else the cause acts and what
    moves both is known. The control is the outcome before the cause."""

    def make(rng: Rng, worth: float, turn: int) -> Planted:
        n, part, size = int(rng.choice(PEOPLE)), rng.uniform(0.4, 0.7), rng.choice([-1, 1]) * worth
        trait, known = rng.normal(size=n), rng.normal(size=n)
        cause = np.sqrt(part) * (trait if hidden else known) + np.sqrt(1 - part) * rng.normal(size=n)
        if turn % 2:
            cause = (cause > np.quantile(cause, 0.6)).astype(float)
        moved = size / np.sqrt(part) * trait if hidden else size * _even(cause)
        outcome = rng.normal(size=n) + 0.4 * known + moved
        columns = [known, *([trait + 0.8 * rng.normal(size=n)] if noted else [])]
        before = 0.7 * (moved if hidden else 0.0) + 0.4 * known + rng.normal(size=n) if controlled else None
        return _asked(
            rng, 0, cause, outcome, form="yes or no" if turn % 2 else "line", covariates=np.column_stack(columns),
            control=before, true=0.0 if hidden else size, telling=telling, timed=False,
        )

    return make


FALSE: Kinds = {
    "shared trend": _shared(_slow),
    "shared season": _shared(_season),
    "shared week": _shared(_week),
    "common cause noted with noise": _common(keeps=(0.6, 0.9), noted=True, controlled=False),
    "common cause unseen": _common(keeps=(0.6, 0.9), noted=False, controlled=False),
    "common cause unseen, with a control": _common(keeps=(0.0, 0.9), noted=False, controlled=True),
    "the outcome moves the cause": _reverse,
    "regression to the mean": _remedy,
    "coincidence of slow wanders": _coincidence,
    "logged by the outcome": _logged,
    "not measured when bad": _worn,
    "one episode": _episode,
    "written down by how it went": _diary,
    "people: trait unseen, with a control": _people(hidden=True, noted=False, controlled=True, telling=True),
    "people: trait noted with noise, with a control": _people(hidden=True, noted=True, controlled=True, telling=True),
    "common cause of a day, unseen": _common(keeps=(0.0, 0.0), noted=False, controlled=False),
    "people: trait unseen": _people(hidden=True, noted=False, controlled=False, telling=False),
}
TRUE: Kinds = {
    "acts": _acts,
    "people: acts": _people(hidden=False, noted=False, controlled=True, telling=True),
    "acts, and is moved by the outcome": _fed_back,
}
