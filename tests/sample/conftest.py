"""A short life, and the two years that are frozen, each lived once."""

from __future__ import annotations

from datetime import date
from pathlib import Path  # noqa: TC003 - the named tuple needs it
from typing import NamedTuple

import pytest

from selftwin.sample import Life, live, write
from selftwin.sample.writing import BODY

AUTUMN = date(2025, 11, 10)  # sixty days before it hold the night on which the clock goes back


class Written(NamedTuple):
    """A life, where its exports lie, and every file written."""

    life: Life
    exports: Path
    paths: list[Path]


@pytest.fixture(scope="session")
def short() -> Life:
    return live(days=60, last=AUTUMN)


@pytest.fixture(scope="session")
def whole() -> Life:
    return live()


@pytest.fixture(scope="session")
def written(short: Life, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("sample")
    return Written(short, folder / "exports", write(short, folder, archives=BODY))


@pytest.fixture(scope="session")
def everything(short: Life, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """With what the same days leave in banks, shops, chats and records."""
    folder = tmp_path_factory.mktemp("everything")
    return Written(short, folder / "exports", write(short, folder))
