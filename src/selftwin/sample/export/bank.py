"""A bank account: statements as camt.053, month by month. It tells again what was bought by card and ordered online."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import kept
from selftwin.sample.export.shopping import paid
from selftwin.sample.mind import SHOPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from selftwin.sample.life import Life

_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
_ACCOUNT, _FIRST_BALANCE = "NL00SAMP0123456789", 264_000  # no bank has that number; cents
_WITHDRAWN = 6_000  # cents
# day of the month, cents (what comes in is above 0), family and sub-family of ISO 20022, party, words
_STANDING = (
    (1, -139_500, "ICDT", "STDO", "Sample Housing", "Huur {month}"),
    (3, -13_850, "RDDT", "ESDD", "Sample Zorgverzekering", "Zorgverzekering {month}"),
    (8, -1_099, "CCRD", "POSD", "SPOTIFY AB", "SPOTIFY P{month} Stockholm"),
    (17, -1_399, "CCRD", "POSD", "NETFLIX.COM", "NETFLIX.COM Amsterdam"),
    (24, 342_000, "RCDT", "SALA", "Sample Works BV", "Salaris {month}"),
    (26, -85_000, "ICDT", "ICDT", "Sample Person", "Spaarrekening"),
)


class _Entry(NamedTuple):
    """A booking: the day of the life it is valued and booked, cents, what kind it is, with whom, and its words."""

    day: int
    cents: int
    family: str
    kind: str
    party: str
    words: str


def write(life: Life, folder: Path) -> Path:
    """`camt053_….xml` in `folder`: a statement a month, balances that lead from one to the next."""
    statements, balance = [], _FIRST_BALANCE
    for number, (first, entries) in enumerate(_months(life), 1):
        after = balance + sum(one.cents for one in entries)
        statements.append(_statement(life, number, first, entries, (balance, after)))
        balance = after
    last = life.plan.day(life.plan.days - 1)
    head = f"<GrpHdr><MsgId>CAMT053-{last:%Y%m%d}</MsgId><CreDtTm>{last}T23:50:00</CreDtTm></GrpHdr>"
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{_SPACE}">\n<BkToCstmrStmt>\n{head}\n'
        f"{''.join(statements)}</BkToCstmrStmt>\n</Document>\n"
    )
    return kept(folder / f"camt053_{last:%Y%m%d}.xml", text)


def _months(life: Life) -> Iterator[tuple[int, list[_Entry]]]:
    """The first day of each month that the life saw, and what was booked in it, in order."""
    entries = sorted((*_bought(life), *_standing(life)), key=lambda one: one.day)
    month = [life.plan.day(number).strftime("%Y-%m") for number in range(life.plan.days)]
    starts = [number for number in range(life.plan.days) if number == 0 or month[number] != month[number - 1]]
    for first in starts:
        yield first, [one for one in entries if one.day < life.plan.days and month[one.day] == month[first]]


def _bought(life: Life) -> Iterator[_Entry]:
    """Purchases by card, orders on the day they were charged, and cash from a machine once some was spent."""
    rng, told, bought = draws(life.seed, "bank"), paid(life), life.purchases
    spent = 0
    for one, (shop, euros) in enumerate(zip(bought.shop.tolist(), bought.euros.tolist(), strict=True)):
        name, cents = SHOPS[shop][0], round(100 * euros)
        if told.ordered[one]:
            code = rng.bytes(4).hex().upper()
            yield _Entry(int(told.charged[one]), -cents, "CCRD", "POSD", "AMZN Mktp NL", f"AMZN Mktp NL*{code}")
        elif not told.cash[one]:
            yield _Entry(int(bought.day[one]), -cents, "CCRD", "POSD", name, f"Betaalautomaat {name}")
        else:
            spent += cents
            if spent > _WITHDRAWN:
                spent -= _WITHDRAWN
                yield _Entry(int(bought.day[one]), -_WITHDRAWN, "CCRD", "CWDL", "", "Geldautomaat")


def _standing(life: Life) -> Iterator[_Entry]:
    """What comes and goes every month."""
    for number in range(life.plan.days):
        day = life.plan.day(number)
        for when, cents, family, kind, party, words in _STANDING:
            if day.day == when:
                yield _Entry(number, cents, family, kind, party, words.format(month=f"{day:%Y-%m}"))


def _statement(life: Life, number: int, first: int, entries: list[_Entry], stood: tuple[int, int]) -> str:
    begun = life.plan.day(first)
    ended = life.plan.day(_last(life, first))
    booked = "".join(_entry(life.plan.day(one.day), place, one) for place, one in enumerate(entries, 1))
    return (
        f"<Stmt><Id>{begun:%Y%m}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{ended}T23:50:00</CreDtTm>\n"
        f"<Acct><Id><IBAN>{_ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        f"{_balance('OPBD', stood[0], begun)}{_balance('CLBD', stood[1], ended)}{booked}</Stmt>\n"
    )


def _last(life: Life, first: int) -> int:
    """The last day of the month, or of the life."""
    month = life.plan.day(first).month
    there = np.arange(first, min(first + 31, life.plan.days))
    return int(max(number for number in there.tolist() if life.plan.day(number).month == month))


def _amount(cents: int) -> str:
    way = "CRDT" if cents >= 0 else "DBIT"
    return f'<Amt Ccy="EUR">{abs(cents) / 100:.2f}</Amt><CdtDbtInd>{way}</CdtDbtInd>'


def _balance(kind: str, cents: int, day: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_amount(cents)}<Dt><Dt>{day}</Dt></Dt></Bal>\n"


def _entry(day: date, place: int, one: _Entry) -> str:
    side = "Dbtr" if one.cents >= 0 else "Cdtr"
    party = f"<RltdPties><{side}><Nm>{one.party}</Nm></{side}></RltdPties>" if one.party else ""
    return (
        f"<Ntry>{_amount(one.cents)}<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>{day:%Y%m%d}{place:04d}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{one.family}</Cd>"
        f"<SubFmlyCd>{one.kind}</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls>{party}"
        f"<RmtInf><Ustrd>{one.words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )
