"""A twin that another program of the same person has open, asked over its socket with the same words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from selftwin.twin.serving import places
from selftwin.twin.serving.codec import packed
from selftwin.twin.serving.listening import VERSION
from selftwin.twin.serving.living import Away
from selftwin.twin.serving.talk import Talk
from selftwin.twin.serving.wire import Gone, Wire

if TYPE_CHECKING:
    from selftwin.twin.twin import Twin


def reach(place: Path, passphrase: str) -> Twin | None:
    """The twin at this place, where a program that has it open answers; None where none does.

    Closing it hangs up, and the twin stays open there. Raises WrongPassphrase, and as opening it does.
    """
    from selftwin.twin.twin import Twin

    connection = places.reached(place)
    if connection is None:
        return None
    wire = Wire(connection)
    talk = Talk(wire)
    try:
        wire.send(*packed([VERSION, passphrase, str(Path.cwd())]))
        talk.answer()
    except Gone:
        wire.close()
        return None
    except BaseException:
        wire.close()
        raise
    return cast("Twin", Away(talk, 0, Twin))
