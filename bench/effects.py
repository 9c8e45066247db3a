"""What helps: refuters on planted effects, effects that differ between people (IHDP), and the effect of a job programme
against controls that were not drawn (Lalonde), each beside what is simple and beside econml (docs/bench/effects.md)."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from bench._table import show

PARTS = ("planted", "ihdp", "lalonde")
PEER = "econml==0.17.0"
PEER_HOME = Path(".peers") / "econml"


def main(argv: list[str]) -> int:
    """Run the parts asked for, each printing a table; one whose data are absent says so."""
    asked = _arguments(argv)
    for part in asked.parts or PARTS:
        if part == "planted":
            _planted(asked)
        elif part == "ihdp":
            _ihdp(asked)
        else:
            _lalonde(asked)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench effects", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all unless named")
    parser.add_argument("--data", type=Path, help="a folder with the folders ihdp and lalonde")
    parser.add_argument("--seed", type=int, default=1, help="of what is planted")
    parser.add_argument("--each", type=int, default=10, help="planted effects a kind and size")
    parser.add_argument("--no-peer", action="store_true", help="without econml")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return asked


def _planted(asked: argparse.Namespace) -> None:
    from bench._planted_run import ESTIMATORS, rows, run

    for estimator in ESTIMATORS:
        found = rows(run(asked.seed, asked.each, estimator), estimator)
        show(f"planted effects that '{estimator}' reports, seed {asked.seed}", found, as_json=asked.json)


def _ihdp(asked: argparse.Namespace) -> None:
    from bench._cohorts import ihdp, ihdp_rows

    sets = ihdp(asked.data / "ihdp") if asked.data else []
    if not sets:
        print("effects ihdp skipped: no ihdp/ihdp_npci_*.csv under --data; docs/bench/effects.md says where to get it")
        return
    found = ihdp_rows(sets, None if asked.no_peer else peer())
    show("effects on each person, root mean square error", found, as_json=asked.json)


def _lalonde(asked: argparse.Namespace) -> None:
    from bench._cohorts import lalonde, lalonde_rows

    sets = lalonde(asked.data / "lalonde") if asked.data else None
    if sets is None:
        print("effects lalonde skipped: no tables of lalonde/ under --data; docs/bench/effects.md says where to get it")
        return
    show("effect on earnings of 1978, dollars, 95 %", lalonde_rows(sets, None if asked.no_peer else peer()),
         as_json=asked.json)


def peer() -> list[str]:
    """The command that runs econml, its environment made on first use."""
    python = PEER_HOME / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER_HOME)], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
    return [str(python), str(Path(__file__).parent / "_econml_forests.py")]
