"""Writes a life as export files, and the truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from selftwin.sample import truth
from selftwin.sample.export import (
    agenda,
    amazon,
    anki,
    apple,
    bank,
    cgm,
    clinic,
    fitbit,
    genome,
    meter,
    nightscout,
    reading,
    screens,
    sky,
    spotify,
    strava,
    tables,
    whereabouts,
    whoop,
    words,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from os import PathLike

    from selftwin.sample.life import Life

    Writer = Callable[[Life, Path], Path | list[Path]]

EXPORTS = "exports"
BODY: Mapping[str, Writer] = {  # what is worn, measured and kept by hand: all that the truth speaks of
    "apple": apple.write,
    "fitbit": fitbit.write,
    "clarity": cgm.clarity,
    "libre": cgm.libre,
    "nightscout": nightscout.write,
    "whoop": whoop.write,
    "anki": anki.write,
    "daylio": tables.daylio,
    "wellness": tables.wellness,
    "weights": tables.weights,
    "purchases": tables.purchases,
    "listening": tables.listening,
}
TRACES: Mapping[str, Writer] = {  # what the same days leave behind elsewhere
    "bank": bank.write,
    "amazon": amazon.write,
    "strava": strava.write,
    "timeline": whereabouts.timeline,
    "spotify": spotify.write,
    "netflix": screens.netflix,
    "chrome": screens.chrome,
    "calendar": agenda.calendar,
    "whatsapp": words.whatsapp,
    "contacts": words.contacts,
    "journal": words.journal,
    "clinic": clinic.fhir,
    "meter": meter.green_button,
    "goodreads": reading.goodreads,
    "weather": sky.weather,
    "genotypes": genome.genotypes,
}
ARCHIVES: Mapping[str, Writer] = {**BODY, **TRACES}


def write(life: Life, folder: PathLike[str] | str, *, archives: Collection[str] = tuple(ARCHIVES)) -> list[Path]:
    """The export files, in `folder/exports`, and `folder/truth.json`, last. The same life gives the same bytes.

    The truth lies outside `exports`, so that the folder can be imported as it is. `archives` names those to write.
    """
    place = Path(folder) / EXPORTS
    place.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, writer in ARCHIVES.items():
        if name in archives:
            made = writer(life, place)
            paths += made if isinstance(made, list) else [made]
    return [*paths, truth.write(life, Path(folder))]
