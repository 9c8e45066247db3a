"""One round of looking: what each watch sees since the last, which of it is new, goes on or is over, and what of it
there is to tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.twin.watching_papers import Case, News, What
from selftwin.vocabulary.alert import About, Urgency
from selftwin.vocabulary.errors import SelftwinError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selftwin.twin.imagining import Recorded
    from selftwin.twin.watching_papers import Watch
    from selftwin.vocabulary.alert import Alert, Looked, Watcher

NO_DAY = "No day with data has come lately: `selftwin import PATH` reads what is newer."
BACK = timedelta(days=14)  # looked at again each time, for data that come late
APART = timedelta(days=2)  # alarms with no more between them are one episode
LATE = timedelta(hours=36)  # after which an alert that no longer holds is told as late
AGAIN = timedelta(days=7)  # after which one that still holds is told once more
QUICK = (Urgency.TODAY, Urgency.NOW)  # that are told once more where they go on


@dataclass(frozen=True, slots=True)
class Seen:
    """What one watch saw in a round: how many `days` it could watch, and where it could not, why."""

    watch: str
    days: int
    silent: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """One watch's part of a round over one past: its cases so far, and the names of the addresses it is told at."""

    watch: Watch
    watcher: Watcher
    past: Recorded
    cases: tuple[Case, ...]
    to: tuple[str, ...]
    number: int  # of the next case

    def look(self) -> tuple[Seen, list[Case]]:
        """What it saw, and every case that is new or changed."""
        since = max(self.watch.since, self._looked) - BACK
        try:
            found = self.watcher.look(self.past, self.watch.setting, since)
        except SelftwinError as reason:
            return Seen(self.watch.name, 0, f"{reason} {reason.hint}".strip()), []
        except Exception as error:  # noqa: BLE001 - one that breaks must not blind the others
            return Seen(self.watch.name, 0, f"It broke ({type(error).__name__}). Please report it."), []
        silent = found.silent or ("" if found.days or found.alerts else NO_DAY)
        found = replace(found, silent=silent)
        return Seen(self.watch.name, found.days, silent, bool(found.open)), self._settled(found)

    @property
    def _looked(self) -> date:
        looked = self.watch.looked
        return min(self._day(looked), self._today) if looked else self.watch.since

    @property
    def _now(self) -> str:
        return self.past.now.isoformat()

    @property
    def _today(self) -> date:
        """The last local day that is looked at; in a replay the day of `now` is not."""
        return self._day(self.past.now) - timedelta(days=int(self.past.replay))

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.past.zone).date()

    def _settled(self, found: Looked) -> list[Case]:
        """Every case that is new or changed by what was found."""
        after = {case.number: case for case in self.cases}
        for alert in found.alerts:
            self._taken(alert, found, after)
        blind = bool(found.silent) and not found.open  # who cannot watch does not say that it is over
        for case in list(after.values()):
            if case.alert and not blind:
                after[case.number] = self._continued(case, holds=found.open in case.ids)
        before = {case.number: case for case in self.cases}
        return [case for number, case in after.items() if case != before.get(number)]

    def _taken(self, alert: Alert, found: Looked, after: dict[int, Case]) -> None:
        """An alert put where it belongs: known, a part of an episode that is known, new, or none of this watch's."""
        if any(alert.id in case.ids for case in after.values()) or not self._counts(alert, found):
            return
        merges = self.watcher.budgeted  # one that states facts says each
        same = next((case for case in after.values() if merges and same_episode(case, alert)), None)
        if same:
            last = max(same.last, alert.first[:10])
            after[same.number] = replace(same, ids=(*same.ids, alert.id), last=last)
            return
        made = self._made(alert, holds=found.open == alert.id, number=self.number + len(after) - len(self.cases))
        after[made.number] = made

    def _counts(self, alert: Alert, found: Looked) -> bool:
        """Whether it came after the watch was set, or holds still; and is none that had to be forgotten."""
        at = datetime.fromisoformat(alert.at)
        forgotten = max((case.kept_at for case in self.cases if case.alert is None), default=None)
        if forgotten and at <= forgotten:
            return False
        return self._day(at) >= self.watch.since or found.open == alert.id

    def _made(self, alert: Alert, *, holds: bool, number: int) -> Case:
        late = not holds and self.past.now - datetime.fromisoformat(alert.at) > LATE
        lineage = alert.lineage or lineage_of(self.past)
        signal = alert.about if self.watcher.about is About.SIGNAL else ""
        news = News(What.LATE if late else What.NEW, self._now, self.to)
        last = self._today.isoformat() if holds else alert.first[:10]
        return Case(number, self.watch.name, self.watch.kind, self.past.now, signal, lineage, alert, (alert.id,), last,
                    open=holds, late=late, news=(news,))  # fmt: skip

    def _continued(self, case: Case, *, holds: bool) -> Case:
        """The case after this look: going on, told once more after a while, or over after some quiet days."""
        if holds:
            case = replace(case, open=True, last=max(case.last, self._today.isoformat()))
            told = datetime.fromisoformat(case.news[0].at)
            if case.urgency in QUICK and not case.told(What.STILL) and self.past.now - told >= AGAIN:
                return self._with(case, What.STILL)
            return case
        if not case.open:
            return case
        at_once = not self.watcher.budgeted or case.urgency is Urgency.NOW
        over = at_once or self._today - date.fromisoformat(case.last) >= APART
        case = replace(case, open=not over)
        return self._with(case, What.OVER) if over and self._ends_aloud(case) else case

    def _ends_aloud(self, case: Case) -> bool:
        """Whether the end is told: of an episode and of a silent source, not of a level that was crossed; and of what
        was heard, since a first message that still waits will say it itself."""
        loud = self.watcher.budgeted or self.watcher.about is About.SOURCE
        return loud and case.urgency is Urgency.TODAY and not case.late and not any(one.waits_for for one in case.news)

    def _with(self, case: Case, what: What) -> Case:
        return replace(case, news=(*case.news, News(what, self._now, self.to)))


def same_episode(case: Case, alert: Alert) -> bool:
    """Whether an alert only goes on with an episode that was told: near it in time, and no more urgent.

    What is urgent now is always told anew.
    """
    if case.alert is None or case.alert.about != alert.about or alert.urgency is Urgency.NOW:
        return False
    if case.alert.urgency is Urgency.LOOK and alert.urgency is not Urgency.LOOK:
        return False
    begins = date.fromisoformat(alert.first[:10])
    first, last = date.fromisoformat(case.alert.first[:10]), date.fromisoformat(case.last)
    return first - APART <= begins <= last + APART


def lineage_of(past: Recorded, keys: Iterable[str] | None = None) -> tuple[tuple[str, str, str], ...]:
    """Every signal that was read, with the first and last of its days."""
    found = []
    for key in past.read if keys is None else keys:
        days = past.days(key)["day"] if past.days(key).height else past.series(key)["local"].dt.date()
        if len(days):
            found.append((key, str(days.min()), str(days.max())))
    return tuple(found)


def first_day(past: Recorded) -> date | None:
    """The first local day of everything that was read so far."""
    spans: Sequence[tuple[str, str, str]] = lineage_of(past)
    return min((date.fromisoformat(first) for _, first, _ in spans), default=None)
