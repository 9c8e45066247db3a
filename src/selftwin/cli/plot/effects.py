"""Sizes of effects with their ranges beside the line of nothing, a panel for each outcome, in its own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli.plot.sheet import INK, INK2, ODD_INK, QUIET, USUAL_INK, checked, sheet
from selftwin.vocabulary.effect import Rung
from selftwin.vocabulary.errors import NothingYet
from selftwin.wording.effects import helps_or_hurts, label, named, step, when
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import inside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.twin.effecting import Effects
    from selftwin.vocabulary.effect import Effect

PANELS, ROWS, ALONE = 5, 4, 12
INKS = {"helps": USUAL_INK, "hurts": ODD_INK, "": INK2}


def picture(found: Effects, path: Path) -> None:
    """Draw into a PNG or SVG file. Raises NothingYet where nothing was found, UsageError, SelftwinError."""
    checked(path)
    if not found.effects:
        raise NothingYet("There is no effect to draw.", hint="`selftwin effects` says what was looked at.")
    panels = _panels(found)
    heights = [len(rows) + 0.6 for rows in panels.values()]
    drawn = sheet(_title(found), "Each range holds 9 times in 10. Filled: all else recorded is allowed for. Open: seen "
                  "together, not a cause.", heights=heights, size=(9.6, 2.0 + 0.42 * sum(heights)))  # fmt: skip
    for axes, (key, rows) in zip(drawn.panels, panels.items(), strict=True):
        _panel(axes, key, rows)
        place = axes.get_position()
        axes.set_position((0.42, place.y0, 0.53, place.height))
    drawn.save(path)


def _title(found: Effects) -> str:
    if found.outcome:
        return f"What moves with {inside(named(found.outcome))}"
    return f"What {label(found.cause)} moves with" if found.cause else "What moves with what you do"


def _panels(found: Effects) -> dict[str, list[Effect]]:
    """The surest effects by outcome; of a pair every lag."""
    several: dict[str, list[Effect]] = {}
    for one in found.effects:
        several.setdefault(one.outcome, []).append(one)
    most = ALONE if len(several) == 1 else ROWS
    return {key: rows[:most] for key, rows in list(several.items())[:PANELS]}


def _panel(axes: Axes, key: str, rows: Sequence[Effect]) -> None:
    """One outcome: a line for each effect, the line of nothing through all."""
    read = measure(key, rows[0].unit)
    apart = Measure(read.unit, scale=read.scale)
    axes.grid(visible=False)
    axes.axvline(0, color=INK2, linewidth=1)
    for place, one in enumerate(rows):
        ink = INKS[helps_or_hurts(one)]
        firm = one.rung is not Rung.ASSOCIATION
        axes.plot([apart(one.low), apart(one.high)], [place, place], color=ink, linewidth=2.2 if firm else 1.2,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot([apart(one.size)], [place], "o", color=ink, markersize=7,
                  markerfacecolor=ink if firm else "none")  # fmt: skip
    axes.set_yticks(range(len(rows)), [f"{label(one.cause)} {step(one)}, {when(one)}" for one in rows])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=9)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    title = f"{named(key)}{f', {unit}' if (unit := _unit(apart)) else ''}"
    axes.set_xlabel(title, loc="left", fontsize=10, color=INK, fontweight="bold")
    axes.tick_params(axis="x", labelcolor=QUIET, labelsize=8.5)


def _unit(read: Measure) -> str:
    return read.words or ("minutes" if read.unit == "min" else "")
