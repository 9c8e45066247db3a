"""Sources go by the names people know, and whatever an export names them never breaks a line."""

from __future__ import annotations

import pytest

from selftwin.wording.sources import named, title, titles


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "apple_health:Sample\N{RIGHT SINGLE QUOTATION MARK}s Apple\N{NO-BREAK SPACE}Watch|Watch",
            "Sample\N{RIGHT SINGLE QUOTATION MARK}s Apple Watch",
        ),
        ("apple_health:activity rings", "Activity rings"),
        ("libre:freestyle librelink", "FreeStyle Libre"),
        ("table:long", "Table"),
        ("by hand", "Noted by hand"),
        ("gone:", "gone"),
        ("apple_health:\n\t|x", "Apple Health"),
    ],
)
def test_a_source_goes_by_its_device_or_its_title(source: str, said: str) -> None:
    assert named(source) == said


def test_every_format_has_a_title() -> None:
    assert all(titles().values())
    assert title("fitbit") == "Fitbit"
