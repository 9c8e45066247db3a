"""A restriction or an objection as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.consent.grant import Bar


def sentence(bar: Bar, names: Mapping[str, str]) -> str:
    """Who reads what no longer, and what for."""
    from selftwin.consent.saying import ABOUT, listed, so
    from selftwin.vocabulary.signal import Category

    data = [f"data about {ABOUT[Category(name)]}" for name in sorted(bar.categories)]
    who = listed([names.get(party, party) for party in sorted(bar.parties)]) if bar.parties else "Nobody but you"
    may = "may not read" if bar.parties else "may read"
    what = listed([*data, *sorted(bar.signals)]) or "anything"
    why = f" {listed([so(key) for key in sorted(bar.purposes)])}" if bar.purposes else ""
    return f"{who} {may} {what}{why}."
