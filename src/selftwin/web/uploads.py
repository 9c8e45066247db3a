"""The words of tus 1.0, the open protocol for uploads that go on after a break: tus.io, “resumable upload”.

Of its extensions: creation, termination, checksum (sha256). Pieces have at most 16 MiB, so that each is whole in memory
before it is sealed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from selftwin.vocabulary.errors import UsageError

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum"
PIECE = "application/offset+octet-stream"
HEADERS = {"Tus-Resumable": VERSION}
ABOUT = HEADERS | {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Checksum-Algorithm": "sha256"}
_LONGEST = 32_768


def metadata(header: str) -> dict[str, str]:
    """What `Upload-Metadata` tells: names with their values, which stand in base64.

    Raises UsageError where it is none.

    >>> metadata("filename d2VpZ2h0LmNzdg==,folder")
    {'filename': 'weight.csv', 'folder': ''}
    """
    found: dict[str, str] = {}
    if len(header) > _LONGEST:
        raise UsageError("Upload-Metadata is too long.")
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            raise UsageError("Upload-Metadata is not in base64.") from None
    return found


def agrees(header: str, piece: bytes) -> bool:
    """Whether a piece has the sum that `Upload-Checksum` says. Raises UsageError for another kind of sum."""
    algorithm, _, value = header.partition(" ")
    if algorithm != "sha256":
        raise UsageError("Upload-Checksum must be of sha256.")
    try:
        wanted = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise UsageError("Upload-Checksum is not in base64.") from None
    return hmac.compare_digest(wanted, hashlib.sha256(piece).digest())
