from __future__ import annotations

import pytest

from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.reason import Contribution, Of, Why
from selftwin.wording.why import LEFT, account, ledger

PARTS = (("Your usual level", 53.2078), ("Slow drift", 0.1479), ("Breathing that night", 1.1248), ("Mood noted", 0.48),
         (LEFT, 5.0395))  # fmt: skip


def why(*parts: tuple[str, float], signal: str = "heart_rate.resting", unit: str = "/min") -> Why:
    made = tuple(Contribution(name, value) for name, value in parts)
    return Why(signal, unit, "2026-03-12", Of.VALUE, sum(value for _, value in parts), made, Trust.TRUSTED, 700)


def test_the_figures_of_a_ledger_add_up_as_they_are_written() -> None:
    told = ledger(why(*PARTS))
    assert [name for name, _ in told] == [name for name, _ in PARTS]
    assert told[0] == ("Your usual level", "53.2")
    assert told[2][1].startswith("+")
    assert sum(float(figure.replace("\N{MINUS SIGN}", "-")) for _, figure in told) == pytest.approx(60.0)


def test_hours_and_minutes_add_up_to_the_minute() -> None:
    parts = (("Your usual level", 420.4), ("Alcohol", -13.4), (LEFT, -7.0))
    told = ledger(why(*parts, signal="sleep.duration", unit="min"))
    assert [figure for _, figure in told] == ["7 h", "\N{MINUS SIGN}13 min", "\N{MINUS SIGN}7 min"]


@pytest.mark.parametrize(
    ("left", "said"),
    [(9.0, "I cannot explain most of it."), (0.1, "Of it, nearly all goes with breathing that night and Thursdays."),
     (1.0, "Of it, over half goes with breathing that night and Thursdays; the rest I cannot explain."),
     (4.0, "Of it, less than half goes with breathing that night and Thursdays; the rest I cannot explain.")],
)  # fmt: skip
def test_how_much_is_explained_is_said_without_calling_it_a_cause(left: float, said: str) -> None:
    named = (("Breathing that night", 1.5), ("Thursdays", 0.5), ("Mood", -0.1))
    parts = (("Your usual level", 53.0), *named, (LEFT, left))
    assert account(why(*parts)) == said


def test_a_day_as_usual_needs_no_account() -> None:
    assert not account(why(("Your usual level", 53.0)))


def test_what_is_accounted_for_may_be_named() -> None:
    parts = (("Your usual level", 53.0), ("Mood", 1.0), (LEFT, 9.0))
    assert account(why(*parts), "the first") == "I cannot explain most of the first."
