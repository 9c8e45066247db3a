"""What a vault holds once its server is gone, read by the library, to be held against what the pages said."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from selftwin.twin import Twin
from selftwin.twin.uploading import uploads

from .conftest import WORDS, ZONE, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selftwin.twin.uploading import Parcel

TOLD = ("at", "until", "value", "text", "unit", "source")
PASSED_ON = ("HOME", "XDG_RUNTIME_DIR", "SELFTWIN_QUICK_KEYS", "SELFTWIN_KEYRING")
ELSEWHERE = ("XDG_DATA_HOME", "XDG_STATE_HOME")


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """This process as one whose home that is, so that it has the secret that the server there used."""
    told = surroundings(home)
    with patch.dict(os.environ, {name: told[name] for name in PASSED_ON}):
        for name in ELSEWHERE:
            os.environ.pop(name, None)
        yield


@contextmanager
def vault(home: Path, *, place: Path | None = None, passphrase: str = WORDS) -> Iterator[Twin]:
    """The twin of a home whose server has ended."""
    with at_home(home), Twin.open(place or home / "twin", passphrase) as twin:
        yield twin


def content(twin: Twin) -> dict[str, list[Any]]:
    """All that is recorded, signal by signal, each observation as a row."""
    found = {}
    for one in twin.held():
        rows = twin.series(one.signal.key).select(TOLD).rows()
        found[one.signal.key] = sorted(rows, key=repr)
    return found


def waits(twin: Twin) -> list[Parcel]:
    """What was sent and is not kept yet."""
    return uploads(twin).parcels()


def imported(home: Path, *files: Path) -> dict[str, list[Any]]:
    """What a twin holds that took these files in at once, with no server and no page."""
    home.mkdir(parents=True)
    with at_home(home), Twin.create(home / "straight", WORDS, home_zone=ZONE) as twin:
        twin.import_paths(list(files))
        return content(twin)
