"""What every watch promises, run on whatever is found: it says who it is, it is silent or refuses where it cannot
watch, and what it told once it tells again, whatever came later.

Each watch shows itself: its test `tests/domains/<domain>/watches/test_<name>.py` has a function

    def specimen() -> tuple[Remembered, Setting, date]:

that gives a past in which it alerts, how it is set, and the day from which on it is asked.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.domains.body.remembering import Remembered
from tests.specimens import duties_left, specimen

from selftwin import discover
from selftwin.vocabulary.alert import About, Setting, Urgency
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selftwin.vocabulary.alert import Alert, Looked, Watcher

FOUND: list[Watcher] = discover.watches()
LATER = timedelta(hours=1), timedelta(days=9)  # after an alert could be told
Told = dict[str, tuple[Remembered, Setting, date, "Looked"]]
every_watch = pytest.mark.parametrize("watch", FOUND, ids=lambda one: one.name)


def said(alerts: Iterable[Alert]) -> list[object]:
    """The alerts as data, figures to nine digits: sums over more days may differ in the last ones."""

    def rounded(value: object) -> object:
        if isinstance(value, dict):
            return {name: rounded(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [rounded(one) for one in value]
        return float(f"{value:.9g}") if isinstance(value, float) else value

    return [rounded(one.plain()) for one in alerts]


@pytest.fixture(scope="module")
def told() -> Told:
    """Every watch's specimen, and what it saw; asked once for all promises."""
    seen = {}
    for watch in FOUND:
        past, setting, since = specimen(watch)
        seen[watch.name] = (past, setting, since, watch.look(past, setting, since))
    return seen


def test_there_are_watches_and_no_two_share_a_name() -> None:
    names = [one.name for one in FOUND]
    assert len(names) == len(set(names)) > 0


@every_watch
def test_it_says_who_it_is_and_has_a_card(watch: Watcher) -> None:
    assert watch.title
    assert watch.version >= 1
    assert isinstance(watch.about, About)
    assert watch.budgeted == (watch.usual_budget > 0)
    assert len(watch.promise) > 80
    assert all(any(letter.isdigit() for letter in paper) for paper in watch.cites)
    assert duties_left(watch.name) == []


@every_watch
def test_it_takes_its_own_setting_and_none_that_is_odd(watch: Watcher, told: Told) -> None:
    _, setting, _, _ = told[watch.name]
    watch.check(setting)
    if watch.about is About.SIGNAL:
        with pytest.raises(UsageError) as odd:
            watch.check(replace(setting, about="no.such.signal"))
        assert odd.value.hint
    if watch.budgeted:
        with pytest.raises(UsageError) as odd:
            watch.check(replace(setting, budget=0.0))
        assert odd.value.hint


@every_watch
def test_its_specimen_makes_it_alert_and_an_alert_says_what_it_must(watch: Watcher, told: Told) -> None:
    past, setting, since, seen = told[watch.name]
    assert seen.alerts
    assert seen.days > 0
    assert len({one.id for one in seen.alerts}) == len(seen.alerts)
    assert [one.at for one in seen.alerts] == sorted(one.at for one in seen.alerts)
    for one in seen.alerts:
        assert one.watch == watch.name
        assert watch.about is not About.SIGNAL or one.about == setting.about
        assert one.cause.endswith(".")
        assert one.evidence
        assert one.proposes
        assert one.lineage
        assert one.n > 0
        assert isinstance(one.urgency, Urgency)
        assert since <= date.fromisoformat(one.first[:10])
        at = datetime.fromisoformat(one.at)
        assert at.utcoffset() == timedelta(0)
        assert at <= past.now
        assert date.fromisoformat(one.first[:10]) <= at.date() + timedelta(days=1)
        for line in one.evidence:
            assert not line.signal or nature(line.signal)
            assert line.low is None or line.high is None or line.low <= line.high


@every_watch
def test_no_alert_rests_on_what_came_after_it(watch: Watcher, told: Told) -> None:
    past, _, _, seen = told[watch.name]
    for one in seen.alerts:
        known = datetime.fromisoformat(one.at).astimezone(past.zone).date()
        for key, first, last in one.lineage:
            nature(key)
            assert date.fromisoformat(first) <= date.fromisoformat(last) <= known, key


@every_watch
def test_asked_again_it_says_the_same(watch: Watcher, told: Told) -> None:
    past, setting, since, seen = told[watch.name]
    assert watch.look(past, setting, since) == seen


@every_watch
def test_what_came_later_changes_no_alert(watch: Watcher, told: Told) -> None:
    """The alerts told at an earlier `now` are those told at the last one, as far as it could tell them then."""
    past, setting, since, seen = told[watch.name]
    moments = {datetime.fromisoformat(one.at) + later for one in seen.alerts[-2:] for later in (timedelta(0), *LATER)}
    for now in sorted(moments):
        if now > past.now:
            continue
        earlier = watch.look(replace(past, now=now), setting, since)
        known = [one for one in seen.alerts if datetime.fromisoformat(one.at) <= now]
        assert said(earlier.alerts) == said(known)


@every_watch
def test_a_moment_before_an_alert_could_be_told_it_is_not_told(watch: Watcher, told: Told) -> None:
    past, setting, since, seen = told[watch.name]
    last = seen.alerts[-1]
    before = datetime.fromisoformat(last.at) - timedelta(seconds=1)
    assert last.id not in {one.id for one in watch.look(replace(past, now=before), setting, since).alerts}


@every_watch
def test_asked_from_a_later_day_it_tells_the_later_alerts_alike(watch: Watcher, told: Told) -> None:
    past, setting, _, seen = told[watch.name]
    since = date.fromisoformat(seen.alerts[-1].first[:10])
    later = watch.look(past, setting, since)
    known = [one for one in seen.alerts if date.fromisoformat(one.first[:10]) >= since]
    assert said(later.alerts) == said(known)
    assert later.days <= seen.days


@every_watch
def test_a_signal_that_is_barred_is_not_read(watch: Watcher, told: Told) -> None:
    past, setting, since, _ = told[watch.name]
    closed = replace(past, barred=frozenset({*past.observations, *past.daily}))
    with suppress(Refused, NothingYet):
        seen = watch.look(closed, setting, since)
        assert seen.alerts == ()
        assert seen.silent


@every_watch
def test_each_signal_barred_alone_crashes_nothing_and_leaves_no_trace(watch: Watcher, told: Told) -> None:
    past, setting, since, _ = told[watch.name]
    for key in sorted({*past.observations, *past.daily})[:6]:
        with suppress(Refused, NothingYet):
            seen = watch.look(replace(past, barred=frozenset({key})), setting, since)
            assert key not in {read for one in seen.alerts for read, _, _ in one.lineage}


@every_watch
def test_of_somebody_unknown_it_is_silent_and_says_what_would_help(watch: Watcher, told: Told) -> None:
    _, setting, since, _ = told[watch.name]
    seen = watch.look(Remembered(datetime(2026, 3, 12, 12, tzinfo=UTC)), setting, since)
    assert seen.alerts == ()
    assert seen.days == 0
    assert seen.silent
    assert not seen.open


@every_watch
def test_it_gives_itself_as_data(watch: Watcher, told: Told) -> None:
    for one in told[watch.name][3].alerts:
        plain = json.loads(json.dumps(one.plain(), allow_nan=False))
        assert {"id", "watch", "first", "at", "cause", "evidence", "ruled_out", "possible", "proposes"} <= set(plain)


@every_watch
def test_what_is_open_is_its_last_alert(watch: Watcher, told: Told) -> None:
    _, _, _, seen = told[watch.name]
    assert not seen.open or seen.open in {one.id for one in seen.alerts}
