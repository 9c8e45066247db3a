"""What the illness watch says: which signals moved and how far, what else could be why, what to ask and to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.safety.warning_reasons import NEAR, reasons
from selftwin.learn.surveillance_courses import CONFOUNDERS, NIGHT, SIGNALS
from selftwin.learn.surveillance_odds import READY
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.finding import Line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.domains.safety.watches._nights import Nights
    from selftwin.vocabulary.model import Past

USUAL, LEAST = 60, 14  # nights that say what is usual, and how many it takes
SETTLED = 3  # nights before the alarm that are left out of it: they may belong to the illness
TELLING = 0.75  # of the way from the middle to the edge of nine in ten nights, from which a signal is named
RISES = {"rhr": 1, "hrv": -1, "rr": 1, "temp": 1}  # where an illness leads a signal
NEW = 21  # days in which a new device may be why
STALE = 3  # days without a night, of which it is told

NO_NIGHTS = (
    "I know none of the signals of your nights. A resting heart rate each day is the least; heart rate variability, "
    "breathing and skin temperature asleep let me find more."
)
HOW_OFTEN = "Alarms like this one are often false: at one a month, most are. It rarely speaks before you feel anything."
NO_DIAGNOSIS = "This is no diagnosis, and no alarm is no sign of health."
TRUST_FIRST = "If you feel unwell, trust that first, whatever I say."
GO_EASY = "Go easy, and see how you feel tomorrow. With strong or lasting symptoms, ask somebody who can examine you."
ASKS = {
    "alcohol": "Did you drink the evening before? `selftwin note alcohol.drinks 2 --at {eve}T20:00`.",
    "training": "Did you train harder than usual? `selftwin note training.load 600 --at {eve}T18:00`.",
    "travel": "Were you travelling? `selftwin note note 'a long journey' --at {eve}T18:00`; where your clock was set, "
              "`selftwin zones journey`.",
    "vaccine": "Did you get a vaccine? `selftwin note immunization 1 --at {eve}T12:00`.",
}  # fmt: skip


def too_few(nights: Nights) -> str:
    """Why nothing can be watched yet."""
    known = int(np.isfinite(_night_values(nights)).any(axis=1).sum())
    return (
        f"I know {known} of your nights over {len(nights.told)} days; {READY} days are needed before I can say what is "
        "usual."
    )


def told(nights: Nights, last: int, past: Past) -> tuple[str, ...]:
    """What must be known of how it watches now: which signals, and since when none."""
    lately = _night_values(nights)[max(0, last - 13) : last + 1]
    held = [name for name, nightly in zip(NIGHT, lately.T, strict=True) if np.isfinite(nightly).any()]
    said = []
    if held == ["rhr"]:
        said.append("Of your nights I know the resting heart rate alone: with it I find much less than with "
                    "variability, breathing and skin temperature.")  # fmt: skip
    quiet = (past.now.date() - nights.day(last)).days
    if quiet > STALE:
        said.append(f"The last night I could watch was {quiet} days ago.")
    return tuple(said)


def _night_values(nights: Nights) -> NDArray[np.float64]:
    """The values (n, 4) of the signals of a night, as chosen on each day."""
    found = np.full((len(nights.told), len(NIGHT)), np.nan)
    for place, its in enumerate(nights.values[: len(NIGHT)]):
        for which, values in enumerate(its):
            here = nights.chosen[:, place] == which
            found[here, place] = values[here]
    return found


def evidence(nights: Nights, place: int) -> list[tuple[float, Line]]:
    """Each signal measured that night beside its usual nights, what speaks most for an illness first; with how far it
    lay towards one, as a share of the way from the middle to the edge of nine in ten nights."""
    values, found = nights.of(nights.chosen[place]), []
    for column, name in enumerate(SIGNALS):
        value = float(values[place, column])
        if not np.isfinite(value):
            continue
        key = nights.candidates[column][int(nights.chosen[place, column])].key
        before = values[max(0, place - USUAL - SETTLED) : max(0, place - SETTLED), column]
        line = _line(key, value, before[np.isfinite(before)])
        found.append((_away(line, RISES.get(name, 0)), line))
    return sorted(found, key=lambda pair: -pair[0])


def _line(key: str, value: float, before: NDArray[np.float64]) -> Line:
    """A night's value beside where nine in ten of the nights before lay."""
    signal = nature(key)
    if len(before) < LEAST:
        return Line(signal.label, value, None, None, signal.unit, key, f"only {len(before)} nights before are known")
    low, middle, high = (float(one) for one in np.quantile(before, [0.05, 0.5, 0.95]))
    name = signal.label + ", usually {0}"
    return Line(name, value, low, high, signal.unit, key, f"nine in ten of {len(before)} nights before", (middle,), key)


def _away(line: Line, way: int) -> float:
    if line.low is None or line.high is None or not way:
        return 0.0
    middle = line.edges[0]
    edge = line.high - middle if way > 0 else middle - line.low
    return way * (line.value - middle) / max(edge, 1e-9)


def cause(lines: list[tuple[float, Line]]) -> str:
    """A sentence on what is likely going on."""
    moved = [_named(line.signal) for away, line in lines if away >= TELLING]
    if not moved:
        return "Your nights have for some days drifted the way the first days of an illness move them."
    which = moved[0] if len(moved) == 1 else ", ".join(moved[:-1]) + " and " + moved[-1]
    moves = "moves it" if len(moved) == 1 else "move them together"
    return f"Your {which} moved the way the first days of an illness {moves}; of what I know, that fits best."


def _named(key: str) -> str:
    label = nature(key).label
    return label[0].lower() + label[1:]


def others(
    nights: Nights, shares: NDArray[np.float64], tags: NDArray[np.bool_], place: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What else was looked at: what explains too little, and what may be why."""
    found = reasons(shares, tags, place)
    possible = [one.words() for one in found if not one.is_ruled_out]
    return tuple(one.words() for one in found if one.is_ruled_out), (*possible, *_devices(nights, place))


def _devices(nights: Nights, place: int) -> list[str]:
    """Signals that lately come from another device, which may measure differently."""
    found = []
    for its, which in zip(nights.candidates, nights.chosen.T, strict=True):
        before = which[max(0, place - NEW) : place + 1]
        if len(its) > 1 and before[0] >= 0 and (before != before[-1]).any():
            found.append(f"another device: your {_named(its[before[-1]].key)} comes from another one than "
                         f"{NEW} days ago: may be why")  # fmt: skip
    return found


def proposes(nights: Nights, tags: NDArray[np.bool_], place: int) -> tuple[str, ...]:
    """What to do, and what to tell: each other explanation that was not noted near the alarm is asked for."""
    near = tags[max(0, place - NEAR) : place + 1]
    eve = (nights.day(place) - timedelta(days=1)).isoformat()
    asked = [ASKS[name].format(eve=eve) for name, its in zip(CONFOUNDERS, near.T, strict=True) if not its.any()]
    return TRUST_FIRST, GO_EASY, *asked
