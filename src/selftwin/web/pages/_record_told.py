"""The record of one month: who read, how often, and every line in words. No values stand in it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from selftwin.consent.grant import MODELS, OWNER
from selftwin.consent.record import READ
from selftwin.consent.saying import listed, so
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UnknownSignal
from selftwin.web.charts import dots
from selftwin.web.rendering import texts
from selftwin.wording.phrases import short
from selftwin.wording.words import MONTHS, NUMBERS, WEEKDAYS, count, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markupsafe import Markup

    from selftwin.consent.record import Entry

MOST = 30  # looks on a page
NAMED = 3  # signals of a look told by name
FINENESS = ("", "insight", "daily", "raw")
OWN = {OWNER, MODELS}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are meant: a month, who, what, only refusals, and those before a place."""

    month: date
    who: str = ""
    what: str = ""
    refused: bool = False
    before: int = 0

    def meant(self, entry: Entry) -> bool:
        """Whether a line is one of them, whatever its month."""
        return (
            (not self.who or entry.party == self.who)
            and (not self.what or entry.about(self.what) or self.what in {entry.signal, entry.kind})
            and (not self.refused or not entry.allowed)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record in words."""

    when: str
    who: str
    what: str
    why: str
    rows: str
    allowed: bool
    waits: bool
    answer: str
    reason: str
    index: str


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of a month: readings by day, refusals by day, and rows."""

    party: str
    name: str
    counts: tuple[int, ...]
    refused: tuple[int, ...]
    rows: int

    @property
    def reads(self) -> int:
        """How often it read."""
        return sum(self.counts)


def of_month(entries: Iterable[Entry], month: date) -> list[Entry]:
    """The lines of a month on this machine's clock."""
    first, days = month.replace(day=1), monthrange(month.year, month.month)[1]
    begins, ends = (datetime.combine(one, time()).astimezone() for one in (first, first + timedelta(days=days)))
    return [one for one in entries if begins <= one.at < ends]


def readers(entries: Sequence[Entry], month: date, called: Mapping[str, str]) -> list[Reader]:
    """Everybody who read or tried to in a month: you, your models, then who read most."""
    today, days = date.today(), monthrange(month.year, month.month)[1]  # noqa: DTZ011 - this machine's calendar
    if (month.year, month.month) == (today.year, today.month):
        days = today.day
    by_party: dict[str, list[Entry]] = {}
    for one in entries:
        if one.kind == READ:
            by_party.setdefault(one.party, []).append(one)
    found = [_reader(party, some, days, called) for party, some in by_party.items()]
    return sorted(found, key=lambda one: (one.party != OWNER, one.party != MODELS, -one.reads, one.name))


def _reader(party: str, entries: Sequence[Entry], days: int, called: Mapping[str, str]) -> Reader:
    counts, refused = [0] * days, set()
    for one in entries:
        place = min(one.at.astimezone().day, days) - 1
        if one.allowed:
            counts[place] += 1
        else:
            refused.add(place)
    rows = sum(one.rows for one in entries)
    return Reader(party, called.get(party, party), tuple(counts), tuple(sorted(refused)), rows)


def drawn(found: Sequence[Reader], month: date, says: str) -> Markup | str:
    """The dots of a month."""
    if not found:
        return ""
    t, today = texts("en"), date.today()  # noqa: DTZ011 - this machine's calendar
    now = (month.year, month.month) == (today.year, today.month)
    rows = [
        dots.Reader(one.name, one.counts, f"{one.reads:,}" if one.reads else t("record.never"), one.refused,
                    owner=one.party in OWN)
        for one in found
    ]  # fmt: skip
    chart = dots.Dots(month.replace(day=1), rows, today=now, head=t("record.read"), refused=t("record.refused"))
    return dots.draw(chart, name="readers", says=says)


def lead(entries: Sequence[Entry], month: date) -> tuple[str, str]:
    """Who else read in a month, in a sentence, and how many attempts were refused."""
    t, others = texts("en"), [one for one in entries if one.kind == READ and one.party not in OWN]
    allowed, refused = [one for one in others if one.allowed], sum(not one.allowed for one in others)
    readers_ = len({one.party for one in allowed})
    name = MONTHS[month.month - 1]
    if not readers_:
        said = t("record.lead_none", month=name)
    else:
        who = f"{NUMBERS[readers_] if readers_ < len(NUMBERS) else readers_} {'other' if readers_ == 1 else 'others'}"
        times = {1: "once", 2: "twice"}.get(len(allowed), count(len(allowed), "time"))
        said = t("record.lead", month=name, who=who, times=times)
    tries = spelled(refused, "attempt")
    word = "was" if refused == 1 else "were"
    return said, t("record.lead_refused", tries=f"{tries[:1].upper()}{tries[1:]}", were=word) if refused else ""


def grouped(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Lines in runs: what one party read within a minute for one purpose is one look; all else stands alone."""
    found: list[list[Entry]] = []
    for one in entries:
        if found and _look(one) is not None and _look(found[-1][-1]) == _look(one):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _look(one: Entry) -> tuple[object, ...] | None:
    """What makes lines one look; None for a line that stands alone."""
    if one.kind != READ or not one.allowed:
        return None
    return one.party, one.action, one.purpose, one.at.replace(second=0, microsecond=0)


def told(run: Sequence[Entry], called: Mapping[str, str]) -> Line:
    """A look, or one line, in words."""
    t, entry = texts("en"), run[0]
    waits = entry.kind == "ask"
    answer = t("record.asked") if waits else t("record.allowed") if entry.allowed else t("record.refused")
    if entry.kind != READ and entry.allowed and not waits:
        answer = t("record.done")
    reason = "" if entry.kind == READ and entry.allowed else entry.reason
    rows = f"{sum(one.rows for one in run):,}" if entry.kind == READ else ""
    places = sorted(one.index for one in run)
    place = f"{places[0]:,}" if len(run) == 1 else t("record.places", first=f"{places[0]:,}", last=f"{places[-1]:,}")
    return Line(when(entry.at), called.get(entry.party, entry.party), _whats(run),
                so(entry.purpose) if entry.purpose else "", rows, entry.allowed, waits, answer,
                _reason(entry, reason), place)  # fmt: skip


def _whats(run: Sequence[Entry]) -> str:
    """What was looked at: the first few signals by name, how many more, and the finest look."""
    if len(run) == 1:
        return what(run[0])
    t = texts("en")
    labels = list(dict.fromkeys(named(one.signal.partition("/")[0]) for one in run if one.signal))
    more = len(labels) - NAMED
    said = listed([*labels[:NAMED], t("record.more_signals", count=more)] if more > 1 else labels)
    fine = max((one.granularity for one in run), key=FINENESS.index)
    learnt = t("record.learnt") if run[0].action == "learn" else ""
    return ", ".join(filter(None, (said, t(f"record.fine_{fine}") if fine else "", learnt)))


def _reason(entry: Entry, reason: str) -> str:
    if entry.kind == READ or not entry.grant:
        return reason
    return ", ".join(filter(None, (reason, entry.grant)))


def what(entry: Entry) -> str:
    """What was asked for, how finely; of anything but a look, what was done."""
    t = texts("en")
    if entry.kind == READ:
        fine = t(f"record.fine_{entry.granularity}") if entry.granularity else ""
        learnt = t("record.learnt") if entry.action == "learn" else ""
        return ", ".join(filter(None, (named(entry.signal), fine, learnt)))
    key = f"record.kind_{entry.kind.replace(' ', '_')}"
    said = t(key) if key in t else entry.kind
    return ", ".join(filter(None, (said, named(entry.signal))))


def named(signal: str) -> str:
    """A signal, or a belief of one, by the name people know."""
    key, _, kind = signal.partition("/")
    try:
        label = short(nature(key).label) if key else ""
    except UnknownSignal:
        label = key
    return f"{label} ({kind})" if kind else label


def when(moment: datetime) -> str:
    """When, as a reader of this week says it.

    >>> when(datetime(2020, 2, 14, 8, 30).astimezone())
    '14 Feb 2020 08:30'
    """
    here, today = moment.astimezone(), date.today()  # noqa: DTZ011 - this machine's calendar
    ago = (today - here.date()).days
    if ago == 0:
        return f"{texts('en')('record.today')} {here:%H:%M}"
    if 0 < ago < 7:
        return f"{WEEKDAYS[here.weekday()][:3]} {here:%H:%M}"
    return f"{here.day} {MONTHS[here.month - 1][:3]}{'' if here.year == today.year else f' {here.year}'} {here:%H:%M}"
