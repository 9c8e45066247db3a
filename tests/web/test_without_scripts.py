"""A browser without scripts: forms do what they say, and the vault holds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .vaults import vault

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from .conftest import Served

pytestmark = pytest.mark.timeout(600)
PATIENCE = 60_000.0  # milliseconds


@pytest.fixture
def plain(opened: Callable[..., BrowserContext]) -> Callable[[Served], Page]:
    """A page in a browser that runs no script."""

    def page(served: Served) -> Page:
        context = opened(served, viewport={"width": 1440, "height": 1000}, java_script_enabled=False)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    return page


def test_a_note_is_written_and_taken_back_without_scripts(own_server: Served, plain: Callable[[Served], Page]) -> None:
    from playwright.sync_api import expect

    page = plain(own_server)
    for amount in ("330", "440"):
        page.goto("/note?kind=drink")
        page.locator("#f-amount").fill(amount)
        page.get_by_role("button", name="Note it").click()
        page.wait_for_url(re.compile("noted="))
        expect(page.get_by_role("status").first).to_contain_text(amount)
    page.get_by_role("button", name="Take it back", exact=True).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Taken back")
    own_server.process.terminate()
    own_server.process.wait(30)
    with vault(own_server.home) as twin:
        last = twin.series("water").row(-1, named=True) if twin.series("water").height else None
        kept = [batch for batch in twin.batches() if batch.what.endswith("by hand")][:2]
        assert [batch.state for batch in kept] == ["undone", "kept"]
        assert last is not None
        assert (last["value"], last["unit"]) == (330.0, "mL")
