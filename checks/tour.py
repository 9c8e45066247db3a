"""The pictures of docs/tour.md, taken anew from the sample person's twin in Debian's Chromium.

    python -m checks.tour             # builds the sample person first, about a minute and a half
    python -m checks.tour DIR         # a folder that `selftwin demo --keep DIR` made; SELFTWIN_PASSPHRASE opens it

The server runs as for anybody, with a home of its own, and ends with the pictures.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

HOUSE = Path(__file__).parent.parent
PICTURES = HOUSE / "docs" / "assets" / "tour"
PATIENCE = 120  # seconds that a page may be prepared
TALLEST = 1500  # px of a picture: a page that is longer is cut below


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, the page, and how it is looked at."""

    name: str
    path: str
    theme: str = "light"
    width: int = 1440


SHOTS = (
    Shot("today", "today"),
    Shot("today-dark", "today", "dark"),
    Shot("today-phone", "today", width=390),
    Shot("timeline", "timeline"),
    Shot("signals", "signals"),
    Shot("signal", "signals/heart_rate.resting"),
    Shot("what-if", "what-if"),
    Shot("body", "body/glucose"),
    Shot("watch", "watch"),
    Shot("import", "import"),
    Shot("consent", "consent"),
    Shot("record-dark", "record", "dark"),
    Shot("keep", "keep"),
    Shot("note-phone", "note", width=390),
    Shot("settings", "settings"),
)


def main() -> int:
    """Take every picture."""
    with _sample() as (place, surroundings), _served(place, surroundings) as (root, enter):
        _take(root, enter)
    return 0


@contextmanager
def _sample() -> Iterator[tuple[Path, dict[str, str]]]:
    """The sample person's twin, and the environment in which it opens."""
    if len(sys.argv) > 1:
        yield Path(sys.argv[1]) / "twin", dict(os.environ)
        return
    with tempfile.TemporaryDirectory(prefix="selftwin-tour-") as folder:
        told = os.environ | {"HOME": folder, "SELFTWIN_KEYRING": "off"}
        command = [sys.executable, "-c", "from selftwin.cli import main; main()"]
        command += ["demo", "--no-serve", "--keep", f"{folder}/demo"]
        done = subprocess.run(command, env=told, capture_output=True, text=True, check=True)
        found = re.search(r"SELFTWIN_PASSPHRASE='([^']+)'", done.stderr)
        if found is None:
            raise SystemExit("The demo did not say how to open its twin.")
        yield Path(folder) / "demo" / "twin", told | {"SELFTWIN_PASSPHRASE": found[1]}


@contextmanager
def _served(place: Path, surroundings: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The server's address, and the one that is good once."""
    command = [sys.executable, "-m", "selftwin.web", "--place", str(place), "--port", "0", "--idle", "0"]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise SystemExit("The server says nothing.")
            said = process.stdout.readline() + process.stdout.readline()
            root, enter = re.findall(r"https?://[^\s)]+", said)[:2]
            yield root, enter
        finally:
            process.terminate()
            process.wait(30)


def _take(root: str, enter: str) -> None:
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(reduced_motion="reduce")
        page = context.new_page()
        page.goto(enter)
        for shot in SHOTS:
            _shoot(page, root, shot)
        browser.close()


def _shoot(page: Page, root: str, shot: Shot) -> None:
    """One picture, once nothing of the page is being prepared any more."""
    page.emulate_media(color_scheme="dark" if shot.theme == "dark" else "light")
    page.set_viewport_size({"width": shot.width, "height": 900})
    page.goto(f"{root}{shot.path}")
    for _ in range(PATIENCE):
        if not page.locator(".preparing").count():
            break
        page.wait_for_timeout(1000)
    page.wait_for_timeout(1000)
    box = page.locator("html").bounding_box()
    height = min(TALLEST, box["height"] if box else TALLEST)
    file = PICTURES / f"{shot.name}.png"
    page.set_viewport_size({"width": shot.width, "height": int(height)})
    page.screenshot(path=file)
    sys.stderr.write(f"{file.relative_to(HOUSE)}\n")


if __name__ == "__main__":
    sys.exit(main())
