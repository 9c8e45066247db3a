"""Home Assistant: the recorder's database, and what its History panel downloads.

Owners find `home-assistant_v2.db` in the folder `config` (or, in a backup, inside `homeassistant.tar.gz` in `data`);
and the CSV under History, the three dots, "Download data".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources import _sqlite
from selftwin.sources._bad_records import overlong
from selftwin.sources._home_assistant_database import LEFT, states, statistics
from selftwin.sources._home_assistant_states import Entities
from selftwin.sources._readings import part
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._table_text import Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_HEAD = ("entity_id", "state", "last_changed")
_MOST_PEOPLE = 100
_PERSON, _TRACKER = "person.", "device_tracker."


@dataclass(frozen=True, slots=True)
class HomeAssistant:
    """States and hourly statistics of a home. What the home tells is everybody's; who is in it is one person's."""

    name: str = "home_assistant"
    title: str = "Home Assistant"
    reads: str = "Rooms, meters, motion, doors, lamps and presence of a home."
    version: int = 1
    rank: int = 1
    how_to_export: str = (
        "Copy home-assistant_v2.db out of the folder config, or take Download data in the History panel."
    )

    def recognises(self, member: Member) -> bool:
        """By the database's name or its tables, or by the header of the CSV."""
        return _is_database(member) or _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The persons of the household, where there are several."""
        people = sorted(name for name in _whereabouts(member) if name.startswith(_PERSON))
        return tuple(name.removeprefix(_PERSON) for name in people) if len(people) > 1 else ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The parts. Raises BrokenExport where the database is damaged or none of Home Assistant's."""
        entities = Entities(_person(_whereabouts(member), subject))
        if _is_database(member):
            with _sqlite.opened(member) as database:
                yield from states(database, entities)
                yield from statistics(database, entities)
        elif sheet := _sheet(member):
            yield from _history(member, sheet, entities)
        else:
            raise BrokenExport(f"{member.path} is neither a database of Home Assistant nor a download of its history.")


def _is_database(member: Member) -> bool:
    if not _sqlite.is_sqlite(member):
        return False
    named = member.name.startswith("home-assistant") and member.name.endswith(".db")
    return named or all(mark in member.head() for mark in (b"CREATE TABLE recorder_runs", b"CREATE TABLE states"))


def _sheet(member: Member) -> Sheet | None:
    if not member.head(16).removeprefix(b"\xef\xbb\xbf").startswith(b"entity_id,state"):
        return None
    return next((one for one in sheets(member) if one.header[:3] == _HEAD and not one.before), None)


def _whereabouts(member: Member) -> set[str]:
    """The entities that tell where somebody is."""
    found: set[str] = set()
    if _is_database(member):
        with _sqlite.opened(member) as database:
            table = "states_meta" if database.has("states_meta", "entity_id") else "states"
            if database.has(table, "entity_id"):
                sql = f"SELECT DISTINCT entity_id FROM {table} WHERE entity_id GLOB ? OR entity_id GLOB ? LIMIT 1000"  # noqa: S608
                found.update(str(name) for (name,) in database.connection.execute(sql, (_PERSON + "*", _TRACKER + "*")))
    elif sheet := _sheet(member):
        for block in blocks(member, sheet):
            found.update(block.rows["0"].filter(block.rows["0"].str.contains(r"^(?:person|device_tracker)\.")).unique())
            if len(found) > _MOST_PEOPLE:
                break
    return found


def _person(whereabouts: set[str], subject: str | None) -> str | None:
    """Whose presence is read: the chosen one's, the only person's, or else that of the only tracker."""
    people = [name for name in whereabouts if name.startswith(_PERSON)]
    if subject is not None and len(people) > 1:
        return _PERSON + subject
    named = people or list(whereabouts)
    return named[0] if len(named) == 1 else None


def _history(member: Member, sheet: Sheet, entities: Entities) -> Iterator[Part]:
    """A download of the history: no units, and no classes."""
    import polars as pl

    for block in blocks(member, sheet):
        rows = block.rows.select(
            entity=pl.col("0"),
            state=pl.col("1"),
            at=from_iso(block.rows["2"])["start"].dt.epoch("ms"),
            aside=pl.lit(value=False),
            **{name: pl.lit(None, pl.String) for name in ("device", "unit", "kind")},
        ).with_row_index("record")
        yield part(
            entities.rows(rows),
            kind="state",
            read=rows.height,
            first=block.first,
            faults=overlong(member.path, block),
            faulty=block.ragged,
            nothing=LEFT,
        )


SOURCE = HomeAssistant()
