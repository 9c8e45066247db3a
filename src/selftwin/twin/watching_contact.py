"""Calling a contact where nobody answers: what they are told is read through their own view, so a narrow grant shows
little, and without a grant nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.consent.grant import Action, Granularity, Matter, Request
from selftwin.consent.reading import purposes_of
from selftwin.consent.saying import listed
from selftwin.twin.watching_words import NO_DEVICE
from selftwin.vault.resting import WATCH
from selftwin.vocabulary.catalogue import nature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selftwin.consent.consent import Consent
    from selftwin.consent.view import View
    from selftwin.twin.watching_papers import Case, Contact, Telling
    from selftwin.vocabulary.alert import Alert
    from selftwin.vocabulary.finding import Line

OLD = timedelta(days=7)  # after which an alert that no longer holds calls nobody
NEWEST = 3  # days of a signal that are told where days alone are granted
EMERGENCY = "If you think it is an emergency, call the emergency number of where they are."
UNKNOWN = "Somebody who named you as their contact"


@dataclass(frozen=True, slots=True)
class Covered:
    """What a party's grants for one purpose cover of an alert: signals as insights, and signals by their days alone."""

    purpose: str
    insights: frozenset[str]
    days: frozenset[str]
    asked: frozenset[str]

    @property
    def whole(self) -> bool:
        """Whether all that the alert was made from may be known, and so the alert itself."""
        return self.insights == self.asked

    @property
    def signals(self) -> list[str]:
        """Everything that is covered."""
        return sorted(self.insights | self.days)


@dataclass(frozen=True, slots=True)
class Call:
    """What a contact would be told, and of which signals."""

    title: str
    body: str
    signals: tuple[str, ...]


def is_due(case: Case, contact: Contact, now: datetime) -> bool:
    """Whether the contact is to be called now: nobody answered for so long, or it is urgent."""
    if case.alert is None or case.right is not None or case.called or case.late:
        return False
    if not case.open and now - case.kept_at > OLD + timedelta(hours=contact.hours):
        return False
    if case.presses(now):
        return True
    asked = _asked_since(case)
    return asked is not None and now - asked >= timedelta(hours=contact.hours)


def _asked_since(case: Case) -> datetime | None:
    """Since when the person could have answered; None where it was held back so far."""
    first = case.news[0]
    if first.sent:
        return min(datetime.fromisoformat(at) for _, at in first.sent)
    return datetime.fromisoformat(first.at) if first.trouble or not first.to else None


def covered(consent: Consent, contact: Contact, alert_lineage: tuple[tuple[str, str, str], ...]) -> Covered | None:
    """What the contact's grants cover of what an alert rests on, by the purpose that covers most; None where nothing.

    Nothing is read, and nothing recorded: that is done where it is told.
    """
    keys = frozenset(key for key, _, _ in alert_lineage)
    purposes = [contact.purpose] if contact.purpose else purposes_of(consent, contact.party)
    found = [_covered(consent, contact.party, purpose, keys) for purpose in purposes]
    best = max(found, key=lambda one: (len(one.insights), len(one.days)), default=None)
    return best if best and best.signals else None


def _covered(consent: Consent, party: str, purpose: str, keys: frozenset[str]) -> Covered:
    def may(key: str, grain: Granularity, name: str, span: tuple[date | None, date | None]) -> bool:
        one = nature(key)
        matter = Matter(key, one.category.value, one.sensitivity.value, *span)
        request = Request(party, Action.READ, purpose, grain, (matter,), consent.clock(), name)
        return consent.book.answer(request).allowed

    insights = {key for key in keys if may(key, Granularity.INSIGHT, f"{key}/{WATCH}", (date.min, date.max))}
    days = {key for key in keys - insights if may(key, Granularity.DAILY, "", (None, None))}
    return Covered(purpose, frozenset(insights), frozenset(days), keys)


def call(
    consent: Consent, case: Case, contact: Contact, telling: Telling, figure: Callable[[Line], str], now: datetime
) -> Call | None:  # fmt: skip
    """What the contact is told, read through their view and recorded as their read; None where nothing is covered.

    Raises Refused where a grant ended between.
    """
    alert, seen = case.alert, covered(consent, contact, case.lineage)
    if alert is None or seen is None:
        return None
    view = consent.view(contact.party, purpose=seen.purpose)
    for key in sorted(seen.insights):
        view.consider(key, WATCH)
    who = telling.person or UNKNOWN
    values = _values(view, alert, seen, figure, now.date())
    lines = [*_what(alert, who, whole=seen.whole), *values, *_to_do(alert, whole=seen.whole)]
    reach = [f"Reach them: {telling.reach}"] if telling.reach else []
    why = "It is urgent." if case.presses(now) else f"They have not answered for {contact.hours:g} hours."
    body = "\n".join([*lines, *reach, why, EMERGENCY, NO_DEVICE])
    return Call(f"Selftwin: {who} may need you", body, tuple(seen.signals))


def _what(alert: Alert, who: str, *, whole: bool) -> list[str]:
    """What it is, and since when."""
    since = f"{date.fromisoformat(alert.first[:10]):%d %B %Y}".lstrip("0")
    said = f"A watch of theirs has an alert since {since}."
    return [f"{who} asked me to tell you.", said, alert.cause] if whole else [f"{who} asked me to tell you.", said]


def _values(
    view: View, alert: Alert, seen: Covered, figure: Callable[[Line], str], today: date
) -> Iterator[str]:  # fmt: skip
    """The evidence that the grants cover, and the newest days where days alone are granted."""
    for line in alert.evidence:
        if seen.whole or line.signal in seen.insights:
            yield f"- {figure(line)}"
    for key in sorted(seen.days):
        from selftwin.vocabulary.finding import Line

        one = nature(key)
        rows = view.days(key, since=date.fromisoformat(alert.first[:10]), until=today).tail(NEWEST)
        for day, value in rows.select("day", "value").iter_rows():
            yield f"- {figure(Line(f'{one.label}, {day}', float(value), None, None, one.unit, key))}"


def _to_do(alert: Alert, *, whole: bool) -> list[str]:
    """What the contact may do."""
    if whole and alert.proposes:
        return ["Get in touch with them. I told them:", *(f"- {one}" for one in alert.proposes)]
    return ["Get in touch with them."]


def told_words(name: str, made: Call, contact: Contact, *, urgent: bool) -> str:
    """What the person is told of a call."""
    why = "it is urgent" if urgent else f"you had not answered for {contact.hours:g} hours"
    labels = [nature(key).label.partition(", ")[0].lower() for key in made.signals]
    return f"I told {name}, since {why}. They learnt of your {listed(labels)}."


def untold_words(name: str, trouble: str) -> str:
    """What the person is told where a call could not be made."""
    if trouble:
        return f"I could not tell {name}: {trouble}."
    return f"I told {name} nothing: no grant of yours covers what this alert rests on (`selftwin consent grant`)."
