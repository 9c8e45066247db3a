"""Open a twin by its recovery capsule and code, and give it a new passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen, secret
from selftwin.cli.call import PLAIN, Call


def command(
    capsule: Annotated[Path, Parameter(help="The file that `selftwin capsule` wrote.")], /, *, call: Call = PLAIN
) -> None:
    """Open a twin by its recovery capsule and code, and give it a new passphrase; nothing else is needed."""
    import os

    from selftwin.twin import Twin
    from selftwin.vocabulary.errors import NoVault

    place = call.place()
    if not capsule.is_file():
        raise NoVault(f"There is no capsule at {capsule}.", hint="Give the path of your recovery capsule.")
    code = os.environ.get(secret.CODE) or secret.asked("Code of the capsule: ", secret.CODE)
    with Twin.recover(place, capsule, code, secret.new_passphrase(variable=secret.NEW)):
        pass
    if call.json:
        screen.data({"vault": place})
    else:
        screen.show(f"The twin in {place} opens with its new passphrase.")
