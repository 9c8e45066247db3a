"""Why: a value, a forecast or an alert taken apart for its owner, over what was known at one moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from selftwin.twin.believing import DAILY, MODEL
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.reason import Of

if TYPE_CHECKING:
    from selftwin.domains.normal.daily import Learnt
    from selftwin.twin.imagining import Asking
    from selftwin.twin.watching import Watches
    from selftwin.vocabulary.reason import Why

ILLNESS = "illness"
ASKS = {"value": Of.VALUE, "forecast": Of.FORECAST, "alert": Of.ALERT}


def why(
    asking: Asking, signal: str, *, at: date | datetime | None = None, of: str = "value", budget: float = 1.0
) -> Why:
    """Why a signal's last day (up to `at`), its forecast for tomorrow, or the illness watch on that day, is what it is.

    `signal` may also be an alert by its id (`illness@2026-03-11`); it is held against a `budget` of false alarms a
    month. Raises UsageError, UnknownSignal, NothingYet, Refused.
    """
    name, _, day = signal.partition("@")
    watch = name.partition(":")[0]
    if day or watch == ILLNESS:
        return _alert(asking, watch, _day(day) if day else at, budget)
    if of not in ASKS:
        raise UsageError(f"I can say why a {', a '.join(list(ASKS)[:-1])} or an {list(ASKS)[-1]} is so, not {of!r}.")
    key = nature(signal).key
    if ASKS[of] is Of.ALERT:
        return _alert(asking, ILLNESS, at, budget, of=key)
    return _forecast(asking, key, at) if ASKS[of] is Of.FORECAST else _value(asking, key, at)


def _value(asking: Asking, key: str, at: date | datetime | None) -> Why:
    """Why the last day is what it is; whoever sees it must be allowed every signal that was read."""
    from selftwin.domains.normal.why import why_value

    asking.owner.consider(key, "why")
    unit = _unit(asking, key)
    past, note = asking.past(at, {})
    found = why_value(past, key, unit=unit)
    for read in past.read:
        asking.owner.consider(read, "why")
    return _noted(found, note)


def _forecast(asking: Asking, key: str, at: date | datetime | None) -> Why:
    """Why tomorrow's forecast is what it is: of the newest day with data, as `forecast` tells its days."""
    from selftwin.domains.normal.why_ahead import why_forecast

    asking.owner.consider(key, "why")
    found = why_forecast(_learnt(asking, key), at=at.date() if isinstance(at, datetime) else at)
    if not asking.models.dense(key):
        return found
    told = f"This is the day's figure, as `selftwin forecast {key} --days 7` tells it"
    return replace(found, notes=(*found.notes, f"{told}; I cannot take the minutes ahead apart yet."))


def borne(watches: Watches) -> float:
    """The false alarms a month that the person bears of the illness watch; one where none is set."""
    return next((one.watch.budget for one in watches.list() if one.watch.kind == ILLNESS), 1.0)


def _alert(asking: Asking, watch: str, at: date | datetime | None, budget: float, *, of: str = "") -> Why:
    """Why the illness watch says what it says of a day. Raises NothingYet for other watches, and for a signal that it
    does not follow."""
    from selftwin.domains.safety.why import why_alert

    if watch != ILLNESS:
        hint = "An alert of another watch carries its evidence itself: `selftwin watch history` shows it."
        raise NothingYet("I can only take alerts of the illness watch apart yet.", hint=hint)
    past, note = asking.past(at, {})
    found = why_alert(past, budget=budget)
    if of and of not in {part.signal for part in found.parts}:
        raise NothingYet(f"The illness watch did not look at {nature(of).label.lower()} on {found.at}.",
                         hint="`selftwin why illness` says what it looked at.")  # fmt: skip
    for read in past.read:
        asking.owner.consider(read, "why")
    return _noted(found, note)


def _learnt(asking: Asking, key: str) -> Learnt:
    """What the forecaster has learnt of a signal, as `forecast` has it."""
    from selftwin.domains.normal.daily import learn_days

    signal = replace(nature(key), unit=_unit(asking, key))
    held = asking.models.checkpoint(key, DAILY, MODEL)
    days = asking.models.days(key).select("day", "value")
    return learn_days(days, signal, checkpoint=held.state if held else None)


def _unit(asking: Asking, key: str) -> str:
    """The unit the signal's values carry. Raises NothingYet where none is recorded."""
    held = next(iter(asking.models.held(key)), None)
    if held is None:
        asking.models.consider(key)
        hint = "`selftwin signals` lists what there is."
        raise NothingYet(f"Nothing is known of {nature(key).label.lower()} yet.", hint=hint)
    return held.unit


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = "An alert is named so: illness@2026-03-11."
        raise UsageError(f"{text[:20]!r} is no day of an alert.", hint=hint) from None


def _noted(found: Why, note: str) -> Why:
    """The answer with a sentence on when it was asked for, where that was moved."""
    ends = f"{note.partition(':')[0]}: I look from there."
    return replace(found, notes=(*found.notes, ends)) if note else found
