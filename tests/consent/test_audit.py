"""The audit tells who read what, adds it up, and finds a record that was tampered with, cut, reordered or forked."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime, timedelta
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from forging import ATTACKS, forged

from selftwin.consent.grant import Granularity
from selftwin.consent.record import CHECKPOINT
from selftwin.twin import Twin
from selftwin.vault import checkpoint
from selftwin.vault.files import Files
from selftwin.vault.log import Leaf
from selftwin.vocabulary.errors import OlderVault, Refused, SealBroken

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def lived(home: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The owner looks at weight, a stranger is refused, a doctor sees days of it; a checkpoint is in the record."""
    place = tmp_path_factory.mktemp("lived")
    with Twin.create(place / "v", "pass") as twin:
        twin.observe("weight", 80.5, at=datetime(2024, 5, 1, 12, tzinfo=UTC))
        twin.days("weight")
        with pytest.raises(Refused):
            twin.view("stranger").days("weight")
        twin.consent.introduce("doctor", "A doctor")
        purposes = ["dpv:PersonalisedBenefits"]
        grant = twin.consent.grant("doctor", purposes, signals=["weight"], granularity=Granularity.DAILY)
        assert twin.view("doctor").days("weight").height == 1
        twin.consent.revoke(grant.id)
        with pytest.raises(Refused):
            twin.view("doctor").days("weight")
    copytree(os.environ["HOME"], place / "home")
    return place


@pytest.fixture
def place(lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The twin that lived, and its home, for one test alone."""
    copytree(lived, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "v"


def test_lines_are_chosen_by_all_that_is_wanted(place: Path) -> None:
    with Twin.open(place, "pass") as twin:
        every = twin.audit.entries()
        assert [one.index for one in every] == sorted(one.index for one in every)
        assert CHECKPOINT not in {one.kind for one in every}
        assert {one.kind for one in twin.audit.entries(kind=CHECKPOINT)} == {CHECKPOINT}
        doctor = twin.audit.entries(party="doctor", kind="read")
        assert [(one.allowed, one.rows, one.grant) for one in doctor] == [(True, 1, "doctor-1"), (False, 0, "")]
        assert twin.audit.entries(grant="doctor-1", kind="read") == doctor[:1]
        assert twin.audit.entries(allowed=False) == [one for one in every if not one.allowed]
        assert twin.audit.entries(signal="steps") == []
        assert {one.signal for one in twin.audit.entries(signal="weight")} == {"weight"}
        assert twin.audit.entries(purpose="dpv:PersonalisedBenefits", signal="weight")
        middle = every[2].at
        assert twin.audit.entries(until=middle) + twin.audit.entries(since=middle) == every
        assert twin.audit.entries(since=datetime.now(UTC) + timedelta(days=1)) == []


def test_totals_are_the_lines_added_up(place: Path) -> None:
    with Twin.open(place, "pass") as twin:
        totals = {one.party: one for one in twin.audit.totals()}
        doctor, stranger = totals["doctor"], totals["stranger"]
        assert (doctor.reads, doctor.refusals, doctor.rows, doctor.signals) == (1, 1, 1, ("weight",))
        assert (stranger.reads, stranger.refusals, stranger.rows, stranger.signals) == (0, 1, 0, ())
        assert doctor.last == twin.audit.entries(party="doctor")[-1].at
        assert [one.party for one in twin.audit.totals(party="doctor")] == ["doctor"]
        assert sum(one.reads for one in totals.values()) == len(twin.audit.entries(kind="read", allowed=True))


def test_a_record_left_alone_holds_in_every_session(place: Path) -> None:
    kept = None
    for session in range(4):
        with Twin.open(place, "pass") as twin:
            verdict = twin.audit.verify(kept)
            assert (verdict.holds, verdict.faults, verdict.notes) == (True, (), ())
            assert verdict.checkpoints == 2 + session + bool(kept)
            assert len(verdict.root) == 64
            twin.days("weight")
            kept = twin.audit.checkpoint()


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_record_written_anew_by_someone_with_every_key_is_found(place: Path, attack: str) -> None:
    with Twin.open(place, "pass") as twin:
        kept = twin.audit.checkpoint()
        assert twin.audit.verify(kept).holds
    forged(place, ATTACKS[attack])
    with Twin.open(place, "pass") as twin:
        verdict = twin.audit.verify(kept)
    assert not verdict.holds
    assert "that was kept" in " ".join(verdict.faults)


@pytest.mark.parametrize("attack", sorted(set(ATTACKS) - {"cut", "forked"}))
def test_the_records_own_checkpoints_find_it_too(place: Path, attack: str) -> None:
    forged(place, ATTACKS[attack])
    with Twin.open(place, "pass") as twin:
        verdict = twin.audit.verify()
    assert not verdict.holds
    assert "a checkpoint," in verdict.faults[0]


def test_a_checkpoint_within_that_another_key_signed_is_found(place: Path) -> None:
    def spoilt(leaf: Leaf) -> Leaf:
        body = leaf.body or b""
        at = body.rfind(b"\\n")
        letter = b"A" if body[at - 5 : at - 4] != b"A" else b"B"
        return Leaf.of(leaf.salt, body[: at - 5] + letter + body[at - 4 :]) if b'"checkpoint"' in body else leaf

    forged(place, lambda leaves: [spoilt(leaf) for leaf in leaves])
    with Twin.open(place, "pass") as twin:
        assert "was changed, or is another vault's" in twin.audit.verify().faults[0]


def test_two_checkpoints_of_a_forked_record_cannot_both_hold(place: Path) -> None:
    with Twin.open(place, "pass") as twin:
        first = twin.audit.checkpoint()
    forged(place, ATTACKS["forked"])
    with Twin.open(place, "pass") as twin:
        second = twin.audit.checkpoint()
        assert twin.audit.verify(second).holds
        assert not twin.audit.verify(first).holds


def test_without_the_keys_a_touched_record_is_not_even_opened(place: Path) -> None:
    content = (place / "record").read_bytes()
    half = len(content) // 2
    for touched in (content[:-1], content[:half], content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :]):
        (place / "record").write_bytes(touched)
        with pytest.raises(SealBroken):
            Twin.open(place, "pass")
    (place / "record").write_bytes(content)
    Twin.open(place, "pass").close()


def test_a_record_changed_under_an_open_twin_is_found(place: Path) -> None:
    with Twin.open(place, "pass") as twin:
        content = (place / "record").read_bytes()
        (place / "record").write_bytes(content[:-30] + bytes(30))
        verdict = twin.audit.verify()
        (place / "record").write_bytes(content)
        assert not verdict.holds
        assert "was changed, cut or moved" in verdict.faults[0]
        assert twin.audit.verify().holds


def test_lines_that_were_erased_are_counted_and_every_checkpoint_still_agrees(place: Path) -> None:
    with Twin.open(place, "pass") as twin:
        before = twin.audit.verify(kept := twin.audit.checkpoint())
    forged(place, lambda leaves: [leaf.erased() if b"weight" in (leaf.body or b"") else leaf for leaf in leaves])
    with Twin.open(place, "pass") as twin:
        after = twin.audit.verify(kept)
        assert twin.audit.entries(signal="weight") == []
    assert (after.holds, after.size, after.root, after.erased) == (True, before.size, before.root, 4)


def test_a_crash_that_cut_what_was_noted_outside_stops_the_opening(place: Path) -> None:
    with Files.open(place, "pass") as files:
        files.log.append(b'{"at":"2031-01-01T00:00:00+00:00","party":"doctor"}', now=True)
        checkpoint.note(files)
        path = checkpoint._path(files.vault_id)
        newest = path.read_bytes()
    forged(place, lambda leaves: leaves[:-1])
    path.write_bytes(newest)
    with pytest.raises(OlderVault, match="shorter"):
        Twin.open(place, "pass")


def test_the_key_is_a_verifier_key(place: Path) -> None:
    with Twin.open(place, "pass") as twin:
        name, number, key = twin.audit.key.split("+", 2)
    assert name.startswith("selftwin/")
    assert len(number) == 8
    assert len(base64.b64decode(key)) == 33
