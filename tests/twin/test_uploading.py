"""Files sent piece by piece: looked at without keeping, kept as if imported from the disk, taken up again, left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.twin import Twin, uploading
from selftwin.twin.uploading import NoSuchUpload, OutOfPlace, TooLarge, Uploads, cleaned, uploads
from selftwin.vault import inbox, pieces
from selftwin.vocabulary.errors import Locked, SeveralSubjects, UnknownFormat, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin.importing import Step

CANARY = 71.33731337
pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory")


def table(days: int = 9) -> bytes:
    return ("Date,Weight (kg)\n" + "".join(f"2024-05-{day:02},{CANARY}\n" for day in range(1, days + 1))).encode()


def send(to: Uploads, name: str, content: bytes, *, piece: int = 40, most: int | None = None) -> str:
    upload = to.begin(name, len(content))
    for at in range(0, len(content) if most is None else most, piece):
        to.append(upload.id, at, content[at : at + piece])
    return upload.id


@pytest.fixture
def twin(made: Callable[[], Twin]) -> Twin:
    return made()


@pytest.fixture
def place(twin: Twin) -> Path:
    return twin._store.files.place


class Watched:
    """A connection that notes whoever asks it out of turn."""

    def __init__(self, connection: Any, mine: Callable[[], bool]) -> None:
        self.connection, self.mine, self.out_of_turn = connection, mine, list[str]()

    def __getattr__(self, name: str) -> Any:
        if not self.mine():
            self.out_of_turn.append(name)
        return getattr(self.connection, name)


def test_nothing_is_asked_of_the_vault_out_of_turn_while_others_read(twin: Twin) -> None:
    store = twin._store
    watched = Watched(store.files.connection, lambda: store.lock.mine)
    store.files.connection = watched  # type: ignore[assignment]
    object.__setattr__(store.journal, "connection", watched)
    to = uploads(twin)
    send(to, "weight.csv", table())
    (parcel,) = to.parcels()
    to.look(parcel.id)
    to.keep(to.ask(parcel.id).id)
    twin.learn()
    twin.undo(twin.batches()[-1].number)
    assert watched.out_of_turn == []
    store.files.connection = watched.connection


def test_what_was_sent_is_looked_at_and_kept_as_if_it_had_lain_on_the_disk(
    twin: Twin, place: Path, tmp_path: Path, made: Callable[[], Twin]
) -> None:
    to = uploads(twin)
    send(to, "weight.csv", table())
    (parcel,) = to.parcels()
    assert (parcel.title, parcel.whole, parcel.asked) == ("weight.csv", True, None)
    assert to.look(parcel.id).files[0].observations.new == 9
    assert twin.batches() == []
    asked = to.ask(parcel.id)
    assert asked.id != parcel.id
    account = to.keep(asked.id)
    assert account.files[0].path == "weight.csv"
    assert to.parcels() == []
    other = made()
    (tmp_path / "weight.csv").write_bytes(table())
    other.import_paths([tmp_path / "weight.csv"])
    columns = ["at", "local", "value", "unit", "source"]
    assert twin.series("weight").select(columns).equals(other.series("weight").select(columns))
    for path in place.rglob("*"):
        assert str(CANARY).encode() not in (path.read_bytes() if path.is_file() else b"")
    send(to, "weight.csv", table())
    assert to.keep(to.parcels()[0].id).files[0].observations.new == 0


def test_the_files_of_one_folder_are_one_parcel_and_one_import(twin: Twin) -> None:
    to = uploads(twin)
    send(to, "year/one/weight.csv", table(3))
    send(to, "year/weight.csv", table(9))
    send(to, "weight.csv", table(1))
    found = to.parcels()
    assert [(one.title, len(one.uploads)) for one in found] == [("year", 2), ("weight.csv", 1)]
    assert len(to.keep(found[0].id).files) == 2
    assert [batch.what for batch in twin.batches()] == ["year"]


@pytest.mark.deep
def test_many_files_are_read_some_at_a_time_and_what_nobody_reads_is_named(
    twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "TOGETHER", 2)
    to = uploads(twin)
    steps: list[Step] = []
    for number in range(3):
        send(to, f"all/weight{number}.csv", table(number + 1))
    for number in range(2):
        send(to, f"all/zz{number}.bin", b"\0\1\2" * 9)
    account = to.keep(to.parcels()[0].id, tell=steps.append)
    assert [file.path for file in account.files] == [f"all/weight{number}.csv" for number in range(3)]
    assert [fault.place for fault in account.unrecognised] == ["all/zz0.bin", "all/zz1.bin"]
    assert {step.files for step in steps} == {5}
    assert max(step.file for step in steps) == 5
    send(to, "zz.bin", b"\0\1\2" * 9)
    with pytest.raises(UnknownFormat):
        to.look(to.parcels()[0].id)


@pytest.mark.deep
def test_one_of_several_people_is_chosen_before_anything_is_kept(twin: Twin) -> None:
    to = uploads(twin)
    rows = "".join(f"{who},2024-05-01 1{hour}:00:00,{100 + hour}\n" for hour in (1, 2) for who in ("A", "B"))
    send(to, "family.csv", f"id,time,gl\n{rows}".encode())
    (parcel,) = to.parcels()
    with pytest.raises(SeveralSubjects) as question:
        to.look(parcel.id)
    assert set(question.value.subjects) == {"A", "B"}
    assert to.keep(parcel.id, subject="A").files[0].observations.new == 2


def test_what_is_not_all_there_is_neither_looked_at_nor_asked_for(twin: Twin) -> None:
    to = uploads(twin)
    upload = send(to, "weight.csv", table(), most=40)
    (parcel,) = to.parcels()
    assert (to.reached(upload), parcel.whole) == (40, False)
    for word in (to.look, to.keep, to.ask):
        with pytest.raises(UsageError, match="all of it"):
            word(parcel.id)
    with pytest.raises(OutOfPlace, match="at 40"):
        to.append(upload, 0, table()[:40])
    with pytest.raises(UsageError, match="more than"):
        to.append(upload, 40, table() * 2)


def test_an_upload_goes_on_after_the_twin_was_locked_and_not_before(twin: Twin) -> None:
    to, content = uploads(twin), table()
    upload = send(to, "weight.csv", content, most=40)
    twin.lock()
    for word in (lambda: to.append(upload, 40, content[40:]), lambda: to.reached(upload), to.parcels):
        with pytest.raises(Locked):
            word()
    twin.unlock("pass")
    assert to.append(upload, to.reached(upload), content[40:]) == len(content)
    assert to.keep(to.parcels()[0].id).files[0].observations.new == 9


def test_what_was_asked_for_is_known_by_whoever_opens_the_twin_next(twin: Twin, place: Path) -> None:
    to = uploads(twin)
    send(to, "weight.csv", table())
    asked = to.ask(to.parcels()[0].id, subject="somebody")
    twin.close()
    with Twin.open(place, "pass") as again:
        (parcel,) = uploads(again).parcels()
        assert (parcel.id, parcel.asked, parcel.subject) == (asked.id, asked.asked, "somebody")
        uploads(again).pause(parcel.id)
        assert uploads(again).parcels()[0].paused
        assert not uploads(again).ask(parcel.id).paused


@pytest.mark.deep
def test_what_a_stopped_import_had_kept_is_taken_back_and_nothing_else(
    twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "TOGETHER", 1)
    to = uploads(twin)
    twin.observe("mood", 4)
    for number in range(2):
        send(to, f"all/weight{number}.csv", table(number + 3))
    asked = to.ask(to.parcels()[0].id)

    def stop(step: object) -> None:
        if getattr(step, "file", 1) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        to.keep(asked.id, tell=stop)
    assert twin.days("weight").height == 3
    assert to.take_back(asked.id) == 3
    assert twin.days("weight").height == 0
    assert twin.days("mood").height == 1
    assert [one.asked for one in to.parcels()] == [None]


def test_a_later_import_of_the_same_name_is_not_taken_back_with_a_stopped_one(
    twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "TOGETHER", 1)
    to = uploads(twin)
    for number in range(2):
        send(to, f"all/weight{number}.csv", table(number + 3))
    asked = to.ask(to.parcels()[0].id)

    def stop(step: Step) -> None:
        if step.file == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        to.keep(asked.id, tell=stop)
    to.pause(asked.id)
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "later.csv").write_text("Date,Weight (kg)\n2024-06-01,70\n2024-06-02,71\n")
    twin.import_paths([tmp_path / "all"])
    assert [one.what for one in twin.batches()] == ["all", "all"]
    assert to.take_back(asked.id) == 3
    assert twin.series("weight").height == 2


def test_what_goes_or_is_renamed_meanwhile_is_found_again_or_said_to_be_gone(
    twin: Twin, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = uploads(twin)
    upload = send(to, "weight.csv", table(), most=0)
    append = pieces.append

    def renamed(folder: Path, *more: Any) -> bool:
        monkeypatch.setattr(pieces, "append", append)
        pieces.rename(folder.parent, pieces.number())
        return append(folder, *more)

    monkeypatch.setattr(pieces, "append", renamed)
    assert to.append(upload, 0, table()[:40]) == 40

    def dropped(folder: Path, *more: Any) -> bool:
        pieces.drop(folder)
        return append(folder, *more)

    monkeypatch.setattr(pieces, "append", dropped)
    with pytest.raises(NoSuchUpload):
        to.append(upload, 40, table()[40:80])
    gone = pieces._home(place) / pieces.number()
    monkeypatch.setattr(pieces, "_home", lambda _: type("Folder", (), {"iterdir": lambda _: iter([gone])})())
    assert pieces.find(place, upload) is None


@pytest.mark.parametrize("name", ["../x.csv", "a/../../x.csv", "/etc/passwd", "C:\\x.csv", "", "...", " / "])
def test_a_name_that_leads_elsewhere_or_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        cleaned(name)


def test_a_name_is_shown_without_what_no_name_has() -> None:
    assert cleaned("a\x00b/\u202ec.csv") == "a?b/?c.csv"
    assert cleaned("./a//b.csv") == "a/b.csv"


def test_what_finds_no_room_is_refused_before_it_is_sent(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    to = uploads(twin)
    with pytest.raises(TooLarge, match="disk"):
        to.begin("huge.zip", 1 << 60)
    monkeypatch.setattr(inbox, "room", lambda: 1000)
    with pytest.raises(TooLarge, match="memory"):
        to.begin("large.zip", 1001)
    with pytest.raises(UsageError):
        to.begin("odd.zip", -1)
    upload = to.begin("small.zip", 10)
    full = OSError(28, "No space left on device")

    def no_room(*_: object) -> int:
        raise full

    monkeypatch.setattr(pieces, "append", no_room)
    with pytest.raises(TooLarge, match="No space"):
        to.append(upload.id, 0, b"x" * 10)


def test_what_was_sent_to_keys_that_are_gone_is_said_to_be_damaged_and_can_be_left(twin: Twin, place: Path) -> None:
    to = uploads(twin)
    upload = send(to, "weight.csv", table())
    about = next(place.rglob("about.age"))
    sealed = about.read_bytes()
    about.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    (parcel,) = to.parcels()
    assert (parcel.whole, parcel.title) == (False, "")
    with pytest.raises(NoSuchUpload):
        to.append(upload, 0, b"x")
    to.drop(parcel.id)
    assert to.parcels() == []
    for word in (to.drop, to.parcel, to.one, to.reached):
        with pytest.raises(NoSuchUpload):
            word(upload)
