from __future__ import annotations

from datetime import UTC, datetime

import pytest

from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.finding import Line
from selftwin.wording import alerts as saying


def test_answers_are_read_as_people_say_them() -> None:
    assert [saying.answer(one) for one in ("yes", "Wrong")] == [True, False]
    with pytest.raises(UsageError, match="no answer"):
        saying.answer("perhaps")


def test_figures_of_one_line_have_the_same_digits_and_are_told_apart() -> None:
    warm = Line("Skin temperature, usually {0}", 36.02, 35.3, 35.8, "Cel", "skin_temperature.sleep", saying.NINE,
                edges=(35.5,), edges_of="skin_temperature.sleep")  # fmt: skip
    assert saying.figure(warm) == "Skin temperature, usually 35.5 °C: 36.0 °C; 35.3 to 35.8 in nine in ten"
    over = Line("Glucose, above {0}", 181.6, 95.0, 170.0, "mg/dL", "glucose", saying.NINE, edges=(180.0,),
                edges_of="glucose")  # fmt: skip
    assert saying.figure(over).startswith("Glucose, above 180.0 mg/dL: 181.")
    low = Line("Chance of under {0} in half an hour", 6.3, None, None, "%", edges=(70.0,), edges_of="glucose")
    assert saying.figure(low) == "Chance of under 70 mg/dL in half an hour: 6.3 %"
    assert saying.figure(Line("Days as far out", 1.0, None, None, "1", note="of 69")) == "Days as far out: 1; of 69"


def test_quiet_until_a_day_that_is_over_is_refused() -> None:
    with pytest.raises(UsageError, match="over already"):
        saying.until("2019-01-01")
    assert saying.until("2190-01-01") > datetime.now(UTC)
