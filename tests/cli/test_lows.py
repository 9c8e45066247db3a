"""`selftwin lows` says whether an alarm sounds, how likely a low is, and what stands behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from selftwin.domains.body.glucose.alert import LowAlert
from selftwin.domains.body.glucose.alert_events import History
from selftwin.vocabulary.estimate import Trust
from selftwin.wording.findings import low

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from conftest import Shell


RECORD = History(threshold=0.3, days=20, fired=4, true=3, lows=4, caught=3, lead=20)


def alarm(**other: object) -> LowAlert:
    return LowAlert(**{
        "fires": True, "newest": "2026-03-12T10:00:00+00:00", "level": 84.0, "chance": 0.7, "threshold": 0.3,
        "budget": 0.5, "record": RECORD, "trust": Trust.TRUSTED, "days": 20, "notes": ("Check it.",),
    } | other)  # fmt: skip


def test_an_alarm_says_what_is_coming_and_how_likely(surroundings: Path) -> None:
    first, chance, *rest = low(alarm())
    assert first == "▼ A low is coming: under 70 mg/dL in about half an hour."
    assert chance == "Under 70 mg/dL in half an hour: likely, 70 %. Now 84 mg/dL."
    assert rest == ["Check it.", "● trusted, 20 days"]


def test_silence_is_said_too_and_a_chance_nobody_knows_is_not(surroundings: Path) -> None:
    said = low(replace(alarm(), fires=False, chance=None))
    assert said[0] == "No alarm."
    assert not any("half an hour" in line for line in said)


def test_other_units_are_shown_in_theirs(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from selftwin.wording import settings

    monkeypatch.setenv("SELFTWIN_UNITS", '{"glucose": "mmol/L"}')
    settings.settings.cache_clear()
    said = low(alarm())
    settings.settings.cache_clear()
    assert "under 3.9 mmol/L" in said[0]


def test_a_twin_without_a_sensor_says_so(twin: Shell) -> None:
    assert twin("lows").code == 4
    assert twin("lows", "--budget", "0").code == 2
