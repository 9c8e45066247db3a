"""What a page is: where it stands in the contents, what it shows, and what can be done on it. One file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from selftwin.vocabulary.errors import Locked
from selftwin.web import importing
from selftwin.web.answers import PATIENCE, Preparing
from selftwin.web.jobs import State
from selftwin.wording.settings import settings

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.vocabulary.zones import ZoneTimeline
    from selftwin.web.house import Held
    from selftwin.web.jobs import Job, Jobs
    from selftwin.web.sessions import Session

T = TypeVar("T")
BARELY = 0.05  # seconds that a part is waited for which the page can do without


class Section(StrEnum):
    """The parts of the contents; a page that stands in none is reached by links."""

    READ = "read"
    ASK = "ask"
    KEEP = "keep"
    SELF = "self"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Soon(Generic[T]):
    """What became of something quick: its result, none where it still waits for its turn."""

    found: tuple[T, ...]

    @property
    def done(self) -> bool:
        """Whether it is done already."""
        return bool(self.found)


@dataclass(slots=True)
class Visit:
    """One look at a page by the person: their twin, what was asked for, and what to answer heavy questions with."""

    path: str
    part: str
    query: Mapping[str, str]
    session: Session
    theme: str = "auto"
    lang: str = "en"
    stale: bool = False
    patience: float = PATIENCE  # seconds that a heavy answer is waited for

    @property
    def held(self) -> Held:
        """The twin as this server holds it."""
        return self.session.held

    @property
    def twin(self) -> Twin:
        """The open twin. Raises Locked."""
        return self.held.twin

    @property
    def twin_less(self) -> bool:
        """Whether there is no open twin behind this visit: a visitor who may make one."""
        return not self.held.open

    @property
    def jobs(self) -> Jobs:
        """Long work on this twin."""
        return self.held.jobs

    @property
    def csrf(self) -> str:
        """What every form must carry."""
        return self.session.csrf

    @property
    def locks_in_minutes(self) -> int:
        """Minutes without use after which the twin locks itself; 0 where it does not."""
        idle = self.held.idle
        return 0 if idle is None else max(1, round(idle.total_seconds() / 60))

    def ask(self, word: str, *args: Any, **kwargs: Any) -> Any:
        """A heavy answer by the twin's word for it, such as `ask("overview")` or `ask("watch.test", "illness")`.

        It is computed once for each state of the twin. Arguments must be hashable. Raises Preparing where it takes
        longer than a page may, and what the word raises.
        """
        return self.held.answers.ask(word, *args, **{"patience": self.patience} | kwargs)

    def try_ask(self, word: str, *args: Any, **kwargs: Any) -> Any:
        """The same, None while it is being prepared: the page shows the rest."""
        try:
            return self.ask(word, *args, patience=BARELY, **kwargs)
        except Preparing:
            self.stale = True
            return None

    def made(self, name: str, make: Callable[[Twin], Any], *args: Any) -> Any:
        """Something a page makes of the twin, kept like an answer under `name` and `args`. Raises Preparing."""
        return self.held.answers.made(name, make, *args, patience=self.patience)

    def try_made(self, name: str, make: Callable[[Twin], Any], *args: Any) -> Any:
        """The same, None while it is being made: the page shows the rest."""
        try:
            return self.held.answers.made(name, make, *args, patience=BARELY)
        except Preparing:
            self.stale = True
            return None

    @property
    def zones(self) -> ZoneTimeline:
        """Where the person was when, without waiting for whoever writes. Raises Preparing."""
        found: ZoneTimeline = self.made("zones", lambda twin: twin.zones)
        return found

    def drawn(self, name: str, make: Callable[[], Any], *args: Any) -> Any:
        """A part of this page, kept as long as the twin stands as it does; what still waits for an answer is not kept.

        `args` are all it depends on beside the twin, the language and the units: what was asked for, and the day.
        """

        def whole() -> tuple[Any, bool]:
            before, self.stale = self.stale, False
            value = make()
            waits, self.stale = self.stale, self.stale or before
            return value, not waits

        units = tuple(sorted(settings().units.items()))
        return self.held.answers.drawn(name, whole, *args, self.lang, units)

    def start(self, kind: str, title: str, work: Callable[[Job], Any], *, writes: bool = False) -> Job:
        """Begin long work; work that writes to the twin takes turns."""
        return self.jobs.start(kind, title, work, writes=writes)

    def soon(self, kind: str, title: str, work: Callable[[], T]) -> Soon[T]:
        """Do something quick that writes, without holding this request up where an import is writing: then it follows
        by itself. Raises what the work raises while it is waited for, Locked where the twin locks meanwhile."""
        wait = importing.patience(self.held)
        job = self.start(kind, title, lambda _: [work()])
        if not job.wait(wait):
            job.then(self._late)
            return Soon(())
        if job.error:
            raise job.error
        if job.state is not State.DONE:
            raise Locked("The twin is locked; its keys are gone from memory.")
        return Soon(tuple(job.result or ()))

    def _late(self, job: Job) -> None:
        """What followed by itself went wrong: nobody waits for it any more, so the next page says so."""
        if job.error:
            self.say(f"{job.title}: {job.error} {job.error.hint}".strip())

    def say(self, words: str) -> None:
        """A sentence for the top of the next page."""
        self.session.says.append(words)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows an action: the path to go to, relative to the app's root, and a sentence said there.

    `context` instead shows the page again with these things in it: a form that must be mended, or where all was `fine`
    something that is shown once. `begins` a session, as after a twin was made, or `ends` it.
    """

    to: str = ""
    say: str = ""
    context: Mapping[str, Any] | None = None
    fine: bool = False
    begins: bool = False
    ends: bool = False


class Form(dict[str, str]):
    """What a form sent: one value a field, the last; `every` has all of a field that may have several."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self.pairs = tuple(pairs)

    def every(self, name: str) -> list[str]:
        """All values of a field, in order."""
        return [value for key, value in self.pairs if key == name]

    def said(self, name: str) -> str:
        """The value of a field without blanks around it, empty where it was not sent."""
        return self.get(name, "").strip()


Show = Callable[[Visit], Mapping[str, Any]]
Act = Callable[[Visit, Form], Outcome]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its path, its place in the contents, what it shows and what can be done there.

    `deep` pages also answer below their path (`signals/steps`); `tab` is its place among the phone's tabs, 0 for none;
    `count` says in a few words, and at once, what waits there (“1 asks”). A page that is `public` is shown to whoever
    came with the key that `serve` printed, before there is a twin. Actions answer at `<path>/<action>`.
    """

    path: str
    show: Show
    section: Section = Section.NONE
    order: int = 0
    tab: int = 0
    deep: bool = False
    public: bool = False
    template: str = ""
    actions: Mapping[str, Act] = field(default_factory=dict)
    count: Callable[[Visit], str] | None = None

    @property
    def name(self) -> str:
        """What its texts and template are called: the path with underscores."""
        return self.path.replace("-", "_").replace("/", "_")

    @property
    def file(self) -> str:
        """Its template."""
        return self.template or f"{self.name}.html"

