"""Watches and their alerts for a person: what each watches for, what it told, how often it was right, and who hears."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from selftwin.wording.alerts import FIRST, false, figure, often, others, state
from selftwin.wording.words import count, day, stamp, trusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.table import Table

    from selftwin.twin.watching_hits import Hits
    from selftwin.twin.watching_papers import Case, Contact, Telling
    from selftwin.twin.watching_seen import Ran, Replay, Standing
    from selftwin.vocabulary.alert import Alert, Watcher


def alert(one: Alert) -> Iterator[str]:
    """Cause, evidence, what was ruled out, what else may be why, what to do, and what stands behind it."""
    yield one.cause
    yield from (f"  · {figure(line)}" for line in one.evidence)
    yield from others(one)
    yield from (f"What to do: {said}" for said in one.proposes)
    yield from one.notes
    yield trusted(one.trust, one.n, "day")


def case(one: Case, hits: Hits) -> Iterator[str]:
    """One alert whole, with what became of it and how often its watch was right."""
    yield line(one)
    if one.alert is None:
        yield "What was learnt for it had to be forgotten; your answer stays."
    else:
        yield from alert(one.alert)
    yield from (f"{stamp(datetime.fromisoformat(news.at))}: {news.words}" for news in one.news if news.words)
    yield from (f"! Not sent to {name} yet: {why}." for news in one.news for name, why in news.trouble)
    yield hits.words()
    if one.right is None and one.alert is not None:
        yield f"Was it right? `selftwin watch answer {one.number} yes` or `no`."


def line(one: Case) -> str:
    """One alert in a line: number, watch, since when, and how it stands."""
    since = day(date.fromisoformat(one.alert.first[:10])) if one.alert else day(one.kept_at.date())
    about = f" ({one.alert.about})" if one.alert and one.alert.about else ""
    return f"{one.number}  {one.watch}{about}, since {since}: {', '.join(state(one))}"


def standing(one: Standing) -> Iterator[str]:
    """A watch: what for, with what setting, how it does, and why it cannot watch where it cannot."""
    watch = one.watch
    about = " ".join(part for part in (watch.about, watch.condition) if part)
    yield f"{watch.name}: {one.title.lower()}{f', {about}' if about else ''}."
    if one.budgeted:
        yield f"  You bear {false(watch.budget)} a month. {often(one.rate)}".rstrip()
    if one.hits.told:
        yield f"  {one.hits.words()}"
    if watch.silent:
        yield f"  ! It could not watch: {watch.silent}"
    if watch.looked is None:
        yield "  It has not looked yet: `selftwin watch run`."
    else:
        yield f"  It last looked {stamp(watch.looked)}."
    if one.waiting:
        yield f"  ! {count(one.waiting, 'alert')} could not be sent yet."


def kinds(every: Iterable[Watcher]) -> Table:
    """The kinds of watches that can be set."""
    from selftwin.cli import screen

    listed = screen.table("kind", "watches for", "set on", "false alarms a month", whole=("kind",))
    for one in every:
        usual = f"{one.usual_budget:g} unless you say" if one.budgeted else "states facts"
        listed.add_row(one.name, one.title, {"nothing": ""}.get(one.about.value, f"a {one.about.value}"), usual)
    return listed


def replay(found: Replay, shown: int = 50) -> Iterator[str]:
    """Every alert that a watch would have given, how many a month, and what its figures mean."""
    yield from (f"! {note}" for note in found.notes if "replay" in note)
    asked = " ".join(part for part in (found.setting.about, found.setting.condition) if part)
    of = f"{found.title}{f' ({asked})' if asked else ''}"
    yield f"{of}: {count(len(found.alerts), 'alert')} in {count(found.days, 'day')} that it could watch."
    if found.silent:
        yield f"! {found.silent}"
    if found.monthly:
        bear = f" You would bear {false(found.setting.budget)}." if found.budgeted else ""
        yield often(found.monthly).replace("It gave", "That is") + bear
    for one in found.alerts[-shown:]:
        yield ""
        yield f"{day(date.fromisoformat(one.first[:10]))}: {one.cause}"
        yield from (f"  · {figure(line)}" for line in one.evidence)
        yield from (f"  {said}" for said in others(one))
    if len(found.alerts) > shown:
        yield f"These are the newest {shown}; --json holds all."
    yield ""
    yield f"What the figures mean: {found.promise}"
    yield FIRST


def ran(found: Ran, hits: dict[str, Hits]) -> Iterator[str]:
    """What a run found, what was sent, and what waits."""
    for one in found.cases:
        yield from case(one, hits[one.watch])
        yield ""
    if not found.cases:
        watching = sum(not one.silent for one in found.seen)
        yield f"Nothing new: {watching} {'watch' if watching == 1 else 'watches'} looked."
    yield from (f"! {one.watch} could not watch: {one.silent}" for one in found.seen if one.silent)
    sent = [one.to for one in found.sent if not one.trouble]
    if sent:
        yield f"Sent to {', '.join(dict.fromkeys(sent))}."
    yield from (f"! Not sent to {one.to}: {one.trouble}. I keep it, and try again." for one in found.failed)
    if found.held:
        waits = "waits" if len(found.held) == 1 else "wait"
        yield f"{count(len(found.held), 'alert')} {waits} for the end of your quiet hours."


def contact(one: Contact, told: Telling, watch: str = "") -> Iterator[str]:
    """Who is called where nobody answers, and what they learn."""
    of = f" of {watch}" if watch else ""
    yield (f"{one.party} is called where an alert{of} stays unanswered for {one.hours:g} hours, or is urgent, at "
           f"{one.plain()['address']}.")  # fmt: skip
    yield f"They learn what your grants to them cover, and no more: `selftwin consent preview {one.party}`."
    if not told.person:
        yield "! They would not know who you are: --me YOUR_NAME, and --reach how they reach you."


def newest(cases: Sequence[Case], most: int) -> Iterator[str]:
    """The newest alerts, a line each."""
    yield from (line(one) for one in cases[:most])
    if len(cases) > most:
        yield f"{len(cases) - most} older ones: `selftwin watch history --last {len(cases)}`."
