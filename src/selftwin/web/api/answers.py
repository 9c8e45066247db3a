"""What the twin says: what is usual, what comes next, why, what goes with what, and what is read off a body.

For the owner alone: a party sees the beliefs it was granted under /estimates. An answer that takes long is worked out
once; until then the status is 202.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.web.api._told import At, Key, told, when
from selftwin.web.caller import Owner
from selftwin.web.saying import answer
from selftwin.wording.clock import whole_day

ROUTER = APIRouter(tags=["answers"])
_FORECAST = {"signal": "sleep.duration", "unit": "min", "trust": "trusted", "n": 211,
             "steps": [{"at": "2026-03-13", "mean": 421.0, "lo90": 362.0, "hi90": 480.0}]}  # fmt: skip
Steps = Annotated[list[str], Query(description="Steps of a scenario.", examples=[["energy.intake -500 kcal/d"]])]
Given = Annotated[list[str], Query(description="What is not recorded: `height 1.80 m`.", examples=[["height 1.8 m"]])]


@ROUTER.get("/today", summary="Every signal on the last day with data", responses=told({"outlooks": []}))
def today(owner: Owner, at: At = "") -> Response:
    """The most unusual first: what is usual, where the day stands, what comes next."""
    return answer({"outlooks": owner.held.answers.ask("overview", at=whole_day(at))})


@ROUTER.get("/normal/{signal}", summary="What is usual for a signal", responses=told({"low": 51.2, "high": 57.0}))
def normal(owner: Owner, signal: Key, at: At = "") -> Response:
    """The band of nine days in ten, the weekly rhythm, and where the last day stands in it."""
    return answer(owner.held.answers.ask("normal", nature(signal).key, at=whole_day(at)))


@ROUTER.get("/forecast/{signal}", summary="What comes next", responses=told(_FORECAST))
def forecast(
    owner: Owner,
    signal: Key,
    days: Annotated[int | None, Query(ge=1, le=60)] = None,
    minutes: Annotated[int | None, Query(ge=5, le=240)] = None,
    at: At = "",
) -> Response:
    """Each step with its intervals, beside what a simple guess says; where that was not beaten, it is the guess."""
    if days and minutes:
        raise UsageError("Ask for days or for minutes, not both.")
    key, moment = nature(signal).key, when(at)
    return answer(owner.held.answers.ask("forecast", key, days=days, minutes=minutes, at=moment))


@ROUTER.get("/why/{signal}", summary="Why a value is what it is", responses=told({"parts": []}))
def why(owner: Owner, signal: Key, at: At = "", of: Literal["value", "forecast", "alert"] = "value") -> Response:
    """Contributions that add up to it, and what is not explained."""
    return answer(owner.held.answers.ask("why", nature(signal).key, at=when(at), of=of).plain())


@ROUTER.get("/effects", summary="What goes with what", responses=told({"effects": []}))
def effects(
    owner: Owner,
    outcome: Annotated[str, Query(max_length=200)] = "",
    cause: Annotated[str, Query(max_length=200)] = "",
    at: At = "",
) -> Response:
    """The surest first, each on its rung: seen together, adjusted, tried by chance."""
    of, by = nature(outcome).key if outcome else None, nature(cause).key if cause else None
    return answer(owner.held.answers.ask("effects", of, cause=by, at=whole_day(at)).plain())


@ROUTER.get("/changes", summary="Days on which something changed for good", responses=told({"changes": []}))
def changes(owner: Owner, signal: Annotated[str, Query(max_length=200)] = "", at: At = "") -> Response:
    """And what else changed then."""
    key = nature(signal).key if signal else None
    return answer(owner.held.answers.ask("changes", key, at=when(at)).plain())


@ROUTER.get("/body", summary="What is read off the body", responses=told({"chapters": []}))
def body(
    owner: Owner,
    chapter: Annotated[str | None, Query(max_length=40, examples=["glucose"])] = None,
    given: Given = [],  # noqa: B006 - FastAPI copies it
    at: At = "",
) -> Response:
    """Chapter by chapter: glucose, weight, blood pressure, fitness, sleep, rhythm, gait."""
    return answer(owner.held.answers.ask("body", chapter, at=when(at), given=tuple(given)))


@ROUTER.get("/risk", summary="What published equations say", responses=told({"answers": []}))
def risk(
    owner: Owner,
    equation: Annotated[str | None, Query(max_length=40, examples=["prevent"])] = None,
    steps: Steps = [],  # noqa: B006 - FastAPI copies it
    given: Given = [],  # noqa: B006 - FastAPI copies it
    at: At = "",
    *,
    average: bool = False,
    years: bool = False,
) -> Response:
    """Now, and with a change; what is missing is named, or filled from the population where `average` says so."""
    found = owner.held.answers.ask(
        "risk", equation, *steps, at=when(at), given=tuple(given), average=average, years=years
    )  # fmt: skip
    return answer({"answers": found})
