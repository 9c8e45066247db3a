from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.cli.drawing import FILL, HATCH, NEXT, USUAL, Drawing, Scale
from selftwin.cli.screen import DARK, EITHER, LIGHT, PAPER, Palette, palette


def plain(drawing: Drawing) -> list[str]:
    return [row.plain for row in drawing.rows(colour=False)]


def test_a_line_rises_from_dot_to_dot() -> None:
    drawing = Drawing(2, Scale(0, 4, 1))
    drawing.line([(0, 0.5), (1.5, 3.5)])
    assert plain(drawing) == ["⡠⠊"]


def test_a_single_value_is_a_single_dot() -> None:
    drawing = Drawing(1, Scale(0, 4, 1))
    drawing.line([(0, 0.5)])
    assert plain(drawing) == ["⡀"]


@given(st.floats(-1e3, 1e3), st.floats(0.1, 1e3), st.lists(st.floats(-2e3, 2e3), min_size=1, max_size=30))
def test_the_edges_of_the_band_fall_between_two_rows(low: float, width: float, values: list[float]) -> None:
    band = (low, low + width)
    scale = Scale.around(values, band, 9)
    height = (scale.high - scale.low) / scale.rows
    assert scale.rows <= 16
    narrow = max(*values, band[1]) - min(*values, band[0]) >= 9 * width
    for edge in band if not narrow else ():
        assert (scale.high - edge) / height == pytest.approx(round((scale.high - edge) / height), abs=1e-3)
    assert scale.low <= min(*values, low) + 1e-6 * height
    assert scale.high >= max(*values, low + width) - 1e-6 * height


@given(st.floats(-1e3, 1e3), st.floats(0.01, 1e3), st.floats(-1e4, 1e4))
def test_what_lies_within_is_drawn_within(low: float, width: float, value: float) -> None:
    scale = Scale.of_band((low, low + width))
    inside = scale.row(value) in scale.covered(low, low + width)
    clear = min(abs(value - low), abs(value - low - width)) > 1e-6 * width
    assert not clear or inside == (low <= value <= low + width)


def test_without_colour_the_band_is_filled_with_letters() -> None:
    drawing = Drawing(2, Scale(0, 4, 4))
    drawing.wash(0, 1, 1, 3, USUAL)
    assert plain(drawing) == ["  ", FILL[USUAL] * 2, FILL[USUAL] * 2, "  "]


def test_with_colour_the_band_is_a_wash_and_ink_that_reads_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PAPER, "light")
    palette.cache_clear()
    drawing = Drawing(1, Scale(0, 1, 1))
    drawing.wash(0, 0, 0, 1, USUAL)
    drawing.line([(0, 0.5)])
    (row,) = drawing.rows(colour=True)
    assert str(row.spans[0].style) == f"{LIGHT.ink} on {LIGHT.usual_wash}"
    palette.cache_clear()


def test_letters_stand_over_dots_and_dots_over_hatches() -> None:
    drawing = Drawing(2, Scale(0, 1, 1))
    drawing.line([(0, 0.1), (1, 0.1)])
    drawing.column(0, HATCH)
    drawing.letter(1, 0.1, "▲")
    assert plain(drawing)[0][0] not in {HATCH, " "}
    assert plain(drawing)[0][1] == "▲"


def test_a_later_wash_lies_over_an_earlier_one() -> None:
    drawing = Drawing(1, Scale(0, 1, 1))
    drawing.wash(0, 0, 0, 1, USUAL)
    drawing.wash(0, 0, 0, 1, NEXT)
    assert plain(drawing) == [FILL[NEXT]]


def test_values_that_cannot_be_drawn_stay_on_the_sheet() -> None:
    drawing = Drawing(3, Scale(0, 1, 2))
    drawing.line([(-5, -100), (50, 100)])
    assert [len(row) for row in plain(drawing)] == [3, 3]


@pytest.mark.parametrize(
    ("paper", "ground", "chosen"),
    [("light", "15;0", LIGHT), ("", "0;15", LIGHT), ("", "15;0", DARK), ("dark", "0;15", DARK), ("", "", EITHER)],
)
def test_washes_follow_the_paper(paper: str, ground: str, chosen: Palette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PAPER, paper)
    monkeypatch.setenv("COLORFGBG", ground)
    palette.cache_clear()
    assert palette() == chosen
    palette.cache_clear()
