"""What the routes share: how an answer, a wait and a refusal are described to whoever reads the description."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query

from selftwin.wording.clock import day_or_moment

Key = Annotated[str, Path(max_length=200, description="A signal's key.", examples=["heart_rate.resting"])]
At = Annotated[
    str,
    Query(max_length=40, description="As it would have been told then: a day, or a time.", examples=["2026-03-11"]),
]
Purpose = Annotated[
    str, Query(max_length=80, description="What for; needed by a party that was granted several purposes.")
]


JOB = {"id": "7", "kind": "import", "title": "export.zip", "state": "running", "share": 0.7}
BEGUN = 202  # the answer is a job


def told(example: Any = None, about: str = "The answer.", *, code: int = 200) -> dict[int | str, dict[str, Any]]:
    """The answers of a route: `code` with an example, and whatever may go wrong on any. Where the answer itself is no
    job, 202 says that it is still being worked out."""
    wrong = {"error": {"kind": "Refused", "message": "No grant covers this.", "hint": "Ask the owner."}}
    content = {"application/json": {"example": wrong}}
    fine: dict[str, Any] = {"description": "A job has begun: `/jobs` tells how far it is." if code == BEGUN else about}
    if example is not None:
        fine["content"] = {"application/json": {"example": example}}
    return {
        202: {"description": "It is being worked out: ask again after `Retry-After` seconds."},
        code: fine,
        400: {"description": "Something of the request is off; the message says what.", "content": content},
        401: {"description": "The passphrase is wrong.", "content": content},
        403: {"description": "Consent says no.", "content": content},
        404: {"description": "There is no such thing.", "content": content},
        409: {"description": "Too little is known to say anything yet.", "content": content},
        413: {"description": "The body is larger than what is taken.", "content": content},
        422: {"description": "A field is missing or of another kind.", "content": content},
        423: {"description": "Nobody is logged in, or the twin is locked.", "content": content},
        429: {"description": "Too many requests.", "content": content},
    }


def when(text: str) -> date | datetime | None:
    """The day or moment of a query, None where none was given. Raises UsageError."""
    return day_or_moment(text) if text else None
