"""Watches the signals of the night together for the course of an illness, within the false alarms a person bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.safety import warning_budget as budgets
from selftwin.domains.safety.watches import _illness_words as words
from selftwin.domains.safety.watches._nights import gather
from selftwin.domains.safety.watches._noted import noted
from selftwin.learn.alarms import APART, by_month, episodes
from selftwin.vocabulary.alert import About, Alert, Looked, Urgency
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import TRUSTED_DAYS, Trust

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from selftwin.domains.safety.watches._nights import Nights
    from selftwin.vocabulary.alert import Setting
    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

LEAD_IN = 60  # days of nights before others are followed, so that the filter knows them


@dataclass(frozen=True, slots=True)
class Course:
    """The `score` of each day on the calendar (n,), NaN where there is none, with the `threshold` it was held against;
    and the share of each other explanation of the day, `others` (n, C + 1)."""

    score: Floats
    threshold: Floats
    others: Floats

    @property
    def scored(self) -> NDArray[np.int64]:
        """Places of the days that could be watched."""
        return np.flatnonzero(np.isfinite(self.score))

    @property
    def alarms(self) -> NDArray[np.int64]:
        """Places of the days at or over their threshold."""
        on = self.scored
        return on[self.score[on] >= self.threshold[on]]


class Illness:
    """The joint early-warning detector on a person's own nights."""

    name = "illness"
    title = "An illness that begins, in the signals of your nights"
    version = 1
    about = About.NOTHING
    budgeted = True
    usual_budget = 1.0
    promise = (
        "On illnesses laid on real people's nights, at one false alarm a month this finds about three of ten beyond "
        "what luck would, and about two of ten at one every two months. Mostly it speaks on the first days of what you "
        "begin to feel: before any symptom it warns in at most about 8 of 100. No alarm is no sign of health."
    )
    cites = (
        "Natarajan and others 2020, npj Digit Med 3:156",
        "Alavi and others 2022, Nat Med 28:175",
    )

    def check(self, setting: Setting) -> None:
        """Raises UsageError for a budget outside its table, and where it is set on something."""
        if not budgets.LEAST <= setting.budget <= budgets.MOST:
            raise UsageError(
                "This watch keeps to a tenth of a false alarm a month at least and two at most.",
                hint="One a month is usual: `--budget 1`.",
            )
        if setting.about or setting.condition:
            raise UsageError("The illness watch is set on all your nights, with no condition.")

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        """Every episode of alarms that began since a day. Raises Refused."""
        self.check(setting)
        nights = gather(past)
        if nights is None:
            return Looked((), 0, silent=words.NO_NIGHTS)
        tags, read = noted(past, nights.first, len(nights.told), nights.clock)
        course = follow(nights, tags, setting.budget)
        on = course.scored
        if not len(on):
            return Looked((), 0, silent=words.too_few(nights))
        found = episodes(course.alarms)
        told = [_alert(nights, course, tags, read, one.first) for one in found if nights.day(one.first) >= since]
        holds = bool(found) and int(on[-1]) - found[-1].last <= APART
        return Looked(
            tuple(told),
            sum(nights.day(place) >= since for place in on.tolist()),
            open=_alert(nights, course, tags, read, found[-1].first).id if holds else "",
            notes=words.told(nights, int(on[-1]), past),
        )


WATCH = Illness()


def follow(nights: Nights, tags: NDArray[np.bool_], budget: float) -> Course:
    """Scores and thresholds of every day. Each stretch with the same devices is followed from LEAD_IN days before."""
    from selftwin.domains.safety.warning_score import score

    count = len(nights.told)
    odds, others = np.full(count, np.nan), np.zeros((count, tags.shape[1] + 1))
    breaks = np.flatnonzero((np.diff(nights.chosen, axis=0) != 0).any(axis=1)) + 1
    for begin, end in zip([0, *breaks.tolist()], [*breaks.tolist(), count], strict=True):
        start = max(0, begin - LEAD_IN)
        said = score(nights.of(nights.chosen[begin])[None, start:end], tags[None, start:end])
        odds[begin:end], others[begin:end] = said.score[0, begin - start :], said.others[0, begin - start :]
    return Course(odds, _thresholds(nights, odds, budget), others)


def _thresholds(nights: Nights, odds: Floats, budget: float) -> Floats:
    """The threshold of each day."""
    months = np.array([nights.day(place).month for place in range(len(odds))])
    return by_month(budgets.shared(budget), np.arange(len(odds)), odds, months, budget)


def _alert(
    nights: Nights, course: Course, tags: NDArray[np.bool_], read: tuple[tuple[str, int], ...], place: int
) -> Alert:
    """What is told of an episode, from its first day and before alone."""
    behind = int((course.scored <= place).sum())
    lines = words.evidence(nights, place)
    ruled_out, possible = words.others(nights, course.others, tags, place)
    return Alert(
        watch=Illness.name,
        about="",
        first=nights.day(place).isoformat(),
        at=nights.at(place).isoformat(timespec="seconds"),
        cause=words.cause(lines),
        evidence=tuple(line for _, line in lines),
        ruled_out=ruled_out,
        possible=possible,
        proposes=words.proposes(nights, tags, place),
        urgency=Urgency.TODAY,
        trust=Trust.TRUSTED if behind >= TRUSTED_DAYS else Trust.FIRST,
        n=behind,
        score=float(course.score[place] - course.threshold[place]),
        notes=(words.HOW_OFTEN, words.NO_DIAGNOSIS),
        lineage=_lineage(nights, read, place),
    )


def _lineage(nights: Nights, read: tuple[tuple[str, int], ...], place: int) -> tuple[tuple[str, str, str], ...]:
    """Every signal that was read up to a day, chosen or only compared, with its first day and that one."""
    firsts = dict(read)
    for candidate in (one for its in nights.candidates for one in its):
        firsts[candidate.key] = min(firsts.get(candidate.key, candidate.days[0]), int(candidate.days[0]))
    last, origin = nights.day(place), nights.day(0) - timedelta(days=nights.first)
    days = {key: origin + timedelta(days=int(first)) for key, first in firsts.items()}
    return tuple((key, day.isoformat(), last.isoformat()) for key, day in sorted(days.items()) if day <= last)
