"""Keys and what they do: seal and open small pieces, give a subkey for each purpose, and never show themselves."""

from __future__ import annotations

import base64
import os
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from selftwin.vocabulary.errors import VaultError

KEY_BYTES = 32
NONCE_BYTES = 12


class Secret:
    """Bytes that show themselves nowhere by accident and can be wiped, as far as Python allows."""

    __slots__ = ("_held",)

    def __init__(self, held: bytes | bytearray) -> None:
        self._held = bytearray(held)

    @classmethod
    def random(cls, size: int = KEY_BYTES) -> Secret:
        """A new secret of `size` bytes from the system."""
        return cls(os.urandom(size))

    def reveal(self) -> bytearray:
        """The bytes themselves (not a copy). Raises VaultError after `wipe`."""
        if not self._held:
            raise VaultError("The vault is closed; its keys are gone from memory.")
        return self._held

    def wipe(self) -> None:
        """Overwrites the bytes and forgets them."""
        self._held[:] = bytes(len(self._held))
        self._held.clear()

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is never pickled.")


class NotSealedSo(Exception):
    """These bytes were not sealed under this key for this use; callers say which file that is."""


def seal(key: Secret, plain: bytes | bytearray, *, bound: bytes) -> bytes:
    """Nonce and AES-256-GCM ciphertext of `plain`, which opens only together with the same `bound` bytes."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key.reveal()).encrypt(nonce, plain, bound)


def unseal(key: Secret, sealed: bytes, *, bound: bytes) -> bytes:
    """What `seal` was given. Raises NotSealedSo for another key, another use, or a changed bit."""
    try:
        return AESGCM(key.reveal()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise NotSealedSo from None


def derive(secret: Secret, purpose: bytes, *, salt: bytes | None = None) -> Secret:
    """A key of 32 bytes for one purpose (HKDF-SHA256); it says nothing about the secret or its other subkeys."""
    return Secret(HKDF(SHA256(), KEY_BYTES, salt, b"selftwin " + purpose).derive(secret.reveal()))


def text(held: bytes | bytearray) -> str:
    """Bytes as base64, for documents."""
    return base64.b64encode(held).decode()


def untext(written: str) -> bytes:
    """Bytes from base64. Raises ValueError where it is not."""
    return base64.b64decode(written, validate=True)
