"""Selftwin: a private digital twin of a person.

    from selftwin import Twin

    with Twin.open("~/twin", passphrase) as twin:
        twin.days("heart_rate.resting")
        twin.forecast("sleep.duration")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selftwin.twin import Twin

__all__ = ["Twin"]


def __getattr__(name: str) -> Any:
    """The twin, loaded when it is first asked for: commands that open none stay quick."""
    if name != "Twin":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from selftwin.twin import Twin

    return Twin
