"""Which of many daily causes is seen together with which of many outcomes, and how many days later.

Each series first loses its weekday, trend and season, and each outcome its own echo: with the echo's filter W, the
score W'W y of an outcome is made once, and its product with a cause at every shift of the calendar is one Fourier
transform. The lags of a pair are weighed jointly, so that the echo of one lag is not taken for another. What luck
does is read off the same figures with the cause shifted around the calendar by weeks to years (Harris 2020, arXiv
2012.06862, on shifts as a null for series that echo): its scale, pair by pair, its tails, by cause and by outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ECHOES = 3  # days of an outcome's own past in its filter
SEASON = 120  # days: slower waves than this are taken out
WEEKLY_FROM = 28  # days with a value, for a weekday's mean
FAR = 4.0  # a value counts up to this many robust standard deviations
NEAR = 21  # days: shifts as small as this are no null
FEWEST = 25  # days of a pair, and shifts behind its scale
RARE = 5  # days on which the cause is not at its middle value


@dataclass(frozen=True, slots=True)
class Together:
    """For C causes, O outcomes and L lags: `size` of one unit of the cause on the outcome, all lags of a pair jointly,
    its standard error `spread`, `t`, `freedom` of its tails, `p`; and `n` (C, O) days behind a pair, `alone` (C, O) as
    many independent days as they are worth. NaN where a pair or lag was not looked at."""

    size: Floats
    spread: Floats
    t: Floats
    freedom: Floats
    p: Floats
    n: NDArray[np.int64]
    alone: Floats

    @property
    def low(self) -> Floats:
        """Lower bound that holds nine times in ten (the interval's two sides together)."""
        return self.size - self._reach()

    @property
    def high(self) -> Floats:
        """Upper bound."""
        return self.size + self._reach()

    def _reach(self) -> Floats:
        from scipy.special import stdtrit

        return np.asarray(self.spread * stdtrit(np.maximum(self.freedom, 3), 0.95))


@dataclass(frozen=True, slots=True)
class Plain:
    """A series without weekday, trend and season: `values` are 0 where nothing is known, `known` says where."""

    values: Floats
    known: Flags


def together(causes: Floats, outcomes: Floats, weekday: NDArray[np.int64], allowed: Flags) -> Together:
    """What is seen together. `causes` (C, n) and `outcomes` (O, n) stand on one calendar of n days, NaN where unknown;
    `weekday` (n,) is 0 to 6; `allowed` (C, O, L) says which lags of a pair make sense: the outcome so many days later.
    """
    moved = [plain(one, weekday) for one in causes]
    x = np.array([one.values for one in moved])
    known = np.stack([np.array([one.known for one in moved]), _unusual(causes)])
    count, lags = len(outcomes), allowed.shape[2]
    shape = (len(causes), count, lags)
    found = {name: np.full(shape, np.nan) for name in ("size", "spread", "t", "luck")}
    n, alone = np.zeros(shape[:2], np.int64), np.full(shape[:2], np.nan)
    nulls: dict[tuple[int, int], Floats] = {}
    shifted = np.fft.rfft(x, axis=1)
    squares = np.fft.rfft(x**2, axis=1)
    for at in range(count):
        outcome = plain(outcomes[at], weekday, hold=True)
        if outcome.known.sum() < FEWEST:
            continue
        echo = echoes(outcome)
        for chosen in np.unique(allowed[:, at], axis=0):
            rows = np.flatnonzero((allowed[:, at] == chosen).all(axis=1))
            if not chosen.any():
                continue
            told = _pairs(_Outcome(outcome, echo), x[rows], known[:, rows], shifted[rows], squares[rows],
                          np.flatnonzero(chosen))  # fmt: skip
            places = np.ix_(rows, np.array([at]), np.flatnonzero(chosen))
            for name in ("size", "spread", "t"):
                found[name][places] = getattr(told, name)[:, None]
            found["luck"][places] = told.shifts[:, None, None]
            n[rows, at], alone[rows, at] = told.n, told.alone
            nulls |= {(int(row), at): null for row, null in zip(rows, told.nulls, strict=True)}
    freedom = _freedom(found["luck"], n, nulls, shape)
    return Together(found["size"], found["spread"], found["t"], freedom, _p(found["t"], freedom), n, alone)


def plain(values: Floats, weekday: NDArray[np.int64], *, hold: bool = False) -> Plain:
    """A series (n,) without its weekday, trend and season, by least squares on the days known. With `hold` single far
    values are held back to 4 robust standard deviations, so that one day does not speak for all."""
    known = np.isfinite(values)
    rest = np.zeros(values.size)
    if known.sum() < 3:
        return Plain(rest, np.zeros(values.size, bool))
    parts = calendar(known, weekday)
    left = _rest(parts, values[known])
    rest[known] = _rest(parts, _held(left)) if hold else left
    return Plain(rest, known)


def calendar(known: Flags, weekday: NDArray[np.int64]) -> Floats:
    """Columns for the days known (k, columns): one, trend, waves slower than a season, weekdays if there is enough."""
    days = np.flatnonzero(known)
    place = (days - days[0] + 0.5) / (days[-1] - days[0] + 1)
    waves = min(int(2 * (days[-1] - days[0] + 1) / SEASON), days.size // 20)
    columns = [np.ones(days.size), place - 0.5, *(np.cos(np.pi * wave * place) for wave in range(1, waves + 1))]
    if days.size >= WEEKLY_FROM:
        columns += [(weekday[days] == day) - 1 / 7 for day in range(1, 7)]
    return np.stack(columns, axis=1)


def _rest(parts: Floats, values: Floats) -> Floats:
    square = parts.T @ parts
    square[np.diag_indices_from(square)] += 1e-9 * values.size
    return np.asarray(values - parts @ np.linalg.solve(square, parts.T @ values))


def _held(values: Floats) -> Floats:
    scale = 1.4826 * np.median(np.abs(values - np.median(values)))
    scale = max(scale, 0.5 * values.std())
    return np.clip(values, -FAR * scale, FAR * scale)


def echoes(series: Plain, order: int = ECHOES) -> Floats:
    """The weights of a series' own past (order,), by Yule and Walker over the pairs of days known; shrunk until the
    echo dies away."""
    known = series.known.astype(float)
    apart = [float(known[lag:] @ known[: known.size - lag]) for lag in range(order + 1)]
    if apart[0] < FEWEST or min(apart) < FEWEST / 2:
        return np.zeros(order)
    y = series.values
    r = np.array([y[lag:] @ y[: y.size - lag] / pairs for lag, pairs in enumerate(apart)])
    if r[0] <= 0:
        return np.zeros(order)
    r[1:] *= 1 - np.arange(1, order + 1) / (apart[0] ** 0.5 * 4)
    square = r[np.abs(np.subtract.outer(np.arange(order), np.arange(order)))]
    found = np.linalg.solve(square + 1e-3 * r[0] * np.eye(order), r[1:])
    while np.abs(np.roots([1, *-found])).max() > 0.97:
        found *= 0.9
    return np.asarray(found)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """An outcome with the filter of its echo."""

    series: Plain
    echo: Floats

    def filtered(self, values: Floats) -> Floats:
        """Values (..., n), already laid on the outcome's days, without what echoes of the days known before."""
        known = self.series.known.astype(float)
        left = values.copy()
        for back, weight in enumerate(self.echo, 1):
            left[..., back:] -= weight * known[:-back] * values[..., :-back]
        return np.asarray(left * known)

    @property
    def score(self) -> Floats:
        """W'W y: its product with a cause shifted by a lag is what that lag is estimated from."""
        known = self.series.known.astype(float)
        left = self.filtered(self.series.values)
        found = left.copy()
        for back, weight in enumerate(self.echo, 1):
            found[:-back] -= weight * known[:-back] * left[back:]
        return found


@dataclass(frozen=True, slots=True)
class _Told:
    """One outcome beside R causes at L lags: arrays (R, L), per cause (R,), and the null's figures of each cause."""

    size: Floats
    spread: Floats
    t: Floats
    n: NDArray[np.int64]
    alone: Floats
    shifts: Floats
    nulls: list[Floats]


def _pairs(
    outcome: _Outcome, x: Floats, known: Flags, shifted: NDArray[np.complex128], squares: NDArray[np.complex128],
    lags: NDArray[np.int64],
) -> _Told:  # fmt: skip
    """Sizes at these lags, jointly, and the same under every shift of the cause. `known` (2, R, n) holds the days a
    cause is known on, and those it is not at its middle value."""
    days = x.shape[1]
    laid = np.stack([_later(x, int(lag)) for lag in lags], axis=1)  # (R, L, n)
    seen, unusual = (_later(one.astype(float), int(lags[0])) * outcome.series.known for one in known)
    design = outcome.filtered(laid)
    information = np.einsum("rln,rmn->rlm", design, design)
    answer = np.einsum("rln,n->rl", design, outcome.filtered(outcome.series.values))
    enough = (seen.sum(axis=1) >= FEWEST) & (unusual.sum(axis=1) >= RARE)
    enough &= (np.einsum("rll->rl", information) > 0).all(axis=1)
    inverse = np.linalg.pinv(information, rcond=1e-8, hermitian=True)
    size = np.einsum("rlm,rm->rl", inverse, answer)
    unit = np.sqrt(np.maximum(np.einsum("rll->rl", inverse), 1e-300))
    nulls = _luck(outcome, shifted, squares, lags, inverse / unit[..., None], days)
    scale = np.array([np.sqrt(np.mean(one**2, axis=1)) if one.shape[1] >= FEWEST else np.full(lags.size, np.nan)
                      for one in nulls])  # fmt: skip
    scale[~enough] = np.nan
    left = _left(answer, size, outcome)
    n = seen.sum(axis=1).astype(np.int64)
    noise = np.sqrt((outcome.filtered(outcome.series.values) ** 2).sum() / max(int(outcome.series.known.sum()), 1))
    worth = n * np.minimum((noise / np.maximum(scale.max(axis=1), 1e-300)) ** 2, 1.0)
    return _Told(
        np.where(enough[:, None], size, np.nan), unit * scale * np.sqrt(left)[:, None], size / unit / scale, n, worth,
        np.array([one.shape[1] for one in nulls], float),
        [one / row[:, None] for one, row in zip(nulls, scale, strict=True)],
    )  # fmt: skip


def _later(values: Floats, lag: int) -> Floats:
    """Values (R, n) of so many days before, 0 before the first."""
    if lag == 0:
        return values.copy()
    found = np.zeros_like(values)
    found[:, lag:] = values[:, :-lag]
    return found


def _unusual(values: Floats) -> Flags:
    """Days known on which a series (C, n) is not at its middle value."""
    found = np.zeros(values.shape, bool)
    for row, one in zip(found, values, strict=True):
        known = np.isfinite(one)
        row[known] = one[known] != np.median(one[known]) if known.any() else False
    return found


def _luck(
    outcome: _Outcome, shifted: NDArray[np.complex128], squares: NDArray[np.complex128], lags: NDArray[np.int64],
    weights: Floats, days: int,
) -> list[Floats]:  # fmt: skip
    """Of each cause the lags' figures under every admissible shift of it around the calendar: (L, shifts)."""
    score = np.fft.irfft(np.fft.rfft(outcome.score) * np.conj(shifted), days, axis=1)  # (R, n): by shift
    overlap = np.fft.irfft(np.fft.rfft(outcome.series.known.astype(float)) * np.conj(squares), days, axis=1)
    moves = np.arange(NEAR, days - NEAR)
    here = overlap[:, lags].mean(axis=1)
    found = []
    for row in range(len(shifted)):
        at = moves[overlap[row, moves] >= 0.5 * here[row]] if here[row] > 0 else moves[:0]
        several = score[row, (at[None, :] + lags[:, None]) % days]
        found.append((weights[row] @ several) * np.sqrt(here[row] / np.maximum(overlap[row, at], 1e-300)))
    return found


def _left(answer: Floats, size: Floats, outcome: _Outcome) -> Floats:
    """The share of the outcome's filtered variance that a cause leaves (R,)."""
    total = float((outcome.filtered(outcome.series.values) ** 2).sum())
    return np.asarray(np.clip(1 - np.einsum("rl,rl->r", answer, size) / max(total, 1e-300), 0.05, 1.0))


def _freedom(
    shifts: Floats, n: NDArray[np.int64], nulls: dict[tuple[int, int], Floats], shape: tuple[int, int, int]
) -> Floats:
    """Degrees of freedom of the tails: of a pair by its days and shifts, and no more than what the kurtosis of all
    nulls of its cause, or of its outcome, allows."""
    pair = np.minimum(shifts, n[..., None] - 10.0)
    for side in (0, 1):
        for one in range(shape[side]):
            own = [null.ravel() for key, null in nulls.items() if key[side] == one and null.shape[1] >= FEWEST]
            own = [null for null in own if np.isfinite(null).all()]
            if own:
                excess = float(np.mean(np.concatenate(own) ** 4)) - 3
                place = (one, slice(None)) if side == 0 else (slice(None), one)
                pair[place] = np.minimum(pair[place], 4 + 6 / max(excess, 1e-3))
    return np.asarray(np.maximum(pair, 4.0))


def _p(t: Floats, freedom: Floats) -> Floats:
    """Two-sided, by Student's t."""
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(freedom, -np.abs(t)))
