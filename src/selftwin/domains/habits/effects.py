"""What helps you, and what does not: every cause beside every outcome of one life, and what is left of what is found
once everything else that moved is allowed for. Each effect stands on the rung it has reached and says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.habits.effects_about import About, of
from selftwin.domains.habits.effects_days import Days, days
from selftwin.domains.habits.effects_refuting import tried
from selftwin.domains.habits.effects_table import causes, lags, outcome, outcomes
from selftwin.domains.habits.effects_telling import Told, told
from selftwin.learn.adjusted import adjusted
from selftwin.learn.adjusted_about import later
from selftwin.learn.lagged import together
from selftwin.learn.lagged_false import false_share
from selftwin.vocabulary.effect import Rung
from selftwin.vocabulary.errors import NothingYet, UsageError

if TYPE_CHECKING:
    from selftwin.learn.adjusted import Adjusted
    from selftwin.learn.lagged import Together
    from selftwin.vocabulary.effect import Effect
    from selftwin.vocabulary.model import Past

Floats = NDArray[np.float64]
RATE = 0.10  # the share of false ones among those found


@dataclass(frozen=True, slots=True)
class Seen:
    """Effects, the surest first; how many `pairs` of cause and outcome were looked at, at how many lags in all
    (`looks`), over how many `days`; and the causes and outcomes that were."""

    effects: tuple[Effect, ...]
    pairs: int
    looks: int
    days: int
    causes: tuple[str, ...]
    outcomes: tuple[str, ...]


def look(past: Past, *, on: str | None = None, cause: str | None = None) -> Seen:
    """Every effect found at a share of false ones of one in ten, of all pairs looked at; of one outcome or of one cause
    only those. A cause and an outcome together are a question asked alone: it is answered whatever is found.

    Raises UsageError for what can be neither, NothingYet where too little is known of it, Refused.
    """
    _check(on, cause)
    known = days(past, wanted=cause)
    if known is None or not known.causes:
        raise NothingYet("There is too little to compare yet: what you do and how you are, four weeks of both.",
                         hint="`selftwin note alcohol.drinks 2` notes what no device sees.")  # fmt: skip
    _check_known(known, on, cause)
    allowed = np.array([[lags(one, other) for other in known.outcomes] for one in known.causes])
    seen = together(known.done, known.felt, known.weekday, allowed)
    asked = _Asked(known, allowed, seen, false_share(seen.p, any_dependence=True))
    chosen = asked.alone(on, cause) if on and cause else asked.found(on, cause)
    effects = [one for pair in dict.fromkeys(place[:2] for place in chosen)
               for one in asked.effects(pair, [place[2] for place in chosen if place[:2] == pair],
                                        alone=bool(on and cause))]  # fmt: skip
    looked = np.isfinite(seen.p)
    return Seen(
        tuple(sorted(effects, key=_order)), int(looked.any(axis=2).sum()), int(looked.sum()), known.count,
        tuple(one.key for one in known.causes), tuple(one.key for one in known.outcomes),
    )  # fmt: skip


def _order(one: Effect) -> tuple[bool, float, float]:
    """What stands on the higher rung first, then what is surest."""
    return one.rung is Rung.ASSOCIATION, one.q if one.q is not None else one.p, one.p


@dataclass(frozen=True, slots=True)
class _Asked:
    """All pairs, looked at."""

    known: Days
    allowed: NDArray[np.bool_]
    seen: Together
    q: Floats

    def found(self, on: str | None, cause: str | None) -> list[tuple[int, int, int]]:
        """Places of cause, outcome and lag at which something was found, of what was asked for."""
        places = np.argwhere(np.nan_to_num(self.q, nan=1.0) <= RATE)
        return [
            (int(c), int(o), int(lag)) for c, o, lag in places
            if on in {None, self.known.outcomes[o].key} and cause in {None, self.known.causes[c].key}
        ]  # fmt: skip

    def alone(self, on: str | None, cause: str | None) -> list[tuple[int, int, int]]:
        """Every lag of one pair. Raises NothingYet where the two share too few days."""
        c = [one.key for one in self.known.causes].index(str(cause))
        o = [one.key for one in self.known.outcomes].index(str(on))
        looked = np.flatnonzero(np.isfinite(self.seen.p[c, o]))
        if not looked.size:
            raise NothingYet(f"{cause} and {on} share too few days, or cannot be told apart.",
                             hint="Four weeks with both, and days of more and of less, would do.")  # fmt: skip
        return [(c, o, int(lag)) for lag in looked]

    def effects(self, pair: tuple[int, int], at: list[int], *, alone: bool) -> list[Effect]:
        """The effects of a pair at these lags."""
        c, o = pair
        about = of(self.known, c, o, same_day=bool(self.allowed[c, o, 0]))
        left = adjusted(self.known.done[c], np.stack([later(self.known.felt[o], lag) for lag in at]),
                        about.columns(self.known.done[c], self.known.felt[o]))  # fmt: skip
        found = [self._told((c, o, lag), about, left, row, alone=alone) for row, lag in enumerate(at)]
        effects = [told(self.known, one, of_several=len(at) if alone else 1) for one in found]
        if not alone or not np.isfinite(left.size).any():
            return effects
        best = int(np.argmin(np.where(np.isfinite(left.size), [one.p for one in effects], 2.0)))
        refuted = tried(self.known.done[c], self.known.felt[o], about, at[best])
        return [replace(one, refutations=refuted.refutations) if place == best else one
                for place, one in enumerate(effects)]  # fmt: skip

    def _told(self, place: tuple[int, int, int], about: About, left: Adjusted, row: int, *, alone: bool) -> Told:
        c, o, lag = place
        seen = self.seen
        return Told(
            self.known.causes[c], self.known.outcomes[o], lag, self.known.done[c], self.known.felt[o],
            (float(seen.size[place]), float(seen.low[place]), float(seen.high[place])), float(seen.p[place]),
            None if alone else float(self.q[place]), int(seen.n[c, o]), about, left, row,
        )  # fmt: skip


def _check(on: str | None, cause: str | None) -> None:
    """That a cause is a cause and an outcome one. Raises UsageError."""
    if cause is not None and cause not in (keys := [one.key for one in causes()]):
        raise UsageError(f"{cause[:60]!r} is nothing I can take for a cause.", hint=f"Such are {', '.join(keys)}.")
    if on is not None and outcome(on) is None:
        hint = f"Such are {', '.join(one.key for one in outcomes())}."
        raise UsageError(f"{on[:60]!r} is nothing I look for effects on.", hint=hint)


def _check_known(known: Days, on: str | None, cause: str | None) -> None:
    """That enough is known of what was asked for. Raises NothingYet."""
    for asked, there in ((cause, {one.key for one in known.causes}), (on, {one.key for one in known.outcomes})):
        if asked is not None and asked not in there:
            raise NothingYet(f"Too little is known of {asked} yet, or it never changes.",
                             hint="Four weeks of it would do, with days of more and of less.")  # fmt: skip
