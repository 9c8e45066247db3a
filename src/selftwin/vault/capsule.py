"""The recovery capsule: master key, epoch secret and wrapped data keys, sealed under a printed 128-bit code.

A small file kept apart from the vault. Capsule, code and the vault's data open everything on a new machine.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.vault.disk import canonical, read_document, write_document
from selftwin.vault.keys import NotSealedSo, Secret, derive, seal, text, unseal, untext
from selftwin.vault.outside import Epoch
from selftwin.vault.slots import DataKey, KeyFile, Unlocked, key_facts, keys_from
from selftwin.vocabulary.errors import NoVault, SealBroken, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# Crockford's base32: no I, L, O or U, so that what is misread can be read back.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_CODE_BYTES, _CODE_LETTERS, _GROUP, _CHECK_BITS = 16, 28, 4, 12


@dataclass(frozen=True, slots=True)
class Contents:
    """What a capsule holds."""

    vault: str
    master: Secret
    epoch: Epoch
    keys: Mapping[str, DataKey]

    def unlocked(self) -> Unlocked:
        """The keys as if a slot had opened, with no slot among them."""
        return Unlocked(self.master, KeyFile(self.vault, self.epoch.number, (), self.keys))


def issue(path: Path, unlocked: Unlocked, epoch: Epoch) -> str:
    """Writes a capsule and returns its code, to be printed and kept elsewhere; nothing else ever holds the code."""
    code = os.urandom(_CODE_BYTES)
    plain = canonical(
        {
            "master": text(unlocked.master.reveal()),
            "epoch": epoch.number,
            "secret": text(epoch.secret.reveal()),
            "keys": key_facts(unlocked.file.keys),
        }
    )
    sealed = seal(_key(code, unlocked.vault), plain, bound=unlocked.vault.encode())
    write_document(path, {"capsule": 1, "vault": unlocked.vault, "sealed": text(sealed)})
    return printed(code)


def opened(path: Path, code: str) -> Contents:
    """The capsule's contents; one letter misread or two neighbours swapped in the code are put right.

    Raises NoVault when there is no such file, SealBroken when it is damaged, WrongPassphrase when the code is another.
    """
    if not path.exists():
        raise NoVault(f"There is no capsule at {path.name}.", hint="Give the path of your recovery capsule.")
    facts = read_document(path)
    try:
        vault, sealed = str(facts["vault"]), untext(facts["sealed"])
    except (KeyError, ValueError, TypeError):
        raise SealBroken(f"{path.name} is not a recovery capsule.") from None
    for candidate in readings(code):
        try:
            return _parsed(vault, unseal(_key(candidate, vault), sealed, bound=vault.encode()))
        except NotSealedSo:
            continue
    raise WrongPassphrase("This code does not open the capsule.", hint="Compare it letter by letter with the print.")


def printed(code: bytes) -> str:
    """Seven groups of four: 128 bits and a checksum of 12.

    >>> printed(bytes(16))
    '0000-0000-0000-0000-0000-0000-00KD'
    """
    number = int.from_bytes(code) << _CHECK_BITS | _check(code)
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_CODE_LETTERS)))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _CODE_LETTERS, _GROUP))


def readings(typed: str) -> Iterator[bytes]:
    """The codes somebody may have meant who typed this: as typed, one letter misread, two neighbours swapped.

    Raises WrongPassphrase when letters are missing or too many.
    """
    letters = "".join(letter for letter in typed.upper().translate(_MISREAD) if letter in _LETTERS)
    if len(letters) != _CODE_LETTERS:
        raise WrongPassphrase(f"The code has {_CODE_LETTERS} letters and digits; {len(letters)} were given.")
    for near in _near(letters):
        number = sum(_LETTERS.index(letter) << 5 * place for place, letter in enumerate(reversed(near)))
        code = (number >> _CHECK_BITS).to_bytes(_CODE_BYTES)
        if _check(code) == number & (1 << _CHECK_BITS) - 1:
            yield code


def _near(letters: str) -> Iterator[str]:
    yield letters
    for place in range(len(letters)):
        before, after = letters[:place], letters[place + 1 :]
        yield from (before + other + after for other in _LETTERS)
        yield before + after[:1] + letters[place] + after[1:]


def _check(code: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"selftwin code" + code).digest()[:2]) >> 16 - _CHECK_BITS


def _key(code: bytes, vault: str) -> Secret:
    return derive(Secret(code), b"capsule", salt=vault.encode())  # 128 random bits need no stretching


def _parsed(vault: str, plain: bytes) -> Contents:
    import json

    facts = json.loads(plain)
    epoch = Epoch(facts["epoch"], Secret(untext(facts["secret"])))
    return Contents(vault, Secret(untext(facts["master"])), epoch, keys_from(facts["keys"]))
