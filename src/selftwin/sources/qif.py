"""QIF: Quicken's old interchange format, which many banks and money programs still write.

Owners find it in their online banking or program as "QIF" or "Quicken 2004 and earlier".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._money_merchants import rules
from selftwin.sources._money_rows import Ledger
from selftwin.sources._money_text import beginning, chunks
from selftwin.sources._qif_records import dates, lines, payments, records
from selftwin.sources._table_cells import Evidence
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_cells import Order
    from selftwin.sources.reader.members import Member

_MARK = re.compile(
    r"^!Type: ?(?:Bank|CCard|Cash|Invst|Oth [AL]|Cat|Security|Memorized|Class|Prices)\b|^!Account\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS = ("\n^\n", "\n^\r\n", "\r^\r")
_LEFT = "opening balances, voided payments, and movements without money are passed over"


@dataclass(frozen=True, slots=True)
class Qif:
    """The source of QIF files of one account or of many."""

    name: str = "qif"
    title: str = "Money program or bank (QIF)"
    reads: str = "Payments of banks and money programs."
    version: int = 2
    rank: int = 0
    how_to_export: str = 'In your online banking or money program: export as "QIF".'

    def recognises(self, member: Member) -> bool:
        """By a header of one of its sections."""
        return b"!" in member.head(4096) and _MARK.search(beginning(member).replace("\r", "\n")) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A file is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The payments. Raises BrokenExport where nothing tells whether day or month comes first."""
        del subject
        order, ledger, first = _order(member), Ledger("qif"), 0
        carried: dict[str, str] = {}
        for text in chunks(member, _ENDS):
            told = records(text, carried)
            if not told.height:
                continue
            part = _part(member.path, payments(told, order), ledger, first)
            first += part.read
            yield part


def _order(member: Member) -> Order | None:
    """Which of two numbers is the day, from every date of the file; else what runs smoother."""
    evidence = Evidence()
    for text in chunks(member, _ENDS):
        written = dates(lines(text))
        evidence.take(written.filter(written.ne_missing(written.shift())))
    order = evidence.order() or evidence.smoother()
    if evidence.seen and order is None:
        raise BrokenExport(
            f"In {member.path} nothing tells whether the day or the month comes first.",
            hint="Export a longer time: a day after the twelfth of a month tells it.",
        )
    return order


def _part(path: str, told: pl.DataFrame, ledger: Ledger, first: int) -> Part:
    import polars as pl

    rows = ledger.payments(told.filter(~pl.col("left") & ~pl.col("broken"))).sort("record", maintain_order=True)
    bad = told.filter("broken")["record"].unique().sort().to_list()
    rows = rows.filter(~pl.col("record").is_in(bad))
    read = told["record"].n_unique()
    passed = read - rows["record"].n_unique() - len(bad)
    return Part(
        observations(rows),
        read,
        passed,
        tuple(Fault(f"{path}, record {first + place + 1}", "a date or amount that cannot be read") for place in bad),
        {"payment": read},
        notes=tuple(note for note in (_LEFT if passed else "", rules()[1]) if note),
        first_record=first,
    )


SOURCE = Qif()
