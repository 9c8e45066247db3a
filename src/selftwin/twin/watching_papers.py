"""What is kept of watches: each watch as it was set, each alert with what became of it, and how the person is told."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from selftwin.consent.saying import near
from selftwin.twin.delivering import Address, Say, redacted
from selftwin.twin.watching_quiet import Quiet
from selftwin.vault import documents
from selftwin.vault.resting import ALERT, WATCH
from selftwin.vocabulary import given
from selftwin.vocabulary.alert import Alert, Setting, Urgency
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.finding import Line

if TYPE_CHECKING:
    from selftwin.vault.store import Store

ADDRESS, TELLING = "address", "telling"  # kinds of papers that rest on nothing recorded
SHARED = "shared"
FRESH = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is called where nobody answers: a party, after so many hours, at an address (secret), for a purpose."""

    party: str
    hours: float
    url: str = field(repr=False)
    purpose: str = ""

    def plain(self) -> dict[str, Any]:
        """The contact as data, without the secrets of the address."""
        return {"party": self.party, "hours": self.hours, "address": redacted(self.url), "purpose": self.purpose}


@dataclass(frozen=True, slots=True)
class Telling:
    """How the person is told of every watch: quiet hours, whether anything is sent at all, who is called, and under
    which name and where the person is reached then."""

    quiet: Quiet = field(default_factory=Quiet)
    sends: bool = True
    contact: Contact | None = None
    person: str = ""
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch as it was set. `since` is the local day from which its alerts count, `to` the addresses it is told at
    (all where empty), `looked` when it last looked, and `silent` why it could not then."""

    name: str
    kind: str
    about: str
    budget: float
    condition: str
    since: date
    signal: str = ""
    quiet: Quiet = field(default_factory=Quiet)
    to: tuple[str, ...] = ()
    contact: Contact | None = None
    looked: datetime | None = None
    silent: str = ""

    @property
    def setting(self) -> Setting:
        """What its watcher is asked with."""
        return Setting(self.about, self.budget, self.condition)

    def plain(self) -> dict[str, Any]:
        """The watch as data."""
        contact = self.contact.plain() if self.contact else None
        return asdict(self) | {"contact": contact}


class What(StrEnum):
    """What there is to tell of an alert: that it is there, that it was (late), that it goes on, that it is over, that a
    contact was called, and that none could be."""

    NEW = "new"
    LATE = "late"
    STILL = "still"
    OVER = "over"
    CALLED = "called"
    UNCALLED = "uncalled"


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell, since when (ISO, UTC), for which addresses, where it was `sent`, and what went wrong last."""

    what: What
    at: str
    to: tuple[str, ...]
    sent: tuple[tuple[str, str], ...] = ()
    trouble: tuple[tuple[str, str], ...] = ()
    words: str = ""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Addresses that have not got it yet."""
        done = dict(self.sent)
        return tuple(name for name in self.to if name not in done)


@dataclass(frozen=True, slots=True)
class Case:
    """One alert with what became of it. `alert` is None where what was learnt had to be forgotten; `ids` are the
    watcher's alerts that are this episode, `last` the newest local day on which it held, `open` whether it does."""

    number: int
    watch: str
    kind: str
    kept_at: datetime
    signal: str
    lineage: tuple[tuple[str, str, str], ...]
    alert: Alert | None
    ids: tuple[str, ...] = ()
    last: str = ""
    open: bool = False
    late: bool = False
    right: bool | None = None
    answered_at: str = ""
    news: tuple[News, ...] = ()
    called: str = ""

    @property
    def id(self) -> str:
        """The alert's own id, empty where it is forgotten."""
        return self.alert.id if self.alert else ""

    @property
    def urgency(self) -> Urgency:
        """How soon it wants to be seen."""
        return self.alert.urgency if self.alert else Urgency.LOOK

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Addresses that something of it has not reached yet."""
        return tuple(dict.fromkeys(name for one in self.news for name in one.waits_for))

    def presses(self, now: datetime) -> bool:
        """Whether it is urgent now: it holds, or could be told for no more than two hours."""
        if self.alert is None or self.alert.urgency is not Urgency.NOW:
            return False
        return self.open or now - datetime.fromisoformat(self.alert.at) <= FRESH

    def told(self, what: What) -> bool:
        """Whether such news has arisen."""
        return any(one.what is what for one in self.news)

    def plain(self) -> dict[str, Any]:
        """The alert as data, with what became of it."""
        named = ("number", "watch", "kind", "kept_at", "last", "open", "late", "right", "answered_at", "called")
        news = [asdict(one) for one in self.news]
        alert = self.alert.plain() if self.alert else None
        return {name: getattr(self, name) for name in named} | {"alert": alert, "news": news}

    def packed(self) -> dict[str, Any]:
        """As a paper keeps it: what was learnt under `kept`, and what became of it beside."""
        kept = {"ids": self.ids, "last": self.last, "open": self.open, "alert": self.alert and self.alert.plain()}
        body = self.plain() | {"kept_at": self.kept_at.isoformat(), "signal": self.signal, "lineage": self.lineage}
        for name in kept:
            body.pop(name, None)
        return body | {"kept": kept if self.alert else None}


def watches(store: Store) -> list[Watch]:
    """Every watch, in the order in which they were set."""
    return [_watch(body) for _, _, body in documents.every(store, WATCH)]


def watch(store: Store, name: str) -> Watch:
    """The watch of this name. Raises UsageError."""
    known = watches(store)
    found = next((one for one in known if one.name == given.a(str, name, "A watch's name")), None)
    if found is None:
        hint = near(name, [one.name for one in known], "`selftwin watch list` lists them.")
        raise UsageError(f"There is no watch called {name[:40]!r}.", hint=hint)
    return found


def keep_watch(store: Store, one: Watch) -> None:
    """Keep a watch, in a transaction of its own. It rests on nothing recorded but its being about a signal."""
    days = {"since": one.since.isoformat(), "looked": one.looked.isoformat() if one.looked else ""}
    contact = asdict(one.contact) if one.contact else None
    body = asdict(one) | days | {"contact": contact, "lineage": [], "kept": None}
    with store.writing("journal"):
        documents.put(store, WATCH, one.name, body)


def cases(store: Store) -> list[Case]:
    """Every alert that was kept, oldest first."""
    return [_case(body) for _, _, body in documents.every(store, ALERT)]


def keep_case(store: Store, one: Case) -> None:
    """Keep an alert, in a transaction of its own."""
    with store.writing("journal"):
        documents.put(store, ALERT, f"{one.number:06}", one.packed())


def addresses(store: Store) -> list[Address]:
    """Every address, oldest first."""
    return [Address(body["name"], body["url"], Say(body["say"])) for _, _, body in documents.every(store, ADDRESS)]


def keep_address(store: Store, one: Address) -> None:
    """Keep an address, in a transaction of its own."""
    with store.writing("journal"):
        documents.put(store, ADDRESS, one.name, {"name": one.name, "url": one.url, "say": one.say.value})


def telling(store: Store) -> Telling:
    """How the person is told."""
    body = documents.one(store, TELLING, SHARED)
    if body is None:
        return Telling()
    return Telling(**{**body, "quiet": Quiet(**body["quiet"]), "contact": _contact(body["contact"])})


def keep_telling(store: Store, one: Telling) -> None:
    """Keep how the person is told, in a transaction of its own."""
    with store.writing("journal"):
        documents.put(store, TELLING, SHARED, asdict(one))


def marked(one: News, address: str, at: str, trouble: str) -> News:
    """The news after it was tried at an address."""
    if not trouble:
        kept = tuple(pair for pair in one.trouble if pair[0] != address)
        return replace(one, sent=(*one.sent, (address, at)), trouble=kept)
    return replace(one, trouble=(*(pair for pair in one.trouble if pair[0] != address), (address, trouble)))


def _watch(body: dict[str, Any]) -> Watch:
    own = {name: body[name] for name in Watch.__slots__}
    looked = datetime.fromisoformat(own["looked"]) if own["looked"] else None
    return Watch(**{**own, "since": date.fromisoformat(own["since"]), "looked": looked, "to": tuple(own["to"]),
                    "quiet": Quiet(**own["quiet"]), "contact": _contact(own["contact"])})  # fmt: skip


def _contact(body: dict[str, Any] | None) -> Contact | None:
    return Contact(**body) if body else None


def _case(body: dict[str, Any]) -> Case:
    kept = body.pop("kept")
    said: dict[str, Any] = kept or {"alert": None, "ids": (), "last": "", "open": False}
    news = tuple(_news(one) for one in body["news"])
    alert = _alert(said["alert"]) if said["alert"] else None
    return Case(**{**body, **said, "kept_at": datetime.fromisoformat(body["kept_at"]), "news": news, "alert": alert,
                   "ids": tuple(said["ids"]), "lineage": tuple((k, a, b) for k, a, b in body["lineage"])})  # fmt: skip


def _news(body: dict[str, Any]) -> News:
    sent, trouble = (tuple((name, said) for name, said in body[key]) for key in ("sent", "trouble"))
    return News(What(body["what"]), body["at"], tuple(body["to"]), sent, trouble, body["words"])


def _alert(body: dict[str, Any]) -> Alert:
    """The alert that `Alert.plain` wrote."""
    own: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
    own.pop("id", None)
    own["evidence"] = tuple(Line(**{**one, "edges": tuple(one["edges"])}) for one in body["evidence"])
    own["lineage"] = tuple((key, first, last) for key, first, last in body["lineage"])
    own["urgency"], own["trust"] = Urgency(body["urgency"]), Trust(body["trust"])
    return Alert(**own)
