"""Finds the commands, runs one, and turns whatever stops it into a sentence and an exit code.

A command is a file in one of the GROUPS that holds one object `command`, a function or an app of several. Its name is
the file's, its line in the help the first of the file's docstring; it is imported when it is called. A folder there is
a command of several, its files are what may follow its name, and `show.py` among them is what it does by itself.

    0 done · 1 failed · 2 the words of the call are off · 3 refused by consent · 4 nothing to say yet · 130 interrupted
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError, Group, Parameter

from selftwin.cli import screen
from selftwin.vocabulary.errors import SelftwinError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GROUPS = ("begin", "read", "ask", "keep", "trust")
INTERRUPTED = 130
TRACEBACK = "SELFTWIN_TRACEBACK"
HELP = "A private digital twin of a person: sealed, consented, honest about what it does not know."


def run(tokens: Sequence[str]) -> int:
    """Run one command; returns its exit code. Nothing that fails ends in a traceback, unless SELFTWIN_TRACEBACK=1."""
    _stand_any_letter()
    as_json = "--json" in tokens
    try:
        done = build(*tokens[:1])(list(tokens), exit_on_error=False, print_error=False, result_action="return_value")
    except SelftwinError as error:
        return _told(type(error).__name__, error, error.hint, error.exit_code, as_json=as_json)
    except CycloptsError as error:
        return _told("UsageError", _unknown(error), _help(tokens), 2, as_json=as_json)
    except KeyboardInterrupt:
        screen.say("Stopped. What was kept before is kept; nothing is half there.")
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:
        if os.environ.get(TRACEBACK) == "1":
            raise
        return _told(*_unforeseen(error), as_json=as_json)
    return done if isinstance(done, int) else 0


def build(called: str = "") -> App:
    """The app with every command of the house; imported is only what the one that is called does by itself."""
    app = App(name="selftwin", help=HELP, version=_version, suppress_keyboard_interrupt=False,
              default_parameter=Parameter(negative=(), show_default=False))  # fmt: skip
    app["--help"].group = app["--version"].group = Group("About", sort_key=len(GROUPS))
    for order, folder in enumerate(GROUPS):
        group = Group(folder.capitalize(), sort_key=order)
        for name, place, line in commands(folder):
            if several := _several(name, folder, line, group):
                app.command(several)
                if name == called and "show" in several:
                    several.default(import_module(f"{place}.show").command)
            else:
                app.command(f"{place}:command", name=name, help=line, group=group)
    return app


def commands(folder: str) -> Iterator[tuple[str, str, str]]:
    """Name, module and line of help of every command in a folder, read without importing them.

    A folder within is a command of several: its line is its `__init__.py`'s, and each of its files is one of them.
    """
    place = Path(__file__).parent / folder
    for path in sorted([*place.glob("[a-z]*.py"), *place.glob("[a-z]*/__init__.py")]):
        path_of = path.parent if path.name == "__init__.py" else path.with_suffix("")
        first = path.read_text("utf-8").split('"""', 2)[1].splitlines()[0]
        name = path_of.name.rstrip("_").replace("_", "-")
        yield name, ".".join((__package__ or "", *folder.split("/"), path_of.name)), first


def _several(name: str, folder: str, line: str, group: Group) -> App | None:
    """The app of a command of several, None where it is one."""
    if not (Path(__file__).parent / folder / name).is_dir():
        return None
    app = App(name=name, help=line, group=group, default_parameter=Parameter(negative=(), show_default=False))
    for one, place, said in commands(f"{folder}/{name}"):
        app.command(f"{place}:command", name=one, help=said)
    return app


def _version() -> str:
    from importlib.metadata import version

    return version("selftwin")


def _told(kind: str, error: Exception | str, hint: str, code: int, *, as_json: bool) -> int:
    """Say what failed and what to do next, on stderr; as one JSON object where data was asked for."""
    if as_json:
        subjects = getattr(error, "subjects", None)
        about = {"kind": kind, "message": str(error), "hint": hint, "exit_code": code}
        screen.say_data({"error": about if subjects is None else about | {"subjects": subjects}})
    else:
        screen.say_error(str(error), hint)
    return code


def _unknown(error: CycloptsError) -> str:
    """What is off about a call; words that are too many, by the first of them."""
    spare = getattr(error, "unused_tokens", None)
    return f"I do not know what {spare[0]!r} means there." if spare else str(error)


def _help(tokens: Sequence[str]) -> str:
    """Where the words of a call are explained: at its command, else by the list of all."""
    known = {name for folder in GROUPS for name, _, _ in commands(folder)}
    if tokens and tokens[0] in known:
        return f"`selftwin {tokens[0]} --help` explains it."
    return "`selftwin --help` lists the commands."


def _unforeseen(error: Exception) -> tuple[str, str, str, int]:
    """Words for what nobody foresaw. The message is left out: it may carry a person's values."""
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return "OSError", f"{error.strerror}{where}.", "Look at the place named, then run it again.", 1
    kind = type(error).__name__
    hint = f"Your data are untouched. {TRACEBACK}=1 shows where it broke; please report it."
    return kind, f"I could not finish this ({kind}).", hint, 1


def _stand_any_letter() -> None:
    """A terminal that lacks a letter shows a question mark in its place."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _reader_left() -> int:
    """Whoever read stdout has gone; the rest is told to nobody, so that leaving is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
