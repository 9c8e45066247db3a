"""The journal counts, remembers files and accounts, and says which portions a dead process left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.vocabulary.account import Fault, FileAccount, Observations, Records
from selftwin.vocabulary.zones import Stay, ZoneTimeline

if TYPE_CHECKING:
    from selftwin.vault.journal import Journal
    from selftwin.vault.store import Store

ACCOUNT = FileAccount(
    path="box.zip/steps.json",
    source="fitbit",
    records=Records(4, 2, 1, 1),
    observations=Observations(2, 1, 1, 0),
    first="2024-05-01",
    last="2024-05-02",
    kinds={"steps": 4},
    signals={"steps": 2},
    faults=(Fault("box.zip/steps.json, record 3", "no value"),),
    notes=("summaries passed over",),
)


def with_known(account: FileAccount, source: str, known: int) -> FileAccount:
    return FileAccount(account.path, source, Records(), Observations(known, 0, known), "", "", {}, {})


def kept(journal: Journal, print_: str, *accounts: FileAccount, path: str = "p") -> tuple[int, int]:
    batch = journal.begin_batch(path)
    portion = journal.begin_portion(batch)
    journal.end_portion(portion, [(print_, path, accounts)])
    return batch, portion


def test_counters_start_at_one_and_reserve_spans(store: Store) -> None:
    journal = store.journal
    assert journal.current("member") == 0
    assert [journal.next("member"), journal.next("member", by=10), journal.next("member")] == [1, 2, 12]
    assert journal.current("member") == 12


def test_batches_are_told_newest_first_with_what_they_were(store: Store) -> None:
    began = datetime.now(UTC)
    numbers = [store.journal.begin_batch(what) for what in ("one.zip", "two.zip", "never kept.zip")]
    for number in numbers[:2]:
        store.journal.end_portion(store.journal.begin_portion(number), [])
    told = store.batches()
    assert [(batch.number, batch.state, batch.what) for batch in told] == [
        (numbers[1], "kept", "two.zip"),
        (numbers[0], "kept", "one.zip"),
    ]
    assert all(timedelta() <= batch.began - began < timedelta(minutes=1) for batch in told)


def test_a_files_account_comes_back_as_it_was_and_strange_files_have_none(store: Store) -> None:
    kept(store.journal, "print", ACCOUNT, ACCOUNT)
    assert store.journal.file("print") == (ACCOUNT, ACCOUNT)
    assert store.journal.file("another") is None


def test_every_kept_portion_raises_the_watermark(store: Store) -> None:
    before = store.journal.current("watermark")
    kept(store.journal, "print")
    assert store.journal.current("watermark") == before + 1


def test_portions_are_told_by_what_became_of_them(store: Store) -> None:
    journal = store.journal
    batch, done = kept(journal, "print")
    merging = journal.begin_portion(batch)
    assert (journal.unfinished(), journal.portions(batch), journal.half_undone()) == ([merging], [done], [])
    journal.mark([merging], "dropped")
    journal.mark([done], "undoing")
    assert (journal.unfinished(), journal.portions(batch), journal.half_undone()) == ([], [done], [batch])
    journal.mark([done], "undone")
    assert (journal.portions(batch), journal.half_undone()) == ([], [])
    journal.mark([], "undone")


def test_forgetting_a_batch_names_the_files_of_its_source_that_shared_with_it(store: Store) -> None:
    journal = store.journal
    batch, portion = kept(journal, "first", ACCOUNT, path="first.zip")
    kept(journal, "sharing", with_known(ACCOUNT, "fitbit", 3), path="sharing.zip")
    kept(journal, "apart", with_known(ACCOUNT, "fitbit", 0), path="apart.zip")
    kept(journal, "foreign", with_known(ACCOUNT, "anki", 3), path="foreign.zip")
    assert journal.forget(batch, [portion]) == ["sharing.zip"]
    assert [journal.file(print_) is None for print_ in ("first", "sharing", "apart", "foreign")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert next(one.state for one in store.batches() if one.number == batch) == "undone"


def test_the_newest_timeline_holds_and_earlier_ones_stay(store: Store) -> None:
    journal = store.journal
    journey = ZoneTimeline("Europe/Vienna", (Stay(datetime(2024, 5, 1, tzinfo=UTC), "Asia/Tokyo"),))
    journal.set_zones(journey)
    assert journal.zones() == journey
    journal.set_zones(ZoneTimeline("UTC"))
    assert journal.zones() == ZoneTimeline("UTC")
    assert store.connection.execute("SELECT count(*) FROM journal.zone").fetchone() == (3,)
