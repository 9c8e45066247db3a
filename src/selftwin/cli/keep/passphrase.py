"""Change the passphrase; from then on only the new one opens your twin."""

from __future__ import annotations

from selftwin.cli import screen, secret
from selftwin.cli.call import PLAIN, Call


def command(*, call: Call = PLAIN) -> None:
    """Change the passphrase; from then on only the new one opens your twin. The recovery capsule stays good."""
    old = secret.passphrase(call.file())
    with call.opened(call.found(), old) as twin:
        twin.change_passphrase(old, secret.new_passphrase(variable=secret.NEW))
    if call.json:
        screen.data({"vault": call.place()})
    else:
        screen.show("From now on only the new passphrase opens your twin.")
