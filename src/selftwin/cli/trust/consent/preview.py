"""Show exactly what somebody would see of you now; it is noted as your own look, not as theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.consent.preview import Preview
    from selftwin.consent.reading import Glimpse


def command(
    party: Annotated[str, Parameter(help="As whom.")],
    signal: Annotated[str, Parameter(help="All they would see of one signal; a glimpse of each unless you say.")] = "",
    /,
    *,
    purpose: Annotated[str, Parameter(help="For one purpose only.")] = "",
    by: Annotated[Literal["day", "raw"], Parameter(help="Resolved days, or every observation, of one signal.")] = "day",
    call: Call = PLAIN,
) -> None:
    """Show exactly what somebody would see of you now; it is noted as your own look, not as theirs."""
    from selftwin.wording.consent import names

    if signal:
        _one(party, signal, purpose, by, call)
        return
    with call.open() as twin:
        found = twin.consent.preview(party, purpose=purpose)
        name = names(twin.consent)[party]
    if call.json:
        screen.data({"party": party, "previews": [_plain(one) for one in found]})
        return
    if not any(one.seen for one in found):
        screen.show(f"{name} would see nothing.")
        screen.say(f"`selftwin consent explain {party} SIGNAL` says why.")
    for one in found:
        if one.seen:
            _tell(name, one)


def _one(party: str, signal: str, purpose: str, by: str, call: Call) -> None:
    from selftwin.cli import seen
    from selftwin.wording import seen as shown

    with call.open() as twin:
        found = twin.consent.preview_signal(party, signal, purpose=purpose, raw=by == "raw")
    if call.json:
        screen.data(shown.plain(found))
    else:
        seen.tell(found)


def _tell(name: str, one: Preview) -> None:
    from selftwin.consent.saying import so
    from selftwin.wording.words import count

    screen.show(screen.head(f"What {name} would see {so(one.purpose)}", count(len(one.seen), "signal")))
    listed = screen.table("signal", "what they would see", whole=("signal",))
    for seen in one.seen:
        listed.add_row(seen.signal.key, _line(seen))
    screen.show(listed)


def _line(seen: Glimpse) -> str:
    """How finely, how many rows of which days, the newest values, and which beliefs."""
    from selftwin.wording.seen import samples
    from selftwin.wording.words import count

    rows = f"{seen.granularity.name.lower()}: {count(seen.rows, 'row')}" if seen.rows else ""
    days = f"{seen.first} to {seen.newest}" if seen.first else ""
    newest = f"newest {', '.join(samples(seen))}" if seen.rows else ""
    beliefs = f"I believe: {', '.join(dict.fromkeys(one.kind for one in seen.beliefs))}" if seen.beliefs else ""
    return "; ".join(filter(None, (rows, days, newest, beliefs)))


def _plain(one: Preview) -> dict[str, object]:
    from selftwin.wording.seen import glimpse_plain

    return {"purpose": one.purpose, "signals": [glimpse_plain(seen) for seen in one.seen]}
