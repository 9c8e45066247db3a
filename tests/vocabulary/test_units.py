from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.vocabulary.catalogue import signal, signals
from selftwin.vocabulary.errors import UnitError
from selftwin.vocabulary.ucum import parse
from selftwin.vocabulary.units import SUBSTANCES, canonical, converter, into

KNOWN = [
    ("lb", "kg", "", 10, 4.5359237),
    ("st", "kg", "", 1, 6.35029318),
    ("oz", "g", "", 1, 28.349523125),
    ("in", "cm", "", 1, 2.54),
    ("ft", "m", "", 6, 1.8288),
    ("mi", "km", "", 26.2, 42.1648128),
    ("yd", "m", "", 100, 91.44),
    ("fl_oz_us", "mL", "", 1, 29.5735295625),
    ("fl_oz_imp", "mL", "", 1, 28.4130625),
    ("cup_us", "mL", "", 1, 236.5882365),
    ("[tsp_us]", "mL", "", 1, 4.92892159375),
    ("degF", "Cel", "", 98.6, 37.0),
    ("°F", "Cel", "", -40, -40.0),
    ("degC", "[degF]", "", 100, 212.0),
    ("K", "Cel", "", 310.15, 37.0),
    ("[degF]{diff}", "Cel{diff}", "", 1.8, 1.0),
    ("kJ", "kcal", "", 4184, 1000.0),
    ("Cal", "kcal", "", 250, 250.0),
    ("cal", "kcal", "", 1000, 1.0),
    ("hr", "min", "", 7.5, 450.0),
    ("ms", "s", "", 1500, 1.5),
    ("km/hr", "m/s", "", 36, 10.0),
    ("mi/hr", "m/s", "", 1, 0.44704),
    ("count/min", "/min", "", 61, 61.0),
    ("bpm", "/min", "", 61, 61.0),
    ("count/s", "/min", "", 1, 60.0),
    ("mL/min·kg", "mL/(kg.min)", "", 42, 42.0),
    ("ml/(kg*min)", "mL/(kg.min)", "", 42, 42.0),
    ("kcal/hr·kg", "kcal/(kg.h)", "", 3.5, 3.5),
    ("mmHg", "mm[Hg]", "", 120, 120.0),
    ("kPa", "mm[Hg]", "", 133.322, 1000.0),
    ("cmAq", "Pa", "", 1, 98.0665),
    ("dBASPL", "dB[SPL]", "", 72, 72.0),
    ("mcS", "uS", "", 3, 3.0),
    ("S", "uS", "", 3e-6, 3.0),
    ("mcg", "mg", "", 400, 0.4),
    ("µg/dl", "ug/dL", "", 90, 90.0),
    ("appleEffortScore", "{effort}", "", 7, 7.0),
    ("1", "%", "", 0.97, 97.0),
    ("10*3/uL", "10*9/L", "", 6.1, 6.1),
    ("10^12/L", "10*6/uL", "", 4.5, 4.5),
    ("kg/m²", "kg/m2", "", 22, 22.0),
    ("m/s^2", "m/s2", "", 9.81, 9.81),
    ("W", "kcal/h", "", 100, 86.0420650),
    ("kW.h", "MJ", "", 1, 3.6),
    ("mmol<180.1558800000541>/L", "mg/dL", "", 5, 90.0779400000270),
    ("mmol/L", "mg/dL", "glucose", 5.5, 99.0858),
    ("mmol/L", "mg/dL", "cholesterol", 5, 193.325),
    ("mmol/L", "mg/dL", "triglyceride", 1, 88.57),
    ("umol/L", "mg/dL", "creatinine", 88.4, 1.0),
    ("umol/L", "mg/dL", "uric_acid", 59.48, 1.0),
    ("mmol/L", "mg/dL", "urea_nitrogen", 1, 2.8014),
    ("nmol/L", "ng/mL", "calcidiol", 2.496, 1.0),
    ("pmol/L", "pg/mL", "cobalamin", 1, 1.35537),
    ("mEq/L", "mmol/L", "potassium", 4.1, 4.1),
    ("mEq/L", "mg/dL", "calcium", 5, 10.0195),
    ("IU", "ug", "vitamin_d", 400, 10.0),
    ("mmol/mol", "%", "hba1c", 48, 6.54304),
    ("%", "mmol/mol", "hba1c", 6.54304, 48.0),
    ("mIU/L", "u[iU]/mL", "", 2.5, 2.5),
    ("mL/min/1.73", "mL/min/{1.73_m2}", "", 90, 90.0),
    ("ml/min/1.73 m²", "mL/min/{1.73_m2}", "", 90, 90.0),
    ("mL/s/1.73m2", "mL/min/{1.73_m2}", "", 1.5, 90.0),
]


@pytest.mark.parametrize(("start", "end", "substance", "value", "expected"), KNOWN)
def test_known_values_are_converted(start: str, end: str, substance: str, value: float, expected: float) -> None:
    assert converter(start, end, substance)(value) == pytest.approx(expected, rel=2e-4 if substance else 1e-9)


APART = [
    ("kg", "m", ""),
    ("mmol/L", "mg/dL", ""),
    ("mmol/L", "mg/dL", "no such substance"),
    ("nmol/L", "mg/dL", "lipoprotein_a"),
    ("IU", "mg", "glucose"),
    ("mEq/L", "mg/dL", "glucose"),
    ("[EUR]", "[USD]", ""),
    ("[EUR]", "[XXX]", ""),
    ("dB[SPL]", "Pa", ""),
    ("dB", "dB[SPL]", ""),
    ("{count}/min", "min", ""),
    ("kcal/(kg.h)", "[MET]", ""),
]


@pytest.mark.parametrize(("start", "end", "substance"), APART)
def test_different_things_are_never_converted(start: str, end: str, substance: str) -> None:
    with pytest.raises(UnitError, match="cannot become"):
        converter(start, end, substance)


@pytest.mark.parametrize(
    "wrong",
    [
        "foo",
        "m//s",
        "(m",
        "m)",
        "m..s",
        "5.",
        ".",
        "/",
        "[iU",
        "{a",
        "a}",
        "m m",
        "m99999",
        "m" * 300,
        "0",
        "/0",
        "m/0",
        "10*99.10*99",
        "Ym99",
        "mol<0>",
        "xmol<5>",
    ],
)
def test_what_is_no_unit_is_refused(wrong: str) -> None:
    with pytest.raises(UnitError, match="unit"):
        canonical(wrong)


@given(st.text(max_size=40))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    try:
        written = canonical(text)
    except UnitError:
        return
    assert canonical(written) == written
    assert converter(text, written).identity


SHARDS = [
    "m",
    "mol",
    "[iU]",
    "0",
    "10*",
    "-",
    "9",
    "/",
    ".",
    "(",
    ")",
    "{x}",
    "<180.1>",
    "mol<0>",
    "Cel",
    "·",
    "^",
    "°",
]
shards = st.lists(st.sampled_from(SHARDS), max_size=8).map("".join)


@given(shards, shards, st.sampled_from(["", "glucose", "vitamin_d", "hba1c"]))
def test_shards_of_units_are_converted_or_refused(start: str, end: str, substance: str) -> None:
    try:
        way = converter(start, end, substance)
    except UnitError:
        return
    assert way.scale > 0


def test_deep_brackets_are_refused_and_not_a_crash() -> None:
    with pytest.raises(UnitError):
        parse("(" * 150 + "m" + ")" * 49)


def test_division_reads_from_left_to_right() -> None:
    assert converter("m/s/s", "m/s2").identity
    assert converter("mL/min/kg", "mL/(min.kg)").identity
    assert parse("a/b.c".replace("a", "m").replace("b", "s").replace("c", "s")) == parse("m")


def test_a_prefix_belongs_to_metric_units_only() -> None:
    assert converter("km", "m").scale == 1000
    assert converter("dam", "m").scale == 10
    with pytest.raises(UnitError):
        parse("k[in_i]")


def test_a_temperature_and_a_difference_of_temperatures_differ() -> None:
    assert converter("[degF]", "Cel")(50.0) == pytest.approx(10)
    assert converter("[degF]{diff}", "Cel{diff}")(50.0) == pytest.approx(50 * 5 / 9)
    assert converter("Cel/h", "[degF]/h").offset == 0


def test_a_conversion_takes_numbers_arrays_and_columns() -> None:
    celsius = converter("[degF]", "Cel")
    assert celsius(212.0) == pytest.approx(100)
    assert celsius(np.array([32.0, 212.0])) == pytest.approx([0, 100], abs=1e-9)
    frame = pl.DataFrame({"f": [32.0, None, 212.0]})
    assert frame.select(celsius(pl.col("f")))["f"].round(9).to_list() == [0.0, None, 100.0]
    assert celsius(frame["f"]).round(9).to_list() == [0.0, None, 100.0]


ATOMS = ["m", "km", "[in_i]", "g", "[lb_av]", "s", "min", "h", "d", "J", "kcal", "L", "[foz_us]", "mm[Hg]", "%", "mol"]
terms = st.lists(st.tuples(st.sampled_from(ATOMS), st.integers(-3, 3).filter(bool)), min_size=1, max_size=4)


def spelled(parts: list[tuple[str, int]]) -> str:
    return ".".join(f"{atom}{power}" for atom, power in parts)


@given(terms, st.floats(-1e6, 1e6))
def test_there_and_back_is_the_same(parts: list[tuple[str, int]], value: float) -> None:
    unit = spelled(parts)
    base = ".".join(f"{name}{power}" for name, power in parse(unit).dimension) or "1"
    assert converter(base, unit)(converter(unit, base)(value)) == pytest.approx(value, rel=1e-12, abs=1e-12)


@given(st.permutations(["Cel", "[degF]", "K"]), st.floats(-200, 200))
def test_a_detour_ends_in_the_same_place(units: list[str], value: float) -> None:
    first, second, third = units
    straight = converter(first, third)(value)
    assert converter(second, third)(converter(first, second)(value)) == pytest.approx(straight, abs=1e-9)


@given(terms, terms)
def test_the_scale_of_a_product_is_the_product_of_scales(
    left: list[tuple[str, int]], right: list[tuple[str, int]]
) -> None:
    both = parse(f"({spelled(left)}).({spelled(right)})")
    assert both == parse(spelled(left)) * parse(spelled(right))
    quotient = parse(f"({spelled(left)})/({spelled(left)})")
    assert (quotient.scale, quotient.dimension) == (1, ())


@pytest.mark.parametrize("name", sorted(SUBSTANCES))
def test_every_substance_converts_both_ways(name: str) -> None:
    there, back = converter("mmol/L", "g/L", name), converter("g/L", "mmol/L", name)
    assert back(there(3.0)) == pytest.approx(3)


def test_every_catalogued_unit_is_written_in_its_canonical_form() -> None:
    assert [row.key for row in signals() if canonical(row.unit) != row.unit] == []


def test_a_signal_takes_what_exports_write() -> None:
    assert into(signal("glucose"), "mmol/L")(10.0) == pytest.approx(180.156)
    assert into(signal("weight"), "lb")(100.0) == pytest.approx(45.359237)
    assert into(signal("lab.hba1c"), "mmol/mol")(42.0) == pytest.approx(5.994, abs=1e-3)
    assert into(signal("heart_rate"), "count/min").identity
    with pytest.raises(UnitError):
        into(signal("weight"), "count")
