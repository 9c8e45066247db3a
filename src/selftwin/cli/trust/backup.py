"""Make a backup that only your capsule and code open, at a place that need not be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.cli.copying import copying
from selftwin.wording.sizes import size
from selftwin.wording.words import count, stamp

if TYPE_CHECKING:
    from selftwin.twin.backing import Backup, Kept, Restored

PLACE = "A folder, or s3://bucket/prefix; the place of the last backup unless you say."
KEEP = "How many backups the place keeps; 7 unless you say."
VERIFY = "Make none: read the newest one there whole, and hold it against its manifest."
LIST = "List the places that hold backups."


def command(
    place: Annotated[str | None, Parameter(help=PLACE)] = None,
    /,
    *,
    keep: Annotated[int | None, Parameter(help=KEEP)] = None,
    verify: Annotated[bool, Parameter(help=VERIFY)] = False,
    list_: Annotated[bool, Parameter("--list", help=LIST)] = False,
    call: Call = PLAIN,
) -> None:
    """Make a backup that only your capsule and code open, at a place that need not be trusted. Writes what is new.

    The host of a bucket comes from AWS_ENDPOINT_URL, its keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or
    all of them from s3.toml beside your settings, which only you may read.
    """
    from selftwin.vocabulary.errors import UsageError

    if keep is not None and keep < 1:
        raise UsageError("A place keeps one backup or more.")
    with call.open() as twin:
        if list_:
            _list(twin.backups.known(), as_json=call.json)
        elif verify:
            with copying("Reading") as tell:
                found = twin.backups.verify(place, tell=tell)
            _verified(found, as_json=call.json)
        else:
            with copying("Copying") as tell:
                made = twin.backups.save(place, **({"keep": keep} if keep else {}), tell=tell)
            _made(made, as_json=call.json)


def _made(made: Backup, *, as_json: bool) -> None:
    if as_json:
        screen.data({"backup": made})
        return
    new = f"{count(made.pieces, 'piece')} new there, {size(made.written)}"
    screen.show(f"Backup {made.number} of {size(made.size)} lies at {made.place}: {new}.")
    if made.lost:
        screen.say(f"This place had lost backup {made.lost}: what was missing was written again.")
    if made.distrusted:
        screen.say(f"{count(made.distrusted, 'manifest')} there had been changed or forged, and went.")
    screen.say("Your capsule and its code open it, on any machine: `selftwin restore PLACE --capsule FILE`. "
               "Without them nobody does, you included.")  # fmt: skip


def _verified(found: Restored, *, as_json: bool) -> None:
    if as_json:
        screen.data({"verified": found})
        return
    screen.show(f"Backup {found.number} of {stamp(found.made)}, {size(found.size)}, is whole at {found.place}.")


def _list(known: list[Kept], *, as_json: bool) -> None:
    if as_json:
        screen.data({"places": known})
        return
    if not known:
        screen.say("There is no backup yet. `selftwin backup PLACE` makes one.")
        return
    listed = screen.table("place", "newest", "made", "size", right=("newest", "size"))
    for one in known:
        listed.add_row(one.place, str(one.number or ""), stamp(one.made) if one.made else "never ended", size(one.size))
    screen.show(listed)
