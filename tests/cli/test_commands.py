"""Every command on a real twin: what it says, what it gives as data, and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import LAST, written

SELFTWIN = Path(sys.executable).with_name("selftwin")
ACCOUNT = {"path", "source", "records", "observations", "first", "last", "kinds", "signals", "faults", "notes"}


def test_a_twin_is_made_sealed_and_says_its_zone(shell) -> None:
    told = shell("create", "--json")
    assert told.data["home_zone"] == "Europe/Vienna"
    assert (shell.home / "twin").is_dir()
    assert shell("create").code == 2


def test_without_a_twin_the_way_to_one_is_told(shell) -> None:
    told = shell("today")
    assert told.code == 1
    assert "selftwin create" in told.err


def test_an_import_gives_the_account_that_was_promised(shell, table: Path) -> None:
    shell("create")
    account = shell("import", table, "--json").data
    assert list(account) == ["files", "unrecognised", "batch", "seconds"]
    (file,) = account["files"]
    assert set(file) == ACCOUNT
    records, made = file["records"], file["observations"]
    assert records["read"] == records["taken"] + records["passed"] + records["faulty"] == 122
    assert made["made"] == made["new"] + made["known"] + made["revised"] == made["new"] == 122
    assert file["signals"] == {"heart_rate.resting": 60, "steps": 60, "mood": 2}


def test_the_same_again_adds_nothing_and_undo_takes_it_back(twin, table: Path) -> None:
    again = twin("import", table)
    assert "122 observations made = 0 new + 122 known + 0 revised" in again.out
    assert twin("undo", 1, "--json").data["gone"] == 122
    assert [batch["state"] for batch in twin("imports", "--json").data["imports"]] == ["undone"]
    assert twin("signals").code == 4
    assert twin("undo", 1).code == 2


def test_a_preview_keeps_nothing(shell, table: Path) -> None:
    shell("create")
    told = shell("import", table, "--dry-run")
    assert "122 new" in told.out
    assert "nothing was kept" in told.err
    assert shell("imports", "--json").data["imports"] == []


def test_several_people_are_refused_with_their_list_until_one_is_chosen(shell, tmp_path: Path) -> None:
    shell("create")
    family = written(tmp_path / "family.csv", people=("ann", "bob"), days=5)
    refused = shell("import", family, "--json")
    assert (refused.code, refused.out) == (2, "")
    assert json.loads(refused.err.splitlines()[-1])["error"]["subjects"] == ["ann", "bob"]
    assert shell("import", family, "--subject", "bob", "--json").data["files"][0]["observations"]["new"] == 12


def test_faults_are_told_by_their_place_and_never_by_value(shell, table: Path) -> None:
    shell("create")
    table.write_text(table.read_text() + f"p,steps,{LAST},987654321\n" * 12)
    told = shell("import", table)
    assert "12 records I could not read:" in told.out
    assert told.out.count("✕ days.csv") == 10
    assert "and 2 records more" in told.out
    assert "987654321" not in told.out + told.err


def test_nothing_to_import_is_a_usage_error(shell) -> None:
    shell("create")
    assert shell("import", shell.home / "nowhere.csv").code == 2
    assert shell("import").code == 2


def test_today_puts_the_unusual_first(twin) -> None:
    told = twin("today")
    assert told.code == 0
    assert "Your heart has rested three nights above your usual." in told.out
    assert "Too soon to say: Mood (2 days)." in told.out
    first = twin("today", "--json").data["signals"][0]
    assert (first["signal"], first["unusual"], first["normal"]["outside"]) == ("heart_rate.resting", True, "above")


def test_today_can_be_another_day(twin) -> None:
    told = twin("today", "--at", "2026-03-08", "--json").data
    assert told["day"] == "2026-03-08"
    assert not any(one["unusual"] for one in told["signals"] if one["signal"] == "heart_rate.resting")
    assert twin("today", "--at", "1999-01-01").code == 4
    assert twin("today", "--at", "soon").code == 2


def test_a_signal_is_shown_in_its_band(twin) -> None:
    told = twin("show", "heart_rate.resting")
    assert "▲ above your usual" in told.out
    assert "2026-03-12" in told.out
    assert "2026-01-30" not in told.out
    data = twin("show", "heart_rate.resting", "--since", "2026-03-10", "--json").data
    assert [row["value"] for row in data["rows"]] == [60, 60, 60]
    assert data["normal"]["run"] == 3


def test_observations_are_shown_as_they_were_noted(twin) -> None:
    assert twin("note", "mood.label", "calm", "--at", "2026-03-12T21:15").code == 0
    data = twin("show", "mood.label", "--by", "raw", "--json").data
    assert [(row["text"], row["local"]) for row in data["rows"]] == [("calm", "2026-03-12T21:15:00")]
    assert "calm" in twin("show", "mood.label", "--by", "raw").out


def test_a_forecast_is_the_object_that_was_promised(twin) -> None:
    data = twin("forecast", "steps", "--days", "3", "--json").data
    assert list(data) == ["signal", "unit", "made_at", "trust", "n", "method", "beats", "steps"]
    assert list(data["steps"][0]) == ["at", "mean", "lo50", "hi50", "lo80", "hi80", "lo90", "hi90"]
    assert [step["at"] for step in data["steps"]] == ["2026-03-13", "2026-03-14", "2026-03-15"]
    assert "Friday 13 March" in twin("forecast", "steps").out


def test_too_little_is_nothing_to_say_yet(twin) -> None:
    told = twin("forecast", "mood", "--json")
    assert (told.code, told.data["trust"]) == (4, "none")
    assert twin("forecast", "glucose").code == 4
    assert twin("forecast", "nonsense").code == 2


def test_signals_tell_their_trust_and_newest_day(twin) -> None:
    rows = {row["signal"]: row for row in twin("signals", "--json").data["signals"]}
    assert (rows["steps"]["trust"], rows["steps"]["days"], rows["steps"]["newest"]) == ("trusted", 60, "2026-03-12")
    assert rows["mood"]["trust"] == "none"
    assert "heart_rate.resting" in twin("signals").out
    assert len(twin("signals", "--all", "--json").data["signals"]) >= 150


def test_what_was_learnt_is_listed(twin) -> None:
    assert set(twin("learn", "--json").data["learnt"]) == {"heart_rate.resting", "steps", "mood"}


def test_a_journey_and_the_home_zone_can_be_corrected(twin) -> None:
    twin("zones", "journey", "2026-02-01T12:00", "2026-02-10T09:00", "America/New_York")
    data = twin("zones", "home", "Europe/Berlin", "--json").data
    assert data["home"] == "Europe/Berlin"
    assert [stay["zone"] for stay in data["stays"]] == ["America/New_York", "Europe/Berlin"]
    assert data["stays"][0]["since"] == "2026-02-01T17:00:00+00:00"
    assert "America/New_York" in twin("zones").out
    assert twin("zones", "home", "Mars/Olympus").code == 2


def test_what_is_noted_by_hand_is_kept_and_undone(twin) -> None:
    batch = twin("note", "weight", "165", "--unit", "[lb_av]", "--at", "2026-03-12T07:00", "--json").data["batch"]
    assert twin("show", "weight", "--json").data["rows"][0]["value"] == pytest.approx(74.84, abs=0.01)
    assert twin("undo", batch).code == 0
    assert twin("show", "weight").code == 4
    assert twin("note", "weight", "heavy").code == 2
    assert twin("note", "mood.valence", "-0.5").code == 0


def test_the_record_tells_who_read_what(twin) -> None:
    twin("show", "steps")
    entries = twin("audit", "--last", "0", "--json").data["record"]
    assert any(one["party"] == "owner" and one["signal"] == "steps" and one["allowed"] for one in entries)
    assert len(twin("audit", "--last", "1", "--json").data["record"]) == 1
    assert "by owner-1" in twin("audit").out


def test_a_lost_passphrase_is_recovered_by_capsule_and_code(
    twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capsule = tmp_path / "capsule"
    code = twin("capsule", capsule, "--json").data["code"]
    assert twin("capsule", capsule).code == 2
    monkeypatch.setenv("SELFTWIN_NEW_PASSPHRASE", "another four words")
    monkeypatch.setenv("SELFTWIN_CODE", code)
    assert twin("recover", capsule).code == 0
    assert twin("imports").code == 1
    monkeypatch.setenv("SELFTWIN_PASSPHRASE", "another four words")
    assert twin("imports").code == 0


def test_the_passphrase_is_changed(twin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFTWIN_NEW_PASSPHRASE", "another four words")
    assert twin("passphrase").code == 0
    told = twin("imports")
    assert told.code == 1
    assert "passphrase" in told.err


def test_a_capsule_is_offered_when_a_twin_is_made(shell, tmp_path: Path) -> None:
    told = shell("create", "--capsule", tmp_path / "capsule")
    assert (tmp_path / "capsule").exists()
    assert told.out.count("-") >= 6


def test_sources_say_how_to_export(shell) -> None:
    names = {source["name"] for source in shell("sources", "--json").data["sources"]}
    assert names >= {"apple_health", "fitbit", "table"}
    assert "takeout.google.com" in shell("sources").out


def test_an_installed_command_answers_through_pipes(surroundings: Path, table: Path) -> None:
    def told(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([SELFTWIN, *map(str, words)], capture_output=True, text=True, check=False, env=os.environ)

    assert told("create").returncode == 0
    imported = told("import", table, "--json")
    assert json.loads(imported.stdout)["batch"] == 1
    assert "Reading" in imported.stderr or "Looking" in imported.stderr
    assert json.loads(told("today", "--json").stdout)["day"] == "2026-03-12"
    assert told("forecast", "mood").returncode == 4


def test_the_demo_is_built_from_export_files_and_leaves_nothing(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(shell.home))
    monkeypatch.setattr("tempfile.tempdir", None)
    told = shell("demo", "--no-serve", "--days", "42")
    assert told.code == 0, told.err
    for words in ("The exports", "What was found", "What comes next", "selftwin forecast glucose"):
        assert words in told.out
    assert list(shell.home.glob("selftwin-demo-*")) == []


@pytest.mark.deep
def test_a_demo_that_is_kept_says_how_to_open_it(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    told = shell("demo", "--days", "42", "--keep", shell.home / "kept", "--json")
    assert told.data["import"]["files"]
    passphrase = told.err.rpartition("SELFTWIN_PASSPHRASE='")[2].partition("'")[0]
    monkeypatch.setenv("SELFTWIN_PASSPHRASE", passphrase)
    assert shell("signals", "--vault", shell.home / "kept" / "twin").code == 0
    assert shell("demo", "--keep", shell.home / "kept").code == 2
