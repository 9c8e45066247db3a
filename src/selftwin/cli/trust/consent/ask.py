"""Show what others ask for, and answer: approve, narrow or decline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.cli.trust.consent._wish import NOTHING, Options

if TYPE_CHECKING:
    from selftwin.consent.requests import Asked
    from selftwin.consent.terms import Terms
    from selftwin.twin import Twin

command = App(name="ask", help="Show what others ask for, and answer: approve, narrow or decline.",
              default_parameter=Parameter(negative=(), show_default=False))  # fmt: skip
NUMBER = Annotated[int, Parameter(help="The request's number.")]


@command.default
def show(
    *,
    all: Annotated[bool, Parameter(help="Answered requests as well.")] = False,  # noqa: A002 - its name
    call: Call = PLAIN,
) -> None:
    """Show what others ask for, field by field."""
    from selftwin.wording.consent import asked_plain

    with call.open() as twin:
        found = twin.consent.requests.every() if all else twin.consent.requests.waiting()
        if call.json:
            screen.data({"requests": [asked_plain(twin.consent, one) for one in found]})
            return
        if not found:
            screen.show("Nobody asks for anything.")
        for one in found:
            _tell(twin, one)


@command.command
def new(
    party: Annotated[str, Parameter(help="Who asks.")],
    /,
    *,
    template: Annotated[str, Parameter(help="What a kind of person usually asks for.")] = "",
    why: Annotated[str, Parameter(help="Why, in their own words.")] = "",
    options: Options = NOTHING,
    call: Call = PLAIN,
) -> None:
    """Enter what a party asks for; it opens nothing until you approve it."""
    from selftwin.consent.granting import newest_day
    from selftwin.consent.templates import template as named
    from selftwin.consent.terms import terms
    from selftwin.wording.consent import asked_plain

    wish, kind = options.wish(), named(template) if template else None
    with call.open() as twin:
        found = terms(wish, template=kind)
        if wish.recent:
            found = terms(wish, template=kind, newest=newest_day(twin.consent, found))
        asked = twin.consent.requests.ask(party, found, why=why)
        if call.json:
            screen.data({"request": asked_plain(twin.consent, asked)})
            return
        _tell(twin, asked)


@command.command
def approve(number: NUMBER, /, *, options: Options = NOTHING, call: Call = PLAIN) -> None:
    """Grant what was asked for, or less of it; more is refused."""
    from selftwin.consent.granting import newest_day
    from selftwin.wording.consent import plain

    with call.open() as twin:
        consent, wish = twin.consent, options.wish()
        newest = newest_day(consent, consent.requests.found(number).terms) if wish.recent else None
        done = consent.requests.approve(number, wish, newest=newest)
        grant = consent.found(done.grant)
        if call.json:
            screen.data({"request": number, "grant": plain(consent, grant)})
            return
        _fields(twin, grant.party, done.terms)
        screen.show("", grant.shown, f"Withdraw it: selftwin consent revoke {grant.id}")


@command.command
def decline(number: NUMBER, /, *, call: Call = PLAIN) -> None:
    """Say no; nothing is opened."""
    from selftwin.wording.consent import asked_plain

    with call.open() as twin:
        done = twin.consent.requests.decline(number)
        if call.json:
            screen.data({"request": asked_plain(twin.consent, done)})
            return
    screen.show(f"Request {number} is declined. {done.party} sees nothing by it.")


def _tell(twin: Twin, one: Asked) -> None:
    """A request with the literal recipient and fields."""
    from rich.text import Text

    from selftwin.wording.consent import names
    from selftwin.wording.words import stamp

    name = names(twin.consent).get(one.party, one.party)
    screen.show(screen.head(f"Request {one.number} of {name}", f"{stamp(one.at)}, {one.state}"))
    if one.why:
        screen.show(Text(f"They say: “{one.why}”"))
    _fields(twin, one.party, one.terms)
    if one.state == "waiting":
        screen.show(f"If you approve: {one.terms.sentence(name)}")
        screen.show(f"selftwin consent ask decline {one.number}   or   selftwin consent ask approve {one.number}", "")


def _fields(twin: Twin, party: str, terms: Terms) -> None:
    from selftwin.wording.consent import fields, held_by

    listed = screen.table("field", "literally", whole=("field",))
    for name, value in fields(twin.consent, party, terms, held_by(twin, terms)):
        listed.add_row(name, value)
    screen.show(listed)
