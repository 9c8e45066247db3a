"""Today, as an almanac has it: a sentence, then pictures, then the account. The most unusual stands first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from selftwin.cli import screen
from selftwin.cli.charts import ARROWS, FULL, GUESS, PAST, Days, is_guess, level, spark, widest
from selftwin.vocabulary.estimate import Trust
from selftwin.wording.measures import measure
from selftwin.wording.phrases import order, phrase, short
from selftwin.wording.words import chance_above, count, day, old, spelled, sureness, trusted, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table
    from rich.text import Text

    from selftwin.twin import Twin
    from selftwin.twin.believing import Outlook
    from selftwin.vocabulary.estimate import Forecast, Normal, Step
    from selftwin.wording.measures import Measure
    from selftwin.wording.phrases import Phrase

FRESH = 1  # days old that still speak of today
SENTENCES, ODD, NEXT, NAMES = 3, 4, 4, 6  # how many of each are shown before `--all`


@dataclass(frozen=True, slots=True)
class Entry:
    """One signal on the page."""

    key: str
    label: str
    unit: str
    rows: int
    normal: Normal
    forecast: Forecast | None

    @classmethod
    def of(cls, outlook: Outlook) -> Entry:
        """What the twin says of one signal."""
        held = outlook.held
        return cls(held.signal.key, held.signal.label, held.unit, held.rows, outlook.normal, outlook.forecast)

    def rank(self) -> tuple[bool, int, int]:
        """The most unusual first, among equals what people want to hear first."""
        return not self.odd, -self.normal.run if self.odd else 0, order(self.key) if self.odd else 0

    @property
    def fresh(self) -> bool:
        """Whether its newest day speaks of today."""
        return self.normal.age_days <= FRESH

    @property
    def odd(self) -> bool:
        """Whether today lies outside a band that holds nine days in ten."""
        return self.fresh and bool(self.normal.outside) and self.normal.level == FULL

    @property
    def phrase(self) -> Phrase:
        """Its words."""
        return phrase(self.key, self.label)

    @property
    def measure(self) -> Measure:
        """How its values are read."""
        return measure(self.key, self.unit)

    @property
    def sentence(self) -> str:
        """What is unusual of it, empty where nothing is."""
        return self.phrase.say(self.normal.outside, self.normal.run) if self.odd else ""


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
        sayable = [e for e in self.entries if e.fresh and e.key not in shown and e.forecast and e.forecast.steps
                   and e.forecast.steps[0].mean is not None]  # fmt: skip
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
        screen.show(screen.head("Out of the ordinary", _of(page)))
        screen.show(*(_block(page.days[e.key], e, odd_lines(e)) for e in page.odd))
    if page.ahead:
        screen.show(screen.head("What comes next", "14 days back, 3 ahead; ranges hold 9 times in 10"))
        screen.show(*(_block(page.days[e.key], e, next_lines(e)) for e in page.ahead))
    screen.show(*account(page))
    screen.say(legend())


def lead(entries: Sequence[Entry]) -> str:
    """The day in a few sentences."""
    odd = [entry for entry in entries if entry.odd]
    rest = sum(entry.fresh and not entry.odd and entry.normal.trust is not Trust.NONE for entry in entries)
    said = [entry.sentence for entry in odd[:SENTENCES]]
    if len(odd) > SENTENCES:
        more = len(odd) - SENTENCES
        said.append(f"{spelled(more, 'other signal').capitalize()} {'lies' if more == 1 else 'lie'} outside too.")
    if not odd and rest:
        return f"Everything is as usual: {count(rest, 'signal')}."
    return " ".join([*said, f"Everything else is as usual: {count(rest, 'signal')}." if rest else ""]).strip()


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
    lines.append(Text(_tomorrow(entry, read)))
    return [*lines, _trust(entry)]


def next_lines(entry: Entry) -> list[Text]:
    """Beside the drawing of what comes next: the range, the middle, the usual, trust."""
    from rich.text import Text

    read, forecast = entry.measure, entry.forecast
    lines = [Text(entry.phrase.ahead or short(entry.label), "bold")]
    step = forecast.steps[0] if forecast else None
    if step is None or step.mean is None:
        return [*lines, Text("Too soon to say"), _trust(entry)]
    low, high = widest(step)
    near = read.axis(step.mean, *(bound for bound in (low, high) if bound is not None))
    if low is None or high is None:
        return [*lines, Text(f"near {near}; too soon to say how wide"), _trust(entry)]
    lines.append(Text.assemble((read.range(low, high), screen.palette().next_words), _held(step)))
    lines.append(Text(f"most likely near {near}{_usual(entry, read)}", screen.palette().quiet))
    return [*lines, _trust(entry)]


def account(page: Page) -> list[str]:
    """Of what nothing can be said yet, and what has not been heard of lately."""
    soon = [entry for entry in page.entries if entry.normal.trust is Trust.NONE]
    stale = [entry for entry in page.entries if not entry.fresh and entry.normal.trust is not Trust.NONE]
    lines = []
    if soon:
        lines.append(f"Too soon to say: {_named(soon, lambda e: count(e.normal.n, e.phrase.spell), page)}.")
    if stale:
        stale.sort(key=lambda entry: entry.normal.age_days)
        lines.append(f"Nothing new of: {_named(stale, lambda e: old(e.normal.age_days), page)}.")
    return lines


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


def _of(page: Page) -> str:
    """How many lie outside, and how many would by chance."""
    banded = [entry for entry in page.entries if entry.fresh and entry.normal.level == FULL]
    odd = sum(entry.odd for entry in banded)
    chance = round(len(banded) * (1 - FULL / 100))
    usual = f"; about {chance} do on any day" if chance else ""
    return f"{odd} of {count(len(banded), 'signal')}{usual}"


def _tomorrow(entry: Entry, read: Measure) -> str:
    """What is expected next, and how sure it is that it stays outside."""
    if entry.forecast is None or entry.forecast.steps[0].mean is None:
        return "Tomorrow: too soon to say"
    step, normal = entry.forecast.steps[0], entry.normal
    low, high = widest(step)
    if low is None or high is None:
        return f"Tomorrow near {read.one(step.mean or 0.0)}"
    said = f"Tomorrow {read.bare(low, high)}{_held(step)}"
    bound = normal.high if normal.outside == "above" else normal.low
    if bound is None:
        return said
    between = 0.5 if read.whole else 0.0  # a whole value outside lies a step away
    above = chance_above(step, bound + between if normal.outside == "above" else bound - between)
    if above is None:
        return said
    return f"{said}; still so: {sureness(above if normal.outside == 'above' else 100 - above)}"


def _held(step: Step) -> str:
    """How often a range holds, where it is not the nine times in ten that go without saying."""
    return "" if level(step) == FULL else f", {within(level(step))}"


def _usual(entry: Entry, read: Measure) -> str:
    low, high = entry.normal.low, entry.normal.high
    return "" if low is None or high is None else f"; your usual {read.bare(low, high)}"


def _trust(entry: Entry) -> Text:
    from rich.text import Text

    line = trusted(entry.normal.trust, entry.normal.n, entry.phrase.spell)
    if entry.forecast and is_guess(entry.forecast):
        line += f"   ▫ {GUESS}: {entry.forecast.method.removeprefix(f'{GUESS}: ')}"
    return Text(line, screen.palette().quiet)


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


def _named(entries: Sequence[Entry], about: Any, page: Page) -> str:
    shown = entries if page.everything else entries[:NAMES]
    names = [f"{short(entry.label)} ({about(entry)})" for entry in shown]
    more = len(entries) - len(names)
    return ", ".join(names) + (f", and {more} more" if more else "")


def legend() -> Text:
    """What the signs of the small drawings mean."""
    from rich.text import Text

    tokens, colour = screen.palette(), screen.coloured()
    usual = ("  ", f"on {tokens.usual_wash}") if colour else ("░", "")
    nine = ("  ", f"on {tokens.next_wash}") if colour else ("·", "")
    half = ("  ", f"on {tokens.half_wash}") if colour else (":", "")
    signs = " half the time  │ today  ▲▼ outside  ▫ guess  ╱ gap"  # noqa: RUF001
    return Text.assemble(usual, " your usual  ", nine, " expected  ", half, signs)
