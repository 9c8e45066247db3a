"""The terms of a grant before it is one: what was wished, filled up with safe defaults or a template, and checked.

Safe is: insights alone, for 30 days, of ordinary sensitivity, to be read and not passed on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import MODELS, SERVICE, Action, Grant, Granularity
from selftwin.consent.saying import chosen, estimate_key, kinds, listed, purpose_key, sentence, signal_key
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.signal import Category, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from selftwin.consent.templates import Template

USUAL = timedelta(days=30)
CATEGORIES = tuple(one.value for one in Category)
SENSITIVITIES = tuple(one.value for one in Sensitivity)
GRAINS = tuple(one.name.lower() for one in Granularity)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said of a grant, in people's words; what is empty or None was not said.

    `recent` counts days of data back from the newest; `lasts` is how long the grant holds. What is `kept` is not passed
    on, whatever was asked for.
    """

    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sensitivities: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    estimates: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    by: str = ""
    lasts: timedelta | None = None
    until: datetime | None = None
    first: date | None = None
    last: date | None = None
    recent: int | None = None
    passable: bool = False
    emergency: bool = False
    kept: bool = False

    def read(self) -> Wish:
        """The same in the vocabulary's own words. Raises UsageError, UnknownPurpose, UnknownSignal."""
        return replace(
            self,
            purposes=_each(purpose_key, self.purposes),
            categories=tuple(chosen(one, CATEGORIES, "category") for one in self.categories),
            sensitivities=tuple(chosen(one, SENSITIVITIES, "sensitivity") for one in self.sensitivities),
            signals=_each(signal_key, self.signals),
            estimates=_each(estimate_key, self.estimates),
            actions=tuple(chosen(one, Action, "action") for one in self.actions),
            by=chosen(self.by, GRAINS, "granularity") if self.by else "",
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """What would be granted; `until` None holds until it is withdrawn."""

    purposes: frozenset[str]
    categories: frozenset[str] = frozenset()
    sensitivities: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    estimates: frozenset[str] = frozenset()
    actions: frozenset[Action] = frozenset({Action.READ})
    granularity: Granularity = Granularity.INSIGHT
    until: datetime | None = None
    first: date | None = None
    last: date | None = None
    passable: bool = False
    emergency: bool = False
    says: str = ""

    def sentence(self, name: str) -> str:
        """What the person is shown."""
        return sentence(name, self.draft(name), template=self.says)

    def draft(self, party: str) -> Grant:
        """The grant these terms would be, to be looked at before it is one."""
        return Grant("draft", party, since=datetime.now(UTC), purposes=self.purposes, **self.facts())

    def reaches(self, key: str) -> bool:
        """Whether a signal is named, or its category and sensitivity both are."""
        one = nature(key)
        by_kind = one.category.value in self.categories and one.sensitivity.value in self.sensitivities
        return by_kind or key in self.signals

    def facts(self) -> dict[str, Any]:
        """What `Consent.grant` takes."""
        names = ("categories", "sensitivities", "signals", "estimates", "actions", "granularity", "until", "first",
                 "last", "passable", "emergency")  # fmt: skip
        return {name: getattr(self, name) for name in names}


def terms(wish: Wish, *, template: Template | None = None, newest: date | None = None) -> Terms:
    """What a wish asks for, on a template's terms where one is given. `newest` is the last day with data.

    Raises UsageError where it says too little, or more than the template allows.
    """
    said = wish.read()
    base = template.terms() if template else None
    if template:
        _bounded(said, template)
    now = datetime.now(UTC)
    found = _filled(said, base, until=said.until or now + (said.lasts or (template.lasts if template else USUAL)))
    if not found.purposes:
        raise UsageError("A grant needs a purpose.", hint="--purpose care, for one; `selftwin consent purposes` lists "
                         "them, and --template doctor brings its own.")  # fmt: skip
    if not (found.categories or found.signals or found.estimates):
        raise UsageError("A grant must say what may be seen.", hint="--signal heart_rate.resting, --category "
                         "physiological --sensitivity health, or --template doctor.")  # fmt: skip
    return _spanned(found, said, newest)


def for_models(wish: Wish) -> Terms:
    """What the twin's own models are granted: to learn, raw, of every sensitivity, until it is withdrawn."""
    said = wish.read()
    if not (said.categories or said.signals):
        raise UsageError("Say what the models may learn from.", hint="--category genetic, for one.")
    kind = frozenset(said.sensitivities or SENSITIVITIES) if said.categories else frozenset()
    return Terms(frozenset({SERVICE}), frozenset(said.categories), kind, frozenset(said.signals),
                 actions=frozenset({Action.LEARN}), granularity=_grain(said, Granularity.RAW), until=said.until,
                 first=said.first, last=said.last)  # fmt: skip


def is_models(party: str) -> bool:
    """Whether a party is the twin's own models."""
    return party == MODELS


def narrowed(asked: Terms, wish: Wish, *, newest: date | None = None) -> Terms:
    """The terms that were asked for, or fewer of them. Raises UsageError where the wish is wider."""
    said = wish.read()
    now = datetime.now(UTC)
    if asked.until is not None and asked.until <= now:
        asked = replace(asked, until=now + USUAL)  # it waited too long for an answer
    ends = said.until or (now + said.lasts if said.lasts else asked.until)
    found = _spanned(_filled(said, asked, until=ends), said, newest)
    wider = [name for name, more in _wider(asked, found) if more]
    if wider:
        raise UsageError(f"That is more than was asked for: {listed(wider)}.", hint="Approve less than was asked, or "
                         "grant it yourself with `selftwin consent grant`.")  # fmt: skip
    return found


def _filled(said: Wish, base: Terms | None, *, until: datetime | None) -> Terms:
    """What was said, else what the base has, else what is safe. Naming anything leaves the base's reach behind."""
    if until is not None and until <= datetime.now(UTC):
        raise UsageError("The grant would end before it begins.")
    named = bool(said.categories or said.signals or said.estimates)
    base = base or Terms(frozenset())
    categories = frozenset(said.categories) if named else base.categories
    kept = base.sensitivities or frozenset({Sensitivity.ORDINARY.value})
    kinds_ = frozenset(said.sensitivities) or kept
    own = not said.purposes and not said.actions and not said.passable and not said.emergency
    return Terms(
        purposes=frozenset(said.purposes) or base.purposes,
        categories=categories,
        sensitivities=kinds_ if categories else frozenset(),
        signals=frozenset(said.signals) if named else base.signals,
        estimates=frozenset(said.estimates) if named else base.estimates,
        actions=frozenset(Action(one) for one in said.actions) or base.actions,
        granularity=_grain(said, base.granularity),
        until=until,
        first=base.first,
        last=base.last,
        passable=(said.passable or base.passable) and not said.kept,
        emergency=said.emergency or base.emergency,
        says=base.says if own else "",
    )


def _spanned(found: Terms, said: Wish, newest: date | None) -> Terms:
    """With the days of data that were said; recent ones count back from the newest day with data."""
    first = said.first
    if said.recent is not None:
        today = datetime.now().astimezone().date()
        first = min(newest or today, today) - timedelta(days=said.recent - 1)
    spanned = replace(found, first=first or found.first, last=said.last or found.last)
    if spanned.first and spanned.last and spanned.last < spanned.first:
        raise UsageError("The days that may be seen end before they begin.")
    return spanned


def _bounded(said: Wish, template: Template) -> None:
    """What a template never shows, whoever asks."""
    keys = (*said.signals, *map(_of, said.estimates))
    kinds_said = {*said.sensitivities, *(nature(key).sensitivity.value for key in keys)}
    without = f"Without --template {template.name} you can grant it all the same."
    if never := kinds_said & template.never:
        raise UsageError(f"The template {template.name} never shows {kinds(never)} data.", hint=without)
    if beyond := set(said.categories) - template.categories:
        raise UsageError(f"The template {template.name} is not about {listed(sorted(beyond))} data.", hint=without)
    if said.by and Granularity[said.by.upper()] > template.finest:
        finest = template.finest.name.lower()
        raise UsageError(f"The template {template.name} shows nothing finer than {finest}.", hint=without)


def _wider(asked: Terms, found: Terms) -> Iterable[tuple[str, bool]]:
    """What each dimension is called, and whether it goes beyond what was asked."""
    reach = found.categories <= asked.categories and found.sensitivities <= asked.sensitivities
    late = asked.until is not None and (found.until is None or found.until > asked.until)
    early = asked.first is not None and (found.first is None or found.first < asked.first)
    after = asked.last is not None and (found.last is None or found.last > asked.last)
    return (
        ("purposes", not found.purposes <= asked.purposes),
        ("categories", not reach),
        ("signals", not all(asked.reaches(key) for key in found.signals)),
        ("estimates", not all(one in asked.estimates or asked.reaches(_of(one)) for one in found.estimates)),
        ("actions", not found.actions <= asked.actions),
        ("granularity", found.granularity > asked.granularity),
        ("time", late),
        ("days", early or after),
        ("passing it on", found.passable and not asked.passable),
        ("not only in an emergency", asked.emergency and not found.emergency),
    )


def _of(name: str) -> str:
    return name.partition("/")[0]


def _grain(said: Wish, otherwise: Granularity) -> Granularity:
    return Granularity[said.by.upper()] if said.by else otherwise


def _each(read: Callable[[str], str], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(read(name) for name in names)
