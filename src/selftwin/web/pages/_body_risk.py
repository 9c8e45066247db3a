"""Chances on the page Body: every published equation, what it found and what it lacks, and what a change would make."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from selftwin.twin.risking import LEFT_OUT, names
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError
from selftwin.vocabulary.signal import Kind
from selftwin.web.answers import Preparing
from selftwin.web.charts import risk as drawn
from selftwin.web.page import Outcome
from selftwin.web.rendering import texts
from selftwin.wording.chances import bounds, figure, lacking, made_of, name, shared
from selftwin.wording.clock import day_or_moment
from selftwin.wording.measures import MINUS, Measure, measure
from selftwin.wording.phrases import inside
from selftwin.wording.words import spelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from selftwin.domains.body.risk import Answer, Asked, Chance
    from selftwin.domains.body.risk import Year as Seen
    from selftwin.web.page import Form, Visit

PATIENCE = 20.0  # seconds that a question with something told in it waits
# Shares of what it is, that a slider reaches.
CHANGES = {"weight": 0.2, "blood_pressure.systolic": 0.25, "lab.cholesterol": 0.35, "lab.hdl": 0.4, "lab.hba1c": 0.25,
           "waist_circumference": 0.2, "activity.exercise": 1.0}  # fmt: skip
OF = {"systolic": "blood_pressure.systolic", "cholesterol": "lab.cholesterol", "hdl": "lab.hdl", "hba1c": "lab.hba1c",
      "bmi": "weight", "waist": "waist_circumference", "exercise": "activity.exercise"}  # fmt: skip
TYPICAL = {"weight": 75.0, "lab.cholesterol": 190.0, "lab.hdl": 52.0, "blood_pressure.systolic": 120.0,
           "waist_circumference": 88.0, "lab.hba1c": 5.5, "activity.exercise": 30.0}  # fmt: skip


def chances(visit: Visit, form: Mapping[str, str]) -> dict[str, Any]:
    """What every equation says for what is recorded, and what the form told."""
    told = _told(form)
    steps = _steps(form)
    average, years = form.get("average") == "yes", form.get("years") == "yes"
    equation = form.get("equation") or None
    wrong: SelftwinError | None = None
    patience = PATIENCE if told or steps else 0.5
    try:
        at = day_or_moment(form["at"]) if form.get("at") else None
        found: list[Answer] = visit.held.answers.ask("risk", equation, *steps, at=at, given=told, average=average,
                                                     years=years, patience=patience)  # fmt: skip
    except Preparing:
        raise
    except SelftwinError as error:
        found, wrong = visit.ask("risk"), error
    speaking = [one for one in found if one.chances]
    common = shared(speaking) if len(speaking) > 1 else []
    return {
        "equations": [_answer(visit, one, place, common) for place, one in enumerate(speaking)],
        "silent": [(one.title, lacking(one), one.not_for) for one in found if not one.chances],
        "common": common,
        "left_out": LEFT_OUT,
        "fields": _fields(visit, found, form),
        "sliders": _sliders(visit, found, form),
        "names": [("", texts(visit.lang)("body.every_equation")), *((one, _title(one)) for one in names())],
        "asked": {"average": average, "years": years, "equation": equation or "", "at": form.get("at", ""),
                  "steps": form.get("steps", "")},
        "wrong": wrong,
        "lead": _lead(visit, speaking),
    }  # fmt: skip


def _title(equation: str) -> str:
    return equation.upper().replace("_", "-")


def look(visit: Visit, form: Form) -> Outcome:
    """The same with what the form tells; it is kept nowhere, and stays out of the address."""
    visit.part, visit.query = "risk", dict(form)
    return Outcome(context={}, fine=True)


def _told(form: Mapping[str, str]) -> tuple[str, ...]:
    """Values that are told, as the grammar writes them."""
    return tuple(_given(key.removeprefix("g."), value.strip()) for key, value in sorted(form.items())
                 if key.startswith("g.") and value.strip())  # fmt: skip


def _given(key: str, value: str) -> str:
    signal = nature(key)
    if signal.kind in {Kind.STATE, Kind.TEXT} or key == "birth.date":
        return f'{key} "{value}"' if " " in value else f"{key} {value}"
    bare = value.replace(",", ".").replace(".", "", 1).isdigit()
    unit = measure(key, signal.unit).unit if bare else ""
    return f"{key} {value} {unit}".rstrip()


def _steps(form: Mapping[str, str]) -> tuple[str, ...]:
    """The changes of sliders that were moved, and those that were typed."""
    moved = []
    for key in CHANGES:
        try:
            value = round(float(form.get(f"c.{key}", "") or 0.0), 6)
        except ValueError:
            continue
        if value:
            moved.append(f"{key} {value:+g} {measure(key, nature(key).unit).unit}")
    typed = [line.strip() for line in form.get("steps", "").splitlines() if line.strip()]
    return (*moved, *typed)


def _lead(visit: Visit, found: Sequence[Answer]) -> tuple[str, str]:
    """The foremost chance in a sentence."""
    t = texts(visit.lang)
    if not found:
        return t("body.risk_silent"), ""
    one = found[0].chances[0]
    if one.unit:
        return t("body.risk_value", name=name(one), value=figure(one.without.mean, one),
                 range=bounds(one.without, one)), ""  # fmt: skip
    of = round(100 * one.without.mean)
    first = t("body.risk_lead", many=spelled(of, "person").replace("persons", "people"), name=inside(name(one)),
              range=bounds(one.without, one))  # fmt: skip
    if one.with_ is None:
        return first, ""
    return first, t("body.risk_lead_with", value=figure(one.with_.mean, one), range=bounds(one.with_, one))


def _answer(visit: Visit, one: Answer, place: int, common: Sequence[str]) -> dict[str, Any]:
    """One equation: its chances as bars, its table, its years, what stands behind it, and who it is not for."""
    t = texts(visit.lang)
    parts = [chance for chance in one.chances if not chance.unit]
    told = [next((chance for chance in one.chances if chance.years == years), None) for years in (10, 30)]
    says = "; ".join(f"{name(chance)}: {figure(chance.without.mean, chance)} ({bounds(chance.without, chance)})"
                     for chance in told if chance) or one.title  # fmt: skip
    with_change = any(chance.with_ for chance in one.chances)
    first = parts[0] if parts else None
    return {
        "name": one.equation,
        "title": one.title,
        "if": one.scenario,
        "notes": one.notes,
        "bars": drawn.bars(_bars(visit, parts), name=f"risk-{place}", says=says) if parts else "",
        "people": drawn.people(_person(first), name=f"people-{place}", says=t("body.people_says", name=name(first),
                               value=figure(first.without.mean, first))) if first and place == 0 else "",
        "says": says,
        "rows": [_row(chance) for chance in one.chances],
        "with_change": with_change,
        "years": [_year(one.chances[0], year) for year in one.years],
        "years_of": name(one.chances[0]),
        "years_change": any(year.with_ for year in one.years),
        "inputs": [(asked.label, _value(asked), t(f"body.state_{asked.state.replace(' ', '_')}"), asked.newest)
                   for asked in one.inputs],
        "made_of": made_of(one.inputs),
        "not_for": one.not_for,
        "assumptions": [line for line in one.assumptions if line not in common],
        "cites": one.cites,
    }  # fmt: skip


def _bars(visit: Visit, parts: Sequence[Chance]) -> list[drawn.Chance]:
    """A bar for each outcome, and under it one with the change."""
    t = texts(visit.lang)
    told = []
    for one in parts:
        now, change = one.without, one.with_
        said = f"{figure(now.mean, one)}, {bounds(now, one)}"
        told.append(drawn.Chance(now.mean, now.lo90, now.hi90, name(one), said))
        if change is not None:
            told.append(drawn.Chance(change.mean, change.lo90, change.hi90, t("body.with_change"),
                                     f"{figure(change.mean, one)}, {bounds(change, one)}", imagined=True))  # fmt: skip
    return told


def _person(one: Chance) -> drawn.Chance:
    return drawn.Chance(one.without.mean, one.without.lo90, one.without.hi90, name(one))


def _row(one: Chance) -> tuple[str, ...]:
    """Now with its range and the average of people alike; with the change, and the difference."""
    usual = "" if one.usual is None else figure(one.usual, one)
    told = (name(one), figure(one.without.mean, one), bounds(one.without, one), usual)
    if one.with_ is None or one.difference is None:
        return told
    is_none = one.difference.lo90 == one.difference.hi90 == 0
    return (*told, bounds(one.with_, one), "none" if is_none else bounds(one.difference, one))


def _year(first: Chance, one: Seen) -> tuple[str, ...]:
    year = str(one.year) if one.year else "now"
    cells = (year, str(one.age), figure(one.without.mean, first), bounds(one.without, first))
    return cells if one.with_ is None else (*cells, figure(one.with_.mean, first), bounds(one.with_, first))


def _value(one: Asked) -> str:
    """An input as it was found."""
    if one.value is None:
        return ""
    if one.name == "sex":
        return "female" if one.value else "male"
    if not one.unit and one.value in {0.0, 1.0}:
        return "yes" if one.value else "no"
    key = OF.get(one.name, "")
    read = measure(key, one.unit) if key and one.name != "bmi" and nature(key).unit == one.unit else Measure(one.unit)
    return read.one(one.value, one.value * 0.95)


def _fields(visit: Visit, found: Sequence[Answer], form: Mapping[str, str]) -> list[dict[str, str]]:
    """What may be told for this look: each input of every equation once, those that are missing first."""
    told: dict[str, dict[str, str]] = {}
    t = texts(visit.lang)
    inputs = [asked for one in found for asked in one.inputs]
    for asked in sorted(inputs, key=lambda one: one.state not in {"missing", "assumed"}):
        words = shlex.split(asked.notes[0])[2:] if asked.notes else []
        if len(words) < 2 or words[0] in told:
            continue
        key, example = words[0], " ".join([words[1], *words[3:]])
        told[key] = {"name": f"g.{key}", "label": nature(key).label, "value": form.get(f"g.{key}", ""),
                     "hint": t("body.such_as", example=example), "state": asked.state}  # fmt: skip
    return list(told.values())


def _sliders(visit: Visit, found: Sequence[Answer], form: Mapping[str, str]) -> list[dict[str, Any]]:
    """A slider for each number that a person can change and an equation asks."""
    t = texts(visit.lang)
    asked = {OF[one.name]: one for answer in found for one in answer.inputs if one.name in OF}
    told = []
    for key, share in CHANGES.items():
        if key not in asked:
            continue
        read = measure(key, nature(key).unit)
        held = asked[key]
        now = held.value if held.value and key != "weight" else TYPICAL[key]
        reach = abs(read.scale * now * share)
        step = next(step for step in (0.1, 0.5, 1.0, 5.0, 10.0, 50.0) if reach / step <= 60)
        last = round(round(reach / step) * step, 6)
        try:
            value = round(min(max(float(form.get(f"c.{key}", "") or 0.0), -last), last), 6)
        except ValueError:
            value = 0.0
        words = read.words or ("min" if read.unit == "min" else "")
        pattern = f"{{change}} {words}".rstrip()
        said = f"{MINUS if value < 0 else '+'} {abs(value):g} {words}".rstrip() if value else t("body.as_now")
        told.append({"name": f"c.{key}", "label": nature(key).label, "low": -last, "high": last, "value": value,
                     "step": step, "said": said, "as": pattern, "same": t("body.as_now")})  # fmt: skip
    return told
