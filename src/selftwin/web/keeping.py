"""What the server does unasked: it ends the sessions of a twin that has locked itself, learns from what came, and looks
with the watches."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import NothingYet, Refused
from selftwin.web.rendering import texts
from selftwin.wording.alerts import figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin import Twin
    from selftwin.web.house import Held, House
    from selftwin.web.jobs import Job
    from selftwin.web.sessions import Sessions

SETTLES = 60.0  # seconds after a change, such as an import, before the watches look
AGAIN = 600.0  # seconds between two looks of a twin that never locks


@dataclass(slots=True)
class _Look:
    """When the watches of a twin last looked, and at which state; when that state was first seen; which was learnt."""

    state: int = -1
    learnt: int = -1
    at: float = 0.0
    moved: float = 0.0
    seen: int = -1


@dataclass(slots=True)
class Keeper:
    """Looks after the twins of a house; `tick` is called every second or so."""

    house: House
    sessions: Sessions
    clock: Callable[[], float] = time.monotonic
    _looks: dict[str, _Look] = field(default_factory=dict)

    def tick(self) -> None:
        """One look round."""
        for held in self.house.every:
            twin = held.twin_
            if twin is None:
                continue
            if not held.exists:  # erased whole, by another command
                self.sessions.end_all(held)
                held.let_go()
            elif twin.locked:
                self.sessions.end_all(held)
                self._looks.pop(str(held.place), None)
            elif held.deserted:
                held.lock()
                self.sessions.end_all(held)
            else:
                self._watch(held)

    def _watch(self, held: Held) -> None:
        """Look with the watches once what is kept has changed and come to rest; a twin that never locks is also looked
        at every ten minutes. One that locks by itself is not, or it never would."""
        look, now, state = self._looks.setdefault(str(held.place), _Look()), self.clock(), held.twin.changed
        if state != look.seen:
            look.seen, look.moved = state, now
        rested = now - look.moved >= SETTLES and not held.jobs.writing
        due = state != look.state or (held.idle is None and now - look.at >= AGAIN)
        if rested and due:
            if state != look.learnt:
                self._learn(held, look)
            look.at, look.state = now, state
            if held.twin.watch.list():
                title = texts("en")("watch.nav")
                held.jobs.start("watch", title, lambda job: self._run(held.twin, look, job), writes=True)

    def _learn(self, held: Held, look: _Look) -> None:
        """Learn from what came, beside everything else; a twin that was opened with beliefs is left as it was."""
        known = look.learnt < 0 and held.twin.estimates().height > 0
        look.learnt = held.twin.changed
        if not known:
            held.jobs.start("learn", texts("en")("frame.job.learn"), lambda job: self._learnt(held, look, job))

    def _learnt(self, held: Held, look: _Look, job: Job) -> int:
        """How many signals were learnt. What that kept is no change to learn from again; nor is a refusal an error."""
        job.tell(texts("en")("frame.job.learning"))
        try:
            learnt: list[str] = held.workers.run(held.twin, "learn")
        except (NothingYet, Refused):
            return 0
        look.learnt = held.twin.changed
        return len(learnt)

    def _run(self, twin: Twin, look: _Look, job: Job) -> int:
        """How many alerts were told. What it kept itself is no change to look at again."""
        job.tell(texts("en")("watch.looks"))
        told = len(twin.watch.run(figure=figure).cases)
        look.state = look.seen = twin.changed
        return told
