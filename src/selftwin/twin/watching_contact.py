"""Calling a contact where nobody answers: what they are told is read through their own view, so a narrow grant shows
little, and without a grant nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.consent.grant import Action, Granularity, Matter, Request
from selftwin.consent.reading import purposes_of
from selftwin.consent.saying import listed
from selftwin.twin.watching_words import NO_DEVICE
from selftwin.vault.resting import WATCH
from selftwin.vocabulary.catalogue import nature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from selftwin.consent.consent import Consent
    from selftwin.consent.view import View
    from selftwin.twin.watching_papers import Case, Contact, Telling
    from selftwin.vocabulary.alert import Alert
    from selftwin.vocabulary.finding import Line

OLD = timedelta(days=7)  # after which an alert that no longer holds calls nobody
REST = timedelta(hours=1)  # between two calls of the same party
WHOLE = 3  # alerts of one call that are told; of more, how many there are
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
    """What a contact is told of one alert, of which signals, and whether that is urgent; `lines` are empty where it is
    only counted."""

    case: Case
    signals: tuple[str, ...]
    lines: tuple[str, ...] = ()
    urgent: bool = False


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


def is_rested(cases: Sequence[Case], party: str, now: datetime) -> bool:
    """Whether the party's last call is an hour ago."""
    calls = (one.called.rpartition(" ") for one in cases if one.called)
    return all(whom != party or abs(now - datetime.fromisoformat(at)) >= REST for whom, _, at in calls)


def covered(consent: Consent, contact: Contact, case: Case) -> Covered | None:
    """What the contact's grants cover of what an alert rests on, by the purpose that covers most; None where nothing.

    Nothing is read, and nothing recorded: that is done where it is told. Days that are granted count where some of them
    are the alert's, or came after it.
    """
    if case.alert is None:
        return None
    keys, first = frozenset(key for key, _, _ in case.lineage), date.fromisoformat(case.alert.first[:10])
    purposes = [contact.purpose] if contact.purpose else purposes_of(consent, contact.party)
    found = [_covered(consent, contact.party, purpose, keys, first) for purpose in purposes]
    best = max(found, key=lambda one: (len(one.insights), len(one.days)), default=None)
    return best if best and best.signals else None


def _covered(consent: Consent, party: str, purpose: str, keys: frozenset[str], first: date) -> Covered:
    def may(key: str, grain: Granularity, name: str, span: tuple[date | None, date | None]) -> bool:
        one = nature(key)
        matter = Matter(key, one.category.value, one.sensitivity.value, *span)
        request = Request(party, Action.READ, purpose, grain, (matter,), consent.clock(), name)
        answer = consent.book.answer(request)
        return answer.allowed and any(span.high >= first for span in answer.spans)

    insights = {key for key in keys if may(key, Granularity.INSIGHT, f"{key}/{WATCH}", (date.min, date.max))}
    days = {key for key in keys - insights if may(key, Granularity.DAILY, "", (None, None))}
    return Covered(purpose, frozenset(insights), frozenset(days), keys)


def call(consent: Consent, case: Case, contact: Contact, figure: Callable[[Line], str], now: datetime, *,
         whole: bool = True) -> Call | None:  # fmt: skip
    """What the contact is told of one alert, read through their view and recorded as their read; None where nothing is
    covered. Where it is not told `whole`, nothing is read of it: that there is one is all.

    Raises Refused where a grant ended between.
    """
    alert, seen, urgent = case.alert, covered(consent, contact, case), case.presses(now)
    if alert is None or seen is None:
        return None
    if not whole:
        return Call(case, (), urgent=urgent)
    view = consent.view(contact.party, purpose=seen.purpose)
    for key in sorted(seen.insights):
        view.consider(key, WATCH)
    values = _values(view, alert, seen, figure, now.date())
    lines = (*_what(alert, whole=seen.whole), *values, *_to_do(alert, whole=seen.whole))
    return Call(case, tuple(seen.signals), lines, urgent)


def message(calls: Sequence[Call], contact: Contact, telling: Telling) -> tuple[str, str]:
    """Title and text of the one message in which the contact is told of some alerts."""
    who, more = telling.person or UNKNOWN, sum(not one.lines for one in calls)
    rest = [f"And {more} more alert{'s' if more > 1 else ''}."] if more else []
    reach = [f"Reach them: {telling.reach}"] if telling.reach else []
    urgent = any(one.urgent for one in calls)
    why = "It is urgent." if urgent else f"They have not answered for {contact.hours:g} hours."
    told = [line for one in calls for line in one.lines]
    lines = [f"{who} asked me to tell you.", *told, *rest, "Get in touch with them.", *reach, why, EMERGENCY, NO_DEVICE]
    return f"Selftwin: {who} may need you", "\n".join(lines)


def _what(alert: Alert, *, whole: bool) -> list[str]:
    """What it is, and since when."""
    since = f"{date.fromisoformat(alert.first[:10]):%d %B %Y}".lstrip("0")
    said = f"A watch of theirs has an alert since {since}."
    return [said, alert.cause] if whole else [said]


def _values(
    view: View, alert: Alert, seen: Covered, figure: Callable[[Line], str], today: date
) -> Iterator[str]:  # fmt: skip
    """The evidence that the grants cover, and the newest days where days alone are granted."""
    for line in alert.evidence:
        if seen.whole:
            yield f"- {figure(line)}"
        elif line.signal in seen.insights:
            yield f"- {figure(replace(line, note=''))}"  # which may tell of what it was compared with
    for key in sorted(seen.days):
        from selftwin.vocabulary.finding import Line

        one = nature(key)
        rows = view.days(key, since=date.fromisoformat(alert.first[:10]), until=today).tail(NEWEST)
        for day, value in rows.select("day", "value").iter_rows():
            yield f"- {figure(Line(f'{one.label}, {day}', float(value), None, None, one.unit, key))}"


def _to_do(alert: Alert, *, whole: bool) -> list[str]:
    """What the person was told to do."""
    return ["I told them:", *(f"- {one}" for one in alert.proposes)] if whole and alert.proposes else []


def told_words(name: str, made: Call, contact: Contact) -> str:
    """What the person is told of a call."""
    why = "it is urgent" if made.urgent else f"you had not answered for {contact.hours:g} hours"
    labels = [nature(key).label.partition(", ")[0].lower() for key in made.signals]
    learnt = f"of your {listed(labels)}" if labels else "that there is an alert, and no more"
    return f"I told {name}, since {why}. They learnt {learnt}."


def untold_words(name: str, trouble: str) -> str:
    """What the person is told where a call could not be made."""
    if trouble:
        return f"I could not tell {name}: {trouble}."
    return f"I told {name} nothing: no grant of yours covers what this alert rests on (`selftwin consent grant`)."
