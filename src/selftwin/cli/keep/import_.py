"""Bring exports in: files, folders and archives, mixed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.vocabulary.account import ImportAccount


PATHS = "Files and folders; archives need not be unpacked."
DRY = "Say what would be recognised and made, and keep nothing."
SOURCE = "Read everything as this source (`selftwin sources`), without looking."
SUBJECT = "The one person to take, where a file holds several."


def command(
    paths: Annotated[tuple[Path, ...], Parameter(help=PATHS)],
    /,
    *,
    dry_run: Annotated[bool, Parameter(help=DRY)] = False,
    source: Annotated[str | None, Parameter(help=SOURCE)] = None,
    subject: Annotated[str | None, Parameter(help=SUBJECT, allow_leading_hyphen=True)] = None,
    call: Call = PLAIN,
) -> None:
    """Bring exports in: files, folders and archives, mixed. The same again adds nothing; a newer export revises."""
    from selftwin.cli.progress import importing

    if not paths:
        from selftwin.vocabulary.errors import UsageError

        raise UsageError("Nothing to import was named.", hint="selftwin import PATH...")
    with call.open() as twin, importing() as tell:
        account = twin.import_paths(paths, source=source, subject=subject, keep=not dry_run, tell=tell)
    if call.json:
        screen.data(plain(account))
    else:
        from selftwin.cli.report import report

        report(account, dry_run=dry_run)


def plain(account: ImportAccount) -> dict[str, object]:
    """The account as the object that `--json` prints."""
    return {
        "files": account.files,
        "unrecognised": [{"path": fault.place, "reason": fault.reason} for fault in account.unrecognised],
        "batch": account.batch,
        "seconds": round(account.seconds, 3),
    }
