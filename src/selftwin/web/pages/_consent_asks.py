"""What parties ask for, beside what the twin would offer instead: less of the same, on safe terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.consent.grant import Granularity
from selftwin.consent.saying import ABOUT, day, kinds, listed, so
from selftwin.consent.terms import Wish, narrowed
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError
from selftwin.vocabulary.signal import Category, Sensitivity
from selftwin.web.pages._consent_terms import newest_day
from selftwin.web.rendering import texts
from selftwin.wording.phrases import inside
from selftwin.wording.words import stamp

if TYPE_CHECKING:
    from selftwin.consent.requests import Asked
    from selftwin.consent.terms import Terms
    from selftwin.web.page import Visit

ORDINARY = {Sensitivity.ORDINARY.value, Sensitivity.HEALTH.value}
LONGEST = timedelta(days=90)
RECENT = 90  # days of data


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison; `more` where what is asked goes beyond what would be offered."""

    name: str
    asked: str
    offered: str
    more: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as the page shows it; `same` where nothing less would be offered."""

    number: int
    party: str
    name: str
    about: str
    why: str
    rows: tuple[Row, ...]
    same: bool
    failed: str = ""


def asks(visit: Visit) -> list[Ask]:
    """Every request that waits, oldest first."""
    consent = visit.twin.consent
    return [_ask(visit, one, consent.party(one.party).name) for one in consent.requests.waiting()]


def offer(visit: Visit, one: Asked) -> Terms:
    """What would be offered instead. Raises UsageError where nothing of it can be."""
    said, newest = wish_for(one.terms), newest_day(visit, one.terms)
    return narrowed(one.terms, said, newest=newest)


def wish_for(asked: Terms) -> Wish:
    """Less of the same: a value a day, ninety days of data and of time, nothing special, and not to be passed on."""
    kinds_kept = asked.sensitivities & ORDINARY or asked.sensitivities
    signals = {key for key in asked.signals if nature(key).sensitivity.value in ORDINARY}
    named = bool(asked.categories or signals or asked.estimates)
    late = asked.until is None or asked.until - datetime.now(UTC) > LONGEST
    return Wish(
        categories=tuple(sorted(asked.categories)),
        sensitivities=tuple(sorted(kinds_kept)),
        signals=tuple(sorted(signals if named else asked.signals)),
        estimates=tuple(sorted(asked.estimates)),
        by="daily" if asked.granularity is Granularity.RAW else "",
        lasts=LONGEST if late else None,
        recent=RECENT if asked.first is None and asked.granularity is not Granularity.INSIGHT else None,
        kept=True,
    )


def _ask(visit: Visit, one: Asked, name: str) -> Ask:
    t = texts("en")
    about = t("consent.asked", party=one.party, when=stamp(one.at))
    try:
        less = offer(visit, one)
    except SelftwinError as error:
        return Ask(one.number, one.party, name, about, one.why, tuple(_rows(one.terms, one.terms)), same=True,
                   failed=f"{error} {error.hint}".strip())  # fmt: skip
    rows = tuple(_rows(one.terms, less))
    return Ask(one.number, one.party, name, about, one.why, rows, same=not any(row.more for row in rows))


def _rows(asked: Terms, less: Terms) -> list[Row]:
    t = texts("en")
    pairs = [
        ("what", reach(asked), reach(less)),
        ("fine", fine(asked), fine(less)),
        ("why", _why(asked), t("consent.and_nothing_else", why=_why(less))),
        ("from", _from(asked), _from(less)),
        ("until", _until(asked), _until(less)),
        ("pass", _pass(asked), _pass(less)),
    ]
    if asked.emergency:
        pairs.append(("when", t("consent.only_emergency"), t("consent.only_emergency")))
    return [Row(t(f"consent.row_{name}"), said, offered, said != offered and name != "why")
            for name, said, offered in pairs]  # fmt: skip


def reach(found: Terms) -> str:
    """What terms are about, in words."""
    about = listed([ABOUT[Category(one)] for one in sorted(found.categories)])
    kind = [f"{kinds(found.sensitivities)} data about {about}"] if found.categories else []
    labels = [_label(key) for key in sorted(found.signals)]
    beliefs = [f"{_label(name.partition('/')[0])} ({name.partition('/')[2]})" for name in sorted(found.estimates)]
    return listed([*kind, *labels, *beliefs])


def fine(found: Terms) -> str:
    """How finely, in words."""
    return texts("en")(f"consent.fine_{found.granularity.name.lower()}")


def _why(found: Terms) -> str:
    return listed([so(key) for key in sorted(found.purposes)], "or")


def _from(found: Terms) -> str:
    t = texts("en")
    if found.first and found.last:
        return t("consent.from_to", first=day(found.first), last=day(found.last))
    if found.last:
        return t("consent.up_to", last=day(found.last))
    return day(found.first) if found.first else t("consent.from_all")


def _until(found: Terms) -> str:
    t = texts("en")
    if found.until is None:
        return t("consent.no_end")
    return t("consent.then_closes", day=day((found.until - timedelta(seconds=1)).astimezone()))


def _pass(found: Terms) -> str:
    return texts("en")("consent.pass_on_yes" if found.passable else "consent.pass_on_no")


def _label(key: str) -> str:
    return inside(nature(key).label)
