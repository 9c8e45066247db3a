"""A whole twin goes out as files and comes back as the same twin, whatever was in it."""

from __future__ import annotations

import json
import shutil
import stat
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selftwin.sources.reader.contract import observations
from selftwin.twin.exporting import FORMATS
from selftwin.vault import export as held
from selftwin.vault.intake import Intake
from selftwin.vocabulary.account import FileAccount, Observations, Records
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.export import MANIFEST
from selftwin.vocabulary.observation import Basis
from selftwin.vocabulary.zones import ZoneTimeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin

T0 = datetime(2024, 5, 1, 10)
TEXTS = ['a "quoted", word', "=1+1", "'=1+1", "+", "-2", "@x", "\ttab", "\rreturn", "two\r\nlines", "two\nlines", "",
         " spaces ", "naïve ☕", "\uff1dfull width", '"', "null", "}\n{", ",]"]  # fmt: skip
ROW = {"signal": "heart_rate", "source": "test:Watch", "native": None, "start": T0, "stop": None,
       "basis": int(Basis.INSTANT), "offset": None, "value": 60.0, "text": None, "unit": None}  # fmt: skip


def keep(twin: Twin, rows: list[dict[str, object]], exported: datetime) -> Observations:
    """One file of rows, given by an export of that time."""
    made = [{**ROW, **row, "record": place} for place, row in enumerate(rows)]
    types = {"record": pl.UInt32, "native": pl.String, "stop": pl.Datetime("us"), "offset": pl.Int16,
             "value": pl.Float64, "text": pl.String, "unit": pl.String}  # fmt: skip
    batch = observations(pl.DataFrame(made, schema_overrides=types))
    signals = Counter(str(row["signal"]) for row in made)
    account = FileAccount("f", "test", Records(len(rows), len(rows)), Observations(), "", "", {}, dict(signals))
    intake = Intake(twin._store, what="f")
    with intake.whole():
        intake.begin_file("f", f"{exported}{id(rows)}")
        member = intake.begin_member()
        intake.add(member, batch)
        intake.end_member(member, account, exported.isoformat())
    return intake.accounts[0].observations


def everything(twin: Twin) -> list[tuple[object, ...]]:
    """Every row of a twin with its history, but for the number of its telling."""
    store, found = twin._store, []
    for name in store.existing():
        keys = [one.key for one in held.extents(store, name)]
        for rows in held.rows(store, name, keys):
            found += pl.DataFrame(pl.from_arrow(rows)).drop("telling").rows()
    return sorted(found, key=repr)


def days(twin: Twin) -> dict[str, list[tuple[object, ...]]]:
    return {one.signal.key: twin.days(one.signal.key).rows() for one in twin.held()}


def there_and_back(twin: Twin, made: Callable[[], Twin], place: Path, form: str) -> Twin:
    twin.rights.export(place, formats=[form])
    again = made()
    again.import_paths([place])
    return again


def awkward(twin: Twin) -> None:
    """Twins, native ids, dates, offsets, units nobody knows, texts that hurt, and revisions in every order."""
    texts = [{"signal": "note", "text": text, "value": None, "start": T0 + timedelta(hours=n), "native": f"={n}"}
             for n, text in enumerate(TEXTS)]  # fmt: skip
    june, july, august = (datetime(2024, month, 1) for month in (6, 7, 8))
    keep(twin, [{"signal": "caffeine", "value": 80.0}] * 2 + [{"signal": "caffeine", "value": 40.0}], june)
    keep(twin, [{"signal": "caffeine", "value": 80.0}, {"signal": "caffeine", "value": 95.0}], july)
    keep(twin, [{"signal": "weight", "native": "w1", "value": 80.0}, *texts], july)
    keep(twin, [{"signal": "weight", "native": "w1", "value": 81.0, "start": T0 + timedelta(minutes=5)}], august)
    keep(twin, [{"signal": "weight", "native": "w1", "value": 79.0}], june)
    keep(twin, [{"value": 60.0}, {"start": T0 + timedelta(days=1)}], june)
    keep(twin, [{"value": 60.0}, {"start": T0 + timedelta(days=1), "value": 61.0}], august)
    keep(twin, [{"value": 99.0}], july)
    keep(twin, [{"signal": "other.aura", "value": -1e-300, "unit": "{vibe}"}, {"signal": "other.aura", "unit": "mg"}],
         june)  # fmt: skip
    for basis, offset in ((Basis.DATE, None), (Basis.LOCAL, None), (Basis.INSTANT, 540), (Basis.PLACED, -210)):
        at = datetime(2024, 6, int(basis) + 1, *(() if basis is Basis.DATE else (23, 30, 1, 7)))
        keep(twin, [{"signal": "steps", "basis": int(basis), "offset": offset, "start": at, "value": 7.0,
                     "stop": at + timedelta(minutes=basis)}], august)  # fmt: skip
    twin.zones = ZoneTimeline("Europe/Vienna").with_journey(
        datetime(2024, 5, 20, tzinfo=UTC), datetime(2024, 6, 20, tzinfo=UTC), "Asia/Tokyo"
    )


@pytest.fixture(scope="module")
def lived(made: Callable[[], Twin]) -> Twin:
    """An awkward life, for tests that take it out and leave it as it is."""
    twin = made()
    awkward(twin)
    return twin


class Back(NamedTuple):
    """The form in which the awkward life was taken out, where its files lie, and the new twin that read them."""

    form: str
    place: Path
    twin: Twin


@pytest.fixture(scope="module", params=FORMATS)
def back(
    request: pytest.FixtureRequest, lived: Twin, made: Callable[[], Twin], tmp_path_factory: pytest.TempPathFactory
) -> Back:
    place = tmp_path_factory.mktemp("export") / "out"
    return Back(request.param, place, there_and_back(lived, made, place, request.param))


def test_an_awkward_life_comes_back_the_same(lived: Twin, back: Back) -> None:
    again = back.twin
    assert everything(again) == everything(lived)
    assert days(again) == days(lived)
    assert again.zones == lived.zones
    for key in days(lived):
        assert sorted(again.series(key).rows(), key=repr) == sorted(lived.series(key).rows(), key=repr)


def test_an_export_read_twice_adds_nothing(back: Back, tmp_path: Path) -> None:
    before = everything(back.twin)
    other = shutil.copytree(back.place / back.form, tmp_path / "elsewhere")
    for path in sorted(other.iterdir()):
        path.rename(path.with_name(f"renamed-{path.name}"))
    account = back.twin.import_paths([other])
    assert sum(file.observations.new + file.observations.revised for file in account.files) == 0
    assert everything(back.twin) == before


def test_a_folder_with_every_form_is_read_once(lived: Twin, made: Callable[[], Twin], tmp_path: Path) -> None:
    again = made()
    lived.rights.export(tmp_path / "out")
    account = again.import_paths([tmp_path / "out"])
    assert {file.path.split("/")[1] for file in account.files} == {"parquet", MANIFEST}
    assert not account.unrecognised
    assert everything(again) == everything(lived)


def test_a_zip_of_every_form_counts_each_row_once(lived: Twin, made: Callable[[], Twin], tmp_path: Path) -> None:
    again = made()
    lived.rights.export(tmp_path / "out")
    again.import_paths([shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "out")])
    assert everything(again) == everything(lived)
    assert again.zones == lived.zones


def test_a_twin_that_reads_its_own_export_learns_nothing_new(made: Callable[[], Twin], tmp_path: Path) -> None:
    twin = made()
    awkward(twin)
    before = everything(twin)
    twin.rights.export(tmp_path / "out", formats=["parquet"])
    account = twin.import_paths([tmp_path / "out"])
    assert sum(file.observations.new + file.observations.revised for file in account.files) == 0
    assert everything(twin) == before


def test_what_is_written_is_for_its_owner_alone_whole_and_noted(made: Callable[[], Twin], tmp_path: Path) -> None:
    import hashlib

    twin = made()
    awkward(twin)
    done = twin.rights.export(tmp_path / "out")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    manifest = json.loads((tmp_path / "out" / MANIFEST).read_text())
    told = {file["path"]: file["sha256"] for file in manifest["files"]}
    assert {str(path.relative_to(tmp_path / "out")) for path in files} == {*told, MANIFEST}
    found = {name: hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() for name in told}
    assert found == told
    assert [body["path"] for body in twin.rights.exports()] == [done.folder]
    entries = list(twin.audit.entries())
    assert ("export", "parquet, jsonld, csv") in {(entry.kind, entry.reason) for entry in entries}
    read = {entry.signal for entry in entries if entry.granularity == "raw" and entry.rows}
    assert read >= {"caffeine", "weight", "note", "steps", "heart_rate", "other.aura"}


def test_grants_are_in_the_papers_and_open_nothing_in_another_twin(made: Callable[[], Twin], tmp_path: Path) -> None:
    twin = made()
    awkward(twin)
    twin.consent.introduce("vos", "Dr Vos")
    again = there_and_back(twin, made, tmp_path / "out", "csv")
    papers = json.loads((tmp_path / "out" / "papers.json").read_text())
    assert "vos" in {paper["name"] for paper in papers["party"]}
    assert "vos" not in {party.id for party in again.consent.parties()}


def test_a_clock_that_was_set_is_not_set_anew_by_an_import(
    lived: Twin, made: Callable[[], Twin], tmp_path: Path
) -> None:
    again = made()
    again.zones = ZoneTimeline("America/Lima")
    lived.rights.export(tmp_path / "out", formats=["csv"])
    again.import_paths([tmp_path / "out"])
    assert again.zones == ZoneTimeline("America/Lima")


def test_an_export_that_fails_leaves_nothing_behind(
    made: Callable[[], Twin], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = made()
    awkward(twin)

    def full(name: str) -> None:
        if name == "days":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        twin.rights.export(tmp_path / "out", tell=full)
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert twin.rights.exports() == []


def test_a_folder_that_holds_something_and_a_form_nobody_knows_are_refused(twin: Twin, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(UsageError, match="not empty"):
        twin.rights.export(tmp_path)
    with pytest.raises(UsageError, match="format"):
        twin.rights.export(tmp_path / "out", formats=["xml"])


rows = st.fixed_dictionaries(
    {"signal": st.sampled_from(["heart_rate", "weight", "body_temperature"]),
     "native": st.sampled_from([None, "a", "=b"]),
     "start": st.sampled_from([T0, T0 + timedelta(minutes=5), T0 + timedelta(days=40)]),
     "source": st.sampled_from(["test:Watch", "@other", "by hand"]), "value": st.sampled_from([36.0, 36.5, 37.0]),
     "text": st.none() | st.sampled_from(TEXTS)}
)  # fmt: skip
tellings = st.lists(st.tuples(st.lists(rows, min_size=1, max_size=8), st.integers(0, 27)), min_size=1, max_size=5,
                    unique_by=lambda telling: telling[1])  # fmt: skip


@pytest.mark.deep
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=tellings, form=st.sampled_from(list(FORMATS)))
def test_whatever_was_told_in_whatever_order_comes_back_the_same(
    told: list[tuple[list[dict[str, object]], int]], form: str, made: Callable[[], Twin],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    twin = made()
    for some, day in told:
        keep(twin, some, datetime(2024, 7, 1 + day))
    again = there_and_back(twin, made, tmp_path_factory.mktemp("export") / "out", form)
    assert everything(again) == everything(twin)
    keep(twin, told[0][0], datetime(2024, 6, 15))
    keep(again, told[0][0], datetime(2024, 6, 15))
    assert [row[:-2] for row in everything(again)] == [row[:-2] for row in everything(twin)]
