"""What every test shares: Hypothesis without clocks, how long it looks in `make test` and `make deep`, and DuckDB,
which need not read the signature of its own extension anew for each of thousands of openings."""

from __future__ import annotations

import os
from functools import wraps
from itertools import count
from typing import TYPE_CHECKING, Any

import duckdb
import hypothesis

if TYPE_CHECKING:
    import pytest

hypothesis.settings.register_profile("house", deadline=None, print_blob=True, max_examples=20)
house = hypothesis.settings.get_profile("house")
hypothesis.settings.register_profile("deep", parent=house, max_examples=2_000)
hypothesis.settings.load_profile("house")

# No test writes into the keyring of whoever runs it; those that mean to bring one of their own.
os.environ["SELFTWIN_KEYRING"] = "off"


def pytest_configure(config: pytest.Config) -> None:
    """Twenty megabytes of extension are hashed in each opening, 0.15 s: here only in the first of a process.

    The long suites, processes that a test starts, and the tests of the connection itself open as they do in life.
    """
    if config.getoption("markexpr") == "not deep":
        duckdb.connect = known_extension(duckdb.connect)


def known_extension(connect: Any) -> Any:
    """The same, trusting from the second time on that the extension is the one whose signature was read."""
    number = count()

    @wraps(connect)
    def connected(*args: Any, config: dict[str, str] | None = None, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        if config and "temp_file_encryption" in config and next(number):
            config = config | {"allow_unsigned_extensions": "true"}
        return connect(*args, config=config or {}, **kwargs)

    return connected


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks at the shared server goes first: one worker begins with all of it, and works out its answers once."""
    items.sort(key=lambda item: "server" not in getattr(item, "fixturenames", ()))
