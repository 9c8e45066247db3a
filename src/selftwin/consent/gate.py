"""The gate: whether a request is covered by a grant, and by which. What no grant covers is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.consent.grant import Grant, Request


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer: allowed by `grant`, or refused; `reason` is said to the person and kept in the record."""

    allowed: bool
    reason: str
    grant: Grant | None = None


def decide(grants: Sequence[Grant], request: Request) -> Decision:
    """The first grant that covers the request decides; otherwise the reason of the nearest miss refuses."""
    mine = [grant for grant in grants if grant.party == request.party]
    if not mine:
        return Decision(allowed=False, reason=f"{request.party} was never granted anything.")
    misses = []
    for grant in mine:
        failed = [reason for holds, reason in _tests(grant, request) if not holds]
        if not failed:
            return Decision(allowed=True, reason=f"granted to {request.party}", grant=grant)
        misses.append(failed)
    return Decision(allowed=False, reason=min(misses, key=len)[0])


def _tests(grant: Grant, request: Request) -> list[tuple[bool, str]]:
    """Each dimension of the grant, with what to say where it does not cover the request."""
    who = request.party
    return [
        (request.category in grant.categories, f"{who} was never granted {request.category} data."),
        (request.sensitivity in grant.sensitivities, f"{who} was never granted {request.sensitivity} data."),
        (request.action in grant.actions, f"{who} may not {request.action} it."),
        (request.purpose in grant.purposes, f"{who} was not granted it for {request.purpose}."),
        (request.granularity <= grant.granularity, f"{who} may not look that finely."),
        (grant.since <= request.at, f"the grant to {who} has not begun."),
        (grant.until is None or request.at < grant.until, f"the grant to {who} has ended."),
    ]
