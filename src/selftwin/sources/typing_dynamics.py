"""How somebody types, never what: tables of keystrokes as the 136 million keystrokes of Aalto University are written.

Their owner has them from a typing test or recorder that writes this format, one file a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import part
from selftwin.sources._table_text import Block, blocks, sheets
from selftwin.sources.reader.stamps import from_epoch
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_text import Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_HEADER = ("PARTICIPANT_ID", "TEST_SECTION_ID", "SENTENCE", "USER_INPUT", "KEYSTROKE_ID", "PRESS_TIME", "RELEASE_TIME",
           "LETTER", "KEYCODE")  # fmt: skip
_BACKSPACE = "8"
_LEAST_KEYS = 10  # for a speed and a share of corrections
_PAUSE = 60_000  # milliseconds after which no flight is measured


@dataclass(frozen=True, slots=True)
class TypingDynamics:
    """Timings of keys; letters, sentences and key codes are dropped while they are read."""

    name: str = "typing_dynamics"
    title: str = "Typing dynamics"
    reads: str = "How fast and even somebody types, never what."
    version: int = 1
    rank: int = 0
    how_to_export: str = "Save the recorder's table of keystrokes as text with tabs (PRESS_TIME, RELEASE_TIME)."

    def recognises(self, member: Member) -> bool:
        """By the header."""
        return b"PRESS_TIME" in member.head(400) and _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The participants."""
        if (sheet := _sheet(member)) is None:
            return ()
        people = {one for block in blocks(member, sheet) for one in block.rows["0"].drop_nulls().unique().to_list()}
        return tuple(sorted(people))

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The keys in blocks. Raises BrokenExport where the header is another."""
        if (sheet := _sheet(member)) is None:
            raise BrokenExport(f"{member.path} is no table of keystrokes.")
        for block in blocks(member, sheet):
            yield _part(member.path, block, subject)


def _sheet(member: Member) -> Sheet | None:
    """The table, in which a quote is a key like any other."""
    found = (sheet for sheet in sheets(member) if sheet.header == _HEADER and not sheet.before)
    return next((replace(sheet, quoted=False) for sheet in found), None)


def _part(path: str, block: Block, subject: str | None) -> Part:
    import polars as pl

    keys = block.rows.select(
        record=pl.int_range(pl.len(), dtype=pl.UInt32),
        who="0",
        section=pl.col("1").fill_null(""),
        press=pl.col("5").cast(pl.Float64, strict=False),
        release=pl.col("6").cast(pl.Float64, strict=False),
        erased=pl.col("8") == _BACKSPACE,
        native=pl.concat_str("0", "4", separator="/"),
    )
    mine = keys if subject is None else keys.filter(pl.col("who") == subject)
    mine = mine.filter(~pl.col("record").is_in(list(block.ragged)))
    ordered = mine.sort("section", "press", maintain_order=True).with_columns(
        hold=(pl.col("release") - pl.col("press")).fill_null(float("nan")),
        flight=(pl.col("press") - pl.col("release").shift(1)).over("section"),
    )
    flights = ordered.filter(pl.col("flight").is_between(0, _PAUSE))
    rows = [_measured(ordered, "hold"), _measured(flights, "flight"), *_sections(ordered)]
    told = pl.concat(rows, how="diagonal_relaxed").sort("record", maintain_order=True)
    return part(told, kind="key", read=keys.height, first=block.first, faults=overlong(path, block),
                faulty=block.ragged, nothing="of another person")  # fmt: skip


def _measured(keys: pl.DataFrame, what: str) -> pl.DataFrame:
    import polars as pl

    when = from_epoch(keys["press"])
    rows = keys.select("record", "native", value=pl.col(what))
    return rows.hstack(when).with_columns(signal=pl.lit(f"typing.{what}"), source=pl.lit("typing_dynamics"))


def _sections(keys: pl.DataFrame) -> list[pl.DataFrame]:
    """Keys a minute, and the share of them that erase, of each section that is long enough."""
    import polars as pl

    sections = keys.group_by("section", maintain_order=True).agg(
        pl.col("record", "native").first(), pl.col("press").min(), pl.len().alias("count"),
        last=pl.col("press").max(), erased=pl.col("erased").sum(),
    ).filter((pl.col("count") >= _LEAST_KEYS) & (pl.col("last") > pl.col("press")))  # fmt: skip
    sections = sections.with_columns(
        native=pl.concat_str("section", "native", separator="/"),
        speed=(pl.col("count") - 1) / (pl.col("last") - pl.col("press")) * 60_000,
        corrections=pl.col("erased") / pl.col("count") * 100,
    )
    stop = from_epoch(sections["last"])["start"].alias("stop")
    return [_measured(sections, what).with_columns(stop) for what in ("speed", "corrections")]


SOURCE = TypingDynamics()
