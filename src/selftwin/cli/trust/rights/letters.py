"""List the letters you wrote, with the days they have left to answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.twin.letters import Sent

AT = "As of this day; today unless you say."


def command(*, at: Annotated[date | None, Parameter(help=AT)] = None, call: Call = PLAIN) -> None:
    """List the letters you wrote, with the days they have left to answer; the most urgent first."""
    today = at or date.today()  # noqa: DTZ011 - letters are dated by the person's calendar
    with call.open() as twin:
        letters = sorted(twin.rights.letters.every(), key=lambda one: (one.answered is not None, one.due))
    if call.json:
        rows = [(one, one.left(today)) for one in letters]
        screen.data({"letters": [{"letter": one, "left": left, "state": state(one, today)} for one, left in rows]})
        return
    if not letters:
        screen.show("You have written no letters. `selftwin rights letter` suggests whom to ask.")
        return
    listed = screen.table("letter", "to", "asks for", "by", "sent", "due", "", whole=("letter", "sent", "due"))
    for one in letters:
        listed.add_row(one.id, one.to, one.ask, one.law, str(one.sent), str(one.due), state(one, today))
    screen.show(listed)
    if late := next((one for one in letters if one.answered is None and one.left(today) < 0), None):
        screen.say(f"`selftwin rights remind {late.id}` writes the reminder, and says where to complain.")


def state(one: Sent, today: date) -> str:
    """Answered, days left, or how long overdue."""
    from selftwin.wording.words import count

    if one.answered:
        return f"answered {one.answered}"
    left = one.left(today)
    said = f"{count(left, 'day')} left" if left >= 0 else f"{count(-left, 'day')} overdue"
    return f"{said}, reminded {count(len(one.reminded), 'time')}" if one.reminded else said
