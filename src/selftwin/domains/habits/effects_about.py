"""What an effect is adjusted for: whatever was known of a day before the cause, and no consequence of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.habits.effects_table import When
from selftwin.learn.adjusted_about import about, later

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.domains.habits.effects_days import Days
    from selftwin.domains.habits.effects_table import Cause

    Floats = NDArray[np.float64]

ALWAYS = ("the days before of both", "weekday", "trend and season")


@dataclass(frozen=True, slots=True)
class About:
    """Columns (n, k) for each day of a cause, and the names of what they hold."""

    columns: Floats
    names: tuple[str, ...]


def of(known: Days, cause: int, outcome: int, *, same_day: bool) -> About:
    """What is known before a cause: other causes of the day that do not come after it, and of the day before; how the
    person was on the night or day before, illness showing there as warmth, breath and pulse; calendar and own past."""
    this, on = known.causes[cause], known.outcomes[outcome]
    rows: list[Floats] = []
    names: list[str] = []
    for place, other in enumerate(known.causes):
        if other.family == this.family or set(other.signals) & set(this.signals) or on.key in other.signals:
            continue
        names.append(other.key)
        rows += [later(known.done[place], -1)] + ([known.done[place]] if _before(other, this) else [])
    for place, how in enumerate(known.outcomes):
        if place == outcome or how.key in this.signals or how.key in names:
            continue
        names.append(how.key)
        rows.append(known.felt[place] if how.when < this.when else later(known.felt[place], -1))
    others = np.stack(rows) if rows else np.zeros((0, known.count))
    columns = about(known.done[cause], known.felt[outcome], others, known.weekday, since=1 if same_day else 0)
    return About(columns, (*ALWAYS, *names))


def _before(other: Cause, this: Cause) -> bool:
    """Whether another cause of the same day does not come after this one."""
    return other.when < this.when or (other.when == this.when and other.when != When.NIGHT)
