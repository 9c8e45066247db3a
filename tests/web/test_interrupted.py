"""The server dies in the middle, or is locked there: an upload goes on from where it was, an import is taken up again,
and the vault holds what it would hold had nothing happened."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import WORDS, ZONE, serving
from .vaults import at_home, content, imported, vault, waits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from .conftest import Lived, Served

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory"),
    pytest.mark.timeout(600),
]
PATIENCE = 120_000.0  # milliseconds, on a machine that has much else to do
SLOW = 256 << 10  # bytes a second
PIECE = 64 << 10  # bytes sent at a time here, so that a small file has many pieces


def empty(home: Path) -> Path:
    """A home with a new twin that holds nothing."""
    from selftwin.twin import Twin

    home.mkdir(parents=True)
    with at_home(home):
        Twin.create(home / "twin", WORDS, home_zone=ZONE).close()
    return home


def port(served: Served) -> str:
    return served.root.rpartition(":")[2]


def kill(served: Served) -> None:
    """As when the power fails."""
    served.process.kill()
    served.process.wait(30)


def unlock(page: Page) -> None:
    page.goto("/login?to=import")
    page.get_by_label("Passphrase").fill(WORDS)
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url(re.compile("/import"), timeout=PATIENCE)


def patient(context: BrowserContext) -> Page:
    """A page that waits as long as a loaded machine needs."""
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def choose(page: Page, *files: Path) -> None:
    """Choose files, to be sent in small pieces over a slow line."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 100, "downloadThroughput": -1, "uploadThroughput": SLOW}
    session.send("Network.emulateNetworkConditions", slow)
    small = f"document.querySelector('[data-island~=upload]').dataset.piece = {PIECE}"
    session.send("Runtime.evaluate", {"expression": small})
    page.locator("form.drop[data-awake] input[type=file]").set_input_files(files)


def offsets(page: Page) -> list[int]:
    """Where each piece that is sent from now on begins."""
    found: list[int] = []

    def sent(request: Any) -> None:
        if request.method == "PATCH":
            found.append(int(request.headers["upload-offset"]))

    page.on("request", sent)
    return found


def keep(page: Page, *, files: int = 1) -> None:
    """Agree to all that was found, once each file was looked at."""
    from playwright.sync_api import expect

    each = page.locator("#found").get_by_role("button", name="Keep", exact=True)
    expect(each).to_have_count(files, timeout=PATIENCE)
    (page.get_by_role("button", name="Keep all of it") if files > 1 else each).click()


def kept(page: Page) -> None:
    """Wait until nothing is on its way any more, and an account stands there that adds up."""
    from playwright.sync_api import expect

    expect(page.locator("#account")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#going section")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("#found")).to_have_count(0)
    for ledger in page.locator("#account table.ledger").all():
        numbers = [int(re.sub(r"\D", "", text)) for text in ledger.locator("td").all_inner_texts()]
        assert sum(numbers[:-1]) == numbers[-1], numbers


def export(lived: Lived, pattern: str) -> Path:
    return next(lived.exports.glob(pattern))


def test_a_server_that_dies_in_mid_upload_and_in_mid_import_loses_nothing_and_doubles_nothing(
    lived: Lived, tmp_path: Path, opened: Callable[..., BrowserContext]
) -> None:
    from playwright.sync_api import expect

    file, home = export(lived, "export.zip"), empty(tmp_path / "home")
    with serving(home, home / "twin", "--idle", "0", passphrase=WORDS) as first:
        page = patient(opened(first, viewport={"width": 1440, "height": 1000}))
        page.goto("/import")
        choose(page, file)
        expect(page.locator("[data-files] [role=status]")).to_have_text(re.compile(r"\d+ % sent"), timeout=PATIENCE)
        kill(first)
    with vault(home) as twin:
        (parcel,) = waits(twin)
        reached = parcel.uploads[0].reached
        assert 0 < reached < file.stat().st_size
        assert not content(twin)

    with serving(home, home / "twin", "--idle", "0", "--port", port(first)) as second:
        unlock(page)
        expect(page.get_by_role("cell", name=re.compile(r"^\d+ %$"))).to_be_visible()
        begun = offsets(page)
        choose(page, file)
        expect(page.locator("#found")).to_be_visible(timeout=PATIENCE)
        assert begun[0] == reached, "it began anew"
        assert all(one >= reached for one in begun)
        keep(page)
        expect(page.locator("#going [role=status]")).to_be_visible(timeout=PATIENCE)
        kill(second)
    with vault(home) as twin:
        (parcel,) = waits(twin)
        assert parcel.asked, "it was over before the server died"

    with serving(home, home / "twin", "--idle", "0", "--port", port(first)):
        unlock(page)
        page.reload()
        kept(page)
    with vault(home) as twin:
        assert not waits(twin)
        assert content(twin) == imported(tmp_path / "straight", file)
        assert [batch.state for batch in twin.batches()].count("kept") == 1


@pytest.mark.deep
def test_a_twin_that_is_locked_while_it_imports_goes_on_after_it_is_unlocked(
    lived: Lived, tmp_path: Path, opened: Callable[..., BrowserContext]
) -> None:
    from playwright.sync_api import expect

    files, home = [export(lived, "takeout*"), export(lived, "Clarity*")], empty(tmp_path / "home")
    with serving(home, home / "twin", "--idle", "0", passphrase=WORDS) as served:
        page = patient(opened(served, viewport={"width": 1440, "height": 1000}))
        page.goto("/import")
        choose(page, *files)
        expect(page.locator("#found")).to_be_visible(timeout=PATIENCE)
        keep(page, files=2)
        expect(page.locator("#going [role=status]").first).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="Lock").first.click()
        page.wait_for_url(re.compile("/login"), timeout=PATIENCE)
        page.goto("/import")
        expect(page.get_by_label("Passphrase")).to_be_visible()
        unlock(page)
        kept(page)
    with vault(home) as twin:
        assert not waits(twin)
        assert content(twin) == imported(tmp_path / "straight", *files)
