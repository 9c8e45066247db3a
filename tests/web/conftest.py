"""A real server over a real vault, and Debian's Chromium: made once for each worker, ended by pid."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

WORDS = "four words in a row"
ZONE = "Europe/Vienna"
DAYS = 75  # of the sample person's life: enough for bands, forecasts and every kind of signal
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HERE = Path(__file__).parent
KEPT = ("PATH", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first of these tests lives the sample person, and each may wait for answers that take their time."""
    for item in items:
        if item.path.is_relative_to(HERE) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(420))


def surroundings(home: Path) -> dict[str, str]:
    """The environment of a server that knows nothing of whoever runs the tests."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    quick = {"SELFTWIN_QUICK_KEYS": "1", "SELFTWIN_KEYRING": "off", "TZ": ZONE, "OMP_NUM_THREADS": "1"}
    return kept | quick | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "OPENBLAS_NUM_THREADS": "1"}


@dataclass
class Lived:
    """A home with the sample person's twin, and the export files it was made from."""

    home: Path

    @property
    def twin(self) -> Path:
        return self.home / "twin"

    @property
    def exports(self) -> Path:
        return self.home / "exports"

    def copy(self, to: Path) -> Lived:
        """A home of its own with the same twin, for a test that changes it."""
        shutil.copytree(self.home, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))
        return Lived(to)


@dataclass
class Served:
    """A server that runs: where it is, and how to speak to it."""

    root: str
    enter: str
    process: subprocess.Popen[str]
    home: Path
    cookies: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def client(self, *, logged: bool = True) -> Iterator[httpx.Client]:
        """A client without a browser, logged in unless told otherwise."""
        with httpx.Client(base_url=self.root, timeout=60, follow_redirects=False) as client:
            if logged:
                answer = client.post("/login", data={"passphrase": WORDS}, headers={"origin": self.root})
                assert answer.status_code == 303, answer.text
            yield client

    def csrf(self, client: httpx.Client, path: str = "/settings") -> str:
        """The token that this client's forms carry."""
        found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
        assert found, f"no form at {path}"
        return found[1]


@contextmanager
def serving(home: Path, place: Path, *more: str, passphrase: str = "") -> Iterator[Served]:
    """A server process over a vault, on a port of its own."""
    told = surroundings(home) | ({"SELFTWIN_PASSPHRASE": passphrase} if passphrase else {})
    command = [sys.executable, "-m", "selftwin.web", "--place", str(place), "--port", "0", *more]
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True, cwd=home) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            root = re.search(r"https?://\S+", first)
            assert root, first
            enter = ""
            if passphrase or not place.exists():
                found = re.search(r"https?://\S+", process.stdout.readline())
                enter = found[0] if found else ""
            _await(root[0])
            yield Served(root[0].rstrip("/"), enter, process, home)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(root: str) -> None:
    """Until it answers; its socket listens before its address is printed."""
    with httpx.Client(timeout=30) as client:
        client.get(f"{root}login")


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """The sample person's twin, made once for all workers; copy it where you change it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "lived.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = shared / "lived"
        if not (home / "done").exists():
            _live(home)
            (home / "done").touch()
    return Lived(home)


def _live(home: Path) -> None:
    """Make it in a process of its own, with that home."""
    home.mkdir(exist_ok=True)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from selftwin.sample import live\nfrom selftwin.sample.writing import BODY, write\n"
        "from selftwin.twin import Twin\n"
        "from selftwin.sample.plan import journey\nhome = Path(sys.argv[1])\n"
        f"life = live(days={DAYS})\nwrite(life, home, archives=BODY)\n"
        f"with Twin.create(home / 'twin', {WORDS!r}, home_zone={ZONE!r}) as twin:\n"
        "    twin.import_paths([home / 'exports'])\n    twin.zones = journey(life.plan)\n    twin.learn()\n"
    )
    subprocess.run([sys.executable, "-c", code, str(home)], env=surroundings(home), check=True, timeout=300)


@pytest.fixture(scope="session")
def server(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a copy of the sample person's twin, for tests that leave it as they found it."""
    mine = lived.copy(tmp_path_factory.mktemp("served") / "home")
    with serving(mine.home, mine.twin, "--idle", "0", passphrase=WORDS) as served:
        yield served


@pytest.fixture
def own_server(lived: Lived, tmp_path: Path) -> Iterator[Served]:
    """A server over a twin of the test's own, which it may change."""
    mine = lived.copy(tmp_path / "home")
    with serving(mine.home, mine.twin, "--idle", "0", passphrase=WORDS) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without it the tests that need it are skipped with a line; under CI they fail."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: `make test` installs it from Debian where it runs as root.")
        pytest.skip("Chromium is missing: install Debian's `chromium`, or run `make test` as root once.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chrome = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chrome
        chrome.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """`opened(server, **how)` gives a browser context that is logged in; closed after the test."""
    contexts: list[BrowserContext] = []

    def context(served: Served, *, logged: bool = True, **how: object) -> BrowserContext:
        made = browser.new_context(base_url=served.root, **how)  # type: ignore[arg-type]
        made.set_default_timeout(timedelta(seconds=20) / timedelta(milliseconds=1))
        contexts.append(made)
        if logged:
            with served.client() as client:
                made.add_cookies([{"name": key, "value": it, "url": served.root} for key, it in client.cookies.items()])
        return made

    yield context
    for one in contexts:
        one.close()


@pytest.fixture
def page(server: Served, opened: Callable[..., BrowserContext]) -> Page:
    """A page of the shared server, logged in, 1440 wide; what it complains of fails the test at its end."""
    return opened(server, viewport={"width": 1440, "height": 1000}).new_page()
