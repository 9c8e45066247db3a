"""Where the twin lies, where its passphrase comes from, and what time it is."""

from __future__ import annotations

from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest

from selftwin.cli import secret
from selftwin.vocabulary.errors import UsageError
from selftwin.wording import clock, settings


@pytest.fixture
def config(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SELFTWIN_VAULT")
    settings.settings.cache_clear()
    file = settings.config_file()
    file.parent.mkdir(parents=True)
    return file


def test_the_environment_stands_before_the_file_and_the_file_before_the_default(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.settings().vault.name == "twin"
    config.write_text('vault = "/from/the/file"\n[units]\nglucose = "mmol/L"\n')
    settings.settings.cache_clear()
    assert settings.settings().vault == Path("/from/the/file")
    assert settings.settings().units == {"glucose": "mmol/L"}
    monkeypatch.setenv("SELFTWIN_VAULT", "/from/the/environment")
    settings.settings.cache_clear()
    assert settings.settings().vault == Path("/from/the/environment")


@pytest.mark.parametrize("text", ["vault = 7", "vault = ", "units = 3"])
def test_a_setting_that_is_off_is_named(config: Path, text: str) -> None:
    config.write_text(text)
    with pytest.raises(UsageError, match=r"vault|units|config\.toml"):
        settings.settings()


def test_a_passphrase_comes_from_a_private_file(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SELFTWIN_PASSPHRASE")
    file = surroundings / "words"
    file.write_text("three more words\nand a note\n")
    file.chmod(0o644)
    with pytest.raises(UsageError, match="read by others"):
        secret.passphrase(file)
    file.chmod(0o600)
    assert secret.passphrase(file) == "three more words"
    file.write_text("\n")
    with pytest.raises(UsageError, match="no passphrase"):
        secret.passphrase(file)


def test_where_nobody_can_be_asked_the_way_out_is_told(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SELFTWIN_PASSPHRASE")
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(UsageError, match="nobody to ask") as refused:
        secret.passphrase(None)
    assert "SELFTWIN_PASSPHRASE" in refused.value.hint


def test_moments_may_be_days_times_or_words() -> None:
    assert clock.day_or_moment("2026-02-14") == date(2026, 2, 14)
    assert clock.day_or_moment("2026-02-14T08:30") == datetime(2026, 2, 14, 8, 30)
    assert clock.moment("2026-02-14T08:30+02:00").utcoffset().total_seconds() == 7200
    assert clock.moment("now").tzinfo is not None
    assert clock.moment("yesterday") < clock.moment("today")
    with pytest.raises(UsageError, match="not a time"):
        clock.moment("soon")


def test_the_zone_of_this_machine_has_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert clock.system_zone() == "Asia/Tokyo"
    monkeypatch.setenv("TZ", "No/Where")
    monkeypatch.setattr(clock, "LOCALTIME", tmp_path / "zoneinfo" / "Europe" / "Oslo")
    assert clock.system_zone() == "Europe/Oslo"
    monkeypatch.setattr(clock, "LOCALTIME", tmp_path / "localtime")
    assert clock.system_zone() == "UTC"
