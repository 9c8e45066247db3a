"""Watches whether what usually arrives still does: a source that fell silent for longer than its own usual gaps allow,
or one that goes on without a signal it used to tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.domains.safety.watches import _silence as silence
from selftwin.vocabulary.alert import About, Alert, Looked, Urgency
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.finding import Line
from selftwin.vocabulary.local import EPOCH, clock
from selftwin.vocabulary.signal import Category, Kind

if TYPE_CHECKING:
    import polars as pl

    from selftwin.domains.safety.watches._silence import Heard, Lost, Silence
    from selftwin.vocabulary.alert import Setting
    from selftwin.vocabulary.local import LocalClock
    from selftwin.vocabulary.model import Past

READ = timedelta(days=150)  # before the day asked from: what is usual, and what fell silent shortly before
STANDS = timedelta(days=30)  # of silence, after which an alert is no longer called open
BY_HAND = "by hand"
SHOWN = 12  # sources that are named one by one
NAMED = 5  # signals that are named one by one


class Stale:
    """A source whose data stopped."""

    name = "stale"
    title = "A source whose data stopped"
    version = 1
    about = About.SOURCE
    budgeted = False
    usual_budget = 0.0
    promise = (
        "It states what is there and what is not: it speaks when a source has been silent for half as long again as it "
        "was at most (two and a half times, if it does not tell nearly every day), three days at least, a day for a "
        "sensor that tells every hour; and once only. It goes by the times in your data: of what you import by hand "
        "it speaks when the next import is due."
    )
    cites = ()

    def check(self, setting: Setting) -> None:
        """Raises UsageError for a condition: it takes none."""
        if setting.condition:
            raise UsageError("This watch takes no condition.", hint="Set it on one source, or on all of them.")

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        """Every silence that could be told since a day. Raises Refused."""
        self.check(setting)
        heard, stood = _heard(past, since)
        asked = [one for one in heard if _is_asked(one.source, setting.about)]
        if not asked:
            return Looked((), 0, silent=_unheard(setting.about, sorted(one.source for one in heard)))
        now = past.now.timestamp()
        stopped = silence.stopped(asked, heard, now)
        lost = [one for its in asked for one in silence.lost(its, heard, lambda day: _end(stood, day), now)]
        alerts = [_stopped(one, stood) for one in stopped] + [_lost(one, stood) for one in lost]
        holds = [_stopped(one, stood).id for one in stopped if one.holds and now - one.last <= STANDS.total_seconds()]
        told = [one for one in alerts if date.fromisoformat(one.first) >= since]
        begun = max((since - EPOCH).days, min(int(one.all_days()[0]) for one in asked))
        days = max((stood.last_over(past.now) - EPOCH).days + 1 - begun, 0)
        told.sort(key=lambda one: (one.at, one.id))
        return Looked(tuple(told), days, open=holds[-1] if holds else "")


WATCH = Stale()


def _unheard(about: str, sources: list[str]) -> str:
    """Why there is nothing to listen for."""
    if not sources:
        return "No source has told anything for five months or more: `selftwin import PATH` reads what is newer."
    return f"{about[:40] or 'That'} has told nothing for five months or more. Lately there were: {_some(sources)}."


def _some(sources: list[str]) -> str:
    more = f" and {len(sources) - SHOWN} more" if len(sources) > SHOWN else ""
    return ", ".join(sources[:SHOWN]) + more


def _is_asked(source: str, about: str) -> bool:
    """Whether a source is the one that was named, by its whole name or by its app's."""
    return not about or about.lower() in {source.lower(), source.partition(":")[0].lower()}


def _end(stood: LocalClock, day: int) -> float:
    return stood.over(EPOCH + timedelta(days=day)).timestamp()


def _heard(past: Past, since: date) -> tuple[list[Heard], LocalClock]:
    """When each source told something of which signal; nothing noted by hand, and nothing said once for all."""
    import polars as pl

    begin = since - READ
    frames = {}
    for key in past.keys():  # noqa: SIM118 - a Past is no mapping
        signal = nature(key)
        if signal.category is Category.DEMOGRAPHIC or signal.kind is Kind.TEXT:
            continue
        rows = past.series(key, since=begin).select("at", "local", source=pl.col("source").fill_null(""))
        rows = rows.filter((pl.col("source") != BY_HAND) & (pl.col("at") <= past.now))
        if rows.height:
            frames[key] = _hours(rows)
    stood = clock(past.zone, frames.values())
    every = sorted({source for rows in frames.values() for source in rows["source"].unique().to_list()})
    return [_of(source, frames) for source in every], stood


def _hours(rows: pl.DataFrame) -> pl.DataFrame:
    """One row an hour in which a source told anything."""
    import polars as pl

    return rows.group_by("source", hour=pl.col("at").dt.truncate("1h")).agg(pl.col("at").max(), pl.col("local").max())


def _of(source: str, frames: dict[str, pl.DataFrame]) -> Heard:
    import polars as pl

    its = {key: rows.filter(pl.col("source") == source).sort("at") for key, rows in frames.items()}
    its = {key: rows for key, rows in its.items() if rows.height}
    times = {key: rows["at"].dt.epoch("us").to_numpy() / 1e6 for key, rows in its.items()}
    local = {key: rows["local"].dt.date().cast(pl.Int64).to_numpy() for key, rows in its.items()}
    return silence.Heard(source, times, local)


# What is told


def _named(source: str) -> str:
    """A source as a person would call it: `Apple Watch (apple_health)`."""
    app, _, device = source.partition(":")
    return f"{device.partition('|')[0]} ({app})" if device else app or "an unnamed source"


def _signals(keys: tuple[str, ...]) -> str:
    every = list(dict.fromkeys(nature(key).label.partition(",")[0].lower() for key in keys))
    labels, more = every[:NAMED], len(every[NAMED:])
    return ", ".join(labels) + (f" and {more} more" if more else "")


def _alert(source: str, at: float, stood: LocalClock, **said: object) -> Alert:
    told = datetime.fromtimestamp(at, UTC)
    first = stood.last_over(told) + timedelta(days=1)
    return Alert(
        watch=Stale.name, about=source, first=first.isoformat(), at=told.isoformat(timespec="seconds"),
        trust=Trust.TRUSTED, **said,  # type: ignore[arg-type]
    )  # fmt: skip


def _stopped(one: Silence, stood: LocalClock) -> Alert:
    """A source that fell silent."""
    last = datetime.fromtimestamp(one.last, UTC)
    others = f" So did everything else: {', '.join(_named(name) for name in one.others)}." if one.others else ""
    day = stood.last_over(last) + timedelta(days=1)
    return _alert(
        one.source, one.told, stood,
        cause=f"{_named(one.source)} has told nothing since {day.isoformat()}.{others}",
        evidence=(
            Line("Silent for", (one.told - one.last) / 3600, None, None, "h", "", "when it was told"),
            Line("Longest silence before", one.usual / 3600, None, None, "h", "", f"on {one.n} days with data lately"),
        ),
        ruled_out=(f"another source in its place: none tells its {_signals(one.missing)} since",),
        possible=("not worn, not charged, or not synced", "an import that is due", "given up: then do nothing"),
        proposes=(
            "Look whether it is charged and worn, and whether its app has synced.",
            "What comes by export: export anew, then `selftwin import PATH`.",
        ),
        urgency=Urgency.TODAY, n=one.n,
        notes=(f"It usually tells {_signals(one.keys)}.", "I tell it once."),
        lineage=tuple((key, first.isoformat(), until.isoformat()) for key, first, until in _spans(one.spans)),
    )  # fmt: skip


def _lost(one: Lost, stood: LocalClock) -> Alert:
    """Signals that a source no longer tells."""
    last = EPOCH + timedelta(days=one.last)
    return _alert(
        one.source, one.told, stood,
        cause=f"{_named(one.source)} goes on, but has not told {_signals(one.keys)} since {last.isoformat()}.",
        evidence=(
            Line("Days without it, with the rest there", float(one.days), None, None, "d"),
            Line("Most such days in a row before", float(one.usual), None, None, "d", "", f"on {one.n} days with data"),
        ),
        ruled_out=("another source in its place: none tells it since",),
        possible=("a permission or a setting that was changed", "a sensor that is not worn at night any more"),
        proposes=("Look in the app whether it may still measure and share this.",),
        urgency=Urgency.LOOK, n=one.n,
        notes=("I tell it once.",),
        lineage=tuple((key, first.isoformat(), until.isoformat()) for key, first, until in _spans(one.spans)),
    )  # fmt: skip


def _spans(spans: tuple[tuple[str, int, int], ...]) -> list[tuple[str, date, date]]:
    return [(key, EPOCH + timedelta(days=first), EPOCH + timedelta(days=last)) for key, first, last in spans]
