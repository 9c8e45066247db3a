"""See or set where messages go, how much they say, and try them."""

from __future__ import annotations

import sys
from typing import Annotated, Any

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.vocabulary.errors import UsageError

ADDRESS = "In apprise's form, such as ntfys://ntfy.sh/TOPIC or mailtos://USER:WORD@HOST."
ASK = "Ask for the address, or read it from stdin, so that its secrets stay out of your shell's history."
SAY = "little (that there is an alert), name (of which watch) or everything. It passes through somebody else's server."
NAME = "What to call the address; with --try or --say alone, the one that is meant."


def command(
    address: Annotated[str, Parameter(help=ADDRESS)] = "",
    /,
    *,
    ask: Annotated[bool, Parameter(help=ASK)] = False,
    say: Annotated[str, Parameter(help=SAY)] = "",
    name: Annotated[str, Parameter(help=NAME)] = "",
    try_: Annotated[bool, Parameter(name="--try", help="Send a trial message now.")] = False,
    drop: Annotated[str, Parameter(help="Forget an address, by its name.")] = "",
    off: Annotated[bool, Parameter(help="Let nothing leave this machine; what there is to tell waits.")] = False,
    on: Annotated[bool, Parameter(help="Let messages leave again.")] = False,
    call: Call = PLAIN,
) -> int:
    """See or set where messages go, how much they say, and try them. An address is shown without its secrets."""
    if ask:
        address = _asked()
    if say and not address and not name:
        raise UsageError("Say which address is meant.", hint="--name NAME; `selftwin watch to` lists them.")
    with call.open() as twin:
        delivery = twin.watch.delivery
        if address:
            name = delivery.deliver(address, name=name, say=say or "little").name
        elif say:
            delivery.say(name, say)
        if drop:
            delivery.forget(drop)
        if off or on:
            delivery.switch(on=on)
        tried = delivery.try_(name or None) if try_ else ()
        told = {"addresses": [one.plain() for one in delivery.addresses()], "sends": delivery.settings.sends,
                "tried": [one.plain() for one in tried]}  # fmt: skip
    if call.json:
        screen.data(told)
    else:
        _tell(told)
    return 1 if any(one.trouble for one in tried) else 0


def _asked() -> str:
    """The address as it is typed, unseen, or as it stands in stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    from getpass import getpass

    return getpass("Address: ", sys.stderr)


def _tell(told: dict[str, Any]) -> None:
    if not told["addresses"]:
        screen.show("Messages go nowhere: you hear of alerts from `selftwin watch` alone.")
    else:
        listed = screen.table("name", "address", "says", whole=("name", "says"))
        for one in told["addresses"]:
            listed.add_row(one["name"], one["address"], one["say"])
        screen.show(listed)
    if not told["sends"]:
        screen.show("! Nothing is sent: `selftwin watch to --on` lets messages leave again.")
    for one in told["tried"]:
        screen.show(f"! {one['to']}: {one['trouble']}." if one["trouble"] else f"{one['to']} took a trial message.")
