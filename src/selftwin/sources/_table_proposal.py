"""What the columns of a table nobody has mapped may mean: from their names, their units and the range of their values.

A guess is written down as a mapping that a person reads and corrects; nothing is stored by it. Names find the signal,
the header or else the values find the unit: the ones in which the middle value is one that people have.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from selftwin.sources._table_cells import EPOCHS, Evidence, numbers, parted, stamps
from selftwin.sources._table_text import blocks, sheets
from selftwin.vocabulary.catalogue import signal, signals
from selftwin.vocabulary.errors import UnitError, UnknownFormat
from selftwin.vocabulary.remembering import remembered
from selftwin.vocabulary.signal import Kind
from selftwin.vocabulary.units import canonical, into

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_text import Sheet
    from selftwin.sources.reader.members import Member
    from selftwin.vocabulary.signal import Signal

MOSTLY = 0.9  # of the cells that must read as what a column is said to be
SAMPLE = 200  # different cells that are looked at for a pattern
FEW = 12  # different words of a column whose words are states
SHOWN, LONGEST = 3, 80  # values told of a column, and letters of each
_SUBJECT = re.compile(r"(?i)(?:person|user|subject|participant|patient|pat|account|name)?[ _]?(?:id|nr|no)?")
_BRACKETED = re.compile(r"^(?P<name>.*?)\s*[(\[](?P<unit>[^()\[\]]{1,20})[)\]]\s*$")
# What months are called in English is read by a pattern: days, then what may follow them.
_DAYS = ("%B %d, %Y", "%d %B %Y", "%d-%B-%Y", "%A, %B %d, %Y", "%A, %d %B %Y")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
_PATTERNS = (*_DAYS, *(f"{day}{joint}{clock}" for day in _DAYS for joint in (" ", ", ", " at ") for clock in _CLOCKS))
_SINCE = {"seconds": (1e9, 4e9), "milliseconds": (1e12, 4e12)}  # the years 2001 to 2096
_TIMED = re.compile(r"\b(?:time|timestamp|unix|epoch|date|ts|zeit|zeitstempel|datum)\b")
_CLOCK = r"^\d{1,2}:\d{2}(:\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?)?$"
# Tables of one kind, by a column they have: what a name means there instead, unless a word beside it says more.
_KINDS = {
    "food": ({"energy.burned": "energy.intake"}, "burned"),
    "lifts": ({"weight": "", "order": ""}, "body"),
}
_NAMELESS = {"value", "reading", "readings", "result", "level", "measurement", "amount", "wert", "valeur", "valor"}
_ACCENTS = re.compile(r"[\u0300-\u036f]")
# Other units that people write a signal's unit in, the likelier first.
_OTHERS = {
    "kg": ("[lb_av]", "[stone_av]"), "m": ("km", "[mi_i]", "[ft_i]"), "cm": ("m", "[in_i]"), "Cel": ("[degF]",),
    "mg/dL": ("mmol/L",), "min": ("h", "s", "ms"), "kcal": ("kJ",), "mL": ("L", "[foz_us]"),
    "m/s": ("km/h", "[mi_i]/h"), "h": ("min", "s"), "g": ("mg",), "%": ("1",), "s": ("min", "ms"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its guess: `role` is time, person, value or left; `why` says what it was told from; `shown` are some
    of its values. `units` are all in which the values are likely, the likeliest first."""

    header: str
    role: str
    why: str = ""
    signal: str = ""
    kind: str = ""
    units: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    form: str = ""  # of a time that is neither ISO nor numbers: how it is written


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping that may be meant: its columns, its text, and which it leaves to the person to say."""

    columns: tuple[Column, ...]
    text: str
    open: tuple[str, ...] = ()


def propose(member: Member, *, name: str) -> Proposal:
    """The likeliest mapping of a table. Raises UnknownFormat where it is none, or nothing in it looks like a date."""
    sheet, cells = _table(member)
    order, evidence = _order(cells)
    columns = tuple(_columns(sheet, cells, order, about=member.name.partition(".")[0]))
    if not any(column.role == "time" and column.why != "a clock" for column in columns):
        raise UnknownFormat(f"No column of {member.path} looks like a date.",
                            hint="A row must say when. docs/sources/table.md shows what can be read.")  # fmt: skip
    unsure = "order" if evidence.seen and order is None else ""
    asked = tuple(filter(None, (unsure, *(one.header for one in columns if len(one.units) > 1))))
    return Proposal(columns, _written(name, member, columns, order, unsure=bool(unsure)), asked)


def _table(member: Member) -> tuple[Sheet, pl.DataFrame]:
    """The first line that heads a table, and the first block of what stands under it."""
    for sheet in sheets(member):
        names = [one for one in sheet.header if one]
        heads = len(names) > 1 and len(set(names)) == len(names) and not any(map(_is_value, names))
        block = next(blocks(member, sheet), None) if heads else None
        if block is not None and len(block.ragged) * 10 < block.rows.height:
            return sheet, block.rows
    raise UnknownFormat(f"{member.path} is no table with a line of column names.")


def _is_value(name: str) -> bool:
    return bool(re.fullmatch(r"[\d.,:/ +-]+", name))


def _order(cells: pl.DataFrame) -> tuple[Order | None, Evidence]:
    """Which of day and month comes first, by all columns of dates together."""
    evidence = Evidence()
    for place in cells.columns:
        if _share(parted(cells[place])["a"].is_not_null(), cells[place]) > MOSTLY:
            evidence.take(cells[place])
    return evidence.order(), evidence


def _share(hits: pl.Series, cells: pl.Series) -> float:
    """The share of the cells that are filled in which something holds."""
    filled = cells.len() - cells.null_count()
    return float((hits & cells.is_not_null()).sum()) / filled if filled else 0.0


def _columns(sheet: Sheet, cells: pl.DataFrame, order: Order | None, *, about: str) -> Iterator[Column]:
    """The columns in order; `about` is what the file is called, which names a column that is only called a value."""
    timed = clocked = False
    kind = _kind(sheet.header)
    guesses = []
    for place, header in enumerate(sheet.header):
        column = cells[str(place)] if str(place) in cells.columns else None
        if not header or column is None or not column.len() - column.null_count():
            guesses.append(Column(header, "left", "it is empty"))
            continue
        guess = _guess(header, column, order or "day-first", sheet.delimiter, about, kind=kind)
        shown = tuple(column.drop_nulls().unique(maintain_order=True).head(SHOWN).str.slice(0, LONGEST))
        guesses.append(replace(guess, shown=shown))
    written = any(one.role == "time" and one.why != "a clock" and one.form not in EPOCHS for one in guesses)
    for guess in guesses:
        late = clocked if guess.why == "a clock" else timed or (written and guess.form in EPOCHS)
        again = guess.role == "time" and late
        one = Column(guess.header, "left", "another time", shown=guess.shown) if again else guess
        timed, clocked = timed or one.role == "time", clocked or one.why in {"a clock", "a date and a clock"}
        yield one


def _kind(headers: tuple[str, ...]) -> str:
    """What kind of table these are the columns of, where it changes what a name means."""
    if any(known.key.startswith("meal.") for one in headers for known in _meant(_parted(one)[0])):
        return "food"
    return "lifts" if {_plain(one) for one in headers} & {"reps", "repetitions"} else ""


def _guess(header: str, cells: pl.Series, order: Order, delimiter: str, about: str, *, kind: str) -> Column:
    """What one column is, in a table of this kind."""
    read = stamps(cells, order)
    if _share(read["start"].is_not_null(), cells) > MOSTLY:
        dated = bool((read["basis"] == 0).all())
        return Column(header, "time", "a date" if dated else "a date and a clock")
    if _share(cells.str.contains(_CLOCK), cells) > MOSTLY:
        return Column(header, "time", "a clock")
    if form := _form(header, cells):
        dated = form in _DAYS
        return Column(header, "time", "a date" if dated else "a date and a clock", form=form)
    some = cells.drop_nulls().n_unique()
    if _SUBJECT.fullmatch(header.strip()) and 1 < some * 5 < cells.len():
        return Column(header, "person", f"{some} people")
    value = numbers(cells, delimiter=delimiter)
    if _share(value.is_finite(), cells) > MOSTLY:
        return _number(header, value, about, kind=kind)
    return _words(header, cells, some)


def _form(header: str, cells: pl.Series) -> str:
    """How a time is written that is neither ISO nor numbers: a pattern, or what is counted since 1970; or nothing."""
    import polars as pl

    some = cells.drop_nulls().unique(maintain_order=True).head(SAMPLE)
    if _TIMED.search(_plain(header)):
        counted = some.cast(pl.Float64, strict=False)
        for form, (low, high) in _SINCE.items():
            if _share(counted.is_between(low, high).fill_null(value=False), some) > MOSTLY:
                return form
    named = _share(some.str.contains(r"\p{L}{3}.*\b\d{4}\b"), some) > MOSTLY
    for form in _PATTERNS if named else ():
        if _share(some.str.to_datetime(form, strict=False).is_not_null(), some) > MOSTLY:
            return form
    return ""


def _number(header: str, value: pl.Series, about: str, *, kind: str) -> Column:
    """A number: the signal by its name, the unit by its header or by its middle value."""
    name, written = _parted(header)
    name = f"{about} {name}" if _plain(name) in _NAMELESS else name
    middle = value.filter(value.is_finite()).median()
    middle = float(middle) if isinstance(middle, (int, float)) else 0.0
    for meant in _meant(name):
        instead, unless = _KINDS.get(kind, ({}, " "))
        key = meant.key if unless in _plain(name) else instead.get(meant.key, meant.key)
        if not key:
            continue
        known = signal(key)
        if known.kind not in {Kind.QUANTITY, Kind.EVENT}:
            continue
        if written and (unit := _fits(known, written)):
            return Column(header, "value", "its name and its unit", known.key, "number", (unit,))
        likely = _likely(known, middle)
        if likely:
            sure = "its name" if len(likely) == 1 and likely[0] == known.unit else "its name and its values"
            return Column(header, "value", sure, known.key, "number", likely)
    unit = _fits(None, written) or "1"
    return Column(header, "value", "a number by no name I know", f"other.{_slug(name)}", "number", (unit,))


def _words(header: str, cells: pl.Series, some: int) -> Column:
    for known in _meant(_parted(header)[0]):
        if known.kind is Kind.TEXT:
            return Column(header, "value", "its name", known.key, "text")
    if some <= FEW and some * 4 < cells.len():
        return Column(header, "value", f"{some} different words", f"other.{_slug(header)}", "state")
    return Column(header, "left", "words")


def _parted(header: str) -> tuple[str, str]:
    """The name of a column and the unit written into it: `Weight (kg)`, `weight_kg`, `Glucose mg/dL`."""
    if found := _BRACKETED.match(header):
        return found["name"], found["unit"]
    name, _, last = header.replace("_", " ").strip().rpartition(" ")
    return (name, last) if name and _fits(None, last) else (header, "")


@remembered(512)
def _unit(written: str) -> str:
    """The unit of a spelling, empty where it is none."""
    try:
        return canonical(written.strip())
    except UnitError:
        return ""


def _fits(known: Signal | None, written: str) -> str:
    """The unit that is written, where a signal can be told in it; empty where not."""
    unit = _unit(written)
    try:
        return unit if not known or (unit and into(known, unit)) else ""
    except UnitError:
        return ""


def _likely(known: Signal, middle: float) -> tuple[str, ...]:
    """The units in which a value is one that people have, the signal's own first."""
    if known.usual_low is None or known.usual_high is None:
        return (known.unit,)
    ways = [(unit, into(known, unit)(middle)) for unit in (known.unit, *_OTHERS.get(known.unit, ()))]
    return tuple(unit for unit, value in ways if known.usual_low <= value <= known.usual_high)


def _plain(words: str) -> str:
    """Words in lower case, without accents and signs, parted by one blank; `heartRate` is two words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", apart)).casefold()
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Every name of a column that is known, with its signal: the catalogue's labels, and what people say."""
    said = tomllib.loads(files("selftwin.sources").joinpath("column_names.toml").read_text(encoding="utf-8"))
    labels = {_plain(one.label): one.key for one in signals()} | {_plain(one.key): one.key for one in signals()}
    return labels | {_plain(name): key for key, names in said.items() for name in names}


def _meant(name: str) -> Iterator[Signal]:
    """The signals a name may mean, those of whose words it holds the most first."""
    plain = f" {_plain(name)} "
    hits = sorted((known for known in _names() if known and f" {known} " in plain), key=len, reverse=True)
    for key in dict.fromkeys(_names()[hit] for hit in hits):
        yield signal(key)


def _slug(name: str) -> str:
    return _plain(name).replace(" ", "_")[:60] or "value"


def _written(name: str, member: Member, columns: tuple[Column, ...], order: Order | None, *, unsure: bool) -> str:
    """The mapping as TOML, with a line of why over each value."""
    used = [one for one in columns if one.role != "left"]
    lines = [f"title = {_quoted(member.name)}", f"source = {_quoted(name)}", "", "[recognise]",
             f"columns = [{', '.join(_quoted(one.header) for one in used)}]"]  # fmt: skip
    for one in columns:
        if one.role == "person":
            lines += ["", "[subject]", f"column = {_quoted(one.header)}"]
    times = [one.header for one in columns if one.role == "time"]
    lines += ["", "[time]", f"columns = [{', '.join(map(_quoted, times))}]"]
    lines += _formats([one for one in columns if one.role == "time"])
    if order:
        lines.append(f'order = "{order}"')
    elif unsure:
        lines.append('# order = "day-first"  # or "month-first": nothing in the file tells which')
    for one in columns:
        lines += _value(one) if one.role == "value" else []
    return "\n".join(lines) + "\n"


def _formats(times: list[Column]) -> list[str]:
    """How the times are written, where that is to be said; a clock beside a date follows it."""
    form = next((one.form for one in times if one.form), "")
    if not form:
        return []
    clocks = [f"{form} {clock}" for clock in _CLOCKS] if any(one.why == "a clock" for one in times) else []
    return [f"format = [{', '.join(map(_quoted, (*clocks, form)))}]"]


def _value(one: Column) -> list[str]:
    lines = ["", f"[[value]]  # told from {one.why}"]
    lines += [f"column = {_quoted(one.header)}", f"signal = {_quoted(one.signal)}"]
    if one.kind != "number":
        return [*lines, f"kind = {_quoted(one.kind)}"]
    several = f"[{', '.join(map(_quoted, one.units))}]" if len(one.units) > 1 else _quoted(one.units[0])
    return [*lines, f"unit = {several}"]


def _quoted(words: str) -> str:
    """A string as TOML writes it; JSON's way of quoting is one of TOML's."""
    import orjson

    return orjson.dumps(words).decode().replace("\x7f", "\\u007f")
