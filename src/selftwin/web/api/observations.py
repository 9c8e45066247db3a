"""What a person notes by hand, from whatever they have at hand."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.web.api._told import told
from selftwin.web.caller import Owner
from selftwin.web.saying import answer
from selftwin.wording.clock import moment

ROUTER = APIRouter(tags=["observations"])
COUNTS = ("new", "known", "revised")


class Noted(BaseModel):
    """One observation, in the signal's unit unless another is given, now unless a time is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"signal": "mood", "value": 4}]})

    signal: str = Field(max_length=200)
    value: float | str = Field(union_mode="left_to_right")
    at: str = Field(default="", max_length=40)
    until: str = Field(default="", max_length=40)
    unit: str | None = Field(default=None, max_length=40)


_EXAMPLE = {"batch": 7, "new": 1, "known": 0, "revised": 0}


@ROUTER.post("/observations", summary="Note something", responses=told(_EXAMPLE))
def note(owner: Owner, noted: Noted) -> Response:
    """It is an import of one: `DELETE /imports/{batch}` takes it back."""
    if isinstance(noted.value, str) and len(noted.value) > 10_000:
        raise UsageError("A note is at most 10,000 letters.")
    at, until = _moment(noted.at), _moment(noted.until)
    account = owner.held.twin.observe(nature(noted.signal).key, noted.value, at=at, until=until, unit=noted.unit)
    counts = {name: sum(getattr(file.observations, name) for file in account.files) for name in COUNTS}
    return answer({"batch": account.batch} | counts)


def _moment(text: str) -> datetime | None:
    return moment(text) if text else None
