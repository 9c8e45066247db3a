"""How a watch for slow change looks: every Sunday each of its signals is held against its own wandering, what a new
device or a season did is taken off first, and one alarm is one change until it rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.body.watches import _slow_words as words
from selftwin.domains.body.watches._slow_bars import BUDGETS, bar
from selftwin.domains.body.watches._slow_noted import Switched, noted, recorded, switched
from selftwin.learn.drift import after, episodes, slow_change, together, windows
from selftwin.vocabulary.alert import About, Alert, Looked, Urgency
from selftwin.vocabulary.errors import Refused, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.local import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from selftwin.learn.drift import Drift
    from selftwin.vocabulary.alert import Setting
    from selftwin.vocabulary.model import Past

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SUNDAY, WEEK = 3, 7  # 1970 began on a Thursday
NOON = time(12)  # UTC, of the day after: then a Sunday is over everywhere and its night known
RUN_IN = 364  # days before `since` from which alarms are followed, so that one that stands is known
TRUSTED = 90  # days of a signal


@dataclass(frozen=True, slots=True)
class Watched:
    """One signal of a watch: what it is called (`sleep, deep share`), its unit, how it is read from a past as rows of
    day and value, which keys that reads, and which way counts: 1 up, -1 down, 0 either. `rises` and `falls` are what
    is said of it; `signal` is the catalogue's where it is one."""

    name: str
    unit: str
    read: Callable[[Past], Sequence[tuple[date, float]]]
    keys: tuple[str, ...]
    sense: int
    rises: str = "has risen"
    falls: str = "has fallen"
    signal: str = ""


def daily(key: str) -> Callable[[Past], list[tuple[date, float]]]:
    """Reads a signal's days as they are."""
    return lambda past: list(past.days(key).iter_rows())


class Slow:
    """A watch for slow change. Each says its name, its title, what its figures mean, its papers, the signals it has
    `watched`, and what it cannot do without, `needs`."""

    name: str
    title: str
    version = 1
    about = About.NOTHING
    budgeted = True
    usual_budget = 0.25
    promise: str
    cites: tuple[str, ...]
    watched: tuple[Watched, ...]
    needs: str

    def check(self, setting: Setting) -> None:
        """Raises UsageError where it cannot be set so."""
        if setting.about or setting.condition:
            raise UsageError(f"{self.title}: this watch is set on nothing in particular.",
                             hint="Leave out what it is about.")  # fmt: skip
        low, high = min(BUDGETS), max(BUDGETS)
        if not low <= setting.budget <= high:
            raise UsageError(f"{self.title}: it keeps to between {low:g} and {high:g} false alarms a month.",
                             hint="`--budget 0.25` is one in four months.")  # fmt: skip

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        """Every change that began to be told since a day. What may not be read is left out."""
        self.check(setting)
        return look(self.name, self.watched, past, setting, since, needs=self.needs)


@dataclass(frozen=True)
class _Line:
    """A watched signal as it was read: days since 1970 and values (n,), where another device took over, and every key
    that was read for it."""

    watched: Watched
    days: Ints
    values: Floats
    switches: tuple[Switched, ...]
    keys: tuple[str, ...]

    def until(self, end: int) -> tuple[Ints, Floats]:
        """What was known by the end of a day."""
        known = int(np.searchsorted(self.days, end, side="right"))
        return self.days[:known], self.values[:known]


@dataclass(frozen=True)
class _Course:
    """Every signal's drift at every Sunday, and the alarms among these."""

    lines: tuple[_Line, ...]
    ends: Ints
    drifts: tuple[Drift, ...]
    bar: float

    @cached_property
    def score(self) -> Floats:
        """The log odds of a slow change in any signal (E,)."""
        return together(np.stack([one.score for one in self.drifts]))

    @cached_property
    def alarms(self) -> list[tuple[int, int]]:
        """Places of the first and last alarm of each change."""
        return episodes(self.score, self.bar)


def look(name: str, every: Sequence[Watched], past: Past, setting: Setting, since: date, *, needs: str) -> Looked:
    """What a watch of this name saw in these signals since a day. `needs` says what it cannot do without."""
    lines = tuple(line for one in every if (line := _read(past, one)) is not None)
    ends = _sundays(past, lines, since)
    if not len(ends):
        return Looked((), 0, silent=f"I know too little of late: {needs}")
    course = _Course(lines, ends, tuple(_drift(line, ends) for line in lines), bar(setting.budget))
    first = (since - EPOCH).days
    watched = int((np.isfinite(course.score) & (ends >= first)).sum()) * WEEK
    if not np.isfinite(course.score).any():
        return Looked((), 0, silent=f"I know too little of late: {needs}")
    told = [place for place, _ in course.alarms if ends[place] >= first]
    alerts = tuple(_alert(name, past, course, place) for place in told)
    stands = bool(told) and course.alarms[-1][0] == told[-1] and _stands(course)
    return Looked(alerts, watched, open=alerts[-1].id if stands else "", notes=words.watching(lines_of(course)))


def lines_of(course: _Course) -> list[str]:
    """What the signals that could be watched are called."""
    return [line.watched.name for line, one in zip(course.lines, course.drifts, strict=True)
            if np.isfinite(one.score).any()]  # fmt: skip


def _read(past: Past, watched: Watched) -> _Line | None:
    """A signal as far as it is known and may be read."""
    try:
        rows = [(day, value) for day, value in watched.read(past) if np.isfinite(value)]
        found = switched(past, watched.keys) if rows else ()
    except Refused:
        return None
    if not rows:
        return None
    days = np.array([(day - EPOCH).days for day, _ in rows], np.int64)
    keys = dict.fromkeys((*watched.keys, *(one for key in watched.keys for one in recorded(past, key))))
    return _Line(watched, days, np.array([value for _, value in rows], np.float64), found, tuple(keys))


def _sundays(past: Past, lines: Sequence[_Line], since: date) -> Ints:
    """The last days of weeks that can be told of at `past.now`."""
    if not lines:
        return np.zeros(0, np.int64)
    last = (past.now.astimezone(UTC) - timedelta(hours=NOON.hour)).date() - timedelta(days=1)
    first = max(min(int(line.days[0]) for line in lines), (since - EPOCH).days - RUN_IN)
    begun = first + (SUNDAY - first) % WEEK
    return np.arange(begun, (last - EPOCH).days + 1, WEEK)


def _drift(line: _Line, ends: Ints) -> Drift:
    """How far one signal has drifted at each end, what its devices did taken off."""
    laid = windows(line.days, line.values, ends)
    columns = np.concatenate([
        after([one.day for one in line.switches if one.known <= end], np.array([end])) for end in ends
    ]) if line.switches else np.zeros((*laid.shape, 0))  # fmt: skip
    return slow_change(laid, columns, sense=line.watched.sense)


def _stands(course: _Course) -> bool:
    """Whether the last alarm had not rested by the last week."""
    rest = course.score[course.alarms[-1][1] :]
    return not len(episodes(np.r_[rest, np.inf], course.bar)) > 1


def _alert(name: str, past: Past, course: _Course, place: int) -> Alert:
    """What is told of a change, from what was known in the week its alarm began."""
    end = int(course.ends[place])
    order = sorted(range(len(course.lines)), key=lambda one: -_known(course.drifts[one].score[place]))
    moved = [one for one in order if _known(course.drifts[one].score[place]) > 0][: words.TOLD] or order[:1]
    seen = [words.Moved(course.lines[one].watched, *course.lines[one].until(end), course.drifts[one], place)
            for one in moved]  # fmt: skip
    lead = seen[0]
    begun = EPOCH + timedelta(days=end - int(lead.drift.ago[place]))
    day = EPOCH + timedelta(days=end)
    keys = tuple(dict.fromkeys(key for line in course.lines for key in line.keys))
    beside = noted(past, begun - timedelta(days=14), day)
    switches = [one for line in course.lines for one in line.switches if _near(one, end, begun)]
    n = len(lead.days)
    return Alert(
        watch=name,
        about="",
        first=day.isoformat(),
        at=datetime.combine(day + timedelta(days=1), NOON, UTC).isoformat(timespec="seconds"),
        cause=words.cause(seen, begun),
        evidence=words.evidence(seen),
        ruled_out=words.ruled_out(switches, lead),
        possible=words.possible(switches, beside, lead),
        proposes=words.PROPOSES,
        urgency=Urgency.LOOK,
        trust=Trust.TRUSTED if n >= TRUSTED else Trust.FIRST,
        n=n,
        score=float(course.score[place] - course.bar),
        notes=(words.NOT_A_DEVICE,),
        lineage=_lineage(course, keys, end) + tuple(one.lineage for one in beside if one.key not in keys),
    )


def _near(one: Switched, end: int, begun: date) -> bool:
    """Whether a switch was known by then and lies where the change began or after."""
    return one.known <= end and one.day >= (begun - EPOCH).days - 28


def _known(score: float) -> float:
    return -np.inf if np.isnan(score) else float(score)


def _lineage(course: _Course, keys: Sequence[str], end: int) -> tuple[tuple[str, str, str], ...]:
    """Every key with the first and the last of its days that were read."""
    spans: dict[str, tuple[int, int]] = {}
    for line in course.lines:
        days, _ = line.until(end)
        for key in line.keys if len(days) else ():
            low, high = spans.get(key, (int(days[0]), int(days[-1])))
            spans[key] = (min(low, int(days[0])), max(high, int(days[-1])))
    return tuple((key, _iso(spans[key][0]), _iso(spans[key][1])) for key in keys if key in spans)


def _iso(number: int) -> str:
    return (EPOCH + timedelta(days=number)).isoformat()
