"""Show one signal: its days or its observations, in your normal band."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import OWN, PLAIN, Call, Looking

if TYPE_CHECKING:
    import polars as pl

    from selftwin.twin import Twin
    from selftwin.vocabulary.estimate import Normal

DAYS, ROWS = 28, 200  # days shown unless told otherwise; rows of raw that fit before a person's eyes


def command(
    signal: Annotated[str, Parameter(help="Its key, as `selftwin signals` lists it.")],
    /,
    *,
    since: Annotated[date | None, Parameter(help="First local day; four weeks back unless you say.")] = None,
    until: Annotated[date | None, Parameter(help="Last local day; the newest with data unless you say.")] = None,
    by: Annotated[Literal["day", "raw"], Parameter(help="Resolved days, or every observation.")] = "day",
    looking: Looking = OWN,
    call: Call = PLAIN,
) -> None:
    """Show one signal: its days or its observations, in your normal band."""
    from selftwin.cli.sight import raw_sight, sight
    from selftwin.vocabulary.catalogue import nature
    from selftwin.vocabulary.errors import NothingYet

    if looking.as_:
        _as_somebody(signal, since, until, by, looking, call)
        return
    label = nature(signal).label
    with call.open() as twin:
        rows = twin.days(signal, until=until) if by == "day" else twin.series(signal, until=until)
        normal = _normal(twin, signal, until) if by == "day" else None
    if not rows.height:
        raise NothingYet(f"Nothing is known of {label.lower()} yet.", hint="`selftwin signals` lists what there is.")
    rows = _from(rows, "day" if by == "day" else "local", since)
    if call.json:
        unit = rows["unit"][0] if rows.height else ""
        said = rows.drop("unit").to_dicts()
        screen.data({"signal": signal, "label": label, "unit": unit, "by": by, "normal": normal, "rows": said})
    elif by == "day":
        sight(signal, label, rows, normal)
    else:
        raw_sight(signal, label, rows)


def _as_somebody(
    signal: str, since: date | None, until: date | None, by: str, looking: Looking, call: Call
) -> None:  # fmt: skip
    """All that somebody else may see of it."""
    from selftwin.cli import seen
    from selftwin.consent.reading import look
    from selftwin.wording import seen as shown

    with call.open() as twin:
        found = look(looking.view(twin), signal, raw=by == "raw", since=since, until=until)
    if call.json:
        screen.data(shown.plain(found))
    else:
        seen.tell(found)


def _from(rows: pl.DataFrame, column: str, since: date | None) -> pl.DataFrame:
    """Rows from a local day on; from four weeks before the newest where none is given."""
    import polars as pl

    day = pl.col(column).cast(pl.Date)
    newest: Any = rows.select(day.max()).item()
    return rows.filter(day >= (since or newest - timedelta(DAYS - 1)))


def _normal(twin: Twin, signal: str, until: date | None) -> Normal | None:
    """What is usual, where the signal's days are numbers and there are some."""
    from selftwin.vocabulary.catalogue import nature
    from selftwin.vocabulary.errors import NothingYet, Refused

    try:
        return twin.normal(signal, at=until) if nature(signal).numeric else None
    except (NothingYet, Refused):  # refused where the person has switched the learning off
        return None
