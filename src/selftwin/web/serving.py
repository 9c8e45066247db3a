"""Starts the server: on this machine alone, or beyond it under a certificate, and says where it is."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.web import passing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.web.house import House

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
PASSPHRASE = "SELFTWIN_PASSPHRASE"  # noqa: S105 - the name of a variable
PORT = 8377
BACKLOG = 128


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stopped; the exit code."""
    asked = _parser().parse_args(argv)
    try:
        _serve(asked)
    except SelftwinError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n" if error.hint else f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="selftwin serve", description=__doc__)
    parser.add_argument("--place", type=Path, action="append", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--idle", type=float, default=15.0)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--certificate-key", type=Path)
    parser.add_argument("--accept-older", action="store_true")
    parser.add_argument("--open", action="store_true")
    return parser


def _serve(asked: argparse.Namespace) -> None:
    import uvicorn

    from selftwin.web.app import create
    from selftwin.web.house import House
    from selftwin.web.line import Line

    passing.sweep()
    _weigh(asked)
    idle = timedelta(minutes=asked.idle) if asked.idle > 0 else None
    house = House([place.expanduser() for place in asked.place], idle=idle, accept_older=asked.accept_older)
    passphrase = os.environ.pop(PASSPHRASE, "")
    listening = _listen(asked.host, asked.port)
    try:
        guarded, app = create(house, names=asked.name)
        if passphrase and house.first.exists:
            house.first.unlock(passphrase)
        _say(asked, listening.getsockname()[1], app.state.sessions.key, house)
        config = uvicorn.Config(
            guarded,
            http=Line,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="on",
            ssl_certfile=asked.certificate,
            ssl_keyfile=asked.certificate_key,
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        house.close()


def _weigh(asked: argparse.Namespace) -> None:
    """Nothing leaves this machine unencrypted. Raises UsageError."""
    if asked.host not in LOOPBACK and not asked.certificate:
        raise UsageError(
            f"{asked.host} can be reached from other machines: that needs a certificate.",
            hint="Give --certificate and --certificate-key, or serve on 127.0.0.1 behind a proxy that has one.",
        )


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises UsageError where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sends at once on these alone
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)  # whoever comes by the printed address before the first answer waits, and is let in
    except OSError as error:
        listening.close()
        said = f"{host}:{port} cannot be served on: {error.strerror}."
        raise UsageError(said, hint="Choose another --port.") from None
    return listening


def _say(asked: argparse.Namespace, port: int, key: str, house: House) -> None:
    """Where the server is, on stdout, and the address that is good once."""
    scheme = "https" if asked.certificate else "http"
    name = f"[{asked.host}]" if ":" in asked.host else asked.host
    root = f"{scheme}://{name}:{port}"
    sys.stdout.write(f"Selftwin is at {root}/\n")
    if house.first.open or not house.first.exists:
        sys.stdout.write(f"Come in by {root}/enter?key={key} (good once).\n")
    sys.stdout.flush()
    if asked.open:
        import webbrowser

        webbrowser.open(f"{root}/")  # without the key: every user can read what a program was started with
