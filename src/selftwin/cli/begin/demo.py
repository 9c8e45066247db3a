"""Show the twin of a made-up person, built from two years of export files."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import DATA
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sample import Life
    from selftwin.twin import Twin
    from selftwin.vocabulary.account import ImportAccount

TOLD = ("heart_rate.resting", "glucose")  # forecasts that are told in full
WHAT_IF = "energy.intake -400 kcal/d for 90 d"
KEEP = "Keep the export files and the twin in this new folder, and say how to open it."


def command(
    *,
    keep: Annotated[Path | None, Parameter(help=KEEP)] = None,
    days: Annotated[int | None, Parameter(help="A shorter life than two years.")] = None,
    no_serve: Annotated[bool, Parameter(help="End by printing, without the web pages.")] = False,
    json: DATA = False,
) -> int:
    """Show the twin of a made-up person: what was found, what is normal, what is unusual, what comes next."""
    from selftwin.sample import live
    from selftwin.twin import Twin

    began, code = time.monotonic(), 0
    with _folder(keep) as folder:
        life = live() if days is None else live(days=days)
        screen.say(f"A made-up person: {count(life.plan.days, 'day')} of life, its causes known, as devices export it.")
        passphrase = secrets.token_urlsafe(15)
        exports = _exports(life, folder, quiet=json)
        with Twin.create(folder / "twin", passphrase, home_zone=_zone(life)) as twin:
            _bring(twin, life, exports, as_json=json)
            screen.say(f"From nothing to here in {time.monotonic() - began:.0f} s.")
        if keep:
            _kept(folder, passphrase)
        if not no_serve and not json:
            code = _serve(folder / "twin", passphrase)
    if not keep:
        screen.say("All of it is gone again. With your own exports: `selftwin create`, then `selftwin import PATH`.")
    return code


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """A private folder that goes in the end, together with what a vault leaves outside itself; or one that stays."""
    if keep:
        from selftwin.vocabulary.errors import UsageError

        if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
            raise UsageError(f"{keep} is not empty.", hint="Choose a folder that does not exist yet.")
        keep.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield keep
        return
    folder = Path(tempfile.mkdtemp(prefix="selftwin-demo-"))
    os.environ |= {name: str(folder / "outside") for name in ("XDG_DATA_HOME", "XDG_STATE_HOME")}
    os.environ["SELFTWIN_KEYRING"] = "off"  # a keyring would remember a twin that is gone
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exports(life: Life, folder: Path, *, quiet: bool) -> Path:
    """The life as export files; their folder."""
    from selftwin.sample import write

    files = [path for path in write(life, folder) if path.is_relative_to(folder / "exports")]
    if not quiet:
        size = sum(path.stat().st_size for path in files) / 1e6
        screen.show(screen.head("The exports", f"{count(len(files), 'file')}, {size:.1f} MB"))
        screen.show(", ".join(sorted(path.name for path in files)), "")
    return folder / "exports"


def _zone(life: Life) -> str:
    from selftwin.sample.plan import journey

    return journey(life.plan).home


def _bring(twin: Twin, life: Life, exports: Path, *, as_json: bool) -> None:
    """Import the files, note the journey, learn, and tell."""
    from selftwin.cli.progress import importing, learning
    from selftwin.sample.plan import journey

    with importing() as tell:
        account = twin.import_paths([exports], tell=tell)
    twin.zones = journey(life.plan)
    with learning() as tell_signal:
        twin.learn(tell=tell_signal)
    if as_json:
        _data(twin, account)
    else:
        _told(twin, account)


def _told(twin: Twin, account: ImportAccount) -> None:
    from selftwin.cli.almanac import Page, show
    from selftwin.cli.foresight import foresight
    from selftwin.cli.futures import futures
    from selftwin.cli.read.forecast import recent
    from selftwin.cli.report import report

    screen.show(screen.head("What was found", f"{count(len(twin.held()), 'signal')}"))
    report(account)
    screen.show("", screen.head("Today", "selftwin today"), "")
    show(Page.of(twin, None))
    for key in TOLD:
        forecast = twin.forecast(key)
        screen.show("", screen.head("Next", f"selftwin forecast {key}"), "")
        foresight(forecast, recent(twin, forecast), twin.zones.home)
    screen.show("", screen.head("What if", f"selftwin imagine '{WHAT_IF}'"), "")
    futures(twin.imagine(WHAT_IF), twin.zones.home)


def _data(twin: Twin, account: ImportAccount) -> None:
    from selftwin.cli.almanac import Page
    from selftwin.cli.ask.imagine import plain as what_if
    from selftwin.cli.keep.import_ import plain as plain_import
    from selftwin.cli.read.forecast import plain

    forecasts = [plain(twin.forecast(key)) for key in TOLD]
    told = {"import": plain_import(account), "today": Page.of(twin, None).plain(), "forecasts": forecasts}
    screen.data(told | {"what_if": what_if(twin.imagine(WHAT_IF))})


def _serve(place: Path, passphrase: str) -> int:
    """The pages of this twin, until somebody stops them; the exit code of their server."""
    from selftwin.cli.secret import VARIABLE
    from selftwin.cli.serving import Serving, serve

    screen.say("Now its pages, until you press Ctrl-C.")
    return serve(Serving((place,), lock_after=0.0), os.environ | {VARIABLE: passphrase})


def _kept(folder: Path, passphrase: str) -> None:
    screen.say(f"The exports and the twin stay in {folder}. To open it:")
    screen.say(f"  SELFTWIN_PASSPHRASE='{passphrase}' selftwin today --vault {folder / 'twin'}")
