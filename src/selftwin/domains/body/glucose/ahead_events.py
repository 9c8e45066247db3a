"""What was eaten and injected before a forecast of glucose, as the frames it takes, out of a person's past."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from selftwin.domains.body.glucose.reading import meals
from selftwin.domains.body.glucose.reading_insulin import insulin
from selftwin.vocabulary.errors import Refused

if TYPE_CHECKING:
    import polars as pl

    from selftwin.vocabulary.model import Past

SPAN = timedelta(days=45)  # as far back as the forecast reads


def eaten(past: Past) -> pl.DataFrame:
    """Meals of the last weeks: `at` (UTC), `grams` of carbohydrate, counted or told by the words of the meal; none
    where learning from them is switched off."""
    import polars as pl

    rows = [(at, grams) for at, grams, _ in meals(past, SPAN)]
    return pl.DataFrame(rows, schema=[("at", pl.Datetime("us", "UTC")), ("grams", pl.Float64())], orient="row")


def injected(past: Past) -> pl.DataFrame:
    """Doses of the last weeks: `at` (UTC), `units`, `kind` (rapid, long); none where learning from insulin is off."""
    import polars as pl

    schema = [("at", pl.Datetime("us", "UTC")), ("units", pl.Float64()), ("kind", pl.String())]
    try:
        found = insulin(past, SPAN)
    except Refused:
        return pl.DataFrame(schema=schema)
    start = past.now - SPAN
    rows = [
        (start + timedelta(minutes=minute), units, kind)
        for kind, doses in (("rapid", found.doses), ("long", found.long))
        for minute, units in doses
    ]
    return pl.DataFrame(rows, schema=schema, orient="row").sort("at")
