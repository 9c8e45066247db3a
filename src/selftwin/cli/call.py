"""What every command may be told: which twin, where its passphrase is, and whether data is wanted instead of words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from selftwin.cli import secret

if TYPE_CHECKING:
    from selftwin.consent.view import View
    from selftwin.twin import Twin

WHICH = Group("Which twin", sort_key=90)
VAULT = "Where the twin lies; else SELFTWIN_VAULT, else the settings."
FILE = "A file of your own with the passphrase; else SELFTWIN_PASSPHRASE, else you are asked."
OLDER = "Open a backup that is older than what this machine has seen."
JSON = "Print data instead of words."
DATA = Annotated[bool, Parameter("--json", help=JSON)]


@Parameter("*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Options that every command about a twin shares."""

    vault: Annotated[Path | None, Parameter(group=WHICH, help=VAULT)] = None
    passphrase_file: Annotated[Path | None, Parameter(group=WHICH, help=FILE)] = None
    accept_older: Annotated[bool, Parameter(group=WHICH, help=OLDER)] = False
    json: Annotated[bool, Parameter(group=WHICH, help=JSON)] = False

    def place(self) -> Path:
        """The folder of the twin."""
        if self.vault:
            return self.vault.expanduser()
        from selftwin.wording.settings import settings

        return settings().vault.expanduser()

    def file(self) -> Path | None:
        """The file that holds the passphrase, if one is settled."""
        if self.passphrase_file:
            return self.passphrase_file
        from selftwin.wording.settings import settings

        return settings().passphrase_file

    def found(self) -> Path:
        """The folder of the twin, where there is one. Raises NoVault."""
        from selftwin.vocabulary.errors import NoVault

        place = self.place()
        if not place.is_dir():
            raise NoVault(f"There is no twin at {place}.")
        return place

    def open(self) -> Twin:
        """The twin, opened. Raises NoVault before anything is asked."""
        place = self.found()
        return self.opened(place, secret.passphrase(self.file()))

    def opened(self, place: Path, passphrase: str) -> Twin:
        """The twin at a place; where another program has it open and answers for it, the twin as it stands there.

        Raises VaultInUse where one has it open and does not answer, and as opening a twin does.
        """
        from selftwin.twin import Twin
        from selftwin.vocabulary.errors import VaultInUse

        try:
            return Twin.open(place, passphrase, accept_older=self.accept_older)
        except VaultInUse:
            from selftwin.twin.serving.remote import reach

            if (there := reach(place, passphrase)) is None:
                raise
            return there


PLAIN = Call()
PARTY = Group("As somebody else", sort_key=80)
AS = "Look as somebody you granted something to would; it is recorded as their look."
FOR = "What for; needed only where they were granted something for several purposes."


@Parameter("*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Options of every command that can look as another party than the owner."""

    as_: Annotated[str, Parameter(name="--as", group=PARTY, help=AS)] = ""
    for_: Annotated[str, Parameter(name="--for", group=PARTY, help=FOR)] = ""

    def view(self, twin: Twin) -> View:
        """Their view. Raises UnknownParty, UnknownPurpose, UsageError where the purpose must be said."""
        from selftwin.consent.reading import view_as

        return view_as(twin.consent, self.as_, self.for_)


OWN = Looking()
