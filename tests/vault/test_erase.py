"""An erasure takes what was named and all that came of it, leaves the rest as it was, and cannot be taken back."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.vault import beliefs, documents, erase
from selftwin.vault.beliefs import Belief, Checkpoint
from selftwin.vault.days import days
from selftwin.vault.erase_exports import EXPORT
from selftwin.vault.erase_plan import CORRECTION, Target, plan
from selftwin.vault.files import Files
from selftwin.vault.keys import untext
from selftwin.vault.signing import PROOF, checked
from selftwin.vault.store import Store
from selftwin.vocabulary.errors import OlderVault, SealBroken, UsageError, VaultInUse, WrongPassphrase

from .exports import Row, minutes, take
from .test_merge import current, digests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T0 = datetime(2024, 5, 1, 10)
WATCH = minutes(T0, 40, signal="heart_rate", value=60.125, source="test:Watch")
RING = minutes(T0 + timedelta(days=40), 30, signal="heart_rate", value=61.375, source="test:Ring")
WORDS = [f"canary-{k}-in-the-mine" for k in range(5)]
MOODS = [Row("mood", T0 + timedelta(days=k), 4.0, text=said, source="test:Diary") for k, said in enumerate(WORDS)]


def gone(store: Store, target: Target) -> dict[str, object]:
    return erase.erase(store, plan(store, target), "pass")


def kept(store: Store) -> list[tuple[object, ...]]:
    return [row for name in store.existing() for row in rows(store, name)]


def rows(store: Store, name: str) -> list[tuple[object, ...]]:
    return store.connection.execute(
        f"SELECT g.key, s.name, o.native, o.start, o.value, o.text FROM {name}.observation o "
        f"JOIN {name}.signal g ON g.id = o.signal JOIN {name}.source s ON s.id = o.source ORDER BY ALL"
    ).fetchall()


def belief(key: str, *inputs: tuple[str, str, str]) -> tuple[Belief, Checkpoint]:
    lineage = tuple((*one, 0) for one in inputs)
    state = Checkpoint(key, "made.up", 1, 0, None, b"state of " + key.encode())
    return Belief(key, "normal", datetime.now(UTC), "made.up 1", 1, 0, (), (), lineage, {"mean": 7.0}), state


def three_imports(store: Store) -> None:
    take(store, WATCH)
    take(store, RING)
    take(store, MOODS)
    for name, key in (("physiological", "heart_rate"), ("behavioural", "mood")):
        days(store, name, key)


@pytest.fixture
def filled(opened: Callable[[Callable[[Store], None]], Store]) -> Store:
    """Two devices' hearts, forty days apart, and a diary: three imports."""
    return opened(three_imports)


def rarer(target: Target, left: set[str]) -> object:
    """A target that another one nearly covers: tried in the deep suite alone."""
    return pytest.param(target, left, marks=pytest.mark.deep)


@pytest.mark.parametrize(
    ("target", "left"),
    [
        (Target(signals=("heart_rate",)), {"test:Diary"}),
        rarer(Target(categories=("physiological",)), {"test:Diary"}),
        (Target(sources=("test:Ring",)), {"test:Watch", "test:Diary"}),
        rarer(Target(sources=("TEST",)), set()),
        (Target(batches=(1, 3)), {"test:Ring"}),
        (Target(since=date(2024, 6, 1)), {"test:Watch", "test:Diary"}),
        rarer(Target(until=date(2024, 5, 31)), {"test:Ring"}),
        rarer(Target(signals=("heart_rate",), until=date(2024, 5, 31)), {"test:Ring", "test:Diary"}),
        (Target(sources=("test:Watch",), since=date(2024, 6, 1)), {"test:Watch", "test:Ring", "test:Diary"}),
        (Target(signals=("mood",), categories=("physiological",)), set()),
    ],
)
def test_what_was_named_goes_and_nothing_else(filled: Store, target: Target, left: set[str]) -> None:
    before = kept(filled)
    told = plan(filled, target).counts()
    certificate = gone(filled, target)
    assert kept(filled) == [row for row in before if row[1] in left]
    assert certificate["gone"] == told
    assert told["observations"] == len(before) - len(kept(filled))
    with pytest.raises(VaultInUse):
        Files.open(filled.files.place, "pass")
    filled.close()
    with Store(Files.open(filled.files.place, "pass")) as again:
        assert kept(again) == [row for row in before if row[1] in left]


@pytest.mark.parametrize("wrong", [
    {"signals": "mood"}, {"categories": "behavioural"}, {"since": "2026-01-01"}, {"until": datetime(2026, 1, 1)},
])  # fmt: skip
def test_a_target_of_the_wrong_types_is_refused(filled: Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="must be"):
        plan(filled, Target(**wrong))


def test_a_target_must_say_something_that_is_there(filled: Store) -> None:
    for target in (
        Target(), Target(signals=("nonsense",)), Target(categories=("spiritual",)), Target(sources=("tes",)),
        Target(batches=(9,)), Target(since=date(2024, 5, 2), until=date(2024, 5, 1)),
        Target(sources=("test:Ring",), everything=True),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            plan(filled, target)


def test_a_wrong_passphrase_erases_nothing(filled: Store) -> None:
    before, names = kept(filled), sorted(path.name for path in filled.files.place.iterdir())
    with pytest.raises(WrongPassphrase):
        erase.erase(filled, plan(filled, Target(signals=("mood",))), "other")
    assert kept(filled) == before
    assert names == sorted(path.name for path in filled.files.place.iterdir())


def test_days_of_what_stays_are_as_if_the_rest_had_never_been(filled: Store, tmp_path: Path) -> None:
    gone(filled, Target(sources=("test:Ring",)))
    with Store(Files.create(tmp_path / "other", "pass"), home_zone="Europe/Vienna") as other:
        take(other, WATCH)
        fresh = days(other, "physiological", "heart_rate").drop("changed")
        assert days(filled, "physiological", "heart_rate").drop("changed").equals(fresh)
        assert digests(filled) == digests(other)
        assert current(filled) == current(other)


def test_the_same_export_brings_back_what_was_erased_and_knows_the_rest(filled: Store) -> None:
    gone(filled, Target(signals=("heart_rate",), sources=("test:Ring",)))
    again = take(filled, [*WATCH, *RING])
    made = again.accounts[0].observations
    assert (made.new, made.known) == (30, 40)


def test_new_names_get_numbers_of_their_own_after_an_erasure(filled: Store) -> None:
    gone(filled, Target(sources=("test:Watch",)))
    take(filled, minutes(T0, 3, signal="steps", value=1.0, source="test:Phone"))
    take(filled, minutes(T0, 3, signal="heart_rate", value=1.0, source="test:Strap"))
    found = {(row[0], row[1]) for row in kept(filled)}
    assert found == {("heart_rate", "test:Ring"), ("heart_rate", "test:Strap"), ("steps", "test:Phone"),
                     ("mood", "test:Diary")}  # fmt: skip


def test_earlier_values_go_with_what_replaced_them(store: Store) -> None:
    second, later = T0 + timedelta(days=1), T0 + timedelta(days=9)
    first = [Row("weight", T0, 80.125, native="a"), Row("weight", later, 90.0, native="b")]
    moved = [Row("weight", second, 81.0, native="a"), Row("weight", later, 91.0, native="b")]
    take(store, first)
    take(store, moved, exported=datetime(2024, 7, 1))
    found = plan(store, Target(since=date(2024, 5, 2), until=date(2024, 5, 2)))
    assert (found.counts()["observations"], found.counts()["revisions"]) == (1, 1)
    erase.erase(store, found, "pass")
    left = store.connection.execute("SELECT native, value FROM physiological.history").fetchall()
    assert left == [("b", 90.0)]


def test_erasing_an_import_brings_back_what_it_had_replaced(store: Store) -> None:
    take(store, [Row("weight", T0, 80.0, native="a")])
    before = current(store), digests(store)
    take(store, [Row("weight", T0, 82.0, native="a"), Row("weight", T0 + timedelta(days=1), 83.0)],
         exported=datetime(2024, 7, 1))  # fmt: skip
    days(store, "physiological", "weight")
    gone(store, Target(batches=(2,)))
    assert (current(store), digests(store)) == before
    assert days(store, "physiological", "weight")["value"].to_list() == [80.0]
    assert store.connection.execute("SELECT count(*) FROM physiological.history").fetchone() == (0,)


def test_what_had_only_been_undone_is_erased_too(filled: Store) -> None:
    filled.undo(2)
    told = gone(filled, Target(batches=(2,)))
    assert told["gone"]["observations"] == 0
    assert "physiological" in told["rewritten"]
    names = filled.connection.execute("SELECT name FROM physiological.source").fetchall()
    assert names == [("test:Watch",)]


def test_a_span_takes_the_local_days_and_a_night_from_its_evening(store: Store) -> None:
    beats = [Row("heart_rate", datetime(2024, 5, 1, hour, minute), 60.0)
             for hour, minute in ((21, 59), (22, 0))] + [Row("heart_rate", datetime(2024, 5, 2, 22), 60.0)]  # fmt: skip
    across = Row("steps", datetime(2024, 5, 1, 21, 30), 5.0, datetime(2024, 5, 1, 22, 30))
    asleep = [
        Row("sleep.stage", datetime(2024, 5, 1, 16, 0), stop=datetime(2024, 5, 1, 16, 30), text="deep"),
        Row("sleep.stage", datetime(2024, 5, 1, 15, 0), stop=datetime(2024, 5, 1, 15, 30), text="deep"),
    ]
    take(store, [*beats, across, *asleep])
    gone(store, Target(since=date(2024, 5, 2), until=date(2024, 5, 2)))
    assert {(row[0], row[3]) for row in kept(store)} == {
        ("heart_rate", datetime(2024, 5, 1, 21, 59)), ("heart_rate", datetime(2024, 5, 2, 22)),
        ("sleep.stage", datetime(2024, 5, 1, 15, 0)),
    }  # fmt: skip


def test_beliefs_and_models_go_by_their_lineage_across_categories(filled: Store) -> None:
    early, late = ("2024-05-01", "2024-05-02"), ("2024-06-09", "2024-06-11")
    beliefs.keep(filled, "behavioural", [belief("mood", ("heart_rate", *late))])
    beliefs.keep(filled, "physiological", [belief("heart_rate", ("heart_rate", *early))])
    found = plan(filled, Target(sources=("test:Ring",)))
    assert (found.counts()["estimates"], found.counts()["models"]) == (1, 2)
    erase.erase(filled, found, "pass")
    assert [one.key for name in filled.existing() for one in beliefs.read(filled, name)] == ["heart_rate"]
    assert beliefs.checkpoint(filled, "behavioural", "mood", "made.up", 1) is None
    assert beliefs.checkpoint(filled, "physiological", "heart_rate", "made.up", 1) is None


def test_the_journal_no_longer_names_or_counts_what_went(filled: Store) -> None:
    gone(filled, Target(sources=("test:Ring",)))
    run = filled.connection.execute
    assert run("SELECT count(*) FROM journal.file").fetchone() == (1,)
    assert [batch.what for batch in filled.batches()] == ["test", "(erased)", "(partly erased)"]


def test_entries_of_the_record_that_name_an_erased_signal_lose_their_words_and_keep_their_leaf(filled: Store) -> None:
    log = filled.files.log
    for key in ("heart_rate", "heart_rate.resting", "mood"):
        log.append(json.dumps({"signal": key, "reason": "x"}).encode())
    head = log.head
    told = gone(filled, Target(signals=("heart_rate",)))
    assert [json.loads(body)["signal"] for body in log.read()] == ["heart_rate.resting", "mood"]
    assert log.head == head
    assert told["record"]["forgotten"] == 1
    assert told["record"]["root_before"] == told["record"]["root_after"]


def test_an_earlier_copy_opens_with_nothing_that_is_still_held(filled: Store, tmp_path: Path) -> None:
    filled.files.issue_capsule(tmp_path / "old.capsule")
    with filled.still() as place:
        shutil.copytree(place, tmp_path / "copy")
    gone(filled, Target(signals=("mood",)))
    code = filled.files.issue_capsule(tmp_path / "new.capsule")
    filled.close()
    with pytest.raises(OlderVault):
        Files.open(tmp_path / "copy", "pass", accept_older=True)
    with pytest.raises(SealBroken):
        Files.recover(tmp_path / "copy", tmp_path / "new.capsule", code, "pass", accept_older=True)
    shutil.copy(filled.files.place / "slots.json", tmp_path / "copy")
    with pytest.raises(SealBroken):
        Files.open(tmp_path / "copy", "pass", accept_older=True)


def test_a_capsule_from_before_is_refused_with_the_reason(filled: Store, tmp_path: Path) -> None:
    code = filled.files.issue_capsule(tmp_path / "old.capsule")
    gone(filled, Target(signals=("mood",)))
    new = filled.files.issue_capsule(tmp_path / "new.capsule")
    filled.close()
    with pytest.raises(OlderVault, match="before an erasure"):
        Files.recover(filled.files.place, tmp_path / "old.capsule", code, "other")
    with Store(Files.recover(filled.files.place, tmp_path / "new.capsule", new, "other")) as again:
        assert len(kept(again)) == 70


def test_passphrase_and_seals_go_on_after_an_erasure(filled: Store) -> None:
    gone(filled, Target(signals=("mood",)))
    filled.files.change_passphrase("pass", "other")
    take(filled, MOODS)
    filled.close()
    with pytest.raises(WrongPassphrase):
        Files.open(filled.files.place, "pass")
    with Store(Files.open(filled.files.place, "other")) as again:
        assert len(kept(again)) == 75


def test_the_identity_stays_and_every_other_key_is_new(filled: Store) -> None:
    names = ("record", "prints", "ingest", "backup", "identity")
    before = {name: bytes(filled.files.secret(name).reveal()) for name in names}
    gone(filled, Target(signals=("mood",)))
    same = {name for name in names if bytes(filled.files.secret(name).reveal()) == before[name]}
    assert same == {"identity"}


def test_the_certificate_is_signed_kept_and_noticed_when_changed(filled: Store) -> None:
    told = gone(filled, Target(signals=("mood",)))
    public = untext(told[PROOF]["public_key"])
    assert checked(told, public)["asked"] == {"signals": ["mood"]}
    assert documents.one(filled, erase.CERTIFICATE, "erasure-1") == told
    assert told["scan"]["done"]
    assert (told["scan"]["found"], told["scan"]["rows_left"]) == ([], 0)
    assert told["scan"]["canaries"] >= 3
    with pytest.raises(SealBroken):
        checked({**told, "gone": {}}, public)


def test_exports_in_reach_go_and_those_given_away_are_named(filled: Store, tmp_path: Path) -> None:
    mine, other, sent, folder = (tmp_path / name for name in ("mine.csv", "steps.csv", "sent.age", "whole"))
    folder.mkdir()
    content = b"canary-1-in-the-mine"
    pages, bare = [tmp_path / "page.html", tmp_path / "page.pdf"], tmp_path / "bare"
    bare.mkdir()
    for path in (mine, other, sent, folder / "a.csv", folder / "b.csv", *pages, bare / "c.csv"):
        path.write_bytes(content)
    same, changed = hashlib.sha256(content).hexdigest(), hashlib.sha256(b"before").hexdigest()
    papers = {
        "export-1": {"path": str(mine), "signals": ["mood"]},
        "export-2": {"path": str(other), "signals": ["steps"], "categories": ["behavioural"]},
        "export-3": {"path": str(tmp_path / "lost.csv"), "categories": ["behavioural"]},
        "export-4": {"path": str(sent), "signals": ["mood"], "to": "doctor"},
        "export-5": {"folder": str(folder), "files": [{"path": "a.csv", "sha256": same},
                                                      {"path": "b.csv", "sha256": changed}]},
        "export-6": {"path": str(pages[0]), "paths": [*map(str, pages)], "to": "owner"},
        "export-7": {"path": str(bare), "files": [{"path": "c.csv", "sha256": same}]},
    }  # fmt: skip
    with filled.writing("journal"):
        for name, body in papers.items():
            documents.put(filled, EXPORT, name, body)
    told = gone(filled, Target(signals=("mood",)))
    assert told["exports"] == {
        "deleted": [*map(str, (mine, sent, folder / "a.csv", *pages, bare / "c.csv"))],
        "not_found": [str(tmp_path / "lost.csv")],
        "changed": [str(folder / "b.csv")],
        "given_away": [f"to doctor: {sent}", f"to owner: {pages[0]}"],
    }  # fmt: skip
    assert [path.exists() for path in (mine, other, sent, folder / "a.csv", bare)] == [False, True, False, False, False]
    assert told["scan"]["found"] == ["b.csv"]
    assert [name for name, _, _ in documents.every(filled, EXPORT)] == ["export-2"]


def test_papers_on_corrections_of_what_went_go(filled: Store) -> None:
    with filled.writing("journal"):
        for name, key, batch in (("a", "mood", 3), ("b", "heart_rate", 1), ("c", "heart_rate", 2)):
            documents.put(filled, CORRECTION, name, {"signal": key, "batch": batch, "reason": "canary"})
    gone(filled, Target(sources=("test:Ring",)))
    assert [name for name, _, _ in documents.every(filled, CORRECTION)] == ["a", "b"]
    gone(filled, Target(signals=("mood",)))
    assert [name for name, _, _ in documents.every(filled, CORRECTION)] == ["b"]


def test_everything_leaves_a_certificate_and_nothing_else(filled: Store, tmp_path: Path, home: Path) -> None:
    place, to = filled.files.place, tmp_path / "gone.json"
    with pytest.raises(WrongPassphrase):
        erase.destroy(filled, plan(filled, Target(everything=True)), "other", to)
    told = erase.destroy(filled, plan(filled, Target(everything=True)), "pass", to)
    assert not place.exists()
    assert json.loads(to.read_text()) == told
    assert told["gone"]["observations"] == 75
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert filled.files.closed
    Files.create(place, "pass").close()
