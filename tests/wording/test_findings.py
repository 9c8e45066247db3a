"""What was read off a body is said with its range, or that it is too soon for one."""

from __future__ import annotations

from selftwin.vocabulary.finding import Line
from selftwin.wording.findings import TOO_SOON, figures


def test_a_figure_is_told_with_its_range_in_the_units_of_its_signal() -> None:
    assert figures(Line("mean", 118.7, 116.1, 121.2, "mg/dL", "glucose")) == ("119 mg/dL", "116 to 121")


def test_where_the_data_allow_no_range_it_is_too_soon_to_say() -> None:
    assert figures(Line("GMI", 6.1, None, None, "%"))[1] == TOO_SOON
