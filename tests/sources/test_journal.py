"""Journals of Markdown files (docs/sources/journal.md)."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.journal import SOURCE

DATE, LOCAL, INSTANT = 0, 1, 2


def specimen() -> dict[str, bytes]:
    """A daily note, and one with front matter."""
    return {
        "Daily/2024-05-01.md": b"# Wednesday\n\nWalked a lot.\n",
        "Evening.md": b"---\ntags: [x]\ndate: 2024-05-01T22:10\n---\nTired.\n",
    }


@pytest.mark.parametrize(("path", "text", "start", "basis"), [
    ("2024-05-01.md", "Walked.", datetime(2024, 5, 1), DATE),
    ("journals/2024_05_01.md", "Walked.", datetime(2024, 5, 1), DATE),
    ("Daily/20240501.md", "Walked.", datetime(2024, 5, 1), DATE),
    ("x.md", "---\ndate: 2024-05-01 10:10 PM\n---\nWalked.", datetime(2024, 5, 1, 22, 10), LOCAL),
    ("x.md", "---\ndate: 2024-05-01 (Wed)\n---\nWalked.", datetime(2024, 5, 1), DATE),
    ("x.md", "---\ndate: 2024-05-01 22:10 (Wed)\n---\nWalked.", datetime(2024, 5, 1, 22, 10), LOCAL),
    ("2024-05-01 Wednesday.md", "---\ndate: 2024-05-01 22:10\n---\nWalked.", datetime(2024, 5, 1, 22, 10), LOCAL),
    ("2024-05-01.md", "---\ncreated: 2024-05-09T10:00\n---\nWalked.", datetime(2024, 5, 1), DATE),
    ("x.markdown", '---\r\ncreated: "2024-05-01T10:00:00+02:00"\r\n---\r\nWalked.', datetime(2024, 5, 1, 8), INSTANT),
])  # fmt: skip
def test_an_entry_is_dated_by_its_name_or_its_front_matter(reading, path, text, start, basis):
    rows, account = reading(SOURCE, path, text)
    assert rows.select("signal", "text", "start", "basis").rows() == [("journal.entry", "Walked.", start, basis)]
    assert account.taken == 1


def test_files_of_one_name_and_several_dates_are_several_entries(reading):
    one, other = (reading(SOURCE, f"{day}/index.md", f"---\ndate: 2024-05-0{day}\n---\nx")[0] for day in (1, 2))
    assert [*one["native"], *other["native"]] == ["2024-05-01/index.md", "2024-05-02/index.md"]


def test_what_is_empty_is_passed_and_what_is_impossible_is_a_fault(reading):
    assert reading(SOURCE, "2024-05-01.md", "---\nmood: 4\n---\n \n")[1].passed == 1
    assert reading(SOURCE, "2024_05_01.md", "---\ntitle: May 1st, 2024\n---\n\n-")[1].passed == 1
    assert reading(SOURCE, "2024-02-31.md", "x")[1].faulty == 1
    assert reading(SOURCE, "2024-05-01.md", "x" * (5 << 20))[1].faulty == 1


@pytest.mark.parametrize(("name", "text"), [
    ("readme.md", "# Read me\ndate: 2024-05-01"), ("2024-05-01.txt", "x"), ("2024-05-01.md", ""),
    ("v2024-05-01.md", "x"), ("20240501103000 idea.md", "x"), ("12345678.md", "x"), ("2024-05-01.md", "\0"),
])  # fmt: skip
def test_other_files_are_left_alone(member, name, text):
    assert not SOURCE.recognises(member(name, text))
