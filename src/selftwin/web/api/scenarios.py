"""What if: both futures of every signal that a simulator tells, with a change and without it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from selftwin.vocabulary.catalogue import nature
from selftwin.web.api._told import told, when
from selftwin.web.caller import Owner
from selftwin.web.saying import answer

ROUTER = APIRouter(tags=["scenarios"])
Words = Annotated[str, Field(max_length=200)]
_EXAMPLE = {"futures": [{"signal": "weight", "unit": "kg", "with": [], "without": [], "difference": []}]}


class Scenario(BaseModel):
    """What changes, what it is held against, and what is not recorded."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"steps": ["energy.intake -500 kcal/d for 90 d"]}]}
    )

    steps: list[Words] = Field(min_length=1, max_length=20)
    instead_of: list[Words] = Field(default_factory=list, max_length=20)
    given: list[Words] = Field(default_factory=list, max_length=20)
    signal: str | None = Field(default=None, max_length=200)
    at: str = Field(default="", max_length=40)
    days: float | None = Field(default=None, gt=0, le=3660)


@ROUTER.post("/scenarios", summary="Two futures", responses=told(_EXAMPLE))
def imagine(owner: Owner, asked: Scenario) -> Response:
    """The foremost signal first, each with intervals of both futures and of their difference. Nothing is kept."""
    found = owner.held.answers.ask(
        "imagine",
        *asked.steps,
        signal=nature(asked.signal).key if asked.signal else None,
        at=when(asked.at),
        instead_of=tuple(asked.instead_of),
        given=tuple(asked.given),
        days=asked.days,
    )
    return answer({"futures": [one.plain() for one in found]})
