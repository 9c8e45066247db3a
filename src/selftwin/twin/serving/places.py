"""Where the program that has a vault open listens, and who is at the other end: nobody but the person themselves."""

from __future__ import annotations

import ctypes
import hashlib
import os
import socket
import stat
import struct
import tempfile
from contextlib import suppress
from pathlib import Path

from selftwin.vocabulary.errors import VaultError

_LONGEST = 100  # letters of a socket's path: the system takes no more
_CREDENTIALS = struct.Struct("3i")  # process, user, group
_OWN_FOLDER = 0x200  # Linux's CLONE_FS: a thread's working folder apart from the others'


def address(place: Path) -> Path:
    """The socket of whoever has the vault at this place open; asking makes nothing."""
    name = hashlib.sha256(os.fsencode(place.expanduser().resolve())).hexdigest()[:32]
    return _folder() / f"{name}.sock"


def _folder() -> Path:
    """Where one person's sockets lie: the system's own folder for such, else one within that for what passes."""
    for given in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir()):
        if given and len(given) + 60 < _LONGEST and Path(given).is_dir():
            return Path(given) / f"selftwin-{os.getuid()}"
    return Path("/tmp") / f"selftwin-{os.getuid()}"  # noqa: S108 - made by us, ours alone, and looked at


def _is_private(folder: Path) -> bool:
    about = folder.lstat()
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and not stat.S_IMODE(about.st_mode) & 0o077


def listening(place: Path) -> socket.socket:
    """A socket that listens there, in the place of one that a dead process left. Raises VaultError."""
    path = address(place)
    with suppress(FileExistsError):
        path.parent.mkdir(mode=0o700)
    if not _is_private(path.parent):
        raise VaultError(f"{path.parent} is not yours alone: no other command could be let in safely.")
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(fresh))
    fresh.chmod(0o600)
    made.listen(16)
    fresh.rename(path)
    return made


def reached(place: Path) -> socket.socket | None:
    """A connection to whoever listens there; None where nobody does, or another than this person."""
    path = address(place)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if _is_private(path.parent):
            made.connect(str(path))
            if is_same_person(made):
                return made
    except OSError:
        pass
    made.close()
    return None


def is_same_person(connection: socket.socket) -> bool:
    """Whether the process at the other end is of the user this one is of."""
    how = getattr(socket, "SO_PEERCRED", None)
    if how is None:  # the folder, which nobody else may enter, says so
        return True
    said = connection.getsockopt(socket.SOL_SOCKET, how, _CREDENTIALS.size)
    return bool(_CREDENTIALS.unpack(said)[1] == os.getuid())


def stand_in(folder: str) -> bool:
    """From now on this thread alone works in that folder, so that relative paths mean what they mean to who asks;
    whether the system can do that."""
    try:
        if ctypes.CDLL(None, use_errno=True).unshare(_OWN_FOLDER):
            return False
        os.chdir(folder)
    except (AttributeError, OSError):
        return False
    return True
