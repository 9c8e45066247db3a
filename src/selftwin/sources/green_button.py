"""Green Button: what an energy meter measured, as a utility gives it: ESPI (XML), and the CSV that stands beside it.

Owners find the button in their utility's portal, as "Green Button", "Download my data", or "Export usage".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._green_button_feed import TOLD, Feed, entry_of
from selftwin.sources._markup import Cut, elements, root
from selftwin.sources._readings import part
from selftwin.sources._table_cells import Evidence, stamps
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources.reader.stamps import from_epoch
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from selftwin.sources._markup import Found
    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_BLOCK = 32_768
_ENERGY = re.compile(r"(usage|import|export)(?: \((kwh|therms)\))?")
_GAS, _POWER = r"(?i)gas", r"(?i)^electric"


@dataclass(frozen=True, slots=True)
class GreenButton:
    """The source of interval readings; a bill, and what anything cost, is not read."""

    name: str = "green_button"
    title: str = "Green Button (energy meter)"
    reads: str = "Electricity, gas and water that a meter measured."
    version: int = 2
    rank: int = 1
    how_to_export: str = 'In your utility\'s portal: "Green Button" or "Download my data", as XML or CSV.'

    def recognises(self, member: Member) -> bool:
        """By ESPI's namespace in a feed, or by the header of the CSV."""
        return _is_feed(member) or _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A meter is a household's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The readings by the block. Raises BrokenExport where the XML cannot be read or was made to deceive."""
        del subject
        if _is_feed(member):
            yield from _feed(member)
        elif sheet := _sheet(member):
            yield from _table(member, sheet)
        else:
            raise BrokenExport(f"{member.path} holds no readings of an energy meter.")


def _is_feed(member: Member) -> bool:
    if b"naesb.org/espi" not in member.head().replace(b"\0", b""):
        return False
    top = root(member)
    return top is not None and top.tag == "feed"


@dataclass(slots=True)
class _Readings:
    """Some readings of the feed, as they are written."""

    entries: list[int] = field(default_factory=list)
    starts: list[str | None] = field(default_factory=list)
    durations: list[str | None] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    cut: str = ""
    seen: int = 0

    def told(self, found: Iterable[Found | Cut], feed: Feed) -> _Readings:
        """The same, with these; what is no reading goes to the feed."""
        for one in found:
            self.seen += 1
            if isinstance(one, Cut):
                self.cut = one.reason
            elif one.element.tag == "IntervalReading":
                self.entries.append(entry_of(one))
                self.starts.append(one.element.findtext("timePeriod/start"))
                self.durations.append(one.element.findtext("timePeriod/duration"))
                self.values.append(one.element.findtext("value"))
            else:
                feed.take(one)
        return self


def _feed(member: Member) -> Iterator[Part]:
    feed, first, found = Feed(member.path), 0, elements(member, {*TOLD, "IntervalReading"})
    while (some := _Readings().told(islice(found, _BLOCK), feed)).seen:
        if not feed.whole and any(feed.kind(entry) is None for entry in set(some.entries)):
            feed.learn(member)
        yield _part(member.path, some, feed, first)
        first += len(some.entries) + bool(some.cut)


def _part(path: str, some: _Readings, feed: Feed, first: int) -> Part:
    import polars as pl

    kinds = {entry: feed.kind(entry) for entry in dict.fromkeys(some.entries)}
    columns = {"start": some.starts, "duration": some.durations, "value": some.values}
    rows = pl.DataFrame(
        {"entry": some.entries, **columns}, schema={"entry": pl.Int64, **dict.fromkeys(columns, pl.String)}
    ).with_row_index("record")
    meant = pl.DataFrame(
        [(entry, *kind) for entry, kind in kinds.items() if kind],
        schema={"entry": pl.Int64, "signal": pl.String, "below": pl.String, "scale": pl.Float64, "unit": pl.String},
        orient="row",
    )
    told = rows.join(meant, on="entry", how="inner", maintain_order="left")
    blind = rows.join(meant, on="entry", how="anti")["record"].to_list()
    faults = [Fault(f"{path}, record {first + place + 1}", "nothing tells what it is a reading of") for place in blind]
    if some.cut:
        blind.append(rows.height)
        faults.append(Fault(f"{path}, record {first + rows.height + 1}", some.cut))
    read = rows.height + bool(some.cut)
    return part(_measured(told), kind="reading", read=read, first=first, faults=faults, faulty=blind)


def _measured(told: pl.DataFrame) -> pl.DataFrame:
    """Readings in their signal's unit; what is below nothing went the other way."""
    import polars as pl

    seconds = pl.col("duration").str.strip_chars().cast(pl.Int64, strict=False)
    number = pl.col("value").str.strip_chars().cast(pl.Float64, strict=False).fill_null(float("nan"))
    began = from_epoch(told["start"].str.strip_chars(), unit="s")["start"]
    value = number * pl.col("scale")
    other_way = (value < 0) & (pl.col("below") != pl.col("signal"))
    return told.with_columns(began).select(
        "record",
        source=pl.lit("green_button"),
        start="start",
        stop=pl.when(seconds.is_between(1, 10**8)).then(pl.col("start") + pl.duration(seconds=seconds)),
        basis=pl.lit(int(Basis.INSTANT), pl.Int8),
        signal=pl.when(other_way).then("below").otherwise("signal"),
        value=pl.when(other_way).then(-value).otherwise(value),
        unit="unit",
    )


def _sheet(member: Member) -> Sheet | None:
    if b"TYPE," not in member.head(4096).upper():
        return None
    return next((one for one in sheets(member) if one.delimiter == "," and _columns(one)), None)


def _columns(sheet: Sheet) -> dict[str, str] | None:
    """The places of the columns by name, where the header is one of a utility's."""
    names = [name.lower() for name in sheet.header]
    dated = names[:2] == ["type", "date"] or names[:3] == ["type", "start date", "end date"]
    energy = [name for name in names if _ENERGY.fullmatch(name)]
    return {name: str(place) for place, name in enumerate(names)} if dated and energy else None


def _table(member: Member, sheet: Sheet) -> Iterator[Part]:
    columns = _columns(sheet) or {}
    order = _order(member, sheet, _dated(columns))
    for block in blocks(member, sheet):
        yield part(
            _rows(block, columns, order),
            kind="reading",
            read=block.rows.height,
            first=block.first,
            faults=overlong(member.path, block),
            faulty=block.ragged,
            nothing="bills tell again what the readings tell, and some cells are empty",
        )


def _dated(columns: dict[str, str]) -> str:
    return columns.get("date", columns.get("start date", "0"))


def _order(member: Member, sheet: Sheet, place: str) -> Order:
    """Whether dates such as `7/2/2026` begin with the day or the month: as the file proves, else as in America."""
    evidence = Evidence()
    for block in blocks(member, sheet, only=place):
        evidence.take(block.rows[place])
        if not evidence.seen:
            break
    return evidence.order() or "month-first"


def _rows(block: Block, columns: dict[str, str], order: Order) -> pl.DataFrame:
    """Wall clocks from START TIME to the minute after END TIME; days where there are none."""
    import polars as pl

    place = _dated(columns)
    cells = block.rows.with_row_index("record").filter(~pl.col(columns["type"]).str.contains("(?i)billing"))
    began, ended = columns.get("start time"), columns.get("end time")
    start = stamps(_joined(cells, place, began), order)
    stop = stamps(_joined(cells, place, ended), order)["start"] + pl.duration(minutes=1) if began and ended else None
    timed = cells.with_columns(start).with_columns(stop=pl.lit(None, pl.Datetime("us")) if stop is None else stop)
    found = [_column(timed, columns, name) for name in columns if _ENERGY.fullmatch(name)]
    return pl.concat(found).sort("record", maintain_order=True)


def _joined(cells: pl.DataFrame, day: str, clock: str | None) -> pl.Series:
    import polars as pl

    return cells.select(pl.concat_str(day, clock, separator=" ") if clock else pl.col(day)).to_series()


def _column(timed: pl.DataFrame, columns: dict[str, str], name: str) -> pl.DataFrame:
    """One column of amounts: electricity, and what else is measured in its own unit."""
    import polars as pl

    shape = _ENERGY.fullmatch(name)
    told = pl.lit(shape[2]) if shape and shape[2] else pl.col(columns["units"]) if "units" in columns else pl.lit("kwh")
    number = pl.col(columns[name]).cast(pl.Float64, strict=False).fill_null(float("nan"))
    fed = (number < 0) | pl.lit(name.startswith("export"))
    unit, of_gas = told.str.to_lowercase(), pl.col(columns["type"]).str.contains(_GAS)
    power = pl.col(columns["type"]).str.contains(_POWER) & (unit == "kwh")
    used = pl.when(fed).then(pl.lit("home.electricity_fed")).otherwise(pl.lit("home.electricity"))
    rest = pl.when(of_gas).then(pl.lit("other.home_gas")).otherwise(pl.lit("other.home_meter"))
    return timed.filter(pl.col(columns[name]).is_not_null()).select(
        "record", "start", "stop", "offset", "basis",
        source=pl.lit("green_button"),
        signal=pl.when(power).then(used).otherwise(rest),
        value=pl.when(power).then(number.abs()).otherwise(number),
        unit=pl.when(power).then(None).otherwise("{" + unit.str.strip_suffix("s") + "}"),
    )  # fmt: skip


SOURCE = GreenButton()
