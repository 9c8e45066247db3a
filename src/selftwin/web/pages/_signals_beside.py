"""What stands beside a signal: how sure, where it comes from, gaps, what goes together with it, and who may see it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import MODELS, OWNER, Granularity
from selftwin.consent.saying import ending
from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.web.pages._signals_usual import held_share
from selftwin.web.rendering import texts
from selftwin.wording.almanac import guessed
from selftwin.wording.effects import figures, label, step, when
from selftwin.wording.sources import named
from selftwin.wording.words import count, day, trusted

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.twin.effecting import Effects
    from selftwin.vocabulary.effect import Effect
    from selftwin.web.page import Visit
    from selftwin.web.pages._signals_drawn import Window
    from selftwin.web.pages._signals_known import Known
    from selftwin.web.pages._signals_usual import Usual

TOGETHER = 5  # effects that are named
GUESSES = 2


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure the twin is: the mark of trust with its words, and sentences on how it has done."""

    trust: str
    words: str
    lines: tuple[str, ...]


def sure(known: Known, past: Usual | None) -> Sure | None:
    """How sure the twin is of a signal; None where it believes nothing."""
    entry, t = known.entry, texts("en")
    if entry is None or known.normal is None:
        return None
    lines = []
    share = held_share(known, past) if past is not None else None
    if share is not None:
        lines.append(t("signals.held", share=f"{100 * share[0]:.1f}", all=count(share[1], known.spell)))
    if known.forecast is not None:
        lines += _against(known)
    guess = guessed(entry)
    if guess:
        lines.append(t("signals.is_guess", guess=guess))
    return Sure(known.normal.trust.value,
                trusted(known.normal.trust, known.normal.n, known.spell)[2:], tuple(lines))  # fmt: skip


def _against(known: Known) -> list[str]:
    """How a forecast has done against the simple guesses, on the person's own past."""
    t, beats = texts("en"), dict(known.forecast.beats if known.forecast else ())
    best = sorted(beats.items(), key=lambda pair: -pair[1])[:GUESSES]
    return [
        t("signals.beats" if ratio < 1 else "signals.beaten", guess=guess, share=f"{100 * abs(1 - ratio):.0f}")
        for guess, ratio in best if ratio == ratio and abs(1 - ratio) >= 0.005  # noqa: PLR0124
    ]  # fmt: skip


def sources(known: Known, seen: Window) -> list[tuple[str, str]]:
    """Which source spoke on how many days of a span, the most telling first."""
    there = known.within(seen.first, seen.last)
    tally = Counter(one for one in known.sources[there] if one)
    return [(named(name), count(many, known.spell)) for name, many in tally.most_common()]


def gaps(known: Known, seen: Window) -> str:
    """How many days of the span nothing was recorded on, where it is a signal of every day."""
    t = texts("en")
    if not known.everyday:
        return t("signals.not_daily")
    first = max(seen.first, known.at[0])
    there = known.within(first, seen.last)
    missing = max((min(seen.last, known.at[-1]) - first).days + 1 - (there.stop - there.start), 0)
    words = "signals.gaps_worn" if known.spell == "night" else "signals.gaps_noted"
    return t(words, many=count(missing, known.spell)) if missing else t("signals.no_gaps")


@dataclass(frozen=True, slots=True)
class Together:
    """What goes together with a signal: rows of a name and what it adds, and what that stands on."""

    rows: tuple[tuple[str, str], ...]
    note: str


def together(visit: Visit, known: Known) -> Together | None:
    """What was found to move it; None while that is being looked for."""
    t = texts("en")
    try:
        found: Effects | None = visit.try_ask("effects", known.key)
    except UsageError:
        return Together((), t("signals.unsought"))
    except SelftwinError as error:
        return Together((), str(error))
    if found is None:
        return None
    shown = [one for one in found.effects if one.stands][:TOGETHER]
    note = t("signals.of_pairs", found=len(found.effects), pairs=f"{found.pairs:,}")
    return Together(tuple((_cause(one), figures(one)[0]) for one in shown), note)


def _cause(effect: Effect) -> str:
    """The cause, how much more of it, and when that is felt."""
    cause = label(effect.cause)
    return f"{cause[:1].upper()}{cause[1:]}, {step(effect)}, {when(effect)}"


def who(twin: Twin, key: str) -> list[str]:
    """Who else may see the signal, in sentences."""
    consent, t, found = twin.consent, texts("en"), []
    for party in consent.parties():
        if party.id in {OWNER, MODELS}:
            continue
        answers = [consent.explain(party.id, key, by=by) for by in (Granularity.RAW, Granularity.DAILY,
                                                                    Granularity.INSIGHT)]  # fmt: skip
        allowed = next((one for one in answers if one.allowed), None)
        if allowed is not None and allowed.decided:
            grant = consent.found(allowed.decided[0])
            fine = t(f"signals.sees_{grant.granularity.name.lower()}")
            found.append(t("signals.may_see", name=party.name, what=fine, until=ending(grant.until)))
    return found


def arrived(row: dict[str, Any] | None) -> str:
    """When the newest observation came, and from where."""
    if row is None:
        return ""
    local = row["local"]
    moment = day(local, year=False) if local.time() == time.min else f"{day(local, year=False)}, {local:%H:%M}"
    return texts("en")("signals.arrived", when=moment, source=named(row["source"]))
