"""`selftwin map`: a guess, shown with what it would make; kept only when asked to be."""

from __future__ import annotations

import pytest

TABLE = "date,Weight (kg),cups of tea\n" + "".join(f"2024-01-{day:02},8{day % 3}.4,{day % 4}\n" for day in range(1, 21))


@pytest.fixture
def table(shell, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(shell.home / "config"))
    path = shell.home / "tea.csv"
    path.write_text(TABLE)
    return path


def test_a_mapping_is_shown_with_what_it_would_make_and_nothing_is_kept(shell, table) -> None:
    told = shell("map", table)
    assert told.code == 0, told.err
    for words in ("weight", "other.cups_of_tea", "its name and its unit", "40 observations", "[[value]]"):
        assert words in told.out
    assert "20 records read = 20 taken + 0 passed over + 0 faulty. Nothing was stored." in told.err
    assert not (shell.home / "config").exists()


def test_a_kept_mapping_is_read_by_the_next_import(shell, table) -> None:
    told = shell("map", table, "--keep", "--json")
    assert told.data["kept"].endswith("tea.toml")
    assert [column["signal"] for column in told.data["columns"]] == ["", "weight", "other.cups_of_tea"]
    assert told.data["observations"] == 40
    assert shell("map", table, "--keep").code == 2
    assert "reads this file already" in shell("map", table).err


def test_what_cannot_be_read_yet_is_not_kept(shell, table) -> None:
    table.write_text("date,cups of tea\n" + "".join(f"0{day}/0{day}/2024,{day}\n" for day in range(1, 8)))
    told = shell("map", table, "--keep")
    assert told.code == 4
    assert "cannot be read by this yet" in told.err
    assert shell("map", table, "--keep", "--order", "day-first", "--json").data["kept"].endswith("tea.toml")


def test_a_file_that_is_no_table_says_what_to_do(shell, table) -> None:
    table.write_text("no table\n")
    told = shell("map", table)
    assert told.code == 2
    assert "docs/sources/table.md" in told.err
