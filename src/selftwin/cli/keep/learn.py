"""Learn every signal and keep what is believed; a new day takes milliseconds."""

from __future__ import annotations

import time

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.words import count


def command(*, call: Call = PLAIN) -> None:
    """Learn every signal and keep what is believed. Late and revised days are learnt anew from the earliest on."""
    from selftwin.cli.progress import learning
    from selftwin.vocabulary.errors import NothingYet

    began = time.monotonic()
    with call.open() as twin, learning() as tell:
        learnt = twin.learn(tell=tell)
    if call.json:
        screen.data({"learnt": learnt, "seconds": round(time.monotonic() - began, 3)})
    elif learnt:
        screen.show(f"I have learnt {count(len(learnt), 'signal')}. `selftwin today` says what I make of them.")
    if not learnt:
        raise NothingYet("There is nothing to learn from yet.", hint="`selftwin import PATH` brings something in.")
