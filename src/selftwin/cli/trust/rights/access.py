"""Write everything about you on one page: what is held, believed, granted and read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.exchange.access import Access

OUT = "A new or existing folder for the page, everything-about-you.html; without it, a summary stands here."
PAGE = "everything-about-you.html"
_NOBODY = "Nobody but you and the twin's own models may see anything."


def command(*, out: Annotated[Path | None, Parameter(help=OUT)] = None, call: Call = PLAIN) -> None:
    """Write everything about you on one page: what is held, believed, granted and read. As GDPR's Article 15 asks."""
    from selftwin.exchange.access import ARTICLE_15, html

    with call.open() as twin:
        told, path = twin.rights.access(), None
        if out is not None:
            from selftwin.cli.trust.rights._files import written

            path = written(out.expanduser() / PAGE, html(told).encode())
            twin.rights.wrote(path, "access")
    if call.json:
        screen.data({"access": told, "article_15": dict(ARTICLE_15), "page": path})
        return
    if path is None:
        _summary(told)
    else:
        screen.show(f"Everything about you stands in {path}.")
        screen.say("It is not encrypted: whoever can read it reads your life. Delete it when you have read it.")


def _summary(told: Access) -> None:
    """What is held by category, and what else there is to say."""
    from selftwin.exchange.access import TITLES
    from selftwin.wording.words import count

    listed = screen.table("", "signals", "observations", "from", "to", right=("signals", "observations"))
    for category, title in TITLES.items():
        some = [one for one in told.known if one.category == category]
        if some:
            first, last = min(one.first for one in some), max(one.last for one in some)
            rows = sum(one.rows for one in some)
            listed.add_row(title, str(len(some)), f"{rows:,}", f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}")
    screen.show(screen.head("Everything about you"), listed)
    standing = [one.sentence for one in told.seen if one.state == "open" and not one.own]
    believed = count(len(told.believed), "thing") if told.believed else "nothing yet"
    screen.show(f"I believe {believed} about you.", *(standing or [_NOBODY]))
    screen.say("`selftwin rights access --out FOLDER` writes all of it on a page; --json gives it as data.")
