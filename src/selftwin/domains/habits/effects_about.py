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

    Floats = NDArray[np.float64]

MORNING = ("sleep.end",)  # known by the time a day begins
ALWAYS = ("the days before of both", "weekday", "trend and season")


@dataclass(frozen=True, slots=True)
class About:
    """What was known of each day of a cause before it: `others` (m, n), the `weekday` (n,), the past of cause and
    outcome, the latter from `since` days before on; and the names of all this."""

    others: Floats
    weekday: NDArray[np.int64]
    since: int
    names: tuple[str, ...]

    def columns(self, cause: Floats, outcome: Floats) -> Floats:
        """All of it as columns (n, k)."""
        return about(cause, outcome, self.others, self.weekday, since=self.since)


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
        before = other.when <= this.when and other.group != this.group
        rows += [later(known.done[place], -1)] + ([known.done[place]] if before else [])
    for place, how in enumerate(known.outcomes):
        if place == outcome or how.key in this.signals or how.key in names:
            continue
        names.append(how.key)
        rows.append(known.felt[place] if how.when < this.when else later(known.felt[place], -1))
    for key, row in zip(known.around, known.context, strict=True):
        if key in names or key in this.signals:
            continue
        names.append(key)
        rows.append(row if key in MORNING and this.when >= When.DAY else later(row, -1))
    others = np.stack(rows) if rows else np.zeros((0, known.count))
    return About(others, known.weekday, 1 if same_day else 0, (*ALWAYS, *names))
