"""Show what each category buys you: forecasts with and without it, on your own past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.domains.normal.worth import Added, CategoryWorth, Gain
    from selftwin.twin.worth import Bought, Worth

NAMED = 3  # signals of other categories that are told of one by one
ONE = "Only this category; the others are still read, to see what it adds to them."


def command(*, category: Annotated[str | None, Parameter(help=ONE)] = None, call: Call = PLAIN) -> None:
    """Show what each category buys you: forecasts with and without it, on your own past."""
    from dataclasses import replace

    from selftwin.cli.progress import learning

    if category is not None:
        category = _known(category)
    with call.open() as twin, learning() as tell:
        found = twin.worth(tell=tell)
    if category is not None:
        chosen = tuple(one for one in found.categories if one.worth.category == category)
        found = replace(found, categories=chosen, off=tuple(one for one in found.off if one == category))
    if call.json:
        screen.data({"categories": [_plain(one) for one in found.categories], "off": found.off})
    else:
        _tell(found)


def _known(category: str) -> str:
    """A category's name as it is written inside. Raises UsageError."""
    from selftwin.vocabulary.errors import UsageError
    from selftwin.vocabulary.signal import Category

    names = [one.value for one in Category]
    wanted = category.strip().lower().replace("behavioral", "behavioural")
    if wanted not in names:
        raise UsageError(f"There is no category {category[:40]!r}.", hint=f"They are {', '.join(names)}.")
    return wanted


def _plain(bought: Bought) -> dict[str, object]:
    """One category as `--json` prints it."""
    one = bought.worth
    names = ("category", "waiting", "first", "last", "own", "last_value", "others", "adds", "signals")
    revoke = [f"selftwin consent revoke {grant}" for grant in bought.grants]
    return {name: getattr(one, name) for name in names} | {"grants": bought.grants, "switch_off": revoke}


def _tell(found: Worth) -> None:
    listed = screen.table("category", "forecasts", "closer than last value", "than best simple guess", "adds to others",
                          right=("forecasts",), whole=("category",))  # fmt: skip
    for bought in found.categories:
        one = bought.worth
        listed.add_row(one.category, f"{len(one.signals)}", _closer(one.last_value), _closer(one.own), _adds(one))
    if found.categories:
        screen.show(listed)
    for bought in found.categories:
        screen.show(*sentences(bought), "")
    for category in found.off:
        screen.show(f"{category}: switched off. I read and forecast nothing of it, and cannot say what it would buy.")
    screen.say("Errors one day ahead on your own past, each day with what was known the day before; "
               "9 times in 10 the figure lies in the brackets.")  # fmt: skip


def sentences(bought: Bought) -> list[str]:
    """What one category buys, what it adds to others, and how it is switched off."""
    one = bought.worth
    off = " and ".join(f"`selftwin consent revoke {grant}`" for grant in bought.grants)
    return [f"{one.category}: {_own(one)}", f"  {_others(one)}", f"  Switch it off: {off}"]


def _own(one: CategoryWorth) -> str:
    if one.own is None or one.last_value is None:
        waiting = f", of {count(one.waiting, 'signal')}" if one.waiting else ""
        return f"too few days yet to forecast anything from it{waiting}. Without it you would lose nothing today."
    made = f"it lets me forecast {count(len(one.signals), 'signal')}. On your past tomorrow's value was"
    return (f"{made} {_said(one.last_value, 'last value')}, and {_said(one.own, 'best simple guess')}. "
            "Without it there would be none of these forecasts.")  # fmt: skip


def _said(gain: Gain, beside: str) -> str:
    if not gain.measurable:
        return f"about as close as the {beside} ({_between(gain)})"
    return f"{_size(gain.share)} {'closer' if gain.share > 0 else 'farther off'} than the {beside} ({_between(gain)})"


def _others(one: CategoryWorth) -> str:
    if one.others is None:
        return "There are no other signals it could add to."
    if not one.adds:
        return "To the signals of other categories it would add nothing measurable."
    told = "; ".join(_added(added) for added in one.adds[:NAMED])
    more = f"; and {count(len(one.adds) - NAMED, 'signal')} more" if len(one.adds) > NAMED else ""
    return (f"Its yesterdays would bring other signals nearer: {told}{more}. "
            "My forecasts look at one signal at a time, so switching it off costs those nothing.")  # fmt: skip


def _added(added: Added) -> str:
    from selftwin.vocabulary.catalogue import nature
    from selftwin.wording.phrases import short

    label = short(nature(added.signal).label)
    return f"tomorrow's {label[:1].lower()}{label[1:]} by {_size(added.gain.share)} ({_between(added.gain)})"


def _closer(gain: Gain | None) -> str:
    return "too soon" if gain is None else f"{_figure(gain.share)} % ({_between(gain)})"


def _adds(one: CategoryWorth) -> str:
    if one.others is None:
        return ""
    best: Sequence[Added] = one.adds[:1]
    return f"up to {_size(best[0].gain.share)}" if best else "nothing measurable"


def _between(gain: Gain) -> str:
    low, high = _figure(gain.low), _figure(gain.high)
    return f"{low} to {high} %"


def _size(share: float) -> str:
    return f"{_figure(abs(share))} %"


def _figure(share: float) -> str:
    """A share in per cent, with a tenth where it is small.

    >>> _figure(0.084), _figure(0.004)
    ('8', '0.4')
    """
    figure = f"{share * 100:.{0 if abs(share) >= 0.0195 else 1}f}"
    return "0" if float(figure) == 0 else figure.replace("-", "\N{MINUS SIGN}")
