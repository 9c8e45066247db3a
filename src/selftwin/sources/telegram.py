"""Telegram: the `result.json` of Telegram Desktop, of one chat or of the whole account.

Its owner finds it under Settings, Advanced, Export Telegram data (machine-readable JSON), or in a chat's menu.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._correspondents import pseudonym
from selftwin.sources._json_stream import loaded, objects
from selftwin.sources._readings import part_of
from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_PATHS = ("messages[]", "chats.list[].messages[]", "left_chats.list[].messages[]")
_FIELDS = ("id", "type", "date", "date_unixtime", "from_id", "actor_id", "action", "duration_seconds",
           "discard_reason", "text")  # fmt: skip
_NAME = rb'"name"\s*:\s*(?:null|"(?:[^"\\]|\\.){0,2000}+")\s*,\s*'
_ONE = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{\s*(?:" + _NAME + rb')?"type"\s*:\s*"[a-z_]+",\s*"id"\s*:')
_ALL = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"about"\s*:')
_OWNER = re.compile(rb'"personal_information"\s*:\s*\{[^{}]{0,4000}?"user_id"\s*:\s*"?(?:user)?(\d{1,20})')
_BROADCAST = ("private_channel", "public_channel")
_ALONE = "saved_messages"
_WIDE = 1 << 32  # exports before 2021 add it to the number of a user, twice to that of a group
_UNANSWERED = ("missed", "busy")
_LONGEST = 1500 * 60  # seconds of a call
_LEFT = "joins, pins and other events of a chat, and what channels broadcast, are passed over"
_UNSURE = "whose export it is, a group alone does not tell; its messages are all counted as received"


@dataclass(frozen=True, slots=True)
class Telegram:
    """Messages and calls; people become pseudonyms, pictures and places are never read."""

    name: str = "telegram"
    title: str = "Telegram"
    reads: str = "Messages and calls of Telegram."
    version: int = 2
    rank: int = 1
    how_to_export: str = "In Telegram Desktop: Settings, Advanced, Export Telegram data, Machine-readable JSON."

    def recognises(self, member: Member) -> bool:
        """By how an export of one chat, or of an account, begins."""
        if not member.name.endswith(".json"):
            return False
        head = member.head()
        if _ONE.match(head):
            return b'"messages"' in head
        return _ALL.match(head) is not None and (b'"personal_information"' in head or b'"chats"' in head)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The account is its owner's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The messages in blocks, chat by chat."""
        del subject
        told = _OWNER.search(member.head())
        owner = told[1].decode() if told else ""
        for block in objects(member, _PATHS, _FIELDS):
            yield _part(member.path, block, owner)


def _part(path: str, block: Objects, owner: str) -> Part:
    import polars as pl

    written = block.rows["from_id"].fill_null(block.rows["actor_id"])
    chat = _Chat.of(block.outer, bare=bool(written.str.contains(r"^\d+$").any()))
    rows = _timed(block.rows, chat).with_columns(who=_user("from_id"), caller=_user("actor_id"))
    said = rows.filter(pl.col("type") == "message") if not chat.broadcast else rows.clear()
    called = rows.filter((pl.col("type") == "service") & (pl.col("action") == "phone_call"))
    made = [*_messages(said, chat, owner), *_calls(called, chat, owner)]
    unsure = chat.kind and not chat.alone and not owner and not chat.other
    notes = (_UNSURE,) if unsure else ()
    rows = pl.concat(made, how="diagonal_relaxed")
    return part_of(path, block, rows, kind=chat.kind or "chat", nothing=_LEFT, notes=notes)


@dataclass(frozen=True, slots=True)
class _Chat:
    """What an export says of a chat before its messages; `other` is the other's number in a chat of two."""

    kind: str
    number: str
    other: str

    @classmethod
    def of(cls, outer: Mapping[str, object], *, bare: bool) -> _Chat:
        """`bare` where its users are numbers without a word before them, as before 2021."""
        kind, number = str(outer.get("type") or "")[:40], str(outer.get("id") or "")[:20]
        if bare and number.isascii() and number.isdigit():
            number = str(int(number) % _WIDE)
        return cls(kind, number, number if kind in {"personal_chat", "bot_chat"} else "")

    @property
    def broadcast(self) -> bool:
        return self.kind in _BROADCAST

    @property
    def alone(self) -> bool:
        return self.kind == _ALONE

    def mine(self, who: str, owner: str) -> pl.Expr:
        """Whether a column of users is the owner: by the account's number, else as not the other of two."""
        import polars as pl

        if owner:
            return pl.col(who) == owner
        return pl.col(who) != self.other if self.other else pl.lit(value=False)


def _user(column: str) -> pl.Expr:
    """A user's number, written bare before 2021, and for some months larger than it is."""
    import polars as pl

    bare = (pl.col(column).cast(pl.Int64, strict=False) % _WIDE).cast(pl.String)
    return bare.fill_null(pl.col(column).str.extract(r"(\d+)$")).fill_null("")


def _timed(rows: pl.DataFrame, chat: _Chat) -> pl.DataFrame:
    """With start, offset and basis: the instant where it is told, else the clock of the exporting computer."""
    import polars as pl

    instants = from_epoch(rows["date_unixtime"], unit="s").rename(lambda name: f"{name}_epoch")
    local = from_iso(rows["date"])
    counted = pl.col("date_unixtime").is_not_null()
    basis = pl.when(counted).then(int(Basis.INSTANT)).otherwise("basis").cast(pl.Int8)
    return pl.concat([rows, instants, local], how="horizontal").with_columns(
        start=pl.when(counted).then("start_epoch").otherwise("start"),
        basis=basis,
        source=pl.lit("telegram"),
        native=pl.concat_str(pl.lit(chat.number), "id", separator="/"),
    )


_KEPT = ("record", "source", "native", "start", "offset", "basis")


def _messages(said: pl.DataFrame, chat: _Chat, owner: str) -> list[pl.DataFrame]:
    """Counts by direction with a pseudonym of the other, and the words; what is kept for oneself is a note."""
    import polars as pl

    spoken = said.with_columns(words=_words(said["text"]))
    texts = spoken.filter(pl.col("words").str.strip_chars() != "")
    label = "note" if chat.alone else "message.text"
    noted = texts.select(*_KEPT, signal=pl.lit(label), text="words")
    if chat.alone:
        return [noted]
    mine = chat.mine("who", owner)
    other = pl.when(mine).then(pl.lit(chat.number)).otherwise("who")
    counts = spoken.select(
        *_KEPT,
        signal=pl.when(mine).then(pl.lit("messages.sent")).otherwise(pl.lit("messages.received")),
        value=pl.lit(1.0),
        text=_pseudonyms(spoken.select(other.alias("other"))["other"]),
    )
    return [counts, noted]


def _pseudonyms(people: pl.Series) -> pl.Series:
    import polars as pl

    names = {one: pseudonym(f"telegram {one}") for one in people.unique().drop_nulls().to_list()}
    return people.replace_strict(names, default=None, return_dtype=pl.String)


def _words(texts: pl.Series) -> pl.Series:
    """The words of messages: plain, or in parts that bear a format."""
    import polars as pl

    parted = texts.filter(texts.str.starts_with("[").fill_null(value=False)).unique().to_list()
    joined = {one: _joined(one) for one in parted}
    return texts.fill_null("").replace_strict(joined, default=texts.fill_null(""), return_dtype=pl.String)


def _joined(text: str) -> str:
    parts = (loaded(b'{"parts":' + text.encode("utf-8", "replace") + b"}") or {}).get("parts")
    if not isinstance(parts, list) or not all(isinstance(one, str | dict) for one in parts):
        return text  # a message that begins with a bracket
    return "".join(one if isinstance(one, str) else str(one.get("text") or "") for one in parts)


def _calls(called: pl.DataFrame, chat: _Chat, owner: str) -> list[pl.DataFrame]:
    import polars as pl

    mine = chat.mine("caller", owner)
    seconds = pl.col("duration_seconds").cast(pl.Float64, strict=False)
    missed = ~mine & pl.col("discard_reason").is_in(_UNANSWERED)
    counts = called.select(
        *_KEPT,
        signal=pl.when(mine).then(pl.lit("calls.made")).when(missed).then(pl.lit("other.calls_missed"))
        .otherwise(pl.lit("calls.received")),
        value=pl.lit(1.0),
        unit=pl.when(missed).then(pl.lit("{calls}")),
        text=pl.lit(pseudonym(f"telegram {chat.number}")),
    )
    lasted = called.filter(seconds > 0).select(
        *_KEPT, signal=pl.lit("calls.duration"), value=seconds / 60,
        stop=pl.col("start") + pl.duration(seconds=pl.when(seconds <= _LONGEST).then(seconds).otherwise(0)),
    )  # fmt: skip
    return [counts, lasted]


SOURCE = Telegram()
