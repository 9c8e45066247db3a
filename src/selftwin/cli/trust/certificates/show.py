"""Show the certificates of what was erased, or one of them whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.words import stamp


def command(
    name: Annotated[str | None, Parameter(help="One of them, such as erasure-1.")] = None,
    /,
    *,
    out: Annotated[Path | None, Parameter(help="Write it to this file, for others to check.")] = None,
    call: Call = PLAIN,
) -> None:
    """Show the certificates of what was erased, or one of them whole."""
    from selftwin.vocabulary.errors import UsageError

    with call.open() as twin:
        held = twin.certificates()
    if out is not None and name is None:
        raise UsageError("Say which certificate to write.")
    found = [one for one in held if name in {None, one.name}]
    if name is not None and not found:
        raise UsageError(f"There is no certificate {name!r}.", hint="`selftwin certificates` lists them.")
    if out is not None:
        found[0].write(out)
    if call.json:
        screen.data({"certificates": [one.facts for one in found]})
    elif name is not None:
        screen.show(*found[0].lines(), "", f"Signed by {found[0].public_key}")
    elif not found:
        screen.say("Nothing was erased yet.")
    else:
        listed = screen.table("certificate", "when", "observations", right=("observations",), whole=("certificate",))
        for one in found:
            when = stamp(datetime.fromisoformat(one.facts["done"]))
            listed.add_row(one.name, when, f"{one.facts['gone']['observations']:,}")
        screen.show(listed)
