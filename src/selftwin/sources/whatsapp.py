"""WhatsApp: a chat as the app exports it, `WhatsApp Chat with ….txt` (Android) or `_chat.txt` in a zip (iPhone).

Its owner finds it in a chat's menu: More, Export chat. A chat holds at most 40,000 messages.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.sources._correspondents import pseudonym
from selftwin.sources._readings import part
from selftwin.sources._table_cells import Evidence, stamps
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_cells import Order
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

AT_ONCE = 20_000
LONGEST = 65_536  # letters of a message, as the app allows
MOST_PEOPLE = 5_000
_HALF = (
    r"[ \u00a0\u202f]?(?:[AaPp]\.?[ \u00a0\u202f]?[Mm]\.?|上午|下午|午前|午後|오전|오후|[\u03c0\u03bc]\.? ?\u03bc\.?|"
    r"[\u0635\u0645])"
)
_MARKS = r"^[\u200e\u200f\u202a-\u202e\ufeff]*\[?"
_DATE = r"(?P<date>\d{1,4}\u200f?[-/.] ?\d{1,2}\u200f?[-/.] ?\d{1,4})"
_CLOCK = r"(?P<clock>\d{1,2}[.:]\d{2}(?:[.:]\d{2})?)(?P<after>(?:" + _HALF + r")?)"
_REST = r"(?:\]|[ \u202f][-\u2013]|:)[ \u202f](?P<rest>.*)$"
_LINE = re.compile(_MARKS + _DATE + r"[,.\u060c]?[ \u202f](?P<before>\D{0,12}?)" + _CLOCK + _REST, re.DOTALL)
_TURNED = re.compile(_MARKS + _CLOCK + r", (?P<before>)" + _DATE + _REST, re.DOTALL)  # as in Vietnamese
_AUTHOR = re.compile(r"^[\u200e\u200f\u202a-\u202e~\u202f\xa0 ]*+([^\n]{1,120}?)[\u202a-\u202e]*: (.*)$", re.DOTALL)
_LATE = re.compile(r"p\.?\s?m\b|下午|中午|晚上|午後|오후|\u03bc\.?\s?\u03bc|\u0645", re.IGNORECASE)
_EARLY = re.compile(r"a\.?\s?m\b|上午|凌晨|清晨|早上|午前|오전|\u03c0\.?\s?\u03bc|\u0635", re.IGNORECASE)
_BUDDHIST = re.compile(r"2[45]\d\d")  # a year; no clock has four digits together
_KEPT = ("record", "source", "native", "start", "offset", "basis")
_LEFT_OUT = re.compile(
    r"\A(?:<[^<>\n]{1,60}>|\u200e?[^\s/]+\.\w{2,5} \([^()\n]+\)|null\Z)(?:\n|\Z)|"
    r"\s?(?:\u200e<[^<>\n]{1,60}>|<This message was edited>)\Z"
)
_SYSTEM = "lines the app itself writes (who joined, what is encrypted) are passed over"
_UNTOLD = "whose chat it is, the file does not tell; all messages are counted as received"


@dataclass(slots=True)
class _Said:
    """A line of the chat with what follows it: its stamp, who said it (nobody: the app), and the words."""

    stamp: str
    author: str
    words: list[str]
    size: int = 0


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """One exported chat, of two people or a group."""

    name: str = "whatsapp"
    title: str = "WhatsApp"
    reads: str = "Messages of a chat."
    version: int = 2
    rank: int = 2
    how_to_export: str = "In WhatsApp: open the chat, its menu, More, Export chat, without media."

    def recognises(self, member: Member) -> bool:
        """By the stamp that its first line begins with."""
        return member.name.endswith(".txt") and _form(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """It is told from the phone of one person, whoever takes part."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The messages in blocks; `subject` may say by which name the owner writes. Raises BrokenExport where nothing
        tells whether day or month comes first."""
        order, people = _survey(member)
        owner, first = subject or _owner(member.path, people), 0
        chat, before = _chat(member.path, people, owner), None
        for block in _blocks(member):
            said = _numbered(_authored(block, order), chat, before)
            before = said["start"]
            yield _part(said, owner, len(block), first)
            first += len(block)


def _form(member: Member) -> re.Pattern[str] | None:
    """How a line of this chat begins, told by its first; in the other form it is quoted from another chat."""
    first = member.head(2000).decode("utf-8", "replace").partition("\n")[0]
    return next((form for form in (_LINE, _TURNED) if form.match(first)), None)


def _said(member: Member) -> Iterator[_Said]:
    """The messages in order, each with the lines that belong to it."""
    now: _Said | None = None
    form = _form(member) or _LINE
    with member.open() as stream, io.TextIOWrapper(stream, "utf-8-sig", "replace") as lines:
        while line := lines.readline(LONGEST):
            if found := form.match(line.rstrip("\r\n")):
                if now:
                    yield now
                named = _AUTHOR.match(found["rest"])
                author, words = (named[1].strip(), named[2]) if named else ("", found["rest"])
                now = _Said(_stamp(found), author, [words], len(words))
            elif now and now.size < LONGEST:
                now.words.append(line.rstrip("\r\n"))
                now.size += len(line) + 1
    if now:
        yield now


def _stamp(found: re.Match[str]) -> str:
    """The stamp in one way of writing: `13/6/18 9:25:15 PM`."""
    date = re.sub(r"\u200f?[-/.] ?", "/", found["date"])
    half = found["before"] + " " + found["after"]
    said = " PM" if _LATE.search(half) else " AM" if _EARLY.search(half) else ""
    stamp = f"{date} {found['clock'].replace('.', ':')}"
    plain = stamp if stamp.isascii() else re.sub(r"\d", lambda digit: str(int(digit[0])), stamp)
    return _BUDDHIST.sub(lambda year: str(int(year[0]) - 543), plain) + said


def _blocks(member: Member) -> Iterator[list[_Said]]:
    block: list[_Said] = []
    for one in _said(member):
        block.append(one)
        if len(block) >= AT_ONCE:
            yield block
            block = []
    yield block


@dataclass(slots=True)
class _Chat:
    """What the whole file tells: the order of day and month, and who takes part."""

    evidence: Evidence = field(default_factory=Evidence)
    people: set[str] = field(default_factory=set)

    def look(self, block: list[_Said]) -> None:
        import polars as pl

        self.evidence.take(pl.Series([one.stamp for one in block], dtype=pl.String))
        if len(self.people) < MOST_PEOPLE:
            self.people.update(one.author for one in block if one.author)


def _survey(member: Member) -> tuple[Order | None, set[str]]:
    """Which of two numbers is the day, and who takes part."""
    chat = _Chat()
    for block in _blocks(member):
        chat.look(block)
    order = chat.evidence.order() or chat.evidence.smoother()
    if chat.evidence.seen and order is None:
        raise BrokenExport(
            f"In {member.path} nothing tells whether the day or the month comes first.",
            hint="Export a longer chat: a day after the twelfth of a month tells it.",
        )
    return order, chat.people


def _names(path: str) -> list[str]:
    """What the file and its archive or folder are called, without the number of a copy."""
    return [re.sub(r"(?i)(?: ?\(\d{1,3}\))?(?:\.txt|\.zip)?$", "", one) for one in path.split("/")[-2:]]


def _other(path: str, people: set[str]) -> str:
    """Of at most two, the one who is named at the end of the name of the file or of its archive."""
    names = _names(path) if len(people) <= 2 else []
    found = [one for one in people if any(name == one or name.endswith(" " + one) for name in names)]
    return found[0] if len(found) == 1 else ""


def _owner(path: str, people: set[str]) -> str:
    """Of two, the one who is not the other."""
    other = _other(path, people)
    return next(iter(people - {other})) if other and len(people) == 2 else ""


def _chat(path: str, people: set[str], owner: str) -> str:
    """Which chat it is: with whom, else by the name of its file, else by who takes part."""
    others = people - {owner}
    if other := _other(path, people) or (next(iter(others)) if len(others) == 1 and owner in people else ""):
        return pseudonym(other)
    named = [name for name in _names(path) if name.lower() != "_chat"]
    return pseudonym(named[-1] if named else "\n".join(sorted(people)))


def _authored(block: list[_Said], order: Order | None) -> pl.DataFrame:
    """What people said, with when: record, author, words, start, offset, basis."""
    import polars as pl

    told = pl.DataFrame(
        {"record": range(len(block)), "author": [one.author for one in block],
         "words": ["\n".join(one.words)[:LONGEST].strip() for one in block]},
        schema={"record": pl.UInt32, "author": pl.String, "words": pl.String},
    )  # fmt: skip
    dates = stamps(pl.Series([one.stamp for one in block], dtype=pl.String), order)
    return told.hstack(dates).with_columns(source=pl.lit("whatsapp")).filter(pl.col("author") != "")


def _own_words(words: str) -> str:
    """Without what the app writes in their place, before or after them."""
    own = _LEFT_OUT.sub("", words)
    return "" if own.startswith("\u200e") else own.strip()


def _numbered(said: pl.DataFrame, chat: str, before: pl.Series | None) -> pl.DataFrame:
    """With `native`: the chat, the moment, and which message of that moment it is; chats may share a minute."""
    import polars as pl

    starts = said["start"] if before is None else pl.concat([before, said["start"]])
    nth = starts.to_frame("at").select(pl.int_range(1, pl.len() + 1).over("at")).to_series().tail(said.height)
    moment = pl.col("start").dt.strftime("%Y-%m-%dT%H:%M:%S")
    return said.with_columns(native=pl.concat_str(pl.lit(chat), moment, nth.cast(pl.String), separator="/"))


def _part(said: pl.DataFrame, owner: str, read: int, first: int) -> Part:
    """A part of so many messages and lines of the app."""
    import polars as pl

    mine = pl.col("author") == owner
    names = {one: pseudonym(one) for one in said["author"].unique().to_list()}
    counts = said.select(
        *_KEPT,
        signal=pl.when(mine).then(pl.lit("messages.sent")).otherwise(pl.lit("messages.received")),
        value=pl.lit(1.0),
        text=pl.when(~mine).then(pl.col("author").replace_strict(names, default=None, return_dtype=pl.String)),
    )  # fmt: skip
    written = said.with_columns(words=pl.Series([_own_words(one) for one in said["words"]], dtype=pl.String))
    texts = written.filter(pl.col("words") != "").select(
        *_KEPT, signal=pl.lit("message.text"), text="words"
    )
    notes = () if owner or not read else (_UNTOLD,)
    rows: pl.DataFrame = pl.concat([counts, texts], how="diagonal_relaxed")
    return part(rows, kind="message", read=read, first=first, nothing=_SYSTEM, notes=notes)


SOURCE = WhatsApp()
