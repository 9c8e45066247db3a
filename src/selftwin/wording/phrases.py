"""What is unusual, in plain words: a sentence for the signals people know, a general one for every other.

The order of the table is the order in which people want to hear what comes next.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from selftwin.wording.words import spelled

DAY, NIGHT = "day", "night"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with `{side}` (one of `above`, `below`) and `{run}` (three nights), and how tomorrow's is called."""

    sentence: str
    above: str
    below: str
    spell: str = DAY
    ahead: str = ""

    def say(self, side: str, run: int) -> str:
        """The sentence for a side and a number of days or nights."""
        return self.sentence.format(side=self.above if side == "above" else self.below, run=spelled(run, self.spell))


PHRASES = {
    "sleep.duration": Phrase("You have slept {side} than usual for {run}.", "longer", "less", NIGHT, "Sleep tonight"),
    "heart_rate.resting": Phrase(
        "Your heart has rested {run} {side} your usual.", "above", "below", NIGHT, "Resting heart rate"
    ),
    "heart_rate_variability.rmssd": Phrase(
        "Your heart has varied {side} than usual for {run}.", "more", "less", NIGHT, "Heart rate variability tonight"
    ),
    "heart_rate_variability.sdnn": Phrase(
        "Your heart has varied {side} than usual for {run}.", "more", "less", DAY, "Heart rate variability"
    ),
    "glucose": Phrase("Your glucose has been {side} than usual for {run}.", "higher", "lower", DAY, "Mean glucose"),
    "steps": Phrase("You have walked {side} than usual for {run}.", "more", "less", DAY, "Steps"),
    "mood": Phrase("Your mood has been {side} your usual for {run}.", "above", "below"),
    "wellness.mood": Phrase("Your mood has been {side} your usual for {run}.", "above", "below"),
    "weight": Phrase("You have weighed {side} than usual for {run}.", "more", "less"),
    "purchase": Phrase("You have spent {side} than usual for {run}.", "more", "less", DAY, "Spending"),
    "recall.review": Phrase("You have reviewed {side} cards than usual for {run}.", "more", "fewer", DAY, "Reviews"),
    "energy.active": Phrase("You have moved {side} than usual for {run}.", "more", "less"),
    "listening": Phrase("You have listened {side} than usual for {run}.", "more", "less", DAY, "Listening"),
    "screen.time": Phrase("You have looked at a screen {side} than usual for {run}.", "more", "less"),
    "respiratory_rate": Phrase("You have breathed {side} than usual for {run}.", "faster", "slower"),
    "respiratory_rate.sleep": Phrase("You have breathed {side} in sleep for {run}.", "faster", "slower", NIGHT),
    "heart_rate.sleep": Phrase("Your heart has beaten {side} in sleep for {run}.", "faster", "slower", NIGHT),
    "heart_rate": Phrase("Your heart has beaten {side} than usual for {run}.", "faster", "slower"),
    "skin_temperature.sleep": Phrase("Your skin has been {side} than usual for {run}.", "warmer", "cooler", NIGHT),
    "skin_temperature.deviation": Phrase("Your skin has been {side} than usual for {run}.", "warmer", "cooler", NIGHT),
    "body_temperature": Phrase("You have been {side} than usual for {run}.", "warmer", "cooler"),
    "oxygen_saturation": Phrase("Your blood has held {side} oxygen than usual for {run}.", "more", "less"),
    "oxygen_saturation.sleep": Phrase("Your blood has held {side} oxygen for {run}.", "more", "less", NIGHT),
    "sleep.deep": Phrase("You have slept deeply {side} than usual for {run}.", "longer", "less", NIGHT),
    "sleep.start": Phrase("You have fallen asleep {side} than usual for {run}.", "later", "earlier", NIGHT),
    "sleep.end": Phrase("You have woken {side} than usual for {run}.", "later", "earlier", NIGHT),
    "sleep.midpoint": Phrase("Your sleep has lain {side} than usual for {run}.", "later", "earlier", NIGHT),
    "sleep.efficiency": Phrase("Your sleep has been {side} than usual for {run}.", "sounder", "less sound", NIGHT),
    "wellness.fatigue": Phrase("You have felt {side} than usual for {run}.", "fresher", "more tired"),
    "wellness.stress": Phrase("You have felt {side} than usual for {run}.", "more relaxed", "more stressed"),
    "wellness.soreness": Phrase("You have felt {side} than usual for {run}.", "less sore", "more sore"),
    "alcohol.drinks": Phrase("You have drunk {side} alcohol than usual for {run}.", "more", "less"),
    "energy.intake": Phrase("You have eaten {side} than usual for {run}.", "more", "less"),
}
ORDER = {key: place for place, key in enumerate(PHRASES)}


def short(label: str) -> str:
    """A label without what explains it: `Mood, 1 low to 5 high` is `Mood`.

    What several signals share is told with what tells them apart, and the name of an export's column as words.

    >>> short("Mood, 1 low to 5 high"), short("Sleep score, stages"), short("soreness_area")
    ('Mood', 'Sleep score, stages', 'Soreness area')
    """
    head, _, more = label.partition(", ")
    if more and not _scale(more) and head in _shared():
        return label
    if "_" in head and " " not in head:
        head = " ".join(head.replace("_", " ").split())
        return head[:1].upper() + head[1:]
    return head


def inside(label: str) -> str:
    """A label inside a sentence: small, but abbreviations keep their letters.

    >>> inside("Resting heart rate"), inside("HDL cholesterol"), inside("VO2 max")
    ('resting heart rate', 'HDL cholesterol', 'VO2 max')
    """
    first = label.partition(" ")[0]
    return label if any(letter.isupper() for letter in first[1:]) else f"{label[:1].lower()}{label[1:]}"


def _scale(more: str) -> bool:
    return more[0].isdecimal() or more[0] in "-\N{MINUS SIGN}"


@lru_cache(maxsize=1)
def _shared() -> frozenset[str]:
    """The names that several signals of the catalogue begin with."""
    from selftwin.vocabulary.catalogue import signals

    parted = [one.label.partition(", ") for one in signals()]
    many = Counter(head for head, _, more in parted if not (more and _scale(more)))
    return frozenset(head for head, times in many.items() if times > 1)


def phrase(key: str, label: str) -> Phrase:
    """The phrase of a signal; of `purchase.eur` that of `purchase`; a general one where the table has none."""
    known = PHRASES.get(key) or PHRASES.get(key.rpartition(".")[0] if key.startswith("purchase.") else "")
    spell = NIGHT if key.startswith("sleep.") else DAY
    return known or Phrase(f"{short(label)}: {{side}} your usual for {{run}}.", "above", "below", spell)


def order(key: str) -> int:
    """How early people want to hear of a signal; 0 is first."""
    return ORDER.get(key, ORDER["purchase"] if key.startswith("purchase.") else len(ORDER))
