"""A library of Goodreads, in the form docs/sources/goodreads.md names."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.goodreads import SOURCE
from selftwin.vocabulary.observation import Basis

HEADER = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,"
    "Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,"
    "Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies\n"
)


def book(*, rating=4, read="2024/03/09", shelf="read", review=""):
    return (
        f'7,"Rain, a History",A. Cloud,"Cloud, A.",,"=""0439785960""","=""9780439785969""",{rating},4.57,Press,'
        f"Paperback,652,2006,2005,{read},2024/02/01,,,{shelf},{review},,,1,0\n"
    )


def specimen() -> dict[str, bytes]:
    """A library of one book."""
    return {"goodreads_library_export.csv": (HEADER + book()).encode()}


@pytest.fixture
def read(reading):
    return lambda *books: reading(SOURCE, "goodreads_library_export.csv", HEADER + "".join(books))


def test_a_book_that_was_finished_is_told_with_its_rating_on_that_day(read):
    rows, tally = read(book())
    assert rows.select("signal", "value", "text", "start", "basis").rows() == [
        ("reading.book", None, "A. Cloud \N{EN DASH} Rain, a History", datetime(2024, 3, 9), Basis.DATE),
        ("rating.given", 4.0, None, datetime(2024, 3, 9), Basis.DATE),
    ]
    assert rows["native"].to_list() == ["7/2024/03/09"] * 2
    assert tally.kinds == {"book": 1}


def test_a_rating_and_a_review_without_a_day_stand_on_the_day_the_book_was_added(read):
    rows, _ = read(book(read="", review='"Wet, <br/>very"'))
    assert rows.select("signal", "text", "start").rows() == [
        ("rating.given", None, datetime(2024, 2, 1)),
        ("note", "Wet, <br/>very", datetime(2024, 2, 1)),
    ]


def test_wishes_and_books_that_are_being_read_are_passed_over(read):
    rows, tally = read(book(rating=0, read="", shelf="to-read"), book(rating=0, read="", shelf="currently-reading"))
    assert (rows.height, tally.passed) == (0, 2)


def test_a_day_that_is_none_is_a_fault(read):
    rows, tally = read(book(rating=0, read="2024/13/99"))
    assert (rows.height, tally.faulty) == (0, 1)
