"""Give out the signed receipt of a grant, or check one that you were given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

if TYPE_CHECKING:
    from selftwin.consent.receipts import Verified

VERIFY = "Checks a receipt instead, with --key, or else as one of this twin."


def command(
    grant: Annotated[str, Parameter(help="The grant, such as doctor-1; withdrawn ones have a receipt as well.")] = "",
    /,
    *,
    out: Annotated[Path | None, Parameter(help="A new file to write it to.")] = None,
    verify: Annotated[Path | None, Parameter(help=VERIFY)] = None,
    key: Annotated[str, Parameter(help="The owner's public key, which `selftwin audit key` tells.")] = "",
    call: Call = PLAIN,
) -> None:
    """Give out the signed receipt of a grant, or check one that you were given."""
    from selftwin.vocabulary.errors import UsageError

    if verify:
        _verify(verify, key, call)
    elif grant:
        _give(grant, out, call)
    else:
        raise UsageError("Name a grant, or a receipt to --verify.", hint="`selftwin consent show` lists the grants.")


def _give(grant: str, out: Path | None, call: Call) -> None:
    with call.open() as twin:
        document = twin.consent.receipt(grant)
    if out is None:
        screen.data(document)
        return
    _write(out, document)
    if call.json:
        screen.data({"grant": grant, "file": out})
    else:
        screen.show(f"The receipt of {grant} is in {out}.")
        screen.say("Whoever has your public key (`selftwin audit key`) can check it without your twin.")


def _write(out: Path, document: dict[str, Any]) -> None:
    from selftwin.cli.trust.rights._files import written
    from selftwin.wording.data import packed

    written(out.expanduser(), packed(document, indent=True))


def _verify(path: Path, key: str, call: Call) -> None:
    from selftwin.consent.receipts import public_key, read, verified
    from selftwin.vocabulary.errors import SealBroken

    document = read(path.expanduser().read_text("utf-8", "replace"))
    if key:
        public = public_key(key)
    else:
        with call.open() as twin:
            public = twin.consent.public_key
    try:
        found = verified(document, public)
    except SealBroken as error:
        raise SealBroken(str(error), hint="Ask for the receipt again, and whether the key is the owner's.") from None
    if call.json:
        screen.data(_plain(found))
    else:
        _tell(found)


def _plain(found: Verified) -> dict[str, Any]:
    from selftwin.consent.grant import packed

    changes = [{"kind": entry.kind, "at": entry.at, "index": entry.index} for entry in found.changes]
    return {"holds": True, "grant": packed(found.grant), "recipient": found.recipient, "created": found.created,
            "withdrawn": found.withdrawn, "record": found.vault, "changes": changes}  # fmt: skip


def _tell(found: Verified) -> None:
    from selftwin.consent.saying import sentence
    from selftwin.wording.words import stamp

    screen.show("✓ The receipt holds: signed by the owner, unchanged, and in their record.")
    screen.show(sentence(found.recipient, found.grant))
    for entry in found.changes:
        screen.show(f"{stamp(entry.at)}: {entry.kind}, line {entry.index} of the record.")
    if found.withdrawn:
        screen.show(f"It was withdrawn on {stamp(found.withdrawn)}.")
    else:
        screen.say(f"As of {stamp(found.created)}; it may have been withdrawn since.")
