"""The app finds its commands, keeps its exit codes and never shows a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from selftwin.cli import app, screen
from selftwin.vocabulary.errors import NothingYet, Refused, SelftwinError, SeveralSubjects, WrongPassphrase

SELFTWIN = Path(sys.executable).with_name("selftwin")
COMMANDS = [name for folder in app.GROUPS for name, _, _ in app.commands(folder)]
CALLS = [(name, *one) for folder in app.GROUPS for name, _, _ in app.commands(folder)
         for one in [(one,) for one, _, _ in app.commands(f"{folder}/{name}")] or [()]]  # fmt: skip
HEAVY = {"duckdb", "polars", "pyarrow", "numpy", "numba", "scipy", "sklearn", "apprise", "cryptography", "pydantic"}


def test_help_lists_every_command_with_its_line(shell) -> None:
    told = shell("--help")
    assert told.code == 0
    for folder in app.GROUPS:
        assert all(f" {name} " in told.out for name, _, _ in app.commands(folder))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str, shell) -> None:
    told = shell(name, "--help")
    assert told.code == 0
    assert told.out.startswith(f"Usage: selftwin {name}")


def test_the_page_of_commands_tells_of_every_command() -> None:
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
    assert [name for name in COMMANDS if f"`selftwin {name}" not in page] == []


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_each_command_can_answer_with_data(words: tuple[str, ...], shell) -> None:
    assert "--json" in shell(*words, "--help").out


def test_help_loads_nothing_heavy(surroundings: Path) -> None:
    code = "import sys; from selftwin.cli.app import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in done.stderr.split()} & HEAVY == set()


def test_small_fits_do_not_spin_on_many_threads(surroundings: Path) -> None:
    names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    code = f"import os, selftwin.cli as c\ntry: c.main()\nfinally: print(*[os.environ[name] for name in {names}])"
    around = {key: value for key, value in os.environ.items() if key not in names} | {"OPENBLAS_NUM_THREADS": "3"}
    done = subprocess.run([sys.executable, "-c", code, "--version"], env=around, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert done.stdout.splitlines()[-1] == "1 3"


def test_the_version_is_told(shell) -> None:
    told = shell("--version")
    assert told.code == 0
    assert told.out.strip()[0].isdigit()


@pytest.mark.parametrize(
    "words", [["nonsense"], ["undo", "twelve"], ["forecast"], ["today", "--colour"], ["show", "steps", "--by", "week"]]
)
def test_words_that_are_off_are_a_usage_error(words: list[str], shell) -> None:
    told = shell(*words)
    assert told.code == 2
    assert told.out == ""
    assert told.err.startswith("✕ ")


@pytest.mark.parametrize(
    ("error", "code"),
    [(SelftwinError("a"), 1), (WrongPassphrase("a"), 1), (Refused("a"), 3), (NothingYet("a"), 4), (ValueError("7"), 1),
     (FileNotFoundError(2, "No such file", "x"), 1), (KeyboardInterrupt(), 130)],
)  # fmt: skip
def test_what_stops_a_command_is_a_sentence_and_a_code(
    error: BaseException, code: int, shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise error

    monkeypatch.setattr(screen, "data", stopped)
    told = shell("sources", "--json")
    assert told.code == code
    assert "Traceback" not in told.err


def test_what_nobody_foresaw_keeps_its_values_to_itself(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise ValueError("glucose was 117")

    monkeypatch.setattr(screen, "data", stopped)
    told = shell("sources", "--json")
    assert "117" not in told.err
    monkeypatch.setenv(app.TRACEBACK, "1")
    with pytest.raises(ValueError, match="117"):
        shell("sources", "--json")


def test_an_error_is_one_object_where_data_was_asked_for(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise SeveralSubjects("x.csv", ("a", "b"))

    monkeypatch.setattr(screen, "data", stopped)
    told = shell("sources", "--json")
    error = json.loads(told.err)["error"]
    assert (told.code, told.out, error["kind"], error["exit_code"]) == (2, "", "SeveralSubjects", 2)
    assert error["subjects"] == ["a", "b"]
    assert error["hint"]


def test_a_reader_who_leaves_early_hears_no_complaint(surroundings: Path) -> None:
    with subprocess.Popen([SELFTWIN, "signals", "--all"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
        done.stdout.readline()
        done.stdout.close()
        assert done.stderr.read() == b""
    assert done.returncode == 0


def test_a_terminal_without_letters_gets_question_marks(surroundings: Path) -> None:
    surrounding = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([SELFTWIN, "undo", "x"], env=surrounding, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"? ")


def test_a_command_of_several_shows_by_itself_what_it_is_about(twin) -> None:
    itself, named = twin("audit", "--last", "2", "--json"), twin("audit", "show", "--last", "2", "--json")
    assert itself.code == named.code == 0
    assert itself.data == named.data
    assert "--last" in twin("audit", "--help").out
    assert twin("audit", "nonsense").code == 2
