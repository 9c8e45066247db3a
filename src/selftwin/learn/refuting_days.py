"""What tries to refute an effect found on days in order. Each takes what an estimator answered and says what it saw;
the bounds are such that a true effect is refuted by one of them at most a few times in a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.refuting_question import ratio, share
from selftwin.learn.refuting_regression import calendar, filled, moved, residuals, slope
from selftwin.vocabulary.effect import Refutation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from selftwin.learn.refuting_question import Answered, Question
    from selftwin.learn.refuting_regression import Estimator

    Floats = NDArray[np.float64]

WEEK, FAR, QUICK = 7, 28, 56
TRIES = 30  # causes moved in time
LUCK = 1.645  # t value, after luck, below which a moved cause does as well
HELD, SURE = 0.5, 1.3  # share of the size and t value that must be left after calendar and days before
LEAD = 1.75  # of the mean of two t values of the cause after the outcome
CONTROL, GAPS, HALVES = 2.3, 3.0, 3.2
NOISE, AGREES = 2.6, 1.0  # t values of the days before what was noted: on the cause, and on the outcome its way
FEW, LEFT = 6.0, 0.6  # a week so many robust deviations above the others, and what is left without the two largest


def luck(estimate: Estimator, asked: Question, *, tries: int = TRIES) -> tuple[float, Floats]:
    """How far the estimator's t value strays where there is nothing, at least 1: its root mean square over the cause
    moved round by whole weeks, four at least; and the t values themselves (none where the span is too short)."""
    weeks = np.arange(FAR, len(asked.cause) - FAR + 1, WEEK)
    if len(weeks) < 10:
        return 1.0, np.empty(0)
    chosen = weeks[np.unique(np.linspace(0, len(weeks) - 1, tries).round().astype(int))]
    found = [ratio(*estimate(np.roll(asked.cause, days), asked.outcome, asked.covariates)) for days in chosen]
    strays = np.array(found)
    return max(1.0, float(np.sqrt((strays**2).mean()))), strays


def moved_in_time(said: Answered, strays: Floats) -> Refutation:
    """Placebo: the cause moved round by weeks has the same habits and no hold on these days."""
    name, found = "cause moved in time", abs(ratio(said.size, said.error))
    if not len(strays):
        return Refutation(name, None, "Too few days to move the cause by weeks.")
    as_large = int((np.abs(strays) >= found).sum())
    words = f"Moved by weeks, the cause did as much in {as_large} of {len(strays)} tries."
    return Refutation(name, bool(found / said.luck >= LUCK), words)


def days_before(said: Answered) -> Refutation:
    """What is left beside the week, the season, and what cause and outcome were on the days before."""
    size, error = said.again(more=_known_before(said.question, shortest=QUICK))
    if not np.isfinite(error):
        return Refutation("calendar and days before", None, "Too few days to take the days before into account.")
    words = f"Beside weekday, season and the days before, {share(size, said.size)} of it is left."
    left = size * said.sign >= HELD * abs(said.size) and said.sign * ratio(size, error) >= SURE
    return Refutation("calendar and days before", bool(left), words)


def _known_before(asked: Question, *, shortest: int = 120) -> Floats:
    before = [*(moved(asked.outcome, k) for k in (1, 2, 3)), moved(asked.cause, 1), moved(asked.cause, 2)]
    return np.column_stack([calendar(len(asked.cause), shortest=shortest), *before])


def cause_to_come(said: Answered) -> Refutation:
    """Lead test: a cause that comes after the outcome cannot move it. Where it goes with it all the same, the outcome
    moves the cause, or something that lasts moves both."""
    asked = said.question
    late, dates = moved(asked.outcome, -asked.lag), calendar(len(asked.cause))
    causes = [moved(asked.cause, k) for k in (1, 2, 3)]
    trail = sum(0.5**k * filled(moved(late, k + 1)) for k in range(6))
    came_before = [asked.covariates, *([moved_columns(asked.covariates, 1)]), dates]
    trail = np.where(np.isfinite(causes[0]), trail, np.nan)
    back = slope(trail, asked.cause, np.column_stack([*came_before, *causes]), together=False)
    about = [asked.covariates, dates, asked.cause, *causes[:2], moved(late, 1), moved(late, 2)]
    known = np.isfinite(asked.cause) & np.isfinite(causes[0])
    ahead = slope(np.where(known, moved(asked.cause, -1), np.nan), late, np.column_stack(about), together=False)
    seen = said.sign * (ratio(*back) + ratio(*ahead)) / 2
    if not np.isfinite(back[1]) or not np.isfinite(ahead[1]):
        return Refutation("cause after the outcome", None, "Too few days to ask about causes that came too late.")
    how = "goes with" if seen >= LEAD else "does not go with"
    return Refutation(
        "cause after the outcome", bool(seen < LEAD), f"The cause of the day after {how} the outcome before it."
    )


def moved_columns(columns: Floats, days: int) -> Floats:
    """Each column (n, k) `days` later."""
    return np.column_stack([moved(column, days) for column in columns.T]) if columns.shape[1] else columns


def control(said: Answered) -> Refutation | None:
    """Negative control: an outcome that the cause cannot move."""
    asked = said.question
    if asked.control is None:
        return None
    seen = ratio(*said.again(outcome=asked.control, more=calendar(len(asked.cause)))) / said.luck
    held = abs(seen) < CONTROL
    words = "An outcome that it cannot move did not move with it." if held else "It also goes with what it cannot move."
    return Refutation("control outcome", bool(held), words)


def gaps(said: Answered) -> Refutation:
    """Whether days without the cause differ in the outcome, or days without the outcome in the cause."""
    asked, seen = said.question, 0.0
    late, dates = moved(asked.outcome, -asked.lag), calendar(len(asked.cause))
    columns, inside = np.column_stack([asked.covariates, dates]), np.arange(len(late)) < len(late) - asked.lag
    for hidden, shown, is_cause in ((asked.cause, late, True), (late, asked.cause, False)):
        without = np.where(inside, (~np.isfinite(hidden)).astype(float), np.nan)
        if np.nansum(without) >= 5:
            first, second = (without, shown) if is_cause else (shown, without)
            seen = max(seen, abs(ratio(*slope(first, second, columns))))
    if not seen:
        return Refutation("days not logged", None, "Hardly a day is missing.")
    words = "Days that are missing are like the others." if seen < GAPS else "Days are missing by how they went."
    return Refutation("days not logged", bool(seen < GAPS), words)


def few_days(said: Answered) -> Refutation:
    """Whether a week or two carry it all."""
    asked, name = said.question, "a few days"
    late = moved(asked.outcome, -asked.lag)
    left = residuals(asked.cause, late, np.column_stack([asked.covariates, _known_before(asked)]))
    if left is None or len(asked.cause) < 8 * WEEK:
        return Refutation(name, None, "Too few days to leave weeks out.")
    held = np.zeros(len(late))
    held[left[2]] = left[0] * left[1] * said.sign
    parts = np.array([held[first : first + WEEK].sum() for first in range(0, len(held), WEEK)])
    middle = float(np.median(parts))
    spread = 1.4826 * float(np.median(np.abs(parts - middle))) or 1e-12
    most, rest = float(parts.max()), float(parts.sum() - np.sort(parts)[-2:].sum())
    fails = (most - middle) / spread > FEW and rest < LEFT * parts.sum()
    words = f"Without the two weeks that speak most for it, {share(rest, float(parts.sum()))} is left."
    return Refutation(name, not bool(fails), words)


def noisy_covariates(said: Answered) -> Refutation | None:
    """Whether what it is adjusted for is told by a day's note. Where the days before it still tell of the cause, and
    of the outcome the way the effect goes, only part of it was taken out. Days after it are not asked: the cause may
    have moved them."""
    asked, seen = said.question, False
    amounts = [column for column in asked.covariates.T if len(np.unique(column[np.isfinite(column)])) > 2]
    if not amounts:
        return None
    late, bound = moved(asked.outcome, -asked.lag), NOISE + 0.3 * np.log(len(amounts))
    about = np.column_stack([asked.covariates, calendar(len(asked.cause))])
    for column in amounts:
        before = filled(moved(column, 1)) + 0.6 * filled(moved(column, 2))
        on_cause = ratio(*slope(before, asked.cause, about))
        on_outcome = ratio(*slope(before, late, np.column_stack([about, asked.cause])))
        seen = seen or (abs(on_cause) > bound and said.sign * np.sign(on_cause) * on_outcome > AGREES)
    words = "What was adjusted for is noted with noise, so part of it still acts." if seen else (
        "What was adjusted for is told by each day's own note."
    )
    return Refutation("noise in what is adjusted for", not seen, words)


def halves(said: Answered) -> Refutation:
    """Whether the first and the second half of the days say the same."""
    half, asked = len(said.question.cause) // 2, said.question
    found = [
        said.estimate(asked.cause[part], asked.outcome[part], asked.covariates[part])
        for part in (slice(None, half), slice(half, None))
    ]
    (first, error), (second, other) = found
    if not np.isfinite(error + other):
        return Refutation("halves of the time", None, "Too few days to ask each half of the time.")
    apart = abs(first - second) / (np.hypot(error, other) * said.luck)
    words = f"The halves of the time say {share(first, said.size)} and {share(second, said.size)} of it."
    return Refutation("halves of the time", bool(apart < HALVES), words)


ALL: tuple[Callable[[Answered], Refutation | None], ...] = (
    days_before, cause_to_come, control, gaps, few_days, noisy_covariates, halves,
)
