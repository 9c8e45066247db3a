"""Explain why somebody may or may not see something: the grant that decides, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from selftwin.consent.explaining import Explanation, How, Tried

SHOWN = 3  # grants that came nearest, where all failed


def command(
    party: Annotated[str, Parameter(help="Who asks.")],
    what: Annotated[str, Parameter(help="A signal, or an estimate such as weight/normal.")],
    /,
    *,
    purpose: Annotated[str, Parameter(help="What for; what they were granted it for unless you say.")] = "",
    by: Annotated[str, Parameter(help="insight, daily or raw; daily unless you say.")] = "",
    action: Annotated[str, Parameter(help="read, learn, share or act; read unless you say.")] = "",
    at: Annotated[str, Parameter(help="As of another moment than now.")] = "",
    call: Call = PLAIN,
) -> None:
    """Explain why somebody may or may not see something: the grant that decides, and what would change it."""
    how = _how(purpose, by, action, at)
    with call.open() as twin:
        found = twin.consent.explain(party, what, **how)
    if call.json:
        screen.data(_plain(found))
    else:
        _tell(found)


def _how(purpose: str, by: str, action: str, at: str) -> How:
    from selftwin.consent.grant import Action, Granularity
    from selftwin.consent.saying import chosen
    from selftwin.consent.terms import GRAINS
    from selftwin.wording.clock import moment

    how: How = {}
    if purpose:
        how["purpose"] = purpose
    if by:
        how["by"] = Granularity[chosen(by, GRAINS, "granularity").upper()]
    if action:
        how["action"] = Action(chosen(action, Action, "action"))
    if at:
        how["at"] = moment(at).astimezone()
    return how


def _tell(found: Explanation) -> None:
    from selftwin.consent.saying import listed, so

    asked = found.request
    mark = "✓ allowed" if found.allowed else "✕ refused"
    screen.show(f"{mark}: {asked.party} to {asked.action.value} {asked.about}, {asked.granularity.name.lower()}, "
                f"{so(asked.purpose)}.")  # fmt: skip
    if found.allowed:
        screen.show(f"Decided by {listed(found.decided)}.")
    elif found.ban:
        screen.show(found.ban)
    else:
        screen.show(found.reason)
    for one in [] if found.ban else _worth_showing(found):
        screen.show("", screen.head(one.grant, f"for {one.signal}" if one.signal else ""), _tests(one))
    if found.change:
        screen.show("", f"What would change it: {' or '.join(found.change)}")


def _worth_showing(found: Explanation) -> list[Tried]:
    """Those that decided, else those that came nearest."""
    from selftwin.consent.explaining import distance

    if found.allowed:
        return _once(one for one in found.tried if one.grant in found.decided and one.covers)
    return _once(sorted((one for one in found.tried if not one.covers), key=distance))[:SHOWN]


def _once(tried: Iterable[Tried]) -> list[Tried]:
    """Each grant once for each signal, the first of them."""
    found: dict[tuple[str, str], Tried] = {}
    for one in tried:
        found.setdefault((one.grant, one.signal), one)
    return list(found.values())


def _tests(one: Tried) -> Table:
    listed = screen.table("", "", "asked", "granted", whole=("",))
    for test in one.tests:
        listed.add_row("✓" if test.holds else "✕", test.dimension, test.asked, test.granted)
    return listed


def _plain(found: Explanation) -> dict[str, object]:
    asked = found.request
    return {
        "allowed": found.allowed,
        "reason": found.reason,
        "asked": {"party": asked.party, "what": asked.about, "action": asked.action, "purpose": asked.purpose,
                  "granularity": asked.granularity.name.lower(), "at": asked.at},
        "decided": found.decided,
        "ban": found.ban,
        "nearest": found.nearest.grant if found.nearest else None,
        "change": found.change,
        "tried": [{"grant": one.grant, "signal": one.signal, "covers": one.covers, "tests": one.tests}
                  for one in found.tried],
    }  # fmt: skip
