"""Exactly what somebody would see: the sheet in the margin, with what is kept from them hatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import Granularity
from selftwin.consent.saying import ABOUT, day
from selftwin.vocabulary.signal import Kind
from selftwin.web.charts import spark
from selftwin.web.charts.believed import Band
from selftwin.web.rendering import texts
from selftwin.wording.measures import measure
from selftwin.wording.phrases import short
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from selftwin.consent.grant import Grant
    from selftwin.consent.preview import Foreseen
    from selftwin.twin import Twin
    from selftwin.web.page import Visit

DRAWN = 3  # signals drawn; the others are named
DAYS = 60  # of a drawing
NAMED = 12  # signals named one by one
DIMENSIONS = ("categories", "sensitivities", "signals", "estimates", "actions", "purposes", "granularity", "first",
              "last")  # fmt: skip
FOREMOST = ("heart_rate.resting", "glucose", "sleep.duration", "weight", "steps", "blood_pressure.systolic")


@dataclass(frozen=True, slots=True)
class Line:
    """A signal they would see: its name, newest value, drawing where there is one, and its table for those who read."""

    key: str
    name: str
    value: str
    svg: Markup | str
    says: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody would see, and what is kept from them."""

    party: str
    name: str
    title: str
    drawn: tuple[Line, ...]
    also: tuple[tuple[str, str], ...]
    more: int
    kept: tuple[str, ...]
    first: str
    foot: str
    rows: int


def sheet(visit: Visit, party: str, name: str, title: str, drafted: Grant | None) -> Sheet:
    """The sheet for a party as things are, or as if a draft were granted. Raises Preparing."""
    found: tuple[Foreseen, ...] = visit.made(
        "consent.sheet", lambda twin: _foreseen(twin, party, drafted), party, _key(drafted)
    )
    return drawn(found, party, name, title, drafted)


def _key(drafted: Grant | None) -> tuple[object, ...]:
    """What makes a draft another, but the moment it was made."""
    if drafted is None:
        return ()
    return tuple(getattr(drafted, name) for name in DIMENSIONS)


def _foreseen(twin: Twin, party: str, drafted: Grant | None) -> tuple[Foreseen, ...]:
    return twin.consent.foresee(party, drafted)


def drawn(found: Sequence[Foreseen], party: str, name: str, title: str, drafted: Grant | None) -> Sheet:
    """The sheet of what was foreseen."""
    t = texts("en")
    seen = sorted((one for one in found if one.granularity is not None), key=_rank)
    lines = [one for one in seen if _drawable(one)][:DRAWN]
    others = [one for one in seen if one not in lines]
    rows = sum(one.rows for one in seen)
    beliefs = sum(len(one.beliefs) for one in seen)
    days = [one.days["day"].min() for one in seen if one.days is not None and one.days.height]
    first = min((one for one in days if isinstance(one, date)), default=None)
    foot = t("consent.sheet_foot", rows=count(rows, "row"), beliefs=count(beliefs, "belief"))
    return Sheet(
        party, name, title,
        tuple(_line(one) for one in lines),
        tuple((short(one.signal.label), _value(one)) for one in others[:NAMED]),
        max(len(others) - NAMED, 0),
        tuple(_kept(found, seen, drafted)),
        day(first) if first else "",
        foot if seen else t("consent.sheet_nothing", name=name),
        rows,
    )  # fmt: skip


def _rank(one: Foreseen) -> tuple[int, str]:
    key = one.signal.key
    return FOREMOST.index(key) if key in FOREMOST else len(FOREMOST), short(one.signal.label)


def _drawable(one: Foreseen) -> bool:
    return one.days is not None and one.days.height > 1 and one.signal.kind is Kind.QUANTITY


def _line(one: Foreseen) -> Line:
    days = one.days
    if days is None:
        return Line(one.signal.key, short(one.signal.label), _value(one), "", "", ())
    recent = days.tail(DAYS).drop_nulls("value")
    read = measure(one.signal.key, str(days["unit"][-1] or one.signal.unit))
    values = [read(value) for value in recent["value"].to_list()]
    at: list[date] = recent["day"].to_list()
    usual = next((one_.believed for one_ in one.beliefs if one_.kind == "normal"), None)
    band = None
    if usual and usual.get("low") is not None and usual.get("high") is not None:
        band = Band(read(usual["low"]), read(usual["high"]))
    label = short(one.signal.label)
    says = texts("en")("consent.sheet_says", name=label, days=count(len(at), "day"), newest=_value(one))
    name = f"sheet-{one.signal.key.replace('.', '-')}"
    drawn = spark.draw(spark.Spark(at, values, usual=band, height=38.0), name=name, says=says)
    rows = tuple((day(when), read.one(value)) for when, value in zip(at, recent["value"].to_list(), strict=True))
    return Line(one.signal.key, short(one.signal.label), _value(one), drawn, says, rows[::-1][:14])


def _value(one: Foreseen) -> str:
    """The newest value they would see, or what of the signal they would see instead."""
    t = texts("en")
    if one.days is not None and one.days.height:
        last = one.days.tail(1).row(0, named=True)
        if last["value"] is not None and one.signal.numeric:
            return measure(one.signal.key, str(last["unit"] or one.signal.unit)).one(last["value"])
        return count(one.rows, "row")
    kinds = sorted({belief.kind for belief in one.beliefs})
    said: dict[str, Any] = {"normal": t("consent.sees_usual"), "forecast": t("consent.sees_forecast")}
    return " + ".join(said.get(kind, kind) for kind in kinds) or t("consent.sees_nothing_yet")


def _kept(found: Sequence[Foreseen], seen: Sequence[Foreseen], drafted: Grant | None) -> list[str]:
    """What is kept from them: signals of kinds they see, whole kinds, days, and how finely."""
    t, kept = texts("en"), [one for one in found if one.granularity is None]
    categories = {one.signal.category for one in seen}
    near = [short(one.signal.label) for one in kept if one.signal.category in categories]
    far = {one.signal.category for one in kept} - categories
    said = [*near[:3], *([t("consent.kept_more", count=len(near) - 3)] if len(near) > 3 else [])]
    said += [f"{ABOUT[one][:1].upper()}{ABOUT[one][1:]}" for one in ABOUT if one in far]
    if drafted is not None and drafted.first:
        said.append(t("consent.kept_before", day=day(drafted.first)))
    finest = max((one.granularity for one in seen if one.granularity is not None), default=None)
    if finest is Granularity.DAILY:
        said.append(t("consent.kept_times"))
    if finest is Granularity.INSIGHT:
        said.append(t("consent.kept_values"))
    return said
