"""The pages build without a warning, load nothing from elsewhere, and name only files and commands that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from selftwin.cli import app

HOUSE = Path(__file__).parent.parent
LOADS = re.compile(r"""(<(script|link|img|iframe|source)\b[^>]*\s(src|href)=|url\()["']?(https?:)?//""")
PAGES = [HOUSE / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
WRITTEN = {
    command
    for path in [*PAGES, *(HOUSE / "docs").glob("*.md")]
    for command in re.findall(r"(?:`|/)selftwin ([a-z]+)", path.read_text())
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pages")
    shutil.copytree(HOUSE / "docs", place / "docs")
    shutil.copy(HOUSE / "zensical.toml", place)
    command = [Path(sys.executable).with_name("zensical"), "build", "--strict"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "site"


def test_every_page_is_built(site: Path) -> None:
    pages = {path.relative_to(HOUSE / "docs").with_suffix(".html") for path in (HOUSE / "docs").rglob("*.md")}
    assert pages <= {path.relative_to(site) for path in site.rglob("*.html")}


def test_a_reader_of_the_pages_calls_nobody(site: Path) -> None:
    assert LOADS.search('<script src="https://elsewhere.example/a.js">')
    loaded = [path for kind in ("*.html", "*.css") for path in site.rglob(kind)]
    assert [path.name for path in loaded if LOADS.search(path.read_text())] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_beside_the_code_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (HOUSE / target).exists()] == []
    assert targets


def test_every_command_that_is_written_of_exists() -> None:
    there = {name for folder in app.GROUPS for name, _, _ in app.commands(folder)}
    assert "import" in WRITTEN
    assert there >= WRITTEN
