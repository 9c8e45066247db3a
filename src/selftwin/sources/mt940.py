"""MT940: the bank statement of SWIFT, as most European banks offer it to download.

Owners find it in their online banking beside the account's turnover, as "MT940", "SWIFT", "STA" or "940".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._money_merchants import rules
from selftwin.sources._money_rows import Ledger
from selftwin.sources._money_text import beginning
from selftwin.sources._mt940_fields import Statements, balances, chunks, transactions
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.members import Member

_MARKS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^:61:\d{6}(?:\d{4})?\s*[RE]?[CD]",
        r"^:6[024][FM]?:[CD]\d{6}[A-Z]{0,3}\d",
        r"^:(?:20|25|28C?|60[FM]|86):[^\n]*\n(?::(?:21|25|28C?|60[FM]|61|62[FM]|86|NS):|-\s)",
    )
)
_TURNOVER = "balances at the top and foot of a statement's pages are passed over"
_NOTHING = "payments of nothing, expected ones, and statements that stand twice are passed over"


@dataclass(frozen=True, slots=True)
class Mt940:
    """The source of MT940 statements in all their dialects."""

    name: str = "mt940"
    title: str = "Bank statement (MT940)"
    reads: str = "Payments and balances of bank statements."
    version: int = 2
    rank: int = 1
    how_to_export: str = 'In your online banking, beside the turnover: download as "MT940", "SWIFT" or "STA".'

    def recognises(self, member: Member) -> bool:
        """By a statement line, a balance, or two of its tags in a row."""
        text = beginning(member).replace("\r\n", "\n").replace("\r", "\n")
        return "\n:" in "\n" + text and any(mark.search(text) for mark in _MARKS)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A bank sends one person's accounts."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The payments and balances. Raises BrokenExport where a statement line never ends."""
        del subject
        ledger, statements, first = Ledger("mt940"), Statements(), 0
        for text in chunks(member):
            fields = statements.fields(text)
            if not fields.height:
                continue
            part = _part(member.path, fields, ledger, first)
            first += part.read
            yield part


def _part(path: str, fields: pl.DataFrame, ledger: Ledger, first: int) -> Part:
    import polars as pl

    told = transactions(fields)
    money = ledger.payments(told.filter(~pl.col("repeated") & ~pl.col("expected") & ~pl.col("broken")))
    stood = balances(fields)
    rest = ledger.balances(stood.filter(~pl.col("page") & ~pl.col("repeated") & ~pl.col("broken")))
    bad = pl.concat([told.filter("broken").select("record"), stood.filter("broken").select("record")])
    rows = pl.concat([money, rest], how="diagonal_relaxed").sort("record", maintain_order=True)
    read = fields.height
    passed = read - rows["record"].n_unique() - bad.height
    said = [note for note, there in ((_TURNOVER, stood["page"].any()), (_NOTHING, passed)) if there]
    trouble = rules()[1]
    return Part(
        observations(rows),
        read,
        passed,
        tuple(Fault(f"{path}, record {first + place + 1}", "a statement line or balance that cannot be read")
              for place in bad["record"]),
        {"payment": told.height, "balance": stood.height},
        notes=(*said, *([trouble] if trouble else [])),
        first_record=first,
    )  # fmt: skip


SOURCE = Mt940()
