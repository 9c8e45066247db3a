"""The numbers behind a chart: one signal over a span of time as columns, thinned by lowest and highest where they are
many. Times are seconds since 1970 on the person's own clock, as if it were UTC; values carry the unit of the signal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Header, Path, Query, Response

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.observation import EARLIEST_YEAR, LATEST_YEAR
from selftwin.web import thinning
from selftwin.web.api._told import told
from selftwin.web.caller import Anyone
from selftwin.web.columns import DAY, MICROS_A_DAY
from selftwin.web.stretch import Asked, own, seen
from selftwin.wording.measures import measure

if TYPE_CHECKING:
    from selftwin.web.columns import Column, Ints

ROUTER = APIRouter(tags=["series"])
ARROW = "application/vnd.apache.arrow.stream"
MOST_POINTS, POINTS = 10_000, 800
SECOND = 1_000_000
_EXAMPLE = {
    "signal": "heart_rate", "label": "Heart rate", "unit": "/min", "by": "raw", "rows": 2880, "thinned": True,
    "column_seconds": 108.0, "first": "2026-11-24T00:00:12", "last": "2026-11-24T23:59:40",
    "shown": {"scale": 1.0, "offset": 0.0, "words": "a minute"},
    "columns": {"at": [1795478400.0, 1795478508.0], "low": [51.0, 50.0], "high": [58.0, 55.0], "middle": [54.2, 52.9]},
}  # fmt: skip
_ABOUT = (
    "`at` with `value` where every value is told, null where the line breaks; with `low`, `high` and `middle` where "
    "they are thinned, null where a column is empty; with `lasts` and `text` for what has no number. `shown` leads "
    "from the unit to the person's own: value times scale plus offset."
)
_COLUMNS = told(_EXAMPLE, _ABOUT)
_COLUMNS[200]["content"][ARROW] = {"schema": {"type": "string", "format": "binary"}}


@ROUTER.get("/series/{signal}", summary="One signal over time", responses=_COLUMNS, response_class=Response)
def series(
    who: Anyone,
    signal: Annotated[str, Path(max_length=200, examples=["heart_rate.resting"])],
    since: Annotated[str, Query(alias="from", max_length=40, examples=["2026-09-01"])] = "",
    until: Annotated[str, Query(alias="to", max_length=40, examples=["2026-11-30T12:00"])] = "",
    points: Annotated[int, Query(ge=2, le=MOST_POINTS)] = POINTS,
    by: Literal["raw", "day"] = "raw",
    purpose: Annotated[str, Query(max_length=200, description="What a party asks for, where it has several.")] = "",
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """A day as the end of the span is inside it. A party gets what its grants cover, through the gate each time."""
    asked = Asked(nature(signal).key, _moment(since), _moment(until, end=True), points, by)
    if asked.first is not None and asked.last is not None and asked.last <= asked.first:
        raise UsageError("The span ends before it begins.")
    column = own(who.held, asked) if who.owner else seen(who.view(purpose), asked)
    return _answered(asked, column, arrow=ARROW in accept)


def _answered(asked: Asked, column: Column, *, arrow: bool) -> Response:
    """The columns of the span as an answer."""
    first = asked.first if asked.first is not None else int(column.at[0]) if column.at.size else 0
    last = asked.last if asked.last is not None else int(column.at[-1]) + 1 if column.at.size else first + 1
    there = thinning.inside(column.at, first, last)
    rows = there.stop - there.start
    thinned = rows > asked.points
    columns = _columns(column, there, (first, max(last, first + 1)), asked)
    if arrow:
        return Response(_arrow(columns), media_type=ARROW)
    signal = nature(asked.key)
    unit = column.unit or signal.unit
    read = measure(asked.key, unit)
    answer = {
        "signal": asked.key, "label": signal.label, "unit": unit, "by": asked.by, "rows": rows, "thinned": thinned,
        "column_seconds": (last - first) / SECOND / asked.points if thinned else 0.0,
        "first": _iso(column.at[:1]), "last": _iso(column.at[-1:]),
        "shown": {"scale": read.scale, "offset": read.offset, "words": read.words}, "columns": columns,
    }  # fmt: skip
    return Response(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


def _columns(column: Column, there: slice, span: tuple[int, int], asked: Asked) -> dict[str, Any]:
    at, value = column.at[there], column.value[there]
    if column.text is not None and column.lasts is not None:
        some = slice(there.start, min(there.stop, there.start + asked.points))
        texts = column.text[some].to_list()
        return {"at": column.at[some] / SECOND, "lasts": column.lasts[some] / SECOND, "text": texts}
    if at.size > asked.points:
        thin = thinning.thin(at, value, *span, asked.points)
        return {"at": thin.at / SECOND, "low": thin.low, "high": thin.high, "middle": thin.middle}
    longest = MICROS_A_DAY if asked.by == DAY else thinning.pause(at)
    at, value = thinning.broken(at, value, longest)
    return {"at": at / SECOND, "value": value}


def _arrow(columns: dict[str, Any]) -> bytes:
    import polars as pl

    out = BytesIO()
    frame = pl.DataFrame(columns)
    frame.with_columns(pl.col(pl.Float64).fill_nan(None)).write_ipc_stream(out)
    return out.getvalue()


def _moment(text: str, *, end: bool = False) -> int | None:
    """Microseconds on the person's clock of a day or a moment; of a day at the end, its end. Raises UsageError."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        whole = len(text) <= len("2026-11-24")
    except ValueError:
        raise UsageError("A time is written as 2026-11-24 or 2026-11-24T07:30.") from None
    if found.tzinfo is not None:
        raise UsageError("A time here is told on the person's own clock, without an offset.", hint="Leave it out.")
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise UsageError(f"A time lies between the years {EARLIEST_YEAR} and {LATEST_YEAR}.")
    wall = found.replace(tzinfo=UTC) + (timedelta(days=1) if end and whole else timedelta())
    return (wall - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _iso(some: Ints) -> str | None:
    return str(some[0].astype("datetime64[us]").astype("datetime64[s]")) if some.size else None
