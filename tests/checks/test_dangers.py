"""Dangerous code is found where it is planted, and nowhere in the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checks.dangers import RULES, TREE, bandit, look
from checks.excused import EXCUSED

if TYPE_CHECKING:
    from pathlib import Path

PLANTS = {
    "runs-what-it-reads": ["import pickle", "from joblib import load", "eval('1')"],
    "reaches-out": ["import socket", "from urllib.request import urlopen", "import http.client",
                    "from pyarrow import fs"],
    "follows-entities": ["import xml.etree.ElementTree as tree", "from lxml import etree"],
    "unpacks-to-disk": ["archive.extractall(place)", "archive.extract(name)"],
    "asks-a-shell": ["os.system('ls')", "subprocess.run('ls', shell=True)"],
    "leaves-plaintext": ["import tempfile", "path.write_text('x')", "open(path, 'w')", "path.open(mode='ab')",
                         "frame.write_parquet(path)"],
    "names-an-address": ["place = 'https://example.org/collect'"],
    "guesses-randomly": ["import random"],
    "hashes-weakly": ["hashlib.md5(b'')"],
}  # fmt: skip
HARMLESS = """
from pathlib import Path
name = "http://www.w3.org/ns/sosa/"
text = Path("x").read_text()
rows = frame.select(column.str.extract("a"))
with Path("x").open("rb") as stream:
    stream.read()
"""


def test_every_rule_has_its_plants() -> None:
    assert PLANTS.keys() == RULES.keys()


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in PLANTS.items() for line in lines])
def test_what_is_planted_is_found(rule: str, line: str, tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(f"\n{line}\n")
    assert [(found.rule, found.path, found.line) for found in look(tmp_path, {})] == [(rule, "planted.py", 2)]
    assert list(look(tmp_path, {(rule, "planted.py"): "on purpose"})) == []


def test_what_is_harmless_is_left_alone_and_an_idle_excuse_is_not(tmp_path: Path) -> None:
    (tmp_path / "harmless.py").write_text(HARMLESS)
    assert list(look(tmp_path, {})) == []
    (idle,) = look(tmp_path, {("reaches-out", "harmless.py"): "once"})
    assert (idle.path, idle.words) == ("harmless.py", "This exception is not needed any more.")


def test_bandit_speaks_up_at_high(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("import subprocess\nsubprocess.Popen('ls ' + name, shell=True)\n")
    assert {found.rule for found in bandit(tmp_path)} == {"B602"}


def test_the_house_has_no_dangers() -> None:
    assert list(look(TREE, EXCUSED)) == []
    assert all(reason.endswith(".") for reason in EXCUSED.values())


@pytest.mark.deep
def test_bandit_finds_nothing_high_in_the_house() -> None:
    assert list(bandit(TREE)) == []
