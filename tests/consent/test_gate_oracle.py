"""The gate agrees with Cedar on a hundred thousand random requests: the same grants said as Cedar's own policies.

Chains are followed here anew, and Cedar evaluates every condition. A permit is a chain, a forbid a bar or the ban on
marketing; a request is one matter on one day. Any error Cedar reports is a deny, and here a failure.
"""

from __future__ import annotations

import csv
import itertools
import json
from importlib.resources import files
from random import Random
from typing import TYPE_CHECKING

import cedarpy
import pytest
import worlds

from selftwin.consent.book import Book
from selftwin.consent.gate import decide

if TYPE_CHECKING:
    from datetime import datetime

    from worlds import World

    from selftwin.consent.gate import Decision
    from selftwin.consent.grant import Bar, Grant, Matter

REQUESTS, EACH, CHUNKS, AT_ONCE = 20_000, 4, 4, 5  # each world's grants are asked four times; in deep once
DEEP = 200_000
BAN = """
forbid (principal, action, resource) when {
  (context.purpose in Purpose::"dpv:Marketing" || context.purpose in Purpose::"dpv:SellDataToThirdParties" ||
   context.purpose in Purpose::"dpv:SellInsightsFromData") &&
  (["physiological", "genetic"].contains(resource.category) || resource.sensitivity != "ordinary")
};
"""


def entities() -> cedarpy.Entities:
    """Purposes as the tree of the vocabulary, and every matter a world may ask for."""
    text = files("selftwin.vocabulary").joinpath("purposes", "dpv.csv").read_text("utf-8")
    tree = [
        {"uid": {"type": "Purpose", "id": row["key"]}, "attrs": {},
         "parents": [{"type": "Purpose", "id": one} for one in row["broader"].split()]}
        for row in csv.DictReader(text.splitlines())
    ]  # fmt: skip
    names = [one for row in worlds.SIGNALS for one in (row, ("", *row[1:]))]
    matters = [
        {"uid": {"type": "Matter", "id": " ".join(one)}, "parents": [],
         "attrs": dict(zip(("signal", "category", "sensitivity"), one, strict=True))}
        for one in names
    ]  # fmt: skip
    return cedarpy.Entities.from_json_str(json.dumps(tree + matters))


def micros(moment: datetime) -> int:
    return round((moment - worlds.NOW).total_seconds() * 1e6)


def lines(grants: tuple[Grant, ...]) -> list[list[Grant]]:
    """Every line of giving from the owner down to a party, followed from the top."""
    begun = [[grant] for grant in grants if grant.parent == "" and grant.by == "owner"]
    whole = []
    while begun:
        line = begun.pop()
        whole.append(line)
        begun += [
            [*line, grant] for grant in grants
            if grant.parent and grant.parent == line[-1].id and grant.by == line[-1].party and grant not in line
        ]  # fmt: skip
    return whole


def said(value: bool) -> str:  # noqa: FBT001
    return "true" if value else "false"


def listed(values: frozenset[str]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in sorted(values)) + "]"


def condition(link: Grant, below: Grant | None, bars: list[Bar]) -> str:
    """One link of a line, in Cedar's words."""
    same = below is not None and below.party == link.party
    days = []
    for edge, sign in ((link.first, ">="), (link.last, "<=")):
        if edge is not None:
            days.append(f"(!(context has day) || context.day {sign} {edge.toordinal()})")
            made = "made_from" if sign == ">=" else "made_to"
            days.append(f"(!(context has {made}) || context.{made} {sign} {edge.toordinal()})")
    tests = [
        said(not link.revoked),
        f"context.at >= {micros(link.since)}",
        f"context.at < {micros(link.until)}" if link.until else "true",
        f"{listed(link.actions)}.contains(context.action)",
        f"{listed(link.purposes)}.contains(context.name)",
        f"context.granularity <= {int(link.granularity)}",
        f"({said(link.emergency)} == false || {said(same)})",
        f"({said(link.passable)} || {said(link.emergency)} || {said(below is None)})",
        (f"(({listed(link.categories)}.contains(resource.category) && "
        f"{listed(link.sensitivities)}.contains(resource.sensitivity)) || "
        f"{listed(link.signals)}.contains(resource.signal) || "
        f"(context.granularity == 0 && context has estimate && {listed(link.estimates)}.contains(context.estimate)))"),
        *days,
        *(
            f"!({barred(bar)})"
            for bar in bars
            if link.party != "owner" and (not bar.parties or link.party in bar.parties)
        ),
    ]
    return " && ".join(test for test in tests if test != "true")


def barred(bar: Bar) -> str:
    purpose = f"{listed(bar.purposes)}.contains(context.name)" if bar.purposes else "true"
    some = f"{listed(bar.categories)}.contains(resource.category) || {listed(bar.signals)}.contains(resource.signal)"
    data = some if bar.categories or bar.signals else "true"
    return f"context.at >= {micros(bar.since)} && {said(not bar.lifted)} && {purpose} && ({data})"


def policies(number: int, world: World) -> str:
    """A permit for every line to whoever it reaches; parties of different worlds do not know each other."""
    told = []
    for line in lines(world.grants):
        links = [*line, None]
        body = " && ".join(
            condition(link, below, [*world.bars]) or "true" for link, below in itertools.pairwise(links)
        )
        told.append(f'permit (principal == Party::"{number} {line[-1].party}", action, resource) when {{ {body} }};')
    return "\n".join(told)


def request(number: int, world: World, matter: Matter) -> dict[str, object]:
    asked = world.request
    context: dict[str, object] = {
        "at": micros(asked.at),
        "action": asked.action.value,
        "purpose": {"__entity": {"type": "Purpose", "id": asked.purpose}},
        "name": asked.purpose,
        "granularity": int(asked.granularity),
    }
    if asked.estimate:
        context["estimate"] = asked.estimate
    if matter.first is None:
        context["day"] = world.day.toordinal()
    else:
        context |= {"made_from": matter.first.toordinal(), "made_to": matter.last.toordinal()}
    return {
        "principal": {"type": "Party", "id": f"{number} {asked.party}"},
        "action": 'Action::"ask"',
        "resource": {"type": "Matter", "id": f"{matter.signal} {matter.category} {matter.sensitivity}"},
        "context": context,
    }


def cedar(some: list[list[World]], known: cedarpy.Entities) -> list[bool]:
    """What Cedar says of each request: every matter allowed; asking for nothing is no request Cedar knows. Worlds that
    share their grants and bars come together."""
    rules = BAN + "\n".join(policies(number, shared[0]) for number, shared in enumerate(some))
    each = [(number, world) for number, shared in enumerate(some) for world in shared]
    asked = [
        (place, request(number, world, matter))
        for place, (number, world) in enumerate(each)
        for matter in world.request.matters
    ]
    answers = cedarpy.is_authorized_batch([one for _, one in asked], cedarpy.PolicySet.from_str(rules), known)
    assert [error for answer in answers for error in answer.diagnostics.errors] == []
    allowed = [bool(world.request.matters) for _, world in each]
    for (place, _), answer in zip(asked, answers, strict=True):
        allowed[place] &= answer.decision is cedarpy.Decision.Allow
    return allowed


def shows(decision: Decision, world: World) -> bool:
    """Whether the gate shows it: an estimate, or a signal on the day that is looked at."""
    on_day = any((span.first or world.day) <= world.day <= (span.last or world.day) for span in decision.spans)
    return decision.allowed and (on_day or all(matter.first for matter in world.request.matters))


@pytest.fixture(scope="module")
def known() -> cedarpy.Entities:
    return entities()


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_gate_agrees_with_cedar(known: cedarpy.Entities, chunk: int) -> None:
    agrees(known, Random(f"worlds {chunk}"), REQUESTS // CHUNKS, EACH)


@pytest.mark.deep
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_gate_agrees_with_cedar_on_as_many_worlds(known: cedarpy.Entities, chunk: int) -> None:
    agrees(known, Random(f"worlds asked once {chunk}"), DEEP // CHUNKS, 1)


def agrees(known: cedarpy.Entities, random: Random, requests: int, each: int) -> None:
    """Both say the same of so many requests, `each` of them to one world's grants."""
    allowed = asked = 0
    while asked < requests:
        begun = [worlds.world(random) for _ in range(AT_ONCE)]
        some = [
            [one, *(worlds.asked(random, one.grants, one.bars) for _ in range(each - 1))] for one in begun
        ]
        flat = [world for shared in some for world in shared]
        books = [book for one in begun for book in [Book(one.grants, one.bars)] * each]
        ours = [shows(decide(book, world.request), world) for book, world in zip(books, flat, strict=True)]
        theirs = cedar(some, known)
        assert ours == theirs, next(world for world, one, other in zip(flat, ours, theirs, strict=True) if one != other)
        allowed, asked = allowed + sum(ours), asked + len(flat)
    assert 0.3 < allowed / asked < 0.7
