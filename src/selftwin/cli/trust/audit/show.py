"""Show who read what, when, what for and by which grant, the newest last; every refusal with its reason."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.cli.trust.audit._lines import ALL, Lines, names
from selftwin.consent.saying import so
from selftwin.wording.words import count, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.table import Table

    from selftwin.consent.record import Entry


def command(
    *,
    last: Annotated[int, Parameter(help="How many lines, counted from the newest; 0 for all of them.")] = 40,
    lines: Lines = ALL,
    call: Call = PLAIN,
) -> None:
    """Show who read what, when, what for and by which grant, the newest last. No values stand in it."""
    with call.open() as twin:
        found = twin.audit.entries(**lines.wanted())
        known = names(twin)
    entries = deque(found, maxlen=max(last, 0) or None)
    if call.json:
        screen.data({"record": list(entries)})
        return
    screen.show(_listed(entries, known) if entries else "Nothing of that kind is on record.")
    if len(entries) < len(found):
        screen.say(f"{count(len(found) - len(entries), 'earlier line')}: `--last 0` shows all.")


def _listed(entries: Iterable[Entry], known: Mapping[str, str]) -> Table:
    listed = screen.table("when", "who", "what, how finely, what for, and the answer", whole=("when",))
    for entry in entries:
        said, apart = filter(None, (_asked(entry), _answer(entry))), entry.granularity or not entry.allowed
        listed.add_row(stamp(entry.at), known.get(entry.party, entry.party), ("\n" if apart else " ").join(said))
    return listed


def _asked(entry: Entry) -> str:
    """What was asked for, how finely and what for; of anything but a look, what was done."""
    if not entry.granularity:
        return f"{entry.kind} {entry.signal}".strip()
    return f"{entry.signal}, {entry.granularity}{f', {so(entry.purpose)}' if entry.purpose else ''}"


def _answer(entry: Entry) -> str:
    """The answer: by which grant and how many rows, or why not."""
    if not entry.allowed:
        return f"✕ refused: {entry.reason}"
    if not entry.granularity:
        return " ".join(filter(None, (entry.grant, entry.reason)))
    return f"✓ {count(entry.rows, 'row')}, by {entry.grant.replace(' ', ', ')}"
