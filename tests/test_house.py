"""The house stands as its plan says: floors, locks, words, sizes, and one test for every file that can be added."""

from __future__ import annotations

import ast
import doctest
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parent.parent
TREE = HOUSE / "src" / "selftwin"
PLAN = tomllib.loads((HOUSE / "pyproject.toml").read_text())
CONTRACTS = {contract["id"]: contract["name"] for contract in PLAN["tool"]["importlinter"]["contracts"]}
FILES = sorted(TREE.rglob("*.py"))
NAMELESS = {"utils", "util", "common", "helper", "helpers", "manager", "base", "misc"}
HEAVY = {"duckdb", "polars", "pyarrow", "numpy", "numba", "scipy", "cryptography", "rich", "pydantic"}


# The floors


def lint(house: Path, cache: Path) -> tuple[set[str], str]:
    """Contracts broken by the tree at this place, and what Import Linter said of them."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--cache-dir", cache]
    surroundings = os.environ | {"PYTHONPATH": str(house / "src"), "COLUMNS": "400", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=house, env=surroundings, capture_output=True, text=True, check=False)
    broken = {key for key, name in CONTRACTS.items() if f"{name} BROKEN" in done.stdout}
    assert bool(broken) == bool(done.returncode), done.stdout + done.stderr
    return broken, done.stdout


def test_the_real_tree_keeps_every_contract(tmp_path: Path) -> None:
    broken, said = lint(HOUSE, tmp_path)
    assert not broken, said
    assert all(f"{name} KEPT" in said for name in CONTRACTS.values())


class Breach(NamedTuple):
    """A file that must not be, the contracts it breaks, and the words that must be said of it."""

    path: str
    text: str
    breaks: set[str]
    named: str


BREACHES = {
    "a source that opens the vault": Breach(
        "sources/planted.py", "import selftwin.vault", {"floors", "vault"}, "selftwin.sources.planted"
    ),
    "a model that asks the database": Breach("learn/planted.py", "import duckdb", {"duckdb"}, "selftwin.learn.planted"),
    "a model that loads the database's extension": Breach(
        "learn/planted.py", "import duckdb_extension_httpfs", {"duckdb"}, "selftwin.learn.planted"
    ),
    "a domain that goes round the gate": Breach(
        "domains/planted.py", "from selftwin import vault", {"vault"}, "selftwin.domains.planted"
    ),
    "a door that goes round the gate": Breach(
        "cli/planted.py", "def now():\n    import selftwin.vault", {"vault"}, "selftwin.cli.planted"
    ),
    "a stray folder": Breach("stuff/__init__.py", "", {"floors"}, "selftwin.stuff"),
    "a stray file": Breach("stuff.py", "", {"floors"}, "selftwin.stuff"),
    "a floor that looks up": Breach(
        "vocabulary/planted.py", "import selftwin.discover", {"floors"}, "selftwin.vocabulary.planted"
    ),
    "neighbours that know each other": Breach(
        "learn/planted.py", "import selftwin.sources", {"floors"}, "selftwin.learn.planted"
    ),
    "domains that know each other": Breach(
        "domains/planted.py", "import selftwin.domains.other", {"domains"}, "selftwin.domains.planted"
    ),
    "a cluster outside the fleet": Breach("domains/planted.py", "import ray", {"clusters"}, "selftwin.domains.planted"),
    "a page outside the web": Breach("cli/planted.py", "import fastapi", {"pages"}, "selftwin.cli.planted"),
    "a source with a key": Breach(
        "sources/planted.py", "import cryptography.fernet", {"importers"}, "selftwin.sources.planted"
    ),
    "a source that calls out": Breach(
        "sources/planted.py", "import urllib.request", {"importers"}, "selftwin.sources.planted"
    ),
}


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said under each contract of a tree in which every breach is planted, each in a file of its own."""
    place = tmp_path_factory.mktemp("breached")
    tree = place / "src" / "selftwin"
    shutil.copytree(TREE, tree, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOUSE / "pyproject.toml", place)
    breaches = [(planted(breach.path, breach), breach.text) for breach in BREACHES.values()]
    for path, text in (("domains/other.py", ""), *breaches):
        (tree / path).parent.mkdir(exist_ok=True)
        (tree / path).with_name("__init__.py").touch()
        (tree / path).write_text(text)
    broken, said = lint(place, place / "graphs")
    told = said.partition("Broken contracts")[2]
    starts = sorted((told.index(f"\n{CONTRACTS[key]}\n-"), key) for key in broken)
    ends = [start for start, _ in starts[1:]] + [len(told)]
    return {key: told[start:end] for (start, key), end in zip(starts, ends, strict=True)}


def planted(words: str, breach: Breach) -> str:
    """A path or a module of a breach, told from those of the others."""
    return words.replace("planted", f"planted_{list(BREACHES.values()).index(breach)}")


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES.keys())
def test_a_breach_of_the_floors_is_seen_and_named(breach: Breach, sections: dict[str, str]) -> None:
    name = re.compile(rf"{re.escape(planted(breach.named, breach))}\b")
    assert {key for key, told in sections.items() if name.search(told)} == breach.breaks, sections


def test_every_folder_of_code_is_a_package_that_the_linter_sees() -> None:
    assert {path.parent for path in FILES if not (path.parent / "__init__.py").exists()} == set()


# What it stands on


def imported(path: Path) -> Iterator[str]:
    """Outside packages that a file imports, by the name in the import."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        yield from {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"selftwin"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name)[0]).lower()


DECLARED = {plain(name) for name in PLAN["project"]["dependencies"]}
OPTIONAL = {plain(name) for names in PLAN["project"]["optional-dependencies"].values() for name in names}
DEVELOPING = {plain(name) for name in PLAN["dependency-groups"]["dev"]}


def test_every_outside_import_is_a_declared_dependency() -> None:
    homes, allowed = packages_distributions(), DECLARED | OPTIONAL
    needed = {name: path.relative_to(HOUSE) for path in FILES for name in imported(path)}
    assert {name: path for name, path in needed.items() if not allowed & {plain(home) for home in homes[name]}} == {}
    assert OPTIONAL <= DEVELOPING, "what is optional is tested as well"


def test_every_dependency_gives_its_reason() -> None:
    reasons = (HOUSE / "docs" / "decisions" / "dependencies.md").read_text()
    assert set(re.findall(r"^\| `([\w-]+)` \|", reasons, re.MULTILINE)) == DECLARED | DEVELOPING


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+==[^ ;]+)", (HOUSE / "requirements" / lock).read_text(), re.MULTILINE))


def test_locks_hold_every_declared_dependency_and_agree() -> None:
    base, everything = pins("base.txt"), pins("dev.txt")
    assert {pin.partition("==")[0] for pin in base} >= DECLARED
    assert {pin.partition("==")[0] for pin in everything} >= DECLARED | DEVELOPING
    assert base <= everything


@pytest.mark.parametrize("lock", sorted(path.name for path in (HOUSE / "requirements").glob("*.txt")))
def test_locks_hold_hashes_and_no_address(lock: str) -> None:
    lines = (HOUSE / "requirements" / lock).read_text().splitlines()
    wanted = [line for line in lines if not line.lstrip().startswith("#")]
    assert [line for line in lines if "://" in line or line.startswith("-")] == []
    assert all(line.startswith("    --hash=sha256:") or "==" in line for line in wanted)
    assert all(after.startswith("    --hash=") for line, after in pairwise(wanted) if "==" in line)


# How it is written


def mirrored(path: Path) -> Path:
    """The test of a file: tests/learn/test_x.py for learn/x.py."""
    return HOUSE / "tests" / path.parent.relative_to(TREE) / f"test_{path.stem}.py"


def wholes(path: Path) -> list[Path]:
    """The file itself, and the files it may be a piece of by its name: x.py for x_y.py, which share one test."""
    words = path.stem.split("_")
    named = [path.with_stem("_".join(words[:count])) for count in range(len(words), 0, -1)]
    return [whole for whole in named if whole.exists()]


@pytest.mark.parametrize(("floor", "files"), [("sources", "*.py"), ("learn", "**/*.py"), ("domains", "**/*.py")])
def test_every_file_that_can_be_added_has_its_one_test(floor: str, files: str) -> None:
    public = [path for path in sorted((TREE / floor).glob(files)) if not path.stem.startswith("_")]
    assert public, f"nothing stands on the floor {floor}"
    untested = [path for path in public if not any(mirrored(whole).exists() for whole in wholes(path))]
    assert [str(mirrored(path).relative_to(HOUSE)) for path in untested] == []


def test_names_say_what_a_thing_is() -> None:
    names = {path: set(path.relative_to(TREE).with_suffix("").parts) for path in FILES}
    assert [path for path, parts in names.items() if parts & NAMELESS] == []


def test_files_hold_one_noun_and_functions_fit_under_the_eye() -> None:
    assert [path for path in FILES if len(path.read_text().splitlines()) > 500] == []
    functions = ((path, node) for path in FILES for node in ast.walk(ast.parse(path.read_text())))
    long = [
        f"{path.relative_to(HOUSE)}: {node.name}"
        for path, node in functions
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 60
    ]
    assert long == []


def test_the_words_of_the_house_load_nothing_heavy() -> None:
    words = ["selftwin", "selftwin.discover", *(f"selftwin.vocabulary.{path.stem}" for path in words_of_the_house())]
    code = f"import sys, {', '.join(words)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) & HEAVY == set()


def words_of_the_house() -> list[Path]:
    return sorted(path for path in (TREE / "vocabulary").glob("*.py") if not path.stem.startswith("_"))


EXAMPLES = [path for path in FILES if ">>>" in path.read_text()]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_in_docstrings_run(path: Path) -> None:
    name = ".".join(path.relative_to(HOUSE / "src").with_suffix("").parts).removesuffix(".__init__")
    assert doctest.testmod(importlib.import_module(name)).failed == 0
