"""Rows of states (entity, state, moment), from the database or a CSV, as observations.

A number is one reading. What lasts (being at home, a lamp that is on, the weather) is told by the state that ends it:
from the one before, of the same entity, to this. What happens is told where a thing that was off goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.sources._home_assistant_meaning import ABSENT, WEATHER, meaning
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

_KEY = ("entity", "device", "unit", "kind")
_FOLLOWED = ("event", "switch", "presence", "weather")
_KEPT = ("record", "native", "source", "start", "stop", "basis", "signal", "value", "text", "unit")


@dataclass(slots=True)
class Entities:
    """What must be remembered from block to block: the last state of each entity that is followed, the class of each
    device, and when each was first seen. `person` is whose presence is read; nobody's where there are several."""

    person: str | None
    last: pl.DataFrame | None = None
    devices: dict[str, str | None] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)

    def rows(self, states: pl.DataFrame) -> pl.DataFrame:
        """Observations of states: record, entity, state, at (milliseconds since 1970, null where unreadable), and, as
        far as told, device, unit and kind; those with `aside` say nothing new."""
        import polars as pl

        meant = states.filter(~pl.col("aside")).join(_meanings(states), on=_KEY, how="left", nulls_equal=True)
        self._remember(meant)
        told = meant.with_columns(
            source="home_assistant:" + pl.col("entity"),
            native=pl.concat_str("entity", pl.lit("/"), "at"),
            start=pl.col("at").cast(pl.Datetime("ms")).cast(pl.Datetime("us")),
            basis=pl.lit(int(Basis.INSTANT), pl.Int8),
            absent=pl.col("state").str.to_lowercase().is_in(ABSENT).fill_null(value=True),
            shown=pl.col("unit_right"),
        )
        return pl.concat([_numbers(told), _switches(told), self._followed(told)], how="diagonal_relaxed").sort("record")

    def _remember(self, meant: pl.DataFrame) -> None:
        import polars as pl

        seen = meant.group_by("entity").agg(pl.col("device").drop_nulls().last(), pl.col("at").min())
        for entity, device, at in seen.rows():
            self.devices[entity] = device or self.devices.get(entity)
            if at is not None:
                self.since[entity] = min(at, self.since.get(entity, at))

    def _followed(self, told: pl.DataFrame) -> pl.DataFrame:
        """What lasted until a state, or happened with it."""
        import polars as pl

        here = told.filter(pl.col("how").is_in(_FOLLOWED) & pl.col("start").is_not_null())
        here = here.filter((pl.col("how") != "presence") | (pl.col("entity") == (self.person or "")))
        before = [] if self.last is None else [self.last.with_columns(record=pl.lit(None, pl.UInt32))]
        every = pl.concat([*before, here], how="vertical_relaxed")
        self.last = every.unique("entity", keep="last", maintain_order=True)
        paired = every.with_columns(
            stop=pl.col("start"),
            native_at=pl.col("native"),
            **{f"old_{name}": pl.col(name).shift().over("entity") for name in ("state", "start", "native", "absent")},
        ).filter(pl.col("record").is_not_null() & ~pl.col("old_absent") & (pl.col("old_start") <= pl.col("start")))
        return pl.concat([_happened(paired), *_lasted(paired)], how="diagonal_relaxed")


def _meanings(states: pl.DataFrame) -> pl.DataFrame:
    """Each kind of entity among the states, and what it means."""
    import polars as pl

    keys = states.select(_KEY).unique().drop_nulls("entity")
    found = [meaning(*key) for key in keys.rows()]
    return keys.with_columns(
        pl.Series("how", [one.how for one in found], pl.String),
        pl.Series("signal", [one.signal for one in found], pl.String),
        pl.Series("scale", [one.scale for one in found], pl.Float64),
        pl.Series("zero", [one.offset for one in found], pl.Float64),
        pl.Series("unit_right", [one.unit for one in found], pl.String),
    )


def _numbers(told: pl.DataFrame) -> pl.DataFrame:
    """Readings; where an entity has a unit, a word is a fault, and else it is none of them."""
    import polars as pl

    number = pl.col("state").cast(pl.Float64, strict=False)
    known = pl.when(pl.col("unit").is_not_null()).then(number.fill_null(float("nan"))).otherwise(number)
    here = told.filter((pl.col("how") == "number") & ~pl.col("absent"))
    here = here.with_columns(value=known * pl.col("scale") + pl.col("zero")).filter(pl.col("value").is_not_null())
    return _shown(here)


def _switches(told: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    here = told.filter((pl.col("how") == "onoff") & pl.col("state").is_in(["on", "off"]))
    return _shown(here.with_columns(value=(pl.col("state") == "on").cast(pl.Float64)))


def _happened(paired: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    on = (pl.col("how") == "event") & (pl.col("old_state") == "off") & (pl.col("state") == "on")
    return _shown(paired.filter(on).with_columns(value=pl.lit(1.0), stop=pl.lit(None, pl.Datetime("us"))))


def _lasted(paired: pl.DataFrame) -> list[pl.DataFrame]:
    import polars as pl

    spans = paired.filter(pl.col("how") != "event").with_columns(start=pl.col("old_start"), native=pl.col("old_native"))
    was = pl.col("old_state")
    at_home = pl.when(was == "home").then(pl.lit("home")).otherwise(pl.lit("away"))
    name = pl.col("entity").str.splitn(".", 2).struct.field("field_1").str.replace_all("_", " ")
    somewhere = (pl.col("how") == "presence") & ~was.is_in(["home", "not_home"])
    weather = was.replace_strict(WEATHER, default="other", return_dtype=pl.String)
    return [
        _shown(spans.filter(pl.col("how") == "presence").with_columns(text=at_home)),
        _shown(spans.filter(somewhere).with_columns(signal=pl.lit("place.visit"), text=was)),
        _shown(spans.filter((pl.col("how") == "switch") & (was == "on")).with_columns(text=name)),
        _shown(spans.filter(pl.col("how") == "weather").with_columns(text=weather)),
    ]


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    other = rows.drop("unit").rename({"shown": "unit"})
    return other.select(name for name in _KEPT if name in other.columns)
