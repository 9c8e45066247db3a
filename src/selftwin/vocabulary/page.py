"""The catalogue as a page of the documentation, so that the page can never say something else than the tables.

`python -m selftwin.vocabulary.page > docs/signals.md` writes it; a test holds the committed page against it.
"""

from __future__ import annotations

from selftwin.vocabulary.catalogue import NO_CURRENCY, signals
from selftwin.vocabulary.signal import Category, Fold, Kind, Signal

_HEAD = f"""# Signals

Everything a twin can know by name: {{count}} signals in {{categories}} categories. This page is made from the tables
in `src/selftwin/vocabulary/catalogue/` by `python -m selftwin.vocabulary.page`; change the tables, not the page.

- **Unit** is the one kept inside, written in [UCUM](https://ucum.org); exports are converted on the way in, and your
  own units appear only on the screen. `{NO_CURRENCY}` is money whose currency is told by the export: what you spend in
  euros is `purchase.eur`.
- **A day** says how a day is made of what was recorded. *Night* is the longest sleep, dated by waking.
- **Care** marks what nobody sees without a grant that names it: health, mood, location, sexual life, belief, other
  people's words.
- **Usual** is plausible for a person, **can be** what is possible at all; a value outside *can be* is a fault.
- A quantity that is not here is kept as `other.*` with its unit, treated as health.
"""
_DAY = {
    Fold.SUM: "total",
    Fold.MEAN: "mean",
    Fold.LAST: "last",
    Fold.MAX: "highest",
    Fold.MIN: "lowest",
    Fold.COUNT: "how many",
    Fold.DURATION: "how long",
    Fold.NIGHT: "night",
}


def page() -> str:
    """The whole page, in Markdown."""
    every = signals()
    parts = [_HEAD.format(count=len(every), categories=len(Category))]
    for category in Category:
        rows = [row for row in every if row.category is category]
        parts.append(f"\n## {category.capitalize()}\n\n{len(rows)} signals.\n")
        parts.append("| signal | what | unit | a day | care | usual | can be | codes |")
        parts.append("|---|---|---|---|---|---|---|---|")
        parts.extend(_line(row) for row in rows)
    return "\n".join(parts) + "\n"


def _line(row: Signal) -> str:
    cells = (
        f"`{row.key}`",
        _what(row),
        f"`{row.unit}`" if row.unit != "1" else "",
        "" if row.kind is Kind.TEXT else _DAY[row.fold],
        row.sensitivity.replace("_", " ") if row.sensitivity != "ordinary" else "",
        _range(row.usual_low, row.usual_high),
        _range(row.low, row.high),
        " ".join(f"{system}:{code}" for system, code in row.codes),
    )
    return f"| {' | '.join(cells)} |"


def _what(row: Signal) -> str:
    if row.made_of:
        return f"{row.label} (from `{row.made_of.replace('|', ', ')}`)"
    if row.states:
        return f"{row.label}: {', '.join(row.states)}"
    return row.label


def _range(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return " to ".join("…" if bound is None else f"{bound:g}" for bound in (low, high))


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
