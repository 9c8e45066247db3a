"""Today over the sample person's twin, and what it says where there is little or nothing."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.twin.effecting import Effects
from selftwin.vocabulary.effect import Effect, Rung
from selftwin.vocabulary.estimate import Forecast, Normal, Step, Trust
from selftwin.web.pages import _today_margin as margin
from selftwin.web.pages._today_day import Day
from selftwin.web.pages._today_drawn import picture, small
from selftwin.wording.almanac import Entry

if TYPE_CHECKING:
    import httpx
    from tests.web.conftest import Served


def whole(client: httpx.Client, path: str = "/today", *, without: str = 'class="preparing"') -> str:
    """The page once it no longer holds what says that it is being prepared."""
    for _ in range(150):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text[:500]
        if without not in answer.text:
            return answer.text
        time.sleep(0.3)
    raise AssertionError(f"{path} was never ready")


def test_today_is_a_sentence_then_pictures_then_the_account(server: Served) -> None:
    with server.client() as client:
        text = whole(client)
    assert re.search(r"<h1>\w+day \d+ \w+", text)
    lead = text.index('class="lead"')
    assert re.search(r"as usual: \d+ signals", text[lead : lead + 3000])
    assert text.index("What comes next") > lead
    assert "Ranges hold 9 times in 10" in text
    assert "How to read this" in text


def test_a_proposal_put_off_is_gone_for_the_session_and_needs_its_token(server: Served) -> None:
    with server.client() as client:
        text = whole(client, without='id="proposed" data-island')
        found = re.search(r'name="csrf" value="([^"]+)"><input type="hidden" name="id" value="(\w+)"', text)
        assert found, "the sample person has something that helps"
        refused = client.post("/today/not-now", data={"id": found[2]}, headers={"origin": server.root})
        assert refused.status_code == 403
        form = {"csrf": found[1], "id": found[2]}
        assert client.post("/today/not-now", data=form, headers={"origin": server.root}).status_code == 303
        assert found[2] not in whole(client)


# What is made of beliefs, without a server

TODAY = date(2026, 3, 12)
NORMAL = Normal(
    signal="heart_rate.resting", unit="/min", day="2026-03-12", age_days=0, value=60.2, trust=Trust.TRUSTED, n=211,
    low=51.0, middle=54.0, high=57.0, level=90, place=1.0, outside="above", run=3, trend_per_week=0.0, weekly=None,
)  # fmt: skip
AHEAD = Forecast(
    signal="heart_rate.resting", unit="/min", made_at="2026-03-12", trust=Trust.TRUSTED, n=211, method="own past",
    beats=(), steps=tuple(Step(f"2026-03-{n}", 56.0, 54.0, 58.0, 52.0, 60.0, 51.0, 61.0) for n in (13, 14, 15)),
)  # fmt: skip
ENTRY = Entry("heart_rate.resting", "Resting heart rate", "/min", 211, NORMAL, AHEAD)
RECENT = [(TODAY - timedelta(days=n), None if n in {5, 6} else 60.0 if n < 3 else 54.0) for n in range(13, -1, -1)]
HURTS = Effect(
    "alcohol.drinks", "heart_rate.resting", 1, Rung.ADJUSTED, 1.5, 1.4, 1.7, 1.0, "{drinks}", "/min", 714, 199, 1e-9,
    1e-8, Trust.TRUSTED, "2024-03-14", "2026-03-12",
)  # fmt: skip
LESS = "\N{MINUS SIGN}"


def effects(*some: Effect) -> Effects:
    return Effects("2026-03-12", None, None, some, 10, 30, 700, (), ())


def test_the_first_picture_says_how_often_and_how_sure() -> None:
    made = picture(ENTRY, RECENT, TODAY, "first")
    assert made.says == "Within your usual on 9 of 12 nights; above it for three nights now."
    assert (made.badge, made.range, made.value) == ("above usual, 3 nights", "51 to 57", "60 a minute")
    assert made.tomorrow == "51 to 61 a minute"
    assert made.sure == 37.5
    assert ("7 March 2026", "not recorded", "") in made.rows
    assert 'class="' in made.svg


def test_a_small_one_gives_the_range_first_names_a_guess_and_says_what_is_too_soon() -> None:
    assert small(ENTRY, RECENT, TODAY, "a").range == "51 to 61 a minute"
    guess = replace(ENTRY, forecast=replace(AHEAD, method="simple guess: weekday mean"))
    made = small(guess, RECENT, TODAY, "b")
    assert (made.trust, made.trust_words) == ("guess", "simple guess: weekday mean")
    silent = replace(ENTRY, forecast=replace(AHEAD, steps=(Step("2026-03-13", None),)))
    assert small(silent, RECENT, TODAY, "c").range == "Too soon to say"


def test_what_hurts_is_proposed_turned_round_with_its_width_and_days() -> None:
    (made,) = margin.proposals((), effects(HURTS), (), [], set())
    assert made.words == f"Drinks of alcohol, {LESS}1: resting heart rate {LESS}1.50 a minute the night after."
    assert made.width.startswith(f"({LESS}1.70 to {LESS}1.40, 9 times in 10; 199 of 714 days")
    assert made.step == "alcohol.drinks -1 {drinks}/d for 28 d"
    assert not margin.proposals((), effects(HURTS), (), [], {made.id})


def test_what_is_only_seen_together_is_never_proposed() -> None:
    assert not margin.proposals((), effects(replace(HURTS, rung=Rung.ASSOCIATION)), (), [], set())
    assert not margin.proposals((), None, (), [], set())


def test_gaps_and_late_sources_are_named() -> None:
    at = datetime(2026, 3, 12, 20, tzinfo=UTC)
    sources = (("fitbit", at - timedelta(days=400)), ("whoop", at - timedelta(days=9)), ("anki", at))
    there = Day(TODAY, 0, "UTC", (ENTRY,), (ENTRY,), (), {ENTRY.key: RECENT}, at, sources)
    assert margin.gaps(there) == ["Resting heart rate has nothing of 6 March to 7 March. I left that empty."]
    assert margin.late(there) == [("WHOOP", date(2026, 3, 3))]
    assert margin.fresh(there) == 1
