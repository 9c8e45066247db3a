"""The first part of Watch & why: alerts that hold and that are over, the watches, and how the person is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from selftwin.twin.delivering import Say
from selftwin.twin.watching_hits import hits
from selftwin.vocabulary.alert import About
from selftwin.web.pages._watch_known import known
from selftwin.web.rendering import texts
from selftwin.wording import alerts as words
from selftwin.wording.words import day, stamp, trusted

if TYPE_CHECKING:
    from selftwin.twin.watching_hits import Hits
    from selftwin.twin.watching_papers import Case, Contact
    from selftwin.twin.watching_seen import Standing
    from selftwin.vocabulary.alert import Alert, Watcher
    from selftwin.web.page import Visit

PATH = "watch"
PAST, EXPLAINED = 20, "illness"
_COMMAND = re.compile(r"`selftwin (\w+)[^`]*`")
LEAST, MOST, STEP = 0.25, 8.0, 0.25  # false alarms a month on the slider


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as it is told, on a page or in a replay."""

    cause: str
    since: str
    evidence: tuple[str, ...]
    ruled_out: tuple[str, ...]
    possible: tuple[str, ...]
    proposes: tuple[tuple[tuple[str, str], ...], ...]
    notes: tuple[str, ...]
    trust: str
    trust_words: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An alert that was kept, with what became of it."""

    number: int
    watch: str
    about: str
    told: Told | None
    since: str
    state: str
    open: bool
    right: bool | None
    news: tuple[str, ...]
    hits: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A watch as it stands."""

    name: str
    kind: str
    title: str
    about: str
    budgeted: bool
    budget: float
    bear: str
    often: str
    hits: str
    promise: str
    looked: str
    silent: str
    waiting: int
    quiet: str
    hours: str
    to: str
    contact: str


def told(one: Alert) -> Told:
    """An alert in words."""
    return Told(
        one.cause, day(date.fromisoformat(one.first[:10])), tuple(words.figure(line) for line in one.evidence),
        tuple(said.removesuffix(": ruled out") for said in one.ruled_out),
        tuple(said.removesuffix(": may be why") for said in one.possible),
        tuple(linked(said) for said in one.proposes), one.notes, one.trust.value,
        trusted(one.trust, one.n, "day")[2:], one.id if one.watch == EXPLAINED else "",
    )  # fmt: skip


def linked(said: str) -> tuple[tuple[str, str], ...]:
    """A sentence whose commands are links to the pages that do the same: words, each with its path or none.

    >>> linked("Did you drink? `selftwin note alcohol.drinks 2`.")
    (('Did you drink? ', ''), ('note it', 'note'), ('.', ''))
    """
    t = texts("en")
    ways = {"note": (t("watch.note_it"), "note"), "zones": (t("watch.set_clock"), "settings")}
    parts = _COMMAND.split(said)  # text and the first word of a command in turn
    made = [ways.get(part, (part, PATH)) if place % 2 else (part, "") for place, part in enumerate(parts)]
    return tuple(one for one in made if one[0])


def kept(one: Case, how: Hits) -> Kept:
    """An alert with what became of it."""
    t = texts("en")
    since = day(date.fromisoformat(one.alert.first[:10])) if one.alert else day(one.kept_at.date())
    news = [f"{stamp(datetime.fromisoformat(news.at))}: {news.words}" for news in one.news if news.words]
    news += [t("watch.unsent", name=name, why=why) for news in one.news for name, why in news.trouble]
    about = one.alert.about if one.alert else ""
    return Kept(one.number, one.watch, about, told(one.alert) if one.alert else None, since,
                ", ".join(words.state(one)), one.open, one.right, tuple(news), how.words())  # fmt: skip


def stands(one: Standing) -> Stands:
    """A watch in words."""
    watch = one.watch
    contact = "" if watch.contact is None else f"{watch.contact.party}, {watch.contact.hours:g} h"
    return Stands(
        watch.name, watch.kind, one.title, " ".join(part for part in (watch.about, watch.condition) if part),
        one.budgeted, watch.budget, words.false(watch.budget), words.often(one.rate), one.hits.words(), one.promise,
        "" if watch.looked is None else stamp(watch.looked), watch.silent, one.waiting, watch.quiet.words(),
        watch.quiet.hours, ", ".join(watch.to), contact,
    )  # fmt: skip


def front(visit: Visit) -> dict[str, Any]:
    """Everything of this part."""
    watches = visit.twin.watch
    cases, standing = watches.history(), watches.list()
    right = {name: hits(cases, name) for name in dict.fromkeys(one.watch for one in cases)}
    every = [kept(one, right[one.watch]) for one in cases]
    shown = len(every) if visit.query.get("all") == "1" else PAST
    past = [one for one in every if not one.open]
    return {
        "open": [one for one in every if one.open],
        "past": past[:shown],
        "older": len(past) - len(past[:shown]),
        "stands": [stands(one) for one in standing],
        "kinds": [_kind(one) for one in watches.kinds()],
        "signals": sorted(one.key for one in known(visit)),
        "slider": (LEAST, MOST, STEP),
        "kind_ways": [(one.name, f"{_named(one.name)}: {one.title}") for one in watches.kinds()],
        "watch_ways": [("", texts("en")("watch.contact_all")), *((one.watch.name, one.watch.name) for one in standing)],
        "say_ways": [(way.value, texts("en")(f"watch.say_{way.value}")) for way in Say],
        "jobs": [job for job in visit.jobs if job.kind == "watch" and not job.over],
        "first_words": words.FIRST,
        **_telling(visit),
    }


def _kind(one: Watcher) -> dict[str, Any]:
    t = texts("en")
    budget = t("watch.usual", number=f"{one.usual_budget:g}") if one.budgeted else t("watch.facts")
    on = "" if one.about is About.NOTHING else t(f"watch.about_{one.about.value}")
    return {"words": _named(one.name), "name": one.name, "title": one.title, "about": on, "budget": budget,
            "promise": one.promise}  # fmt: skip


def _named(name: str) -> str:
    """A kind as it is called."""
    words = name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _telling(visit: Visit) -> dict[str, Any]:
    """Quiet hours, addresses, and who is called."""
    delivery = visit.twin.watch.delivery
    settings = delivery.settings
    until = words.moment(settings.quiet.until) if settings.quiet.until else ""
    return {
        "quiet": settings.quiet,
        "quiet_words": settings.quiet.words(),
        "quiet_until": until,
        "addresses": delivery.addresses(),
        "sends": settings.sends,
        "contact": _contact(settings.contact),
        "person": settings.person,
        "reach": settings.reach,
        "parties": [(party.id, party.name) for party in visit.twin.consent.parties()],
    }


def _contact(one: Contact | None) -> str:
    if one is None:
        return ""
    return texts("en")("watch.called", party=one.party, hours=f"{one.hours:g}", address=one.plain()["address"])


def waiting(visit: Visit) -> str:
    """How many alerts hold and have no answer yet, for the contents; nothing where there are none. Raises Preparing."""
    new = visit.made("watch.count", lambda twin: sum(one.open and one.right is None for one in twin.watch.history()))
    return texts(visit.lang)("watch.new", count=new) if new else ""
