"""How many planted effects the refuters catch and pass, by kind and size, whichever estimator reports them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench._planted import SIZES, false_ones, true_ones
from selftwin.learn.adjusted import adjusted
from selftwin.learn.adjusted_about import about
from selftwin.learn.refuting import Question, Verdict, refute
from selftwin.learn.refuting_regression import lagged, moved, plain, slope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from bench._planted import Planted
    from selftwin.learn.refuting_regression import Estimator

    Floats = NDArray[np.float64]

REPORTED = 1.96  # t value from which an estimator is taken to report an effect


def double(lag: int) -> Estimator:
    """The twin's own: double machine learning on one time series."""

    def estimate(cause: Floats, outcome: Floats, covariates: Floats) -> tuple[float, float]:
        known = about(cause, outcome, covariates.T, np.arange(len(cause)) % 7, since=1)
        found = adjusted(cause, moved(outcome, -lag)[None], known)
        size, spread = float(found.size[0]), float(found.spread[0])
        return (size, spread) if np.isfinite(size + spread) else (0.0, np.inf)

    return estimate


ESTIMATORS: dict[str, Callable[[int], Estimator]] = {"plain": plain, "lagged": lagged, "adjusted": double}


@dataclass(frozen=True, slots=True)
class Judged:
    """A planted effect that was reported, its verdict, and the names of what refuted it."""

    planted: Planted
    verdict: Verdict
    by: tuple[str, ...]


def question(planted: Planted) -> Question:
    """What the refuters are told of it: nothing of what is true."""
    return Question(
        planted.cause, planted.outcome, planted.covariates, lag=planted.lag, control=planted.control,
        control_before=not planted.timed, timed=planted.timed,
    )


def judged(plantings: Iterable[Planted], make: Callable[[int], Estimator]) -> Iterator[Judged]:
    """Those that the estimator reports, judged."""
    for turn, planted in enumerate(plantings):
        estimate = make(planted.lag) if planted.timed else _between_people
        size, error = estimate(planted.cause, planted.outcome, planted.covariates)
        if abs(size) > REPORTED * error:
            tried = refute(estimate, question(planted), seed=turn)
            yield Judged(planted, tried.verdict, tuple(one.name for one in tried.refutations if one.stood is False))


def _between_people(cause: Floats, outcome: Floats, covariates: Floats) -> tuple[float, float]:
    return slope(cause, outcome, covariates, together=False)


def run(seed: int, each: int, estimator: str) -> list[Judged]:
    """All that is planted from a seed, as one estimator reports it: false ones `each` times a kind and size, and true
    ones, of which there are fewer kinds, three times as often."""
    make = ESTIMATORS[estimator]
    return [*judged(false_ones(seed, each), make), *judged(true_ones(seed, 3 * each), make)]


def rows(found: list[Judged], estimator: str) -> list[dict[str, object]]:
    """By kind, then by size and in total over kinds that something recorded can tell, then over all."""
    kinds = list(dict.fromkeys((one.planted.true != 0, one.planted.kind) for one in found))
    table = [_row(name, [one for one in found if one.planted.kind == name], estimator) for _, name in kinds]
    for true in (False, True):
        family = [one for one in found if (one.planted.true != 0) == true]
        telling = [one for one in family if one.planted.telling]
        word = "true" if true else "false"
        sized = {size: [one for one in telling if one.planted.size == size] for size in SIZES}
        table += [_row(f"ALL {word}, {size}", ones, estimator) for size, ones in sized.items()]
        table.append(_row(f"ALL {word}", telling, estimator))
        table.append(_row(f"ALL {word}, those that nothing tells too", family, estimator))
    return table


def _row(name: str, found: list[Judged], estimator: str) -> dict[str, object]:
    count = max(len(found), 1)
    shares = {verdict.value: round(sum(one.verdict is verdict for one in found) / count, 3) for verdict in Verdict}
    return {"reported by": estimator, "planted": name, "reported": len(found), **shares}
