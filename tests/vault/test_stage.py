"""Waiting rows carry the numbers of their category's file; words no row uses get none."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from selftwin.sources.reader.contract import observations
from selftwin.vault import stage

from .exports import Row, frame

if TYPE_CHECKING:
    from selftwin.vault.store import Store

T0 = datetime(2024, 5, 1, 10)


def staged(store: Store, name: str, rows: list[Row], *, keep: slice = slice(None)) -> list[tuple[object, ...]]:
    words = store.words(name)
    stage.make(store.connection, name)
    stage.put(store.connection, words, observations(frame(rows))[keep], 7)
    keys = {number: pair for pair, number in words.signals.items()}
    sources = {number: source for source, number in words.sources.items()}
    found = store.connection.execute(f"SELECT signal, source, value, member FROM staged_{name}").fetchall()
    return [(*keys[signal], sources[source], value, member) for signal, source, value, member in found]


def test_a_dictionary_numbers_each_word_once() -> None:
    words = stage.Dictionary("physiological")
    assert [words.signal("weight", None), words.signal("glucose", None), words.signal("weight", None)] == [0, 1, 0]
    assert [words.signal("other.x", "kPa"), words.signal("other.x", "bar"), words.source("a"), words.source("a")] == [
        2, 3, 0, 0,
    ]  # fmt: skip


def test_rows_wait_with_their_signal_source_value_and_member(store: Store) -> None:
    rows = [Row("weight", T0, 80.0, source="a"), Row("glucose", T0, 99.0, source="b"), Row("weight", T0, 81.0)]
    assert staged(store, "physiological", rows) == [
        ("weight", None, "a", 80.0, 7),
        ("glucose", None, "b", 99.0, 7),
        ("weight", None, "test:Watch", 81.0, 7),
    ]


def test_units_tell_signals_apart_and_a_row_without_one_is_another(store: Store) -> None:
    rows = [Row("other.x", T0, 1.0, unit="kPa"), Row("other.x", T0, 2.0), Row("other.y", T0, 3.0, unit="bar")]
    assert [(key, unit) for key, unit, *_ in staged(store, "contextual", rows)] == [
        ("other.x", "kPa"), ("other.x", None), ("other.y", "bar"),
    ]  # fmt: skip


def test_words_of_the_batch_that_no_row_uses_get_no_number(store: Store) -> None:
    rows = [Row("weight", T0, 80.0, source="a"), Row("glucose", T0, 99.0, source="b")]
    staged(store, "physiological", rows, keep=slice(0, 1))
    words = store.words("physiological")
    assert (list(words.signals), list(words.sources)) == ([("weight", None)], ["a"])


def test_written_words_are_loaded_again_and_never_written_twice(store: Store) -> None:
    words = stage.Dictionary("physiological", {("weight", None): 0}, {"a": 0})
    store.use("physiological")
    for _ in range(2):
        with store.writing("physiological"):
            stage.write(store.connection, words)
    words.signal("glucose", None)
    with store.writing("physiological"):
        stage.write(store.connection, words)
    loaded = stage.load(store.connection, "physiological")
    assert (loaded.signals, loaded.sources) == ({("weight", None): 0, ("glucose", None): 1}, {"a": 0})
    assert store.connection.execute("SELECT count(*) FROM physiological.signal").fetchone() == (2,)


def test_the_category_of_every_word_is_told_without_looking_at_rows() -> None:
    rows = observations(frame([Row("weight", T0, 1.0), Row("steps", T0, 1.0), Row("other.z", T0, 1.0)]))
    named = dict(zip(rows.column("signal").dictionary.to_pylist(), stage.categories(rows), strict=True))
    assert named == {"weight": "physiological", "steps": "behavioural", "other.z": "contextual"}
    assert pl.DataFrame(pl.from_arrow(rows)).height == 3
