"""Erase for good: a category, a source, a signal, a span of days, an import, or everything."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from selftwin.cli import screen, secret
from selftwin.cli.call import PLAIN, Call
from selftwin.vocabulary.errors import UsageError
from selftwin.wording.words import count

if TYPE_CHECKING:
    from selftwin.twin.backing import Renewed
    from selftwin.twin.erasing import Target, Toll

WHAT = Group("What goes", sort_key=1)
WORD = "erase"
SOURCE = "Everything of a source, by its name or by what it begins with before a colon."
IMPORT = "The number of an import, as `selftwin imports` lists it."
CERTIFICATE = "Also write the certificate to this file."
CAPSULE = "Write a new recovery capsule here and print its code; older capsules are void."


@Parameter("*")
@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What is to go; each of these narrows the others, signals and categories together are either."""

    signal: Annotated[tuple[str, ...], Parameter(group=WHAT, help="A signal; may be said again.")] = ()
    category: Annotated[tuple[str, ...], Parameter(group=WHAT, help="A whole category, such as physiological.")] = ()
    source: Annotated[tuple[str, ...], Parameter(group=WHAT, help=SOURCE)] = ()
    import_: Annotated[tuple[int, ...], Parameter("--import", group=WHAT, help=IMPORT)] = ()
    since: Annotated[date | None, Parameter(group=WHAT, help="From this local day on.")] = None
    until: Annotated[date | None, Parameter(group=WHAT, help="Up to this local day, included.")] = None
    everything: Annotated[bool, Parameter(group=WHAT, help="The whole twin, its keys and its folder.")] = False

    def target(self) -> Target:
        """The same, as the twin takes it. Raises UsageError."""
        from selftwin.twin.erasing import Target

        return Target(
            self.signal, self.category, self.source, self.import_, self.since, self.until, self.everything
        ).checked()


NOTHING = What()


def command(
    *,
    what: What = NOTHING,
    dry_run: Annotated[bool, Parameter(help="Say what would go, and stop there.")] = False,
    yes: Annotated[bool, Parameter(help="Do not ask for the word that confirms it.")] = False,
    certificate: Annotated[Path | None, Parameter(help=CERTIFICATE)] = None,
    capsule: Annotated[Path | None, Parameter(help=CAPSULE)] = None,
    call: Call = PLAIN,
) -> None:
    """Erase for good. Says first what would go, asks for your passphrase and a word, and gives a certificate.

    Keys are destroyed and what stays is written anew; estimates, models and exports made of it go too.
    """
    from selftwin.cli.keep.capsule import tell_code, unwritten

    target = what.target()
    for file in (certificate, capsule):
        if file is not None:
            unwritten(file)
    if capsule is not None and what.everything:
        raise UsageError("Of everything nothing stays that a capsule could open.")
    passphrase = secret.passphrase(call.file()) if call.found() else ""
    with call.opened(call.place(), passphrase) as twin:
        toll = twin.would_erase(target)
        if dry_run:
            screen.data({"would_erase": toll}) if call.json else _foretell(toll)
            return
        if not call.json:
            _foretell(toll)
        if not yes:
            _confirm()
        done = twin.erase(target, passphrase, certificate=certificate)
        code = twin.issue_capsule(capsule) if capsule is not None else None
    if call.json:
        screen.data({"certificate": done.facts, "backups": done.backups, "capsule": capsule, "code": code})
        return
    screen.show("", *done.lines())
    screen.show(*(_renewed(one) for one in done.backups))
    if code is not None and capsule is not None:
        tell_code(capsule, code)
    elif not what.everything:
        screen.say("Recovery capsules made before open nothing any more: `selftwin capsule FILE` makes a new one.")


def _renewed(one: Renewed) -> str:
    """What became of the backups at one place."""
    if one.failed or one.backup is None:
        return f"Not renewed: {one.place}. {one.failed} `selftwin backup {one.place}` renews it."
    return f"Backup {one.backup.number} was made anew at {one.place}; the older ones are deleted."


def _foretell(toll: Toll) -> None:
    """What would go, on stdout."""
    listed = screen.table("category", "signal", "observations", right=("observations",), whole=("observations",))
    for category, signals in toll.observations.items():
        for key, number in signals.items():
            listed.add_row(category, key, f"{number:,}")
    if toll.total:
        screen.show(listed)
    for name, number in toll.sources.items():
        screen.show(f"from {name}: {count(number, 'observation')}")
    kinds = [(toll.revisions, "earlier value"), (toll.days, "resolved day"), (toll.estimates, "estimate"),
             (toll.models, "state of a model"), (toll.files, "account of a file")]  # fmt: skip
    told = [_counted(number, noun) for number, noun in kinds if number]
    screen.show(f"In all {count(toll.total, 'observation')} would go{', with ' if told else ''}{', '.join(told)}.")
    screen.show(*(f"Export: {path}" for path in toll.exports), *toll.remarks)


def _counted(number: int, noun: str) -> str:
    head, of, rest = noun.partition(" of ")
    return f"{count(number, head)}{of}{rest}"


def _confirm() -> None:
    """Have the word typed. Raises UsageError where it is another, or where nobody is there to type it."""
    if not sys.stdin.isatty():
        raise UsageError("Erasing has to be confirmed, and there is nobody to ask.", hint="Add --yes to confirm it.")
    screen.say(f"This cannot be taken back. Type {WORD} to go on:")
    if sys.stdin.readline().strip().casefold() != WORD:
        raise UsageError("That was another word: nothing was erased.")
