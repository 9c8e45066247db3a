"""Add up what each party read and was refused, and when it last asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.cli.trust.audit._lines import ALL, Lines, names
from selftwin.wording.words import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.table import Table

    from selftwin.consent.audit import Total


def command(*, lines: Lines = ALL, call: Call = PLAIN) -> None:
    """Add up what each party read and was refused, and when it last asked."""
    with call.open() as twin:
        totals = twin.audit.totals(**lines.wanted())
        known = names(twin)
    if call.json:
        screen.data({"totals": totals})
    else:
        screen.show(_listed(totals, known) if totals else "Nothing of that kind is on record.")


def _listed(totals: Iterable[Total], known: Mapping[str, str]) -> Table:
    numbers = ("reads", "refused", "rows", "signals")
    listed = screen.table("who", *numbers, "last", right=numbers, whole=("last",))
    for one in totals:
        figures = (one.reads, one.refusals, one.rows, len(one.signals))
        listed.add_row(known.get(one.party, one.party), *(f"{figure:,}" for figure in figures), stamp(one.last))
    return listed
