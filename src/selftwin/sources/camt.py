"""CAMT: bank statements (053), reports of the day (052) and notices (054) of ISO 20022, as XML.

Owners find them in their online banking beside the account's turnover, as "CAMT", "camt.053" or "XML"; a zip of many
days need not be unpacked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from selftwin.sources._markup import Cut, elements, root
from selftwin.sources._money_merchants import rules
from selftwin.sources._money_rows import Ledger
from selftwin.sources._mt940_fields import BUSINESS
from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from selftwin.sources._markup import Element, Found
    from selftwin.sources.reader.members import Member

_NAME = re.compile(r"camt\.05[234]\.001\.\d\d")
_BLOCK = 16_384
_ID = ("Id", "IBAN"), ("Id", "Othr", "Id"), ("Id", "PrtryAcct", "Id"), ("Id", "BBAN")
_BALANCES = {"OPBD": "balance.opening", "PRCD": "balance.opening", "CLBD": "balance", "CLAV": "balance.available"}
# What a payment is, by ISO's family and sub-family of bank transactions.
_FAMILIES = {
    "ICDT": "transfer", "RCDT": "transfer", "IRCT": "transfer", "RRCT": "transfer", "RDDT": "debit", "IDDT": "debit",
    "CCRD": "card", "MCRD": "card",
}  # fmt: skip
_SUBFAMILIES = {
    "SALA": "salary", "CWDL": "cash", "XBCW": "cash", "CHRG": "fee", "FEES": "fee", "COMM": "fee", "INTR": "interest",
    "RRTN": "returned", "UPDD": "returned", "PMDD": "returned", "RIMB": "returned", "RPCR": "returned", "TAXE": "tax",
}  # fmt: skip
_CREDITOR = ("Cdtr", "Nm"), ("Cdtr", "Pty", "Nm"), ("UltmtCdtr", "Nm"), ("UltmtCdtr", "Pty", "Nm")
_DEBTOR = ("Dbtr", "Nm"), ("Dbtr", "Pty", "Nm"), ("UltmtDbtr", "Nm"), ("UltmtDbtr", "Pty", "Nm")
_PROPRIETARY = re.compile(r"(?:^|\+)(\d{3})(?:\+|$)")
_LEFT = "pending entries, forward and expected balances, and payments of nothing are passed over"


class _Payment(NamedTuple):
    record: int
    valued: str
    booked: str
    amount: float
    currency: str
    account: str
    reference: str
    party: str
    words: str
    nature: str | None


class _Balance(NamedTuple):
    record: int
    stood: str
    amount: float
    currency: str
    account: str
    kind: str


@dataclass(frozen=True, slots=True)
class Camt:
    """The source of ISO 20022's statements, reports and notices of versions 1 to 13."""

    name: str = "camt"
    title: str = "Bank statement (CAMT)"
    reads: str = "Payments and balances of bank statements."
    version: int = 2
    rank: int = 0
    how_to_export: str = 'In your online banking, beside the turnover: download as "CAMT" or "camt.053".'

    def recognises(self, member: Member) -> bool:
        """By the namespace of the document."""
        if b"camt.05" not in member.head(4096).replace(b"\0", b""):
            return False
        top = root(member)
        return top is not None and any(_NAME.search(value) for value in top.attributes.values())

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A bank sends one person's accounts."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """Entries and balances, by the block. Raises BrokenExport where the file is no XML or made to deceive."""
        del subject
        if not self.recognises(member):
            raise BrokenExport(f"{member.path} is no statement of ISO 20022.")
        ledger, accounts, first = Ledger("camt"), dict[int, str](), 0
        found = elements(member, {"Acct", "Bal", "Ntry"})
        while (block := _Block(accounts, first).told(islice(found, _BLOCK))).seen:
            yield _part(member.path, block, ledger)
            first += block.read


@dataclass(slots=True)
class _Block:
    """What some elements say; `accounts` knows the account of each statement of the file."""

    accounts: dict[int, str]
    first: int
    payments: list[_Payment] = field(default_factory=list)
    balances: list[_Balance] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    read: int = 0
    seen: int = 0

    def told(self, found: Iterable[Found | Cut]) -> _Block:
        """The same, with all that these say."""
        for one in found:
            self.seen += 1
            if isinstance(one, Cut):
                self.faults.append((self.read, one.reason))
                self.read += 1
                continue
            statement = one.inside[-1].number if one.inside else -1
            if one.element.tag == "Acct":
                self.accounts[statement] = _first(_inside(one.element), _ID)
                continue
            self._record(one.element, self.accounts.get(statement, ""))
            self.read += 1
        return self

    def _record(self, element: Element, account: str) -> None:
        inside = _inside(element)
        amount = _amount(inside.get("Amt"), _under(inside, "CdtDbtInd"))
        if amount is None:
            self.faults.append((self.read, "an amount or direction that cannot be read"))
        elif element.tag == "Bal":
            kind = _BALANCES.get(_under(inside, "Tp", "CdOrPrtry", "Cd") or _under(inside, "Tp", "Cd"), "")
            if kind:
                self.balances.append(_Balance(self.read, _date(inside.get("Dt")), *amount, account, kind))
        elif (_under(inside, "Sts", "Cd") or _under(inside, "Sts")) in {"BOOK", ""}:
            self.payments.extend(_entry(element, inside, self.read, account, amount))


def _inside(element: Element) -> dict[str, Element]:
    """The elements in one by their names, the first of each; for what is asked often, this is the quickest way."""
    return {one.tag: one for one in element[::-1]}


def _under(inside: dict[str, Element], *names: str) -> str:
    """The text that one comes to by going down from name to name; nothing where the way ends before."""
    at = inside.get(names[0])
    for name in names[1:]:
        if at is None:
            return ""
        at = at.find(name)
    return "" if at is None or (text := at.text) is None else text.strip()


def _first(inside: dict[str, Element], ways: tuple[tuple[str, ...], ...]) -> str:
    return next(filter(None, (_under(inside, *way) for way in ways if way[0] in inside)), "")


def _date(element: Element | None) -> str:
    """The day, as written; a moment's day is that of its own clock."""
    if element is None:
        return ""
    written = (element.findtext("Dt"), element.findtext("DtTm"), element.text)
    return next((day for one in written if one and (day := one.strip())), "")[:10]


def _amount(amount: Element | None, way: str) -> tuple[float, str] | None:
    """Amount, negative where it is a debit, and currency."""
    if amount is None or way not in {"CRDT", "DBIT"}:
        return None
    try:
        size = float(amount.text or "")
    except ValueError:
        return None
    return (-size if way == "DBIT" else size), amount.get("Ccy", "")


def _entry(
    element: Element, inside: dict[str, Element], record: int, account: str, amount: tuple[float, str]
) -> Iterator[_Payment]:
    """One payment, or those of a batch where their amounts add up to the entry."""
    details = list(chain.from_iterable(one.findall("TxDtls") for one in element.findall("NtryDtls")))
    if len(details) < 2:
        yield _payment(inside, _inside(details[0]) if details else inside, record, account, amount)
        return
    way = _under(inside, "CdtDbtInd")
    parts = [_amount(one.find("Amt"), way) or _amount(one.find("AmtDtls/TxAmt/Amt"), way) for one in details]
    known = [part for part in parts if part and part[1] == amount[1]]
    whole = len(known) == len(details) and abs(sum(size for size, _ in known) - amount[0]) < 0.005
    for detail, size in zip(details, known, strict=True) if whole else [(details[0], amount)]:
        yield _payment(inside, _inside(detail), record, account, size)


def _payment(
    entry: dict[str, Element], detail: dict[str, Element], record: int, account: str, amount: tuple[float, str]
) -> _Payment:
    booked, valued = _date(entry.get("BookgDt")), _date(entry.get("ValDt"))
    reference = _under(detail, "Refs", "AcctSvcrRef") or _under(entry, "AcctSvcrRef")
    end = _under(detail, "Refs", "EndToEndId")
    said = detail.get("RmtInf")
    lines = () if said is None else chain(said.findall("Ustrd"), said.findall("Strd/AddtlRmtInf"))
    written = " ".join(text.strip() for one in lines if (text := one.text))
    creditors = () if said is None else said.findall("Strd/CdtrRefInf/Ref")
    bills = (text.strip() for one in creditors if (text := one.text))
    party = ""
    if "RltdPties" in detail:
        party = _first(_inside(detail["RltdPties"]), _CREDITOR if amount[0] < 0 else _DEBTOR)
    return _Payment(
        record,
        valued or booked,
        booked or valued,
        *amount,
        account,
        " ".join(one for one in (reference, end, *bills, written) if one not in {"", "NONREF", "NOTPROVIDED"}),
        party,
        written or _under(detail, "AddtlTxInf") or _under(entry, "AddtlNtryInf"),
        _nature(entry, detail),
    )


def _nature(entry: dict[str, Element], detail: dict[str, Element]) -> str | None:
    if _under(entry, "RvslInd") in {"true", "1"}:
        return "returned"
    for one in (detail, entry):
        if "BkTxCd" not in one:
            continue
        code = _inside(one["BkTxCd"])
        if nature := _SUBFAMILIES.get(_under(code, "Domn", "Fmly", "SubFmlyCd")):
            return nature
        own = _PROPRIETARY.search(_under(code, "Prtry", "Cd"))
        if nature := _FAMILIES.get(_under(code, "Domn", "Fmly", "Cd")) or (BUSINESS.get(own[1]) if own else None):
            return nature
    return None


def _part(path: str, block: _Block, ledger: Ledger) -> Part:
    import polars as pl

    told = pl.DataFrame(block.payments, schema=_schema(_Payment), orient="row")
    stood = pl.DataFrame(block.balances, schema=_schema(_Balance), orient="row")
    booked = from_iso(told["booked"])["start"]
    rows = pl.concat(
        [ledger.payments(_dated(told, "valued").with_columns(booked=booked)),
         ledger.balances(_dated(stood, "stood").with_columns(id=pl.lit(None, pl.String)))],
        how="diagonal_relaxed",
    ).sort("record", maintain_order=True)  # fmt: skip
    passed = block.read - rows["record"].n_unique() - len(block.faults)
    trouble = rules()[1]
    return Part(
        observations(rows),
        block.read,
        passed,
        tuple(Fault(f"{path}, record {block.first + place + 1}", reason) for place, reason in block.faults),
        {"payment": told["record"].n_unique(), "balance": stood.height},
        notes=tuple(note for note in (_LEFT if passed else "", trouble) if note),
        first_record=block.first,
    )


def _schema(kind: type[_Payment | _Balance]) -> dict[str, type[pl.DataType]]:
    import polars as pl

    numbers: dict[str, type[pl.DataType]] = {"record": pl.UInt32, "amount": pl.Float64}
    return {name: numbers.get(name, pl.String) for name in kind._fields}


def _dated(told: pl.DataFrame, name: str) -> pl.DataFrame:
    import polars as pl

    return told.with_columns(
        start=from_iso(told[name])["start"], basis=pl.lit(int(Basis.DATE), pl.Int8), offset=pl.lit(None, pl.Int16)
    )


SOURCE = Camt()
