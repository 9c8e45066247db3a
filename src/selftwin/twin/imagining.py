"""What if: a scenario asked of every simulator that takes it, over what was known at one moment and nothing later."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin import discover
from selftwin.vocabulary import given as handed
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import Scenario, Way, scenario, step
from selftwin.vocabulary.signal import Category, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from selftwin.consent.view import View
    from selftwin.vocabulary.model import Simulator
    from selftwin.vocabulary.trajectory import Trajectory
    from selftwin.vocabulary.zones import ZoneTimeline

STALE = timedelta(days=2)
YEAR = 365.2425
FACTS = {"birth.date", "birth.year", "sex", "height"}  # who somebody is; how they live is a state, and may change
_WORDS = {Kind.STATE, Kind.TEXT}
NEVER_SHIFTED = "insulin"  # a plan with insulin starts now or is asked as a replay; nothing is moved for it


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one view may read of a person up to a moment: the `Past` that models see. Each signal is read once.

    Who somebody is (a birthday, a height) holds at any moment, whenever it was noted; a state counts where it was noted
    by `knows`, which is `now` but for a twin that is asked where its data end.
    """

    view: View
    now: datetime
    zone: ZoneInfo
    replay: bool
    given: Mapping[str, float | str]
    knows: datetime
    _days: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)
    _series: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def read(self) -> list[str]:
        """The signals read so far."""
        return sorted({*self._days, *self._series})

    def keys(self) -> tuple[str, ...]:
        """The signals with recorded days; one that may not be learnt from is not among them."""
        return tuple(sorted(one.signal.key for one in self.view.held(granted=True)))

    def days(self, key: str, *, since: date | None = None) -> pl.DataFrame:
        """Days up to `now`; in a replay the day of `now` was not over and is left out."""
        import polars as pl

        if key not in self._days:
            today = self.now.astimezone(self.zone).date()
            over = today - timedelta(days=1) if self.replay else today
            last = None if key in FACTS else over
            found = self.view.days(key, until=last).select("day", pl.col("value").cast(pl.Float64))
            self._days[key] = found.filter(pl.col("value").is_finite()).sort("day")
        known = self._days[key]
        return known if since is None else known.filter(pl.col("day") >= since)

    def series(self, key: str, *, since: date | None = None) -> pl.DataFrame:
        """Observations that had begun by `now`."""
        import polars as pl

        if key not in self._series:
            until = self.knows if nature(key).kind in _WORDS else self.now
            last = until.astimezone(self.zone).date() + timedelta(days=1)
            found = self.view.series(key, until=None if key in FACTS else last)
            kept = found if key in FACTS else found.filter(pl.col("at") <= until)
            self._series[key] = kept.sort("at")
        known = self._series[key]
        return known if since is None else known.filter(pl.col("local").dt.date() >= since)

    def number(self, key: str, *, within: int | None = None) -> float | None:
        """The newest value, given or recorded; `age` follows from a birthday or a year of birth."""
        told = self.given.get(key)
        if told is not None:
            return told if isinstance(told, float) else None
        if key == "age" and (years := self._age()) is not None:
            return years
        known = self.days(key)
        today = self.now.astimezone(self.zone).date()
        if within is not None:
            known = known.filter(known["day"] >= today - timedelta(days=within))
        return float(known["value"][-1]) if known.height else None

    def word(self, key: str) -> str | None:
        """The newest word of a state or text, given or recorded."""
        told = self.given.get(key)
        if told is not None:
            return told if isinstance(told, str) else None
        words = self.series(key)["text"].drop_nulls()
        return str(words[-1]) if len(words) else None

    def told(self, key: str) -> bool:
        """Whether the person gave this signal's value in the question itself."""
        return key in self.given

    def _age(self) -> float | None:
        """Years since birth at `now`; of a year alone, since its middle."""
        today = self.now.astimezone(self.zone).date()
        if (born := _day(self.word("birth.date"))) is not None:
            return (today - born).days / YEAR
        year = self.number("birth.year")
        return None if year is None else (today - date(int(year), 7, 1)).days / YEAR


def _is_measured(key: str) -> bool:
    """Whether it tells of a day: what was measured or done, not who somebody is, and no word noted at any time."""
    signal = nature(key)
    return signal.category is not Category.DEMOGRAPHIC and signal.kind not in _WORDS


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def given(values: Mapping[str, float | str] | Iterable[str]) -> dict[str, float | str]:
    """Values a person gives with a question: a mapping in each signal's own unit, or texts like `lab.hdl 52 mg/dL`.

    Raises UsageError, UnknownSignal.
    """
    if isinstance(values, str):
        values = [values]
    pairs = values.items() if hasattr(values, "items") else [(text, None) for text in values]
    found: dict[str, float | str] = {}
    for key, value in pairs:
        one = step(key if value is None else f'{key} "{value}"' if isinstance(value, str) else f"{key} {value!r}")
        if one.way is not Way.SET or one.lasts or one.daily:
            raise UsageError(f"A value that is given is the value itself, as `{one.signal} {one.amount or 'x'}`.")
        found[one.signal] = one.words if one.amount is None else one.amount
    return found


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks and by what: the owner's view for what comes out, the models' for what goes in, and the zones."""

    owner: View
    models: View
    zones: ZoneTimeline

    def past(
        self, at: date | datetime | None, told: Mapping[str, float | str], *, moved: bool = True
    ) -> tuple[Recorded, str]:
        """What is known at a moment, and a sentence where that moment was moved: a twin whose newest data are days old
        is asked as it was then (`moved`), since nothing is known of today. Raises UsageError for a day to come."""
        now = datetime.now(UTC)
        asked, note = _moment(at, self.zones), ""
        if asked is not None and asked > now:
            hint = "In a what-if a step may begin later: `at 2026-12-01`."
            raise UsageError("That moment is still to come: I look from now, or from the past.", hint=hint)
        if asked is None and moved and (newest := self._newest()) is not None and now - newest > STALE:
            asked = newest
            note = f"Your data end on {newest.day} {newest:%B %Y}: this begins there, as a replay."
        then = asked or now
        zone = ZoneInfo(self.zones.at(then))
        knows = now if note else then
        return Recorded(self.models, then, zone, asked is not None, told, knows), note

    def _newest(self) -> datetime | None:
        """The end of the newest local day on which anything was measured or done."""
        import polars as pl

        rows = self.models.latest()
        measured = [key for key in rows["signal"] if _is_measured(key)]
        found = rows.filter(pl.col("signal").is_in(measured))["at"]
        last = found.filter(found <= datetime.now(UTC)).max()
        return _end_of(last, self.zones) if isinstance(last, datetime) else None


def _end_of(last: datetime, zones: ZoneTimeline) -> datetime:
    """Midnight after a moment, where the person's clock stood then."""
    zone = ZoneInfo(zones.at(last))
    return datetime.combine(last.astimezone(zone).date() + timedelta(days=1), time(0), zone).astimezone(UTC)


def _moment(at: date | datetime | None, zones: ZoneTimeline) -> datetime | None:
    """A moment in UTC: of a day, its end; of a wall clock, as the person's clock stood."""
    if at is None:
        return None
    if not isinstance(at, datetime):
        at = datetime.combine(handed.a(date, at, "The moment") + timedelta(days=1), time(0))
    if at.tzinfo is None:
        return at.replace(tzinfo=ZoneInfo(zones.at(at.replace(tzinfo=UTC)))).astimezone(UTC)
    return at.astimezone(UTC)


def imagine(
    asking: Asking,
    steps: Scenario | Iterable[str],
    *,
    signal: str | None = None,
    at: date | datetime | None = None,
    instead_of: Scenario | Iterable[str] = (),
    given_: Mapping[str, float | str] | Iterable[str] = (),
    days: float | None = None,
) -> list[Trajectory]:
    """Both futures of every signal that a simulator tells for this scenario, the foremost first.

    Raises UsageError where no model takes a step, NothingYet where none can answer, Refused.
    """
    asked, beside = _scenario(steps), _scenario(instead_of)
    if not asked.steps and not beside.steps:
        raise UsageError("Imagine what? Say at least one step.", hint="Such as `energy.intake -500 kcal/d for 90 d`.")
    if days is not None and not 0 < days <= 3660:
        raise UsageError("A future is longer than nothing, and at most ten years.")
    touched = asked.signals | beside.signals
    chosen = choose(touched, signal)
    is_moved = not any(key.startswith(NEVER_SHIFTED) for key in touched)
    past, note = asking.past(at, given(given_), moved=is_moved)
    found, silent = _answers(chosen, past, asked, beside, days)
    told = [one for one in found if signal is None or one.signal == signal]
    if not told:
        raise silent[0] if silent else NothingYet(f"No model tells anything of {signal} for this.")
    for key in sorted({*past.read, *(one.signal for one in told)}):
        asking.owner.consider(key, "imagine")
    notes = (note,) if note else ()
    return [replace(one, notes=(*one.notes, *notes)) for one in told]


def choose(touched: frozenset[str], signal: str | None) -> list[Simulator]:
    """The simulators that take any of these steps and tell of a signal, those that take most of them first.

    Raises UsageError with what can be asked, where a step has no taker.
    """
    every: list[Simulator] = discover.simulators()
    telling = [one for one in every if signal is None or nature(signal).key in one.gives]
    if not telling:
        told = ", ".join(sorted({key for one in every for key in one.gives}))
        raise UsageError(f"No model tells what becomes of {signal}.", hint=f"What can be told: {told}.")
    known = {key for one in telling for key in one.takes}
    if missing := sorted(touched - known):
        hint = f"A step may be on {', '.join(sorted(known))}."
        raise UsageError(f"No model takes a step on {missing[0]}.", hint=hint)
    taking = [one for one in telling if touched & one.takes]
    return sorted(taking, key=lambda one: (-len(touched & one.takes), one.rank, one.name))


def _answers(
    chosen: list[Simulator], past: Recorded, asked: Scenario, beside: Scenario, days: float | None
) -> tuple[list[Trajectory], list[NothingYet | UsageError]]:
    """What each simulator tells of the steps it takes, and why others are silent or cannot take them so."""
    found: list[Trajectory] = []
    silent: list[NothingYet | UsageError] = []
    for simulator in chosen:
        question = Question(asked.about(simulator.takes), beside.about(simulator.takes), days)
        try:
            found += simulator.imagine(past, question)
        except (NothingYet, UsageError) as reason:
            silent.append(reason)
    if found:
        quiet = tuple(f"{reason} {reason.hint}".strip() for reason in silent)
        found[0] = replace(found[0], untold=quiet)
    return found, silent


def joined(steps: Iterable[str | Scenario]) -> Scenario:
    """One scenario of several texts and scenarios, in their order."""
    parts = [one if isinstance(one, Scenario) else scenario(handed.a(str, one, "A step")) for one in steps]
    return Scenario(tuple(step for part in parts for step in part.steps))


def _scenario(steps: Scenario | Iterable[str]) -> Scenario:
    if isinstance(steps, Scenario):
        return steps
    return joined([steps] if isinstance(steps, str) else steps)
