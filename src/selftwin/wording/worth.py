"""What a category of data buys in forecasts, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature
from selftwin.wording.phrases import inside, short
from selftwin.wording.words import count

if TYPE_CHECKING:
    from selftwin.domains.normal.worth import Added, CategoryWorth, Gain

NAMED = 3  # signals of other categories that are told of one by one


def own(one: CategoryWorth) -> str:
    """What a category lets the twin forecast, and how near."""
    if one.own is None or one.last_value is None:
        waiting = f", of {count(one.waiting, 'signal')}" if one.waiting else ""
        return f"too few days yet to forecast anything from it{waiting}. Without it you would lose nothing today."
    made = f"it lets me forecast {count(len(one.signals), 'signal')}. On your past tomorrow's value was"
    return (f"{made} {_said(one.last_value, 'last value')}, and {_said(one.own, 'best simple guess')}. "
            "Without it there would be none of these forecasts.")  # fmt: skip


def _said(gain: Gain, beside: str) -> str:
    if not gain.measurable:
        return f"about as close as the {beside} ({between(gain)})"
    return f"{size(gain.share)} {'closer' if gain.share > 0 else 'farther off'} than the {beside} ({between(gain)})"


def others(one: CategoryWorth) -> str:
    """What it adds to the signals of other categories."""
    if one.others is None:
        return "There are no other signals it could add to."
    if not one.adds:
        return "To the signals of other categories it would add nothing measurable."
    told = "; ".join(_added(added) for added in one.adds[:NAMED])
    more = f"; and {count(len(one.adds) - NAMED, 'signal')} more" if len(one.adds) > NAMED else ""
    return (f"Its yesterdays would bring other signals nearer: {told}{more}. "
            "My forecasts look at one signal at a time, so switching it off costs those nothing.")  # fmt: skip


def _added(added: Added) -> str:
    label = inside(short(nature(added.signal).label))
    return f"tomorrow's {label} by {size(added.gain.share)} ({between(added.gain)})"


def between(gain: Gain) -> str:
    """The per cent it lies between, nine times in ten."""
    low, high = figure(gain.low), figure(gain.high)
    return f"{low} to {high} %"


def size(share: float) -> str:
    """A share without its sign."""
    return f"{figure(abs(share))} %"


def figure(share: float) -> str:
    """A share in per cent, with a tenth where it is small.

    >>> figure(0.084), figure(0.004)
    ('8', '0.4')
    """
    figure = f"{share * 100:.{0 if abs(share) >= 0.0195 else 1}f}"
    return "0" if float(figure) == 0 else figure.replace("-", "\N{MINUS SIGN}")
