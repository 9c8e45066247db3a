"""What was asked on the page What if: sliders and typed steps made one scenario, and an address that says only that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.scenario import scenario
from selftwin.wording.clock import day_or_moment
from selftwin.wording.measures import measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from selftwin.vocabulary.scenario import Do
    from selftwin.web.pages._what_if_levers import Lever

SPANS = (14, 28, 90, 180, 365)
USUALLY = 90
MOST = 4000  # letters of a scenario, beyond which nobody has typed it


@dataclass(frozen=True, slots=True)
class Asked:
    """A what-if as it was asked: the values of sliders that were moved, steps that no slider shows, and the rest."""

    values: Mapping[str, float]
    clocks: Mapping[str, str]
    typed: tuple[str, ...]
    steps: tuple[str, ...]
    days: int = USUALLY
    signal: str = ""
    instead: str = ""
    at: str = ""
    ahead: str = ""
    given: tuple[str, ...] = ()

    @property
    def moment(self) -> date | datetime | None:
        """The day or time it is asked as of. Raises UsageError."""
        return day_or_moment(self.at) if self.at else None

    @property
    def looks(self) -> float | None:
        """How far to look, in days, where that was said. Raises UsageError."""
        try:
            return float(self.ahead) if self.ahead else None
        except ValueError:
            raise UsageError("How far to look is a number of days.") from None

    def address(self, path: str = "what-if", **other: str) -> str:
        """The address of this scenario with parts of it changed; an empty part is left out."""
        said = {"do": "; ".join(self.steps), "for": str(self.days), "signal": self.signal, "instead": self.instead,
                "at": self.at, "ahead": self.ahead} | other  # fmt: skip
        kept = {key: value for key, value in said.items() if value and not (key == "for" and value == str(USUALLY))}
        return f"{path}?{urlencode(kept)}" if kept else path

    def without(self, place: int) -> str:
        """The address with one step taken away."""
        return self.address(do="; ".join(step for number, step in enumerate(self.steps) if number != place))


def asked(query: Mapping[str, str], levers: Sequence[Lever], given: tuple[str, ...] = ()) -> Asked:
    """What a form, or an address, asks for. Raises UsageError, UnknownSignal, UnitError."""
    days = _days(query.get("for", ""))
    values, clocks = _moved(query, levers)
    fields = any(lever.name in query for lever in levers)
    typed: list[str] = []
    for text in _parts(query.get("do", "")[:MOST]):
        step = scenario(text).steps[0]
        lever = next((one for one in levers if one.holds(step) and _spans(step, days)), None)
        if lever is None or fields or lever.name in values:
            typed.append(text)
            continue
        values[lever.name] = _value(step)
        if step.clock:
            clocks[lever.name] = f"{step.clock:%H:%M}"
    said = [one.says(values[one.name], days, clocks.get(one.name, "")) for one in levers if values.get(one.name)]
    plain = {key: query.get(key, "").strip()[:MOST] for key in ("signal", "instead", "at", "ahead")}
    return Asked(values, clocks, tuple(typed), (*said, *typed), days, given=given, **plain)


def _parts(text: str) -> list[str]:
    """The steps of a text, each alone, as they were typed: one a line, or behind a semicolon."""
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip()]
    return [part for line in lines for part in _split(line)]


def _split(line: str) -> list[str]:
    """The parts between semicolons that stand outside quotation marks."""
    parts, quoted = [""], False
    for letter in line:
        quoted ^= letter == '"'
        if letter == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _days(text: str) -> int:
    try:
        return min(max(round(float(text)), 1), 3650) if text else USUALLY
    except (ValueError, OverflowError):
        return USUALLY


def _moved(query: Mapping[str, str], levers: Sequence[Lever]) -> tuple[dict[str, float], dict[str, str]]:
    """The sliders that do not stand at now, within their ends, and the times that were set."""
    values, clocks = {}, {}
    for lever in levers:
        try:
            value = round(float(query.get(lever.name, "") or 0.0), 6)
        except ValueError:
            continue
        if value and lever.low <= value <= lever.high:
            values[lever.name] = value
        if at := query.get(f"at.{lever.name}", ""):
            clocks[lever.name] = at[:5]
    return values, clocks


def _spans(step: Do, days: int) -> bool:
    """Whether a step lasts as long as all that sliders ask for; what is done once lasts no time."""
    return step.lasts is None or step.lasts.total_seconds() == days * 86400


def _value(step: Do) -> float:
    """Where a slider stands for a step, in the person's unit."""
    return round((step.amount or 0.0) * measure(step.signal, step.unit).scale, 6)
