"""Blood pressure: the mean of recent readings at home, its width, and how far single readings spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.domains.body.chapters._figures import OLD, first_known, mean_line, newest_of, recent, silent, trust_of
from selftwin.vocabulary.finding import Finding, Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

KEYS = ("blood_pressure.systolic", "blood_pressure.diastolic")
CITES = ("European Society of Hypertension guidelines on blood pressure at home, J Hypertens 2021;39:1293",)
NOTES = ("A cuff at home reads lower than one at a surgery. I name no illness by it.",)
ENOUGH = 12  # readings over three days and more, as that guideline asks of a look at home


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """The chapter on blood pressure."""

    name: str = "blood_pressure"
    title: str = "Blood pressure"
    rank: int = 3

    def read(self, past: Past) -> Finding:
        """Means of the last ninety days' days, and the spread between days."""
        found = {key: recent(past, key, OLD) for key in KEYS}
        days = found[KEYS[0]]
        if not days.height:
            raise silent("blood pressure", "`selftwin note blood_pressure.systolic 122` keeps a reading.")
        lines = [mean_line(rows, key) for key, rows in found.items() if rows.height]
        missing = () if days.height >= ENOUGH else (f"readings on {ENOUGH} days in three months, for a steadier mean",)
        lines_known = first_known([*lines, _spread(days["value"].to_numpy())])
        return Finding(self.name, self.title, newest_of(days).isoformat(), trust_of(days.height), days.height,
                       lines_known, notes=NOTES, missing=missing, cites=CITES)  # fmt: skip


def _spread(values: NDArray[np.float64]) -> Line | None:
    """From day to day, as a standard deviation."""
    if len(values) < 4:
        return None
    return Line("systolic, from day to day", float(values.std(ddof=1)), None, None, "mm[Hg]", note="standard deviation")


CHAPTER = BloodPressure()
