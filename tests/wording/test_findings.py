"""What was read off a body is said with its range, or that it is too soon for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.finding import Line
from selftwin.wording.findings import TOO_SOON, figures
from selftwin.wording.settings import settings

if TYPE_CHECKING:
    import pytest

MINUS = "\N{MINUS SIGN}"


def test_a_figure_is_told_with_its_range_in_the_units_of_its_signal() -> None:
    assert figures(Line("mean", 118.7, 116.1, 121.2, "mg/dL", "glucose")) == ("119 mg/dL", "116 to 121")


def test_where_the_data_allow_no_range_it_is_too_soon_to_say() -> None:
    assert figures(Line("GMI", 6.1, None, None, "%"))[1] == TOO_SOON


def test_what_is_no_signal_of_its_own_is_read_in_the_units_of_what_is_like_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFTWIN_UNITS__WEIGHT", "[lb_av]")
    settings.cache_clear()
    try:
        trend = figures(Line("its trend, a week", -0.5, -1.0, 0.0, "kg"))
        assert trend == (f"{MINUS}1.1 lb", f"{MINUS}2.2 to 0.0")
    finally:
        settings.cache_clear()
