"""Two tabs of one browser: what one does holds in the other, and a form that a lock has overtaken changes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .conftest import WORDS
from .test_interrupted import choose
from .vaults import content, vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from .conftest import Served

pytestmark = pytest.mark.timeout(400)
PATIENCE = 60_000.0  # milliseconds
LEAST, MOST = "1", "5"


def note(page: Page, mood: str) -> None:
    """Fill in a mood; it is not sent yet."""
    page.goto("/note?kind=mood")
    page.get_by_label(mood, exact=True).check(force=True)


def send(page: Page) -> None:
    page.get_by_role("button", name="Note it").click()


def sending(context: BrowserContext, file: Path) -> Page:
    """A tab that sends a file over a line so slow that it takes minutes."""
    from playwright.sync_api import expect

    file.write_bytes(b"date,weight (kg)\n" + b"2024-01-01,80\n" * 200_000)
    tab = context.new_page()
    tab.goto("/import")
    choose(tab, file)
    expect(tab.locator("[data-files] [role=status]")).to_have_text(re.compile(r"\d+ % sent"))
    return tab


def moods(served: Served) -> list[float]:
    """Every mood that the vault holds once its server has ended."""
    served.process.terminate()
    served.process.wait(30)
    with vault(served.home) as twin:
        by_hand = [batch.number for batch in twin.batches() if batch.what.startswith("mood") and batch.state == "kept"]
        assert len(by_hand) == 1
        return [row[2] for row in content(twin)["mood"] if row[-1] == "by hand"]


def test_a_lock_in_one_tab_holds_in_the_other_and_a_form_opened_before_it_changes_nothing(
    own_server: Served, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    context = opened(own_server, viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENCE)
    first, second, third = (context.new_page() for _ in range(3))

    second.goto("/note")
    lately = second.get_by_role("complementary").get_by_role("row", name="Mood")
    expect(lately).to_have_count(0)
    note(first, MOST)
    send(first)
    expect(first.get_by_role("status").first).to_contain_text("Noted", timeout=PATIENCE)
    second.reload()
    expect(lately).to_have_count(1, timeout=PATIENCE)

    fourth = sending(context, tmp_path / "much.csv")
    note(second, LEAST)
    note(third, LEAST)
    first.get_by_role("button", name="Lock").first.click()
    first.wait_for_url(re.compile("/login"))
    send(second)
    second.wait_for_url(re.compile("/login"))
    expect(second.get_by_label("Passphrase")).to_be_visible()
    expect(fourth.get_by_text("Locked meanwhile. What was sent is kept")).to_be_visible()
    door = fourth.locator("[data-files]").get_by_role("link", name="Unlock")
    expect(door).to_have_attribute("href", re.compile(r"login\?to=import$"))
    second.goto("/signals")
    second.wait_for_url(re.compile("/login"))
    expect(second.get_by_text(re.compile("mood|glucose|heart", re.IGNORECASE))).to_have_count(0)

    first.get_by_label("Passphrase").fill(WORDS)
    first.get_by_role("button", name="Unlock").click()
    first.wait_for_url(re.compile("/today"))
    with third.expect_response(re.compile("/note/keep")) as told:
        send(third)
    assert told.value.status == 403
    expect(third.get_by_text("That form was not sent from a page of this session.")).to_be_visible()
    second.goto("/note")
    expect(lately).to_have_count(1, timeout=PATIENCE)
    assert moods(own_server) == [5.0]
