"""Writes a life as export files, and the truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from selftwin.sample import truth
from selftwin.sample.export import anki, apple, cgm, fitbit, nightscout, tables, whoop

if TYPE_CHECKING:
    from os import PathLike

    from selftwin.sample.life import Life

EXPORTS = "exports"


def write(life: Life, folder: PathLike[str] | str) -> list[Path]:
    """The export files, in `folder/exports`, and `folder/truth.json`, last. The same life gives the same bytes.

    The truth lies outside `exports`, so that the folder can be imported as it is.
    """
    place = Path(folder) / EXPORTS
    place.mkdir(parents=True, exist_ok=True)
    return [
        apple.write(life, place),
        fitbit.write(life, place),
        cgm.clarity(life, place),
        cgm.libre(life, place),
        *nightscout.write(life, place),
        whoop.write(life, place),
        anki.write(life, place),
        tables.daylio(life, place),
        *tables.wellness(life, place),
        tables.weights(life, place),
        tables.purchases(life, place),
        tables.listening(life, place),
        truth.write(life, Path(folder)),
    ]
