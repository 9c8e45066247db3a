"""List what this twin knows about: every signal with data, or the whole catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import OWN, PLAIN, Call, Looking

if TYPE_CHECKING:
    from selftwin.consent.view import Held
    from selftwin.twin import Twin


def command(
    *,
    all: Annotated[bool, Parameter(help="The whole catalogue, recorded or not.")] = False,  # noqa: A002 - its name
    looking: Looking = OWN,
    call: Call = PLAIN,
) -> None:
    """List what this twin knows about, with how far each signal can be trusted and its newest day."""
    if all:
        _catalogue(as_json=call.json)
        return
    if looking.as_:
        _as_somebody(looking, call)
        return
    with call.open() as twin:
        rows = [_row(twin, held) for held in sorted(twin.held(), key=lambda held: held.signal.key)]
    rows = [row for row in rows if row["observations"] or row["days"]]
    if call.json:
        screen.data({"signals": rows})
    elif not rows:
        from selftwin.vocabulary.errors import NothingYet

        raise NothingYet("Nothing is recorded yet.", hint="`selftwin import PATH` brings something in.")
    else:
        _tell(rows)


def _as_somebody(looking: Looking, call: Call) -> None:
    """Every signal of which somebody else may see anything, and how finely."""
    from selftwin.consent.reading import listed
    from selftwin.wording.words import count

    with call.open() as twin:
        found = listed(twin.consent, looking.view(twin))
    if call.json:
        about = [(one, one.signal.key, one.granularity.name.lower()) for one in found]
        screen.data({"signals": [{"signal": key, "label": one.signal.label, "by": by, "rows": one.rows,
                                  "beliefs": one.beliefs} for one, key, by in about]})  # fmt: skip
        return
    if not found:
        from selftwin.vocabulary.errors import Refused

        hint = f"`selftwin consent show {looking.as_}` says what was granted."
        raise Refused(f"{looking.as_} may see nothing.", hint=hint)
    told = screen.table("signal", "what they may see", whole=("signal",))
    for one in found:
        rows = one.granularity.name.lower() + (f": {count(one.rows, 'row')}" if one.rows else "")
        beliefs = f"beliefs: {', '.join(one.beliefs)}" if one.beliefs else ""
        told.add_row(one.signal.key, f"{one.signal.label}\n{'; '.join(filter(None, (rows, beliefs)))}")
    screen.show(told)


def _row(twin: Twin, held: Held) -> dict[str, Any]:
    """What is listed of one signal, as plain values."""
    from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust

    days = twin.days(held.signal.key)
    trust = Trust.TRUSTED if days.height >= TRUSTED_DAYS else Trust.FIRST if days.height >= FIRST_DAYS else Trust.NONE
    return {
        "signal": held.signal.key,
        "label": held.signal.label,
        "category": held.signal.category,
        "unit": held.unit,
        "observations": held.rows,
        "days": days.height,
        "first": days["day"].min(),
        "newest": days["day"].max(),
        "trust": trust if held.signal.numeric else None,
    }


def _tell(rows: list[dict[str, Any]]) -> None:
    from selftwin.wording.words import MARKS

    listed = screen.table("", "signal", "what", "days", "newest", "observations", right=("days", "observations"),
                          whole=("signal", "newest"))  # fmt: skip
    for row in rows:
        mark = MARKS[row["trust"]] if row["trust"] else " "
        newest = str(row["newest"] or "")
        listed.add_row(mark, row["signal"], row["label"], f"{row['days']:,}", newest, f"{row['observations']:,}")
    screen.show(listed)
    screen.say("● trusted from 14 days  ◐ first impression from 4  ○ too soon to say")


def _catalogue(*, as_json: bool) -> None:
    from selftwin.vocabulary.catalogue import signals

    every = signals()
    if as_json:
        keys = ("key", "label", "category", "kind", "unit", "fold", "sensitivity")
        screen.data({"signals": [{key: getattr(signal, key) for key in keys} for signal in every]})
        return
    listed = screen.table("signal", "what", "unit", "category")
    for signal in every:
        listed.add_row(signal.key, signal.label, signal.unit if signal.unit != "1" else "", signal.category)
    screen.show(listed)
