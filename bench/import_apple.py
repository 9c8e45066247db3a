"""A large Apple Health export into the sealed twin, against healthkit-to-sqlite and a plain lxml loop that only reads
attributes: seconds, megabytes a second and the peak of anonymous memory, in one run (docs/bench/import-apple.md)."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from bench._apple_export import write
from bench._table import show

HERE = Path(__file__).parent.parent
PEER = "healthkit-to-sqlite==1.0.1"
LXML = """
import sys, zipfile
from lxml import etree
count = 0
with zipfile.ZipFile(sys.argv[1]) as archive, archive.open("apple_health_export/export.xml") as stream:
    for _, element in etree.iterparse(stream, tag=("Record", "Workout", "ActivitySummary"), huge_tree=True):
        count += len(dict(element.attrib)) > 0
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
print(count)
"""
READING = """
import sys
from pathlib import Path
from selftwin.sources.reader.process import Reading
with Reading([(Path(sys.argv[1]), "export.zip")], source="apple_health") as reading:
    print(sum(one.num_rows for one in reading if hasattr(one, "num_rows")))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One command to its end: wall and CPU seconds, the peak of RssAnon over all its processes, what it printed."""

    seconds: float
    cpu: float
    peak: int
    out: str


def main(argv: list[str]) -> int:
    """Write the export, run everything on it, print the table; 1 where a promise is not kept."""
    asked = _arguments(argv)
    with tempfile.TemporaryDirectory(dir=asked.temp) as folder:
        place = Path(folder)
        full, peers = place / "export.zip", place / "export.zip"
        size = write(full, int(asked.size * 1e9))
        peer_size = size
        if asked.quick:
            peers = place / "smaller.zip"
            peer_size = write(peers, int(min(asked.size, 0.05) * 1e9))
        ours = _ours(place, full)
        others = {} if asked.no_peers else _peers(place, peers)
        rows = _table(ours, others, size, peer_size)
        show(
            f"import-apple, {size / 1e9:.2f} GB unpacked, {full.stat().st_size / 1e6:.0f} MB packed",
            rows,
            as_json=asked.json,
        )
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench import-apple", description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="gigabytes of the unpacked export (1)")
    parser.add_argument("--quick", action="store_true", help="peers read 0.05 GB; they are compared by their speed")
    parser.add_argument("--no-peers", action="store_true", help="ours alone")
    parser.add_argument("--temp", type=Path, default=None, help="where the export and the twin are written meanwhile")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def _ours(place: Path, export: Path) -> dict[str, Run]:
    """Read alone, imported into a new twin, and imported again from a copy that is another file."""
    warm = place / "warm.zip"
    write(warm, 5_000_000)  # the tokenizer is compiled once on a machine, and kept
    home = {"SELFTWIN_PASSPHRASE": "a passphrase of the benchmark", "SELFTWIN_VAULT": str(place / "twin")}
    program = [str(Path(sys.executable).with_name("selftwin"))]
    run([sys.executable, "-c", READING, str(warm)])
    run([*program, "create", "--home-zone", "Europe/Amsterdam"], home)
    return {
        "ours, reading alone": run([sys.executable, "-c", READING, str(export)]),
        "ours, into the twin": run([*program, "import", str(export), "--json"], home),
        "ours, again": run([*program, "import", str(export), "--json"], home),
        "ours, again, packed anew": run([*program, "import", str(_repacked(export)), "--json"], home),
    }


def _repacked(export: Path) -> Path:
    """The same export as another file: a byte of comment at the end of the archive."""
    import shutil
    import zipfile

    other = export.with_name("again.zip")
    shutil.copy(export, other)
    with zipfile.ZipFile(other, "a") as archive:
        archive.comment = b"again"
    return other


def _peers(place: Path, export: Path) -> dict[str, Run]:
    venv = HERE / ".peers" / "healthkit-to-sqlite"
    if not (venv / "bin" / "healthkit-to-sqlite").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(venv / "bin" / "pip"), "install", "--quiet", PEER], check=True)
    return {
        "lxml, attributes only": run([sys.executable, "-c", LXML, str(export)]),
        "healthkit-to-sqlite": run(
            [str(venv / "bin" / "healthkit-to-sqlite"), str(export), str(place / "peer.db"), "-s"]
        ),
    }


def run(command: list[str], more: dict[str, str] | None = None) -> Run:
    """Run to the end, sampling every 20 ms. Raises RuntimeError with what it said where it fails."""
    began, spent, peak, over = time.perf_counter(), _spent(), [0], threading.Event()
    process = subprocess.Popen(
        command, env=os.environ | (more or {}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=HERE
    )

    def watch() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], anonymous(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, said = process.communicate()
    seconds = time.perf_counter() - began
    over.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{command[:3]} failed: {said[-2000:]}")
    return Run(seconds, _spent() - spent, peak[0], out)


def _spent() -> float:
    """CPU seconds of everything that has been run and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def anonymous(pid: int) -> int:
    """RssAnon of a process and of all below it, in bytes; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = [
            child for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
        ]
    except OSError:
        return 0
    own = next((int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("RssAnon")), 0)
    return own + sum(anonymous(int(child)) for child in children)


def _table(ours: dict[str, Run], others: dict[str, Run], size: int, peer_size: int) -> list[dict[str, object]]:
    import_speed = size / ours["ours, into the twin"].seconds
    rows: list[dict[str, object]] = []
    for name, done in (ours | others).items():
        bytes_ = size if name in ours else peer_size
        speed = bytes_ / done.seconds
        rows.append(
            {
                "what": name,
                "GB": round(bytes_ / 1e9, 3),
                "seconds": round(done.seconds, 2),
                "CPU s": round(done.cpu, 2),
                "MB/s": round(speed / 1e6, 1),
                "peak MB": round(done.peak / 1e6),
                "import is": f"{import_speed / speed:.2f} x",
                "account": _account(done.out),
            }
        )
    return rows


def _account(out: str) -> str:
    try:
        files = json.loads(out)["files"]
    except (ValueError, TypeError, KeyError):
        return out.strip()[:40]
    made = {name: sum(one["observations"][name] for one in files) for name in ("made", "new", "known", "revised")}
    return " ".join(f"{name} {count}" for name, count in made.items())
