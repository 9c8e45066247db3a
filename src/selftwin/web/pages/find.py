"""Find: every page, every signal there is something of, and what can be done at once. The palette reads it too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.web.page import Page
from selftwin.wording.measures import measure

if TYPE_CHECKING:
    from selftwin.consent.view import Held
    from selftwin.web.page import Visit

MOST = 100  # characters of a question


def show(visit: Visit) -> dict[str, Any]:
    """The words looked for, and the signals that hold each of them."""
    wanted = visit.query.get("q", "")[:MOST].strip()
    held = visit.try_ask("held")
    signals = sorted((_line(one) for one in held or ()), key=lambda line: line["name"].casefold())
    words = wanted.casefold().split()
    return {"wanted": wanted, "words": words, "signals": [line for line in signals if _fits(words, line)]}


def _line(held: Held) -> dict[str, str]:
    signal = held.signal
    return {"name": signal.label, "unit": measure(signal.key, held.unit).words, "path": f"signals/{signal.key}"}


def _fits(words: list[str], line: dict[str, str]) -> bool:
    text = f"{line['name']} {line['path']}".casefold()
    return all(word in text for word in words)


PAGE = Page(path="find", show=show)
