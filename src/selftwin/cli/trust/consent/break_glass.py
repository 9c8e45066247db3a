"""Open an emergency grant, once and for a short while; a reason is needed and the owner is told."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.lengths import length


def command(
    grant: Annotated[str, Parameter(help="The emergency grant, such as sister-1.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="Why it must be opened now; the owner reads it.")],
    for_: Annotated[str, Parameter(name="--for", help="How long; an hour unless you say, a day at most.")] = "1h",
    call: Call = PLAIN,
) -> None:
    """Open an emergency grant, once and for a short while; a reason is needed and the owner is told."""
    from selftwin.consent.saying import sentence
    from selftwin.wording.consent import names, plain
    from selftwin.wording.words import stamp

    with call.open() as twin:
        consent = twin.consent
        opened = consent.break_glass(grant, reason, lasts=length(for_))
        said, data = sentence(names(consent)[opened.party], opened), plain(consent, opened)
    if call.json:
        screen.data({"grant": data})
        return
    ends = f"It closes by itself on {stamp(opened.until)}." if opened.until else ""
    screen.show(said, f"{ends} The owner is told, and it stays on record.")
    screen.show(f"Withdraw it: selftwin consent revoke {opened.id}")
