"""A mapping says what the columns of a table mean: a TOML file, shipped in `mappings/` or put into the config folder.

Words in a mapping match column names whatever their case; between slashes stands a pattern
(`/weight in (?P<unit>kg|lbs?)/`), whose group `unit` tells the unit.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from importlib.resources.abc import Traversable

    from selftwin.sources._table_cells import Order

Nature = Literal["number", "flag", "state", "words", "text"]
_TITLE, _NATURES, _ORDERS = re.compile(r"[a-z][a-z0-9_]*"), get_args(Nature), ("day-first", "month-first")


class BadMapping(UsageError):
    """A mapping file says something that cannot be meant."""

    hint = "docs/sources/table.md lists what a mapping may say."


@dataclass(frozen=True, slots=True)
class Name:
    """Which column is meant: any of some names or patterns."""

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, said: str | list[str]) -> Self:
        """A name from a word, a pattern between slashes, or a list of either."""
        every = [said] if isinstance(said, str) else said
        parts = [one[1:-1] if len(one) > 2 and one[0] == one[-1] == "/" else re.escape(one.strip()) for one in every]
        return cls(re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE))

    def fits(self, header: str) -> re.Match[str] | None:
        """The match when this column is meant."""
        return self.pattern.fullmatch(header.strip().lstrip("#").strip())


@dataclass(frozen=True, slots=True)
class Value:
    """What one column (or, in a long table, one name of a signal) becomes.

    `number` is a number in `unit` (several units: the first in which the median is plausible); `flag` true or false,
    kept with `text` where it is true and dropped where it is not, or as 1 and 0 without `text`; `state` goes through
    `states` (to a number or to a state; `-` drops it, and `*` is any other word); `words` makes one observation of
    every word, or of the one to `pick`; `text` is kept as written.
    `only_with` drops a value where all of those columns are empty or zero; `lasts` names the column with the duration.
    """

    column: Name
    signal: str
    kind: Nature = "number"
    unit: tuple[str, ...] = ()
    zero_is_missing: bool = False
    missing: frozenset[str] = frozenset()
    only_with: tuple[Name, ...] = ()
    states: Dict[str, str] = field(default_factory=dict)
    text: str = ""
    parted_by: str = ","
    pick: Literal["every", "last"] = "every"
    lasts: Name | None = None
    lasts_unit: str = "min"
    stamped: Literal["start", "end"] = "start"


@dataclass(frozen=True, slots=True)
class Mapping:
    """One kind of table: how to know it, who it is about, when, and what.

    A header must have all of `columns`; where `only` is given, it may have those beside them and no others.
    """

    name: str
    title: str
    source: str
    columns: tuple[Name, ...]
    only: tuple[Name, ...] | None
    preamble: re.Pattern[str] | None
    subject: Name | None
    time: tuple[Name, ...]
    format: tuple[str, ...]
    order: Order | None
    values: tuple[Value, ...]
    long: Long | None = None


@dataclass(frozen=True, slots=True)
class Long:
    """The columns of a table with one value a row: what it is, how much, and in which unit."""

    signal: Name
    value: Name
    unit: Name | None = None


def shipped() -> tuple[Mapping, ...]:
    """The mappings of this package. Raises BadMapping when one is off."""
    folder = files("selftwin.sources").joinpath("mappings")
    every = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return tuple(_load(entry) for entry in every if entry.name.endswith(".toml"))


_lent: list[Mapping] = []


def own_folder() -> Path:
    """Where a person puts mappings of their own."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("selftwin")) / "mappings"


def lend(name: str, text: str) -> None:
    """Let this process know one more mapping, before all others. Raises BadMapping."""
    _lent.insert(0, parse(name, text))
    mappings.cache_clear()


@lru_cache(maxsize=4)
def mappings(folder: Path | None = None) -> tuple[tuple[Mapping, ...], tuple[str, ...]]:
    """The person's own mappings and then the shipped ones, and a sentence for each own one that cannot be used."""
    own: list[Mapping] = []
    troubles: list[str] = []
    place = folder or own_folder()
    for path in sorted(place.glob("*.toml")) if place.is_dir() else ():
        try:
            own.append(_load(path))
        except (BadMapping, OSError) as error:
            troubles.append(f"Your mapping {path.name} is not used: {error}")
    return (*_lent, *own, *shipped()), tuple(troubles)


def _load(path: Path | Traversable) -> Mapping:
    try:
        return parse(path.name.removesuffix(".toml"), path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise BadMapping(f"{path.name} is not UTF-8.") from None


def parse(name: str, text: str) -> Mapping:
    """The mapping written in a TOML text. Raises BadMapping with the part that is off."""
    try:
        said = tomllib.loads(text)
        return _mapping(name, said)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{name} is no TOML: {error}.") from None
    except (KeyError, TypeError, AttributeError, re.error, ValueError) as error:
        raise BadMapping(f"{name}: {error} is missing or not what it should be.") from None


def _mapping(name: str, said: dict[str, Any]) -> Mapping:
    _refuse_unknown(name, said, {"title", "source", "recognise", "subject", "time", "value", "long"})
    known, when, long = said["recognise"], said["time"], said.get("long")
    _refuse_unknown(f"{name}, recognise", known, {"columns", "only", "preamble"})
    _refuse_unknown(f"{name}, time", when, {"columns", "format", "order"})
    if not _TITLE.fullmatch(source := said.get("source", name)):
        raise BadMapping(f"{name}: the source is a plain word, such as scale or mood_log.")
    if when.get("order") not in {None, *_ORDERS}:
        raise BadMapping(f"{name}: the order of a date is day-first or month-first.")
    return Mapping(
        name=name,
        title=said["title"],
        source=source,
        columns=tuple(Name.of(one) for one in known["columns"]),
        only=tuple(Name.of(one) for one in known["only"]) if "only" in known else None,
        preamble=re.compile(known["preamble"], re.IGNORECASE) if "preamble" in known else None,
        subject=Name.of(said["subject"]["column"]) if "subject" in said else None,
        time=tuple(Name.of(one) for one in when["columns"]),
        format=tuple(when.get("format", ())),
        order=when.get("order"),
        values=tuple(_value(name, one) for one in said.get("value", ())),
        long=Long(**{part: Name.of(one) for part, one in long.items()}) if long else None,
    )


def _value(name: str, said: dict[str, Any]) -> Value:
    place = f"{name}, value {said.get('column')}"
    _refuse_unknown(place, said, {entry.name for entry in fields(Value)})
    if said.get("kind", "number") not in _NATURES:
        raise BadMapping(f"{place}: a kind is one of {', '.join(_NATURES)}.")
    made = dict(said)
    made["column"] = Name.of(said["column"])
    made["unit"] = (said["unit"],) if isinstance(said.get("unit"), str) else tuple(said.get("unit", ()))
    made["missing"] = frozenset(word.casefold() for word in said.get("missing", ()))
    made["only_with"] = tuple(Name.of(one) for one in said.get("only_with", ()))
    made["states"] = {word.casefold(): str(state) for word, state in said.get("states", {}).items()}
    made["lasts"] = Name.of(said["lasts"]) if "lasts" in said else None
    return _checked(place, Value(**made))


def _checked(place: str, value: Value) -> Value:
    """The value, when its signal is known and its units lead there."""
    from selftwin.vocabulary.catalogue import signal
    from selftwin.vocabulary.errors import SelftwinError
    from selftwin.vocabulary.units import into

    try:
        for unit in value.unit if not value.signal.startswith("other.") else ():
            into(signal(value.signal), unit)
        if not value.signal.startswith("other."):
            signal(value.signal)
    except SelftwinError as error:
        raise BadMapping(f"{place}: {error}") from None
    return value


def _refuse_unknown(place: str, said: dict[str, Any], known: set[str]) -> None:
    if strange := sorted(set(said) - known):
        raise BadMapping(f"{place}: nobody knows {', '.join(strange)}.")
