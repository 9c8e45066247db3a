"""Grants as sentences one could sign, each with how finely, how often it was read, and what can be done about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from selftwin.consent.grant import MODELS, OWNER, VITAL_INTEREST
from selftwin.consent.record import READ
from selftwin.consent.saying import FINE, day, ending, sentence
from selftwin.web.pages._record_lines import lines
from selftwin.web.rendering import texts
from selftwin.wording.consent import state
from selftwin.wording.words import count, spelled, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selftwin.consent.grant import Grant
    from selftwin.consent.record import Entry
    from selftwin.web.page import Visit

STANDING = {"open", "for an emergency", "not begun"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One grant on the page."""

    id: str
    party: str
    name: str
    sentence: Markup
    steps: int
    read: str
    state: str
    below: bool
    emergency: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """A grant that holds no more."""

    id: str
    party: str
    words: str


def grants(visit: Visit) -> tuple[list[Shown], list[Closed]]:
    """Everything granted to others: what stands, and what is closed, the newest first."""
    consent = visit.twin.consent
    called = {party.id: party.name for party in consent.parties()}
    reads = _reads(lines(visit))
    standing, closed = [], []
    for grant in reversed(consent.book.grants):
        if grant.party in {OWNER, MODELS}:
            continue
        now, name = state(consent, grant), called.get(grant.party, grant.party)
        if now in STANDING:
            standing.append(_shown(grant, name, now, reads.get(grant.id, []), called))
        else:
            closed.append(Closed(grant.id, grant.party, _closed(grant, name, now)))
    return standing, closed


def spoken(grant: Grant, name: str) -> Markup:
    """The sentence of a grant, with who, how finely and until when set in bold."""
    said = escape(sentence(name, grant))
    for part in (name, FINE[grant.granularity], ending(grant.until)):
        bold = escape(part)
        said = Markup(str(said).replace(str(bold), f"<b>{bold}</b>", 1))  # noqa: S704 - both were escaped
    return said


def _shown(grant: Grant, name: str, now: str, reads: Sequence[Entry], called: dict[str, str]) -> Shown:
    t, said = texts("en"), _read(reads)
    if grant.basis == VITAL_INTEREST:
        said = f"{t('consent.opened_because', why=grant.shown)} {said}"
    elif grant.parent:
        said = f"{t('consent.passed_on_by', name=called.get(grant.by, grant.by))} {said}"
    if now != "open":
        said = f"{t('consent.state_' + now.replace(' ', '_'))} {said}"
    return Shown(grant.id, grant.party, name, spoken(grant, name), int(grant.granularity) + 1, said, now,
                 bool(grant.parent), grant.emergency)  # fmt: skip


def _read(reads: Sequence[Entry]) -> str:
    """How often it was read this month, and when last."""
    t = texts("en")
    if not reads:
        return t("consent.never_read")
    here = datetime.now().astimezone()
    month = sum(one.at.astimezone().strftime("%Y%m") == here.strftime("%Y%m") for one in reads)
    return t("consent.read_times", times=count(month, "time"), last=stamp(reads[-1].at))


def _reads(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The readings that each grant let through, oldest first."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind == READ and entry.allowed and entry.party not in {OWNER, MODELS}:
            for grant in entry.grant.split():
                found.setdefault(grant, []).append(entry)
    return found


def _closed(grant: Grant, name: str, now: str) -> str:
    t = texts("en")
    if grant.revoked:
        lasted = count(max((grant.revoked - grant.since).days, 0), "day")
        return t("consent.closed_withdrawn", name=name, day=day(grant.revoked.astimezone()), lasted=lasted)
    if now == "ended" and grant.until:
        return t("consent.closed_ended", name=name, day=day(grant.until.astimezone()))
    return t(f"consent.closed_{now}", name=name)


def summary(standing: Sequence[Shown], asking: int) -> str:
    """Who else sees anything, in one line."""
    t = texts("en")
    number = Counter(one.state for one in standing)["open"]
    grants_ = spelled(number, "grant")
    said = f"{grants_[:1].upper()}{grants_[1:]}"
    ask = spelled(asking, "request")
    return t("consent.summary", grants=said, asks=ask) if asking else t("consent.summary_quiet", grants=said)
