"""Run as a process of its own: clients over kept connections that ask one server for pages, each at once after its last
answer. Reads one JSON object from stdin, writes one line of JSON: seconds, and how many answers were not the thing."""

from __future__ import annotations

import http.client
import itertools
import json
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

PREPARING = b'class="preparing"'


def main() -> None:
    """Answer `{"root": …, "paths": […], "headers": {…}, "clients": 4, "count": n, "for": seconds at most}`."""
    asked = json.load(sys.stdin)
    told: list[tuple[float, str]] = []
    turn, guard = itertools.count(), threading.Lock()
    ends = time.monotonic() + asked["for"]

    def client() -> None:
        where = urlsplit(asked["root"])
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)
        while time.monotonic() < ends:
            with guard:
                place = next(turn)
            if place >= asked["count"]:
                return
            told.append(_ask(line, asked["paths"][place % len(asked["paths"])], asked["headers"]))

    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(asked["clients"])]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    print(json.dumps(_summed(told, time.perf_counter() - began)))


def _ask(line: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> tuple[float, str]:
    """Seconds from the question to the last byte, and how it went: well, preparing, or its status."""
    began = time.perf_counter()
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    body = answer.read()
    took = time.perf_counter() - began
    if answer.status != 200:
        return took, str(answer.status)
    return took, "preparing" if PREPARING in body else "well"


def _summed(told: list[tuple[float, str]], took: float) -> dict[str, Any]:
    how = [state for _, state in told]
    return {"seconds": [seconds for seconds, _ in told], "took": took, "how": {one: how.count(one) for one in set(how)}}


if __name__ == "__main__":
    main()
