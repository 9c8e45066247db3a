"""A trial read off the days as they came: what was to be, what was kept, what was measured, and what may be
concluded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.habits.experiment import by_night, history, laid
from selftwin.learn.e_value import EValue, of_difference
from selftwin.learn.experiment import LEAST as EACH
from selftwin.learn.experiment import Found, ahead, belief, corrected, judged, lasting, scores, shrunk, weights
from selftwin.learn.experiment_design import Design, counted, draw
from selftwin.learn.experiment_looks import ALPHA, looks
from selftwin.learn.experiment_wander import Wander, fit
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.effect import Effect, Refutation, Rung
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.estimate import TRUSTED_DAYS, Trust
from selftwin.vocabulary.experiment import Result, Sized, State, Told, Verdict
from selftwin.vocabulary.scenario import step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.vocabulary.experiment import Experiment
    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Arms = NDArray[np.int8]

DRAWS = 1999
DOUBT = 0.35
"""The spread of what is thought before, in spreads of the outcome's days: the house's own, set before any was
measured."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The days of a trial that have come, (days,) each: what was redrawn (draws + 1, days), the true one first."""

    made: Experiment
    design: Design
    drawn: Arms
    counts: Flags
    kept: NDArray[np.float64]
    today: date

    @property
    def arms(self) -> Arms:
        """What the days were to be."""
        return np.asarray(self.drawn[0])


@dataclass(frozen=True, slots=True)
class Seen:
    """One outcome over the days of a trial, the week's rhythm taken out (`rest`), with its wandering before."""

    key: str
    values: Floats
    rest: Floats
    wander: Wander
    form: Floats

    def leans(self, trial: Trial, side: Floats, days: int | None = None) -> Floats:
        """How sides (k, days) lean to each assignment over all days or the first of them."""
        if days is None:
            return scores(self.form, trial.drawn, trial.counts, side)
        form = weights(self.wander, np.isfinite(self.values) & (np.arange(len(self.values)) < days))
        return scores(form, trial.drawn, trial.counts, side)


def analyse(made: Experiment, past: Past, known: Effect | None = None) -> Result:
    """What the days so far show. `known` is the same effect as it was only observed, if it is known. Raises NothingYet
    where too few days have come, Refused."""
    trial = _trial(made, past)
    seen = [_seen(key, trial, past) for key in made.outcomes]
    first = seen[0]
    _enough(first, trial)
    sides = np.stack([np.nan_to_num(first.rest), trial.arms.astype(float), _dose(trial)])
    leans = first.leans(trial, sides)
    found = judged(leans[:, 0], leans[:, 1])
    prior, prior_of = _prior(first, made, known)
    verdict, bar, share = _concluded(first, trial, found)
    others, q = _others(seen, trial)
    effect = _effect(first, trial, past, found, q)
    return Result(
        made, trial.today, made.state(trial.today), verdict, effect,
        _as_kept(leans, trial),
        _sized(shrunk(found, *prior)), prior, prior_of, _carried(first, trial), found.p, bar, share, others,
        _told(first, trial), _naive(first, trial), _notes(first, trial, verdict),
    )  # fmt: skip


def _trial(made: Experiment, past: Past) -> Trial:
    """The days whose outcome has come. Raises NothingYet before there are any."""
    today = past.now.astimezone(past.zone).date()
    over = today if past.replay else today - timedelta(days=1)
    last = min(made.last, over - timedelta(days=made.lag), *([made.stopped] if made.stopped else []))
    days = (last - made.first).days + 1
    if days < 1:
        raise NothingYet("No day of this trial is over yet.", hint=f"It begins on {made.first}.")
    design = Design(made.kind.value, made.days, made.block, made.washout)
    true = np.array([[int(one) for one in made.arms]], np.int8)
    drawn = np.concatenate([true, draw(design, DRAWS, np.random.default_rng([made.seed, 1]))])
    return Trial(made, design, drawn[:, :days], counted(design, drawn)[:, :days], _kept(made, past, days), today)


def _kept(made: Experiment, past: Past, days: int) -> Floats:
    """Whether the cause was done on each day (1, 0, NaN where nothing tells it): as said, else as recorded."""
    done = _recorded(made, past, days)
    for one in made.logged:
        place = (one.day - made.first).days
        if 0 <= place < days:
            done[place] = float((made.arms[place] == "1") == one.kept)
    return done


def _recorded(made: Experiment, past: Past, days: int) -> Floats:
    """The same from the cause's own records: nearer to what it was to be than to the other."""
    cause = step(made.cause)
    unknown = np.full(days, np.nan)
    if cause.words or cause.amount is None or made.usual is None:
        return unknown
    signal = nature(cause.signal)
    values = laid(past, cause.signal, made.first + timedelta(days=int(by_night(cause.signal))), days)
    around = past.days(cause.signal, since=made.first - timedelta(days=60))
    if not np.isfinite(values).any() and not around.height:
        return unknown
    if signal.zero_inflated:
        values = np.nan_to_num(values)
    middle = made.usual + made.step / 2
    side = values >= middle if made.step > 0 else values <= middle
    return np.where(np.isfinite(values), side.astype(float), np.nan)


def _dose(trial: Trial) -> Floats:
    """What was done: where nothing tells it, what was to be."""
    return np.where(np.isfinite(trial.kept), trial.kept, trial.arms)


def _seen(key: str, trial: Trial, past: Past) -> Seen:
    """An outcome over the trial, weighed by how it wandered before."""
    made, days = trial.made, len(trial.arms)
    first = made.first + timedelta(days=made.lag)
    before = history(past, key, made.first - timedelta(days=1))
    wander = fit(before.values, before.weekday)
    values = laid(past, key, first, days)
    rest = values - wander.offsets(days, first.weekday())
    return Seen(key, values, rest, wander, weights(wander, np.isfinite(values)))


def _enough(one: Seen, trial: Trial) -> None:
    """Raises NothingYet where too few days of either kind count."""
    there = np.isfinite(one.values) & trial.counts[0]
    if min((there & (trial.arms == arm)).sum() for arm in (0, 1)) < EACH:
        raise NothingYet(f"Too few days of {one.key} have come to say anything: {EACH} of each kind are needed.",
                         hint="Go on as the days are drawn.")  # fmt: skip


def _concluded(one: Seen, trial: Trial, found: Found) -> tuple[Verdict, float, float]:
    """What may be concluded, the most the chance may be for it, and the share of the trial that was seen."""
    made, days = trial.made, len(trial.arms)
    state = made.state(trial.today)
    over = state in {State.ENDED, State.STOPPED}
    share = days / made.days if state is not State.ENDED else 1.0
    before = sorted({(look - made.first).days - made.lag for look in made.looks if look < trial.today})
    before = [seen for seen in before if 0 < seen < days]
    if over and not before:
        return Verdict.FOUND if found.p <= ALPHA else Verdict.NOT_FOUND, ALPHA, share
    side = np.nan_to_num(one.rest)[None]
    leans = np.concatenate([one.leans(trial, side, seen) for seen in (*before, days)], axis=1)
    told = looks(leans, [*(seen / made.days for seen in before), share])
    if any(look.found for look in told):
        return Verdict.FOUND if state is State.ENDED else Verdict.EARLY, told[-1].bar, share
    return Verdict.NOT_FOUND if state is State.ENDED else Verdict.OPEN, told[-1].bar, share


def _prior(one: Seen, made: Experiment, known: Effect | None) -> tuple[tuple[float, float], str]:
    """What to think before: nothing, give or take; or drawn to the effect as it was observed."""
    spread = DOUBT * one.wander.spread
    if known is None or known.step == 0 or not isfinite(known.high - known.low):
        return (0.0, spread), "nothing, unless the days say so"
    times = made.step / known.step if known.step_unit == made.step_unit else 1.0
    error = abs(times) * (known.high - known.low) / 2 / 1.645
    return belief(spread, (times * known.size, error)), f"the {known.rung} effect your days before show, doubted"


def _others(seen: list[Seen], trial: Trial) -> tuple[tuple[Effect, ...], float | None]:
    """Further outcomes, and the first one's chance among them all."""
    if len(seen) == 1:
        return (), None
    leans = [one.leans(trial, np.stack([np.nan_to_num(one.rest), trial.arms.astype(float)])) for one in seen]
    q = corrected(np.stack([lean[:, 0] for lean in leans], axis=1))
    told = [_told_effect(one, trial, judged(lean[:, 0], lean[:, 1]), float(share))
            for one, lean, share in zip(seen[1:], leans[1:], q[1:], strict=True)]  # fmt: skip
    return tuple(told), float(q[0])


def _effect(one: Seen, trial: Trial, past: Past, found: Found, q: float | None) -> Effect:
    """The effect with what it is held against and what tried to refute it."""
    zero = ahead(one.wander, trial.arms, trial.counts[0], one.rest)
    hidden = _hidden(found, one.wander.spread)
    return replace(_told_effect(one, trial, found, q), zero=zero, refutations=(_before(one, trial, past),),
                   e_value=hidden.point if hidden else None, e_bound=hidden.bound if hidden else None)  # fmt: skip


def _hidden(found: Found, spread: float) -> EValue | None:
    """How strong something else would have to be on the drawn days to explain it; None where nothing bounds the
    effect."""
    if spread <= 0 or not isfinite(found.high - found.low):
        return None
    return of_difference(found.size / spread, found.low / spread, found.high / spread)


def _told_effect(one: Seen, trial: Trial, found: Found, q: float | None) -> Effect:
    made = trial.made
    there = np.isfinite(one.values) & trial.counts[0]
    n = int(there.sum())
    first, last = (made.first + timedelta(days=int(place)) for place in (0, len(trial.arms) - 1))
    later = timedelta(days=made.lag)
    spans = [(one.key, (first + later).isoformat(), (last + later).isoformat())]
    if made.cause_signal != one.key and made.usual is not None:
        spans.append((made.cause_signal, first.isoformat(), last.isoformat()))
    return Effect(
        made.cause_signal, one.key, made.lag, Rung.EXPERIMENT, found.size, found.low, found.high, made.step,
        made.step_unit, nature(one.key).unit if one.key != made.signal else made.unit, n,
        int((there & (trial.arms == 1)).sum()), found.p, q, Trust.TRUSTED if n >= TRUSTED_DAYS else Trust.FIRST,
        first.isoformat(), last.isoformat(), lineage=tuple(spans),
    )  # fmt: skip


def _before(one: Seen, trial: Trial, past: Past) -> Refutation:
    """The same drawn days laid over days before the trial, which they cannot have moved."""
    made, days = trial.made, len(trial.arms)
    name = "days before the trial"
    first = made.first - timedelta(days=days)
    values = laid(past, one.key, first, days)
    if np.isfinite(values).sum() < days / 2:
        return Refutation(name, None, "Too few days were recorded before the trial to try it.")
    rest = values - one.wander.offsets(days, first.weekday())
    form = weights(one.wander, np.isfinite(values))
    lean = scores(form, trial.drawn, trial.counts, np.nan_to_num(rest)[None])[:, 0]
    p = float((np.abs(lean) >= abs(lean[0]) * (1 - 1e-9)).mean())
    said = f"Laid over days that were over before it began, the same draw shows as much by chance {p:.0%} of the time"
    return Refutation(name, p > ALPHA, said.replace("%", " %") + (", as it should." if p > ALPHA else ": be careful."))


def _as_kept(leans: Floats, trial: Trial) -> Sized | None:
    """What doing it does, with the drawn days as the only lever; None where all were kept, or the draw moved
    nothing."""
    known = np.isfinite(trial.kept)
    found = judged(leans[:, 0], leans[:, 2])
    return _sized(found) if (trial.kept != trial.arms)[known].any() and isfinite(found.size) else None


def _carried(one: Seen, trial: Trial) -> Sized | None:
    told = lasting(one.form, trial.arms, np.nan_to_num(one.rest))
    return None if told is None else Sized(*told)


def _sized(found: Found) -> Sized:
    low, high = (bound if isfinite(bound) else None for bound in (found.low, found.high))
    return Sized(found.size, low, high)


def _told(one: Seen, trial: Trial) -> tuple[Told, ...]:
    """The days one by one."""
    told = []
    for place, arm in enumerate(trial.arms):
        done, value = trial.kept[place], one.values[place]
        kept = bool(done == arm) if np.isfinite(done) else None
        told.append(Told(trial.made.first + timedelta(days=place), bool(arm), kept,
                         float(value) if np.isfinite(value) else None, bool(trial.counts[0, place])))  # fmt: skip
    return tuple(told)


def _naive(one: Seen, trial: Trial) -> Sized | None:
    """The plain difference of means, as if days knew nothing of each other (Welch)."""
    there = np.isfinite(one.values)
    with_, without = (one.values[there & (trial.arms == arm)] for arm in (1, 0))
    if min(len(with_), len(without)) < EACH:
        return None
    error = float(np.sqrt(with_.var(ddof=1) / len(with_) + without.var(ddof=1) / len(without)))
    size = float(with_.mean() - without.mean())
    return Sized(size, size - 1.645 * error, size + 1.645 * error)


def _notes(one: Seen, trial: Trial, verdict: Verdict) -> tuple[str, ...]:
    """What these words may not be taken for."""
    made, notes = trial.made, []
    if made.replay:
        notes.append("A replay: these days were lived before they were drawn, so nobody kept to them. It shows how a "
                     "trial is read, not what the cause does.")  # fmt: skip
    if verdict is Verdict.OPEN:
        notes.append("The trial is not over, and this may not be concluded from: who stops when it looks good finds "
                     "something nearly always.")  # fmt: skip
    if verdict is Verdict.EARLY:
        notes.append("Found before the end, by a bar that allows for looking. The bounds do not allow for it, and the "
                     "size is likely too large.")  # fmt: skip
    missing = ~np.isfinite(one.values)
    shares = [float(missing[trial.arms == arm].mean()) for arm in (0, 1)]
    if abs(shares[0] - shares[1]) > 0.2:
        notes.append("Days of one kind lack their outcome far more often than days of the other: that alone can make a "
                     "difference.")  # fmt: skip
    if not np.isfinite(trial.kept).any():
        notes.append("Nothing tells whether the days were kept to: `selftwin experiment log` notes it.")
    return tuple(notes)
