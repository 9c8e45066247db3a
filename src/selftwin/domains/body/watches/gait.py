"""Watches how you walk for slow change: speed, step length, time on both feet, asymmetry, steadiness."""

from __future__ import annotations

from selftwin.domains.body.watches._slow import Slow, Watched, daily
from selftwin.domains.body.watches._slow_words import FOUND

NEEDS = "four weeks of walking from a phone that is carried, as an Apple Health export brings it."


def _of(key: str, name: str, unit: str, sense: int, rises: str, falls: str) -> Watched:
    return Watched(name, unit, daily(key), (key,), sense, rises, falls, key)


WATCHED = (
    _of("walking.speed", "walking speed", "m/s", -1, "has risen", "has fallen"),
    _of("walking.step_length", "step length", "m", -1, "has grown", "has shortened"),
    _of("walking.double_support", "time on both feet", "%", 1, "has grown", "has shortened"),
    _of("walking.asymmetry", "walking asymmetry", "%", 1, "has grown", "has lessened"),
    _of("walking.steadiness", "walking steadiness", "%", -1, "has risen", "has fallen"),
)


class Gait(Slow):
    """Slow change for the worse in walking."""

    name = "gait"
    title = "A slow change for the worse in how you walk"
    promise = (
        FOUND
        + "No walking data of real people were at hand: the bars are those of other daily signals. No alarm is no "
        "proof that nothing changed."
    )
    cites = (
        "Perera and others 2006, J Am Geriatr Soc 54:743",
        "Werner and others 2023, Sci Rep 13:5350",
    )
    watched = WATCHED
    needs = NEEDS


WATCH = Gait()
