"""Today in sentences: what is unusual of each signal, how sure it stays so, what comes next, and of what it is too soon
to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.vocabulary.estimate import Trust
from selftwin.wording.believed import FULL, held, is_guess, widest
from selftwin.wording.measures import measure
from selftwin.wording.phrases import order, phrase, short
from selftwin.wording.words import GUESS, chance_above, count, old, spelled, sureness, trusted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from selftwin.twin.believing import Outlook
    from selftwin.vocabulary.estimate import Forecast, Normal
    from selftwin.wording.measures import Measure
    from selftwin.wording.phrases import Phrase

FRESH = 1  # days old that still speak of today
SENTENCES, NAMES = 3, 6  # how many are said before it is left at how many more


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
        there = outlook.held
        return cls(there.signal.key, there.signal.label, there.unit, there.rows, outlook.normal, outlook.forecast)

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
    def sayable(self) -> bool:
        """Whether it is fresh and something can be said of what comes next."""
        return self.fresh and self.forecast is not None and bool(self.forecast.steps) and (
            self.forecast.steps[0].mean is not None
        )  # fmt: skip

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

    @property
    def ahead(self) -> str:
        """How what comes next of it is called."""
        return self.phrase.ahead or short(self.label)


def lead(entries: Sequence[Entry]) -> str:
    """The day in a few sentences."""
    odd, rest = outstanding(entries), usual_ones(entries)
    if not odd and rest:
        return f"Everything is as usual: {count(rest, 'signal')}."
    return " ".join([*odd, f"Everything else is as usual: {count(rest, 'signal')}." if rest else ""]).strip()


def outstanding(entries: Sequence[Entry]) -> list[str]:
    """What lies outside, in sentences: the first of them, and how many more."""
    odd = [entry for entry in entries if entry.odd]
    said = [entry.sentence for entry in odd[:SENTENCES]]
    if len(odd) > SENTENCES:
        more = len(odd) - SENTENCES
        said.append(f"{spelled(more, 'other signal').capitalize()} {'lies' if more == 1 else 'lie'} outside too.")
    return said


def usual_ones(entries: Sequence[Entry]) -> int:
    """Of how many signals today can be said to be as usual."""
    return sum(entry.fresh and not entry.odd and entry.normal.trust is not Trust.NONE for entry in entries)


def of_all(entries: Sequence[Entry]) -> str:
    """How many lie outside, and how many would by chance."""
    banded = [entry for entry in entries if entry.fresh and entry.normal.level == FULL]
    odd = sum(entry.odd for entry in banded)
    chance = round(len(banded) * (1 - FULL / 100))
    usual = f"; about {chance} do on any day" if chance else ""
    return f"{odd} of {count(len(banded), 'signal')}{usual}"


def still_so(entry: Entry) -> float | None:
    """Per cent that the next step of a signal outside its usual stays there; None where that cannot be said."""
    normal = entry.normal
    bound = normal.high if normal.outside == "above" else normal.low
    if not entry.forecast or not entry.forecast.steps or entry.forecast.steps[0].mean is None or bound is None:
        return None
    between = 0.5 if entry.measure.whole else 0.0  # a whole value outside lies a step away
    above = chance_above(entry.forecast.steps[0], bound + between if normal.outside == "above" else bound - between)
    return above if above is None or normal.outside == "above" else 100 - above


def tomorrow(entry: Entry) -> str:
    """What is expected next, and how sure it is that it stays outside."""
    if entry.forecast is None or entry.forecast.steps[0].mean is None:
        return "Tomorrow: too soon to say"
    step, read = entry.forecast.steps[0], entry.measure
    low, high = widest(step)
    if low is None or high is None:
        return f"Tomorrow near {read.one(step.mean or 0.0)}"
    said, chance = f"Tomorrow {read.bare(low, high)}{held(step)}", still_so(entry)
    return said if chance is None else f"{said}; still so: {sureness(chance)}"


def usual(entry: Entry) -> str:
    """The usual range after a semicolon, empty where none is known."""
    low, high = entry.normal.low, entry.normal.high
    return "" if low is None or high is None else f"; your usual {entry.measure.bare(low, high)}"


def stands_on(entry: Entry) -> str:
    """The mark of trust with what stands behind it, and the simple guess by name where that is what is shown."""
    line = trusted(entry.normal.trust, entry.normal.n, entry.phrase.spell)
    guess = guessed(entry)
    return f"{line}   ▫ {guess}" if guess else line


def guessed(entry: Entry) -> str:
    """The simple guess by its name, empty where what is shown is none."""
    if entry.forecast is None or not is_guess(entry.forecast):
        return ""
    return f"{GUESS}: {entry.forecast.method.removeprefix(f'{GUESS}: ')}"


def account(entries: Sequence[Entry], *, everything: bool = False) -> list[str]:
    """Of what nothing can be said yet, and what has not been heard of lately."""
    soon = [entry for entry in entries if entry.normal.trust is Trust.NONE]
    stale = [entry for entry in entries if not entry.fresh and entry.normal.trust is not Trust.NONE]
    lines = []
    if soon:
        lines.append(f"Too soon to say: {_named(soon, _noted, everything=everything)}.")
    if stale:
        stale.sort(key=lambda entry: entry.normal.age_days)
        lines.append(f"Nothing new of: {_named(stale, _aged, everything=everything)}.")
    return lines


def _noted(entry: Entry) -> str:
    return count(entry.normal.n, entry.phrase.spell)


def _aged(entry: Entry) -> str:
    return old(entry.normal.age_days)


def _named(entries: Sequence[Entry], about: Callable[[Entry], str], *, everything: bool) -> str:
    shown = entries if everything else entries[:NAMES]
    names = [f"{short(entry.label)} ({about(entry)})" for entry in shown]
    more = len(entries) - len(names)
    return ", ".join(names) + (f", and {more} more" if more else "")
