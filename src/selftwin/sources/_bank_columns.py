"""Which column of a bank's table is which: by its header, in words of many languages, and by its first rows."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from selftwin.sources._table_text import sheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from selftwin.sources._table_text import Sheet
    from selftwin.sources.reader.members import Member

_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "a", "Ø": "o", "Ł": "l"})
_CODE = re.compile(r"\b(EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|RON|BGN|CAD|AUD|NZD|JPY|BRL|INR|MXN|ZAR|SGD|HKD|TRY|"
                   r"ISK|ARS|CLP|COP|ILS|THB|MYR|IDR|PHP|KRW|CNY|UAH|RUB)\b")  # fmt: skip
_SIGNS = {"€": "EUR", "£": "GBP", "zł": "PLN", "EUROS": "EUR", "euros": "EUR", "Kč": "CZK", "₹": "INR"}
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_LABELLED = re.compile(
    r"(?i)(?:konto|account|compte|cuenta|conto|rekening|rachunk)[^\d;,\t]{0,40}[;,:\s\"]{1,9}(\d[\d /-]{5,40})"
)
DATE = re.compile(
    r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\.?(?:[T ].*)?$|^(?:19|20)\d{6}$|^\d{1,2}[ .-]+[^\W\d]{3,9}\.?[ .,-]+\d{2,4}$"
)
MONEY = re.compile(
    r"^[-+\u2212(]?\s{0,20}[€£$]?\s{0,20}[-+\u2212]?\d[\d.,' \u00a0\u202f]*\)?\s{0,3}[-+\u2212]?\s{0,3}"
    r"(?:[^\W\d]{1,3}\.?|[€£$])?$"
)
NEGATIVE = r"^[^\d]*[-\u2212(]|[-\u2212]\D{0,20}$|DR$"
# What a card's table says of the bill being paid: money that comes in. Thanks alone are written to friends as well.
_THANKS = re.compile(
    r"(?i)payment(?: received)?\W{0,4}thank you|thank you for your payment|payments and credits|pagamento recebido"
    r"|\bihre \W{0,3}(?:\w{1,9}-)?zahlung\W{1,4}(?:\w{1,9} )?dank"
    r"|(?:zahlung|überweisung) erhalten\W{1,4}(?:\w{1,9} )?dank"
    r"|(?:paiement|pr[ée]l[èe]vement)(?: \w{1,20}){0,2}\W{1,4}merci"
)
ALONE = r"^\d*[,.]\d{1,2}$"
OUT = ("d", "dr", "debit", "debet", "dbit", "s", "soll", "af", "cargo", "debito", "out", "-")
IN = ("c", "cr", "credit", "kredit", "k", "crdt", "h", "haben", "bij", "abono", "credito", "in", "+")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a bank's table is read: the block column of each role, and what the file says around the table."""

    sheet: Sheet
    places: Mapping[str, tuple[str, ...]]
    currency: str
    account: str
    comma: bool  # whether the decimal mark is a comma
    inverted: bool = False  # whether money spent is written positive, as the balance shows

    def place(self, role: str) -> str | None:
        """The block column of a role, the best where there are several."""
        return next(iter(self.places.get(role, ())), None)


@lru_cache(maxsize=1)
def _headers() -> Mapping[str, Mapping[str, int]]:
    said = tomllib.loads(files("selftwin.sources").joinpath("bank_headers.toml").read_text("utf-8"))
    return {role: {word: place for place, word in enumerate(words)} for role, words in said.items()}


def folded(header: str) -> str:
    """A header without accents, signs, and its unit: `Betrag (€)` is `betrag`."""
    import unicodedata

    bare = re.sub(r"\([^)]{0,99}\)|\b(?:in|en) [A-Z]{3}$|\b[A-Z]{3}$", " ", header.strip().lstrip("#")) or header
    plain = unicodedata.normalize("NFKD", bare.translate(_PLAIN)).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def planned(member: Member) -> Plan | None:
    """How the member is read as a bank's table, or None where it is clearly none; cheap, and never raises."""
    if not member.name.endswith((".csv", ".tsv", ".txt", ".tab")):
        return None
    for sheet in sheets(member):
        if len(sheet.header) >= 3 and (places := _places(sheet.header)) and (plan := _plan(member, sheet, places)):
            return plan
    return None


def _places(header: Sequence[str]) -> Mapping[str, tuple[str, ...]] | None:
    """Block columns by role; None where there is no date or no money."""
    found: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(header):
        plain = folded(name)
        for role, words in _headers().items():
            if plain in words:
                found.setdefault(role, []).append((words[plain], place))
    places = _wallet({role: tuple(str(place) for _, place in sorted(several)) for role, several in found.items()})
    money = "amount" in places or {"out", "in"} <= places.keys()
    return places if "date" in places and money else None


def _wallet(places: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """In a wallet's table the amount is the one before its fee, and the kind of payment is the first of its words."""
    if "amount" in places or not {"gross", "fee", "id"} <= places.keys():
        return places
    return places | {"amount": places["gross"], "words": (*places.get("kind", ()), *places.get("words", ()))}


def _rows(member: Member, sheet: Sheet) -> list[list[str]]:
    """The first rows, as wide as the header."""
    text = member.head().decode(sheet.encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")[len(sheet.before) + 1 :][:60]
    try:
        rows = list(csv.reader(lines, delimiter=sheet.delimiter))
    except csv.Error:
        return []
    return [[cell.strip() for cell in row] for row in rows if len(row) >= len(sheet.header) - 1]


def _plan(member: Member, sheet: Sheet, places: Mapping[str, tuple[str, ...]]) -> Plan | None:
    """The plan, where the first rows hold dates and money and at least one more sign that this is a bank's."""
    rows = [row + [""] * len(sheet.header) for row in _rows(member, sheet)]
    places = _told_apart(places, rows)
    dated = [row for row in rows if DATE.match(row[int(places["date"][0])])]
    money = [*places.get("amount", ())[:1], *places.get("out", ())[:1], *places.get("in", ())[:1]]
    cells = [row[int(place)] for row in dated for place in money if row[int(place)]]
    if not cells or sum(bool(MONEY.match(cell)) for cell in cells) < 0.9 * len(cells):
        return None
    around = "\n".join((*sheet.before, *sheet.header))
    currency = _currency([sheet.header[int(place)] for place in money], cells, "\n".join(sheet.before))
    currency = currency or ("USD" if "Venmo" in around else "")  # it moves no other dollars
    comma = any(re.search(r",\d{1,2}\D*$", cell) for cell in cells)
    plan = Plan(sheet, places, currency, _account(sheet, member), comma)
    adds, inverted = _adds_up(plan, dated)
    if not adds and _stands_still(plan, dated):
        plan = replace(plan, places={role: several for role, several in places.items() if role != "balance"})
    pair = {"out", "in"} <= places.keys()
    told = {"words", "party", "payee"} & places.keys()
    cents = [bool(re.search(r"[.,]\d{2}\D{0,20}$", cell)) for cell in cells]
    signed = all(cents) and any(re.search(NEGATIVE, cell) for cell in cells)
    directed = "way" in places and any(cents)  # things that come and go are counted whole
    named = bool(currency or _IBAN.search(around) or "currency" in places or directed)
    sure = adds or (bool(told) and (named or pair or signed))
    turned = "gross" not in places and (inverted or (not adds and _charges(plan, dated)))
    return replace(plan, inverted=turned) if sure else None


def _told_apart(places: Mapping[str, tuple[str, ...]], rows: Sequence[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """A column may have two roles by its name; what stands in it decides: `Valuta` is a date or a currency. A dash is a
    direction beside a plus alone, else it stands for nothing."""

    def cells(place: str) -> list[str]:
        return [row[int(place)] for row in rows if row[int(place)]]

    kinds = {
        "value_date": lambda cell: bool(DATE.match(cell)),
        "date": lambda cell: bool(DATE.match(cell)),
        "currency": lambda cell: bool(re.fullmatch("[A-Za-z]{3}", cell)),
        "way": lambda cell: folded(cell) in (*OUT, *IN) or cell in {"-", "+"},
        "balance": lambda cell: bool(MONEY.match(cell)),
    }
    kept = dict(places)
    for role, fits in kinds.items():
        sound = tuple(place for place in places.get(role, ()) if (said := cells(place)) and
                      sum(map(fits, said)) > 0.8 * len(said)
                      and (role != "way" or "-" not in said or "+" in said))  # fmt: skip
        if role in places and (sound or role != "date"):
            kept[role] = sound
    return {role: several for role, several in kept.items() if several}


def _currency(headers: Sequence[str], cells: Sequence[str], before: str) -> str:
    """The currency the header, the cells or the lines before the table name."""
    for text in (*headers, *cells[:5], before):
        if found := _CODE.search(text):
            return found[1]
        for sign, code in _SIGNS.items():
            if sign in text:
                return code
    return ""


def _account(sheet: Sheet, member: Member) -> str:
    for text in (*sheet.before, member.name.upper()):
        if found := _IBAN.search(text):
            return found[0]
    return next((found[1].strip() for line in sheet.before if (found := _LABELLED.search(line))), "")


def number(cell: str, *, comma: bool) -> float | None:
    """An amount as banks write it, or None; a lone mark before one or two digits is the decimal mark in any file."""
    digits = re.sub(r"[^\d,.]", "", cell)
    comma = "," in digits if re.fullmatch(ALONE, digits) else comma
    plain = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
    try:
        size = float(plain.rstrip("."))
    except ValueError:
        return None
    return -size if re.search(NEGATIVE, cell) else size


def _stands_still(plan: Plan, rows: Sequence[Sequence[str]]) -> bool:
    """Whether every row tells one and the same balance: the account's of the day of the download, not the row's."""
    balance = plan.place("balance")
    return balance is not None and len(rows) > 1 and len({row[int(balance)] for row in rows}) == 1


def _charges(plan: Plan, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a card's table writes what was spent positive: its purchases are, or the payments to it are not."""
    amount, kind = plan.place("amount"), plan.place("kind")
    if amount is None or plan.place("way"):
        return False
    told = [(number(row[int(amount)], comma=plan.comma) or 0.0, row) for row in rows]
    paid = [size for size, row in told if _THANKS.search(" ".join(row))]
    bought = [size for size, row in told if kind and folded(row[int(kind)]) == "purchase"]
    turned = (bool(paid) and max(paid) < 0) or (bool(bought) and min(bought) > 0)
    return turned and sum(size > 0 for size, _ in told) * 2 >= len(told)


def _adds_up(plan: Plan, rows: Sequence[Sequence[str]]) -> tuple[bool, bool]:
    """Whether each balance is the one before and the amount, and whether amounts are written the wrong way round."""
    balance, amount = plan.place("balance"), plan.place("amount")
    if balance is None:
        return False, False

    def cell(row: Sequence[str], place: str | None) -> float | None:
        return None if place is None else number(row[int(place)], comma=plan.comma)

    told = []
    for row in rows:
        pair = abs(cell(row, plan.place("in")) or 0) - abs(cell(row, plan.place("out")) or 0)
        size, stood = cell(row, amount) if amount else pair, cell(row, balance)
        if size is not None and stood is not None:
            told.append((size, stood))
    pairs = list(pairwise(told))
    if not pairs:
        return False, False

    def fit(sign: int) -> int:
        up = sum(abs(now[1] - before[1] - sign * now[0]) < 0.006 for before, now in pairs)
        return max(up, sum(abs(before[1] - now[1] - sign * before[0]) < 0.006 for before, now in pairs))

    return max(fit(1), fit(-1)) >= 0.6 * len(pairs), fit(-1) > fit(1)
