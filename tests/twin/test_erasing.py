"""Canaries planted by real imports, erased in every way there is, and looked for in whatever is left: none is found.

The search reads raw bytes of every file, and, with the keys that are still held, every table, paper and line of the
record. It is held to finding them before.
"""

from __future__ import annotations

import json
import shutil
import struct
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyrage.x25519 import Identity

from selftwin.consent.grant import Granularity
from selftwin.twin import Twin
from selftwin.twin import watching_papers as papers
from selftwin.twin.arriving import drop
from selftwin.twin.delivering import Address
from selftwin.twin.erasing import Certificate, Target
from selftwin.twin.watching_papers import Case, News, Watch, What
from selftwin.vault import documents, erase, erase_scan
from selftwin.vault.disk import write_document
from selftwin.vault.erase_epoch import GONE, removed, settle_removal
from selftwin.vault.files import Files
from selftwin.vault.resting import EXPERIMENT
from selftwin.vocabulary.alert import Alert, Urgency
from selftwin.vocabulary.errors import NothingYet, OlderVault, SealBroken, UsageError, WrongPassphrase
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.experiment import Experiment, Kind, Logged

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.vault.store import Store

BAND = "canary-61ee07-band"
NOTE = "canary-1f4a90-note"
LATER = "canary-77ab3c-later"
PULSE = 61.40625123
APPLE = """<?xml version="1.0" encoding="UTF-8"?>
<HealthData locale="en_NL">
 <ExportDate value="2026-03-01 12:00:00 +0100"/>
"""
EXPORTS = {
    "apple": {"export.xml": APPLE + "".join(
        f' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="{BAND}" unit="count/min" '
        f'startDate="2026-02-{day:02} 08:00:00 +0100" endDate="2026-02-{day:02} 08:00:00 +0100" value="{PULSE}"/>\n'
        for day in range(1, 21)) + "</HealthData>\n"},
    "diary": {"mood.csv": "date,mood,note\n" + "".join(
        f"2026-{month:02}-{day:02},4,{word} {day}\n"
        for month, word in ((2, NOTE), (3, LATER)) for day in range(1, 11))},
    "weight": {"weight.csv": "Date,Weight (kg)\n" + "".join(f"2026-02-{day:02} 07:00:00,{80 + day / 8}\n"
                                                           for day in range(1, 21))},
}  # fmt: skip
WORDS = {BAND: BAND.encode(), NOTE: NOTE.encode(), LATER: LATER.encode(), "pulse": struct.pack("<d", PULSE)}
KINDS = {
    "signal": (Target(signals=("heart_rate",)), {BAND, "pulse"}),
    "category": (Target(categories=("physiological",)), {BAND, "pulse"}),
    "source": (Target(sources=(f"apple_health:{BAND}",)), {BAND, "pulse"}),
    "import": (Target(batches=(1,)), {BAND, "pulse"}),
    "span": (Target(since=date(2026, 3, 1)), {LATER}),
    "span of a signal": (Target(signals=("heart_rate",), until=date(2026, 2, 28)), {BAND, "pulse"}),
    "all of a diary": (Target(categories=("behavioural", "contextual")), {NOTE, LATER}),
}

ALERTS_LEFT = {"span": [1, 2, 3], "category": [], "all of a diary": [2, 3]}


def in_files(place: Path, words: set[str]) -> set[str]:
    """Which of the canaries stand in the raw bytes of any file below a place."""
    forms = {word: (WORDS[word], word.encode("utf-16-le")) for word in words}
    files = [path.read_bytes() for path in place.rglob("*") if path.is_file()]
    return {word for word, some in forms.items() if any(form in content for form in some for content in files)}


def in_what_opens(store: Store, words: set[str]) -> set[str]:
    """Which of the canaries stand in any table, paper or line of the record, once they are opened."""
    run, told = store.connection.execute, [repr(list(store.files.log.read()))]
    store.use("journal")
    for name in ("journal", *store.existing()):
        tables = run("SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [name]).fetchall()
        told += [repr(run(f"FROM {name}.{table}").fetchall()) for (table,) in tables]
    return {word for word in words if any((str(PULSE) if word == "pulse" else word) in one for one in told)}


def plant(store: Store) -> None:
    """Watches, alerts and trials that rest on the band, are set on it, or only name it; and one that does neither."""
    day, source = date(2026, 2, 20), f"apple_health:{BAND}"
    at = datetime(2026, 2, 21, tzinfo=UTC)
    papers.keep_address(store, Address("phone", "ntfys://secret-topic"))
    told = f"Of {BAND}: {PULSE}, a mood of {NOTE}."
    for name, about, silent in (("stale", source, ""), ("all", "", f"Lately there were: {source}, {NOTE}, {LATER}.")):
        papers.keep_watch(store, Watch(name, "stale", about, 0.0, "", day, silent=silent, looked=at))
    spans = {"heart_rate": ("2026-02-01", "2026-02-20"), "mood": ("2026-02-01", "2026-02-10")}
    resting = tuple((key, *span) for key, span in spans.items())
    for number, (cause, lineage) in enumerate((
        (told, resting), (f"{BAND} (apple_health) fell silent too.", (("weight", "2026-01-20", "2026-01-20"),)),
        ("Your weight.", (("weight", "2026-01-20", "2026-01-20"),)),
    ), 1):  # fmt: skip
        alert = Alert("stale", "", "2026-02-20", at.isoformat(), cause, (), (), (), (), Urgency.TODAY, Trust.TRUSTED, 9)
        news = (News(What.CALLED, at.isoformat(), ("phone",), words=cause),)
        papers.keep_case(store, Case(number, "all", "stale", at, "", lineage, alert, ("a",), news=news))
    trial = Experiment(
        "trial", "caffeine 0 mg", "caffeine", "heart_rate", ("mood",), "/min", 0, Kind.DAYS, day, 2, 1, 0, 0, 1.0, "mg",
        PULSE, at, False, "seal", 1, "01", (Logged(day, True, told),), notes=(told,), lineage=resting,
    )  # fmt: skip
    with store.writing("journal"):
        documents.put(store, EXPERIMENT, "trial", trial.packed())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a twin of three imports, learnt, with a capsule, a note on its way out and a wider record."""
    home = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        with Twin.create(home / "vault", "pass", home_zone="Europe/Amsterdam") as twin:
            for name, files in EXPORTS.items():
                (home.parent / f"{home.name}-{name}").mkdir()
                for one, content in files.items():
                    path = home.parent / f"{home.name}-{name}" / one
                    path.write_text(content)
                    twin.import_paths([path])
            twin.learn()
            twin.series("heart_rate")
            store = twin._store
            plant(store)
            assert in_what_opens(store, set(WORDS)) == set(WORDS)
    return home


@pytest.fixture
def held(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The vault in a home of its own, copied for one test."""
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(home))
    return home / "vault"


@pytest.mark.parametrize("kind", KINDS)
def test_no_canary_is_left_in_any_file_table_or_paper(kind: str, held: Path, tmp_path: Path) -> None:
    target, words = KINDS[kind]
    shutil.copytree(held.parent, tmp_path / "before")
    with Twin.open(held, "pass") as twin:
        toll = twin.would_erase(target)
        told = twin.erase(target, "pass", certificate=tmp_path / "certificate.json")
        assert toll.total == told.facts["gone"]["observations"] > 0
        assert told.facts["scan"]["found"] == []
        assert told.facts["scan"]["rows_left"] == 0
        assert in_what_opens(twin._store, words) == set()
        assert in_what_opens(twin._store, set(WORDS)) == set(WORDS) - words
        assert in_files(held.parent, set(WORDS)) == set()
        assert [one.number for one in papers.cases(twin._store)] == ALERTS_LEFT.get(kind, [3])
        assert len(papers.watches(twin._store)) == (1 if BAND in words else 2)
        code = twin.issue_capsule(tmp_path / "capsule")
        assert len(twin.held()) > 0
    assert in_files(held.parent, set(WORDS)) == set()
    assert [path.name for path in held.iterdir() if ".next" in path.name or ".wal" in path.name] == []
    assert list((held / "spill").iterdir()) == []
    earlier = tmp_path / "before" / "vault"
    with pytest.raises(OlderVault):
        Twin.open(earlier, "pass", accept_older=True)
    with pytest.raises(SealBroken):
        Twin.recover(earlier, tmp_path / "capsule", code, "pass")
    again = Twin.open(held, "pass")
    with again:
        assert in_what_opens(again._store, words) == set()
        assert Certificate.read(tmp_path / "certificate.json", public_key=told.public_key).facts == told.facts


def test_an_earlier_copys_files_open_with_no_key_that_is_still_held(held: Path, tmp_path: Path) -> None:
    shutil.copytree(held, tmp_path / "earlier")
    with Twin.open(held, "pass") as twin:
        twin.erase(Target(signals=("heart_rate",)), "pass")
    for name in ("slots.json", "seals", "record"):
        shutil.copy(held / name, tmp_path / "earlier" / name)
    with Files.open(tmp_path / "earlier", "pass", accept_older=True) as files:
        for name in ("journal", "physiological"):
            with pytest.raises(SealBroken):
                files.attach(name)


def test_the_search_finds_a_canary_where_there_is_one(held: Path) -> None:
    with Twin.open(held, "pass") as twin:
        wanted = erase.plan(twin._store, Target(signals=("heart_rate",)))
        canaries = erase_scan.canaries(twin._store, wanted)
        assert f"apple_health:{BAND}".encode() in canaries
        assert any(struct.pack("<d", PULSE) in one for one in canaries)
        for number, one in enumerate(canaries):
            (held / f"left-{number}").write_bytes(b"x" * 8_388_600 + one)
        found = erase_scan.search([held], canaries)
        assert found["found"] == sorted(f"left-{number}" for number in range(len(canaries)))
        for path in held.glob("left-*"):
            path.unlink()


def test_beliefs_days_and_the_record_say_nothing_of_what_went_and_the_twin_lives_on(held: Path) -> None:
    with Twin.open(held, "pass") as twin:
        view, weights = twin.view(), twin.days("weight")
        twin.erase(Target(signals=("heart_rate",)), "pass")
        assert "heart_rate" not in set(twin.estimates()["signal"])
        assert twin.series("heart_rate").is_empty()
        assert view.days("weight").equals(weights)
        twin.learn()
        kinds = [entry.kind for entry in twin.consent.record.entries()]
        assert kinds.count("erase") == kinds.count("erased") == 1
        twin.change_passphrase("pass", "other")
    with Twin.open(held, "other") as twin:
        assert [one.name for one in twin.certificates()] == ["erasure-1"]
        assert twin.days("weight").equals(weights)


def test_what_stays_is_exactly_what_it_was(held: Path) -> None:
    with Twin.open(held, "pass") as twin:
        before = {key: twin.series(key) for key in ("mood", "weight")}
        twin.erase(Target(signals=("heart_rate",), since=date(2026, 2, 3), until=date(2026, 2, 5)), "pass")
        assert {key: twin.series(key) for key in before}.keys() == before.keys()
        for key, rows in before.items():
            assert twin.series(key).equals(rows)
        local = twin.series("heart_rate")["local"].dt.date()
        assert set(local) == {date(2026, 2, day) for day in range(1, 21) if day not in {3, 4, 5}}


def test_the_passphrase_is_asked_for_again_and_a_wrong_one_touches_nothing(held: Path) -> None:
    with Twin.open(held, "pass") as twin:
        lines = len(list(twin.consent.record.entries()))
        for target in (Target(signals=("mood",)), Target(everything=True)):
            with pytest.raises(WrongPassphrase):
                twin.erase(target, "other")
        assert len(list(twin.consent.record.entries())) == lines
        assert twin.would_erase(Target(signals=("mood",))).total == 20


def test_nothing_to_erase_is_said_so(held: Path) -> None:
    with Twin.open(held, "pass") as twin:
        with pytest.raises(NothingYet):
            twin.erase(Target(signals=("glucose",)), "pass")
        with pytest.raises(UsageError):
            twin.would_erase(Target())


def test_what_waits_in_the_inbox_is_taken_in_before_its_key_ends(held: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.csv"
    late.write_text("Date,Weight (kg)\n2026-04-01 07:00:00,79.5\n")
    drop(held, [late])
    with Twin.open(held, "pass") as twin:
        with pytest.raises(UsageError, match="inbox"):
            twin.erase(Target(signals=("heart_rate",)), "pass")
        twin.take_in()
        twin.erase(Target(signals=("heart_rate",)), "pass")
        late.write_text("Date,Weight (kg)\n2026-04-02 07:00:00,79.25\n")
        drop(held, [late])
        (arrived,) = twin.take_in()
        assert arrived.account is not None
        assert twin.series("weight").tail(2)["value"].to_list() == [79.5, 79.25]


def test_whole_exports_summaries_and_slices_of_it_go_and_the_twin_opens_again(held: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out", str(Identity.generate().to_public())
    out.mkdir()
    with Twin.open(held, "pass") as twin:
        twin.consent.introduce("doctor", "Doctor")
        twin.consent.grant("doctor", ["sector-health:PatientMonitoring"], signals=["heart_rate"],
                           granularity=Granularity.RAW)  # fmt: skip
        twin.rights.export(out / "whole")
        pages = twin.summary("doctor", out / "summary", days=60).files
        twin.shares.give("doctor", out / "slice.age", recipient=key)
        twin.shares.give("doctor", out / "mine-now.age")
        (out / "mine-now.age").write_text("another file of the person's by now")
        told = twin.erase(Target(signals=("heart_rate",), since=date(2026, 2, 20)), "pass").facts["exports"]
    assert [Path(page).suffix for page in pages] == [".html", ".pdf"]
    assert {*pages, str(out / "slice.age"), str(out / "whole" / "csv" / "physiological.csv")} <= set(told["deleted"])
    assert told["changed"] == [str(out / "mine-now.age")]
    assert len(told["given_away"]) == 3
    assert sorted(path.name for path in out.iterdir()) == ["mine-now.age", "summary"]
    with Twin.open(held, "pass") as twin:
        assert [one.name for one in twin.certificates()] == ["erasure-1"]


def test_a_certificate_that_cannot_be_written_stops_an_erasure_before_it_begins(held: Path, tmp_path: Path) -> None:
    (tmp_path / "there.json").write_text("mine")
    with Twin.open(held, "pass") as twin:
        for to in (tmp_path / "there.json", tmp_path / "nowhere" / "c.json", held / "seals", held / "c.json"):
            for target in (Target(signals=("heart_rate",)), Target(everything=True)):
                with pytest.raises(UsageError):
                    twin.erase(target, "pass", certificate=to)
        assert "heart_rate" in [one.signal.key for one in twin.held()]
    assert (tmp_path / "there.json").read_text() == "mine"
    assert Twin.open(held, "pass").certificates() == []


def test_erasing_everything_through_a_link_takes_the_folder_itself(held: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(held)
    with Twin.open(link, "pass") as twin:
        done = twin.erase(Target(everything=True), "pass", certificate=tmp_path / "gone.json")
    assert Certificate.read(tmp_path / "gone.json").facts == done.facts
    assert list(held.parent.rglob("*.duckdb")) == []
    assert not held.exists()


def test_two_twins_erased_at_one_place_on_a_day_leave_two_certificates(held: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        with Twin.create(tmp_path / "twin", "pass") as twin:
            twin.erase(Target(everything=True), "pass")
        assert len(list(tmp_path.glob("twin-erased-*.json"))) == number


def test_a_certificate_whose_folder_went_meanwhile_is_written_beside_the_twin(held: Path, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    with Twin.open(held, "pass") as twin:
        vault = twin._store.files.vault_id
    write_document(held / GONE, {"vault": vault, "to": str(tmp_path / "away" / "c.json"), "certificate": "{}"})
    held.rename(removed(held))
    (tmp_path / "away").rmdir()
    settle_removal(held)
    assert held.with_name("vault-erased.json").read_text() == "{}"
    assert not removed(held).exists()


def test_nothing_is_written_into_the_folder_of_a_twin(held: Path) -> None:
    with Twin.open(held, "pass") as twin:
        twin.consent.introduce("doctor", "Doctor")
        twin.consent.grant("doctor", ["sector-health:PatientMonitoring"], signals=["heart_rate"],
                           granularity=Granularity.RAW)  # fmt: skip
        before = sorted(held.iterdir())
        writers: list[Callable[[Path], object]] = [
            twin.issue_capsule, twin.rights.export, twin.backups.save, lambda to: twin.summary("doctor", to),
            lambda to: twin.shares.give("doctor", to, recipient=str(Identity.generate().to_public())),
        ]  # fmt: skip
        for write in writers:
            for to in (held / "slice", held / ".." / held.name / "inbox" / "slice"):
                with pytest.raises(UsageError, match="within the"):
                    write(to)
        assert sorted(held.iterdir()) == before


def test_everything_is_gone_with_its_backups_and_leaves_a_certificate(held: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    with Twin.open(held, "pass") as twin:
        twin.backups.save(stick)
        told = twin.erase(Target(everything=True), "pass")
    (to,) = held.parent.glob("vault-erased-*.json")
    assert json.loads(to.read_text()) == told.facts
    assert not held.exists()
    assert [path for path in stick.rglob("*") if path.is_file()] == []
    left = [path for path in held.parent.rglob("*") if path.is_file()]
    assert left == [to]
    assert to.stat().st_mode & 0o077 == 0


def test_a_stick_that_is_away_is_told_and_not_made_anew_where_it_was(held: Path, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    with Twin.open(held, "pass") as twin:
        twin.backups.save(tmp_path / "media" / "stick")
        (tmp_path / "media").rename(tmp_path / "drawer")
        (told,) = twin.erase(Target(signals=("heart_rate",)), "pass").backups
        assert (told.deleted, told.backup) == (0, None)
        assert "are not there now" in told.failed
        assert not (tmp_path / "media").exists()
        (tmp_path / "drawer").rename(tmp_path / "media")
        (old,) = (tmp_path / "media" / "stick").iterdir()
        twin.backups.save()
        (new,) = (tmp_path / "media" / "stick").iterdir()
        assert old != new  # what lay there under keys that had ended is deleted now


def test_why_a_value_was_corrected_goes_with_it_from_every_paper_and_the_record(held: Path) -> None:
    with Twin.open(held, "pass") as twin:
        twin.rights.rectify("weight", 81.0, at=date(2026, 2, 3), reason=f"{NOTE}: it was not {PULSE}")
        assert NOTE not in repr(list(twin.audit.entries()))
        twin.erase(Target(signals=("weight",), since=date(2026, 2, 3), until=date(2026, 2, 3)), "pass")
        assert twin.rights.corrections() == []
        twin.erase(Target(categories=("behavioural", "contextual")), "pass")
        assert in_what_opens(twin._store, {NOTE, "pulse"}) == {"pulse"}


def test_backups_are_made_anew_and_the_old_ones_go(held: Path, tmp_path: Path) -> None:
    stick, earlier = tmp_path / "stick", tmp_path / "earlier"
    with Twin.open(held, "pass") as twin:
        twin.backups.save(stick)
        shutil.copytree(stick, earlier)
        told = twin.erase(Target(signals=("heart_rate",)), "pass")
        assert [(one.place, one.failed) for one in told.backups] == [(str(stick), "")]
        assert told.facts["backups"] == [str(stick)]
        assert twin.backups.verify().number == 2
    old = {path.relative_to(earlier) for path in earlier.rglob("*") if path.is_file()}
    new = {path.relative_to(stick) for path in stick.rglob("*") if path.is_file()}
    assert not old & new
    assert in_files(tmp_path, set(WORDS)) == set()


def test_a_certificate_that_was_changed_or_is_none_is_refused(held: Path, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    with Twin.open(held, "pass") as twin:
        told = twin.erase(Target(signals=("heart_rate",)), "pass", certificate=path)
    assert Certificate.read(path).lines() == told.lines()
    path.write_text(path.read_text().replace('"observations":20', '"observations":2'))
    for spoilt in (path.read_text(), "{}", "[]", "no JSON"):
        path.write_text(spoilt)
        with pytest.raises(SealBroken):
            Certificate.read(path)
    told.write(path)
    with pytest.raises(SealBroken):
        Certificate.read(path, public_key="A" * 43 + "=")
    with pytest.raises(UsageError):
        Certificate.read(tmp_path / "missing")


def test_a_certificate_cut_off_by_a_crash_is_made_at_the_next_opening(
    held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(erase, "finish", died)
        with Twin.open(held, "pass") as twin, pytest.raises(KeyboardInterrupt):
            twin.erase(Target(signals=("heart_rate",)), "pass")
    with Twin.open(held, "pass") as twin:
        (told,) = twin.certificates()
        assert told.facts["gone"]["observations"] == 20
        assert told.facts["scan"] == {"done": False, "why": "selftwin was stopped before it could search"}
        assert any("Not searched" in line for line in told.lines())
        assert datetime.fromisoformat(told.facts["done"]).tzinfo
    assert list((held / "spill").iterdir()) == []
