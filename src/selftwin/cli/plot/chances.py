"""The chance of an outcome as seen from each of ten years, as you are and with the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli.plot.sheet import IF_INK, IF_WASH, INK2, QUIET, apart, beside, checked, sheet
from selftwin.vocabulary.errors import NothingYet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.domains.body.risk import Answer, Range


def ten_years(answers: Sequence[Answer], path: Path) -> None:
    """Draw the first answer that sees years ahead into a PNG or SVG file. Raises NothingYet, UsageError,
    SelftwinError."""
    checked(path)
    answer = next((one for one in answers if one.years), None)
    if answer is None:
        raise NothingYet("There are no ten years to draw.", hint="--average fills what is missing, which widens it.")
    first = answer.chances[0]
    name = f"{first.label[:1].upper()}{first.label[1:]}, {first.years} years"
    drawn = sheet(f"{answer.title}: ten years", f"{name}, as seen from each year. Ranges hold 9 times in 10.",
                  size=(9.0, 5.0))  # fmt: skip
    (axes,) = drawn.panels
    ages = [one.age for one in answer.years]
    without = [one.without for one in answer.years]
    with_ = [one.with_ for one in answer.years if one.with_ is not None]
    axes.fill_between(ages, *_edges(without), facecolor="none", edgecolor=QUIET, hatch="////", linewidth=0, alpha=0.35)
    axes.plot(ages, _means(without), color=INK2, linewidth=1.8, linestyle=(0, (5, 4)))
    if len(with_) == len(ages):
        axes.fill_between(ages, *_edges(with_), color=IF_WASH, alpha=0.85, linewidth=0)
        axes.plot(ages, _means(with_), color=IF_INK, linewidth=2.2)
    axes.set_xlim(ages[0], ages[-1])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("age", color=QUIET, fontsize=9.5)
    axes.set_ylabel("per cent", color=QUIET, fontsize=9.5)
    _named(axes, without, with_ if len(with_) == len(ages) else [])
    drawn.save(path)


def _named(axes: Axes, without: Sequence[Range], with_: Sequence[Range]) -> None:
    """Each curve called by its name and its range at the last year."""
    ends = [("as you are", without[-1], INK2)] + ([("with the change", with_[-1], IF_INK)] if with_ else [])
    low, high = axes.get_ylim()
    places = apart([100 * end.mean for _, end, _ in ends], (high - low) * 0.14)
    for place, (name, end, ink) in zip(places, ends, strict=True):
        beside(axes, place, f"{name}\n{100 * end.lo90:.1f} to {100 * end.hi90:.1f} %", ink=ink, bold=ink == IF_INK)


def _edges(ranges: Sequence[Range]) -> tuple[list[float], list[float]]:
    return [100 * one.lo90 for one in ranges], [100 * one.hi90 for one in ranges]


def _means(ranges: Sequence[Range]) -> list[float]:
    return [100 * one.mean for one in ranges]
