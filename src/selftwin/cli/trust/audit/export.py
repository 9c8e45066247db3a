"""Write a copy of the record that anyone can check with your public key, and without selftwin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.cli.trust.audit._lines import ALL, Lines
from selftwin.wording.words import count


def command(
    path: Annotated[Path, Parameter(help="A folder that does not exist yet.")],
    /,
    *,
    lines: Lines = ALL,
    call: Call = PLAIN,
) -> None:
    """Write a copy of the record that anyone can check with your public key, and without selftwin.

    It tells the lines that you choose, all of them where you choose none; of the others only hashes are in it.
    """
    with call.open() as twin:
        bundle = twin.audit.bundle(path, **lines.wanted())
        key = twin.audit.key
    if call.json:
        screen.data({"bundle": bundle, "key": key})
        return
    hidden = bundle.size - bundle.disclosed
    screen.show(f"{bundle.place} tells {count(bundle.disclosed, 'entry')}; of {hidden:,} more only hashes are in it.")
    screen.show(f"To check it: python {bundle.place / 'verify.py'} {bundle.place} {key}")
    screen.say("Give the key by another way than the folder, so that nobody can change both.")
