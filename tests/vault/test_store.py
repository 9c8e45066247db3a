"""The store keeps whole portions, ends what a dead process began, and remembers where the clock stood."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from selftwin.vault.days import days
from selftwin.vault.files import Files
from selftwin.vault.store import Store
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.zones import Stay, ZoneTimeline

from .exports import Row, counts, minutes, take
from .test_merge import current, digests

if TYPE_CHECKING:
    from pathlib import Path

T0 = datetime(2024, 5, 1, 10)
ROWS = minutes(T0, 5, signal="heart_rate", value=60.0, source="test:Watch")


def kept_digests(store: Store) -> list[tuple[object, ...]]:
    return store.connection.execute("SELECT * FROM physiological.digest ORDER BY ALL").fetchall()


def half_written(store: Store, rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    """An import whose process dies after its category is written and before the journal says so."""
    with monkeypatch.context() as dying:
        dying.setattr(type(store.journal), "end_portion", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            take(store, rows, exported=datetime(2024, 8, 1))


def test_a_portion_the_journal_never_acknowledged_is_taken_back_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(Files.create(tmp_path / "v", "pass")) as store:
        take(store, [Row("heart_rate", T0, 55.0, T0 + timedelta(minutes=1)), *ROWS[1:3]])
        before = current(store), kept_digests(store)
        half_written(store, ROWS, monkeypatch)
        assert len(current(store)) == 5
    with Store(Files.open(tmp_path / "v", "pass")) as store:
        assert store.has("physiological")
        assert (current(store), kept_digests(store)) == before
        assert store.journal.unfinished() == []
        assert counts(take(store, ROWS, exported=datetime(2024, 8, 1))) == (2, 2, 1)


def test_an_undo_cut_short_is_ended_at_the_next_opening_and_its_file_reads_as_new(tmp_path: Path) -> None:
    with Store(Files.create(tmp_path / "v", "pass")) as store:
        take(store, [Row("weight", T0, 80.0)])
        cut = take(store, ROWS)
        (print_,) = store.connection.execute("SELECT print FROM journal.file WHERE portion = 2").fetchone()
        with store.writing("journal"):
            store.journal.mark(store.journal.portions(cut.batch), "undoing")
    with Store(Files.open(tmp_path / "v", "pass")) as store:
        assert [batch.state for batch in store.batches()] == ["undone", "kept"]
        assert store.journal.file(print_) is None
        store.use("physiological")
        assert [row[4] for row in current(store)] == [80.0]
        with pytest.raises(UsageError, match="undone before"):
            store.undo(cut.batch)


def test_undoing_a_confirmation_lets_an_earlier_correction_win_again(store: Store) -> None:
    take(store, [Row("weight", T0, 80.0)], exported=datetime(2024, 5, 10))
    before = current(store), kept_digests(store)
    again = take(store, [Row("weight", T0, 80.0)], exported=datetime(2024, 9, 1))
    assert counts(again) == (0, 1, 0)
    store.undo(again.batch)
    assert (current(store), kept_digests(store)) == before
    take(store, [Row("weight", T0, 81.0)], exported=datetime(2024, 6, 1))
    assert [row[4] for row in current(store)] == [81.0]


def test_what_fails_while_writing_leaves_rows_as_they_were(store: Store) -> None:
    take(store, ROWS)
    before = current(store), digests(store)

    def fail() -> None:
        with store.writing("physiological"):
            store.connection.execute("DELETE FROM physiological.observation")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (current(store), digests(store)) == before


def test_a_failure_of_somebody_else_takes_no_word_from_an_import_that_waits(store: Store) -> None:
    take(store, ROWS)
    number = store.words("physiological").signal("weight", None)  # as an import does between its steps
    with pytest.raises(ZeroDivisionError), store.writing("physiological"):
        raise ZeroDivisionError
    assert store.words("physiological").signal("weight", None) == number


def test_what_is_kept_moves_the_mark_of_changes_and_days_made_anew_do_not(store: Store) -> None:
    marks = [store.lock.changed]
    for keep, news in ((True, True), (True, False), (False, True)):
        with store.writing("physiological", keep=keep, news=news):
            pass
        marks.append(store.lock.changed)
    assert marks == [marks[0], marks[0] + 1, marks[0] + 1, marks[0] + 1]


def test_only_categories_that_hold_something_exist_and_others_are_refused(store: Store) -> None:
    assert store.existing() == []
    take(store, ROWS)
    assert (store.existing(), store.has("genetic")) == (["physiological"], False)
    with pytest.raises(UsageError, match="medical"):
        store.use("medical")


def test_a_fingerprint_depends_on_the_bytes_the_parsers_and_the_vaults_key(store: Store, tmp_path: Path) -> None:
    with Store(Files.create(tmp_path / "other", "pass")) as other:
        prints = [
            store.fingerprint(b"one", reader="a"), store.fingerprint(b"two", reader="a"),
            store.fingerprint(b"one", reader="b"), other.fingerprint(b"one", reader="a"),
        ]  # fmt: skip
    assert len(set(prints)) == 4
    assert store.fingerprint(b"one", reader="a") == prints[0]


def test_a_corrected_timeline_is_kept_and_its_days_follow_after_opening_again(tmp_path: Path) -> None:
    evening = Row("steps", datetime(2024, 5, 1, 20), 100.0, datetime(2024, 5, 1, 20, 10))
    with Store(Files.create(tmp_path / "v", "pass"), home_zone="Europe/Vienna") as store:
        take(store, [evening])
        assert days(store, "behavioural", "steps")["day"].to_list() == [date(2024, 5, 1)]
        tokyo = ZoneTimeline("Europe/Vienna", (Stay(datetime(2024, 4, 30, tzinfo=UTC), "Asia/Tokyo"),))
        store.set_zones(tokyo)
    with Store(Files.open(tmp_path / "v", "pass")) as store:
        assert store.zones == tokyo
        found = days(store, "behavioural", "steps")
        assert dict(found.select("day", "value").iter_rows()) == {date(2024, 5, 1): None, date(2024, 5, 2): 100.0}


def test_a_correction_that_fails_changes_no_clock(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    take(store, [Row("steps", datetime(2024, 5, 1, 22, 30), 9.0)])
    home = store.zones
    before = days(store, "behavioural", "steps").drop("changed")
    with monkeypatch.context() as dying:
        dying.setattr(type(store.journal), "set_zones", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            store.set_zones(ZoneTimeline("Asia/Tokyo"))
        assert store.connection.execute("SELECT count(*) FROM behavioural.stale").fetchone() != (0,)
    assert store.zones == home == store.journal.zones()
    assert days(store, "behavioural", "steps").drop("changed").equals(before)


def test_an_observation_that_lasts_is_redated_to_its_last_day(store: Store) -> None:
    take(store, [Row("place.visit", T0, None, datetime(2024, 5, 8, 22, 30), text="inn")])
    assert days(store, "contextual", "place.visit")["day"].max() == date(2024, 5, 9)
    store.set_zones(ZoneTimeline("UTC"))
    found = days(store, "contextual", "place.visit").filter(pl.col("value").is_null())
    assert found["day"].to_list() == [date(2024, 5, 9)]


def test_closing_twice_is_fine_and_seals(tmp_path: Path) -> None:
    store = Store(Files.create(tmp_path / "v", "pass"))
    take(store, ROWS)
    store.close()
    store.close()
    assert not list((tmp_path / "v").glob("*.wal"))
