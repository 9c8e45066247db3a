"""From the units exports are written in to the ones kept inside: one multiplication and one addition per column.

`canonical` turns an export's spelling (`count/min`, `mcg`, `mL/min·kg`) into UCUM, `converter` gives the way from
one unit to another, `into` the way into a signal's own unit. Amounts of substance become masses through the table
of molar masses, and only when the substance is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar, cast

from selftwin.vocabulary.errors import UnitError
from selftwin.vocabulary.remembering import remembered
from selftwin.vocabulary.ucum import Unit, parse

if TYPE_CHECKING:
    from selftwin.vocabulary.signal import Signal

Values = TypeVar("Values")


@dataclass(frozen=True, slots=True)
class Conversion:
    """`values * scale + offset`, for a number, an array or a column alike."""

    scale: float
    offset: float = 0.0

    def __call__(self, values: Values) -> Values:
        """The same values in the other unit; works on anything that multiplies and adds."""
        return cast("Values", values * self.scale + self.offset)  # type: ignore[operator]

    @property
    def identity(self) -> bool:
        """Whether values stay as they are, so that a caller may skip the work."""
        return self.scale == 1.0 and self.offset == 0.0


@dataclass(frozen=True, slots=True)
class Substance:
    """Grams in a mole, charges of its ion, and grams in an international unit, where each is defined."""

    grams_per_mole: Fraction
    charges: int = 0
    grams_per_iu: Fraction | None = None


SUBSTANCES: dict[str, Substance] = {
    name: Substance(Fraction(grams))
    for name, grams in {
        "glucose": "180.156",
        "cholesterol": "386.65",
        "triglyceride": "885.7",
        "creatinine": "113.12",
        "urea": "60.06",
        "urea_nitrogen": "28.014",
        "uric_acid": "168.11",
        "bilirubin": "584.66",
        "albumin": "66438",
        "haemoglobin": "16114.5",  # per iron, as laboratories count it
        "iron": "55.845",
        "phosphorus": "30.974",
        "zinc": "65.38",
        "calcidiol": "400.64",
        "cobalamin": "1355.37",
        "folate": "441.40",
        "testosterone": "288.42",
        "estradiol": "272.38",
        "progesterone": "314.46",
        "cortisol": "362.46",
        "thyroxine": "776.87",
        "triiodothyronine": "650.97",
        "lactate": "90.08",
        "hydroxybutyrate": "104.10",
        "homocysteine": "135.18",
        "ethanol": "46.07",
        "caffeine": "194.19",
    }.items()
} | {
    "sodium": Substance(Fraction("22.990"), 1),
    "potassium": Substance(Fraction("39.098"), 1),
    "chloride": Substance(Fraction("35.45"), 1),
    "bicarbonate": Substance(Fraction("61.017"), 1),
    "calcium": Substance(Fraction("40.078"), 2),
    "magnesium": Substance(Fraction("24.305"), 2),
    "vitamin_d": Substance(Fraction("384.64"), grams_per_iu=Fraction("25e-9")),
    "vitamin_a": Substance(Fraction("286.45"), grams_per_iu=Fraction("0.3e-6")),
}

# Where two units of one thing are joined by a regression and not by a factor: NGSP per cent from IFCC mmol/mol.
_MASTER_EQUATIONS: dict[tuple[str, Unit, Unit], Conversion] = {
    ("hba1c", parse("mmol/mol"), parse("%")): Conversion(0.09148, 2.152),
    ("hba1c", parse("%"), parse("mmol/mol")): Conversion(1 / 0.09148, -2.152 / 0.09148),
}

# Spellings of real exports that UCUM lacks or reads otherwise (`ft` is a femtotonne there, `st` a stere): first the
# unit, then the words for it; `{}` marks what is merely counted. `_ALONE` holds only where nothing stands beside.
_ALONE = {
    spelling: line.split()[0]
    for line in """
        /min bpm BPM brpm rpm spm
        [mi_i]/h mph
        km/h kph kmh
        Cel C
        [degF] F
    """.strip().splitlines()
    for spelling in line.split()[1:]
} | {"": "1"}
_WORDS = {
    spelling: line.split()[0]
    for line in """
        h hr hrs hour hours
        min mins minute minutes
        s sec secs second seconds
        ms msec millisecond milliseconds
        d day days
        wk week weeks
        a year years yr
        [lb_av] lb lbs LB pound pounds
        [oz_av] oz ounce ounces
        [stone_av] st stone stones
        g gram grams
        kg kilogram kilograms kgs KG
        mg milligram milligrams
        ug mcg microgram micrograms
        [in_i] in inch inches
        [ft_i] ft foot feet
        [yd_i] yd yard yards
        [mi_i] mi mile miles
        m meter meters metre metres
        km kilometer kilometers kilometre kilometres
        kcal Cal Calorie Calories calorie calories kCal Kcal kcals
        Cel degC celsius Celsius
        [degF] degF fahrenheit Fahrenheit
        L liter liters litre litres
        mL milliliter milliliters millilitre millilitres
        % percent percentage
        [iU] IU
        m[iU] mIU
        u[iU] uIU
        k[iU] kIU
        meq mEq
        uS mcS
        uV mcV
        W watt watts
        By bytes
        [diop] D
        [MET] MET METs
        mm[Hg] mmHg
        cm[H2O] cmAq cmH2O
        [in_i'Hg] inHg
        [psi] psi
        dB[SPL] dBA dBASPL dBHL
        [foz_us] fl_oz_us
        [cup_us] cup_us
        [pt_us] pt_us
        [foz_br] fl_oz_imp
        (10.[foz_br]) cup_imp
        [pt_br] pt_imp
        {} count beats breaths steps floors stairs strokes times score points drinks glasses servings tablets
        {} capsules puffs events grade ratio appleEffortScore
    """.strip().splitlines()
    for spelling in line.split()[1:]
}
_PLAINER = str.maketrans({"µ": "u", "μ": "u", "²": "2", "³": "3", "⋅": "·", "℃": "Cel"})
_NOTE = re.compile(r"\{[^{}]*\}")
_SURFACE = re.compile(r"/\s*1\.73\s*(?:m(?:2|\^2|²))?(?![\w.])")  # of a body; in UCUM `.73` would multiply by 73
_SPELLED = re.compile(r"<[^>]*>|\[[^\]]*\]|[A-Za-z_]+(?:\[[^\]]*\])?")


@remembered(4096)
def canonical(spelling: str) -> str:
    """The UCUM expression for a unit as an export writes it; raises UnitError when it names none."""
    for form in dict.fromkeys((spelling, spelling.lower())):
        written = _rewritten(form)
        try:
            parse(written)
        except UnitError:
            continue
        return written
    raise UnitError(f"{spelling[:60]!r} is not a unit.", hint="Units are written in UCUM, e.g. mg/dL, /min, Cel.")


def _rewritten(spelling: str) -> str:
    spelling = _SURFACE.sub("/{1.73_m2}", spelling)
    notes = iter(_NOTE.findall(spelling))
    text = _NOTE.sub("{}", spelling).strip().translate(_PLAINER).replace("°", "deg")
    if text in _ALONE:
        return _ALONE[text]
    if "*" in text or "·" in text:  # HealthKit: everything after the slash divides
        over, slash, under = re.sub(r"(?<!10)\*", "·", text).partition("/")
        text = f"{over}/({under})" if slash and "·" in under and "(" not in under else over + slash + under
    text = re.sub(r"(?<!10)\^", "", text.replace("·", "."))
    text = re.sub(r"\s*([./()])\s*", r"\1", text)
    text = _SPELLED.sub(lambda word: _word(word[0]), text)
    return re.sub(r"\{\}", lambda _: next(notes), text)


def _word(word: str) -> str:
    ucum = _WORDS.get(word, word)
    return f"{{{word}}}" if ucum == "{}" else ucum


@remembered(4096)
def converter(from_unit: str, to_unit: str, substance: str = "") -> Conversion:
    """The way from one unit to another, both in UCUM or in an export's spelling.

    Raises UnitError when they measure different things, or when the way leads over a molar mass and no substance
    (a key of SUBSTANCES) is given.

    >>> converter("mmol/L", "mg/dL", "glucose")(5.0)
    90.078
    """
    start, end = parse(canonical(from_unit)), parse(canonical(to_unit))
    if (equation := _MASTER_EQUATIONS.get((substance, start, end))) is not None:
        return equation
    if start.dimension != end.dimension and substance in SUBSTANCES:
        start, end = _weighed(start, SUBSTANCES[substance]), _weighed(end, SUBSTANCES[substance])
    if start.dimension != end.dimension:
        raise UnitError(f"{from_unit!r} cannot become {to_unit!r}{f' of {substance}' if substance else ''}.")
    try:
        return Conversion(float(start.scale / end.scale), float((start.zero - end.zero) / end.scale))
    except OverflowError:
        raise UnitError(f"{from_unit!r} and {to_unit!r} are too far apart.") from None


def _weighed(unit: Unit, substance: Substance) -> Unit:
    """The same unit with its moles, equivalents and international units as grams."""
    grams = {"mol": substance.grams_per_mole, "[iU]": substance.grams_per_iu}
    grams["eq"] = substance.grams_per_mole / substance.charges if substance.charges else None
    weighed = Unit(unit.scale)
    for base, power in unit.dimension:
        one = Unit(Fraction(1), ((base, 1),))
        if (mass := grams.get(base)) is not None:
            one = Unit(mass, (("g", 1),))
        weighed = weighed * one**power
    return replace(weighed, zero=unit.zero)


def into(signal: Signal, from_unit: str) -> Conversion:
    """The way from an export's unit into the signal's own; raises UnitError when there is none."""
    return converter(from_unit, signal.unit, signal.substance)
