"""What a message says, in plain text: little, for it passes through somebody else's server, or everything on wish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin.twin.delivering import Say
from selftwin.twin.watching_papers import What

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from selftwin.twin.watching_hits import Hits
    from selftwin.twin.watching_papers import Case, News
    from selftwin.vocabulary.finding import Line
    from selftwin.vocabulary.zones import ZoneTimeline

FIRST = "If you feel unwell, trust that first."
NO_DEVICE = "I am no medical device, and this is no diagnosis."
WHOLE = 3  # alerts of one message that are told whole; of more the cause alone
MOST = 10  # alerts of one message that are told at all; of more the newest, and how many more
HEADS = {
    What.NEW: "an alert",
    What.LATE: "a late alert",
    What.STILL: "it still holds",
    What.OVER: "it is over",
    What.CALLED: "somebody was called",
    What.UNCALLED: "nobody could be called",
}
ENDED = " It does not hold any more."
LATE = "I could not tell it then: nobody looked, or the data came later."


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news about an alert, as it stands in a message, with how often its watch has been right."""

    case: Case
    news: News
    title: str
    hits: Hits
    presses: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Writes messages: `figure` says a line of evidence in the person's own units, `zones` tell their days."""

    zones: ZoneTimeline
    figure: Callable[[Line], str]

    def title(self, items: Sequence[Item], say: Say) -> str:
        """The line above a message, which a locked screen may show."""
        if len(items) > 1:
            return f"Selftwin: {len(items)} things from your watches"
        one = items[0]
        urgent = "urgent, " if one.presses and one.news.what is What.NEW else ""
        watch = "" if say is Say.LITTLE else f"{one.case.watch}, "
        return f"Selftwin: {watch}{urgent}{HEADS[one.news.what]}"

    def body(self, items: Sequence[Item], say: Say) -> str:
        """The message."""
        told, more = items[-MOST:], len(items[:-MOST])
        rest = [f"And {more} more, which came before."] if more else []
        if say is not Say.EVERYTHING:
            lines = [self.little(one, named=say is Say.NAME) for one in told]
            return "\n".join([*lines, *rest, "`selftwin watch history` says what it is."])
        whole = len(items) <= WHOLE
        parts = ["\n".join(self.everything(one, whole=whole)) for one in told]
        answers = "" if whole else "\n`selftwin watch history NUMBER` tells all of one.\n"
        return "\n\n".join([*parts, *rest]) + answers + f"\n\n{FIRST} {NO_DEVICE}"

    def little(self, one: Item, *, named: bool = False) -> str:
        """That there is something, since when, of which watch where it is to be named, and no more."""
        number, at = one.case.number, self.day(one.news.at)
        of = f" of your watch {one.case.watch}" if named else ""
        said = {
            What.NEW: f"There is alert {number}{of}.{'' if one.case.open else ENDED}",
            What.LATE: f"There was alert {number}{of}. {LATE}",
            What.STILL: f"Alert {number}{of} still holds.",
            What.OVER: f"Alert {number}{of} is over.",
            What.CALLED: f"About alert {number}{of} somebody was called.",
            What.UNCALLED: f"About alert {number}{of} nobody could be called.",
        }[one.news.what]
        return f"{said} ({at})"

    def everything(self, one: Item, *, whole: bool = True) -> list[str]:
        """All that the alert holds."""
        alert = one.case.alert
        if alert is None:
            return [self.little(one, named=True)]
        head = f"{one.title}, since {self.day_of(alert.first)} (alert {one.case.number})"
        if one.news.what in {What.CALLED, What.UNCALLED}:
            return [head, one.news.words]
        if one.news.what in {What.STILL, What.OVER}:
            return [head, "It still holds." if one.news.what is What.STILL else "It is over.", alert.cause]
        late = [LATE] if one.news.what is What.LATE else [] if one.case.open else [ENDED.strip()]
        if not whole:
            return [head, *late, alert.cause]
        answer = f"Was it right? `selftwin watch answer {one.case.number} yes` or `no`."
        return [head, *late, *told(one.case, self.figure), one.hits.words(), answer]

    def day(self, at: str) -> str:
        """The local day of a moment."""
        moment = datetime.fromisoformat(at)
        return f"{moment.astimezone(ZoneInfo(self.zones.at(moment))):%d %B %Y}".lstrip("0")

    def day_of(self, first: str) -> str:
        """A local day, which may have a moment in it."""
        return f"{datetime.fromisoformat(first):%d %B %Y}".lstrip("0")


def told(case: Case, figure: Callable[[Line], str]) -> list[str]:
    """Cause, evidence, what was ruled out, what else may be why, and what to do, a line each."""
    alert = case.alert
    if alert is None:
        return ["What was learnt for it had to be forgotten."]
    return [
        alert.cause,
        *(f"- {figure(line)}" for line in alert.evidence),
        *(f"Ruled out: {one.removesuffix(': ruled out')}" for one in alert.ruled_out),
        *(f"May be why: {one.removesuffix(': may be why')}" for one in alert.possible),
        *(f"What to do: {one}" for one in alert.proposes),
        *alert.notes,
    ]


def plainly(line: Line) -> str:
    """A line of evidence in the units it is kept in, for a door that knows no other.

    >>> from selftwin.vocabulary.finding import Line
    >>> plainly(Line("Resting heart rate", 58.0, 55.0, 61.0, "/min", "heart_rate.resting"))
    'Resting heart rate: 58 /min (55 to 61, 9 times in 10)'
    """
    name = line.name.format(*(f"{edge:.3g}" for edge in line.edges))
    between = f" ({line.low:.3g} to {line.high:.3g}, 9 times in 10)" if None not in {line.low, line.high} else ""
    note = f"; {line.note}" if line.note else ""
    return f"{name}: {line.value:.3g} {line.unit}".rstrip() + between + note
