"""Starts the server of pages in a process of its own: doors never import each other."""

from __future__ import annotations

import socket
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PORT = 8377


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served, and where."""

    places: Sequence[Path]
    host: str = "127.0.0.1"
    port: int = PORT
    names: Sequence[str] = ()
    lock_after: float = 15.0
    certificate: Path | None = None
    certificate_key: Path | None = None
    accept_older: bool = False
    open_browser: bool = False

    def words(self) -> list[str]:
        """The command that starts it; a passphrase goes by the environment, never here."""
        command = [sys.executable, "-m", "selftwin.web", "--host", self.host, "--port", str(self.port)]
        for place in self.places:
            command += ["--place", str(place)]
        for name in self.names:
            command += ["--name", name]
        command += ["--idle", str(self.lock_after)]
        for option, file in (("--certificate", self.certificate), ("--certificate-key", self.certificate_key)):
            command += [option, str(file)] if file else []
        return command + ["--accept-older"] * self.accept_older + ["--open"] * self.open_browser


def serve(serving: Serving, surroundings: Mapping[str, str]) -> int:
    """Serve until it is stopped, on another port where that one is taken; the exit code of what served."""
    free = serving if _free(serving.host, serving.port) else replace(serving, port=0)
    with subprocess.Popen(free.words(), env=dict(surroundings)) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            return 0


def _free(host: str, port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        return tried.connect_ex((host, port)) != 0
