"""Every source is attacked for a while with inputs made for it, and again with whatever once broke one."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from checks import fuzzing

from selftwin import discover
from selftwin.sources.reader.sieve import Tally, sift

if TYPE_CHECKING:
    from pathlib import Path

PARTS = 2  # one for each core: to begin costs as much as many inputs
FEW, SEED = 300, 1  # inputs for each source, the same in every run; `make deep` tries others
RUNS = 20_000
FOUND = sorted(path for path in fuzzing.FINDS.rglob("*") if path.is_file())
SOURCES = {source.name: source for source in discover.sources()}
FRAIL = """
import sys
from pathlib import Path
from checks import fuzzing

class Frail:
    name = "frail"
    def recognises(self, member):
        return member.head(2) == b"ab"
    def subjects(self, member):
        return ()
    def read(self, member, *, subject):
        raise {error}
        yield

fuzzing.FINDS = Path(sys.argv[1])
fuzzing.seeds = lambda name: [fuzzing.packed("a.csv", b"ab,c")]
sys.exit(fuzzing.found_by(Frail(), fuzzing.Bounds(20, 2000)) != 0)
"""
needs_atheris = pytest.mark.skipif(find_spec("atheris") is None, reason="there is no atheris for this system")


def attack(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "checks.fuzzing", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", SOURCES)
def test_what_a_source_is_attacked_with_is_made_from_records_that_it_reads(name: str) -> None:
    taken = 0
    for seed in fuzzing.seeds(name):
        tally = Tally(name)
        for part in fuzzing.told(SOURCES[name], fuzzing.unpacked(seed)):
            sift(part, tally)
        taken += tally.taken
    assert taken


def test_an_input_is_a_file_and_those_beside_it() -> None:
    packed = fuzzing.packed("a.dat", b"1\0", {"a.hea": b"2"})
    found = fuzzing.unpacked(packed)
    assert (found.path, found.head(), found.size) == ("a.dat", b"1\0", 2)
    other = found.beside("a.hea")
    assert other is not None
    assert other.head() == b"2"
    assert found.beside("b.hea") is None


@needs_atheris
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(1, PARTS + 1))
def test_no_source_is_broken_by_what_is_made_for_it(part: int) -> None:
    done = attack("--runs", str(FEW), "--seed", str(SEED), "--part", f"{part}/{PARTS}")
    assert done.returncode == 0, done.stdout + done.stderr[-6000:]
    assert f"{len(discover.sources()[part - 1 :: PARTS])} sources tried, 0 broke." in done.stdout


@needs_atheris
@pytest.mark.deep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SOURCES)
def test_no_source_is_broken_by_twenty_thousand_inputs(name: str) -> None:
    done = attack("--runs", str(RUNS), "--only", name)
    assert done.returncode == 0, done.stdout + done.stderr[-6000:]
    assert f"stat::number_of_executed_units: {RUNS}" in done.stderr


@pytest.mark.parametrize("find", FOUND, ids=lambda path: f"{path.parent.name}/{path.name[:20]}")
def test_what_once_broke_a_source_breaks_it_no_more(find: Path) -> None:
    fuzzing.survives(SOURCES[find.parent.name], fuzzing.unpacked(find.read_bytes()))


def test_every_find_belongs_to_a_source() -> None:
    assert {find.parent.name for find in FOUND} <= SOURCES.keys()


@needs_atheris
@pytest.mark.parametrize(("error", "broken"), [("ValueError('x')", 1), ("fuzzing.BrokenExport('no')", 0)])
def test_a_source_that_breaks_is_found_and_what_broke_it_is_kept(tmp_path: Path, error: str, broken: int) -> None:
    script = FRAIL.format(error=error)
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == broken, done.stderr
    assert [path.name.startswith("crash-") for path in (tmp_path / "frail").iterdir()] == [True] * broken
