"""Home Assistant's recorder: the tables of its states and of its hourly statistics, in every generation.

As `homeassistant/components/recorder/db_schema.py` and the older ones beside its tests have them: entities in the
states themselves, or in `states_meta`; attributes in the states, or shared in `state_attributes`; stamps as text in
UTC, or as seconds in columns that end in `_ts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.sources._home_assistant_meaning import counted, other, spelt
from selftwin.sources._home_assistant_meaning import meaning as meant
from selftwin.sources._readings import part
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from selftwin.sources._home_assistant_states import Entities
    from selftwin.sources._sqlite import Database, Rows
    from selftwin.sources.reader.contract import Part

LEFT = "without a reading of its own: unavailable, words no signal fits, attributes alone, or a state that goes on"
_GROWTH = "the beginning of a meter, one set back, no value, or hours that the states tell in full"
_SHORT = "the hours and the states tell the same"
_HOUR = 3_600_000
_WANTED = ("device_class", "unit_of_measurement", "state_class")
_LONGEST_STATE = 255


def states(database: Database, entities: Entities) -> Iterator[Part]:
    """The states' parts."""
    import polars as pl

    columns = database.columns("states")
    if not columns >= {"state_id", "state"} or not columns & {"entity_id", "metadata_id"}:
        raise BrokenExport(f"{database.shown} holds no states as Home Assistant keeps them.")
    database.check("states")
    cells = {
        "entity": "s.entity_id" if "entity_id" in columns else "NULL",
        "metadata": "s.metadata_id" if "metadata_id" in columns else "NULL",
        "state": f"substr(s.state, 1, {_LONGEST_STATE})",
        "at": _stamp(columns, "last_updated"),
        "aside": _unchanged(columns),
        "attributes": "s.attributes_id" if "attributes_id" in columns else "NULL",
        **(_attributes("s.attributes") if "attributes" in columns else {}),
    }
    named, shared = _named(database), _shared(database)
    for block in database.blocks(cells, "states s", key="s.state_id"):
        rows = _timed(block.rows.with_row_index("record")).with_columns(aside=pl.col("aside") == "1")
        rows = _filled(_filled(rows, named, "metadata", ("entity",)), shared, "attributes", _WANTED)
        rows = rows.rename({"device_class": "device", "unit_of_measurement": "unit", "state_class": "kind"})
        yield part(entities.rows(rows), kind="state", read=rows.height, first=block.first, nothing=LEFT)


def _stamp(columns: frozenset[str], name: str, table: str = "s") -> str:
    """Milliseconds since 1970, cut as a browser cuts them; or the text of older generations."""
    seconds, text = f"{table}.{name}_ts", f"{table}.{name}"
    told = f"CAST({seconds} * 1000 AS INTEGER)"
    if name + "_ts" not in columns:
        return text
    return f"COALESCE({told}, {text})" if name in columns else told


def _unchanged(columns: frozenset[str]) -> str:
    """Whether the state itself is older than the row: then only its attributes changed."""
    pairs = [
        f"s.{changed} <> s.{updated}"
        for changed, updated in (("last_changed_ts", "last_updated_ts"), ("last_changed", "last_updated"))
        if {changed, updated} <= columns
    ]
    return f"COALESCE({', '.join([*pairs, '0'])}, 0)"


def _attributes(column: str) -> dict[str, str]:
    sound = f"CASE WHEN json_valid({column}) THEN substr(json_extract({column}, '$.{{}}'), 1, 80) END"
    return {name: sound.format(name) for name in _WANTED}


def _named(database: Database) -> pl.DataFrame:
    """The entities, by the number that states name them by."""
    if not database.has("states_meta", "metadata_id", "entity_id"):
        return _gathered([], ("metadata", "entity"))
    database.check("states_meta")
    cells = {"metadata": "metadata_id", "entity": "entity_id"}
    return _gathered(database.blocks(cells, "states_meta", key="metadata_id"), tuple(cells))


def _shared(database: Database) -> pl.DataFrame:
    """The wanted attributes, by the number that states share them by."""
    cells = {"attributes": "attributes_id", **_attributes("shared_attrs")}
    if not database.has("state_attributes", "attributes_id", "shared_attrs"):
        return _gathered([], tuple(cells))
    database.check("state_attributes")
    where = "(shared_attrs LIKE '%\"device_class\"%' OR shared_attrs LIKE '%\"unit_of_measurement\"%')"
    return _gathered(database.blocks(cells, "state_attributes", key="attributes_id", where=where), tuple(cells))


def _gathered(blocks: Iterable[Rows], names: tuple[str, ...]) -> pl.DataFrame:
    """All rows of a small table; words that come again are kept once."""
    import polars as pl

    words = pl.col(names[1:]).cast(pl.String).cast(pl.Categorical)
    empty = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return pl.concat([one.with_columns(words) for one in (empty, *(block.rows for block in blocks))])


def _filled(rows: pl.DataFrame, known: pl.DataFrame, key: str, names: tuple[str, ...]) -> pl.DataFrame:
    """What a row does not say itself, by the number it refers to."""
    import polars as pl

    asked = rows.select(pl.col(key).cast(pl.String))
    some = known.join(asked.unique(), on=key, how="semi").with_columns(pl.col(names).cast(pl.String))
    told = asked.join(some, on=key, how="left", maintain_order="left")
    return rows.with_columns(
        (pl.coalesce(rows[name].cast(pl.String), told[name]) if name in rows.columns else told[name]).alias(name)
        for name in names
    )


def _timed(rows: pl.DataFrame) -> pl.DataFrame:
    """With `at` as milliseconds; null where it is no stamp of this era."""
    import polars as pl

    number = rows["at"].cast(pl.Int64, strict=False)
    written = from_iso(rows["at"])["start"].dt.epoch("ms")
    at = pl.select(pl.when(number.is_between(0, 10**14)).then(number).when(number.is_null()).then(written)).to_series()
    return rows.with_columns(at=at)


def statistics(database: Database, entities: Entities) -> Iterator[Part]:
    """The hours that were kept for good, meter by meter; and, counted only, the five minutes kept for some days."""
    columns = database.columns("statistics")
    if not columns >= {"id", "metadata_id", "mean", "sum"}:
        return
    database.check("statistics", "statistics_meta")
    at = _stamp(columns, "start")
    seconds = [f"CAST({name} AS INTEGER)" for name in ("start_ts",) if name in columns]
    seconds += ["CAST(strftime('%s', start) AS INTEGER)"] if "start" in columns else []
    cells = {"at": at, "mean": "s.mean", "sum": "s.sum"}
    named = {"number": "id", "name": "statistic_id", "unit": "unit_of_measurement"}
    first = 0
    for meters in database.blocks(named, "statistics_meta", key="id"):
        for number, name, unit in meters.rows.rows():
            series = _Series(name or f"meter {number}", unit, entities)
            where = f"s.metadata_id = {int(number)}"
            for block in database.blocks(cells, "statistics s", key=f"COALESCE({', '.join(seconds)})", where=where):
                yield series.part(block.rows, first)
                first += block.rows.height
    yield from _short(database, first)


def _short(database: Database, first: int) -> Iterator[Part]:
    if database.has("statistics_short_term", "id"):
        (count,) = database.connection.execute("SELECT count(*) FROM statistics_short_term").fetchone()
        yield part(_nothing(), kind="five minutes", read=count, first=first, nothing=_SHORT)


def _nothing() -> pl.DataFrame:
    import polars as pl

    texts = dict.fromkeys(("signal", "source"), pl.String)
    return pl.DataFrame(schema={"record": pl.UInt32, **texts, "start": pl.Datetime("us"), "basis": pl.Int8})


class _Series:
    """The hours of one meter or sensor: what each added to the sum, or the mean of it."""

    def __init__(self, name: str, unit: str | None, entities: Entities) -> None:
        device = entities.devices.get(name)
        self.name, self.unit = name, unit
        self.growth = counted(name, device, unit)
        self.level = meant(name, device, unit, "measurement")
        self.until = entities.since.get(name)
        self.sum: float | None = None

    def part(self, rows: pl.DataFrame, first: int) -> Part:
        """A part of its hours."""
        import polars as pl

        hours = _timed(rows.with_row_index("record")).with_columns(pl.col("mean", "sum").cast(pl.Float64, strict=False))
        before = pl.col("sum").shift(fill_value=pl.lit(self.sum, pl.Float64))
        grown = hours.with_columns(value=pl.col("sum") - before).filter(pl.col("value") >= 0)
        self.sum = next(iter(hours["sum"].drop_nulls().tail(1)), self.sum)
        lasted = hours.filter(pl.col("sum").is_null() & pl.col("mean").is_not_null()).with_columns(value="mean")
        if self.until is not None:
            lasted = lasted.filter(pl.col("at") < self.until)
        told = pl.concat([self._told(grown, growth=True), self._told(lasted, growth=False)])
        return part(told, kind="hour", read=rows.height, first=first, nothing=_GROWTH)

    def _told(self, rows: pl.DataFrame, *, growth: bool) -> pl.DataFrame:
        import polars as pl

        way = self.growth if growth else self.level
        numeric = way.how == "number"
        start = pl.col("at").cast(pl.Datetime("ms")).cast(pl.Datetime("us"))
        return rows.select(
            "record",
            native=pl.concat_str(pl.lit(self.name), pl.col("at"), pl.lit("hour"), separator="/"),
            signal=pl.lit(way.signal if numeric else other(self.name.partition(".")[2] or self.name)),
            source=pl.lit(f"home_assistant:{self.name}"),
            start=start,
            stop=start + pl.duration(milliseconds=_HOUR),
            basis=pl.lit(int(Basis.INSTANT), pl.Int8),
            value=pl.col("value") * way.scale + way.offset,
            unit=pl.lit(way.unit if numeric else spelt(self.unit), pl.String),
        )
