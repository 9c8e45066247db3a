"""The command line: a door that translates and never decides. Each command is one file in `begin`, `read` or `keep`."""

from __future__ import annotations


def main() -> None:
    """Run the command in `sys.argv` and leave with its exit code."""
    import sys

    from selftwin.cli.app import run

    sys.exit(run(sys.argv[1:]))
