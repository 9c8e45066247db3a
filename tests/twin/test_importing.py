"""Imports from paths to accounts: mixed folders, what was read before, several people, broken files, undo."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import importing
from selftwin.vault import intake
from selftwin.vocabulary.errors import BrokenExport, SeveralSubjects, UnknownFormat, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin
    from selftwin.vocabulary.account import ImportAccount

    Folder = Callable[[dict[str, str | bytes]], Path]

NETFLIX = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,"
    "Country\nAnna,2024-05-01 18:00:00,00:48:12,,A film,,TV,00:48:12,00:48:12,AT (Austria)\n"
)
GLOBAL = "Takeout/Fitbit/Global Export Data"


def sums(account: ImportAccount) -> tuple[int, int, int]:
    seen = [file.observations for file in account.files]
    return sum(one.new for one in seen), sum(one.known for one in seen), sum(one.revised for one in seen)


def rows(twin: Twin, key: str) -> int:
    return twin.series(key).height


def zipped(files: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def damaged(archive: bytes) -> bytes:
    """The archive with a byte of its last member's packed content spoilt."""
    directory = archive.rindex(b"PK\x01\x02")
    for _ in range(archive.count(b"PK\x01\x02") - 1):
        directory = archive.rindex(b"PK\x01\x02", 0, directory)
    return archive[: directory - 9] + bytes([archive[directory - 9] ^ 0xFF]) + archive[directory - 8 :]


def test_a_mixed_folder_keeps_what_is_sound_and_names_the_rest(
    made: Callable[[], Twin], folder: Folder, steps: Callable[[str, int], str], weights: Callable[..., str]
) -> None:
    twin = made()
    place = folder(
        {
            f"{GLOBAL}/steps-2024-05-01.json": steps("2024-05-01", 20),
            "cut.zip": zipped({f"{GLOBAL}/steps-2024-05-03.json": steps("2024-05-03", 10)})[:-30],
            "scale/weight.csv": weights(date(2024, 5, 1), [80.0, 80.5, float("nan"), 81.0]),
            "notes.txt": "bread, milk",
            "empty.csv": "",
            ".hidden/weight.csv": weights(date(2023, 5, 1), [70.0]),
            "more.zip": zipped({f"{GLOBAL}/steps-2024-05-02.json": steps("2024-05-02", 10), "readme.md": "hello"}),
        }
    )
    told: list[tuple[str, int, int]] = []
    account = twin.import_paths([place], tell=lambda step: told.append((step.path, step.file, step.files)))
    named = {fault.place.removeprefix(f"{place.name}/"): fault.reason for fault in account.unrecognised}
    assert set(named) == {"cut.zip", "notes.txt", "empty.csv", "more.zip/readme.md"}
    assert "empty" in named["empty.csv"]
    assert sums(account) == (33, 0, 0)
    assert (rows(twin, "steps"), rows(twin, "weight")) == (30, 3)
    assert {file.source for file in account.files} == {"fitbit", "table"}
    assert {files for _, _, files in told} == {6}
    assert [file for _, file, _ in told[:6]] == [1, 2, 3, 4, 5, 6]
    assert [file for _, file, _ in told[6:]] == sorted(file for _, file, _ in told[6:])
    for file in account.files:
        assert file.path.startswith(place.name)
        assert file.observations.made == sum(file.signals.values())


def test_what_was_read_before_is_known_and_told_without_reading(
    twin: Twin, folder: Folder, steps: Callable[[str, int], str]
) -> None:
    place = folder({f"{GLOBAL}/steps-2024-06-01.json": steps("2024-06-01", 30)})
    first = twin.import_paths([place])
    again = twin.import_paths([place])
    assert (sums(first), sums(again)) == ((30, 0, 0), (0, 30, 0))
    assert (again.batch, len(again.files)) == (0, 1)
    assert again.files[0].records == first.files[0].records
    renamed = place / GLOBAL / "steps-2024-06-02.json"
    (place / GLOBAL / "steps-2024-06-01.json").rename(renamed)
    assert sums(twin.import_paths([renamed])) == (0, 30, 0)


def test_a_grown_export_adds_what_is_new_and_revises_what_changed(
    made: Callable[[], Twin], folder: Folder, weights: Callable[..., str]
) -> None:
    twin = made()
    twin.import_paths([folder({"weight.csv": weights(date(2024, 5, 1), [80.0, 80.5])})])
    account = twin.import_paths([folder({"weight.csv": weights(date(2024, 5, 1), [80.0, 80.7, 81.0])})])
    assert sums(account) == (1, 1, 1)
    assert twin.days("weight")["value"].to_list() == [80.0, 80.7, 81.0]


def test_several_people_are_refused_with_their_names_and_nothing_waits_behind(
    made: Callable[[], Twin], folder: Folder, glucose: str, weights: Callable[..., str]
) -> None:
    twin = made()
    place = folder({"a-weight.csv": weights(date(2024, 5, 1), [80.0]), "cgm.csv": glucose})
    with pytest.raises(SeveralSubjects) as asked:
        twin.import_paths([place])
    assert asked.value.subjects == ("A", "B")
    assert (twin.held(), twin.batches()) == ([], [])
    account = twin.import_paths([place / "cgm.csv"], subject="B")
    assert sums(account) == (36, 0, 0)
    assert twin.series("glucose")["value"].min() == 140.0
    assert sums(twin.import_paths([place / "a-weight.csv"])) == (1, 0, 0)


@pytest.mark.parametrize("children", [1, 2])
def test_people_in_files_of_their_own_are_never_merged(
    made: Callable[[], Twin], folder: Folder, weights: Callable[..., str], monkeypatch: pytest.MonkeyPatch,
    children: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(importing, "_MUCH", 0 if children > 1 else 1 << 40)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    twin = made()
    each = {f"{who}.csv": f"id,time,gl\n{who},2024-05-01 10:00:00,{gl}\n" for who, gl in (("A", 100), ("B", 140))}
    files = each | {"weight.csv": weights(date(2024, 5, 1), [80.0])}
    for place in (folder(files), folder({"box.zip": zipped(files)})):
        with pytest.raises(SeveralSubjects) as asked:
            twin.import_paths([place])
        assert asked.value.subjects == ("A", "B")
        assert twin.held() == []
        with pytest.raises(UnknownFormat, match="does not hold C"):
            twin.import_paths([folder({"box.zip": zipped(each)})], subject="C")
        account = twin.import_paths([place], subject="B", keep=False)
        assert sums(account) == (2, 0, 0)
        assert [fault.reason.split("/")[-1] for fault in account.unrecognised] == ["A.csv does not hold B."]


@pytest.mark.parametrize("children", [1, 2])
def test_records_of_two_hospitals_are_held_together_and_a_profile_is_no_patient(
    made: Callable[[], Twin], folder: Folder, monkeypatch: pytest.MonkeyPatch, children: int
) -> None:
    monkeypatch.setattr(importing, "_MUCH", 0 if children > 1 else 1 << 40)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    person = "<name><given>Anna</given><family>Muster</family></name><birthTime value='19700101'/>"
    target = f"<recordTarget><patientRole><patient>{person}</patient></patientRole></recordTarget>"
    anna = {"resourceType": "Patient", "id": "1", "name": [{"given": ["Anna"], "family": "Muster"}]}
    files: dict[str, str | bytes] = {
        "ccd.xml": f"<ClinicalDocument xmlns='urn:hl7-org:v3'>{target}</ClinicalDocument>",
        "anna.json": json.dumps(anna | {"birthDate": "1970-01-01"}),
        "ViewingActivity.csv": NETFLIX,
    }  # fmt: skip
    assert len(made().import_paths([folder(files)]).files) == 3
    files["ben.json"] = json.dumps(anna | {"name": [{"text": "Ben Muster"}], "birthDate": "2001-02-03"})
    with pytest.raises(SeveralSubjects) as asked:
        made().import_paths([folder(files)])
    assert set(asked.value.subjects) == {"Anna Muster, 1970-01-01", "Ben Muster, 2001-02-03"}


def test_a_question_takes_back_what_a_large_import_had_kept_before_it(
    made: Callable[[], Twin], folder: Folder, glucose: str, weights: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = made()
    monkeypatch.setattr(intake, "_PORTION_ROWS", 2)
    files = {f"{name}.csv": weights(date(2024, month, 1), [80.0] * 3) for month, name in enumerate("abc", 1)}
    with pytest.raises(SeveralSubjects):
        twin.import_paths([folder(files | {"z.csv": glucose})])
    assert twin.held() == []
    assert [batch.state for batch in twin.batches()] == ["undone"]
    assert sums(twin.import_paths([folder(files)])) == (9, 0, 0)


def test_the_same_bytes_for_another_person_are_read_anew(
    made: Callable[[], Twin], folder: Folder, glucose: str
) -> None:
    twin = made()
    place = folder({"cgm.csv": glucose})
    assert sums(twin.import_paths([place], subject="A")) == (36, 0, 0)
    other = twin.import_paths([place], subject="B", keep=False)
    assert (other.files[0].observations.known, other.files[0].observations.made) == (0, 36)
    assert sums(twin.import_paths([place], subject="A")) == (0, 36, 0)
    with pytest.raises(UsageError, match="does not hold C"):
        twin.import_paths([place], subject="C")


def test_a_dry_run_counts_like_the_import_and_keeps_nothing(
    twin: Twin, folder: Folder, steps: Callable[[str, int], str], weights: Callable[..., str]
) -> None:
    place = folder(
        {f"{GLOBAL}/steps-2024-07-01.json": steps("2024-07-01", 15), "w.csv": weights(date(2024, 7, 1), [80.0])}
    )
    before = twin.batches(), [held.signal.key for held in twin.held()]
    preview = twin.import_paths([place], keep=False)
    assert (twin.batches(), [held.signal.key for held in twin.held()]) == before
    assert (preview.batch, sums(preview)) == (0, (16, 0, 0))
    kept = twin.import_paths([place])
    assert [file.observations for file in kept.files] == [file.observations for file in preview.files]


def test_a_single_broken_file_is_an_error_and_keeps_nothing(twin: Twin, folder: Folder) -> None:
    place = folder({"cut.zip": b"PK\x03\x04" + b"\0" * 40})
    before = twin.batches()
    with pytest.raises(BrokenExport, match="truncated zip"):
        twin.import_paths([place / "cut.zip"])
    assert twin.batches() == before


def test_a_damaged_member_is_left_out_and_told_and_a_sound_archive_brings_it(
    made: Callable[[], Twin], folder: Folder, steps: Callable[[str, int], str], weights: Callable[..., str]
) -> None:
    twin = made()
    whole = zipped({f"{GLOBAL}/steps-2024-05-0{day}.json": steps(f"2024-05-0{day}", 30) for day in (1, 2)})
    place = folder({"box.zip": damaged(whole), "w.csv": weights(date(2024, 5, 1), [80.0])})
    account = twin.import_paths([place])
    assert rows(twin, "steps") == 30
    (fault,) = account.unrecognised
    assert fault.place.endswith("steps-2024-05-02.json")
    assert "damaged" in fault.reason
    (place / "box.zip").write_bytes(whole)
    assert sums(twin.import_paths([place])) == (30, 31, 0)


def test_an_import_taken_back_leaves_days_as_they_were_and_can_be_read_again(
    made: Callable[[], Twin], folder: Folder, weights: Callable[..., str]
) -> None:
    twin = made()
    twin.import_paths([folder({"weight.csv": weights(date(2024, 5, 1), [80.0, 80.5])})])
    before = twin.days("weight")
    place = folder({"weight.csv": weights(date(2024, 5, 2), [90.0, 91.0])})
    account = twin.import_paths([place])
    assert twin.days("weight")["value"].to_list() == [80.0, 90.0, 91.0]
    assert twin.undo(account.batch) == (2, [])
    assert twin.days("weight").equals(before)
    assert sums(twin.import_paths([place])) == (1, 0, 1)


def test_paths_and_words_that_lead_nowhere_are_refused(twin: Twin, folder: Folder) -> None:
    place = folder({"notes.txt": "bread, milk"})
    before = twin.batches()
    with pytest.raises(UsageError, match="no file or folder"):
        twin.import_paths([place / "missing"])
    with pytest.raises(UsageError, match="no files"):
        twin.import_paths([folder({})])
    with pytest.raises(UnknownFormat, match=r"notes\.txt"):
        twin.import_paths([place])
    with pytest.raises(UnknownFormat, match="no source called"):
        twin.import_paths([place], source="facebook")
    assert twin.batches() == before


def test_a_named_source_reads_what_it_is_given(twin: Twin, folder: Folder, weights: Callable[..., str]) -> None:
    place = folder({"weight.csv": weights(date(2022, 5, 1), [80.0])})
    with pytest.raises(UnknownFormat):
        twin.import_paths([place], source="anki")
    assert sums(twin.import_paths([place], source="table")) == (1, 0, 0)
