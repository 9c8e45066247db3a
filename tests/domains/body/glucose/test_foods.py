from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.domains.body.glucose.foods import TABLE, UNKNOWN_MEAL, Portion, carbs


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("Rice 100 g", 28.0),  # USDA: white rice, cooked, 28.2 g
        ("200 g rice", 56.0),
        ("bread 100 g", 48.0),
        ("1 apple", 20.7),
        ("1 apple, 1 banana", 45.8),
        ("Milk 250 mL", 12.2),
        ("2 eggs", 1.1),
        ("60 g carbs", 60.0),
        ("45 carbs", 45.0),
        ("米饭150g\n青菜100g", 46.0),
        ("Latte 200ml with 6.5 g sugar", 16.3),
        ("0.5 kg potatoes", 90.0),
        ("Fasting for a check", 0.0),
        ("glass of water", 1.0),
    ],
)
def test_foods_with_amounts_are_told_in_grams(text: str, grams: float) -> None:
    found = carbs(text)
    assert found.grams == pytest.approx(grams, abs=0.1)
    assert found.known_share == 1.0


def test_the_word_that_settles_a_dish_wins() -> None:
    assert carbs("buckwheat noodles with shredded pork 200 g").grams == carbs("noodles 200 g").grams
    assert carbs("vegetable soup 200 g").grams < carbs("vegetable noodles 200 g").grams
    assert carbs("shredded pork with green pepper 100 g").grams < 5
    assert carbs("sweet potato leaves 100 g").grams < carbs("sweet potato 100 g").grams / 3


def test_what_is_not_known_is_guessed_widely() -> None:
    unknown, known = carbs("wobblefruit 100 g"), carbs("apple 100 g")
    assert unknown.known_share == 0.0
    assert unknown.sd > 4 * known.sd
    assert carbs("data not available") == Portion(*UNKNOWN_MEAL, 0.0)
    assert carbs("") == Portion(*UNKNOWN_MEAL, 0.0)
    assert carbs("rice 100 g, wobblefruit 50 g").known_share == 0.5


def test_an_amount_that_was_not_written_widens_the_answer() -> None:
    weighed, counted, bare = carbs("rice 150 g"), carbs("1 bowl of rice"), carbs("rice")
    assert weighed.sd / weighed.grams < counted.sd / counted.grams < bare.sd / bare.grams
    assert carbs("small bowl of rice").grams < counted.grams < carbs("large bowl of rice").grams


@given(grams=st.floats(1, 500), more=st.floats(1, 300))
def test_more_of_a_food_is_more_carbohydrate(grams: float, more: float) -> None:
    assert carbs(f"rice {grams + more:.1f} g").grams > carbs(f"rice {grams:.1f} g").grams


@given(text=st.text(max_size=60))
def test_any_text_has_an_answer(text: str) -> None:
    found = carbs(text)
    assert found.grams >= 0.0
    assert found.sd >= 0.0
    assert 0.0 <= found.known_share <= 1.0


def test_the_table_holds_what_food_can_be_and_no_word_twice() -> None:
    with TABLE.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    words = [word for row in rows for word in row["words"].split("|")]
    assert len(words) == len(set(words))
    for row in rows:
        assert 0 <= float(row["carbs"]) <= 100
        assert 0 < float(row["sd"]) <= 20
        assert 0 < float(row["portion"]) <= 400
        assert row["governs"] in {"", "yes"}
