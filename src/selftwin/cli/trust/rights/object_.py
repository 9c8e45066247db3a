"""Object to a purpose: nobody, or none of those you name, reads anything for it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

PURPOSE = "A purpose, such as marketing or dpv:Marketing; `selftwin consent purposes` lists them."
PARTY = "Only for this party; may be said again."


def command(
    purpose: Annotated[str, Parameter(help=PURPOSE)],
    /,
    *,
    party: Annotated[tuple[str, ...], Parameter(help=PARTY)] = (),
    why: Annotated[str, Parameter(help="Why, for yourself.")] = "",
    call: Call = PLAIN,
) -> None:
    """Object to a purpose: from the next read on nobody, or none of those you name, reads anything for it."""
    from selftwin.consent.grant import packed
    from selftwin.consent.saying import purpose_key
    from selftwin.wording.bars import sentence

    key = purpose_key(purpose)
    with call.open() as twin:
        done = twin.rights.object_to(key, parties=party, why=why)
        names = {one.id: one.name for one in twin.consent.parties()}
    if call.json:
        screen.data({"bar": packed(done) | {"sentence": sentence(done, names)}})
        return
    screen.show(f"{done.id} is in force: {sentence(done, names)}")
    screen.say(f"`selftwin rights restrict --lift {done.id}` lifts it.")
