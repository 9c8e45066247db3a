"""Who somebody is to the model of weight, read from what is recorded and told: measures, weigh-ins, energy spent.

Every guess carries its spread: resting metabolism by equation is within 10 % for most people only (Frankenfield D and
others, J Am Diet Assoc 2005;105:775), fat by body mass index within some points of a per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.weight.hall import Adult, adult, jackson_fat, resting
from selftwin.vocabulary.errors import NothingYet, Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EPOCH = date(1970, 1, 1)
ADULT = 18.0
LOOKED_BACK = 1100  # days of weigh-ins
SPENT_DAYS, LEAST_SPENT = 60, 14
REST_SPREAD = 0.08  # of the logarithm: eight in ten within ten per cent
FAT_SPREAD, SCALE_FAT_SPREAD = 5.0, 4.0  # points: by body mass index; by a scale that sends current through the body
USUAL_ACTIVITY, ACTIVITY_SPREAD = 1.65, 0.18
WATCH_SPREAD = 0.12  # of the logarithm: how far a watch is off in what a day takes
NEEDS = {
    "weight": ("weight", "`selftwin note weight 80` keeps a weigh-in."),
    "height": ("height", "`selftwin note height 1.80` keeps it."),
    "age": ("year of birth", "`selftwin note birth.year 1985` keeps it."),
}


@dataclass(frozen=True, slots=True)
class Person:
    """What is known: height (m), age (a), `female` (1, 0, or None where neither is said), weigh-ins (days since 1970
    and kg), `today` as such a day, per cent of fat as measured, and energy spent (kcal/d) with its spread as a share
    and its days."""

    height: float
    age: float
    female: float | None
    days: Ints
    weights: Floats
    today: int
    fat: float | None = None
    spent: float | None = None
    spent_days: int = 0

    @property
    def weight(self) -> float:
        """The newest weigh-in, kg."""
        return float(self.weights[-1])

    @property
    def bmi(self) -> float:
        """Body mass index by the newest weigh-in, kg/m2."""
        return self.weight / self.height**2


def read(past: Past) -> Person:
    """The person of a past. Raises NothingYet with what is missing, Refused for children and in pregnancy."""
    days, weights, today = weigh_ins(past)
    height, age, sex = past.number("height"), past.number("age"), past.word("sex")
    known = {"weight": len(days) or None, "height": height, "age": age}
    missing = [NEEDS[name] for name, value in known.items() if value is None]
    if missing or height is None or age is None:
        said = " and ".join(name for name, _ in missing)
        raise NothingYet(f"A what-if about weight needs your {said}.", hint=" ".join(hint for _, hint in missing))
    if age < ADULT:
        raise Refused("This model was made for adults; children grow.", hint="Ask a doctor about a child's weight.")
    female = {"female": 1.0, "male": 0.0}.get(sex or "")
    if female != 0.0 and is_pregnant(past):
        raise Refused("This model knows nothing of pregnancy.", hint="Ask your midwife or doctor about weight now.")
    fat = past.number("body_fat", within=400)
    spent, n = _spent(past, today)
    return Person(height, age, female, days, weights, today, fat, spent, n)


def weigh_ins(past: Past) -> tuple[Ints, Floats, int]:
    """Days since 1970 and kg of the weigh-ins, oldest first, and today; one told in the question counts as today's."""
    today = (past.now.astimezone(past.zone).date() - EPOCH).days
    found = past.days("weight", since=EPOCH + timedelta(days=today - LOOKED_BACK))
    days = np.array([(day - EPOCH).days for day in found["day"]], np.int64)
    weights = found["value"].to_numpy().astype(np.float64)
    kept = days <= today
    days, weights = days[kept], weights[kept]
    told = past.number("weight") if past.told("weight") else None
    if told is not None:
        earlier = days < today
        days, weights = np.append(days[earlier], today), np.append(weights[earlier], told)
    return days, weights, today


def adults(person: Person, weights: Floats, luck: Floats) -> Adult:
    """The person (n,) as Hall's model starts, at each of these weights (kg), with luck (n, 4) about what is not
    measured: resting metabolism, activity, fat, and which sex where none is said."""
    woman = (luck[:, 3] > 0).astype(np.float64) if person.female is None else np.full(len(weights), person.female)
    rest = resting(weights, person.height, person.age, woman) * np.exp(REST_SPREAD * luck[:, 0])
    if person.fat is None:
        share = jackson_fat(weights, person.height, person.age, woman) / weights * 100 + FAT_SPREAD * luck[:, 2]
    else:
        share = person.fat + SCALE_FAT_SPREAD * luck[:, 2]
    fat = np.clip(share, 6.0, 60.0) / 100 * weights
    return adult(weights, person.height, person.age, woman, activity(person, rest, luck[:, 1]), rest=rest, fat=fat)


def activity(person: Person, rest: Floats, luck: Floats) -> Floats:
    """Physical activity levels (n,) for resting energies (n,): by the energy a watch counted, else as people are."""
    if person.spent is None:
        return np.clip(USUAL_ACTIVITY + ACTIVITY_SPREAD * luck, 1.25, 2.4)
    return np.clip(person.spent / rest * np.exp(WATCH_SPREAD * luck), 1.25, 2.6)


def _spent(past: Past, today: int) -> tuple[float | None, int]:
    """What a day takes (kcal) by the newest weeks a watch counted, and of how many days."""
    since = EPOCH + timedelta(days=today - SPENT_DAYS)
    whole = past.days("energy.burned", since=since)
    if whole.height >= LEAST_SPENT:
        return float(whole["value"].mean()), whole.height  # type: ignore[arg-type]  # days are numbers
    basal, active = past.days("energy.basal", since=since), past.days("energy.active", since=since)
    both = basal.join(active, on="day", suffix="_active")
    if both.height >= LEAST_SPENT:
        return float((both["value"] + both["value_active"]).median()), both.height  # type: ignore[arg-type]
    return None, 0


def is_pregnant(past: Past) -> bool:
    """Whether a pregnancy is recorded that had not ended; where that is closed to models, nothing is assumed."""
    try:
        found = past.series("pregnancy")
    except Refused:
        return False
    if not found.height:
        return False
    began, until = found["at"][-1], found["until"][-1]
    return bool(until > past.now if until is not None and until > began else (past.now - began).days < 280)
