"""Write a letter to somebody who holds data about you, and keep its deadline."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.exchange.letter import Letter
    from selftwin.twin.letters import Sent

Ask = Literal["access", "erasure", "portability", "rectification", "restriction", "objection"]
By = Literal["gdpr", "uk-gdpr", "ccpa", "lgpd", "fadp", "pipeda"]
TO = "Whom: the name of the service or company; without it, I suggest some."
ADDRESS = "Their address, or that of their data protection officer; commas part its lines."
NAME = "Your name, as it should stand in the letter; kept nowhere unless --remember."
HOME = "Your address; kept nowhere unless --remember."
ACCOUNT = "Under which account, customer number or address they know you; kept nowhere."
OUT = "A new file: .txt, .html or .pdf; without it the letter stands here."
SENT = "The day it reaches them, from which the time to answer runs; today unless you say."


def command(
    *,
    to: Annotated[str, Parameter(help=TO)] = "",
    address: Annotated[str, Parameter(help=ADDRESS)] = "",
    ask: Annotated[Ask, Parameter(help="What you ask for.")] = "access",
    law: Annotated[By, Parameter(help="By which law; docs/rights.md says which is yours.")] = "gdpr",
    account: Annotated[str, Parameter(help=ACCOUNT)] = "",
    name: Annotated[str, Parameter(help=NAME)] = "",
    home: Annotated[str, Parameter(help=HOME)] = "",
    sent: Annotated[date | None, Parameter(help=SENT)] = None,
    remember: Annotated[bool, Parameter(help="Keep your name and address in the twin for the next one.")] = False,
    out: Annotated[Path | None, Parameter(help=OUT)] = None,
    call: Call = PLAIN,
) -> None:
    """Write a letter that asks for your data, their erasure or another right, and keep its deadline.

    Nothing is sent: you send it. `selftwin rights letters` says how long they have left.
    """
    from selftwin.cli.trust.rights._letters import checked, give
    from selftwin.twin.letters import Sender

    if not to:
        _suggest(call)
        return
    checked(out)
    sender = Sender(name, home) if name or home else None
    with call.open() as twin:
        made, letter = twin.rights.letters.write(
            to, ask, law, address=address, sender=sender, account=account, sent=sent, remember=remember
        )
    give(letter, out, call, {"letter": made})
    _told(made, letter, call)


def _told(made: Sent, letter: Letter, call: Call) -> None:
    from selftwin.wording.words import day

    if call.json:
        return
    term = letter.law.term_of(made.ask)
    why = f"{term}, {term.article}" if term.binding else "a reminder of mine: this law names no number of days"
    screen.say(f"{made.id}: their answer is due by {day(made.due)} ({why}). Send it, then `selftwin rights letters`.")


def _suggest(call: Call) -> None:
    with call.open() as twin:
        found = twin.rights.letters.suggestions()
    if call.json:
        screen.data({"suggestions": found})
        return
    if found:
        screen.show("These services gave you exports, so they hold data about you:", *(f"  {name}" for name in found))
    screen.say('`selftwin rights letter --to "NAME" --ask access` writes to one of them, or to anybody else.')
