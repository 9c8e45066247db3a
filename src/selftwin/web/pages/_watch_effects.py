"""What goes with what: effects by the rung they stand on, one pair at length with what tried to refute it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from selftwin.domains.habits.effects_table import causes
from selftwin.domains.habits.effects_table import outcome as outcome_of
from selftwin.vocabulary.effect import Rung
from selftwin.web.charts import whiskers
from selftwin.web.pages._watch_known import known
from selftwin.web.rendering import texts
from selftwin.wording import effects as words
from selftwin.wording.clock import day_or_moment
from selftwin.wording.words import count, trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.twin.effecting import Effects
    from selftwin.vocabulary.effect import Effect
    from selftwin.web.page import Visit

MOST = 12  # of each rung, where nothing was asked for
ORDER = (Rung.EXPERIMENT, Rung.ADJUSTED, Rung.ASSOCIATION)


def effects(visit: Visit) -> dict[str, Any]:
    """What was asked for. Raises Preparing, UsageError, NothingYet, Refused."""
    query = visit.query
    outcome, cause = query.get("outcome", "").strip() or None, query.get("cause", "").strip() or None
    at = day_or_moment(query["at"]) if query.get("at") else None
    found: Effects = visit.ask("effects", outcome, cause=cause, at=at)
    whole = query.get("all") == "1" or bool(outcome or cause)
    held = {one.key: one.label for one in known(visit)}
    return {
        "asked": {"outcome": outcome or "", "cause": cause or "", "at": query.get("at", "")},
        "causes": [(one.key, one.label) for one in causes() if held.keys() & set(one.signals)],
        "outcomes": [(key, label) for key, label in held.items() if outcome_of(key)],
        "found": found,
        "among": words.among(found),
        "warning": words.WARNING,
        "nothing": "" if found.effects else words.nothing(found),
        "rungs": _rungs(found.effects, whole=whole) if not (outcome and cause) else [],
        "pair": _pair(found) if outcome and cause and found.effects else None,
        "chart": _chart(found) if found.effects and (outcome or cause) else None,
        "surest": _surest(found),
    }


def _surest(found: Effects) -> str:
    """The surest in a sentence, with what it moves before it."""
    if not found.effects:
        return ""
    return f"{words.named(found.effects[0].outcome)}. {words.sentence(found.effects[0])}"


def _rungs(every: Sequence[Effect], *, whole: bool) -> list[dict[str, Any]]:
    made = []
    for rung in ORDER:
        own = [one for one in every if one.rung is rung]
        if own:
            shown = own if whole else own[:MOST]
            made.append({"title": words.RUNGS[rung], "rows": [row(one) for one in shown],
                         "more": len(own) - len(shown)})  # fmt: skip
    return made


def row(one: Effect) -> dict[str, Any]:
    """One effect as a row of a table."""
    size, bounds = words.figures(one)
    return {
        "cause": f"{words.label(one.cause)[:1].upper()}{words.label(one.cause)[1:]}",
        "cause_key": one.cause,
        "outcome": words.named(one.outcome),
        "outcome_key": one.outcome,
        "step": words.step(one),
        "size": size,
        "bounds": bounds,
        "when": words.when(one),
        "which": words.leaning(one),
        "q": "" if one.q is None else share(one.q),
        "days": f"{one.moved:,} / {one.n:,}",
    }


def share(part: float) -> str:
    """A small share of a hundred, as people read it.

    >>> share(0.034), share(1e-9), share(0.2)
    ('3.4 %', 'under 0.01 %', '20 %')
    """
    value = 100 * part
    return "under 0.01 %" if value < 0.01 else f"{value:.0f} %" if value >= 10 else f"{value:.2g} %"


def _pair(found: Effects) -> dict[str, Any]:
    """One pair: every lag, the surest with its notes and what tried to refute it."""
    best = min(found.effects, key=lambda one: one.p)
    weak = best.rung is Rung.ASSOCIATION and not best.low < 0 < best.high
    adjusted = best.adjusted_for
    mark = {True: "✓", False: "✕", None: "·"}
    return {
        "best": best,
        "row": row(best),
        "rung": words.RUNGS[best.rung],
        "sentence": words.sentence(best),
        "lags": [row(one) for one in sorted(found.effects, key=lambda one: one.lag)],
        "weak": weak,
        "adjusted": (", ".join(adjusted[:3]), max(len(adjusted) - 3, 0)) if adjusted else None,
        "zero": None if best.zero is None else f"{best.zero:.2f}",
        "e_value": None if best.e_value is None else f"{best.e_value:.2g}",
        "refuters": [(mark[one.stood], one.words) for one in best.refutations],
        "trust": best.trust.value,
        "trust_words": trusted(best.trust, best.n, "day")[2:],
        "spans": f"{date.fromisoformat(best.first)} – {date.fromisoformat(best.last)}",  # noqa: RUF001 - a span
    }


def _chart(found: Effects) -> dict[str, Any]:
    """Sizes with their ranges around the line of no change: the surest, or every delay of a pair."""
    t = texts("en")
    both = bool(found.outcome and found.cause)
    shown = sorted(found.effects, key=lambda one: one.lag) if both else [
        one for rung in ORDER for one in found.effects if one.rung is rung][:MOST]  # fmt: skip
    rows = [_whisker(one, found, both=both) for one in shown]
    says = t("watch.effects.chart", effects=count(len(shown), "effect"))
    return {"svg": whiskers.draw(rows, name="effects", says=says), "says": says, "rows": [row(one) for one in shown]}


def _whisker(one: Effect, found: Effects, *, both: bool) -> whiskers.Whisker:
    size, bounds = words.figures(one)
    name = words.when(one) if both else words.named(one.outcome) if found.cause else words.label(one.cause)
    span, which = (one.low, one.high), words.leaning(one)
    return whiskers.Whisker(name, size, one.trust, span, middle=one.size, range=bounds, sure=which)
