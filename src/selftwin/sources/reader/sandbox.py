"""Closing the doors of the parsing process: no network, no new privileges, no core dump, where it can be had."""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_CLONE_NEWUSER, _CLONE_NEWNET, _PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 0x10000000, 0x40000000, 38, 4


def close_off() -> str:
    """Give up the network and the right to gain rights; says in words what holds, also where it does not."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return "reading without a sandbox: this system offers none"
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    if libc.unshare(flags) == 0:
        return "reading without network"
    return "reading with network reachable: this system refuses the parser a namespace of its own"
