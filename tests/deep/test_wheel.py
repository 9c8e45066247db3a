"""What is built is what runs: sdist and wheel from the tree, and the wheel alone in an environment without the tree."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.deep

HOUSE = Path(__file__).parents[2]
CLEAN = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def run(*command: str | Path, at: Path, **extra: str) -> str:
    done = subprocess.run(command, cwd=at, env=CLEAN | extra, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kept(*folders: str) -> set[str]:
    """The files of these folders, committed or about to be."""
    return set(run("git", "ls-files", "--cached", "--others", "--exclude-standard", *folders, at=HOUSE).split())


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both built in an empty folder; hatchling needs no network."""
    made = tmp_path_factory.mktemp("dist")
    run(Path(sys.executable).with_name("hatchling"), "build", "--directory", made, at=HOUSE)
    return made


@pytest.fixture(scope="module")
def empty(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the locked dependencies and the wheel."""
    place = tmp_path_factory.mktemp("empty")
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet"]
    run(*install, "--require-hashes", "--requirement", HOUSE / "requirements" / "base.txt", at=place)
    run(*install, "--no-deps", next(dist.glob("*.whl")), at=place)
    return python


def test_the_wheel_holds_the_whole_package_and_nothing_else(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == {name.removeprefix("src/") for name in kept("src/selftwin")}


def test_the_sdist_holds_what_is_needed_to_build_and_test(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert kept("src", "tests", "requirements", "docs", "bench", "*.md", "Makefile", "*.toml") <= names
    assert not any(name.startswith((".venv", "site", "demo")) for name in names)


def test_the_locked_dependencies_agree_with_the_wheel(empty: Path) -> None:
    assert "No broken requirements found." in run(empty, "-m", "pip", "check", at=empty.parent)


def test_the_installed_wheel_answers(empty: Path) -> None:
    assert "selftwin" in run(empty.with_name("selftwin"), "--help", at=empty.parent).lower()


def test_the_installed_wheel_shows_the_sample_person(empty: Path, tmp_path: Path) -> None:
    assert run(empty.with_name("selftwin"), "demo", "--no-serve", at=tmp_path, HOME=str(tmp_path)).strip()
