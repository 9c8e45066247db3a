"""The margin of a day: what is proposed, who asks, what is not known, and who read it yesterday."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin import discover
from selftwin.consent.grant import MODELS, OWNER
from selftwin.domains.habits.effects_table import causes
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.effect import Rung
from selftwin.vocabulary.errors import SelftwinError
from selftwin.vocabulary.scenario import scenario
from selftwin.web.pages._today_day import SILENCE
from selftwin.web.rendering import texts
from selftwin.wording import effects as effect_words
from selftwin.wording import goals as goal_words
from selftwin.wording.measures import MINUS, measure
from selftwin.wording.phrases import short
from selftwin.wording.sources import named
from selftwin.wording.why import lower
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from selftwin.twin import Twin
    from selftwin.twin.effecting import Effects
    from selftwin.twin.watching_papers import Case
    from selftwin.vocabulary.effect import Effect
    from selftwin.vocabulary.goal import Prospect
    from selftwin.vocabulary.model import Simulator
    from selftwin.web.pages._today_day import Day

PROPOSED, NAMED, TRIED = 2, 3, 8  # proposals, gaps, and effects that are looked through
LATE = 2  # days behind the page's day


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something the twin proposes, on what it stands, and where to try it."""

    id: str
    words: str
    width: str
    note: str = ""
    step: str = ""
    cause: str = ""
    outcome: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody read in a day."""

    name: str
    said: str


def proposals(
    cases: Iterable[Case], found: Effects | None, goals: Iterable[Prospect], odd: Sequence[str], off: set[str]
) -> list[Proposal]:
    """What follows from alerts that hold, from what helps what is unusual today, and from goals; none put off."""
    every = [*_alerted(cases), *_first(_helping(found, odd), off), *_aimed(goals)]
    return [one for one in every if one.id not in off][:PROPOSED]


def _first(some: Iterable[Proposal], off: set[str]) -> list[Proposal]:
    """The first that was not put off: two of a kind would crowd out the rest."""
    return [one for one in some if one.id not in off][:1]


def _alerted(cases: Iterable[Case]) -> Iterator[Proposal]:
    for case in cases:
        if case.open and case.alert and case.alert.proposes:
            words = case.alert.proposes[0]
            yield Proposal(_id("alert", case.id, words), words, "", path=f"watch#alert-{case.number}")


def _helping(found: Effects | None, odd: Sequence[str]) -> Iterator[Proposal]:
    """The surest effects that stand on their own: of what is unusual today before all else."""
    if found is None:
        return
    known = {one.key: one for one in causes()}
    stand = [one for one in found.effects if one.rung is not Rung.ASSOCIATION and one.stands and one.cause in known
             and effect_words.helps_or_hurts(one)]  # fmt: skip
    for one in sorted(stand, key=lambda one: one.outcome not in odd)[:TRIED]:
        yield _helpful(one, known[one.cause].signals[0])


def _helpful(one: Effect, signal: str) -> Proposal:
    """An effect turned the way that helps."""
    t = texts("en")
    hurts = effect_words.helps_or_hurts(one) == "hurts"
    turned = replace(one, size=-one.size, low=-one.high, high=-one.low) if hurts else one
    size, bounds = effect_words.figures(turned)
    step = effect_words.step(one).replace("+", MINUS) if hurts else effect_words.step(one)
    cause = effect_words.label(one.cause)
    words = t("today.propose.effect", cause=f"{cause[:1].upper()}{cause[1:]}", step=step,
              outcome=lower(effect_words.named(one.outcome)), size=size, when=effect_words.when(one))  # fmt: skip
    width = t("today.propose.effect_width", bounds=bounds, moved=f"{one.moved:,}", n=count(one.n, "day"))
    amount = f"{'-' if hurts else '+'}{one.step:g} {one.step_unit}/d"
    return Proposal(_id("effect", one.cause, one.outcome), f"{words}.", width, t("today.propose.effect_note"),
                    _tried(f"{signal} {amount} for 28 d", signal), signal, one.outcome)  # fmt: skip


def _tried(step: str, signal: str) -> str:
    """The step as What if takes it, empty where no model does."""
    every: list[Simulator] = discover.simulators()
    if not any(signal in one.takes for one in every):
        return ""
    try:
        scenario(step)
    except SelftwinError:
        return ""
    return step


def _aimed(goals: Iterable[Prospect]) -> Iterator[Proposal]:
    """What a goal takes from here, with the chance of getting there."""
    for one in goals:
        if one.state == "open" and one.takes is not None and one.takes.amount is not None:
            made = one.goal
            aim = goal_words.exact(made.signal, made.target, measure(made.signal, made.unit))
            goal = f"{short(nature(made.signal).label)} {made.sense} {aim}"
            aimed = texts("en")("today.propose.goal", goal=goal, day=day(made.by))
            words = " ".join([aimed, *list(goal_words.taken(one))[:1]])
            yield Proposal(_id("goal", one.goal.name, one.goal.plan), words, goal_words.chances(one),
                           step=one.goal.plan)  # fmt: skip


def _id(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def gaps(there: Day) -> list[str]:
    """Days of what is drawn at which nothing was recorded."""
    t, found = texts("en"), []
    for entry in (*there.odd, *there.ahead):
        known = [value is not None for _, value in there.recent[entry.key]]
        if not any(known):
            continue
        days = [one for one, value in there.recent[entry.key][known.index(True) :] if value is None]
        if days and len(days) <= len(known) // 2:
            found.append(t("today.unknown.gap", signal=short(entry.label), days=_spans(days)))
    return found[:NAMED]


def _spans(days: Sequence[date]) -> str:
    """Days as spans: 5 to 7 and 9 March."""
    spans: list[list[date]] = []
    for one in days:
        if spans and one - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(one)
        else:
            spans.append([one])
    said = [day(one[0], year=False) if len(one) == 1 else f"{day(one[0], year=False)} to {day(one[-1], year=False)}"
            for one in spans]  # fmt: skip
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def late(there: Day) -> list[tuple[str, date]]:
    """Sources that are behind the day, but not history."""
    zone = ZoneInfo(there.zone)
    behind = [(named(source), at.astimezone(zone).date()) for source, at in there.sources]
    return [(name, at) for name, at in behind if LATE < (there.day - at).days <= SILENCE][::-1]


def fresh(there: Day) -> int:
    """How many sources speak of the day."""
    zone = ZoneInfo(there.zone)
    return sum((there.day - at.astimezone(zone).date()).days <= LATE for _, at in there.sources)


def readers(twin: Twin, now: datetime) -> list[Reader]:
    """Who read what yesterday, by the person's own clock."""
    t = texts("en")
    zone = ZoneInfo(twin.zones.at(now))
    midnight = datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone)
    totals = twin.audit.totals(since=(midnight - timedelta(days=1)).astimezone(UTC), until=midnight.astimezone(UTC))
    names = {party.id: party.name for party in twin.consent.parties()}
    names |= {OWNER: t("today.readers.you"), MODELS: t("today.readers.models")}
    told = []
    for one in sorted(totals, key=lambda one: one.party != OWNER):
        times = t("today.readers.once") if one.reads == 1 else t("today.readers.times", count=f"{one.reads:,}")
        refused = f" ({t('today.readers.refused', count=one.refusals)})" if one.refusals else ""
        told.append(Reader(names.get(one.party, one.party), f"{times}{refused}"))
    return told
