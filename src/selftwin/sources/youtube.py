"""YouTube and YouTube Music: what was watched, heard and searched, from Google Takeout.

At takeout.google.com: YouTube and YouTube Music, history; `watch-history` and `search-history`, as JSON (told under
"Multiple formats") or as web pages, in the language of the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._google_activity import activities, asked, product
from selftwin.sources._readings import KEPT, part, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._google_activity import Activities
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_VIDEO = r"(?:[?&]v=|youtu\.be/|/shorts/)([A-Za-z0-9_-]{6,20})"
_BEFORE = (  # how a title begins that tells of watching, by language
    "Watched|Angesehen:|Vous avez regardé|Has visto|Hai guardato|Pinanood ang|Tittade på|Så på|Så|Просмотрено видео|"
    "Obejrzano:|Ви дивилися відео|Παρακολουθήσατε το βίντεο|Zhlédli jste video|Гледахте|Ați vizionat|"
    "Megtekintette a következőt:|تمت مشاهدة"
)
_AFTER = (
    "angesehen|adl\u0131 videoyu izlediniz|izlənildi|katsottiin|देखा|দেখা হয়েছে|دیکھی|を視聴しました|"
    "을\\(를\\) 시청했습니다\\."
)
_AROUND = (rf"^(?:{_BEFORE})\s+(.+)$", rf"^(.+?)\s*(?:{_AFTER})$", r"^Je hebt naar (.+) gekeken$")
_QUOTES = '"„“”«»'
_TOPIC = r"\s+- (?:Topic|Thema|Tema|Thème|Onderwerp)$"  # a channel that YouTube made for an artist
_PASSED = "advertisements, posts, surveys, games, and searches without words"


@dataclass(frozen=True, slots=True)
class YouTube:
    """The two histories, in either form."""

    name: str = "youtube"
    title: str = "YouTube"
    reads: str = "Videos watched, and searches."
    version: int = 1
    rank: int = 2
    how_to_export: str = "At takeout.google.com: YouTube and YouTube Music, history, as JSON."

    def recognises(self, member: Member) -> bool:
        """By the product of the first record."""
        return product(member).startswith("YouTube")

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The records in blocks."""
        del subject
        return (_part(block) for block in activities(member))


def _part(block: Activities) -> Part:
    import polars as pl

    rows = _named(block.rows)
    seen = rows.filter(pl.col("watched") & ~pl.col("music"))
    unknown = seen.filter(pl.col("what").is_null())
    kept = [
        words(seen, "what", "watching.title"),
        unknown.select(*(name for name in KEPT if name in rows), signal=pl.lit("watching.title")),
        words(rows.filter(pl.col("watched") & pl.col("music")), "what", "listening.track"),
        words(rows, "term", "web.search"),
    ]
    return part(
        pl.concat(kept, how="diagonal_relaxed"),
        kind="activity",
        read=block.count,
        first=block.first,
        faults=block.faults,
        faulty=block.faulty,
        nothing=_PASSED,
    )


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """With what was watched (by whom, and its name) or searched. A removed video has neither an address nor a name, and
    only an advertisement has details."""
    import polars as pl

    within = pl.coalesce(pl.col("title").str.extract(around) for around in _AROUND)
    name = pl.coalesce("name", within, "title").str.strip_chars(_QUOTES + " ")
    video = pl.col("url").str.extract(_VIDEO)
    by = pl.col("channel").str.replace(_TOPIC, "")
    return rows.with_columns(
        source=pl.lit("youtube"),
        term=asked(rows["url"], "search_query"),
        music=(pl.col("header") == "YouTube Music") | pl.col("url").str.contains("music.youtube", literal=True),
        watched=~pl.col("detailed") & (video.is_not_null() | (pl.col("url").is_null() & within.is_not_null())),
        native=pl.concat_str(pl.col("start").dt.epoch("s"), pl.coalesce(video, "title"), separator="/"),
        what=pl.when(video.is_not_null() & ~name.str.contains(r"^https?://")).then(
            pl.concat_str(by, name, separator=" \N{EN DASH} ", ignore_nulls=True)
        ),
    ).with_columns(pl.col("music").fill_null(value=False))


SOURCE = YouTube()
