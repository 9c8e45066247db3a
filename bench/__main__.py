"""`python -m bench NAME [options]` runs one benchmark; without a name it lists them. One file is one benchmark."""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import importlib  # noqa: E402
import pkgutil  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402


def names() -> list[str]:
    """Every benchmark found beside this file, as typed on the command line."""
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name.replace("_", "-") for name in found if not name.startswith("_"))


def main() -> int:
    """Run the named benchmark's `main(arguments)`, which returns an exit code."""
    if len(sys.argv) < 2 or sys.argv[1] not in names():
        print("usage: python -m bench NAME [options]\n" + "\n".join(f"  {name}" for name in names()))
        return 2
    module = importlib.import_module(f"bench.{sys.argv[1].replace('-', '_')}")
    return int(module.main(sys.argv[2:]))


if __name__ == "__main__":
    raise SystemExit(main())
