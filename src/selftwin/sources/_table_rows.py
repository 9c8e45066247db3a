"""From the cells of a table to observations: each mapped column of a block becomes rows, whole columns at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from selftwin.sources._table_cells import EPOCHS, numbers, stamps
from selftwin.sources._table_mapping import Name, Value
from selftwin.sources.reader.stamps import from_epoch
from selftwin.vocabulary.errors import BrokenExport, SelftwinError, UnknownSignal
from selftwin.vocabulary.observation import Basis
from selftwin.vocabulary.signal import Kind

if TYPE_CHECKING:
    import polars as pl

    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_mapping import Long, Mapping, Nature
    from selftwin.sources._table_text import Sheet
    from selftwin.vocabulary.signal import Signal
    from selftwin.vocabulary.units import Conversion

MOST_NAMES = 2000


@dataclass(slots=True)
class Reader:
    """Reads the blocks of one file by one mapping; `units` keeps what the first block settled, and `told` says so."""

    mapping: Mapping
    sheet: Sheet
    unit: str = ""
    order: Order | None = None
    units: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def rows(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Observations of the cells, which carry their number in `record`."""
        import polars as pl

        times = self.times(cells)
        long = self.mapping.long
        found = self._long(cells, times, long) if long else self._wide(cells, times)
        return pl.concat(found, how="diagonal") if found else pl.DataFrame(schema={"record": pl.UInt32})

    def place(self, name: Name | None) -> str | None:
        """The block column a name means, or None."""
        fits = [str(place) for place, header in enumerate(self.sheet.header) if name and name.fits(header)]
        return fits[0] if fits else None

    def written(self, cells: pl.DataFrame) -> pl.Series:
        """The stamps as text: the time columns, joined."""
        import polars as pl

        places = [place for name in self.mapping.time if (place := self.place(name))]
        return cells.select(pl.concat_str(places, separator=" ", ignore_nulls=True).alias("time")).to_series()

    def times(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Columns start, offset, basis of every record."""
        import polars as pl

        text = self.written(cells)
        read = stamps(text, self.order)
        for form in self.mapping.format:
            clock = any(mark in form for mark in ("%H", "%I"))
            if form in EPOCHS:
                other, kind = from_epoch(text, unit=EPOCHS[form])["start"].alias("other"), Basis.INSTANT
            else:
                other = text.str.strip_chars().str.to_datetime(form, strict=False, time_unit="us").alias("other")
                kind = Basis.LOCAL if clock else Basis.DATE
            basis = pl.lit(int(kind), pl.Int8)
            use = pl.col("start").is_null() & pl.col("other").is_not_null()
            read = read.with_columns(other).select(
                start=pl.coalesce("start", "other"),
                offset="offset",
                basis=pl.when(use).then(basis).otherwise(pl.col("basis")),
            )
        return read

    def _wide(self, cells: pl.DataFrame, times: pl.DataFrame) -> list[pl.DataFrame]:
        import polars as pl

        found = []
        for value in self.mapping.values:
            for place, header in enumerate(self.sheet.header):
                if match := value.column.fits(header):
                    unit = match.groupdict().get("unit") or ""
                    frame = pl.concat([cells, times], how="horizontal").with_columns(cell=pl.col(str(place)))
                    found.append(self._column(frame, value, unit))
        return found

    def _long(self, cells: pl.DataFrame, times: pl.DataFrame, long: Long) -> list[pl.DataFrame]:
        import polars as pl

        signal, value, unit = (self.place(name) for name in (long.signal, long.value, long.unit))
        units = pl.col(unit) if unit else pl.lit(None, pl.String)
        frame = pl.concat([cells, times], how="horizontal").with_columns(
            cell=pl.col(str(value)), named=pl.col(str(signal)), in_unit=units
        )
        kinds = frame.select("named", "in_unit").drop_nulls("named").unique(maintain_order=True).rows()
        if len(kinds) > MOST_NAMES:
            raise BrokenExport(f"A table with one value a row names more than {MOST_NAMES} signals.")
        return [
            self._column(
                frame.filter((pl.col("named") == name) & pl.col("in_unit").eq_missing(pl.lit(in_unit, pl.String))),
                _named(name, self.mapping.values),
                in_unit or "",
            )
            for name, in_unit in kinds
        ]

    def _column(self, frame: pl.DataFrame, value: Value, unit: str) -> pl.DataFrame:
        """Observations of the column `cell` of a frame that carries record, start, offset and basis too."""
        import polars as pl

        kept = frame.filter(self._present(value))
        rows = _READ[value.kind](self, kept, value, unit or self.unit)
        if value.lasts and (lasting := self.place(value.lasts)):
            rows = _lasting(rows, value, lasting, self.sheet.delimiter)
        kinds: dict[str, Any] = {"text": pl.String, "unit": pl.String, "value": pl.Float64, "stop": pl.Datetime("us")}
        absent = [pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in rows.columns]
        return rows.with_columns(absent).select(
            pl.col("record").cast(pl.UInt32),
            pl.lit(value.signal).alias("signal"),
            "start", "stop", "basis", "offset", "value", "text", "unit",
        )

    def _present(self, value: Value) -> pl.Expr:
        import polars as pl

        there = pl.col("cell").is_not_null() & ~pl.col("cell").str.to_lowercase().is_in(list(value.missing))
        others = [place for name in value.only_with if (place := self.place(name))]
        filled = pl.col(others).is_not_null() & ~pl.col(others).is_in(["0", "0.0"])
        return there & pl.any_horizontal(filled) if others else there

    def number(self, frame: pl.DataFrame, value: Value, unit: str) -> pl.DataFrame:
        """A number in the signal's unit; under `other.*` in its own, beside its unit."""
        import polars as pl

        read = numbers(frame["cell"], delimiter=self.sheet.delimiter)
        rows = frame.with_columns(read.alias("value"))
        if value.zero_is_missing:
            rows = rows.filter(pl.col("value") != 0)
        if value.signal.startswith("other."):
            own = unit or (value.unit[0] if value.unit else "")
            return rows.with_columns(unit=pl.lit(own or None, pl.String))
        way = self._way(value, unit, rows["value"])
        return rows if way.identity else rows.with_columns(pl.col("value") * way.scale + way.offset)

    def _way(self, value: Value, unit: str, read: pl.Series) -> Conversion:
        """From the file's unit to the signal's: as the header says, else as the mapping does."""
        from selftwin.vocabulary.catalogue import signal
        from selftwin.vocabulary.units import into

        known = signal(value.signal)
        if unit and (way := _into(known, unit)):
            return way
        if value.signal not in self.units and (len(value.unit) < 2 or read.len()):
            self.units[value.signal] = _likely(known, value.unit, read)
            if len(value.unit) > 1:
                self.told.append(f"{value.signal} is read as {self.units[value.signal]}, told from its values")
        return into(known, self.units.get(value.signal) or known.unit)

    def flag(self, frame: pl.DataFrame, value: Value, _unit: str) -> pl.DataFrame:
        """True as the mapping's text, false dropped; without a text 1 and 0."""
        import polars as pl

        word = pl.col("cell").str.to_lowercase()
        true, false = word.is_in(_TRUE), word.is_in(_FALSE)
        number = pl.when(true).then(1.0).when(false).then(0.0).otherwise(float("nan"))
        rows = frame.with_columns(value=number)
        if not value.text:
            return rows
        return rows.filter(pl.col("value") != 0).with_columns(text=pl.lit(value.text))

    def state(self, frame: pl.DataFrame, value: Value, _unit: str) -> pl.DataFrame:
        """A word as the number or the state the mapping gives it; without a mapping the word itself."""
        import polars as pl

        word = pl.col("cell").str.to_lowercase()
        if not value.states:
            return frame.with_columns(text=word)
        told = pl.lit(value.states.get("*", "?"))
        for said, state in value.states.items():
            hit = word.str.contains(said[1:-1]) if said[0] == said[-1] == "/" else word == said
            told = pl.when(hit).then(pl.lit(state)).otherwise(told)
        rows = frame.with_columns(told=told).filter(pl.col("told") != "-")
        if not all(state == "-" or _is_number(state) for state in value.states.values()):
            return rows.with_columns(text="told")
        return rows.with_columns(value=pl.col("told").cast(pl.Float64, strict=False).fill_null(float("nan")))

    def words(self, frame: pl.DataFrame, value: Value, _unit: str) -> pl.DataFrame:
        """One observation of every word of a list such as `['Walk', 'Bike']` or `cook | read`."""
        import polars as pl

        listed = pl.col("cell").str.strip_chars("[](){}").str.replace_all("['\"]", "").str.split(value.parted_by)
        picked = listed.list.tail(1) if value.pick == "last" else listed
        rows = frame.with_columns(text=picked).explode("text").with_columns(pl.col("text").str.strip_chars())
        return rows.filter(pl.col("text").str.len_chars() > 0)

    def text(self, frame: pl.DataFrame, _value: Value, _unit: str) -> pl.DataFrame:
        """The cell as it is written."""
        import polars as pl

        return frame.with_columns(text=pl.col("cell"))


_TRUE, _FALSE = ["true", "yes", "y", "1", "1.0", "x"], ["false", "no", "n", "0", "0.0"]
_READ = {
    "number": Reader.number,
    "flag": Reader.flag,
    "state": Reader.state,
    "words": Reader.words,
    "text": Reader.text,
}


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).lstrip("-").isdigit()


def _into(known: Signal, unit: str) -> Conversion | None:
    from selftwin.vocabulary.units import into

    try:
        return into(known, unit)
    except SelftwinError:
        return None


def _likely(known: Signal, units: tuple[str, ...], read: pl.Series) -> str:
    """The first of the units in which the median is plausible, or the first of all."""
    from selftwin.vocabulary.units import into

    median = read.filter(read.is_finite()).median()
    if len(units) > 1 and isinstance(median, float) and known.usual_low is not None and known.usual_high is not None:
        for unit in units:
            if known.usual_low <= into(known, unit)(median) <= known.usual_high:
                return unit
    return units[0] if units else known.unit


def _lasting(rows: pl.DataFrame, value: Value, place: str, delimiter: str) -> pl.DataFrame:
    """The same rows with start and stop; a duration that cannot be read makes the value unreadable."""
    import polars as pl

    from selftwin.vocabulary.units import converter

    seconds = numbers(rows[place], delimiter=delimiter) * converter(value.lasts_unit, "s").scale
    sound = seconds.is_finite().fill_null(value=False) & (seconds.abs() < 1e9)
    span = pl.duration(microseconds=(pl.when(sound).then(seconds).otherwise(0.0) * 1e6).cast(pl.Int64))
    ends = pl.lit(value.stamped == "end")
    amount = pl.col("value") if "value" in rows.columns else pl.lit(None, pl.Float64)
    return rows.with_columns(
        start=pl.when(ends).then(pl.col("start") - span).otherwise(pl.col("start")),
        stop=pl.when(sound).then(pl.when(ends).then(pl.col("start")).otherwise(pl.col("start") + span)),
        value=pl.when(~sound & seconds.is_not_null()).then(float("nan")).otherwise(amount),
    )


def _named(name: str, values: tuple[Value, ...]) -> Value:
    """What a long table means by a name: as the mapping says, as the catalogue does, or something of its own."""
    from selftwin.vocabulary.catalogue import other, signal

    for value in values:
        if value.column.fits(name):
            return value
    try:
        known = signal(name.strip().lower())
    except UnknownSignal:
        return Value(Name.of(name), other(name).key)
    counted = known.kind is Kind.QUANTITY or (known.kind is Kind.EVENT and known.unit != "1")  # money has an amount
    kind: Nature = "number" if counted else "text" if known.kind is Kind.TEXT else "state"
    return Value(Name.of(name), known.key, kind)
