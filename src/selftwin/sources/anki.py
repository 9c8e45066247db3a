"""Anki: every answer to a flashcard (Anki: File, Export, "Anki Collection Package" or a deck with scheduling).

Also the collection file itself (`collection.anki2` in the profile's folder), and review logs as CSV, as the FSRS tools
write them (`card_id,review_time,review_rating,review_state,review_duration`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._anki_collection import ZIP, ZSTD, reviews
from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import Reading, part, read_off, words
from selftwin.sources._sqlite import is_sqlite
from selftwin.sources._table_text import Sheet, blocks, sheets
from selftwin.sources.reader.contract import Part
from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from selftwin.sources.reader.members import Member
    from selftwin.vocabulary.account import Fault

_PACKAGES = (".apkg", ".colpkg")
_COLLECTIONS = (".anki2", ".anki21", ".anki21b")
_REVIEW, _REVIEWED = 1, 2  # a card that was known before: Anki's kind of review, and FSRS's state of the card
_LEAST_EASE = 1300  # with FSRS on, Anki keeps a difficulty of 100 to 1100 in the place of the ease
_BY_HAND = "moved by hand or by a new schedule, and not answered"
_NO_HISTORY = (
    "Anki: no reviews in it; a shared deck holds cards alone. Export a collection package (.colpkg), or a deck with"
    " scheduling information."
)
_RATING = (Reading("rating", "recall.rating", "{rating}"),)
_ANSWER = (
    Reading("milliseconds", "recall.duration", "ms", (0.0,)),
    Reading("days", "recall.interval", "d"),
    Reading("ease", "recall.ease", "%"),
    Reading("correct", "recall.correct", "%"),
)
# What the CSV dialects call a column; `interval` and `factor` are as in Anki's table.
_NAMES = {
    "card": ("card_id", "cardid", "cid", "card"),
    "rating": ("review_rating", "rating", "ease", "button_chosen", "grade"),
    "at": ("review_time", "review_date", "review_datetime", "reviewed_at", "timestamp", "id"),
    "milliseconds": ("review_duration", "duration", "taken_millis", "time"),
    "type": ("type", "review_kind"),
    "state": ("review_state", "state"),
    "interval": ("ivl", "interval"),
    "factor": ("factor", "ease_factor"),
}
_MARKS = ({"card_id", "review_rating", "review_time"}, {"id", "cid", "ease", "type"},
          {"card_id", "rating", "review_datetime"}, {"id", "cid", "button_chosen"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Anki:
    """Anki's review history, from any of the files that hold it."""

    name: str = "anki"
    title: str = "Anki"
    reads: str = "Every answer to a flashcard."
    version: int = 1
    rank: int = 0
    how_to_export: str = (
        "Anki: File, Export, Anki Collection Package (.colpkg), or a deck (.apkg) with scheduling information."
    )

    def recognises(self, member: Member) -> bool:
        """By the package's name and first bytes, by a collection's, or by the header of a review log."""
        return _is_collection(member) or _log(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A collection is one learner's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The reviews' parts. Raises BrokenExport where a package or its database is damaged or made to deceive."""
        del subject
        if _is_collection(member):
            yield from _collection(member)
        elif sheet := _log(member):
            yield from _table(member, sheet)
        else:
            raise BrokenExport(f"{member.path} is neither an Anki collection nor a review log.")


def _is_collection(member: Member) -> bool:
    head = member.head()
    if head[:4] == ZIP:
        return member.name.endswith(_PACKAGES)
    if head[:4] == ZSTD:
        return member.name.endswith(_COLLECTIONS)
    return is_sqlite(member) and (member.name.endswith(_COLLECTIONS) or b"CREATE TABLE revlog" in head)


def _log(member: Member) -> Sheet | None:
    """How a review log is written, or None."""
    if not member.name.endswith((".csv", ".tsv", ".txt")):
        return None
    found = (one for one in sheets(member) if not one.before)
    return next((one for one in found if any(mark <= {name.lower() for name in one.header} for mark in _MARKS)), None)


def _collection(member: Member) -> Iterator[Part]:
    import polars as pl

    empty = True
    for block in reviews(member):
        empty = False
        names = {"cid": "card", "ease": "rating", "id": "at", "time": "milliseconds", "ivl": "interval"}
        records = block.rows.rename(names).with_columns(state=pl.lit(None, pl.String)).with_row_index("record")
        yield _part(records, block.first, [], ())
    if empty:
        yield Part(_part(_none(), 0, [], ()).rows, 0, notes=(_NO_HISTORY,))


def _none() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={"record": pl.UInt32} | dict.fromkeys(_NAMES, pl.String))


def _table(member: Member, sheet: Sheet) -> Iterator[Part]:
    import polars as pl

    places = {name.lower(): str(place) for place, name in reversed(list(enumerate(sheet.header)))}
    chosen = {
        ours: next((places[name] for name in theirs if name in places), None) for ours, theirs in _NAMES.items()
    }
    for block in blocks(member, sheet):
        records = block.rows.select(
            (pl.lit(None, pl.String) if place is None else pl.col(place)).alias(name) for name, place in chosen.items()
        ).with_row_index("record")
        many = overlong(member.path, block)
        yield _part(records, block.first, many, block.ragged)


def _part(records: pl.DataFrame, first: int, faults: Sequence[Fault], faulty: Sequence[int]) -> Part:
    """Reviews as rows; an answer counts only with a rating of 1 to 4, and 0 is no answer."""
    import polars as pl

    timed = _timed(records)
    rating = pl.col("rating").cast(pl.Float64, strict=False)
    timed = timed.with_columns(rating=pl.col("rating").fill_null("?"), _rating=rating)
    asked = timed.filter((pl.col("_rating") != 0).fill_null(True))
    answered = _answers(asked.filter(pl.col("_rating").is_between(1, 4)))
    rows = pl.concat(
        [words(answered, "card", "recall.review"), read_off(asked, _RATING), read_off(answered, _ANSWER)],
        how="diagonal_relaxed",
    )
    return part(rows, kind="review", read=records.height, first=first, faults=faults, faulty=faulty, nothing=_BY_HAND)


def _timed(records: pl.DataFrame) -> pl.DataFrame:
    """With source, native (card and moment), start, offset and basis; epochs in milliseconds or seconds, or ISO."""
    import polars as pl

    number = records["at"].cast(pl.Float64, strict=False)
    epochs = from_epoch(pl.select(pl.when(number > 10**11).then(number).otherwise(number * 1000)).to_series())
    written = from_iso(records["at"])
    stamps = pl.concat([epochs, written.rename(lambda name: f"{name}_iso")], how="horizontal")
    counted = pl.lit(number.is_not_null())
    chosen = stamps.select(
        pl.when(counted).then(name).otherwise(f"{name}_iso").alias(name) for name in ("start", "offset", "basis")
    )
    native = pl.concat_str([pl.col("card").fill_null(""), pl.col("start").dt.epoch("ms")], separator="/")
    return records.hstack(chosen).with_columns(source=pl.lit("anki"), native=native)


def _answers(answered: pl.DataFrame) -> pl.DataFrame:
    """With the card's name, and what an answer says besides: days until the next, ease, and whether it was known."""
    import polars as pl

    days, factor, kind, state = (
        pl.col(name).cast(pl.Float64, strict=False) for name in ("interval", "factor", "type", "state")
    )
    asked = (kind.is_null() & state.is_null()) | (kind == _REVIEW) | (state == _REVIEWED)
    return answered.with_columns(
        card=pl.col("card").fill_null(""),
        days=pl.when(days < 0).then(-days / 86_400).otherwise(days),
        ease=pl.when(factor >= _LEAST_EASE).then(factor / 10),
        correct=pl.when(asked).then((pl.col("_rating") > 1) * 100.0),
    )


SOURCE = Anki()
