"""What the models had learnt goes when they may learn from it no longer: estimates and states alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from selftwin.consent.grant import MODELS, SERVICE, Action, Granularity, Matter, Request
from selftwin.vault import beliefs, days, documents
from selftwin.vault.resting import RESTING, hush
from selftwin.vocabulary.catalogue import nature

if TYPE_CHECKING:
    from datetime import datetime

    from selftwin.consent.book import Book
    from selftwin.vault.store import Store


_Input: TypeAlias = tuple[str, date, date]  # a signal, with the first and the last of its days that were learnt from


def forget_uncovered(store: Store, book: Book, at: datetime) -> list[str]:
    """Forget all that was learnt of or from signals the models may not learn from under a book; returns of which."""
    gone: list[str] = []
    for name in store.existing():
        inputs = _inputs(store, name)
        kept = [key for key, made_from in inputs.items() if all(_may_learn(book, *one, at) for one in made_from)]
        if len(kept) < len(inputs):
            with store.writing(name):
                beliefs.keep_only(store, name, kept)
            gone += sorted(inputs.keys() - set(kept))
    _forget_papers(store, book, at)
    return gone


def _forget_papers(store: Store, book: Book, at: datetime) -> None:
    """Of papers that rest on days nobody may learn from any longer only what the person said is left."""
    hush(store)
    for kind in RESTING:
        for name, _, body in documents.every(store, kind):
            spans = [(key, date.fromisoformat(first), date.fromisoformat(last)) for key, first, last in body["lineage"]]
            if body["kept"] and not all(_may_learn(book, *one, at) for one in spans):
                with store.writing("journal"):
                    documents.put(store, kind, name, body | {"kept": None})


def _inputs(store: Store, name: str) -> dict[str, set[_Input]]:
    """Every signal of a category, with all the signals and days that what is believed of it was made from."""
    found: dict[str, set[_Input]] = {key: set() for key in days.signals_with_days(store, name)}
    for belief in beliefs.read(store, name):
        told = {(key, date.fromisoformat(first), date.fromisoformat(last)) for key, first, last, _ in belief.lineage}
        found.setdefault(belief.key, set()).update(told)
    return {key: some or {(key, date.min, date.max)} for key, some in found.items()}


def _may_learn(book: Book, key: str, first: date, last: date, at: datetime) -> bool:
    one = nature(key)
    matter = Matter(key, one.category.value, one.sensitivity.value, first, last)
    return book.answer(Request(MODELS, Action.LEARN, SERVICE, Granularity.DAILY, (matter,), at)).allowed
