"""Watches how your sleep is built for slow change: deep and REM shares, time to fall asleep, time awake, duration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.domains.body.watches._slow import Slow, Watched, daily
from selftwin.domains.body.watches._slow_words import FOUND

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import polars as pl

    from selftwin.vocabulary.model import Past

NEEDS = "four weeks of nights from a watch or ring that tells stages or at least how long you slept."


def _share(stage: str) -> Callable[[Past], list[tuple[date, float]]]:
    """Reads what share of the night's sleep a stage was, in per cent, of nights in which stages were told."""

    def read(past: Past) -> list[tuple[date, float]]:
        asleep = past.days("sleep.duration").rename({"value": "asleep"})
        both = past.days(stage).join(asleep, on="day").filter(_staged())
        return [(day, 100 * value / whole) for day, value, whole in both.select("day", "value", "asleep").iter_rows()]

    return read


def _staged() -> pl.Expr:
    """Nights in which the stage was told, and not for longer than the sleep itself."""
    import polars as pl

    return (pl.col("value") > 0) & (pl.col("asleep") >= pl.col("value"))


def _awake(past: Past) -> list[tuple[date, float]]:
    """Reads the minutes awake, of nights in which stages were told: without stages there is no waking either."""
    import polars as pl

    staged = past.days("sleep.deep").filter(pl.col("value") > 0).select("day")
    return list(past.days("sleep.awake").join(staged, on="day", how="semi").iter_rows())


WATCHED = (
    Watched("the share of deep sleep", "%", _share("sleep.deep"), ("sleep.deep", "sleep.duration"), -1),
    Watched("the share of REM sleep", "%", _share("sleep.rem"), ("sleep.rem", "sleep.duration"), -1),
    Watched("time to fall asleep", "min", daily("sleep.latency"), ("sleep.latency",), 1, signal="sleep.latency"),
    Watched("time awake in the night", "min", _awake, ("sleep.awake", "sleep.deep"), 1, signal="sleep.awake"),
    Watched("times awake in the night", "{count}", daily("sleep.awakenings"), ("sleep.awakenings",), 1,
            signal="sleep.awakenings"),
    Watched("sleep", "min", daily("sleep.duration"), ("sleep.duration",), 0, "has grown longer", "has grown shorter",
            "sleep.duration"),
)  # fmt: skip


class SleepArchitecture(Slow):
    """Slow change in how sleep is built."""

    name = "sleep_architecture"
    title = "A slow change in how your sleep is built"
    promise = (
        FOUND
        + "Stages are a watch's guess: new software guesses differently, and where another device spoke it is named "
        "first. No alarm is no proof that nothing changed."
    )
    cites = (
        "Ohayon and others 2004, Sleep 27:1255",
        "Kass and Raftery 1995, J Am Stat Assoc 90:773",
    )
    watched = WATCHED
    needs = NEEDS


WATCH = SleepArchitecture()
