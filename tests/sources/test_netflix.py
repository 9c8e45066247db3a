"""Both of Netflix's tables, in the forms docs/sources/netflix.md names."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from selftwin.sources.netflix import SOURCE
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

HEADER = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,"
    "Country\n"
)
EPISODE = "Ada,2024-03-01 19:04:11,00:48:12,,Rain: Season 1: Drops,,Television,00:48:12,00:48:12,FI (Finland)\n"


def specimen() -> dict[str, bytes]:
    """An account of one profile."""
    return {"ViewingActivity.csv": (HEADER + EPISODE).encode()}


@pytest.fixture
def read(reading):
    return lambda text, name="ViewingActivity.csv": reading(SOURCE, name, text)


def test_a_viewing_is_its_title_and_the_minutes_it_ran(read):
    rows, tally = read(HEADER + EPISODE)
    assert rows.select("signal", "value", "text").rows() == [
        ("watching", 48.2, None),
        ("watching.title", None, "Rain: Season 1: Drops"),
    ]
    assert (rows["start"][0], rows["basis"][0]) == (datetime(2024, 3, 1, 19, 4, 11), Basis.INSTANT)
    assert (rows["stop"][0] - rows["start"][0]).total_seconds() == 2892
    assert tally.kinds == {"viewing": 1}


def test_trailers_and_what_ran_by_itself_for_a_moment_are_passed_over(read):
    rows, tally = read(
        HEADER
        + EPISODE.replace("Drops,,", "Drops,TRAILER,")
        + EPISODE.replace("00:48:12,,", "00:00:06,Autoplayed: user action: None; ,")
        + EPISODE.replace("00:48:12,,", "00:40:00,Autoplayed: user action: None; ,")
    )
    assert (rows.filter(signal="watching")["value"].to_list(), tally.passed) == ([40.0], 2)


def test_each_profile_is_a_person(member):
    one = member("ViewingActivity.csv", HEADER + EPISODE + EPISODE.replace("Ada", "Ben"))
    assert SOURCE.subjects(one) == ("Ada", "Ben")
    tally = Tally(one.path)
    rows = [sift(part, tally) for part in SOURCE.read(one, subject="Ben")]
    assert (sum(batch.num_rows for batch in rows), tally.taken, tally.passed) == (2, 1, 1)


def test_impossible_moments_and_durations_are_faults(read):
    bad = EPISODE.replace("2024-03-01 19:04:11", "yesterday")
    assert read(HEADER + bad)[1].faulty == 1
    rows, tally = read(HEADER + EPISODE.replace("00:48:12,,", "long,,"))
    assert (rows["signal"].to_list(), len(tally.faults)) == (["watching.title"], 1)


@pytest.mark.parametrize(
    ("dates", "first"),
    [(("3/14/24", "3/2/24"), "2024-03-14"), (("14.03.24", "02.03.24"), "2024-03-14"), (("2024-03-14",), "2024-03-14")],
)
def test_dates_of_a_profile_are_read_in_the_order_the_file_proves(read, dates, first):
    rows, tally = read("Title,Date\n" + "".join(f'"Rain","{one}"\n' for one in dates), "NetflixViewingHistory.csv")
    assert str(rows["start"][0].date()) == first
    assert rows["basis"].unique().to_list() == [Basis.DATE]
    assert rows.select(pl.col("text").unique()).item() == "Rain"
    assert len(tally.notes) == 1


def test_dates_that_prove_nothing_are_refused_with_a_way_out(member):
    data = member("NetflixViewingHistory.csv", 'Title,Date\n"Rain","3/2/24"\n')
    with pytest.raises(BrokenExport, match="day or the month") as refused:
        list(SOURCE.read(data, subject=None))
    assert "ViewingActivity.csv" in refused.value.hint


def test_other_tables_of_titles_and_dates_are_not_claimed(member):
    assert not SOURCE.recognises(member("books.csv", 'Title,Date\n"Rain","3/14/24"\n'))
