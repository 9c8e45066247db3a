"""The systemd unit, checked by systemd's own verifier and its own measure of exposure."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from selftwin.cli.begin import serve

UNIT = Path(__file__).parent.parent / "packaging" / "systemd" / "selftwin.service"
ANALYZE = shutil.which("systemd-analyze")
needed = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is missing: the unit is not verified here.")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there in the place of ours."""
    text = UNIT.read_text("utf-8")
    assert "ExecStart=/usr/local/bin/selftwin " in text
    made = tmp_path / UNIT.name
    made.write_text(text.replace("/usr/local/bin/selftwin", "/bin/true"), "utf-8")
    return made


def told(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ANALYZE), *words], capture_output=True, text=True, check=False, timeout=30)


@needed
def test_the_verifier_finds_nothing_in_the_unit(unit: Path) -> None:
    done = told("verify", unit)
    assert done.returncode == 0
    assert not done.stderr.strip(), done.stderr


@needed
def test_the_verifier_would_find_a_word_it_does_not_know(unit: Path) -> None:
    unit.write_text(unit.read_text("utf-8").replace("NoNewPrivileges=yes", "NoNewPrivilege=yes"), "utf-8")
    assert "NoNewPrivilege" in told("verify", unit).stderr


@needed
def test_the_unit_is_exposed_to_little(unit: Path) -> None:
    said = told("security", "--offline=true", "--threshold=15", unit)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said.stdout)
    assert found, said.stdout + said.stderr
    assert float(found[1]) <= 1.5
    assert said.returncode == 0


def test_the_unit_calls_the_command_by_options_that_it_has() -> None:
    line = next(line for line in UNIT.read_text("utf-8").splitlines() if line.startswith("ExecStart="))
    options = {word.lstrip("-").replace("-", "_") for word in line.split() if word.startswith("--")}
    assert options - {"vault"} <= set(serve.command.__annotations__)
