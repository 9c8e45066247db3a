"""Bring a twin back from a backup, on any machine, by its capsule and code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen, secret
from selftwin.cli.call import PLAIN, Call
from selftwin.cli.copying import copying
from selftwin.wording.sizes import size
from selftwin.wording.words import stamp

if TYPE_CHECKING:
    from selftwin.twin.backing import Restored

PLACE = "Where the backup lies: a folder, or s3://bucket/prefix."
CAPSULE = "The file that `selftwin capsule` wrote."
VERIFY = "Read the whole backup and hold it against its manifest; bring nothing back."
NUMBER = "An earlier backup than the newest, by its number."


def command(
    place: Annotated[str, Parameter(help=PLACE)],
    /,
    *,
    capsule: Annotated[Path, Parameter(help=CAPSULE)],
    verify_only: Annotated[bool, Parameter(help=VERIFY)] = False,
    number: Annotated[int | None, Parameter(help=NUMBER)] = None,
    call: Call = PLAIN,
) -> None:
    """Bring a twin back from a backup, on any machine, by its capsule and code, under a new passphrase.

    It goes into the folder that --vault names, else where your twin lies, which has to be empty. `--accept-older`
    brings back one that is older than what this machine knows of.
    """
    import os

    from selftwin.twin.backing import check, restore
    from selftwin.vocabulary.errors import NoVault

    if not capsule.is_file():
        raise NoVault(f"There is no capsule at {capsule}.", hint="Give the path of your recovery capsule.")
    to = call.place()
    if not verify_only:
        _must_be_empty(to)
    code = os.environ.get(secret.CODE) or secret.asked("Code of the capsule: ", secret.CODE)
    if verify_only:
        with copying("Reading") as tell:
            found = check(place, capsule, code, number=number, accept_older=call.accept_older, tell=tell)
    else:
        passphrase = secret.new_passphrase(variable=secret.NEW)
        with copying("Bringing back") as tell:
            found = restore(place, capsule, code, passphrase, to=to, number=number, accept_older=call.accept_older,
                            tell=tell)  # fmt: skip
    if call.json:
        screen.data({"verified" if verify_only else "restored": found, "vault": None if verify_only else to})
    else:
        _tell(found, None if verify_only else to)


def _must_be_empty(to: Path) -> None:
    """Raises UsageError before anything is asked."""
    from selftwin.vocabulary.errors import UsageError

    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise UsageError(f"{to} is not empty.", hint="Name a folder that does not exist yet with --vault.")


def _tell(found: Restored, to: Path | None) -> None:
    which = f"backup {found.number} of {stamp(found.made)}, {size(found.size)}"
    if to is None:
        screen.show(f"{which[0].upper()}{which[1:]}, is whole at {found.place}.")
    else:
        screen.show(f"Your twin is back in {to}, from {which}. It opens with its new passphrase.")
    if found.later:
        screen.say("The twin was used on this machine after that backup: what came later is not in it.")
    if not found.known:
        screen.say("This machine knows of no newer backup, and cannot know of one made elsewhere: a place could hold "
                   "one back. Look at the date.")  # fmt: skip
