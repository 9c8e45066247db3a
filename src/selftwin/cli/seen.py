"""What a party sees of a signal, printed; the same for a look as somebody and for its preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli import screen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selftwin.consent.reading import Believed, Seen
    from selftwin.vocabulary.estimate import Normal


def tell(seen: Seen) -> None:
    """Print what was seen: its rows, then what is believed."""
    if seen.rows is not None:
        _tell_rows(seen)
        tell_beliefs(one for one in seen.beliefs if one.kind != "normal")
    else:
        tell_beliefs(seen.beliefs)


def _normal(seen: Seen) -> Normal | None:
    """The usual band that was seen beside the days."""
    from selftwin.vocabulary.estimate import Normal, Trust

    found = next((one.believed for one in seen.beliefs if one.kind == "normal"), None)
    if found is None:
        return None
    weekly = tuple(found["weekly"]) if found.get("weekly") else found.get("weekly")
    return Normal(**{**found, "trust": Trust(found["trust"]), "weekly": weekly})


def _tell_rows(seen: Seen) -> None:
    from selftwin.cli.sight import raw_sight, sight

    rows, label = seen.rows, seen.signal.label
    if rows is None or not rows.height:
        screen.show(f"There is nothing of {label.lower()} in the days that were granted.")
    elif "day" in rows.columns:
        sight(seen.key, label, rows, _normal(seen))
    else:
        raw_sight(seen.key, label, rows)


def tell_beliefs(beliefs: Iterable[Believed]) -> None:
    """Print beliefs, one line each."""
    from selftwin.vocabulary.catalogue import nature
    from selftwin.wording.measures import measure

    for one in beliefs:
        said, label = one.believed, nature(one.key).label
        unit = said.get("unit") or nature(one.key).unit
        read = measure(one.key, unit)
        if one.kind == "normal" and said.get("low") is not None and said.get("high") is not None:
            screen.show(f"{label}: usual {read.range(said['low'], said['high'])}, of {said.get('day')}.")
        elif steps := [step for step in said.get("steps", []) if step.get("mean") is not None]:
            screen.show(f"{label}: expected near {read.one(steps[0]['mean'])} for {steps[0]['at']}.")
        else:
            screen.show(f"{label}, {one.kind}: too soon to say.")
