"""What the twin reads off a body now: a chapter of figures, each with its width and what stands behind it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from selftwin.vocabulary.estimate import Trust
    from selftwin.vocabulary.model import Past


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: its name, its value and 9-in-10 bounds (None where the data allow none) in `unit`, and a few words.

    `signal` names the catalogue's signal it is of, so that a door shows it in the person's own unit; empty for a share,
    a ratio or a score that no signal is. Where the name has places (`from {0} to {1}`), `edges` are the values that
    stand there, of the signal `edges_of`.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    signal: str = ""
    note: str = ""
    edges: tuple[float, ...] = ()
    edges_of: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one chapter found, the foremost figure first. `n` days (or nights) stand behind it, the newest is
    `newest`; `missing` says what would tell more; `profile` holds a day's shape where there is one, by name of column.
    """

    chapter: str
    title: str
    newest: str
    trust: Trust
    n: int
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    spell: str = "day"
    profile: dict[str, list[float | None]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The finding as data."""
        return asdict(self)


class Chapter(Protocol):
    """One file in a domain's folder `chapters` that holds one object `CHAPTER`."""

    @property
    def name(self) -> str:
        """How it is asked for: `glucose`."""

    @property
    def title(self) -> str:
        """What it is about, in words."""

    @property
    def rank(self) -> int:
        """Its place in the report: 0 comes first."""

    def read(self, past: Past) -> Finding:
        """What it finds. Raises NothingYet where nothing is known, with what would tell it; Refused."""
