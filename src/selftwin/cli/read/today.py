"""Say what is unusual today, what comes next and how sure that is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment


def command(
    *,
    at: Annotated[str | None, Parameter(help="Another day than the last one with data.")] = None,
    all: Annotated[bool, Parameter(help="Draw every signal, not only the foremost.")] = False,  # noqa: A002 - its name
    call: Call = PLAIN,
) -> None:
    """Say what is unusual today, what comes next and how sure that is."""
    from selftwin.cli.almanac import Page, show
    from selftwin.wording.consent import told

    when = day_or_moment(at) if at else None
    with call.open() as twin:
        page = Page.of(twin, when.date() if isinstance(when, datetime) else when, everything=all)
        notes = told(twin.consent)
    if call.json:
        screen.data(page.plain() | {"notices": notes})
    else:
        screen.show(*notes, *[""][: len(notes)])
        show(page)
