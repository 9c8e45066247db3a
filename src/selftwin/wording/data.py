"""Every answer of the twin as JSON, the same from every door."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson


def packed(thing: Any, *, indent: bool = False) -> bytes:
    r"""Dataclasses, dates, mappings and paths as JSON, one document in a line; what is not a number is null.

    >>> packed({"at": Path("x"), "value": float("nan")})
    b'{"at":"x","value":null}\n'
    """
    option = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY | (orjson.OPT_INDENT_2 if indent else 0)
    return orjson.dumps(thing, default=_plain, option=option)


def _plain(thing: Any) -> Any:
    if isinstance(thing, Mapping):
        return dict(thing)
    if isinstance(thing, Path):
        return str(thing)
    if isinstance(thing, frozenset | set):
        return sorted(thing)
    raise TypeError(f"{type(thing).__name__} has no form in JSON")
