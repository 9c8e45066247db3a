"""One tree of errors: drawn where it is defined, each with an exit code a door returns and something to do next."""

from __future__ import annotations

import inspect
import re

import pytest

from selftwin.vocabulary import errors
from selftwin.vocabulary.errors import SelftwinError, SeveralSubjects, UsageError

FAMILY = {name: one for name, one in vars(errors).items() if inspect.isclass(one) and issubclass(one, SelftwinError)}
DRAWN = re.findall(r"^([ │├└─]*)(\w+)(?: +(\d))?", errors.__doc__ or "", re.MULTILINE)


def drawn() -> dict[str, tuple[str, int]]:
    """Parent and exit code of every error as the picture has it."""
    above: list[tuple[int, str, int]] = []
    found = {}
    for indent, name, code in DRAWN:
        if name not in FAMILY:
            continue
        while above and above[-1][0] >= len(indent):
            above.pop()
        inherited = above[-1][2] if above else 1
        found[name] = (above[-1][1] if above else "Exception", int(code or inherited))
        above.append((len(indent), name, found[name][1]))
    return found


def test_the_picture_of_the_tree_is_the_tree() -> None:
    assert drawn() == {name: (one.__base__.__name__, one.exit_code) for name, one in FAMILY.items()}


@pytest.mark.parametrize("error", FAMILY.values(), ids=FAMILY.keys())
def test_every_leaf_says_what_to_do_next_or_is_told_where_it_is_raised(error: type[SelftwinError]) -> None:
    raised = error("x", ("A", "B")) if error is SeveralSubjects else error("It failed.", hint="Do this.")
    assert raised.hint
    assert str(raised)
    assert error.hint == "" or error.hint[-1] == "."


def test_a_hint_of_the_moment_leaves_the_others_alone() -> None:
    assert errors.NoVault("gone", hint="look there").hint == "look there"
    assert errors.NoVault("gone").hint != "look there"
    assert UsageError("off").hint == ""


def test_several_people_are_all_kept_and_the_first_forty_shown() -> None:
    people = tuple(f"p{number}" for number in range(60))
    error = SeveralSubjects("file.csv", people)
    assert error.subjects == people
    assert "holds 60 people: p0, " in str(error)
    assert ("p39" in str(error), "p40" in str(error)) == (True, False)
