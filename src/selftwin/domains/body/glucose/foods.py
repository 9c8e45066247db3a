"""Carbohydrate in what somebody wrote they ate: grams with a standard deviation, from a small table of foods.

The table beside this (`foods.csv`) holds carbohydrate per 100 g as eaten, rounded, as food composition tables give it
for the plain food (docs/models/glucose-forecast.md says which, and what was checked). A word that is not in it, or an
amount that was not written, widens the answer; it is never refused."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("foods.csv")
UNKNOWN_MEAL = (50.0, 30.0)  # grams: somebody ate, and no more is known
UNKNOWN_FOOD = (15.0, 13.0)  # carbohydrate per 100 g of a food that is not in the table
UNKNOWN_PORTION = 120.0
WEIGHED, COUNTED, GUESSED = 0.05, 0.3, 0.5  # relative standard deviation of an amount
MEASURES = {"g": 1.0, "gram": 1.0, "grams": 1.0, "gr": 1.0, "克": 1.0, "ml": 1.0, "毫升": 1.0, "cl": 10.0, "dl": 100.0,
            "l": 1000.0, "kg": 1000.0, "oz": 28.35}  # fmt: skip
VESSELS = {"cup": 240.0, "cups": 240.0, "glass": 200.0, "glasses": 200.0, "bowl": 250.0, "bowls": 250.0, "碗": 250.0,
           "plate": 300.0, "plates": 300.0, "can": 330.0, "bottle": 500.0, "tablespoon": 15.0, "tbsp": 15.0,
           "teaspoon": 5.0, "tsp": 5.0, "杯": 200.0, "handful": 30.0}  # fmt: skip
COUNTS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "half": 0.5, "½": 0.5,
          "quarter": 0.25}  # fmt: skip
SIZES = {"small": 0.7, "little": 0.6, "large": 1.4, "big": 1.4, "double": 2.0, "huge": 1.8}
NOT_KNOWN = re.compile(r"not available|unknown|not recorded|不详", re.IGNORECASE)
NOTHING = re.compile(r"\b(fasting|nothing|no food)\b|空腹|禁食", re.IGNORECASE)
STATED = re.compile(r"(\d+(?:\.\d+)?)\s*g?\s*(?:of\s+)?(?:carbs?|carbohydrates?|kh|cho|碳水)\b", re.IGNORECASE)
AMOUNT = re.compile(
    rf"(\d+(?:\.\d+)?)\s*({'|'.join(sorted([*MEASURES, *VESSELS], key=len, reverse=True))})(?![a-z])", re.IGNORECASE
)
PIECES = re.compile(r"[\n\r\t;；，、+]+|,(?!\d)")  # noqa: RUF001 the full-width marks of Chinese text


@dataclass(frozen=True, slots=True)
class Portion:
    """Carbohydrate in grams, its standard deviation, and the share (0 to 1) of the foods named that the table knows."""

    grams: float
    sd: float
    known_share: float


@dataclass(frozen=True, slots=True)
class Food:
    """A food: carbohydrate per 100 g with its standard deviation, grams of one portion, and whether its word settles
    what a dish is (noodles with beef are noodles)."""

    name: str
    carbs: float
    sd: float
    portion: float
    governs: bool


def carbs(text: str) -> Portion:
    """The carbohydrate in a free text of foods, as "200 g rice, 1 egg" or one food a line; amounts may be missing.

    >>> round(carbs("Rice 100 g").grams)
    28
    >>> carbs("60 g carbs").grams
    60.0
    """
    if NOTHING.search(text):
        return Portion(0.0, 0.0, 1.0)
    pieces = [piece for piece in _pieces(text) if re.search(r"[^\W\d]", piece)]
    if NOT_KNOWN.search(text) or not pieces:
        return Portion(*UNKNOWN_MEAL, 0.0)
    found = [_piece(piece) for piece in pieces]
    grams = sum(one.grams for one in found)
    sd, known = math.sqrt(sum(one.sd**2 for one in found)), sum(one.known_share for one in found)
    return Portion(grams, sd, known / len(found))


def _pieces(text: str) -> list[str]:
    """The foods of a text, one by one; "and" and "with" part two only where each has an amount of its own."""
    split = [piece.strip() for piece in PIECES.split(text.lower().replace("\u2019", "'"))]
    out = []
    for piece in split:
        parts = re.split(r"\s(?:and|with|und|mit)\s", piece)
        out += parts if len(parts) > 1 and all(_has_amount(part) for part in parts) else [piece]
    return out


def _has_amount(piece: str) -> bool:
    return bool(re.search(r"\d", piece)) or any(word in COUNTS for word in piece.split()[:1])


def _piece(piece: str) -> Portion:
    """One food: its table values times its amount."""
    if stated := STATED.search(piece):
        return Portion(float(stated[1]), 0.1 * float(stated[1]), 1.0)
    kinds = _kinds(AMOUNT.sub(" ", piece))
    per, sd = _mixture(kinds) if kinds else UNKNOWN_FOOD
    amount, doubt = _amount(piece, kinds[0].portion if kinds else UNKNOWN_PORTION)
    grams = per * amount / 100
    return Portion(grams, math.hypot(sd * amount / 100, doubt * grams), float(bool(kinds)))


def _mixture(kinds: list[Food]) -> tuple[float, float]:
    """Carbohydrate per 100 g of a dish of these foods: of the last that governs, else their mean."""
    settling = [kind for kind in kinds if kind.governs]
    if settling:
        return settling[-1].carbs, settling[-1].sd
    mean = sum(kind.carbs for kind in kinds) / len(kinds)
    spread = sum(kind.sd**2 + (kind.carbs - mean) ** 2 for kind in kinds) / len(kinds)
    return mean, math.sqrt(spread)


def _amount(piece: str, portion: float) -> tuple[float, float]:
    """Grams (or millilitres) of a piece and their relative standard deviation."""
    if found := AMOUNT.search(piece):
        unit = found[2].lower()
        known = unit in MEASURES
        return float(found[1]) * (MEASURES[unit] if known else VESSELS[unit]), WEIGHED if known else COUNTED
    words = re.findall(r"[^\W\d]+|\d+(?:\.\d+)?|½", piece)
    size = math.prod(SIZES.get(word, 1.0) for word in words)
    vessel = next((VESSELS[word] for word in words if word in VESSELS), None)
    numbers = [COUNTS.get(word) or float(word) for word in words if word in COUNTS or word[0].isdecimal()]
    one = (vessel or portion) * size
    return one * (numbers[0] if numbers else 1.0), COUNTED if numbers or vessel else GUESSED


def _kinds(piece: str) -> list[Food]:
    """The foods named in a piece, in order, the longest names first and no word used twice."""
    found: list[tuple[int, Food]] = []
    for pattern, food in _words():
        found += [(match.start(), food) for match in pattern.finditer(piece)]
        piece = pattern.sub(lambda match: "\0" * len(match[0]), piece)
    return [food for _, food in sorted(found, key=lambda pair: pair[0])]


@cache
def _words() -> list[tuple[re.Pattern[str], Food]]:
    """Every word of the table as a pattern, the longest first; Latin words whole and in the plural too."""
    pairs = [(word, food) for words, food in _table() for word in words]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return [(re.compile(rf"\b{re.escape(word)}(?:s|es)?\b" if word.isascii() else re.escape(word)), food)
            for word, food in pairs]  # fmt: skip


def _table() -> list[tuple[list[str], Food]]:
    with TABLE.open(newline="", encoding="utf-8") as lines:
        return [
            (row["words"].split("|"), Food(row["food"], float(row["carbs"]), float(row["sd"]), float(row["portion"]),
             row["governs"] == "yes"))
            for row in csv.DictReader(lines)
        ]  # fmt: skip
