"""Say what comes next for one signal, and how sure that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import OWN, PLAIN, Call, Looking
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.vocabulary.estimate import Forecast

NOTHING_YET = 4
AT = "Say it as it was known then: a day, or a time. The newest data unless you say."


def command(
    signal: Annotated[str, Parameter(help="Its key, as `selftwin signals` lists it.")],
    /,
    *,
    days: Annotated[int | None, Parameter(help="How many days ahead; seven unless you say.")] = None,
    minutes: Annotated[int | None, Parameter(help="How many minutes ahead, for a sensor's signal.")] = None,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    looking: Looking = OWN,
    call: Call = PLAIN,
) -> int:
    """Say what comes next for one signal, and how sure that is."""
    if looking.as_:
        return _as_somebody(signal, looking, call)
    when = day_or_moment(at) if at else None
    with call.open() as twin:
        found = twin.forecast(signal, days=days, minutes=minutes, at=when)
        past = [] if call.json else recent(twin, found)
        zone = twin.zones.at(datetime.now(UTC))
    if call.json:
        screen.data(plain(found))
    else:
        from selftwin.cli.foresight import foresight

        foresight(found, past, zone)
    return 0 if any(step.mean is not None for step in found.steps) else NOTHING_YET


def _as_somebody(signal: str, looking: Looking, call: Call) -> int:
    """The forecasts that were kept and that somebody else may see."""
    from selftwin.cli import seen
    from selftwin.vocabulary.catalogue import nature
    from selftwin.vocabulary.errors import Refused
    from selftwin.wording import seen as shown

    with call.open() as twin:
        kept = looking.view(twin).estimates(nature(signal).key)
    found = [one for one in kept if one.kind == "forecast"]
    if not found:
        hint = f"`selftwin consent explain {looking.as_} {signal}/forecast` says why."
        raise Refused(f"{looking.as_} may see no forecast of {signal}.", hint=hint)
    if call.json:
        screen.data({"beliefs": [shown.belief_plain(one) for one in found]})
    else:
        seen.tell_beliefs(found)
    return 0


def plain(forecast: Forecast) -> dict[str, object]:
    """The forecast as the object that `--json` prints."""
    names = ("signal", "unit", "made_at", "trust", "n", "method")
    said = {name: getattr(forecast, name) for name in names}
    return said | {"beats": dict(forecast.beats), "steps": forecast.steps}


def recent(twin: Twin, forecast: Forecast) -> list[tuple[datetime, float]]:
    """What was recorded before, for the drawing: two weeks of days, or four hours of samples."""
    import polars as pl

    made = datetime.fromisoformat(forecast.made_at)
    if len(forecast.made_at) == len("2026-02-14"):
        days = twin.days(forecast.signal, since=(made - timedelta(days=13)).date(), until=made.date())
        return list(days.select(pl.col("day").cast(pl.Datetime), "value").iter_rows())
    day = timedelta(days=1)
    rows = twin.series(forecast.signal, since=(made - day).date(), until=(made + day).date())
    recent = rows.filter(pl.col("at").is_between(made - timedelta(hours=4), made))
    return list(recent.select("at", "value").iter_rows())
