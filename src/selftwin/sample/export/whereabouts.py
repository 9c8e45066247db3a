"""Google Timeline: what an Android phone exports of the last year. All places lie on open water: nobody lives there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from selftwin.sample.causes import RIDE, STRENGTH, draws
from selftwin.sample.export.archive import kept
from selftwin.sample.export.stamps import iso
from selftwin.sample.mind import SHOPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selftwin.sample.life import Life

_HOME, _WORK, _CAFE, _MARKET, _GYM, _HOTEL = range(6)
_PLACES = (  # as Google calls it, latitude, longitude
    ("INFERRED_HOME", 52.50, 5.30), ("INFERRED_WORK", 52.54, 5.36), ("UNKNOWN", 52.505, 5.31),
    ("UNKNOWN", 52.508, 5.29), ("UNKNOWN", 52.495, 5.305), ("UNKNOWN", 37.70, -122.90),
)  # fmt: skip
_BEGUN, _DONE = 502, 1052  # at work, minutes from midnight
_TRAM, _TRAM_METRES = 28, 6_200.0
_PAUSE = 600  # seconds
_ALOFT = 11 * 3600  # seconds
_AIRPORTS = ((52.60, 5.10), (37.60, -122.95))


class _Out(NamedTuple):
    """Away from home from one minute of a day to another: at a place, or on a way of so many metres."""

    start: int
    stop: int
    place: int | None
    mode: str = ""
    metres: float = 0.0


def timeline(life: Life, folder: Path) -> Path:
    """`Timeline.json` in `folder`: visits and the ways between them."""
    rng, flights = draws(life.seed, "timeline"), _flights(life)
    segments: list[dict[str, Any]] = []
    since = int(life.clock.utc(life.plan.study.first, 0))
    for day in range(life.plan.study.first, life.plan.days):
        base = _HOTEL if life.plan.away.first < day <= life.plan.away.stop else _HOME
        if day in flights:
            left, landed = flights[day]
            segments += [_visit(life, base, (since, left)), _flight(life, day, (left, landed))]
            since = landed
            continue
        for out in _outings(life, day, rng, at_home=base == _HOME):
            start, stop = (int(one) for one in life.clock.utc([day, day], [out.start, out.stop]))
            if start < since + _PAUSE:
                continue
            segments += [_visit(life, base, (since, start)), *_away(life, base, out, (start, stop))]
            since = stop
    segments.append(_visit(life, _HOME, (since, life.clock.end - 900)))
    made = {"semanticSegments": segments, "rawSignals": [], "userLocationProfile": {"frequentPlaces": []}}
    return kept(folder / "Timeline.json", json.dumps(made, ensure_ascii=False))


def _flights(life: Life) -> dict[int, tuple[int, int]]:
    """The days of the two flights, and from when to when they were."""
    landed, boarded = (int(stay.since.timestamp()) for stay in life.clock.zones.stays)
    return {life.plan.away.first: (landed - _ALOFT, landed), life.plan.away.stop: (boarded, boarded + _ALOFT)}


def _outings(life: Life, day: int, rng: np.random.Generator, *, at_home: bool) -> list[_Out]:
    """Work, training and shops of a day, none of which begins before another ends."""
    found = _trained(life, day)
    late = max((out.stop for out in found), default=0)
    if not life.states.free[day] and life.states.felt[day] < 0.3:
        found.append(_Out(_BEGUN + int(rng.integers(-8, 9)), _DONE + int(rng.integers(-12, 1)), _WORK))
    free = bool(life.states.free[day])
    names = [SHOPS[shop][0] for shop in life.purchases.shop[life.purchases.day == day]]
    if at_home and "Market hall" in names:
        start = max(750, late + 20) if free else max(_DONE + 40, late + 15)
        found.append(_Out(start, start + 25, _MARKET))
    if at_home and free and "Corner cafe" in names:
        found.append(_Out(870, 925, _CAFE))
    apart: list[_Out] = []
    for out in sorted(found):
        if not apart or out.start >= apart[-1].stop + (_TRAM if apart[-1].place == _WORK else 10):
            apart.append(out)
    return apart


def _trained(life: Life, day: int) -> list[_Out]:
    trained, found = life.movement.workouts, []
    for one in np.flatnonzero(trained.day == day):
        start = int(life.clock.local(trained.start[one : one + 1])[0]) // 60 % 1440
        lasted = int(trained.stop[one] - trained.start[one]) // 60
        sport = int(trained.sport[one])
        mode = "CYCLING" if sport == RIDE else "RUNNING"
        way = sport != STRENGTH
        found.append(_Out(start, start + lasted, None if way else _GYM, mode, float(trained.metres[one])))
    return found


def _away(life: Life, base: int, out: _Out, span: tuple[int, int]) -> Iterator[dict[str, Any]]:
    """The segments of an outing: a round, or a visit, with the tram before and after it where it is work."""
    start, stop = span
    if out.place is None:
        yield _way(life, span, out.mode, out.metres, (_spot(base), _spot(base)))
    elif out.place != _WORK:
        yield _visit(life, out.place, span)
    else:
        ride, here, there = 60 * _TRAM, _spot(base), _spot(_WORK)
        yield _way(life, (start, start + ride), "IN_TRAM", _TRAM_METRES, (here, there))
        yield _visit(life, _WORK, (start + ride, stop - ride))
        yield _way(life, (stop - ride, stop), "IN_TRAM", _TRAM_METRES, (there, here))


def _flight(life: Life, day: int, span: tuple[int, int]) -> dict[str, Any]:
    there = day == life.plan.away.first
    ends = _AIRPORTS if there else _AIRPORTS[::-1]
    return _way(life, span, "FLYING", 8_800_000.0, (_written(*ends[0]), _written(*ends[1])))


def _spot(place: int) -> str:
    return _written(*_PLACES[place][1:])


def _written(latitude: float, longitude: float) -> str:
    return f"{latitude:.7f}°, {longitude:.7f}°"


def _span(life: Life, span: tuple[int, int]) -> dict[str, Any]:
    """Beginning and end on the clock of the place, with its offset."""
    utc = np.array(span)
    local = life.clock.local(utc)
    minutes = ((local - utc) // 60).tolist()
    stamps = [f"{text}.000{_offset(one)}" for text, one in zip(iso(local), minutes, strict=True)]
    return {
        "startTime": stamps[0], "endTime": stamps[1], "startTimeTimezoneUtcOffsetMinutes": minutes[0],
        "endTimeTimezoneUtcOffsetMinutes": minutes[1],
    }  # fmt: skip


def _offset(minutes: int) -> str:
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    return f"{sign}{size // 60:02d}:{size % 60:02d}"


def _visit(life: Life, place: int, span: tuple[int, int]) -> dict[str, Any]:
    kind = _PLACES[place][0]
    candidate = {"placeId": f"ChIJSamplePlace{place}", "semanticType": kind, "probability": 0.8,
                 "placeLocation": {"latLng": _spot(place)}}  # fmt: skip
    return _span(life, span) | {"visit": {"hierarchyLevel": 0, "probability": 0.9, "topCandidate": candidate}}


def _way(life: Life, span: tuple[int, int], mode: str, metres: float, ends: tuple[str, str]) -> dict[str, Any]:
    told = {
        "start": {"latLng": ends[0]}, "end": {"latLng": ends[1]}, "distanceMeters": round(metres, 1),
        "topCandidate": {"type": mode, "probability": 0.85},
    }  # fmt: skip
    return _span(life, span) | {"activity": told}
