"""Letterboxd's tables, in the forms docs/sources/letterboxd.md names."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.letterboxd import SOURCE
from selftwin.vocabulary.observation import Basis

FILM = "Date,Name,Year,Letterboxd URI"
DIARY = f"{FILM},Rating,Rewatch,Tags,Watched Date\n2024-03-05,The Rain,1999,https://boxd.it/x,4.5,Yes,,2024-03-01\n"
RATINGS = f"{FILM},Rating\n2024-03-05,The Rain,1999,https://boxd.it/f,4.5\n"


def specimen() -> dict[str, bytes]:
    """A film in the diary and among the ratings."""
    return {"diary.csv": DIARY.encode(), "ratings.csv": RATINGS.encode()}


@pytest.fixture
def read(reading):
    return lambda text, name="diary.csv": reading(SOURCE, name, text)


def said(rows):
    return rows.select("signal", "value", "text", "start").rows()


def test_the_diary_tells_what_was_watched_and_how_it_was_liked(read):
    rows, tally = read(DIARY)
    assert said(rows) == [
        ("watching.title", None, "The Rain (1999)", datetime(2024, 3, 1)),
        ("rating.given", 4.5, None, datetime(2024, 3, 5)),
    ]
    assert rows["basis"].unique().to_list() == [Basis.DATE]
    assert tally.kinds == {"diary": 1}


def test_a_rating_is_the_same_in_both_tables(read):
    assert read(RATINGS)[0].equals(read(DIARY)[0].filter(signal="rating.given"))


def test_a_review_is_a_note_of_its_film(read):
    header = f"{FILM},Rating,Rewatch,Review,Tags,Watched Date\n"
    rows, tally = read(header + '2024-03-05,The Rain,1999,u,4.5,,"Wet,\nvery wet",,2024-03-01\n', "reviews.csv")
    assert (rows["signal"].to_list(), rows["text"].to_list()) == (["note"], ["Wet,\nvery wet"])
    assert tally.read == 1


def test_films_marked_as_watched_are_kept_apart_from_those_that_were_watched(read):
    rows, _ = read(f"{FILM}\n2024-03-05,The Rain,,https://boxd.it/f\n", "watched.csv")
    assert rows.select("signal", "text", "unit").rows() == [("other.film_marked_watched", "The Rain", "1")]


def test_bad_days_and_ratings_are_faults_and_empty_rows_are_passed_over(read):
    rows, tally = read(f"{FILM},Rating\nsoon,Rain,1999,u,4\n2024-03-05,Rain,1999,u,9\n2024-03-06,Rain,1999,u,\n")
    assert (rows.height, tally.faulty, tally.passed) == (0, 2, 1)


def test_wishes_and_likes_are_not_claimed(member):
    for name in ("watchlist.csv", "likes/films.csv"):
        assert not SOURCE.recognises(member(name, f"{FILM}\n2024-03-05,The Rain,1999,u\n"))


def test_what_was_deleted_is_passed_over_and_what_lost_its_film_is_read(read):
    rows, tally = read(DIARY, "letterboxd.zip/deleted/diary.csv")
    assert (rows.height, tally.passed, list(tally.notes)) == (0, 1, ["diary: deleted on Letterboxd"])
    orphaned = DIARY.replace("https://boxd.it/x", "")
    assert read(orphaned, "letterboxd.zip/orphaned/diary.csv")[0].equals(read(DIARY)[0])
