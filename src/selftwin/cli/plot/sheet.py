"""A sheet of paper to draw on: the house's colours and type, and a file at the end, PNG or SVG by its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.wording.measures import MINUTES, clock, duration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from selftwin.wording.measures import Measure

PAPER, INK, INK2, QUIET, RULE = "#F3F5EF", "#1C2430", "#46515C", "#5F6972", "#D3D9CE"
USUAL_WASH, USUAL_EDGE, USUAL_INK = "#D5E4D5", "#4F8563", "#2A5F43"
NEXT_WASH, NEXT_HALF, NEXT_INK = "#DFE3F4", "#BAC4EA", "#37479B"
IF_WASH, IF_HALF, IF_INK = "#F1DDE9", "#DDB3CE", "#85295F"
ODD, ODD_INK, BELOW, STOP = "#A86C00", "#744C00", "#1F5C77", "#9E2529"
KINDS = (".png", ".svg")
SERIF, SANS = ("Vollkorn", "DejaVu Serif"), ("Source Sans 3", "DejaVu Sans")
DPI, MARKS = 144, 6
TITLE, LEAD, HEAD, HEADLESS, FOOT = 0.25, 0.7, 1.12, 0.67, 0.5  # inches kept from the edges, on a sheet of any height


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure and its panels, top to bottom."""

    figure: Figure
    panels: tuple[Axes, ...]

    def save(self, path: Path) -> None:
        """Write the picture; the same picture is the same bytes. Raises UsageError, SelftwinError."""
        checked(path)
        from matplotlib import rc_context

        plain = {"Date": None} if path.suffix.lower() == ".svg" else {"Software": None}
        try:
            with rc_context({"svg.hashsalt": "selftwin", "svg.fonttype": "path"}):
                self.figure.savefig(path, dpi=DPI, facecolor=PAPER, metadata=plain)
        except OSError as error:
            hint = "Name a place that you may write to."
            raise SelftwinError(f"The picture could not be written: {error.strerror} ({path}).", hint=hint) from error


def checked(path: Path) -> Path:
    """The path of a picture. Raises UsageError where its name is of no kind that is drawn, or its folder not there."""
    if path.suffix.lower() not in KINDS:
        raise UsageError(f"A picture is drawn as {' or '.join(KINDS)}, and {path.name!r} is neither.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {str(path.parent)!r} for the picture.", hint="Name one that is there.")
    return path


def sheet(title: str, lead: str, *, heights: Sequence[float] = (1.0,), size: tuple[float, float] = (9.0, 5.6)) -> Sheet:
    """A sheet with a title, a sentence under it, and panels of these relative heights. Raises SelftwinError."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        hint = "`pip install 'selftwin[plot]'` brings what draws; --json and the terminal's drawing need nothing."
        raise SelftwinError("Pictures need matplotlib, which is not installed.", hint=hint) from error
    with rc_context({"font.family": _known(SANS), "axes.unicode_minus": True}):
        figure = Figure(figsize=size, facecolor=PAPER)
        height = size[1]
        top = 1 - (HEAD if lead else HEADLESS) / height
        grid = figure.add_gridspec(
            len(heights), 1, height_ratios=list(heights), left=0.09, right=0.80, top=top, bottom=FOOT / height,
            hspace=0.42,
        )  # fmt: skip
        panels = tuple(_panel(figure.add_subplot(grid[row, 0])) for row in range(len(heights)))
        figure.text(0.09, 1 - TITLE / height, title, fontfamily=_known(SERIF), fontsize=19, color=INK, va="top")
        figure.text(0.09, 1 - LEAD / height, lead, fontsize=10.5, color=INK2, va="top", wrap=True)
    return Sheet(figure, panels)


def _panel(axes: Axes) -> Axes:
    """An axis in hairlines."""
    axes.set_facecolor(PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK2)
    axes.grid(visible=True, axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9.5, labelcolor=QUIET)
    return axes


def beside(axes: Axes, y: float, words: str, *, ink: str, bold: bool = False) -> None:
    """Words at the right of a panel, at a value."""
    axes.annotate(words, (1.0, y), xycoords=("axes fraction", "data"), xytext=(8, 0), textcoords="offset points",
                  color=ink, fontsize=9.5, va="center", fontweight="bold" if bold else "normal",
                  annotation_clip=False)  # fmt: skip


def hours(axis: Axis, read: Measure) -> bool:
    """Mark an axis of times in hours and minutes, or by the clock; false for a measure that is no time."""
    if not read.clock and read.unit not in MINUTES:
        return False
    from matplotlib.ticker import MultipleLocator

    minutes = MINUTES.get(read.unit, 1.0)
    low, high = axis.get_view_interval()
    reach = abs(high - low) * minutes
    step = next((one for one in (1, 2, 5, 10, 20, 30, 60, 120, 240) if reach / one <= MARKS), 480)
    axis.set_major_locator(MultipleLocator(step / minutes))
    axis.set_major_formatter(lambda value, _: (clock if read.clock else duration)(value * minutes))
    return True


def dated(axes: Axes) -> None:
    """Days along the foot of a panel, as many as there is room for."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=4, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def on_day(at: date) -> float:
    """Where a day stands on an axis of days."""
    from matplotlib.dates import date2num

    return float(cast("float", date2num(datetime(at.year, at.month, at.day, tzinfo=UTC))))


def apart(places: Sequence[float], least: float) -> list[float]:
    """Places moved so that no two are nearer than `least`, their order kept."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    return moved


def _known(names: Sequence[str]) -> str:
    """The first of these faces that this machine has; the last is always there."""
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return next((name for name in names if name in installed), names[-1])
