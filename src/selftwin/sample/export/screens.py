"""What was on a screen: Netflix in the evenings, and Chrome's own database of the pages of three months."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import kept, pack
from selftwin.sample.export.stamps import spaced

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_HEAD = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,"
    "Country"
)
_SERIES = (("The Lock Keepers", 48), ("Low Country", 44), ("Fault Lines", 52), ("The Bakery", 28))  # minutes
_PER_SEASON = 8
_KEPT = 90  # days that Chrome keeps
_SHIFT = 11_644_473_600  # seconds from 1601 to 1970
_WORKDAY = ((545, 90, 9), (800, 110, 8), (1275, 40, 4))  # around which minute, how widely, how many pages
_FREE_DAY = ((840, 30, 10), (1275, 40, 6))
_TYPED, _WHOLE = 1, 0x30000000  # a visit that no redirect led to or from
_SCHEMA = """
CREATE TABLE meta(key LONGVARCHAR NOT NULL UNIQUE PRIMARY KEY, value LONGVARCHAR);
CREATE TABLE urls(id INTEGER PRIMARY KEY AUTOINCREMENT,url LONGVARCHAR,title LONGVARCHAR,
  visit_count INTEGER DEFAULT 0 NOT NULL,typed_count INTEGER DEFAULT 0 NOT NULL,last_visit_time INTEGER NOT NULL,
  hidden INTEGER DEFAULT 0 NOT NULL);
CREATE TABLE visits(id INTEGER PRIMARY KEY AUTOINCREMENT,url INTEGER NOT NULL,visit_time INTEGER NOT NULL,
  from_visit INTEGER,transition INTEGER DEFAULT 0 NOT NULL,segment_id INTEGER,
  visit_duration INTEGER DEFAULT 0 NOT NULL,opener_visit INTEGER);
CREATE TABLE keyword_search_terms(keyword_id INTEGER NOT NULL,url_id INTEGER NOT NULL,term LONGVARCHAR NOT NULL,
  normalized_term LONGVARCHAR NOT NULL);
"""
_PAGES = (
    "https://news.example/today", "https://weather.example/amsterdam", "https://mail.example/inbox",
    "https://wiki.example/Main_Page", "https://work.example/board", "https://work.example/review",
    "https://maps.example/", "https://trains.example/departures", "https://recipes.example/soup",
    "https://running.example/plans", "https://forum.example/t/bicycles", "https://shop.example/basket",
)  # fmt: skip
_SEARCHES = ("tram 26 delay", "half marathon plan", "soup with fennel", "how long to cook lentils", "rain tomorrow",
             "sleep after coffee", "fix a slow bicycle tyre", "spanish past tense", "hba1c 5.9")  # fmt: skip


def netflix(life: Life, folder: Path) -> Path:
    """`netflix-report.zip` in `folder`: one or two episodes after dinner, newest first."""
    rng, days = draws(life.seed, "netflix"), np.arange(life.plan.days)
    at = life.states.dinner + 55 + rng.integers(0, 25, days.size)
    at_home = np.array([day not in life.plan.away for day in days.tolist()]) & life.clock.exists(days, at + 120)
    wanted = at_home & (rng.random(days.size) < 0.32 + 0.3 * (life.states.felt > 0))
    many = np.where(wanted, rng.integers(1, 3, days.size), 0)
    lines: list[str] = []
    begun = life.clock.utc(days, at)
    for day in np.flatnonzero(many).tolist():
        moment = int(begun[day])
        for _ in range(int(many[day])):
            title, length = _episode(len(lines))
            stamp, clock = spaced(np.array([moment]))[0], f"00:{length:02d}:{rng.integers(60):02d}"
            lines.append(f"Sample Person,{stamp},{clock},,{title},,Television,{clock},{clock},NL (Netherlands)")
            moment += 60 * (length + 2)
    table = "\n".join([_HEAD, *lines[::-1]]) + "\n"
    last = life.plan.day(life.plan.days - 1)
    return pack(folder / "netflix-report.zip", {"CONTENT_INTERACTION/ViewingActivity.csv": table}, last)


def _episode(seen: int) -> tuple[str, int]:
    """The next episode of the series that is being watched, season after season, and its minutes."""
    season, episode = divmod(seen, _PER_SEASON)
    name, length = _SERIES[season % len(_SERIES)]
    return f"{name}: Season {1 + season // len(_SERIES)}: Episode {episode + 1}", length


def chrome(life: Life, folder: Path) -> Path:
    """`Chrome/History` in `folder`: pages at work, at lunch, in the evening, and a search now and then."""
    rng = draws(life.seed, "chrome")
    visits = _visits(life, rng)
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_SCHEMA)
        database.execute("INSERT INTO meta VALUES ('version','66')")
        searches = [f"https://find.example/?q={one.replace(' ', '+')}" for one in _SEARCHES]
        urls = enumerate((*_PAGES, *searches), 1)
        database.executemany("INSERT INTO urls VALUES (?,?,'',1,0,0,0)", urls)
        terms = [(len(_PAGES) + place, term, term) for place, term in enumerate(_SEARCHES, 1)]
        database.executemany("INSERT INTO keyword_search_terms VALUES (2,?,?,?)", terms)
        database.executemany("INSERT INTO visits VALUES (NULL,?,?,0,?,0,?,0)", visits)
        database.commit()
        return kept(folder / "Chrome" / "History", database.serialize())


def _visits(life: Life, rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    """Which address, when (µs since 1601), how it was come by, and how long it was open (µs), in order of time."""
    days, minutes = [np.zeros(0, np.int64)], [np.zeros(0)]
    for one in range(max(0, life.plan.days - _KEPT), life.plan.days):
        for around, spread, often in _FREE_DAY if life.states.free[one] else _WORKDAY:
            minutes.append(np.clip(rng.normal(around, spread, int(rng.poisson(often))), 480, 1415))
            days.append(np.full(minutes[-1].size, one))
    day, minute = np.concatenate(days), np.concatenate(minutes)
    at = life.clock.utc(day, minute)
    rows = []
    for moment in np.unique(at[life.clock.exists(day, minute) & (at < life.clock.end - 900)]).tolist():
        page = int(rng.integers(1, len(_PAGES) + 1)) if rng.random() < 0.93 else 0
        page = page or len(_PAGES) + int(rng.integers(1, len(_SEARCHES) + 1))
        moment_us = (moment + _SHIFT) * 1_000_000 + int(rng.integers(1_000_000))
        rows.append((page, moment_us, _WHOLE | _TYPED, int(rng.integers(5, 240)) * 1_000_000))
    return rows
