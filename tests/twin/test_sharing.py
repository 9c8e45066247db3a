"""A slice given away holds what the grants cover and nothing else, opens for its recipient alone, and has a receipt."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pyrage
import pytest

from selftwin.consent.grant import SERVICE, Granularity
from selftwin.twin.sharing import Wanted
from selftwin.vault.keys import untext
from selftwin.vault.signing import checked
from selftwin.vocabulary.errors import NothingYet, Refused, SealBroken, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin

KEY = pyrage.x25519.Identity.generate()
RECIPIENT = str(KEY.to_public())
FIRST = date(2026, 1, 1)
FORMULA = '=HYPERLINK("elsewhere")'
DAYS = 40


def forty_days(twin: Twin, place: Path) -> None:
    days = [FIRST + timedelta(back) for back in range(DAYS)]
    rows = "".join(f"p,resting_hr,{day},{50 + day.day % 7}\np,steps,{day},{5000 + day.day}\n" for day in days)
    (place / "days.csv").write_text("person,signal,date,value\n" + rows)
    twin.import_paths([place / "days.csv"])
    twin.observe("note", FORMULA)
    twin.consent.introduce("vos", "Dr Vos")


@pytest.fixture
def owner(copied: Callable[[Callable[[Twin, Path], None]], Twin]) -> Twin:
    """A twin with forty days of a heart and of steps, and a note that a spreadsheet would run."""
    return copied(forty_days)


def grant(twin: Twin, how: Granularity, *signals: str, **more: object) -> None:
    twin.consent.grant("vos", [SERVICE], signals=signals, granularity=how, **more)


def opened(path: Path) -> dict[str, bytes]:
    """What the recipient finds, by its name in the slice."""
    plain = pyrage.decrypt(path.read_bytes(), [KEY])
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {one.name.removeprefix("selftwin-slice/"): tar.extractfile(one).read() for one in tar}


def test_a_daily_grant_gives_days_and_nothing_finer(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "heart_rate.resting")
    told = owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    held = opened(tmp_path / "slice.age")
    assert set(held) == {"days/heart_rate.resting.parquet", "days/heart_rate.resting.csv", "README.txt"}
    days = pl.read_parquet(io.BytesIO(held["days/heart_rate.resting.parquet"]))
    assert days.equals(owner.days("heart_rate.resting"))
    assert [(one.signal, one.granularity, one.rows) for one in told.portions] == [("heart_rate.resting", "daily", DAYS)]


def test_a_raw_grant_gives_every_observation(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.RAW, "steps")
    owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    held = opened(tmp_path / "slice.age")
    assert {"observations/steps.parquet", "observations/steps.csv"} <= set(held)
    assert pl.read_parquet(io.BytesIO(held["observations/steps.parquet"])).height == owner.series("steps").height


def test_an_insight_grant_gives_estimates_alone(owner: Twin, tmp_path: Path) -> None:
    owner.learn()
    grant(owner, Granularity.INSIGHT, "heart_rate.resting")
    owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    held = opened(tmp_path / "slice.age")
    assert set(held) == {"estimates.parquet", "estimates.csv", "README.txt"}
    believed = pl.read_parquet(io.BytesIO(held["estimates.parquet"]))
    assert set(believed["signal"]) == {"heart_rate.resting"}


def test_only_the_days_that_were_granted_are_given(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "steps", first=FIRST + timedelta(10))
    told = owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT, wanted=Wanted(until=date(2026, 1, 20)))
    portion = told.portions[0]
    assert (portion.first, portion.last, portion.rows) == (date(2026, 1, 11), date(2026, 1, 20), 10)


def test_one_signal_of_several_can_be_given(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "steps", "heart_rate.resting")
    told = owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT, wanted=Wanted(("steps",)))
    assert [one.signal for one in told.portions] == ["steps"]
    with pytest.raises(Refused):
        owner.shares.give("vos", tmp_path / "more.age", wanted=Wanted(("note",)))
    assert not (tmp_path / "more.age").exists()


def test_without_a_grant_nothing_is_written(owner: Twin, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    grant(owner, Granularity.DAILY, "steps")
    owner.consent.revoke("vos-1")
    with pytest.raises(Refused):
        owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    grant(owner, Granularity.DAILY, "steps")
    with pytest.raises(NothingYet):
        owner.shares.give("vos", tmp_path / "slice.age", wanted=Wanted(since=date(2030, 1, 1)))
    assert list(tmp_path.iterdir()) == []


def test_a_slice_opens_for_nobody_else(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "steps")
    owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    content = (tmp_path / "slice.age").read_bytes()
    assert b"steps" not in content
    assert (tmp_path / "slice.age").stat().st_mode & 0o077 == 0
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(content, [pyrage.x25519.Identity.generate()])


@pytest.mark.skipif(not (shutil.which("age") or shutil.which("rage")), reason="no age program is installed")
def test_any_age_program_opens_a_slice(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "steps")
    owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    (tmp_path / "key").write_text(str(KEY))
    program = shutil.which("age") or shutil.which("rage")
    told = [program, "-d", "-i", tmp_path / "key", tmp_path / "slice.age"]
    plain = subprocess.run(told, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert "selftwin-slice/README.txt" in tar.getnames()


def test_no_cell_of_a_slice_is_run_by_a_spreadsheet(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.RAW, "note")
    owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    held = opened(tmp_path / "slice.age")
    rows = list(csv.DictReader(io.StringIO(held["observations/note.csv"].decode(), newline="")))
    assert [row["text"] for row in rows] == [f"'{FORMULA}"]
    assert pl.read_parquet(io.BytesIO(held["observations/note.parquet"]))["text"].to_list() == [FORMULA]


def test_the_page_says_what_it_is_in_plain_words(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "heart_rate.resting")
    owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    page = opened(tmp_path / "slice.age")["README.txt"].decode()
    assert "Dr Vos may see one value a day of resting heart rate" in page
    assert f"{DAYS} rows, 2026-01-01 to 2026-02-09" in page


def test_a_receipt_is_signed_kept_and_on_record(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "steps")
    told = owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    receipt = owner.shares.receipts()[-1]
    facts = checked(receipt, untext(receipt["proof"]["public_key"]))
    assert facts["file"]["sha256"] == hashlib.sha256((tmp_path / "slice.age").read_bytes()).hexdigest()
    assert (facts["party"], facts["grants"], facts["recipient"]) == ("vos", ["vos-1"], RECIPIENT)
    assert facts["portions"][0]["rows"] == DAYS
    lines = list(owner.consent.record.entries())
    assert [(one.kind, one.party, one.grant) for one in lines if one.index == facts["record"]] == [
        ("share", "vos", "vos-1")
    ]
    assert [one.rows for one in lines if (one.party, one.kind) == ("vos", "read")] == [DAYS]
    with pytest.raises(SealBroken):
        checked({**receipt, "party": "shop"}, untext(receipt["proof"]["public_key"]))
    assert told.receipt == json.loads(json.dumps(receipt))


def test_where_a_slice_lies_is_known_to_an_erasure(owner: Twin, tmp_path: Path) -> None:
    from selftwin.twin.erasing import Target

    grant(owner, Granularity.DAILY, "steps")
    owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    toll = owner.would_erase(Target(signals=("steps",)))
    assert any(str(tmp_path / "slice.age") in said or "vos" in said for said in toll.exports)


def test_a_key_is_remembered_and_another_one_is_questioned(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "steps")
    with pytest.raises(UsageError, match="No key"):
        owner.shares.give("vos", tmp_path / "slice.age")
    owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    owner.shares.give("vos", tmp_path / "again.age")
    opened(tmp_path / "again.age")
    other = str(pyrage.x25519.Identity.generate().to_public())
    with pytest.raises(UsageError, match="another key"):
        owner.shares.give("vos", tmp_path / "third.age", recipient=other)
    assert owner.shares.give("vos", tmp_path / "third.age", recipient=other, new_key=True).recipient == other


def test_a_file_that_is_there_is_never_written_over(owner: Twin, tmp_path: Path) -> None:
    grant(owner, Granularity.DAILY, "steps")
    (tmp_path / "slice.age").write_text("mine")
    with pytest.raises(UsageError, match="exists"):
        owner.shares.give("vos", tmp_path / "slice.age", recipient=RECIPIENT)
    with pytest.raises(UsageError, match="age public key"):
        owner.shares.give("vos", tmp_path / "other.age", recipient="age1nonsense")
    assert os.listdir(tmp_path) == ["slice.age"]  # noqa: PTH208
