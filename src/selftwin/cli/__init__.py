"""The command line: a door that translates and never decides. Each command is one file in `begin`, `read` or `keep`."""

from __future__ import annotations

THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}  # small fits, no spinning


def main() -> None:
    """Run the command in `sys.argv` and leave with its exit code."""
    import os
    import sys

    for name, value in THREADS.items():
        os.environ.setdefault(name, value)

    from selftwin.cli.app import run

    sys.exit(run(sys.argv[1:]))
