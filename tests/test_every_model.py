"""What every simulator promises, run on whatever is found: it says who it is, is silent or refuses where it cannot
answer, and where it can, two futures share their luck, keep to what was known, and are the same each time.

Each simulator shows itself: its test `tests/domains/<domain>/simulators/test_<name>.py` has a function

    def specimen() -> tuple[Remembered, str]:

that gives a past it can answer from, and a scenario it takes.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.domains.body.remembering import Remembered
from tests.specimens import duties_left, specimen

from selftwin import discover
from selftwin.vocabulary.catalogue import signal
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

if TYPE_CHECKING:
    from selftwin.vocabulary.model import Simulator
    from selftwin.vocabulary.trajectory import Trajectory

FOUND: list[Simulator] = discover.simulators()
every_simulator = pytest.mark.parametrize("simulator", FOUND, ids=lambda one: one.name)


def asked(text: str) -> Question:
    return Question(scenario(text), AS_YOU_ARE)


@pytest.fixture(scope="module")
def told() -> dict[str, tuple[Remembered, str, list[Trajectory]]]:
    """Every simulator's specimen, and what it answered; asked once for all promises."""
    answers = {}
    for simulator in FOUND:
        past, text = specimen(simulator)
        answers[simulator.name] = (past, text, simulator.imagine(past, asked(text)))
    return answers


def test_there_are_simulators_and_no_two_share_a_name() -> None:
    names = [one.name for one in FOUND]
    assert len(names) == len(set(names)) > 5


@every_simulator
def test_it_says_who_it_is_and_has_a_card(simulator: Simulator) -> None:
    assert simulator.title
    assert simulator.version >= 1
    assert 0 <= simulator.rank <= 9
    assert simulator.cites
    assert all(any(letter.isdigit() for letter in paper) for paper in simulator.cites)
    assert duties_left(simulator.name) == []


@every_simulator
def test_what_it_takes_and_gives_are_signals(simulator: Simulator) -> None:
    assert simulator.takes
    assert simulator.gives
    for key in (*simulator.takes, *simulator.gives):
        signal(key)


@every_simulator
def test_of_somebody_unknown_it_says_nothing_or_says_so(simulator: Simulator) -> None:
    _, text = specimen(simulator)
    nobody, silent = Remembered(datetime(2026, 3, 12, 12, tzinfo=UTC)), None
    try:
        answer = simulator.imagine(nobody, asked(text))
    except (NothingYet, Refused) as error:
        silent = error
        answer = []
    assert silent is None or silent.hint
    assert all(one.n == 0 and one.trust.value == "none" for one in answer), "nothing stands behind it"
    assert all(one.assumptions for one in answer)


@every_simulator
def test_a_signal_that_is_barred_is_not_read(simulator: Simulator, told: dict[str, tuple]) -> None:
    past, text, _ = told[simulator.name]
    keys = {*past.observations, *past.daily}
    closed = replace(past, barred=frozenset(keys))
    with pytest.raises((Refused, NothingYet)):
        simulator.imagine(closed, asked(text))


@every_simulator
def test_two_futures_share_moments_and_luck(simulator: Simulator, told: dict[str, tuple]) -> None:
    for one in told[simulator.name][2]:
        assert one.signal in simulator.gives
        assert one.unit == signal(one.signal).unit
        assert [p.at for p in one.with_] == [p.at for p in one.without] == [p.at for p in one.difference]
        assert one.with_
        at = [datetime.fromisoformat(p.at) for p in one.with_]
        assert at == sorted(at)
        for point in (*one.with_, *one.without, *one.difference):
            assert all(map(math.isfinite, (point.mean, point.lo90, point.hi90)))
            assert point.lo90 <= point.lo50 <= point.hi50 <= point.hi90
            assert point.lo90 - 1e-9 <= point.mean <= point.hi90 + 1e-9
        for with_, without, apart in zip(one.with_, one.without, one.difference, strict=True):
            assert apart.mean == pytest.approx(with_.mean - without.mean, abs=1e-6)
        assert one.draws is not None
        assert one.draws.shape[0] == 2
        assert one.draws.shape[2] == len(one.with_)
        if one.because:
            total = sum(by for _, by in one.because)
            assert total == pytest.approx(one.difference[-1].mean, abs=1e-6 + 1e-3 * abs(total))


@every_simulator
def test_its_values_can_be(simulator: Simulator, told: dict[str, tuple]) -> None:
    for one in told[simulator.name][2]:
        nature = signal(one.signal)
        for point in (*one.with_, *one.without):
            assert nature.low is None or point.lo90 >= nature.low
            assert nature.high is None or point.hi90 <= nature.high


@every_simulator
def test_it_says_what_it_assumes_and_what_it_stands_on(simulator: Simulator, told: dict[str, tuple]) -> None:
    for one in told[simulator.name][2]:
        assert one.assumptions
        assert one.cites
        assert str(scenario(told[simulator.name][1])) == one.scenario
        assert one.model


@every_simulator
def test_it_gives_itself_as_data(simulator: Simulator, told: dict[str, tuple]) -> None:
    for one in told[simulator.name][2]:
        said = json.loads(json.dumps(one.plain(), allow_nan=False))
        wanted = {"scenario", "signal", "unit", "assumptions", "model", "with", "without", "difference"}
        assert wanted <= set(said)
        assert {"at", "mean", "lo90", "hi90"} <= set(said["with"][0])


@every_simulator
def test_asked_again_it_says_the_same(simulator: Simulator, told: dict[str, tuple]) -> None:
    past, text, before = told[simulator.name]
    assert [one.plain() for one in simulator.imagine(past, asked(text))] == [one.plain() for one in before]


@every_simulator
def test_held_against_itself_nothing_differs(simulator: Simulator, told: dict[str, tuple]) -> None:
    past, text, _ = told[simulator.name]
    for one in simulator.imagine(past, Question(scenario(text), scenario(text))):
        assert all(p.mean == p.lo90 == p.hi90 == 0 for p in one.difference), one.signal


@every_simulator
def test_what_comes_after_the_moment_changes_nothing(simulator: Simulator, told: dict[str, tuple]) -> None:
    """A past that ends a day earlier says the same, whatever was recorded since."""
    past, text, _ = told[simulator.name]
    then = past.now - timedelta(hours=30)
    known = replace(past, now=then, replay=True)
    forgot = replace(known, daily={key: _until(rows, then) for key, rows in past.daily.items()})
    said = [_answer(simulator, one, text) for one in (known, forgot)]
    assert said[0] == said[1]


def _until(rows: object, then: datetime) -> list[tuple]:
    return [row for row in rows if row[0] < then.date()]  # type: ignore[attr-defined]


def _answer(simulator: Simulator, past: Remembered, text: str) -> object:
    try:
        return [one.plain() for one in simulator.imagine(past, asked(text))]
    except (NothingYet, Refused, UsageError) as silent:
        return str(silent)
