"""The walk-through of CONTRIBUTING.md is true: its two files, planted into a copy of the house, are all it takes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
PAGE = (HOUSE / "CONTRIBUTING.md").read_text()
FILES = dict(re.findall(r"<!-- (\S+) -->\n```python\n(.*?)```", PAGE, re.DOTALL))
TOOLS = Path(sys.executable).parent
UNFINISHED = shutil.ignore_patterns("*.pyc.*", "*.tmp.*")  # compiled code that other tests are just writing


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with the documented source and its test in their places."""
    place = tmp_path_factory.mktemp("house")
    for part in ("src", "tests", "checks"):
        shutil.copytree(HOUSE / part, place / part, ignore=UNFINISHED)
    for part in ("pyproject.toml", "CONTRIBUTING.md"):
        shutil.copy(HOUSE / part, place)
    for path, text in FILES.items():
        (place / path).write_text(text)
    return place


def run(house: Path, tool: str, *arguments: str, path: str = "src") -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {"PYTHONPATH": str(house / path)}
    command = [TOOLS / tool, *arguments]
    return subprocess.run(command, cwd=house, env=surroundings, capture_output=True, text=True, check=False)


def test_the_walk_through_is_one_file_and_one_test() -> None:
    assert list(FILES) == ["src/selftwin/sources/bathroom_scale.py", "tests/sources/test_bathroom_scale.py"]
    assert not any((HOUSE / path).exists() for path in FILES)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("pytest", ["-p", "no:cacheprovider", *list(FILES)[1:]]),
        ("ruff", ["check", "--no-cache", *FILES]),
        pytest.param("mypy", ["--cache-dir", "cache", *list(FILES)[:1]], marks=pytest.mark.deep),
        ("lint-imports", ["--no-logo", "--no-cache"]),
    ],
)
def test_the_example_passes_what_every_source_passes(house: Path, tool: str, arguments: list[str]) -> None:
    done = run(house, tool, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shared_promises_run_on_the_example_by_themselves(house: Path) -> None:
    done = run(house, "pytest", "-p", "no:cacheprovider", "-vv", "tests/test_every_source.py", "-k", "bathroom_scale")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bathroom_scale" in done.stdout


def test_the_example_works_from_a_package_outside_once_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "selftwin_bathroom_scale.py").write_text(FILES["src/selftwin/sources/bathroom_scale.py"])
    offered = re.search(r"```toml\n(\[project.*?)```", PAGE, re.DOTALL)[1]
    name, _, value = offered.splitlines()[1].replace('"', "").partition(" = ")
    card = tmp_path / "selftwin_bathroom_scale-1.0.dist-info"
    card.mkdir()
    (card / "METADATA").write_text("Metadata-Version: 2.1\nName: selftwin-bathroom-scale\nVersion: 1.0\n")
    (card / "entry_points.txt").write_text(f"[selftwin.sources]\n{name} = {value}\n")
    code = f"from selftwin import discover; print([s.name for s in discover.sources(awake={{{name!r}}})][-1])"
    assert run(tmp_path, "python", "-c", code, path=".").stdout == "bathroom_scale\n"
    assert "bathroom_scale" not in run(tmp_path, "python", "-c", code.replace(repr(name), ""), path=".").stdout
