"""Sources by the names people know: the device or app an export names, else the export's own title."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selftwin.sources.reader.contract import Source

_TABLE = "table"
_BY_HAND = "by hand"
_LONG = "long"  # the mapping of any table with one value a row: its name tells a person nothing


@lru_cache(maxsize=1)
def titles() -> dict[str, str]:
    """The title of every export format by its name."""
    from selftwin import discover

    found: list[Source] = discover.sources()
    return {source.name: source.title for source in found}


def title(format_: str) -> str:
    """An export format as people call it.

    >>> title("apple_health"), title("somebody_elses")
    ('Apple Health', 'somebody elses')
    """
    if format_ == _TABLE:
        return "Table (CSV)"
    return titles().get(format_, format_.replace("_", " ")).partition(" (")[0]


def named(source: str) -> str:
    """Where observations came from, as people call it: a device where the export names one.

    >>> named("apple_health:Phone|iPhone"), named("table:weight_log"), named("dexcom_clarity:g7"), named("fitbit")
    ('Phone', 'Weight log', 'Dexcom Clarity, g7', 'Fitbit')
    >>> named("table:long")
    'Table'
    """
    if source == _BY_HAND:
        return "Noted by hand"
    format_, _, rest = source.partition(":")
    device = " ".join(rest.partition("|")[0].replace("_", " ").split())
    if format_ == "apple_health" and device:
        return device[:1].upper() + device[1:]
    if format_ == _TABLE and device:
        return "Table" if device == _LONG else device[:1].upper() + device[1:]
    said = title(format_)
    told_already = device.partition(" ")[0].casefold() in said.casefold()
    return said if told_already else f"{said}, {device}"
