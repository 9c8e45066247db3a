"""One signal for a person who looks: a sentence, a drawing, then the account."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.cli.charts import ARROWS, Days, chart
from selftwin.wording.believed import FULL
from selftwin.wording.measures import measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.words import WEEKDAYS, count, day, trusted, within

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table
    from rich.text import Text

    from selftwin.vocabulary.estimate import Normal
    from selftwin.wording.measures import Measure

RAW_SHOWN = 200


def sight(key: str, label: str, rows: pl.DataFrame, normal: Normal | None) -> None:
    """Print a signal's days: what is usual, the drawing, and a table with every day drawn."""
    if not rows.height:
        screen.say(f"There is no {label.lower()} in these days.")
        return
    read = measure(key, str(rows["unit"][0]))
    found: list[tuple[date, float]] = list(rows.select("day", "value").iter_rows())
    days = Days.between(found, found[0][0], found[-1][0])
    console = screen.out()
    screen.show(heading(label, read), *usual(key, label, normal, read), "")
    screen.show(*chart(days, normal, read, width=min(console.width, screen.WIDEST), colour=screen.coloured()))
    screen.show(_legend(days, normal, read), "", _table(rows, normal, read))


def heading(label: str, read: Measure) -> Text:
    """The label in bold with its unit beside it."""
    from rich.text import Text

    return Text.assemble((label, "bold"), "  ", (read.words, screen.palette().quiet))


def usual(key: str, label: str, normal: Normal | None, read: Measure) -> list[str]:
    """What is usual, where the newest day stands in it, trend and week, each in a sentence."""
    if normal is None:
        return []
    known = phrase(key, label)
    lines = [trusted(normal.trust, normal.n, known.spell)]
    if normal.value is not None and normal.low is not None and normal.high is not None:
        value, band = read.apart(normal.value, normal.low, normal.high)
        where = "within" if not normal.outside else f"{ARROWS[normal.outside]} {normal.outside}"
        lines.insert(0, f"{_newest(normal)}: {value}, {where} your usual {band} ({within(normal.level)}).")
    if normal.outside and normal.level == FULL:
        lines.insert(0, known.say(normal.outside, normal.run))
    if normal.trend_per_week:
        lines.append(_trend(normal.trend_per_week, normal, read))
    if normal.weekly:
        days = zip(WEEKDAYS, normal.weekly, strict=True)
        lines.append("Your week: " + ", ".join(f"{name[:3]} {read.axis(v, *normal.weekly)}" for name, v in days))
    return lines


def _newest(normal: Normal) -> str:
    old = f" ({count(normal.age_days, 'day')} old)" if normal.age_days else ""
    return f"{day(date.fromisoformat(normal.day))}{old}"


def _trend(per_week: float, normal: Normal, read: Measure) -> str:
    """Rising or falling, where it is more than a twentieth of the band in a week."""
    width = (normal.high or 0.0) - (normal.low or 0.0)
    if abs(per_week) < width / 20:
        return "Over four weeks: steady."
    way = "rising" if per_week > 0 else "falling"
    return f"Over four weeks: {way}, {read.difference(abs(per_week))} a week."


def _legend(days: Days, normal: Normal | None, read: Measure) -> Text:
    """What the drawing's signs mean, of those that are in it."""
    from rich.text import Text

    tokens, legend = screen.palette(), Text()
    if normal and normal.low is not None and normal.high is not None:
        sample = ("  ", f"on {tokens.usual_wash}") if screen.coloured() else ("░░", "")
        legend.append_text(Text.assemble(sample, f" your usual, {read.range(normal.low, normal.high)}   "))
    if None in days.values:
        legend.append_text(Text.assemble(("╱╱", tokens.quiet), " not worn or not noted   "))  # noqa: RUF001
    legend.append("▼ newest day")
    return legend


def _table(rows: pl.DataFrame, normal: Normal | None, read: Measure) -> Table:
    listed = screen.table("day", "", "value", "", "from", right=("value",))
    values = [float(value) for value in rows["value"]]
    for row, value in zip(rows.iter_rows(named=True), values, strict=True):
        arrow = _arrow(value, normal)
        listed.add_row(str(row["day"]), f"{row['day']:%a}", read.axis(value, *values), arrow, row["source"] or "")
    return listed


def _arrow(value: float, normal: Normal | None) -> str:
    if normal is None or normal.low is None or normal.high is None:
        return ""
    return ARROWS["above"] if value > normal.high else ARROWS["below"] if value < normal.low else ""


def raw_sight(key: str, label: str, rows: pl.DataFrame) -> None:
    """Print a signal's observations, the newest of them where there are many."""
    if not rows.height:
        screen.say(f"There is no {label.lower()} in these days.")
        return
    read = measure(key, str(rows["unit"][0]))
    shown = rows.tail(RAW_SHOWN)
    listed = screen.table("local time", "until", "value", "from", right=("value",))
    values = [float(value) for value in shown["value"] if value is not None]
    for row in shown.iter_rows(named=True):
        value = row["text"] if row["value"] is None else read.one(row["value"], *values)
        lasts = row["until"] - row["at"]
        until = f"{row['local'] + lasts:%H:%M:%S}" if lasts else ""
        listed.add_row(f"{row['local']:%Y-%m-%d %H:%M:%S}", until, value or "", row["source"] or "")
    screen.show(heading(short(label), read), listed)
    if rows.height > shown.height:
        screen.say(f"The newest {shown.height:,} of {rows.height:,}; --json gives all of them.")
