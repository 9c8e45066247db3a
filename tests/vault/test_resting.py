"""Papers that rest on signals are found by what they read and by what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftwin.vault import documents, resting
from selftwin.vault.resting import ALERT, EXPERIMENT, GOAL, WATCH

if TYPE_CHECKING:
    from selftwin.vault.store import Store

PAPERS = (
    (GOAL, "weight", "weight", [["weight", "2026-01-01", "2026-02-01"]]),
    (WATCH, "ill", "", []),
    (ALERT, "illness@2026-01-05", "", [["heart_rate.resting", "2025-12-01", "2026-01-05"]]),
    (EXPERIMENT, "coffee", "caffeine", [["sleep.duration", "2026-03-01", "2026-03-20"]]),
)


@pytest.fixture
def kept(store: Store) -> Store:
    with store.writing("journal"):
        for kind, name, signal, lineage in PAPERS:
            documents.put(store, kind, name, {"signal": signal, "lineage": lineage, "kept": None})
    return store


def test_a_paper_goes_with_the_days_it_was_made_of(kept: Store) -> None:
    def lost(key: str, first: str, last: str) -> bool:
        return key == "heart_rate.resting" and first <= "2026-01-01" <= last

    assert resting.going(kept, lost, set()) == ((ALERT, "illness@2026-01-05"),)


def test_a_paper_goes_with_the_signal_it_is_about(kept: Store) -> None:
    assert resting.going(kept, lambda *_: False, {"caffeine", "weight"}) == ((GOAL, "weight"), (EXPERIMENT, "coffee"))


def test_of_everything_all_go_and_are_counted_in_words(kept: Store) -> None:
    assert resting.every(kept) == tuple((kind, name) for kind, name, _, _ in PAPERS)
    assert resting.remarks(resting.every(kept))[:2] == (
        "Goals that rest on what goes, and go with it: 1.",
        "Watches that rest on what goes, and go with it: 1.",
    )
    assert resting.remarks([]) == ()
