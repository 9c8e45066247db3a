"""Signals: the list and one signal at length, over the sample person's twin."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    from tests.web.conftest import Served


@pytest.fixture
def look(server: Served) -> Iterator[Callable[[str], str]]:
    """A page once nothing of it is being prepared any more."""
    with server.client() as client:
        yield lambda path: _ready(client, path)


def _ready(client: httpx.Client, path: str, code: int = 200) -> str:
    for _ in range(120):
        answer = client.get(f"/{path}")
        if 'class="preparing"' not in answer.text and "Still reading" not in answer.text:
            break
        time.sleep(0.3)
    assert answer.status_code == code, answer.text[-500:]
    return answer.text


def test_the_list_holds_every_signal_in_its_category_with_its_newest_value(look: Callable[[str], str]) -> None:
    page = look("signals")
    for key in ("heart_rate.resting", "steps", "weight", "sleep.duration"):
        assert f'href="signals/{key}"' in page
    assert page.index("<h2>Body</h2>") < page.index("<h2>What you do</h2>")
    row = re.search(r'<tr><th scope="row"><a href="signals/heart_rate.resting">.*?</tr>', page, re.DOTALL)
    assert row
    assert re.search(r'class="figure newest">[\d.]+ a minute', row[0])
    assert "nights" in row[0]


def test_a_word_narrows_the_list_and_nothing_that_fits_is_said_so(look: Callable[[str], str]) -> None:
    page = look("signals?q=resting+heart")
    assert 'href="signals/heart_rate.resting"' in page
    assert 'href="signals/weight"' not in page
    assert "No signal by that name" in look("signals?q=zzzz")


def test_one_signal_shows_its_usual_what_comes_next_and_what_it_stands_on(look: Callable[[str], str]) -> None:
    page = look("signals/heart_rate.resting")
    assert re.search(r"Within your usual on \d+ of \d+ nights\.", page)
    assert re.search(r"By \w+day I expect", page)
    for words in ("Twelve months, night by night", "Seven kinds of night", "How sure I am", "Where it comes from",
                  "Gaps and faults", "Goes together with", "Who may see this", "Only you.", "Every reading",
                  ):  # fmt: skip
        assert words in page
    assert 'data-src="../api/v1/series/heart_rate.resting?by=day"' in page
    assert page.count("<figure") == 3
    assert '<th scope="row"' in page or "<td" in page


def test_every_span_is_a_link_and_earlier_times_are_reached_without_script(look: Callable[[str], str]) -> None:
    page = look("signals/heart_rate.resting?span=4w")
    earlier = re.search(r'href="\.\./(signals/heart_rate\.resting\?span=4w&amp;to=[\d-]+)">Earlier', page)
    assert earlier
    assert ">Later<" in look(earlier[1].replace("&amp;", "&"))
    assert "Later" not in re.findall(r'class="button small"[^>]*>([^<]+)', look("signals/heart_rate.resting?span=all"))


def test_a_time_is_held_against_the_one_before_and_another_signal_on_the_same_clock(look: Callable[[str], str]) -> None:
    page = look("signals/heart_rate.resting?span=4w&with=before")
    assert "The same time before" in page
    assert re.search(r"The middle is .* than then|The middle is the same as then|nothing was recorded", page)
    page = look("signals/heart_rate.resting?span=4w&with=steps")
    assert page.count("<figure") == 4
    assert "<h2>Steps</h2>" in page


def test_readings_are_paged_a_day_at_a_time_where_they_are_many(look: Callable[[str], str]) -> None:
    page = look("signals/heart_rate")
    assert "Show a day" in page
    assert re.search(r"\d+ readings on \d+ \w+ \d{4}", page)
    older = re.search(r'href="\.\./(signals/heart_rate\?[^"]*page=2[^"]*)#readings"', page)
    assert older
    assert "Page 2 of" in look(older[1].replace("&amp;", "&"))
    few = look("signals/weight")
    assert "newest first" in few


def test_states_are_told_as_what_lasted(look: Callable[[str], str]) -> None:
    page = look("signals/sleep.stage?span=4w")
    assert "chart" in page
    assert "Every reading" in page


def test_a_signal_without_data_says_what_is_missing_and_one_nobody_knows_is_not_found(server: Served) -> None:
    with server.client() as client:
        assert "No ferritin" in _ready(client, "signals/lab.ferritin")
        assert "There is no signal" in _ready(client, "signals/nonsense", 404)


ODD = ["span=forever", "to=never", "to=9999-12-31", "page=999999999", "rows=never", "with="]


@pytest.mark.parametrize("query", ODD)
def test_a_query_that_makes_no_sense_does_no_harm(look: Callable[[str], str], query: str) -> None:
    assert "Resting heart rate" in look(f"signals/heart_rate.resting?{query}")
