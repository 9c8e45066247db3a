"""Take your whole twin with you, as files that any program and a new twin can read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

FOLDER = "A folder that does not exist yet, or is empty."
FORMAT = "Only this form; may be said again. All three unless you say."


def command(
    folder: Annotated[Path, Parameter(help=FOLDER)],
    /,
    *,
    format: Annotated[  # noqa: A002 - the word people type
        tuple[Literal["parquet", "jsonld", "csv"], ...], Parameter(help=FORMAT)
    ] = (),
    call: Call = PLAIN,
) -> None:
    """Take your whole twin with you: every record with its history, days, estimates, grants and the record of reads.

    `selftwin import FOLDER` in a new twin gives the same twin again. The files are not encrypted.
    """
    with call.open() as twin:
        done = twin.rights.export(folder, formats=format)
    if call.json:
        screen.data({"export": done})
        return
    from selftwin.twin.exporting import PLAIN as WARNING
    from selftwin.wording.words import count

    said = f"{count(done.observations, 'observation')} of {count(len(done.signals), 'signal')}"
    past = f", {count(done.revised, 'revision')} of their history" if done.revised else ""
    screen.show(f"{said}{past} stand in {done.folder}, as {', '.join(done.formats)}.")
    screen.say(WARNING)
    screen.say("`selftwin import FOLDER` reads all of it into a new twin.")
