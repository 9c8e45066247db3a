"""Today, as an almanac has it: a sentence, then pictures, then the account. The most unusual stands first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from selftwin.cli import screen
from selftwin.cli.charts import ARROWS, PAST, Days, spark
from selftwin.wording.almanac import Entry, account, lead, of_all, stands_on, tomorrow, usual
from selftwin.wording.believed import held, widest
from selftwin.wording.phrases import order, short
from selftwin.wording.words import day, old, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table
    from rich.text import Text

    from selftwin.twin import Twin

ODD, NEXT = 4, 4  # how many of each are drawn before `--all`


@dataclass(frozen=True)
class Page:
    """Today: the day, how old it is, every signal with the most unusual first, and the days of those that are drawn."""

    day: date
    age: int
    entries: tuple[Entry, ...]
    days: dict[str, Days]
    everything: bool = False

    @classmethod
    def of(cls, twin: Twin, at: date | None, *, everything: bool = False) -> Page:
        """What the twin says of a day; of the last with data where none is given. Raises NothingYet."""
        entries = tuple(sorted((Entry.of(outlook) for outlook in twin.overview(at=at)), key=Entry.rank))
        today = at or max(date.fromisoformat(entry.normal.day) for entry in entries)
        now = datetime.now(UTC)
        page = cls(today, 0 if at else (now.date() - today).days, entries, {}, everything)
        page.days.update((entry.key, _recent(twin, entry)) for entry in (*page.odd, *page.ahead))
        return page

    @cached_property
    def odd(self) -> list[Entry]:
        """What lies outside its usual and is drawn."""
        found = [entry for entry in self.entries if entry.odd]
        return found if self.everything else found[:ODD]

    @cached_property
    def ahead(self) -> list[Entry]:
        """What comes next and is drawn, in the order people want to hear it."""
        shown = {entry.key for entry in self.odd}
        sayable = [entry for entry in self.entries if entry.sayable and entry.key not in shown]
        found = sorted(sayable, key=lambda entry: order(entry.key))
        return found if self.everything else found[:NEXT]

    def plain(self) -> dict[str, Any]:
        """The page as the object that `--json` prints."""
        return {"day": self.day, "age_days": self.age, "signals": [_plain(entry) for entry in self.entries]}


def show(page: Page) -> None:
    """Print the page."""
    from rich.text import Text

    newest = f"   newest data {old(page.age)}" if page.age else ""
    screen.show(Text.assemble((day(page.day, weekday=True), "bold"), (newest, screen.palette().quiet)), "")
    screen.show(lead(page.entries), "")
    if page.odd:
        screen.show(screen.head("Out of the ordinary", of_all(page.entries)))
        screen.show(*(_block(page.days[e.key], e, odd_lines(e)) for e in page.odd))
    if page.ahead:
        screen.show(screen.head("What comes next", "14 days back, 3 ahead; ranges hold 9 times in 10"))
        screen.show(*(_block(page.days[e.key], e, next_lines(e)) for e in page.ahead))
    screen.show(*account(page.entries, everything=page.everything))
    screen.say(legend())


def odd_lines(entry: Entry) -> list[Text]:
    """Beside the drawing of what is unusual: how, the value and the band, tomorrow, trust."""
    from rich.text import Text

    normal, read = entry.normal, entry.measure
    tokens = screen.palette()
    mark = f"{ARROWS[normal.outside]} {normal.outside} usual, {spelled(normal.run, entry.phrase.spell)}"
    ink = tokens.odd if normal.outside == "above" else tokens.below
    lines = [Text.assemble((short(entry.label), "bold"), "  ", (mark, ink))]
    if normal.value is not None and normal.low is not None and normal.high is not None:
        value, band = read.apart(normal.value, normal.low, normal.high)
        lines.append(Text(f"{value}; your usual {band}"))
    lines.append(Text(tomorrow(entry)))
    return [*lines, _trust(entry)]


def next_lines(entry: Entry) -> list[Text]:
    """Beside the drawing of what comes next: the range, the middle, the usual, trust."""
    from rich.text import Text

    read, forecast = entry.measure, entry.forecast
    lines = [Text(entry.ahead, "bold")]
    step = forecast.steps[0] if forecast else None
    if step is None or step.mean is None:
        return [*lines, Text("Too soon to say"), _trust(entry)]
    low, high = widest(step)
    near = read.axis(step.mean, *(bound for bound in (low, high) if bound is not None))
    if low is None or high is None:
        return [*lines, Text(f"near {near}; too soon to say how wide"), _trust(entry)]
    lines.append(Text.assemble((read.range(low, high), screen.palette().next_words), held(step)))
    lines.append(Text(f"most likely near {near}{usual(entry)}", screen.palette().quiet))
    return [*lines, _trust(entry)]


def _recent(twin: Twin, entry: Entry) -> Days:
    """The two weeks up to a signal's newest day."""
    last = date.fromisoformat(entry.normal.day)
    first = last - timedelta(PAST - 1)
    found = twin.days(entry.key, since=first, until=last).select("day", "value")
    return Days.between(list(found.iter_rows()), first, last)


def _plain(entry: Entry) -> dict[str, Any]:
    from selftwin.cli.read.forecast import plain

    return {
        "signal": entry.key,
        "label": entry.label,
        "unit": entry.unit,
        "observations": entry.rows,
        "unusual": entry.odd,
        "sentence": entry.sentence,
        "normal": entry.normal,
        "forecast": plain(entry.forecast) if entry.forecast else None,
    }


def _trust(entry: Entry) -> Text:
    from rich.text import Text

    return Text(stands_on(entry), screen.palette().quiet)


def _block(days: Days, entry: Entry, lines: Iterable[Text]) -> Table:
    """A drawing of four rows with four lines beside it."""
    from rich.table import Table
    from rich.text import Text

    block = Table.grid(padding=(0, 2, 0, 0))
    block.add_column(no_wrap=True)
    block.add_column()
    rows = spark(days, entry.normal, entry.forecast, colour=screen.coloured())
    block.add_row(Text("\n").join(rows), Text("\n").join(lines))
    block.add_row("", "")
    return block


def legend() -> Text:
    """What the signs of the small drawings mean."""
    from rich.text import Text

    tokens, colour = screen.palette(), screen.coloured()
    usual = ("  ", f"on {tokens.usual_wash}") if colour else ("░", "")
    nine = ("  ", f"on {tokens.next_wash}") if colour else ("·", "")
    half = ("  ", f"on {tokens.half_wash}") if colour else (":", "")
    signs = " half the time  │ today  ▲▼ outside  ▫ guess  ╱ gap"  # noqa: RUF001
    return Text.assemble(usual, " your usual  ", nine, " expected  ", half, signs)
