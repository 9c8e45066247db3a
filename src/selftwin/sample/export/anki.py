"""Anki: a deck package with its review log, as the desktop program packs it for older versions too."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.sample.export.archive import pack

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

# Schema 11, the one that packages for older versions keep.
_SCHEMA = """
CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,
  ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,
  models text not null, decks text not null, dconf text not null, tags text not null);
CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
  usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
  flags integer not null, data text not null);
CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
  mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,
  ivl integer not null, factor integer not null, reps integer not null, lapses integer not null, left integer not null,
  odue integer not null, odid integer not null, flags integer not null, data text not null);
CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
  ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,
  type integer not null);
CREATE TABLE graves (usn integer not null, oid integer not null, type integer not null);
CREATE INDEX ix_revlog_cid on revlog (cid);
CREATE INDEX ix_revlog_usn on revlog (usn);
CREATE INDEX ix_cards_nid on cards (nid);
"""
_DECK, _MODEL = 1_700_000_000_001, 1_700_000_000_002


def write(life: Life, folder: Path) -> Path:
    """`Vocabulary.apkg` in `folder`: the collection, the stub that tells old programs to update, no media."""
    members = {"collection.anki2": _collection(life, stub=True), "collection.anki21": _collection(life), "media": b"{}"}
    return pack(folder / "Vocabulary.apkg", members, life.plan.day(life.plan.days - 1))


def _collection(life: Life, *, stub: bool = False) -> bytes:
    begun = int(life.clock.utc(life.plan.study.first, 240))
    with closing(sqlite3.connect(":memory:")) as collection:
        collection.executescript(_SCHEMA)
        collection.execute("INSERT INTO col VALUES (1,?,?,?,11,0,0,0,?,?,?,?,'{}')", _described(begun, life.clock.end))
        if stub:
            text = "Please update to the latest Anki version, then import the .colpkg/.apkg file again.\x1f"
            collection.execute("INSERT INTO notes VALUES (1,'stub',?,?,-1,'',?,'',0,0,'')", (_MODEL, begun, text))
            collection.execute("INSERT INTO cards VALUES (1,1,1,0,?,-1,0,0,0,0,0,0,0,0,0,0,0,'')", (begun,))
        else:
            _fill(collection, life, begun)
        collection.commit()
        return collection.serialize()


def _described(begun: int, ended: int) -> tuple[Any, ...]:
    template = {"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}
    fields = [{"name": name, "ord": place} for place, name in enumerate(("Front", "Back"))]
    model = {str(_MODEL): {"id": _MODEL, "name": "Basic", "type": 0, "flds": fields, "tmpls": [template]}}
    decks = {"1": {"id": 1, "name": "Default"}, str(_DECK): {"id": _DECK, "name": "Vocabulary"}}
    mod = ended * 1000
    return (begun, mod, mod, *(json.dumps(one) for one in ({"curDeck": _DECK}, model, decks, {})))


def _fill(collection: sqlite3.Connection, life: Life, begun: int) -> None:
    """A note and a card each, in the state the last review left it, and every review."""
    reviews = life.reviews
    card_id = (begun * 1000 + 17 * np.arange(int(reviews.card.max()) + 1)).tolist()
    last = dict(zip(reviews.card.tolist(), range(reviews.card.size), strict=True))
    seen = np.bincount(reviews.card)
    lapsed = np.bincount(reviews.card, (reviews.rating == 1) & (reviews.kind == 1), seen.size)
    for card, place in last.items():
        one, ivl = card_id[card], int(reviews.interval[place])
        word = f"word {card}\x1fmeaning {card}"
        collection.execute(
            "INSERT INTO notes VALUES (?,?,?,?,-1,'',?,?,?,0,'')",
            (one, f"g{card:06d}", _MODEL, begun, word, card, card),
        )
        kind, queue = (2, 2) if ivl > 0 else (3, 1)
        due = int(reviews.day[place]) - life.plan.study.first + max(ivl, 1)
        collection.execute(
            "INSERT INTO cards VALUES (?,?,?,0,?,-1,?,?,?,?,?,?,?,0,0,0,0,'')",
            (one, one, _DECK, begun, kind, queue, due, max(ivl, 0), int(reviews.ease[place]), int(seen[card]),
             int(lapsed[card])),
        )  # fmt: skip
    columns = (reviews.at, reviews.card, reviews.rating, reviews.interval, reviews.before, reviews.ease, reviews.took,
               reviews.kind)  # fmt: skip
    rows = zip(*(column.tolist() for column in columns), strict=True)
    collection.executemany(
        "INSERT INTO revlog VALUES (?,?,-1,?,?,?,?,?,?)", ((at, card_id[card], *rest) for at, card, *rest in rows)
    )
