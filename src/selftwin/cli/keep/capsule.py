"""Write a recovery capsule and print its code, once: the way back in without the passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

FILE = "Where to write it: a file that does not exist yet, kept apart from the twin and from the code."


def command(file: Annotated[Path, Parameter(help=FILE)], /, *, call: Call = PLAIN) -> None:
    """Write a recovery capsule and print its code, once: the way back in without the passphrase."""
    unwritten(file)
    with call.open() as twin:
        code = twin.issue_capsule(file)
    if call.json:
        screen.data({"capsule": file, "code": code})
    else:
        tell_code(file, code)


def unwritten(file: Path) -> None:
    """Raises UsageError where the file exists already."""
    from selftwin.vocabulary.errors import UsageError

    if file.exists():
        raise UsageError(f"{file} exists already.", hint="Name a file that does not exist yet.")


def tell_code(file: Path, code: str) -> None:
    """Print the code of a capsule, which nothing ever shows again."""
    screen.show("", f"    {code}", "")
    screen.say(f"Write this code down: it is shown once. With {file} it opens your twin; keep the two apart.")
