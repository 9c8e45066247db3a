"""OFX and QFX: statements of bank accounts, credit cards and brokers, as banks of many countries offer them.

Owners find them in their online banking as "OFX", "Money", "Quicken" (`.qfx`) or "Web Connect".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._money_merchants import rules
from selftwin.sources._money_rows import Ledger
from selftwin.sources._money_text import beginning, chunks
from selftwin.sources._ofx_elements import BALANCES, OPENERS, balances, payments, records
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.members import Member

_MARKS = ("<STMTRS", "<CCSTMTRS", "<INVSTMTRS", "<STMTTRN", "<INVTRANLIST", "<LEDGERBAL", "<BANKACCTFROM")
_LEFT = "holds, reinvested income, shares moved without money, payments of nothing and empty balances are passed over"


@dataclass(frozen=True, slots=True)
class Ofx:
    """The source of OFX 1 (SGML) and OFX 2 (XML), and of Quicken's QFX."""

    name: str = "ofx"
    title: str = "Bank statement (OFX, QFX)"
    reads: str = "Payments and balances of banks, cards and brokers."
    version: int = 2
    rank: int = 0
    how_to_export: str = 'In your online banking: download as "OFX", "QFX", "Money" or "Quicken".'

    def recognises(self, member: Member) -> bool:
        """By OFX's root with a statement in it."""
        head = member.head()
        if b"<OFX" not in head and b"<\0O\0F\0X" not in head:
            return False
        text = beginning(member)
        return any(mark in text for mark in _MARKS)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A bank sends one person's accounts."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """Payments and balances. Raises BrokenExport where one never ends."""
        del subject
        ledger, carried, first = Ledger("ofx"), dict[str, str](), 0
        for text in chunks(member, tuple(f"<{tag}>" for tag in OPENERS)):
            told = records(text, carried)
            if not told.height:
                continue
            part = _part(member.path, told, ledger, first)
            first += part.read
            yield part


def _part(path: str, told: pl.DataFrame, ledger: Ledger, first: int) -> Part:
    import polars as pl

    paid = payments(told.filter(~pl.col("kind").is_in(list(BALANCES))))
    stood = balances(told.filter(pl.col("kind").is_in(list(BALANCES))))
    bad = pl.concat([one.filter("broken").select("record") for one in (paid, stood)])
    kept = paid.filter(~pl.col("broken") & ~pl.col("left"))
    rows = pl.concat(
        [ledger.payments(kept), ledger.balances(stood.filter(~pl.col("broken") & ~pl.col("left")))],
        how="diagonal_relaxed",
    ).sort("record", maintain_order=True)
    passed = told.height - rows["record"].n_unique() - bad.height
    return Part(
        observations(rows),
        told.height,
        passed,
        tuple(Fault(f"{path}, record {first + place + 1}", "a date or amount that cannot be read")
              for place in bad["record"]),
        {"payment": paid.height, "balance": stood.height},
        notes=tuple(note for note in (_LEFT if passed else "", rules()[1]) if note),
        first_record=first,
    )  # fmt: skip


SOURCE = Ofx()
