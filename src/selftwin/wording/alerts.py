"""What watches say, in sentences: evidence in the person's own units, what was ruled out, how an alert stands, and how
often a watch cries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import UsageError
from selftwin.wording.words import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selftwin.twin.watching_papers import Case
    from selftwin.vocabulary.alert import Alert
    from selftwin.vocabulary.finding import Line

FIRST = "If you feel unwell, trust that first. I am no medical device, and this is no diagnosis."
NINE = "nine in ten"
ANSWERS = {"yes": True, "right": True, "y": True, "no": False, "wrong": False, "n": False}


def until(text: str) -> datetime:
    """The moment to come up to which something holds; a day holds to its end, on this machine's clock. Raises
    UsageError."""
    from selftwin.wording.lengths import end_of

    found = end_of(text)
    if found <= datetime.now(UTC):
        raise UsageError("That moment is over already.", hint="--until takes a day or a time to come.")
    return found


def moment(text: str) -> str:
    """A moment as it is kept, on this machine's clock."""
    return stamp(datetime.fromisoformat(text))


def answer(text: str) -> bool:
    """Whether an alert was right. Raises UsageError."""
    if text.strip().lower() not in ANSWERS:
        raise UsageError(f"{text[:20]!r} is no answer.", hint="Say yes where it was right, no where it was not.")
    return ANSWERS[text.strip().lower()]


def figure(line: Line) -> str:
    """One line of evidence, in the person's own units."""
    from selftwin.wording.measures import Measure, measure

    whole = float(line.value).is_integer()
    read = measure(line.signal, line.unit) if line.signal else Measure(line.unit, whole=whole)
    note = f"; {line.note}" if line.note else ""
    if line.low is None or line.high is None:
        return f"{edged(line)}: {read.one(line.value)}{note}"
    same = line.edges if line.edges_of == line.signal else ()
    value, between = read.apart(line.value, line.low, line.high, *same)
    name = edged(line, read.beside(line.value, line.low, line.high, *same))
    if NINE in line.note:  # of what the bounds are, it says itself
        return f"{name}: {value}; {between} in {line.note}"
    return f"{name}: {value} ({between}, 9 times in 10){note}"


def edged(line: Line, told: Sequence[str] = ()) -> str:
    """The name of a line with its edges in the person's unit, the unit behind the last; as they are `told`, if so."""
    from selftwin.vocabulary.catalogue import nature
    from selftwin.wording.measures import measure

    if not line.edges:
        return line.name
    read = measure(line.edges_of, nature(line.edges_of).unit)
    figures = list(told) or [read.axis(one) for one in line.edges]
    return line.name.format(*figures[:-1], f"{figures[-1]} {read.words}".rstrip())


def others(one: Alert) -> Iterator[str]:
    """What was ruled out, and what may be why."""
    yield from (f"Ruled out: {said.removesuffix(': ruled out')}" for said in one.ruled_out)
    yield from (f"May be why: {said.removesuffix(': may be why')}" for said in one.possible)


def state(one: Case) -> Iterator[str]:
    """How an alert stands, in words."""
    yield "it holds" if one.open else "over"
    if one.late:
        yield "told late"
    if one.waits_for:
        yield f"not yet sent to {', '.join(one.waits_for)}"
    if one.called:
        yield f"{one.called.partition(' ')[0]} was told"
    yield {True: "you said it was right", False: "you said it was wrong", None: "unanswered"}[one.right]


def false(budget: float) -> str:
    """So many false alarms.

    >>> false(1.0), false(0.5)
    ('1 false alarm', '0.5 false alarms')
    """
    return f"{budget:g} false alarm{'' if budget == 1 else 's'}"


def often(rate: tuple[float, float, float] | None) -> str:
    """Alerts a month, right and wrong together, with the bounds that so short a time allows."""
    if rate is None:
        return ""
    each, low, high = rate
    return f"It gave {each:.2g} alerts a month, right and wrong together ({low:.2g} to {high:.2g}, 9 times in 10)."
