"""Make a new twin, sealed under a passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen, secret
from selftwin.cli.call import PLAIN, Call

HOME = "The time zone you live in, such as Europe/Vienna; this machine's unless you say."
CAPSULE = "Write a recovery capsule to this file and print its code, once."


def command(
    *,
    home_zone: Annotated[str | None, Parameter(help=HOME)] = None,
    capsule: Annotated[Path | None, Parameter(help=CAPSULE)] = None,
    call: Call = PLAIN,
) -> None:
    """Make a new twin, sealed under a passphrase."""
    from selftwin.cli.keep.capsule import unwritten
    from selftwin.twin import Twin
    from selftwin.wording.clock import system_zone

    place, zone = call.place(), home_zone or system_zone()
    if capsule:
        unwritten(capsule)
    with Twin.create(place, secret.new_passphrase(call.file()), home_zone=zone) as twin:
        code = twin.issue_capsule(capsule) if capsule else None
        lies = twin.secret_lies
    if call.json:
        screen.data({"vault": place, "home_zone": zone, "capsule": capsule, "code": code, "secret": lies})
    else:
        _tell(place, zone, capsule, code)
        screen.say(f"Your passphrase opens it on this machine alone: the secret that joins it lies in {lies}.")


def _tell(place: Path, zone: str, capsule: Path | None, code: str | None) -> None:
    screen.show(f"Your twin lies in {place}, sealed. Its clock is that of {zone}.")
    if capsule and code:
        from selftwin.cli.keep.capsule import tell_code

        tell_code(capsule, code)
    else:
        screen.say("Nobody can open it without the passphrase. `selftwin capsule FILE` makes a way back in.")
