"""The record over HTTP: its lines, what each party did, whether it is whole, and a checkpoint to be kept elsewhere."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from selftwin.vocabulary.errors import UsageError
from selftwin.web.api._told import told
from selftwin.web.caller import Owner
from selftwin.web.saying import answer
from selftwin.wording.clock import day_or_moment

ROUTER = APIRouter(tags=["audit"])
MOST = 10_000  # lines in one answer
_LINE = {"at": "2026-11-28T06:42:00Z", "kind": "read", "party": "doctor", "action": "read", "granularity": "daily",
         "purpose": "sector-health:PatientMonitoring", "signal": "weight", "allowed": True, "grant": "doctor-1",
         "reason": "", "rows": 12, "signals": [], "query": "", "index": 18204}  # fmt: skip
_TOTAL = {"party": "doctor", "reads": 2, "refusals": 0, "rows": 24, "signals": ["weight"],
          "last": "2026-11-28T06:42:00Z"}  # fmt: skip
Text = Annotated[str, Query(max_length=200)]
Time = Annotated[str, Query(max_length=40, description="A day, included, or a moment.", examples=["2026-11-28"])]


class Kept(BaseModel):
    """A checkpoint that somebody kept, as text."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"checkpoint": ""}]})

    checkpoint: str = Field(default="", max_length=10_000)


def chosen(
    party: Text = "",
    signal: Text = "",
    purpose: Text = "",
    kind: Text = "",
    grant: Text = "",
    refused: bool = False,  # noqa: FBT001, FBT002 - a query
    since: Time = "",
    until: Time = "",
) -> dict[str, Any]:
    """Which lines are meant: those for which all that was said holds. Raises UsageError."""
    said = {"party": party, "signal": signal, "purpose": purpose, "kind": kind, "grant": grant}
    found: dict[str, Any] = {name: value for name, value in said.items() if value}
    if refused:
        found["allowed"] = False
    if since:
        found["since"] = _moment(since, days=0)
    if until:
        found["until"] = _moment(until, days=1)
    return found


def _moment(text: str, *, days: int) -> datetime:
    """A moment on this machine's clock; the beginning of a day, or of the one after it."""
    found = day_or_moment(text)
    try:
        if not isinstance(found, datetime):
            found = datetime.combine(found, time()) + timedelta(days=days)
        return found.astimezone()
    except (OverflowError, ValueError):
        raise UsageError(f"{text[:40]!r} is beyond every record.", hint="Write 2026-02-14.") from None


Lines = Annotated[dict[str, Any], Depends(chosen)]


@ROUTER.get("/audit", summary="Lines of the record", responses=told({"lines": [_LINE], "more": 0}))
def lines(
    owner: Owner,
    wanted: Lines,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Lines at most, the newest.")] = 200,
) -> Response:
    """Who read what, when, what for and by which grant; refusals with their reason. Oldest first, no values."""
    found = owner.held.twin.audit.entries(**wanted)
    return answer({"lines": found[-limit:], "more": max(len(found) - limit, 0)})


@ROUTER.get("/audit/totals", summary="What each party did", responses=told({"totals": [_TOTAL]}))
def totals(owner: Owner, wanted: Lines) -> Response:
    """Reads, refusals and rows of each; who read most comes first."""
    return answer({"totals": owner.held.twin.audit.totals(**wanted)})


@ROUTER.post("/audit/verify", summary="Whether the record is whole", responses=told({"holds": True, "size": 18204,
             "erased": 0, "checkpoints": 41, "root": "5f…", "faults": [], "notes": []}))  # fmt: skip
def verify(owner: Owner, kept: Kept | None = None) -> Response:
    """Every line is read again and held against the checkpoints, and against one that somebody kept."""
    found = owner.held.twin.audit.verify(kept.checkpoint if kept and kept.checkpoint else None)
    return answer({"holds": found.holds, "size": found.size, "erased": found.erased, "root": found.root,
                   "checkpoints": found.checkpoints, "faults": found.faults, "notes": found.notes})  # fmt: skip


@ROUTER.post("/audit/checkpoint", summary="A checkpoint to be kept elsewhere", responses=told({"checkpoint": "…",
             "key": "…"}))  # fmt: skip
def checkpoint(owner: Owner) -> Response:
    """Signed: whoever keeps it can later see that nothing before it was changed; `key` checks it."""
    audit = owner.held.twin.audit
    return answer({"checkpoint": audit.checkpoint(), "key": audit.key})
