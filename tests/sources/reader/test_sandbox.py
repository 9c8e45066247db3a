"""What the sandbox says it holds is what it holds."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from selftwin.sources.reader.process import Finished, Hello

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.sources.reader.process import Reading

CLOSED = """
import resource
from selftwin.sources.reader.sandbox import close_off
print(close_off())
print(resource.getrlimit(resource.RLIMIT_CORE))
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("NoNewPrivs")][0])
"""


def test_a_reader_that_says_it_has_no_network_has_none(hostile: Callable[..., Reading]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with hostile(f"calls {server.getsockname()[1]}") as reading:
            words = list(reading)
        assert socket.create_connection(server.getsockname(), timeout=2).close() is None
    (hello,) = (word for word in words if isinstance(word, Hello))
    (finished,) = (word for word in words if isinstance(word, Finished))
    assert (finished.notes == ("refused",)) == ("without network" in hello.sandbox)
    assert hello.sandbox.startswith("reading with")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these doors are Linux's")
def test_no_image_of_memory_and_no_new_rights() -> None:
    done = subprocess.run([sys.executable, "-c", CLOSED], capture_output=True, text=True, check=True)
    said, limit, new_rights = done.stdout.splitlines()
    assert said in {
        "reading without network",
        "reading with network reachable: this system refuses the parser a namespace of its own",
    }
    assert (limit, new_rights) == ("(0, 0)", "1")
