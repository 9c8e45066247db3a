"""A folder of two hundred mixed archives into a new twin, on one core and on two: seconds, processor seconds and peak
of anonymous memory in one run (docs/bench/import-sources.md). The files are the specimens of the tests, enlarged."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench._enlarged import enlarged
from bench._table import show
from bench.import_apple import Run, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources.reader.contract import Source
    from selftwin.sources.reader.members import Member

ARCHIVES = 200
AS_THEY_ARE = ("home-assistant_v2.db", ".fit", "profile.json")  # enlarged, thousands of sensors or plans


def main(argv: list[str]) -> int:
    """Write the folder, import it twice, print the table; 1 where two cores are no quicker or the accounts differ."""
    parser = argparse.ArgumentParser(prog="python -m bench import-folder", description=__doc__)
    parser.add_argument("--kilobytes", type=int, default=100, help="of each file")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as given:
        place = Path(given)
        forms, size = _fill(place / "folder", asked.kilobytes << 10)
        runs = {cores: _imported(place, cores) for cores in (1, 2)}
    accounts = {cores: _account(one) for cores, one in runs.items()}
    rows: list[dict[str, object]] = [
        {"cores": cores, "seconds": one.seconds, "CPU s": one.cpu, "peak MB": round(one.peak / 1e6),
         "times as quick": runs[1].seconds / one.seconds} | accounts[cores]
        for cores, one in runs.items()
    ]  # fmt: skip
    show(f"import-folder, {ARCHIVES} archives of {forms} forms, {size / 1e6:.0f} MB", rows, as_json=asked.json)
    return int(accounts[1] != accounts[2] or runs[2].seconds >= runs[1].seconds)


def _fill(folder: Path, size: int) -> tuple[int, int]:
    """Write the archives, each another; how many forms there are among them, and bytes in all."""
    forms = list(_nobodys())
    total = 0
    for number in range(ARCHIVES):
        name, small = forms[number % len(forms)]
        path = folder / f"{number:03}" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(_large(name, small, size + number * 512))
        total += path.stat().st_size
    return len(forms), total


def _large(name: str, small: bytes, size: int) -> bytes:
    """The file enlarged; of an archive, the largest of what it holds."""
    large = None if name.endswith(AS_THEY_ARE) else enlarged(name, small, size)
    if large is None or small[:2] != b"PK":
        return small if large is None else large.data
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small)) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in given.infolist():
            archive.writestr(entry.filename, large.data if entry.filename == large.name else given.read(entry))
    return made.getvalue()


def _nobodys() -> Iterator[tuple[str, bytes]]:
    """The largest specimen of every source whose files do not say whose they are."""
    from checks.fuzzing import specimen

    from selftwin import discover

    every: list[Source] = discover.sources()
    for source in every:
        if shown := specimen(source.name):
            name = max(shown, key=lambda one: len(shown[one]))
            if not any(source.subjects(one) for one in _members(source, name, shown[name])):
                yield Path(name).name, shown[name]


def _members(source: Source, name: str, data: bytes) -> list[Member]:
    """What a source would be given of a file."""
    from selftwin.sources.reader.members import Member

    held = {name: data}
    if data[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = {entry.filename: archive.read(entry) for entry in archive.infolist() if entry.file_size}
    members = [Member(one, len(held[one]), partial(io.BytesIO, held[one])) for one in held]
    return [one for one in members if source.recognises(one)]


def _imported(place: Path, cores: int) -> Run:
    """The folder into a new twin, by the command, on so many cores."""
    home = {"SELFTWIN_PASSPHRASE": "a passphrase of the benchmark", "SELFTWIN_VAULT": str(place / f"twin-{cores}"),
            "SELFTWIN_KEYRING": "off"}  # fmt: skip
    program = str(Path(sys.executable).with_name("selftwin"))
    run([program, "create", "--home-zone", "Europe/Amsterdam"], home)
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(every)[:cores])
    try:
        return run([program, "import", str(place / "folder"), "--json"], home)
    finally:
        os.sched_setaffinity(0, every)


def _account(one: Run) -> dict[str, object]:
    """What the import said of itself. Raises RuntimeError where it does not add up."""
    told = json.loads(one.out)
    found = {key: sum(file["records"][key] for file in told["files"]) for key in ("read", "taken", "passed", "faulty")}
    if found["read"] != found["taken"] + found["passed"] + found["faulty"]:
        raise RuntimeError(f"The account does not add up: {found}")
    return {"files": len(told["files"]), **found}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
