"""A trial for a person: what it asks, what today is to be, and what its days show, with what that may not be taken
for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli.sight import heading
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.experiment import State
from selftwin.wording.experiments import WELL, arm, beside, concluded, counted, differing, labels, named, other
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.words import count, day, trusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from selftwin.vocabulary.experiment import Experiment, Result, Today


def standing(one: Experiment, today: Today) -> list[Text | str]:
    """What a trial asks, how it stands, and what today is to be."""
    asks = f"{named(one.cause).capitalize()}: what it does to {labels(one)}."
    lines: list[Text | str] = [heading(one.name, Measure("1")), asks]
    if one.replay:
        lines.append("! A replay, laid over days that were over when they were drawn.")
    return [*lines, *_now(one, today)]


def _now(one: Experiment, today: Today) -> Iterator[str]:
    if today.state is State.PLANNED:
        yield f"It begins on {day(one.first, weekday=True)} and takes {count(one.days, 'day')}."
    elif today.state is State.STOPPED and one.stopped:
        yield f"It was stopped on {day(one.stopped)}. `selftwin experiment analyse` tells what it shows."
    elif today.state is State.ENDED:
        yield f"It ended on {day(one.last)}. `selftwin experiment analyse` tells what it shows."
    elif today.with_ is None:
        yield f"Its last day was {day(one.last)}; the last outcome comes on {day(one.judged)}."
    else:
        yield f"Today: {arm(one, with_=today.with_)}. {count(today.left, 'day')} left after it."
        if not today.counts:
            yield "Today is not counted: what was before is still wearing off. Keep to it all the same."
        yield _said(today)
    for which, with_ in today.week:
        yield f"  {day(which, weekday=True, year=False)}: {arm(one, with_=with_)}"


def _said(today: Today) -> str:
    if today.said is None:
        return "Not noted yet: `selftwin experiment log` says whether you kept to it."
    return "Noted as kept to." if today.said.kept else "Noted as not kept to."


def told(result: Result) -> list[Text | str]:
    """What a trial shows, the conclusion first."""
    made, effect = result.experiment, result.effect
    read = differing(made.signal, made.unit)
    lines: list[Text | str] = [heading(short(nature(made.signal).label), measure(made.signal, made.unit))]
    lines += [f"! {note}" for note in result.notes if note.startswith("A replay")]
    lines += [*concluded(result, read), *counted(result), *beside(result, read)]
    lines += [f"{'·' if one.stood else '?' if one.stood is None else '!'} {one.name}: {one.words}"
              for one in effect.refutations]  # fmt: skip
    lines += [other(one) for one in result.others]
    lines += [f"! {note}" for note in result.notes if not note.startswith("A replay")]
    return [*lines, trusted(effect.trust, effect.n, phrase(made.signal, "").spell), WELL]
