"""What the person wrote on the timeline: life events and notes, which can be added, changed and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.twin.imports import imports
from selftwin.twin.observing import BY_HAND
from selftwin.vocabulary.errors import Refused, SelftwinError, UsageError
from selftwin.web.pages._timeline_lanes import HAPPENED, frame
from selftwin.wording.sources import named
from selftwin.wording.words import day

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.web.page import Form, Visit
    from selftwin.web.pages._timeline_span import Span

SHOWN = 60
LOOKED_AT = 2_000  # imports in which a note is looked for
MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Written:
    """One event or note. `batch` is the import that takes it back, 0 where it came from a file or cannot be told apart;
    `on` and `at`, `until` are how its form shows it."""

    key: str
    words: str
    when: str
    source: str
    batch: int
    on: str
    at: str
    until: str


def written(visit: Visit, span: Span) -> list[Written]:
    """The newest events and notes of a span."""
    found: list[tuple[datetime, Written]] = []
    batches = visit.made("notes by hand", _batches)
    for key in HAPPENED:
        try:
            rows = frame(visit, key, span.first.date(), span.last.date())
        except Refused:
            continue
        found += [(row["local"], _one(key, row, batches)) for row in rows.iter_rows(named=True)
                  if span.first <= row["local"] < span.last]  # fmt: skip
    return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)[:SHOWN]]


def _one(key: str, row: dict[str, Any], batches: dict[tuple[str, str], int]) -> Written:
    local, lasts = row["local"], row["until"] - row["at"]
    end = local + lasts
    stamps = {str(local), str(row["at"].astimezone(UTC).replace(tzinfo=None))}
    numbers = {batches[key, stamp] for stamp in stamps if row["source"] == BY_HAND and (key, stamp) in batches}
    number = numbers.pop() if len(numbers) == 1 else 0
    days = lasts >= timedelta(days=1)
    when = f"{day(local)} to {day(end - timedelta(seconds=1))}" if days else f"{day(local)}, {local:%H:%M}"
    return Written(key, str(row["text"] or ""), when, named(row["source"] or ""), number,
                   local.date().isoformat(), "" if days else f"{local:%H:%M}",
                   (end - timedelta(seconds=1)).date().isoformat() if days else "")  # fmt: skip


def _batches(twin: Twin) -> dict[tuple[str, str], int]:
    """The import of each note by hand that stands, by its signal and stamp; two of one stamp cannot be told apart."""
    found: dict[tuple[str, str], int] = {}
    for one in imports(twin).every(most=LOOKED_AT):
        key = one.batch.what.removesuffix(f" {BY_HAND}")
        if not one.by_hand or key not in HAPPENED or one.batch.state != "kept" or not one.files:
            continue
        place = key, one.files[0].first
        found[place] = 0 if place in found else one.batch.number
    return {place: number for place, number in found.items() if number}


def add(twin: Twin, form: Form) -> tuple[str, int]:
    """Keep what a form says; the words, and the number to take them back by. Raises UsageError."""
    words, key = form.said("words")[:MOST_WORDS], form.said("kind")
    if key not in HAPPENED:
        raise UsageError("It is an event or a note.")
    if not words:
        raise UsageError("Say in a word or two what happened.")
    on, at = _day(form.said("on")), _clock(form.said("at"))
    last = _day(form.said("until")) if form.said("until") and key == HAPPENED[0] else None
    if last is not None and last < on:
        raise UsageError("It ends before it begins.")
    until = None if last is None else datetime.combine(last + timedelta(days=1), time.min)
    begins = datetime.combine(on, time.min if last is not None and not form.said("at") else at)
    return words, twin.observe(key, words, at=begins, until=until).batch


def change(twin: Twin, form: Form) -> str:
    """Keep what a form says in place of the note it names; the words. Raises UsageError, and then all is as before: a
    note that was changed or taken back meanwhile is not written down a second time."""
    before = _noted(twin, form.said("batch"))
    words, number = add(twin, form)
    try:
        twin.undo(before)
    except SelftwinError:
        twin.undo(number)
        raise
    return words


def take_back(twin: Twin, number: str) -> None:
    """Take a note by hand back. Raises UsageError where it is none."""
    twin.undo(_noted(twin, number))


def _noted(twin: Twin, number: str) -> int:
    """The import of a note by hand that stands. Raises UsageError where it is none."""
    if not number.isdecimal() or len(number) > 12:
        raise UsageError("That is no note.")
    one = imports(twin).one(int(number))
    if not one.by_hand or one.batch.what.removesuffix(f" {BY_HAND}") not in HAPPENED:
        raise UsageError("That is no note of the timeline.")
    if one.batch.state != "kept":
        raise UsageError("That note was changed or taken back meanwhile.", hint="")
    return one.batch.number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("A day is written as 2026-11-24.") from None


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text) if text else time(12)
    except ValueError:
        raise UsageError("A time is written as 07:30.") from None
