"""Keep what you name from everybody but you, the twin's own models included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.twin import Twin

CATEGORY = "A category, such as physiological; may be said again."
SIGNAL = "A signal, by its key; may be said again."
LIFT = "Lift this restriction or objection."


def command(
    *,
    category: Annotated[tuple[str, ...], Parameter(help=CATEGORY)] = (),
    signal: Annotated[tuple[str, ...], Parameter(help=SIGNAL)] = (),
    why: Annotated[str, Parameter(help="Why, for yourself.")] = "",
    lift: Annotated[str | None, Parameter(help=LIFT)] = None,
    call: Call = PLAIN,
) -> None:
    """Keep what you name from everybody but you, the twin's own models included, from the very next read on.

    Grants stay as they are and work again when you lift it. Without words, what is in force is listed.
    """
    with call.open() as twin:
        if lift is not None:
            done, said = twin.rights.lift(lift), "is lifted: what you granted holds again."
        elif category or signal:
            done = twin.rights.restrict(categories=category, signals=signal, why=why)
            said = f"is in force: nobody but you reads {', '.join([*category, *signal])}."
        else:
            _list(twin, call)
            return
    from selftwin.consent.grant import packed

    if call.json:
        screen.data({"bar": packed(done)})
        return
    screen.show(f"{done.id} {said}")
    if done.lifted is None:
        screen.say(f"`selftwin rights restrict --lift {done.id}` lifts it.")


def _list(twin: Twin, call: Call) -> None:
    from selftwin.consent.grant import packed
    from selftwin.wording.bars import sentence
    from selftwin.wording.words import stamp

    bars = twin.rights.bars()
    names = {party.id: party.name for party in twin.consent.parties()}
    if call.json:
        screen.data({"bars": [packed(bar) | {"sentence": sentence(bar, names)} for bar in bars]})
        return
    if not bars:
        screen.show("Nothing is restricted, and you object to nothing. What you granted holds.")
        return
    listed = screen.table("bar", "what", "since", "why", "", whole=("bar",))
    for bar in bars:
        state = f"lifted {stamp(bar.lifted)}" if bar.lifted else "in force"
        listed.add_row(bar.id, sentence(bar, names), stamp(bar.since), bar.why, state)
    screen.show(listed)
