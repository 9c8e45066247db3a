"""The first hour of somebody new, in a browser over a real server: from no twin to one that is theirs, is read by their
doctor and no longer is, forgets what it was told to, and comes back from a backup. What the pages say is held against
the vault."""

from __future__ import annotations

import os
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from .conftest import ZONE, Served, serving
from .vaults import at_home, content, imported, vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from selftwin.consent.record import Entry

    from .conftest import Lived

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory"),
    pytest.mark.timeout(900),
]
PATIENCE = 120_000.0  # milliseconds, on a machine that has much else to do
PASSPHRASE = "plum ladder quiet harbour seven"
AGAIN = "another harbour for the seven plums"
BROUGHT = ("weight*", "daylio*", "listening*")
KEPT, ERASED, UNSEEN = "weight", "habit", "mood"
STORED = """(async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage), caches: await caches.keys(),
    databases: (await indexedDB.databases()).map((one) => one.name),
}))()"""


@dataclass
class Hour:
    """Somebody at their browser, in front of the server of one home."""

    page: Page
    served: Served
    home: Path

    def go(self, path: str) -> None:
        """Open a page, and wait until nothing of it is being prepared any more."""
        from playwright.sync_api import expect

        self.page.goto(f"/{path}")
        expect(self.page.locator(".preparing")).to_have_count(0, timeout=PATIENCE)

    def press(self, words: str, *, within: str = "main") -> None:
        self.page.locator(within).get_by_role("button", name=words, exact=True).first.click()

    def says(self, words: str) -> None:
        from playwright.sync_api import expect

        expect(self.page.locator("main, aside").get_by_text(re.compile(words)).first).to_be_visible(timeout=PATIENCE)

    def there(self) -> Any:
        from playwright.sync_api import expect

        return expect


def begin(hour: Hour) -> tuple[Path, str]:
    """Come in by the printed address, make a twin, and write its code on paper: the capsule's file, and the code."""
    page = hour.page
    page.goto(hour.served.enter)
    page.get_by_role("link", name="Start my twin").click()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("The same again").fill(PASSPHRASE)
    page.get_by_label("time zone").fill(ZONE)
    hour.press("Make my twin")
    hour.press("Make a recovery capsule")
    code = "-".join(page.locator(".code span").all_inner_texts())
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Save the file").click()
    fetched.value.save_as(hour.home / "paper.capsule")
    asked = re.search(r"part (\d+) of", page.locator("main").inner_text())
    assert asked
    page.locator("#f-part").fill(code.split("-")[int(asked[1]) - 1])
    hour.press("I have both")
    page.get_by_role("link", name="Bring my files").click()
    return hour.home / "paper.capsule", code


def bring(hour: Hour, file: Path) -> None:
    """Choose an archive, look at what was found, keep it, and wait for an account that adds up."""
    page, expect = hour.page, hour.there()
    page.locator("form.drop[data-awake] input[type=file]").set_input_files(file)
    keep = page.locator("#found").get_by_role("button", name="Keep", exact=True)
    expect(keep).to_be_visible(timeout=PATIENCE)
    keep.click()
    expect(page.locator("#account")).to_be_visible(timeout=PATIENCE)
    for ledger in page.locator("#account table.ledger").all():
        numbers = [int(re.sub(r"\D", "", text)) for text in ledger.locator("td").all_inner_texts()]
        assert sum(numbers[:-1]) == numbers[-1] > 0


def look(hour: Hour) -> None:
    """Today, one signal at length, and two futures."""
    page, expect = hour.page, hour.there()
    hour.go("today")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    hour.go(f"signals/{KEPT}")
    expect(page.locator("main figure .plot").first).to_be_visible()
    hour.go("what-if")
    page.locator("form#ask details:has(#f-do) > summary").first.click()
    page.locator("#f-do").fill("caffeine 200 mg at 16:00")
    expect(page).to_have_url(re.compile("caffeine"), timeout=PATIENCE)
    expect(page.locator("#answer .chart").first).to_be_visible(timeout=PATIENCE)
    head = page.locator("#answer figure table").first.locator("th")
    expect(head.filter(has_text=re.compile("with", re.IGNORECASE))).not_to_have_count(0, timeout=PATIENCE)


def note(hour: Hour) -> None:
    """Note a mood, and take it back."""
    hour.page.goto("/note?kind=mood")
    hour.page.get_by_label("5", exact=True).check(force=True)
    hour.press("Note it")
    hour.says("Noted")
    hour.press("Take it back")
    hour.says("Taken back")


def grant(hour: Hour) -> str:
    """Let your doctor see one signal by the day, and their software in: the words of its token."""
    page = hour.page
    page.goto("/consent?grant=new#grant")
    page.locator("#f-template").select_option("doctor")
    page.locator("#f-party").select_option("+")
    page.locator("#f-name").fill("your doctor")
    page.locator("#f-by").select_option("daily")
    page.locator("form.grant-form details summary").first.click()
    page.locator("#f-signal").fill(KEPT)
    hour.press("Show me what that means")
    hour.says("nothing is open yet")
    hour.press("Grant this")
    hour.page.get_by_role("button", name=re.compile("^Withdraw")).wait_for()
    page.goto("/consent/people")
    page.locator("details:has(#label-your-doctor) > summary").click()
    page.locator("form[action$='consent/token'] button").first.click()
    return page.locator(".sheet .code code").inner_text()


def reads(hour: Hour, token: str, path: str) -> httpx.Response:
    """What your doctor's software gets."""
    how = {"authorization": f"Bearer {token}"}
    return httpx.get(f"{hour.served.root}/api/v1/{path}", headers=how, timeout=60)


def read_as_the_doctor(hour: Hour, token: str) -> None:
    """Exactly what was granted, and nothing of the rest; withdrawn, the very next look is refused."""
    told = reads(hour, token, "signals").json()["signals"]
    assert [one["signal"] for one in told] == [KEPT]
    assert told[0]["by"] == "daily"
    seen = reads(hour, token, f"signals/{KEPT}").json()
    assert seen["rows"] > 10
    for refused in (f"signals/{UNSEEN}", f"signals/{KEPT}?by=raw", "imports", "consent/grants", "audit"):
        assert reads(hour, token, refused).status_code in {403, 404, 423}, refused
    hour.page.goto("/consent")
    hour.page.get_by_role("button", name=re.compile("^Withdraw")).first.click()
    hour.says("is withdrawn")
    assert reads(hour, token, f"signals/{KEPT}").status_code == 403
    hour.page.goto("/record?who=your-doctor")
    lines = hour.page.locator("table.record-lines tbody tr")
    hour.there()(lines.filter(has_text="allowed")).not_to_have_count(0, timeout=PATIENCE)
    hour.there()(lines.filter(has_text="refused")).not_to_have_count(0, timeout=PATIENCE)


def erase(hour: Hour) -> None:
    """Erase one signal; its certificate is there, and the signal is on no page any more."""
    page, expect = hour.page, hour.there()
    page.goto("/keep")
    page.locator("#f-signal").fill(ERASED)
    hour.press("Show what would go")
    expect(page.locator("#toll")).to_be_visible(timeout=PATIENCE)
    page.locator("#f-passphrase").fill(PASSPHRASE)
    page.locator("#toll").get_by_label("I know that this cannot be taken back").check()
    hour.press("Erase this for good")
    expect(page.get_by_role("button", name="Fetch the file")).to_be_visible(timeout=PATIENCE)
    hour.go("signals")
    expect(page.locator(f"a[href$='signals/{KEPT}']").first).to_be_visible()
    expect(page.locator(f"a[href$='signals/{ERASED}']")).to_have_count(0)


def back_up(hour: Hour) -> tuple[Path, str]:
    """A backup in a folder, and a new capsule for it, since erasing made the old one void: its file and code."""
    page = hour.page
    page.goto("/keep/backups")
    page.locator("#f-place").fill(str(hour.home / "stick"))
    hour.press("Make a backup")
    hour.says("Backup 1, .* lies at")
    page.goto("/settings")
    hour.press("Make a recovery capsule")
    code = page.locator(".sheet .code code").inner_text()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fetch the file").click()
    fetched.value.save_as(hour.home / "new.capsule")
    return hour.home / "new.capsule", code


def lock_and_unlock(hour: Hour) -> None:
    page = hour.page
    hour.press("Lock now", within=".contents")
    page.wait_for_url(re.compile("/login"))
    page.goto("/signals")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    hour.press("Unlock")
    page.wait_for_url(re.compile("/signals"))


def nothing_stays_in_the_browser(hour: Hour) -> None:
    """No storage of any kind holds anything; cookies are the session's, the theme's and the keys' alone."""
    told = hour.page.context.new_cdp_session(hour.page).send(
        "Runtime.evaluate", {"expression": STORED, "awaitPromise": True, "returnByValue": True}
    )
    assert told["result"]["value"] == {"local": [], "session": [], "caches": [], "databases": []}
    names = {str(one.get("name")) for one in hour.page.context.cookies()}
    port = urlsplit(hour.page.url).port
    assert f"selftwin-{port}" in names
    assert names <= {f"selftwin-{port}", f"selftwin-key-{port}", "theme"}


def holds(hour: Hour, straight: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The vault holds what was brought in, but for what was erased; all that was done stands in its record."""
    with vault(hour.home, passphrase=PASSPHRASE) as twin:
        found = content(twin)
        assert found == {key: rows for key, rows in straight.items() if key != ERASED}
        states = [batch.state for batch in twin.batches() if batch.what.endswith("by hand")]
        assert states == ["undone"]
        assert not twin.view("your-doctor").held()
        lines: list[Entry] = [one for one in twin.audit.entries() if one.party == "your-doctor"]
        assert {(one.signal, one.allowed) for one in lines if one.kind == "read"} >= {(KEPT, True), (KEPT, False)}
        assert twin.audit.verify().holds
        assert [one.name for one in twin.certificates()]
    return found


def comes_back(hour: Hour, capsule: Path, code: str, void: tuple[Path, str], found: dict[str, list[Any]]) -> None:
    """The backup, elsewhere, by capsule and code alone; the capsule from before the erasure opens nothing."""
    from selftwin.twin.backing import restore
    from selftwin.vocabulary.errors import SelftwinError

    elsewhere = hour.home.parent / "elsewhere"
    elsewhere.mkdir()
    with at_home(elsewhere):
        with pytest.raises(SelftwinError):
            restore(hour.home / "stick", *void, AGAIN, to=elsewhere / "twin")
        restore(hour.home / "stick", capsule, code, AGAIN, to=elsewhere / "twin")
    with vault(elsewhere, passphrase=AGAIN) as twin:
        assert content(twin) == found


def archive(lived: Lived, to: Path) -> Path:
    """Some of the sample person's exports in one archive."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed:
        for pattern in BROUGHT:
            file = next(lived.exports.glob(pattern))
            packed.write(file, file.name)
    return to


def test_the_first_hour_of_somebody_new(lived: Lived, tmp_path: Path, opened: Callable[..., BrowserContext]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    file = archive(lived, tmp_path / "exports.zip")
    with serving(home, home / "twin", "--idle", "0") as served:
        context = opened(served, logged=False, viewport={"width": 1440, "height": 1000}, accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        hour = Hour(context.new_page(), served, home)
        void = begin(hour)
        bring(hour, file)
        look(hour)
        note(hour)
        read_as_the_doctor(hour, grant(hour))
        erase(hour)
        capsule, code = back_up(hour)
        lock_and_unlock(hour)
        nothing_stays_in_the_browser(hour)
    found = holds(hour, imported(tmp_path / "straight", file))
    comes_back(hour, capsule, code, void, found)
