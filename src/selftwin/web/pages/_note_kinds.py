"""What can be noted by hand: each kind of note with its fields, and the observations it becomes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from selftwin.vocabulary.catalogue import nature, signals
from selftwin.vocabulary.errors import UnknownSignal, UsageError
from selftwin.vocabulary.signal import Kind as Nature
from selftwin.wording.measures import MINUTES, Measure, measure

Said = Callable[[str], str]
_LONGEST = 2000
_AHEAD = timedelta(minutes=5)  # that somebody's clock may be before ours
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")


class Wrong(Exception):
    """A field that cannot be taken as it is: which, and the words for why with what stands in them."""

    def __init__(self, field: str, why: str, **fields: str) -> None:
        super().__init__(why)
        self.field, self.why, self.fields = field, why, fields


@dataclass(frozen=True, slots=True)
class Entry:
    """One observation to be kept; `unit` is the person's own, None for the signal's."""

    key: str
    value: float | str
    unit: str | None = None
    at: datetime | None = None
    until: datetime | None = None

    @property
    def said(self) -> str:
        """What was noted, as a person reads it."""
        label = nature(self.key).label.partition(",")[0]
        if isinstance(self.value, str):
            return f"{label}: {self.value}"
        return f"{label} {shown(self.key, self.value)}"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: how it is filled in (`scale`, `number`, `words`, `text`, `pick`, `clock`), what it becomes,
    whether it must be there. `ways` are the values of a scale or pick."""

    name: str
    how: str
    key: str = ""
    needed: bool = False
    ways: tuple[str, ...] = ()
    start: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of note. `becomes` makes its observations of what was typed; `spans` says its own from and to."""

    name: str
    fields: tuple[Field, ...]
    becomes: Callable[[Kind, Said], list[Entry]]
    spans: bool = False

    @property
    def keys(self) -> set[str]:
        """The signals it may become."""
        return {field.key for field in self.fields if field.key}


def own(key: str) -> Measure:
    """How the person reads a signal."""
    return measure(key, nature(key).unit)


def unit(key: str) -> str:
    """The person's unit as it stands beside a field."""
    read = own(key)
    return {"h": "hours", "min": "minutes", "s": "seconds"}[read.unit] if read.unit in MINUTES else read.words


def shown(key: str, value: float) -> str:
    """A value in the person's own unit, as it was typed."""
    return f"{value:,.6g} {unit(key)}".rstrip()


def number(field: Field, said: Said) -> float | None:
    """What stands in a field as a number; a comma may stand for the point. Raises Wrong, also where it may as well set
    thousands apart: 2,000 is two thousand to one reader and two to another."""
    text = said(field.name).replace("\N{MINUS SIGN}", "-").replace(" ", "")
    if not text:
        if field.needed:
            raise Wrong(field.name, "missing")
        return None
    if _EITHER.fullmatch(text):
        raise Wrong(field.name, "either", plain=text.replace(",", ""), point=text.replace(",", "."))
    try:
        found = float(text.replace(",", ".") if "." not in text else text.replace(",", ""))
    except ValueError:
        raise Wrong(field.name, "no_number") from None
    if not math.isfinite(found):
        raise Wrong(field.name, "no_number")
    return found


def words(field: Field, said: Said) -> str:
    """What stands in a field as words. Raises Wrong."""
    text = said(field.name)[:_LONGEST]
    if field.needed and not text:
        raise Wrong(field.name, "missing")
    return text


def _plainly(kind: Kind, said: Said) -> list[Entry]:
    """Each field that was filled in becomes one observation; one of them at least."""
    made = []
    for field in kind.fields:
        if field.how in {"words", "text"}:
            text = words(field, said)
            made += [Entry(field.key, text)] if text else []
        else:
            found = number(field, said)
            made += [] if found is None else [Entry(field.key, found, _unit(field.key))]
    if not made:
        raise Wrong(kind.fields[0].name, "nothing")
    return made


def _unit(key: str) -> str | None:
    own_unit = own(key).unit
    return own_unit if own_unit != nature(key).unit else None


def _medicine(kind: Kind, said: Said) -> list[Entry]:
    took = said("took") != "skipped"
    return [Entry("medicine.taken" if took else "medicine.skipped", words(kind.fields[0], said))]


def _symptom(kind: Kind, said: Said) -> list[Entry]:
    key = said("symptom")
    if key not in symptoms():
        raise Wrong("symptom", "missing")
    found = number(kind.fields[1], said)
    return [Entry(key, 0.0 if found is None else found)]


def _drink(kind: Kind, said: Said) -> list[Entry]:
    key = said("drink")
    if key not in DRINKS:
        raise Wrong("drink", "missing")
    found = number(kind.fields[1], said)
    return [Entry(key, 0.0 if found is None else found, _unit(key))]


def _sleep(_: Kind, said: Said) -> list[Entry]:
    try:
        day = date.fromisoformat(said("day")) if said("day") else datetime.now().astimezone().date()
    except ValueError:
        raise Wrong("day", "no_day") from None
    fell, woke = _clock("fell", said), _clock("woke", said)
    until = datetime.combine(day, woke)
    if until > datetime.now() + _AHEAD:  # noqa: DTZ005 - the person's own clock
        raise Wrong("woke", "future")
    at = datetime.combine(day, fell)
    return [Entry("sleep.stage", "asleep", at=at if at < until else at - timedelta(days=1), until=until)]


def _clock(name: str, said: Said) -> time:
    try:
        return time.fromisoformat(said(name))
    except ValueError:
        raise Wrong(name, "no_time") from None


def _any(kind: Kind, said: Said) -> list[Entry]:
    try:
        signal = nature(said("signal"))
    except UnknownSignal as error:
        raise Wrong("signal", "unknown", hint=error.hint) from None
    if signal.kind in {Nature.STATE, Nature.TEXT} or (signal.kind is Nature.EVENT and signal.unit == "1"):
        text = words(kind.fields[1], said)
        if signal.states and text not in signal.states:
            raise Wrong("value", "states", states=", ".join(signal.states))
        return [Entry(signal.key, text)]
    found = number(kind.fields[1], said)
    return [Entry(signal.key, 0.0 if found is None else found, _unit(signal.key))]


def symptoms() -> dict[str, str]:
    """Every symptom with a severity, by its key, in the order of its name."""
    found = {one.key: one.label.partition(",")[0] for one in signals() if one.unit == "{severity}"}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def moment(said: Said, *, now: datetime) -> datetime | None:
    """When it was: None for now, else the person's wall clock. Raises Wrong."""
    if said("when") != "earlier":
        return None
    try:
        day = date.fromisoformat(said("on")) if said("on") else now.date()
    except ValueError:
        raise Wrong("on", "no_day") from None
    try:
        found = datetime.combine(day, time.fromisoformat(said("time") or "12:00"))
    except ValueError:
        raise Wrong("time", "no_time") from None
    if found > now.replace(tzinfo=None) + _AHEAD:
        raise Wrong("on", "future")
    return found


DRINKS = ("water", "alcohol.drinks")
SEVERITY = ("0", "1", "2", "3")
FIVE = ("1", "2", "3", "4", "5")
KINDS: Sequence[Kind] = (
    Kind("mood", (Field("mood", "scale", "mood", ways=FIVE), Field("words", "words", "mood.label")), _plainly),
    Kind("meal", (Field("carbs", "number", "meal.carbs"), Field("energy", "number", "energy.intake"),
                  Field("words", "words", "meal.description")), _plainly),
    Kind("medicine", (Field("words", "words", "medicine.taken", needed=True),
                      Field("took", "pick", "medicine.skipped", ways=("taken", "skipped"), start="taken")), _medicine),
    Kind("symptom", (Field("symptom", "symptom"), Field("severity", "scale", needed=True, ways=SEVERITY)), _symptom),
    Kind("drink", (Field("drink", "pick", "water", ways=DRINKS, start="water"),
                   Field("amount", "number", "alcohol.drinks", needed=True)), _drink),
    Kind("caffeine", (Field("caffeine", "number", "caffeine", needed=True, start="80"),), _plainly),
    Kind("weight", (Field("weight", "number", "weight", needed=True),), _plainly),
    Kind("pressure", (Field("systolic", "number", "blood_pressure.systolic", needed=True),
                      Field("diastolic", "number", "blood_pressure.diastolic", needed=True)), _plainly),
    Kind("sleep", (Field("day", "day"), Field("fell", "clock", "sleep.stage", needed=True, start="23:00"),
                   Field("woke", "clock", needed=True, start="07:00")), _sleep, spans=True),
    Kind("event", (Field("words", "words", "life_event", needed=True),), _plainly),
    Kind("note", (Field("words", "text", "note", needed=True),), _plainly),
    Kind("signal", (Field("signal", "signal", needed=True), Field("value", "number", needed=True)), _any),
)  # fmt: skip


def kind(name: str) -> Kind:
    """The kind of that name. Raises UsageError."""
    found = next((one for one in KINDS if one.name == name), None)
    if found is None:
        raise UsageError("There is no such kind of note.")
    return found


def of(key: str) -> str:
    """The kind of note that a signal was noted by."""
    if key in symptoms():
        return "symptom"
    return next((one.name for one in KINDS if key in one.keys), "signal")
