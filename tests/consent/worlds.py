"""Random worlds of consent: a few parties, grants, chains and bars, and a request that often spoils just one thing.

Made for the oracle and for the mutants; deterministic by seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.consent.grant import OWNER, Action, Bar, Grant, Granularity, Matter, Request

if TYPE_CHECKING:
    from random import Random

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TODAY = date(2024, 5, 1)
DAY = timedelta(days=1)
PARTIES = ("clinic", "lab", "shop", OWNER)
CARE, RESEARCH = "sector-health:PatientMonitoring", "dpv:ScientificResearch"
FAIR = frozenset({CARE, RESEARCH})
PURPOSES = (CARE, RESEARCH, "dpv:DirectMarketing", "dpv:SellDataToThirdParties")
ACTIONS = (Action.READ, Action.LEARN, Action.SHARE)
SIGNALS = (
    ("weight", "physiological", "health"),
    ("mood", "behavioural", "mood"),
    ("steps", "behavioural", "ordinary"),
    ("weather", "contextual", "ordinary"),
    ("gene", "genetic", "ordinary"),
)
MARKETED = tuple(one for one in SIGNALS if one[1] in {"behavioural", "contextual"} and one[2] == "ordinary")
CATEGORIES = tuple(dict.fromkeys(one[1] for one in SIGNALS))
SENSITIVITIES = tuple(dict.fromkeys(one[2] for one in SIGNALS))
ESTIMATES = ("weight/normal", "steps/forecast")
DAYS = tuple(TODAY + number * DAY for number in range(-2, 3))


@dataclass(frozen=True, slots=True)
class World:
    """Grants, bars, one request, and for a request of a signal's days the day that is looked at."""

    grants: tuple[Grant, ...]
    bars: tuple[Bar, ...]
    request: Request
    day: date


def world(random: Random) -> World:
    """One world; of its requests about a half aim at a grant, and of those about a half miss it by one thing."""
    grants = _grants(random)
    bars = tuple(_bar(random, number) for number in range(random.choice((0, 0, 0, 1, 2))))
    day = random.choice(DAYS)
    if not grants or random.random() < 0.06:
        return World(grants, bars, _any_request(random), day)
    aimed, day = _aimed(random, grants)
    if random.random() < 0.8:
        bars = tuple(bar for bar in bars if bar.parties or bar.purposes) if random.random() < 0.5 else ()
    return World(grants, bars, *_missed(random, aimed, grants, day))


def asked(random: Random, grants: tuple[Grant, ...], bars: tuple[Bar, ...]) -> World:
    """Another request of the same grants and bars."""
    if not grants or random.random() < 0.06:
        return World(grants, bars, _any_request(random), random.choice(DAYS))
    aimed, day = _aimed(random, grants)
    return World(grants, bars, *_missed(random, aimed, grants, day))


def _missed(random: Random, aimed: Request, grants: tuple[Grant, ...], day: date) -> tuple[Request, date]:
    """Now and then the request misses by one thing."""
    return _spoilt(random, aimed, random.choice(grants), day) if random.random() < 0.27 else (aimed, day)


def _some(random: Random, values: tuple[object, ...]) -> frozenset:
    return frozenset(random.sample(values, random.choice((0, 1, 2, 2, len(values), len(values)))))


def _grants(random: Random) -> tuple[Grant, ...]:
    made: list[Grant] = []
    for number in range(random.choice((0, 1, 1, 2, 2, 3, 3, 4, 4, 6))):
        if made and random.random() < 0.5:
            made.append(_passed(random, random.choice(made), number))
        else:
            made.append(_given(random, number))
    random.shuffle(made)
    return tuple(made)


def _given(random: Random, number: int) -> Grant:
    chance = random.random
    by_kind = chance() < 0.7
    return Grant(
        id=f"g{number}",
        party=random.choice(PARTIES[:3]) if chance() < 0.95 else OWNER,
        categories=_some(random, CATEGORIES) if by_kind else frozenset(),
        sensitivities=_some(random, SENSITIVITIES) if by_kind else frozenset(),
        actions=frozenset(random.sample(ACTIONS, random.choice((1, 1, 2, 3)))),
        purposes=frozenset((random.choice((CARE, *PURPOSES)), *random.sample(PURPOSES, random.choice((0, 1, 3))))),
        granularity=Granularity(random.choice((0, 1, 1, 2, 2))),
        since=NOW + TICK * random.choice((-2, -2, -2, -2, -1, -1, 0, 1)),
        until=random.choice((None, None, None, NOW + 2 * TICK, NOW + TICK, NOW + TICK, NOW)),
        first=random.choice(DAYS) if chance() < 0.25 else None,
        last=random.choice(DAYS) if chance() < 0.25 else None,
        signals=_some(random, tuple(one[0] for one in SIGNALS)) if chance() < 0.3 else frozenset(),
        estimates=_some(random, ESTIMATES) if chance() < 0.3 else frozenset(),
        passable=chance() < 0.85,
        emergency=chance() < 0.06,
        revoked=NOW if chance() < 0.05 else None,
    )


def _passed(random: Random, parent: Grant, number: int) -> Grant:
    """Mostly a faithful copy of the parent; now and then wider, narrower, of a broken chain, or of a broken glass."""
    party = parent.party if parent.emergency and random.random() < 0.7 else random.choice(PARTIES[:3])
    passed = replace(parent, id=f"g{number}", party=party, parent=parent.id, by=parent.party, emergency=False)
    if random.random() < 0.3:
        other = _given(random, number)
        name = random.choice((*Grant.__slots__[2:12], "passable", "emergency", "revoked"))
        passed = replace(passed, **{name: getattr(other, name)})
    if random.random() < 0.05:
        return replace(passed, **random.choice(({"parent": "gone"}, {"by": "shop"}, {"parent": f"g{number}"})))
    return passed


def _bar(random: Random, number: int) -> Bar:
    def few(values: tuple[str, ...]) -> frozenset[str]:
        return frozenset(random.sample(values, 1)) if random.random() < 0.5 else frozenset()

    lifted = NOW - TICK if random.random() < 0.2 else None
    since = NOW + TICK * random.choice((-1, 0, 1))
    return Bar(
        f"bar-{number}", few(PARTIES[:3]), few(PURPOSES), few(CATEGORIES), few(("weight", "steps")), since, lifted
    )


def _matter(random: Random, signal: tuple[str, str, str]) -> Matter:
    return Matter(*signal, *sorted(random.sample(DAYS, 2))) if random.random() < 0.3 else Matter(*signal)


def _any_request(random: Random) -> Request:
    matters = tuple(_matter(random, random.choice(SIGNALS)) for _ in range(random.choice((0, 1, 1, 1, 2))))
    return Request(
        random.choice(PARTIES), random.choice(ACTIONS), random.choice(PURPOSES), random.choice(list(Granularity)),
        matters, NOW + TICK * random.choice((-1, 0, 1)), random.choice(("", *ESTIMATES)),
    )  # fmt: skip


def _aimed(random: Random, grants: tuple[Grant, ...]) -> tuple[Request, date]:
    """A request that one of the grants, taken alone, covers where any can."""
    standing = [one for one in grants if not (one.revoked or one.emergency) and one.since <= NOW]
    aim = random.choice(standing if standing and random.random() < 0.9 else grants)
    purpose = _purpose(random, aim)
    within = [one for one in SIGNALS
              if one[0] in aim.signals or (one[1] in aim.categories and one[2] in aim.sensitivities)]  # fmt: skip
    if purpose not in FAIR and random.random() < 0.7:
        within = [one for one in within if one in MARKETED]
    named = sorted(aim.estimates) if random.random() < 0.5 or not within else []
    signals = (SIGNALS if purpose in FAIR else MARKETED) if named else within or SIGNALS
    chosen = random.sample(signals, min(len(signals), random.choice((1, 1, 1, 2))))
    days = [day for day in DAYS if (aim.first or day) <= day <= (aim.last or day)] or list(DAYS)
    lineage = (days[0], days[-1]) if random.random() < 0.3 else (None, None)
    granularity = (
        Granularity.INSIGHT if named else random.choice((aim.granularity, aim.granularity, Granularity.INSIGHT))
    )
    asked = Request(
        aim.party, random.choice(sorted(aim.actions)), purpose, granularity,
        tuple(Matter(*one, *lineage) for one in chosen), NOW, random.choice(named) if named else "",
    )  # fmt: skip
    return asked, random.choice(days)


def _purpose(random: Random, aim: Grant) -> str:
    """One of a grant's purposes, mostly one that is no marketing."""
    fair = sorted(aim.purposes & FAIR)
    return random.choice(fair if fair and random.random() < 0.85 else sorted(aim.purposes))


def _spoilt(random: Random, asked: Request, grant: Grant, day: date) -> tuple[Request, date]:
    """The request with one thing moved, where it can be just over a grant's boundary."""
    matter = asked.matters[0]
    ways = {
        "party": random.choice(PARTIES),
        "action": random.choice(ACTIONS),
        "purpose": random.choice(PURPOSES),
        "granularity": Granularity(min(2, grant.granularity + 1)),
        "at": random.choice((grant.since - TICK, grant.since, grant.until or NOW, (grant.until or NOW) - TICK)),
        "estimate": random.choice(("", *ESTIMATES)),
        "matters": random.choice((
            (Matter(*random.choice(SIGNALS), matter.first, matter.last), *asked.matters[1:]),
            (*asked.matters, _matter(random, random.choice(SIGNALS))),
            (replace(matter, first=(grant.first or TODAY) - DAY, last=grant.last or DAYS[-1]),),
            (replace(matter, first=grant.first or TODAY, last=(grant.last or DAYS[-1]) + DAY),),
            (replace(matter, signal=""),),
        )),
    }  # fmt: skip
    edges = ((grant.first or day) - DAY, grant.first or day, (grant.last or day) + DAY, grant.last or day)
    name = random.choice((*ways, "day"))
    return (asked, random.choice(edges)) if name == "day" else (replace(asked, **{name: ways[name]}), day)
