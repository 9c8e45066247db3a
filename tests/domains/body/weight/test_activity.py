"""METs: the table's words, and the energy of minutes and steps."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from selftwin.domains.body.weight.activity import effort, minutes_cost, step_cost


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("walking", "walking"),
        ("traditional_strength_training", "strength"),
        ("high_intensity_interval_training", "intervals"),
        ("Run", "running"),
        ("Bike", "cycling"),
        ("wall_sit", "yoga"),
    ],
)
def test_the_words_of_watches_find_their_effort(word: str, kind: str) -> None:
    found = effort(word)
    assert found is not None
    assert found.kind == kind


def test_a_word_nobody_knows_has_no_effort() -> None:
    assert effort("quidditch") is None


def test_every_row_has_its_code_in_the_compendium() -> None:
    text = files("selftwin.domains.body.weight").joinpath("mets.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert rows
    assert all(len(row["code"]) == 5 and row["code"].isdigit() and row["wording"] for row in rows)
    assert all(1.5 < float(row["met"]) < 15 for row in rows)


def test_three_thousand_steps_are_half_an_hour_at_three_mets() -> None:
    assert 3000 * step_cost() == pytest.approx(30 * minutes_cost(3.0))
    assert 80 * 30 * minutes_cost(4.3) == pytest.approx(132)  # kcal beyond rest at 80 kg
