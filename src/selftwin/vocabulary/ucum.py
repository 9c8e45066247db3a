"""Unit expressions read the UCUM way (Unified Code for Units of Measure, version 2.1): prefixes, atoms, exponents,
annotations, `.`, `/` and parentheses become an exact scale over base dimensions.

Three choices are stricter than UCUM, so that a wrong sum fails instead of passing: a mole, an equivalent and each
arbitrary unit (`[iU]`, `dB[SPL]`, a currency such as `[EUR]`) are dimensions of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from selftwin.vocabulary.errors import UnitError
from selftwin.vocabulary.remembering import remembered

Dimension = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """How many base units one of this unit is, and what it measures; `zero` is where its scale begins, in base
    units (273.15 K for degrees Celsius, 0 for nearly everything)."""

    scale: Fraction
    dimension: Dimension = ()
    zero: Fraction = Fraction(0)

    def __mul__(self, other: Unit) -> Unit:
        return Unit(self.scale * other.scale, _joined(self.dimension, other.dimension))

    def __pow__(self, exponent: int) -> Unit:
        dimension = tuple((base, power * exponent) for base, power in self.dimension if exponent)
        return Unit(self.scale**exponent, dimension)


ONE = Unit(Fraction(1))

PREFIXES: dict[str, Fraction] = {
    name: Fraction(10) ** (3 * power)
    for power, name in zip(range(-8, 9), ("y", "z", "a", "f", "p", "n", "u", "m", "", *"kMGTPEZY"), strict=True)
    if name
}
PREFIXES |= {"c": Fraction(1, 100), "d": Fraction(1, 10), "da": Fraction(10), "h": Fraction(100)}
PREFIXES |= {name: Fraction(1024) ** power for power, name in enumerate(("Ki", "Mi", "Gi", "Ti"), start=1)}

# symbol -> (how many, of what); the base units stand for themselves
_BASES = ("m", "g", "s", "K", "C", "cd", "rad", "mol", "eq", "[iU]", "B[SPL]", "B", "[pH]")
_METRIC: dict[str, tuple[str, str]] = {
    "L": ("1", "dm3"),
    "l": ("1", "dm3"),
    "t": ("1000", "kg"),
    "Hz": ("1", "s-1"),
    "N": ("1", "kg.m/s2"),
    "Pa": ("1", "N/m2"),
    "bar": ("100000", "Pa"),
    "J": ("1", "N.m"),
    "W": ("1", "J/s"),
    "A": ("1", "C/s"),
    "V": ("1", "J/C"),
    "Ohm": ("1", "V/A"),
    "S": ("1", "Ohm-1"),
    "F": ("1", "C/V"),
    "T": ("1", "V.s/m2"),
    "lm": ("1", "cd"),  # the steradian counts as 1
    "lx": ("1", "lm/m2"),
    "Bq": ("1", "s-1"),
    "Gy": ("1", "J/kg"),
    "Sv": ("1", "J/kg"),
    "cal": ("4.184", "J"),
    "eV": ("1.602176634e-19", "J"),
    "U": ("1", "umol/min"),
    "kat": ("1", "mol/s"),
    "osm": ("1", "mol"),
    "m[Hg]": ("133322", "Pa"),
    "m[H2O]": ("9806.65", "Pa"),
    "bit": ("1", "1"),
    "By": ("8", "bit"),
    "[IU]": ("1", "[iU]"),
}
_PLAIN: dict[str, tuple[str, str]] = {
    "%": ("0.01", "1"),
    "[ppth]": ("0.001", "1"),
    "[ppm]": ("1e-6", "1"),
    "[ppb]": ("1e-9", "1"),
    "[pi]": ("3.14159265358979323846", "1"),
    "min": ("60", "s"),
    "h": ("3600", "s"),
    "d": ("24", "h"),
    "wk": ("7", "d"),
    "a": ("365.25", "d"),
    "a_j": ("365.25", "d"),
    "mo": ("30.4375", "d"),
    "mo_j": ("30.4375", "d"),
    "deg": ("0.01745329251994329577", "rad"),
    "atm": ("101325", "Pa"),
    "[in_i]": ("2.54", "cm"),
    "[ft_i]": ("12", "[in_i]"),
    "[yd_i]": ("3", "[ft_i]"),
    "[mi_i]": ("5280", "[ft_i]"),
    "[nmi_i]": ("1852", "m"),
    "[kn_i]": ("1", "[nmi_i]/h"),
    "[lb_av]": ("453.59237", "g"),
    "[oz_av]": ("28.349523125", "g"),
    "[stone_av]": ("14", "[lb_av]"),
    "[gal_us]": ("231", "[in_i]3"),
    "[qt_us]": ("0.25", "[gal_us]"),
    "[pt_us]": ("0.125", "[gal_us]"),
    "[cup_us]": ("0.0625", "[gal_us]"),
    "[foz_us]": ("0.0078125", "[gal_us]"),
    "[tbs_us]": ("0.5", "[foz_us]"),
    "[tsp_us]": ("1/6", "[foz_us]"),
    "[gal_br]": ("4.54609", "L"),
    "[pt_br]": ("0.125", "[gal_br]"),
    "[foz_br]": ("0.05", "[pt_br]"),
    "[in_i'Hg]": ("0.0254", "m[Hg]"),
    "[psi]": ("6894.757293168", "Pa"),
    "[HP]": ("745.69987158227022", "W"),
    "[Cal]": ("1", "kcal"),
    "[diop]": ("1", "m-1"),
    "[MET]": ("3.5", "mL/min/kg"),
    "[Btu]": ("1055.05585262", "J"),
}
_SHIFTED = {  # symbol -> kelvin in one degree, kelvin at its zero
    "Cel": (Fraction(1), Fraction("273.15")),
    "[degF]": (Fraction(5, 9), Fraction("459.67") * Fraction(5, 9)),
}
_CURRENCY = re.compile(r"\[[A-Z]{3}\]")
_MOLE_OF = re.compile(r"(?P<prefix>[A-Za-z]{0,2})mol<(?P<grams>[0-9]+(?:\.[0-9]+)?)>")
_TOKEN = re.compile(r"(?P<mark>[./()])|\{(?P<note>[^{}]*)\}|(?P<word>(?:\[[^\]\s]*\]|<[^>\s]*>|[^\s./(){}\[\]<>])+)")
_POWER = re.compile(r"(?P<symbol>.*[^0-9+-])(?P<exponent>[+-]?[0-9]+)?")
_TEN = re.compile(r"10[*^](?P<exponent>[+-]?[0-9]+)?")
_LONGEST = 200
_LARGEST = Fraction(10) ** 150  # so that a scale and its inverse are floats


@remembered(4096)
def parse(expression: str) -> Unit:
    """The unit an UCUM expression names. Raises UnitError when it is none."""
    tokens = _tokens(expression)
    try:
        unit, rest = _term(tokens, 0)
    except RecursionError:
        raise _unreadable(expression) from None
    if rest != len(tokens) or not 1 / _LARGEST < unit.scale < _LARGEST:
        raise _unreadable(expression)
    return unit


def _tokens(expression: str) -> list[tuple[str, str]]:
    if not expression or len(expression) > _LONGEST:
        raise _unreadable(expression)
    found, end = [], 0
    for match in _TOKEN.finditer(expression):
        if match.start() != end:
            raise _unreadable(expression)
        end = match.end()
        found.append((match.lastgroup or "", match[match.lastgroup or 0]))
    if end != len(expression):
        raise _unreadable(expression)
    return found


def _term(tokens: list[tuple[str, str]], at: int) -> tuple[Unit, int]:
    """Components joined by `.` and `/`, read from left to right as UCUM does: `a/b.c` is `(a/b).c`."""
    if at < len(tokens) and tokens[at] == ("mark", "/"):
        total = ONE
    else:
        total, at = _component(tokens, at)
    while at < len(tokens) and tokens[at] in (("mark", "."), ("mark", "/")):
        sign = 1 if tokens[at][1] == "." else -1
        part, at = _component(tokens, at + 1)
        total = total * part**sign
    return total, at


def _component(tokens: list[tuple[str, str]], at: int) -> tuple[Unit, int]:
    if at >= len(tokens):
        raise UnitError("A unit ends where another part should follow.")
    group, text = tokens[at]
    if (group, text) == ("mark", "("):
        unit, at = _term(tokens, at + 1)
        if at >= len(tokens) or tokens[at] != ("mark", ")"):
            raise UnitError("A unit opens a bracket and does not close it.")
        return unit, at + 1
    if group == "mark":
        raise UnitError(f"A unit has {text!r} where a name should stand.")
    if group == "note":
        return ONE, at + 1
    unit, at = _word(text), at + 1
    if at < len(tokens) and tokens[at][0] == "note":
        unit, at = (Unit(unit.scale, unit.dimension) if tokens[at][1] == "diff" else unit), at + 1
    return unit, at


def _word(word: str) -> Unit:
    if word.isascii() and word.isdigit() and int(word):
        return Unit(Fraction(int(word)))
    if ten := _TEN.fullmatch(word):
        return Unit(Fraction(10) ** _exponent(ten["exponent"]))
    split = _POWER.fullmatch(word)
    if split is None:
        raise _unreadable(word)
    unit = _symbol(split["symbol"])
    return unit if split["exponent"] is None else unit ** _exponent(split["exponent"])


def _exponent(text: str | None) -> int:
    exponent = 1 if text is None else int(text)
    if abs(exponent) > 99:
        raise UnitError(f"An exponent of {exponent} is not one of a unit.")
    return exponent


@remembered(1024)
def _symbol(symbol: str) -> Unit:
    """The unit of one name, with or without a prefix."""
    if (unit := _atom(symbol)) is not None:
        return unit
    if mole := _MOLE_OF.fullmatch(symbol):
        grams = Fraction(mole["grams"]) * PREFIXES.get(mole["prefix"], 0 if mole["prefix"] else 1)
        if grams:
            return Unit(grams, (("g", 1),))
    for length in (2, 1):
        prefix_name, rest = symbol[:length], symbol[length:]
        if prefix_name in PREFIXES and (rest in _METRIC or rest in _BASES):
            return Unit(PREFIXES[prefix_name]) * _symbol(rest)
    raise _unreadable(symbol)


def _atom(symbol: str) -> Unit | None:
    if symbol in _BASES:
        return Unit(Fraction(1), ((symbol, 1),))
    if symbol in _SHIFTED:
        kelvin, zero = _SHIFTED[symbol]
        return Unit(kelvin, (("K", 1),), zero)
    if symbol in _METRIC or symbol in _PLAIN:
        factor, of = _METRIC.get(symbol) or _PLAIN[symbol]
        return Unit(Fraction(factor)) * parse(of)
    if _CURRENCY.fullmatch(symbol):
        return Unit(Fraction(1), ((symbol, 1),))
    return None


def _joined(left: Dimension, right: Dimension) -> Dimension:
    powers = dict(left)
    for base, power in right:
        powers[base] = powers.get(base, 0) + power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


def _unreadable(expression: str) -> UnitError:
    return UnitError(f"{expression[:60]!r} is not a unit.", hint="Units are written in UCUM, e.g. mg/dL, /min, Cel.")
