"""One small twin for the tests of consent, in a home of its own; views over it carry whatever grants a test makes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from selftwin.consent.book import Book
from selftwin.consent.consent import Consent
from selftwin.consent.grant import Action, Bar, Grant, Granularity
from selftwin.consent.view import View
from selftwin.twin.observing import observe
from selftwin.vault.files import Files
from selftwin.vault.store import Store
from selftwin.vault.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selftwin.consent.record import Entry, Record

sys.path.append(str(Path(__file__).parent))  # for `worlds`, which several tests share
CARE = "sector-health:PatientMonitoring"
NOON = datetime(2024, 5, 1, 12)
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


def settle(place: Path, patch: pytest.MonkeyPatch) -> None:
    """A home of its own at a place, and quick keys."""
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        patch.delenv(name)
    patch.setenv("HOME", str(place))
    patch.setenv("SELFTWIN_QUICK_KEYS", "1")


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home, and in it a vault `v` of five days of weight, one of mood and steps; made once, copied by each module."""
    place = tmp_path_factory.mktemp("begun")
    with pytest.MonkeyPatch.context() as patch:
        settle(place, patch)
        with Store(Files.create(place / "v", "pass")) as opened:
            for day in range(5):
                observe(opened, "weight", 80.125 + day, at=NOON + timedelta(days=day))
            observe(opened, "mood", 4.0, at=NOON)
            observe(opened, "steps", 4321, at=NOON)
    return place


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        settle(place, patch)
        yield place


@pytest.fixture(scope="module")
def store(begun: Path, home: Path) -> Iterator[Store]:
    """Five days of weight, one of mood and steps."""
    copytree(begun, home, dirs_exist_ok=True)
    with Store(Files.open(home / "v", "pass")) as opened:
        yield opened


@pytest.fixture(scope="module")
def consent(store: Store) -> Consent:
    return Consent(store)


@pytest.fixture
def newest(consent: Consent) -> Callable[[], list[Entry]]:
    """The decisions since the test began."""
    before = sum(1 for _ in consent.record.entries())
    return lambda: list(consent.record.entries())[before:]


@pytest.fixture(scope="session")
def granted() -> Callable[..., Grant]:
    """A grant of physiological health data to a clinic, unless a test says otherwise."""

    def make(**changes: object) -> Grant:
        facts = {
            "id": "clinic-1",
            "party": "clinic",
            "categories": frozenset({"physiological"}),
            "sensitivities": frozenset({"health"}),
            "actions": frozenset({Action.READ}),
            "purposes": frozenset({CARE}),
            "granularity": Granularity.RAW,
            "since": BEGAN,
        }
        return Grant(**facts | changes)

    return make


@dataclass
class Desk:
    """Grants and bars of a test's own over the real record."""

    book: Book
    record: Record
    lock: Turns = field(default_factory=Turns)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@pytest.fixture
def seen(store: Store, consent: Consent) -> Callable[..., View]:
    """A view of the clinic under these grants."""

    def view(
        *grants: Grant,
        purpose: str = CARE,
        action: Action = Action.READ,
        party: str = "clinic",
        bars: tuple[Bar, ...] = (),
    ) -> View:
        return View(party, purpose, action, Desk(Book(grants, bars), consent.record), store)

    return view
