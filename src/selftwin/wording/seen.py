"""What a party sees of a signal, as data and as words; the same for a look as somebody and for its preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.wording.measures import measure

if TYPE_CHECKING:
    from selftwin.consent.reading import Believed, Glimpse, Seen


def plain(seen: Seen) -> dict[str, Any]:
    """What was seen as the object that `--json` prints."""
    rows = seen.rows
    unit = rows["unit"][0] if rows is not None and rows.height else seen.signal.unit
    return {
        "signal": seen.key,
        "label": seen.signal.label,
        "unit": unit,
        "by": seen.granularity.name.lower(),
        "rows": None if rows is None else rows.drop("unit").to_dicts(),
        "beliefs": [belief_plain(one) for one in seen.beliefs],
    }


def belief_plain(one: Believed) -> dict[str, Any]:
    """A belief as data: what it says, how it was made, and from which days."""
    made_from = [{"signal": entry[0], "first": entry[1], "last": entry[2]} for entry in one.lineage]
    return {"signal": one.key, "kind": one.kind, "made_at": one.made_at, "model": one.model, "made_from": made_from,
            "believed": one.believed}  # fmt: skip


def glimpse_plain(glimpse: Glimpse) -> dict[str, Any]:
    """A glimpse as the object that `--json` prints."""
    return {
        "signal": glimpse.signal.key,
        "label": glimpse.signal.label,
        "by": glimpse.granularity.name.lower(),
        "rows": glimpse.rows,
        "first": glimpse.first,
        "newest": glimpse.newest,
        "sample": None if glimpse.sample is None else glimpse.sample.to_dicts(),
        "beliefs": [belief_plain(one) for one in glimpse.beliefs],
    }


def samples(glimpse: Glimpse) -> list[str]:
    """The newest values with their unit, newest first."""
    if glimpse.sample is None:
        return []
    words = []
    for row in glimpse.sample.iter_rows(named=True):
        value = row["value"]
        said = row.get("text") or "" if value is None else measure(glimpse.signal.key, row["unit"]).one(value)
        words.append(said)
    return words[::-1]
