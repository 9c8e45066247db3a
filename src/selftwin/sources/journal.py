"""Journals of Markdown files, one for each day: Obsidian's daily notes, Logseq's journals, and whatever is named so.

Its owner finds them in the folder of the vault; it can be given as a folder or as a zip of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._table_cells import stamps
from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.members import Member

LARGEST = 4 << 20  # bytes of an entry
_NAMED = re.compile(r"^((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.{0,20000}?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_DATED = re.compile(r"(?im)^(?:date|created)[ \t]*:[ \t]*[\"']?(\d{4}-\d{2}-\d{2}[^\"'\r\n]{0,30})")


@dataclass(frozen=True, slots=True)
class Journal:
    """One entry a file, dated by its name or in its front matter."""

    name: str = "journal"
    title: str = "Journal (Markdown)"
    reads: str = "Entries of a journal, one a file."
    version: int = 2
    rank: int = 6
    how_to_export: str = "The folder of dated Markdown files itself, for example Obsidian's daily notes."

    def recognises(self, member: Member) -> bool:
        """A Markdown file whose name begins with a date, or whose front matter holds one."""
        if not member.name.endswith((".md", ".markdown")):
            return False
        head = member.head(20_200)
        return bool(head) and b"\0" not in head and bool(_stamp(member, head.decode("utf-8", "replace")))

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A journal is its owner's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The entry."""
        del subject
        with member.open() as stream:
            data = stream.read(LARGEST + 1)
        text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        words = _MATTER.sub("", text).strip()
        if not (stamp := _stamp(member, text)):
            raise BrokenExport(f"{member.path} has no date, in its name or in its front matter.")
        rows = _row(member.name if _NAMED.match(member.name) else f"{stamp[:10]}/{member.name}", stamp, words)
        if len(data) > LARGEST:
            fault = Fault(f"{member.path}, record 1", "an entry larger than any journal has")
            yield Part(observations(rows.clear()), 1, faults=(fault,), kinds={"entry": 1})
        elif words in {"", "-"}:  # the bullet is Logseq's
            yield Part(observations(rows.clear()), 1, 1, kinds={"entry": 1}, notes=("empty entries are passed over",))
        else:
            yield Part(observations(rows), 1, kinds={"entry": 1})


def _stamp(member: Member, text: str) -> str:
    """The date of the name, with the clock of the front matter where that is of the same day; else the latter's."""
    matter = _MATTER.match(text)
    told = _DATED.search(matter[1]) if matter else None
    said = told[1].strip() if told else ""
    named = _NAMED.match(member.name)
    day = "-".join(named.group(1, 3, 4)) if named else ""
    return said if not day or said.startswith(day) else day


def _row(native: str, stamp: str, words: str) -> pl.DataFrame:
    import polars as pl

    cells = pl.Series([stamp], dtype=pl.String)
    when = stamps(cells)  # with `10:30 PM`; else whatever follows the stamp is left
    if when["start"][0] is None:
        when = from_iso(cells, zoned=Basis.INSTANT)
    return when.with_columns(
        record=pl.lit(0, pl.UInt32), signal=pl.lit("journal.entry"), source=pl.lit("journal"), native=pl.lit(native),
        text=pl.lit(words),
    )  # fmt: skip


SOURCE = Journal()
