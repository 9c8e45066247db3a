"""Two futures in words and as a picture: ranges first, how sure, what is assumed, and nothing that only colour says."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from selftwin.cli.futures import futures
from selftwin.cli.plot.futures import two_futures
from selftwin.cli.plot.sheet import apart, checked
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.trajectory import Measure as Told
from selftwin.vocabulary.trajectory import Trajectory, courses, spread
from selftwin.wording.futures import direction, sentence, thinned
from selftwin.wording.measures import Measure

if TYPE_CHECKING:
    from pathlib import Path

KG, VIENNA = Measure("kg"), "Europe/Vienna"
FIRST = datetime(2026, 3, 13)


def weighed(end: float = -3.0) -> Trajectory:
    rng = np.random.default_rng(2)
    luck = 75 + rng.normal(0, 0.15, (400, 91)).cumsum(axis=1)
    change = np.linspace(0, end, 91) * rng.normal(1, 0.2, (400, 1))
    at = [(FIRST + timedelta(n)).date().isoformat() for n in range(91)]
    with_, without, difference = courses(at, luck + change, luck)
    return Trajectory(
        "weight", "kg", "weight 1", "energy.intake -400 kcal for 90 d", "2026-03-12", Trust.TRUSTED, 211,
        with_, without, difference, ("That you keep to it.",), ("Hall 2011",), notes=("Your data end early.",),
        measures=(Told("lowest", "kg", *(spread((luck + by).min(axis=1)) for by in (change, 0.0, change))),),
        because=(("what you eat", -2.6), ("not explained", -0.4)), replayed=(17, 20),
        draws=np.stack([luck + change, luck]),
    )  # fmt: skip


def test_the_end_is_told_as_a_range_with_how_sure_its_direction_is() -> None:
    said = sentence(weighed(), KG, VIENNA)
    assert said.startswith("Body weight by 11 June 2026: \N{MINUS SIGN}4.1 to \N{MINUS SIGN}2.1 kg")
    assert "beside going on as you are (9 times in 10). Lower: almost surely, 99 %." in said
    assert "beside what you would do instead" in sentence(replace(weighed(), instead_of="steps +1"), KG, VIENNA)
    assert "no difference" in sentence(weighed(0.0), KG, VIENNA)


def test_a_small_difference_is_about_even() -> None:
    few = replace(weighed(), draws=None, difference=(replace(weighed().difference[-1], mean=0.1, lo90=-1, hi90=1.2),))
    assert "Higher: about even, 56 %." in sentence(few, KG, VIENNA)
    draws = np.stack([np.random.default_rng(1).normal(0, 1, (4000, 1)), np.zeros((4000, 1))])
    assert "about even" in sentence(replace(few, draws=draws), KG, VIENNA)
    assert direction(-1, 0.97) == "lower: almost surely, 97 %"


def test_hours_are_told_by_what_is_measured_over_them() -> None:
    at = "2026-03-12T15:30:00+00:00"
    last = replace(weighed().difference[-1], at=at, mean=0, lo90=-3, hi90=3)
    meal = replace(weighed(), difference=(last,), measures=(Told("peak", "kg", (1, 1, 1), (1, 1, 1), (30, 20, 40)),))
    said = sentence(meal, KG, VIENNA)
    assert said.startswith("Body weight, peak until 12 March, 16:30: 20 to 40 kg")
    assert "Higher: almost surely, 99 %." in said


def test_everything_is_said_once(capfd: pytest.CaptureFixture[str], surroundings: Path) -> None:
    other = replace(weighed(-0.5), signal="heart_rate.resting", unit="/min", measures=(), because=(), notes=())
    futures([weighed(), other], VIENNA)
    out = capfd.readouterr().out
    for words in ("! Your data end early.", "with the change", "going on as you are", "What this takes for granted:",
                  "· That you keep to it.", "● trusted, 211 days", "17 of 20 such futures", "Hall 2011", "lowest",
                  "what you eat", "not explained", "What else would change", "Resting heart rate"):  # fmt: skip
        assert words in out
    assert all(len(line) <= 100 for line in out.splitlines() if " to " in line and not line.endswith("."))


def test_a_person_reads_their_own_unit(
    capfd: pytest.CaptureFixture[str], surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from selftwin.wording import settings

    monkeypatch.setenv("SELFTWIN_UNITS", '{"weight": "[lb_av]"}')
    settings.settings.cache_clear()
    futures([weighed()], VIENNA)
    out = capfd.readouterr().out
    settings.settings.cache_clear()
    assert " lb beside" in out
    assert " kg" not in out.replace("energy", "")


def test_moments_are_thinned_and_the_last_is_kept() -> None:
    assert thinned(91)[-1] == 90
    assert len(thinned(91)) <= 12
    assert thinned(3) == [0, 1, 2]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_picture_is_drawn_and_is_the_same_each_time(kind: str, tmp_path: Path, surroundings: Path) -> None:
    past = [(FIRST - timedelta(days=40 - n), 75 + 0.1 * (n % 5)) for n in range(40)]
    made = []
    for name in ("one", "two"):
        two_futures(weighed(), past, VIENNA, tmp_path / f"{name}.{kind}")
        made.append(hashlib.sha256((tmp_path / f"{name}.{kind}").read_bytes()).hexdigest())
    assert made[0] == made[1]
    body = (tmp_path / f"one.{kind}").read_bytes()
    assert body.startswith(b"\x89PNG") if kind == "png" else b"<svg" in body[:600]
    assert len(body) > 20_000


def test_a_picture_of_another_kind_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        checked(tmp_path / "one.gif")


def test_words_beside_a_picture_never_lie_on_each_other() -> None:
    assert apart([1.0, 1.1, 5.0], 0.5) == [1.0, 1.5, 5.0]
    assert apart([1.1, 1.0], 0.5) == [1.5, 1.0]
