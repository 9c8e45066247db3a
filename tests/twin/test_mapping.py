"""A mapping is proposed by the child, tried on the table, and kept only once, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftwin.twin import mapping
from selftwin.vocabulary.errors import UnknownFormat, UsageError

if TYPE_CHECKING:
    from pathlib import Path

DAYS = [f"{day:02}/{month:02}/2024;121,{day};{day % 3}\n" for month in (1, 2) for day in (3, 4, 5)]
TABLE = "".join(["date;Gewicht;cups\n", *DAYS])


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "selftwin" / "mappings"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "Tea & Scale.csv"
    path.write_text(TABLE)
    return path


def test_what_the_file_cannot_tell_is_left_open_and_settled_by_a_word(table: Path) -> None:
    tried = mapping.propose(table)
    assert tried.open == ("order", "Gewicht")
    assert "day or the month" in tried.refused
    assert tried.made == 0
    tried = mapping.propose(table, order="day-first")
    assert (tried.records.taken, tried.records.faulty, tried.made, tried.refused) == (6, 0, 12, "")
    assert tried.rows["signal"].unique(maintain_order=True).to_list() == ["weight", "other.cups"]
    assert tried.rows["value"].to_list()[:2] == pytest.approx([121.3, 121.4])
    assert str(tried.rows["start"][0]) == "2024-01-03 00:00:00"
    with pytest.raises(UsageError, match="day-first or month-first"):
        mapping.propose(table, order="sideways")


def test_a_kept_mapping_reads_the_table_and_is_never_written_over(table: Path, own: Path) -> None:
    tried = mapping.propose(table, order="day-first")
    assert not own.exists(), "a proposal alone writes nothing"
    assert mapping.keep("Tea & Scale", tried.text) == own / "tea_scale.toml"
    assert mapping.propose(table, order="day-first").known == "Any CSV, by a mapping"
    with pytest.raises(UsageError, match="is a mapping already"):
        mapping.keep("tea scale", "other")
    assert (own / "tea_scale.toml").read_text() == tried.text


def test_of_several_people_one_is_tried(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("person,date,hr\n" + "".join(f"p{n % 3},2024-01-{n:02},6{n % 9}\n" for n in range(1, 29)))
    assert mapping.propose(path).person == "p1"
    assert mapping.propose(path).records.taken == 10
    assert mapping.propose(path, subject="p0").records.taken == 9


def test_what_is_no_table_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(UnknownFormat) as refused:
        mapping.propose(path)
    assert "by hand" in refused.value.hint
    with pytest.raises(UsageError, match="There is no file"):
        mapping.propose(tmp_path / "none.csv")


def test_a_name_is_one_plain_word() -> None:
    assert mapping.plain("2024 Log!") == "table_2024_log"
    assert mapping.plain("§") == "table"
