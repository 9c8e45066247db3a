"""The record holds every decision and no value; what must not be lost is on the disk when the answer is given."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from selftwin.consent.gate import Decision
from selftwin.consent.grant import OWNER, Action, Granularity, Request
from selftwin.vocabulary.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.consent.grant import Grant
    from selftwin.consent.parties import Consent
    from selftwin.consent.record import Entry
    from selftwin.consent.view import View

AT = datetime(2031, 3, 9, 12, tzinfo=UTC)


def test_a_decision_comes_back_as_it_was_noted(
    consent: Consent, newest: Callable[[], list[Entry]], granted: Callable[..., Grant]
) -> None:
    facts = ("weight", "physiological", "health", AT)
    request = Request("clinic", Action.READ, "dpv:MedicalCare", Granularity.RAW, *facts)
    consent.record.note(request, Decision(allowed=True, reason="granted to clinic", grant=granted()), 7)
    (entry,) = newest()
    assert (entry.at, entry.party, entry.action, entry.purpose) == (AT, "clinic", "read", "dpv:MedicalCare")
    assert (entry.granularity, entry.signal, entry.allowed) == ("raw", "weight", True)
    assert (entry.grant, entry.reason, entry.rows) == ("clinic-1", "granted to clinic", 7)


def test_no_value_and_no_day_stands_in_the_record(consent: Consent, seen: Callable[..., View]) -> None:
    consent.view().series("weight")
    consent.view().days("weight")
    with pytest.raises(Refused):
        seen().series("weight")
    told = b"\n".join(consent.store.files.log.read())
    assert b"weight" in told
    assert [value for value in (b"80.125", b"84.125", b"2024-05-0") if value in told] == []


PROGRAM = """
import os, signal, sys
from selftwin.twin import Twin
from selftwin.vocabulary.errors import Refused
twin = Twin.open(sys.argv[1], "pass")
twin.days("weight")
if sys.argv[2] == "refused":
    try:
        twin.view("stranger").days("weight")
    except Refused:
        print("refused", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_refusal_is_on_the_disk_at_once_with_all_that_came_before(tmp_path: Path, home: None) -> None:
    from selftwin.twin import Twin

    Twin.create(tmp_path / "v", "pass").close()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path / "v", "refused"], capture_output=True, check=False, env=os.environ
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"refused\n")
    with Twin.open(tmp_path / "v", "pass") as twin:
        told = [(entry.party, entry.allowed) for entry in twin.record()]
    assert told == [(OWNER, True), ("stranger", False)]
