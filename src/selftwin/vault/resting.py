"""Papers that rest on what was recorded: goals, watches and their alerts, experiments. What they rest on takes them
with it when it is erased, and what was learnt for them goes when it may be learnt no longer.

Each holds `signal` (what it is about, or empty), `lineage` (every signal that was read for it, with the first and last
of its days) and `kept` (what was learnt for it, or None). A watch also says why it could not watch, which may name
anything: that is hushed with every erasure, and said anew when it looks next."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from selftwin.vault import documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from selftwin.vault.store import Store

GOAL, WATCH, ALERT, EXPERIMENT = "goal", "watch", "alert", "experiment"
RESTING = {GOAL: "Goals", WATCH: "Watches", ALERT: "Alerts", EXPERIMENT: "Experiments"}  # kinds, and many of each


def going(
    store: Store, lost: Callable[[str, str, str], bool], named: set[str], sources: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Kind and name of each paper that rests on something `lost` (a signal, with first and last day), is about a
    signal that is `named`, or names one of the `sources` that go."""
    forms = [re.escape(form) for source in sources for form in _forms(source)]
    names = re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)") if forms else None
    return tuple(
        (kind, name)
        for kind in RESTING
        for name, _, body in documents.every(store, kind)
        if body["signal"] in named or any(lost(*one) for one in body["lineage"])
        or (names and names.search(json.dumps(body | {"silent": ""}, ensure_ascii=False)))
    )  # fmt: skip


def hush(store: Store) -> None:
    """Forget why watches could not watch."""
    for name, _, body in documents.every(store, WATCH):
        if body.get("silent"):
            with store.writing("journal"):
                documents.put(store, WATCH, name, body | {"silent": ""})


def _forms(source: str) -> set[str]:
    """A source as it is kept, and as a person would call it: `Apple Watch (apple_health)`."""
    app, _, device = source.partition(":")
    return {source, f"{device.partition('|')[0]} ({app})"} if device else {source} - {""}


def every(store: Store) -> tuple[tuple[str, str], ...]:
    """Kind and name of every such paper."""
    return tuple((kind, name) for kind in RESTING for name, _, _ in documents.every(store, kind))


def remarks(papers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """How many of each kind go, where any do, in words."""
    kinds = [kind for kind, _ in papers]
    return tuple(f"{many} that rest on what goes, and go with it: {kinds.count(kind)}."
                 for kind, many in RESTING.items() if kind in kinds)  # fmt: skip
