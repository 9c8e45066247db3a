"""A twin that another program has open answers every command as it would have answered alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from conftest import written

from selftwin.twin import Twin
from selftwin.twin.serving import places
from selftwin.twin.serving.listening import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSPHRASE = "four words in a row"
READS = """
signals | today | show heart_rate.resting | show heart_rate.resting --raw | show steps --since 2026-03-01
forecast heart_rate.resting | forecast steps --days 3 | body | changes | lows | risk | goal | imports | zones | worth
why heart_rate.resting | effects | imagine steps +3000/d | watch list | watch | watch history | watch test illness
experiment | consent | consent parties | consent purposes | consent templates | consent ask | consent preview doctor
consent explain doctor steps | consent explain doctor heart_rate.resting | consent worth
show heart_rate.resting --as doctor | show steps --as doctor | show steps --as nobody | certificates | backup --list
rights | rights letters | rights history steps | erase --signal steps --dry-run | audit | audit totals | audit verify
show nosuch | forecast nosuch | why nosuch | undo 99 | consent revoke nosuch | nonsense | goal nosuch
"""
WRITES = """
note weight 81.5 kg --at 2026-03-12T07:00 | note mood 3 --at 2026-03-12T20:00 | note weight heavy | note nosuch 3
import more.csv | import more.csv | import more.csv --dry-run | import nowhere.csv | import family.csv
import family.csv --subject ann | imports | undo 2 | learn | today | show weight
zones journey Asia/Tokyo --from 2026-02-01 --until 2026-02-10 | zones home Asia/Tokyo | zones
goal set resting~heart~rate~50~by~2027-06-30 steps~+3000/d | goal | goal drop heart_rate.resting
watch add illness --budget 2 | watch add level heart_rate.resting --if above~70~for~3~d | watch list | watch run --keep
watch budget illness 1 | watch drop illness | watch quiet 22:00-07:00 | watch quiet
consent parties add coach Coach | consent grant coach --template coach --signal steps --by daily | consent show coach
show steps --as coach | consent revoke coach-1 | show steps --as coach | consent show coach
rights rectify steps 9000 --at 2026-03-01 | rights rectify | rights restrict --signal mood | rights letter access Shop
summary doctor page.html | summary doctor page.html | capsule capsule.json | backup stick | backup --verify
rights export --to out | audit bundle copy | erase --signal mood --yes | certificates | audit totals
passphrase | signals
"""  # what stands together is joined by ~
FEW = """
signals | today | consent show doctor | show heart_rate.resting --as doctor | show steps --as doctor
note mood 3 --at 2026-03-12T20:00 | import more.csv | import nowhere.csv | imports | forecast nosuch
"""


def commands(listed: str) -> list[list[str]]:
    told = [one.strip() for one in listed.replace("\n", "|").split("|")]
    return [[word.replace("~", " ") for word in one.split()] for one in told if one]


MASKED = (
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+\d\d:\d\d|Z)?", "<moment>"),
    (r"\d\d:\d\d(:\d\d)?", "<time>"),
    (r'"seconds": ?[\d.]+', "<seconds>"), (r"in \d+\.\d s", "<seconds>"),
    (r"\b[0-9a-f]{16,64}\b", "<hash>"), (r'"[A-Za-z0-9+/=]{40,}"', "<bytes>"), (r"[A-Za-z0-9+/=]{60,}", "<bytes>"),
    (r"(?m)^    [A-Z0-9-]{20,}$", "<code>"), (r'"code": ?"[^"]+"', "<code>"), (r"selftwin-[0-9a-f]+", "<vault>"),
    (r"\d+(\.\d)? (kB|MB)", "<size>"), (r'"(size|written|bytes)": ?\d+', "<size>"), (r"\d[\d,]* bytes", "<size>"),
    (r"twin [0-9a-f]{8}", "<twin>"), (r"(?m)^(Looking at|Reading|Keeping) .*…\n", ""),  # as the clock has it
    (r"[\d,]+ (entries|checkpoints?|pieces)", r"<some> \1"),  # closing a twin after each command is on record, too
    (r'"(entries|checkpoints|pieces|size|count|index|record)": ?\d+', r'"\1": <some>'),
)  # fmt: skip


def masked(text: str) -> str:
    for what, by in MASKED:
        text = re.sub(what, by, text)
    return text


@pytest.fixture
def listening(doctor) -> Iterator[Listener]:
    """The twin of the doctor's patient, held open elsewhere (here: by other threads)."""
    with Twin.open(doctor.home / "twin", PASSPHRASE) as twin:
        made = Listener(doctor.home / "twin", lambda _: twin)
        yield made
        made.close()


def told(shell, listed: str, *, json: bool) -> list[tuple[object, ...]]:
    found = []
    for words in commands(listed):
        said = shell(*words, *(["--json"] if json else []))
        found.append((words, said.code, masked(said.out), masked(said.err)))
    return found


def both(doctor, monkeypatch: pytest.MonkeyPatch, listed: str, *, json: bool, run=None):
    """What the commands say alone, and what they say over the socket, from the same state."""
    kept = doctor.home.with_name(f"{doctor.home.name}-kept")
    written(doctor.home / "more.csv", days=65)
    written(doctor.home / "family.csv", people=("ann", "bob"), days=5)
    shutil.copytree(doctor.home, kept)
    monkeypatch.chdir(doctor.home)
    monkeypatch.setenv("SELFTWIN_NEW_PASSPHRASE", PASSPHRASE)
    alone = told(doctor, listed, json=json)
    monkeypatch.chdir(kept)
    shutil.rmtree(doctor.home)
    shutil.copytree(kept, doctor.home)
    monkeypatch.chdir(doctor.home)
    with Twin.open(doctor.home / "twin", PASSPHRASE) as twin:
        door = Listener(doctor.home / "twin", lambda _: twin, run=run)
        try:
            served = told(doctor, listed, json=json)
        finally:
            door.close()
    return alone, served


def test_a_command_says_the_same_over_the_socket(doctor, monkeypatch) -> None:
    alone, served = both(doctor, monkeypatch, FEW, json=False)
    assert [pair for pair in zip(alone, served, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.deep
@pytest.mark.timeout(600)
@pytest.mark.parametrize("json", [False, True], ids=["words", "data"])
@pytest.mark.parametrize("listed", [READS, WRITES], ids=["reading", "writing"])
def test_every_command_says_the_same_over_the_socket(doctor, monkeypatch, listed: str, *, json: bool) -> None:
    alone, served = both(doctor, monkeypatch, listed, json=json)
    assert [pair for pair in zip(alone, served, strict=True) if pair[0] != pair[1]] == []


def test_a_wrong_passphrase_opens_nothing_and_the_next_guess_waits(listening, doctor, monkeypatch) -> None:
    monkeypatch.setenv("SELFTWIN_PASSPHRASE", "another")
    began = time.monotonic()
    told = [doctor("signals") for _ in range(3)]
    assert {one.code for one in told} == {1}
    assert "does not open the vault" in told[0].err
    assert time.monotonic() - began > 0.1 + 0.2 + 0.4
    monkeypatch.setenv("SELFTWIN_PASSPHRASE", PASSPHRASE)
    assert doctor("signals").code == 0


def test_where_nobody_answers_the_vault_is_in_use_as_before(doctor) -> None:
    with Twin.open(doctor.home / "twin", PASSPHRASE):
        told = doctor("signals")
        assert (told.code, "has this vault open" in told.err) == (1, True)
    assert doctor("signals").code == 0


def test_the_socket_is_for_one_person_alone_and_goes_with_its_program(listening, doctor) -> None:
    path = places.address(doctor.home / "twin")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    listening.close()
    listening.close()
    assert not path.exists()
    assert doctor("signals").code == 1


SERVER = """
import sys
from selftwin.twin import Twin
from selftwin.twin.serving.listening import Listener
twin = Twin.open(sys.argv[1], sys.argv[2])
door = Listener(twin._store.files.place, lambda _: twin)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server(doctor) -> Iterator[subprocess.Popen[str]]:
    """A process that has the twin open."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, doctor.home / "twin", PASSPHRASE],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_a_program_that_dies_is_told_and_its_socket_is_no_hindrance(server, doctor) -> None:
    from selftwin.twin.serving.remote import reach
    from selftwin.vocabulary.errors import VaultError

    assert doctor("signals").code == 0
    twin = reach(doctor.home / "twin", PASSPHRASE)
    assert twin is not None
    server.kill()
    server.wait()
    with pytest.raises(VaultError, match="ended before it answered") as caught:
        twin.days("steps")
    assert caught.value.hint == "Run the command again."
    assert places.address(doctor.home / "twin").exists()
    assert doctor("signals").code == 0  # the vault is nobody's now
    with Twin.open(doctor.home / "twin", PASSPHRASE) as again:
        door = Listener(doctor.home / "twin", lambda _: again)
        assert doctor("signals").code == 0
        door.close()


def test_whoever_stops_a_command_stops_its_import_and_nothing_is_half_there(listening, doctor) -> None:
    from selftwin.twin.serving.remote import reach

    twin = reach(doctor.home / "twin", PASSPHRASE)
    assert twin is not None

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), twin:
        twin.import_paths([written(doctor.home / "more.csv", days=65)], tell=stop)
    again = reach(doctor.home / "twin", PASSPHRASE)
    assert again is not None
    with again:
        assert again.import_paths([doctor.home / "more.csv"]).files[0].observations.new == 10
