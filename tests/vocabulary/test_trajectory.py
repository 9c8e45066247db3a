"""Two futures keep the luck they share: their difference is surer than either."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.trajectory import Measure, Trajectory, courses, spread

AT = ("2026-03-13", "2026-03-14", "2026-03-15")


def imagined() -> Trajectory:
    rng = np.random.default_rng(1)
    luck = rng.normal(70, 3, (2000, 1)) + rng.normal(0, 0.1, (2000, 3))
    change = np.linspace(0, -2, 3) * rng.normal(1, 0.1, (2000, 1))
    with_, without, difference = courses(AT, luck + change, luck)
    return Trajectory(
        "weight", "kg", "hall 1", "energy.intake -500 kcal for 90 d", "2026-03-12", Trust.TRUSTED, 200,
        with_, without, difference, ("That you keep to it.",), ("Hall 2011",),
        measures=(Measure("lowest", "kg", *(spread(rows) for rows in (luck[:, 0], luck[:, 1], luck[:, 2]))),),
        draws=np.stack([luck + change, luck]),
    )  # fmt: skip


def test_the_difference_is_of_lives_of_the_same_luck() -> None:
    found = imagined()
    wide = found.without[-1].hi90 - found.without[-1].lo90
    narrow = found.difference[-1].hi90 - found.difference[-1].lo90
    assert narrow < wide / 10
    assert found.difference[0].mean == pytest.approx(0)
    assert found.difference[-1].mean == pytest.approx(-2, abs=0.05)
    assert all(p.lo90 <= p.lo50 <= p.mean <= p.hi50 <= p.hi90 for p in (*found.with_, *found.without))


def test_a_chance_counts_lives() -> None:
    found = imagined()
    middle = found.with_[-1].mean
    assert found.chance(-np.inf, middle) == pytest.approx(0.5, abs=0.05)
    assert found.chance(middle - 100, middle + 100) == 1
    with pytest.raises(ValueError, match="no draws"):
        replace(found, draws=None).chance(0, 1)


def test_it_gives_itself_as_data() -> None:
    said = json.loads(json.dumps(imagined().plain()))
    assert {"scenario", "signal", "unit", "assumptions", "model", "with", "without", "difference"} <= set(said)
    assert len(said["with"]) == len(said["without"]) == len(said["difference"]["steps"]) == 3
    assert {"at", "mean", "lo90", "hi90"} <= set(said["with"][0])
    assert said["difference"]["at"] == AT[-1]
    assert said["measures"][0]["with"] != said["measures"][0]["without"]
    assert "draws" not in said
    assert next(iter(said)) == "notes", "what must be known first comes first"


def test_it_is_a_frame_for_whoever_takes_arrow() -> None:
    import polars as pl

    found = pl.DataFrame(imagined())
    assert found.height == 3
    assert "difference_lo90" in found.columns
    assert "energy.intake" in imagined()._repr_html_()
