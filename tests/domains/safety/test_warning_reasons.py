"""What else could explain an alarm, as it is said."""

from __future__ import annotations

import numpy as np

from selftwin.domains.safety.warning_reasons import reasons


def test_what_was_noted_near_an_alarm_is_named_the_likeliest_first() -> None:
    tags = np.zeros((10, 4), dtype=bool)
    tags[6, 0], tags[1, 2] = True, True
    others = np.zeros((10, 5))
    others[8] = [0.4, 0.0, 0.01, 0.02, 0.1]
    found = reasons(others, tags, 8)
    assert [reason.name for reason in found] == ["alcohol", "slip", "vaccine", "travel", "training"]
    assert [reason.noted for reason in found] == [2, None, None, None, None]
    assert found[0].words() == "alcohol: noted 2 days ago, explains 40 % of the day: may be why"
    assert [reason.is_ruled_out for reason in found] == [False, True, True, True, True]
