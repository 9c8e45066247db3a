"""Duolingo: how words were recalled, lesson by lesson, as in the learning traces that Duolingo published.

The set (13 million traces of 2013, `learning_traces.13m.csv.gz`) lies at Harvard's Dataverse, doi 10.7910/DVN/N8XJME.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import Reading, part, read_off, words
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources.reader.stamps import from_epoch
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

MOST_LEARNERS = 200_000  # the published set has some 115,000
_HEAD = (
    "p_recall", "timestamp", "delta", "user_id", "learning_language", "ui_language", "lexeme_id", "lexeme_string",
    "history_seen", "history_correct", "session_seen", "session_correct",
)  # fmt: skip
_LEARNER = str(_HEAD.index("user_id"))
_READINGS = (
    Reading("correct", "recall.correct", "%"),
    Reading("delta", "other.recall_elapsed", "s"),
    Reading("session_seen", "other.recall_seen", "{answers}"),
)


@dataclass(frozen=True, slots=True)
class Duolingo:
    """Learning traces: one for each word of a lesson, of many learners."""

    name: str = "duolingo"
    title: str = "Duolingo (learning traces)"
    reads: str = "How words of a language were recalled in lessons."
    version: int = 1
    rank: int = 0
    how_to_export: str = "Take the published learning traces of Duolingo from Harvard's Dataverse."

    def recognises(self, member: Member) -> bool:
        """By the header."""
        return _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The learners, where there are several; the whole file is read for it."""
        if (sheet := _sheet(member)) is None:
            return ()
        found: set[str] = set()
        for block in blocks(member, sheet):
            found.update(block.rows[_LEARNER].drop_nulls().unique())
            if len(found) > MOST_LEARNERS:
                raise BrokenExport(f"{member.path} names more than {MOST_LEARNERS} learners.")
        return tuple(sorted(found)) if len(found) > 1 else ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The traces by the block; with a subject, that learner's, where the file has one of that name."""
        if (sheet := _sheet(member)) is None:
            raise BrokenExport(f"{member.path} holds no learning traces of Duolingo.")
        chosen = subject if subject is not None and subject in self.subjects(member) else None
        for block in blocks(member, sheet):
            yield part(
                _rows(block, chosen),
                kind="trace",
                read=block.rows.height,
                first=block.first,
                faults=overlong(member.path, block),
                faulty=block.ragged,
                nothing="traces of other learners",
            )


def _sheet(member: Member) -> Sheet | None:
    if not member.head(64).removeprefix(b"\xef\xbb\xbf").startswith(b"p_recall,"):
        return None
    return next((one for one in sheets(member) if one.header == _HEAD and not one.before), None)


def _rows(block: Block, chosen: str | None) -> pl.DataFrame:
    """A word recalled: itself (`lernt/lernen`), how much of it went well, and when it was last met."""
    import polars as pl

    named = block.rows.rename({str(place): name for place, name in enumerate(_HEAD)}).with_row_index("record")
    mine = named if chosen is None else named.filter(pl.col("user_id") == chosen)
    share = pl.col("p_recall").cast(pl.Float64, strict=False).fill_null(float("nan")) * 100
    timed = mine.with_columns(from_epoch(mine["timestamp"], unit="s")).with_columns(
        source="duolingo:" + pl.col("learning_language").fill_null("?"),
        native=pl.concat_str("lexeme_id", "timestamp", separator="/"),
        word=pl.col("lexeme_string").str.extract(r"^([^<]*)", 1),
        correct=share,
    )
    return pl.concat(
        [words(timed, "word", "recall.review"), read_off(timed, _READINGS)], how="diagonal_relaxed"
    ).sort("record")


SOURCE = Duolingo()
