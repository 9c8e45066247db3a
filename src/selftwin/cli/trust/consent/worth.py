"""Show what each category buys you: forecasts with and without it, on your own past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.worth import between, figure, others, own, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.domains.normal.worth import Added, CategoryWorth, Gain
    from selftwin.twin.worth import Bought, Worth

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
    return [f"{one.category}: {own(one)}", f"  {others(one)}", f"  Switch it off: {off}"]


def _closer(gain: Gain | None) -> str:
    return "too soon" if gain is None else f"{figure(gain.share)} % ({between(gain)})"


def _adds(one: CategoryWorth) -> str:
    if one.others is None:
        return ""
    best: Sequence[Added] = one.adds[:1]
    return f"up to {size(best[0].gain.share)}" if best else "nothing measurable"
