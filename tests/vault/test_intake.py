"""An import keeps whole files, a portion at a time; what fails keeps nothing, what was acknowledged stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.sources.reader.contract import observations
from selftwin.vault import intake as intakes
from selftwin.vault.intake import Intake
from selftwin.vocabulary.account import AccountDoesNotAddUp, FileAccount, Observations, Records
from selftwin.vocabulary.errors import BrokenExport

from .exports import Row, counts, frame, minutes, take
from .test_merge import current

if TYPE_CHECKING:
    from selftwin.vault.store import Store

T0 = datetime(2024, 5, 1, 10)


def beats(count: int, *, hour: int = 0) -> list[Row]:
    return minutes(T0 + timedelta(hours=hour), count, signal="heart_rate", value=60.0, source="test:Watch")


def member(intake: Intake, rows: list[Row], *, made: int | None = None, exported: str = "2024-06-01") -> int:
    """One member read into the open file; `made` is what its account claims."""
    number = intake.begin_member()
    if rows:
        intake.add(number, observations(frame(rows)))
    signals = {} if made == 0 else {"heart_rate": len(rows) if made is None else made}
    records = Records(len(rows), len(rows), 0, 0)
    intake.end_member(number, FileAccount("f", "test", records, Observations(), "", "", {}, signals), exported)
    return number


def prints(store: Store) -> list[str]:
    return [print_ for (print_,) in store.connection.execute("SELECT print FROM journal.file ORDER BY 1").fetchall()]


def waiting(store: Store) -> list[str]:
    rows = store.connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'staged%'").fetchall()
    return [name for (name,) in rows]


def test_rows_go_to_the_file_of_their_category_and_units_stay_with_their_rows(store: Store) -> None:
    mixed = [Row("weight", T0, 80.0), Row("steps", T0, 5.0), Row("other.foo", T0, 1.0, unit="kPa")]
    assert counts(take(store, mixed)) == (3, 0, 0)
    assert store.existing() == ["physiological", "behavioural", "contextual"]
    for name, key, unit in (("behavioural", "steps", None), ("contextual", "other.foo", "kPa")):
        found = store.connection.execute(
            f"SELECT key, unit, value FROM {name}.observation o JOIN {name}.signal g ON g.id = o.signal"
        ).fetchall()
        assert found == [(key, unit, 5.0 if unit is None else 1.0)]


def test_a_large_import_is_kept_in_portions_of_whole_files(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intakes, "_PORTION_ROWS", 10)
    files = [beats(7, hour=hour) for hour in range(4)]
    assert counts(take(store, *files)) == (28, 0, 0)
    portions = store.connection.execute("SELECT state, count(*) FROM journal.portion GROUP BY 1").fetchall()
    assert portions == [("done", 2)]
    assert len(prints(store)) == 4


def test_a_preview_of_a_large_import_counts_what_its_files_share_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intakes, "_PORTION_ROWS", 2)
    files = [[Row("weight", T0 + timedelta(days=k), 80.0) for k in range(low, low + 3)] for low in (0, 1, 3)]
    preview = take(store, *files, keep=False)
    assert counts(preview) == counts(take(store, *files)) == (6, 3, 0)


def test_a_failure_keeps_the_portions_that_were_acknowledged_and_nothing_else(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intakes, "_PORTION_ROWS", 5)
    intake = Intake(store, what="test")
    intake.begin_file("one", "print one")
    member(intake, beats(6))
    intake.begin_file("two", "print two")
    member(intake, beats(4, hour=3))
    intake.abandon()
    assert (len(current(store)), prints(store), waiting(store)) == (6, ["print one"], [])
    assert counts(take(store, beats(6), beats(4, hour=3))) == (4, 6, 0)


def test_a_flood_of_names_is_refused_and_leaves_no_name_behind(store: Store) -> None:
    intake = Intake(store, what="test")
    flood = [Row("weight", T0, 80.0, source=f"app {number}") for number in range(33_000)]
    intake.begin_file("flood", "print")
    with pytest.raises(BrokenExport, match="more than 32000 names"), intake.whole():
        member(intake, flood)
    assert waiting(store) == []
    assert counts(take(store, flood[:2])) == (2, 0, 0)
    assert store.words("physiological").sources == {"app 0": 0, "app 1": 1}


def test_nothing_of_a_file_that_broke_stays_while_the_others_do(store: Store) -> None:
    intake = Intake(store, what="test")
    intake.begin_file("whole", "print whole")
    member(intake, beats(3))
    intake.begin_file("broken", "print broken")
    broken = [member(intake, beats(2, hour=5)), intake.begin_member()]
    intake.add(broken[1], observations(frame([Row("steps", T0, 4.0)])))
    intake.drop_file(broken)
    intake.begin_file("last", "print last")
    member(intake, beats(1, hour=7))
    intake.settle()
    assert (counts(intake), len(current(store))) == ((4, 0, 0), 4)
    assert prints(store) == ["print last", "print whole"]
    assert store.connection.execute("SELECT count(*) FROM behavioural.observation").fetchone() == (0,)


def test_a_vault_that_lost_or_invented_a_row_says_so_and_nothing_is_kept(store: Store) -> None:
    for claimed in (2, 4):
        intake = Intake(store, what="test")
        intake.begin_file("f", f"print {claimed}")
        member(intake, beats(3), made=claimed)
        with pytest.raises(AccountDoesNotAddUp):
            intake.settle()
        intake.abandon()
        assert (current(store), prints(store), waiting(store)) == ([], [], [])


def test_numbers_of_members_are_never_given_twice(store: Store) -> None:
    abandoned = Intake(store, what="test")
    abandoned.begin_file("f", "p")
    member(abandoned, beats(2))
    abandoned.abandon()
    take(store, beats(2), beats(2, hour=2))
    take(store, beats(2, hour=4))
    seen = store.connection.execute("SELECT id FROM physiological.member").fetchall()
    assert len(seen) == len(set(seen)) == 3


def test_a_file_without_rows_is_known_by_its_fingerprint_and_counts_nothing(store: Store) -> None:
    intake = Intake(store, what="test")
    intake.begin_file("empty", "print empty")
    member(intake, [], made=0, exported="")
    intake.settle()
    assert (counts(intake), prints(store)) == ((0, 0, 0), ["print empty"])
    assert store.existing() == []


def test_an_import_of_nothing_opens_no_batch(store: Store) -> None:
    intake = Intake(store, what="test")
    intake.settle()
    assert (intake.batch, store.batches()) == (0, [])


def test_the_export_that_is_newest_in_the_world_wins_whatever_its_zone(store: Store) -> None:
    for value, exported in ((80.0, "2024-06-01T12:00:00+09:00"), (81.0, "2024-06-01T04:00:00+00:00")):
        intake = Intake(store, what="test")
        intake.begin_file("f", exported)
        number = intake.begin_member()
        intake.add(number, observations(frame([Row("weight", T0, value)])))
        account = FileAccount("f", "test", Records(1, 1), Observations(), "", "", {}, {"weight": 1})
        intake.end_member(number, account, exported)
        intake.settle()
    assert [row[4] for row in current(store)] == [81.0]
