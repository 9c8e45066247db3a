"""Spotify: the extended streaming history. A day's music goes along with the way to work, training, evening."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.sample.causes import REST, draws
from selftwin.sample.export.archive import pack
from selftwin.sample.export.stamps import iso

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from selftwin.sample.life import Life

    Integers = NDArray[np.int64]

_ARTISTS = ("The Specimens", "Paper Lighthouse", "Nine Zones", "Harbour & Sons", "Low Meridian", "Ida Vale",
            "Small Engines", "North of Noon")  # fmt: skip
_TITLES = ("Slow Rivers", "Getting Up", "Salt", "Half a Mile", "Nothing Broken", "Lanterns", "The Long Way", "Evening",
           "Cold Hands", "Open Window", "Second Wind", "Leave the Light", "Pages", "Tram 26", "Again")  # fmt: skip
_TO_WORK, _FROM_WORK, _EVENING, _LATEST = 472, 1060, 1215, 1425  # minutes from midnight
_MORNING = 560  # all of it, on the day whose evening a flight swallows
_A_WAY = 5  # songs that a way to work holds
_MINUTE = 60_000


def write(life: Life, folder: Path) -> Path:
    """`my_spotify_data.zip` in `folder`: every play of the last half of the life, the day's minutes to the second."""
    rng, days = draws(life.seed, "spotify"), np.arange(life.plan.study.first, life.plan.days)
    whole = life.clock.exists(days, _LATEST)
    heard = [_day(life, day, rng, whole=there) for day, there in zip(days.tolist(), whole.tolist(), strict=True)]
    day = np.repeat(days, [lengths.size for lengths, _ in heard])
    lengths, ended = (np.concatenate(column) for column in zip(*heard, strict=True))
    at = life.clock.utc(day, ended) + rng.integers(0, 60, day.size)
    artist, title = rng.integers(len(_ARTISTS), size=day.size), rng.integers(len(_TITLES), size=day.size)
    columns = zip(iso(at), lengths.tolist(), artist, title, strict=True)
    plays = [_play(f"{stamp}Z", ms, _ARTISTS[who], _TITLES[what]) for stamp, ms, who, what in columns]
    plays.sort(key=lambda play: str(play["ts"]))
    last = life.plan.day(life.plan.days - 1)
    name = f"Spotify Extended Streaming History/Streaming_History_Audio_{last.year - 1}-{last.year}_0.json"
    return pack(folder / "my_spotify_data.zip", {name: json.dumps(plays)}, last)


def _day(life: Life, day: int, rng: np.random.Generator, *, whole: bool) -> tuple[Integers, Integers]:
    """The songs of a day: how long each is (ms), and the minute from midnight by which it has ended.

    They follow one another by whole minutes, so that none begins before another ends.
    """
    lengths = _lengths(int(life.mind.listening[day]), rng)
    minutes = -(-lengths // _MINUTE)
    ended, done = np.zeros(lengths.size, np.int64), 0
    for begin, songs in _occasions(life, day, int(minutes.sum())) if whole else [(_MORNING, lengths.size)]:
        mine = minutes[done : done + songs]
        ended[done : done + songs] = begin + np.cumsum(mine)
        done += mine.size
    return lengths, ended


def _lengths(minutes: int, rng: np.random.Generator) -> Integers:
    """Songs of three or four minutes that fill these minutes, in ms."""
    count = max(1, round(minutes / 3.6)) if minutes else 0
    weight = rng.uniform(0.8, 1.2, count)
    lengths = np.floor(weight / weight.sum() * minutes * _MINUTE).astype(np.int64) if count else np.zeros(0, np.int64)
    if count:
        lengths[-1] += minutes * _MINUTE - lengths.sum()
    return lengths


def _occasions(life: Life, day: int, minutes: int) -> list[tuple[int, int]]:
    """When there is music, in minutes from midnight, and how many songs at most; the last holds the rest."""
    found = []
    if not life.states.free[day] and life.states.felt[day] < 0.3:
        found = [(_TO_WORK, _A_WAY), (_FROM_WORK, _A_WAY)]
    for one in np.flatnonzero((life.movement.workouts.day == day) & (life.states.session[day] != REST)):
        lasted = int(life.movement.workouts.stop[one] - life.movement.workouts.start[one]) // 60
        local = int(life.clock.local(life.movement.workouts.start[one : one + 1])[0]) // 60 % 1440
        found.append((local + 2, lasted // 5))
    return [*found, (max(_FROM_WORK + 150, min(_EVENING, _LATEST - minutes)), minutes)]


def _play(stamp: str, ms: int, artist: str, title: str) -> dict[str, Any]:
    return {
        "ts": stamp, "platform": "android", "ms_played": ms, "conn_country": "NL", "ip_addr": "192.0.2.7",
        "master_metadata_track_name": title, "master_metadata_album_artist_name": artist,
        "master_metadata_album_album_name": f"{title} and others",
        "spotify_track_uri": f"spotify:track:{artist[:3]}{title[:3]}".replace(" ", "0"), "episode_name": None,
        "episode_show_name": None, "spotify_episode_uri": None, "reason_start": "trackdone", "reason_end": "trackdone",
        "shuffle": False, "skipped": False, "offline": False, "offline_timestamp": None, "incognito_mode": False,
    }  # fmt: skip
