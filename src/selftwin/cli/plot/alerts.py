"""A replay drawn: the signals behind its alerts in ink, and each alert as a line on their time."""

from __future__ import annotations

from collections import Counter
from datetime import date
from textwrap import fill
from typing import TYPE_CHECKING

from selftwin.cli.plot.sheet import INK, ODD, ODD_INK, QUIET, dated, hours, on_day, sheet
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet
from selftwin.wording.measures import measure
from selftwin.wording.phrases import short
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.twin import Twin
    from selftwin.twin.watching_seen import Replay
    from selftwin.vocabulary.alert import Alert

    Days = Sequence[tuple[date, float]]

MOST = 3  # signals of one picture
LETTERS = 20  # of a signal's name in one line
GAP = 3  # days without a value over which no line is drawn


def recorded(twin: Twin, found: Replay) -> dict[str, Days]:
    """The days of the signals that most alerts rest on, or of what the watch is set on. Raises NothingYet."""
    named = Counter(line.signal for one in found.alerts for line in one.evidence if line.signal)
    keys = [key for key, _ in named.most_common(MOST)]
    if not keys and found.setting.about in {one.signal.key for one in twin.held()}:
        keys = [found.setting.about]
    if not keys:
        raise NothingYet("There is no alert to draw.", hint="Without --plot I say why.")
    rows = {key: twin.days(key, since=found.first, until=found.last) for key in keys}
    return {key: list(some.select("day", "value").drop_nulls().iter_rows()) for key, some in rows.items()}


def picture(found: Replay, days: Mapping[str, Days], path: Path) -> None:
    """Draw a replay into a PNG or SVG file. Raises UsageError, SelftwinError."""
    each = f", {found.monthly[0]:.2g} a month" if found.monthly else ""
    lead = f"{count(len(found.alerts), 'alert')} from {day(found.first)} to {day(found.last)}{each}, right and wrong."
    drawn = sheet(found.title, lead, heights=(1.0,) * len(days), size=(9.0, 2.0 + 1.8 * max(len(days), 2)))
    first = min((some[0][0] for some in days.values() if some), default=found.first)
    for place, (axes, (key, some)) in enumerate(zip(drawn.panels, days.items(), strict=True)):
        _signal(axes, key, some)
        _alerts(axes, found.alerts, named=place == 0)
        axes.set_xlim(on_day(first) - 1, on_day(found.last) + 1)
        dated(axes)
        axes.tick_params(labelbottom=place == len(days) - 1)
    drawn.save(path)


def _signal(axes: Axes, key: str, days: Days) -> None:
    """One signal's days, in the person's unit; its line is broken where days are missing."""
    one = nature(key)
    read = measure(key, one.unit)
    at: list[float] = []
    values: list[float] = []
    for when, value in days:
        if at and on_day(when) - at[-1] > GAP:
            at, values = [*at, at[-1] + 1], [*values, float("nan")]
        at.append(on_day(when))
        values.append(read(value))
    axes.plot(at, values, color=INK, linewidth=0.9, marker="o", markersize=2.2)
    label = f"{fill(short(one.label), LETTERS)}{f'{chr(10)}{read.words}' if read.words else ''}"
    axes.annotate(label, (1.0, 0.5), xycoords="axes fraction", xytext=(8, 0), textcoords="offset points",
                  color=QUIET, fontsize=9.5, va="center", annotation_clip=False)  # fmt: skip
    hours(axes.yaxis, read)


def _alerts(axes: Axes, alerts: Sequence[Alert], *, named: bool) -> None:
    """A line where each alert began; its day is said where there are few."""
    few = len(alerts) <= MOST * 3
    for one in alerts:
        at = date.fromisoformat(one.first[:10])
        axes.axvline(on_day(at), color=ODD, linewidth=1.6 if few else 0.8, alpha=0.85 if few else 0.5,
                     zorder=1)  # fmt: skip
        if named and few:
            axes.annotate(f"{at:%d %b}".lstrip("0"), (on_day(at), 1.0), xycoords=("data", "axes fraction"),
                          xytext=(0, 3), textcoords="offset points", color=ODD_INK, fontsize=8.5, ha="center",
                          annotation_clip=False)  # fmt: skip
