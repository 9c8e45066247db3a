"""A visit: what it writes waits for an import without holding the page up."""

from __future__ import annotations

import threading
import time
from collections import deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from selftwin.vocabulary.errors import Locked, UsageError
from selftwin.web import importing
from selftwin.web.jobs import Jobs
from selftwin.web.page import Visit

if TYPE_CHECKING:
    from selftwin.web.sessions import Session


@pytest.fixture
def visit() -> Visit:
    held = SimpleNamespace(jobs=Jobs(), twin=SimpleNamespace(busy="import_paths"))
    return Visit("note", "", {}, cast("Session", SimpleNamespace(held=held, says=deque())))


def test_what_is_quick_is_done_and_its_result_told(visit: Visit) -> None:
    assert visit.soon("note", "Note", lambda: 7).found == (7,)
    assert visit.soon("note", "Note", lambda: None).done


def test_what_stands_behind_an_import_follows_by_itself(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PROMPT", 0.05)
    ended, written = threading.Event(), []
    began = time.monotonic()
    assert not visit.soon("note", "Note", lambda: (ended.wait(5), written.append(1))).done
    assert time.monotonic() - began < 2
    ended.set()
    assert all(job.wait(5) for job in visit.jobs)
    assert written == [1]


def test_what_goes_wrong_after_nobody_waits_for_it_is_said_on_the_next_page(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PROMPT", 0.05)
    ended = threading.Event()

    def off() -> None:
        ended.wait(5)
        raise UsageError("That is no note.", hint="Write one.")

    assert not visit.soon("note", "Note", off).done
    assert not visit.session.says
    ended.set()
    assert all(job.wait(5) for job in visit.jobs)
    assert list(visit.session.says) == ["Note: That is no note. Write one."]


def test_what_goes_wrong_is_raised(visit: Visit) -> None:
    def off() -> None:
        raise UsageError("That is no note.")

    def locked() -> None:
        raise Locked("The twin is locked.")

    with pytest.raises(UsageError, match="no note"):
        visit.soon("note", "Note", off)
    with pytest.raises(Locked):
        visit.soon("note", "Note", locked)
