"""Files made to break whoever opens them: each ends in a refusal, a fault or an account, and memory stays bounded."""

from __future__ import annotations

import io
import re
import sqlite3
import tarfile
import threading
import time
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from selftwin.sources.reader.process import Broken, FileDone, Finished, Reading, Spoilt, Unrecognised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST = 512 << 20  # bytes of anonymous memory
LONG, LONGER = 96 << 20, 1 << 30  # bytes of an endless line, in every run and in the deep one
BOMB = "<!DOCTYPE x [" + '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
ROOTS = {
    "export.xml": "<HealthData>{}</HealthData>",
    "ride.gpx": '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>{}</name></trk></gpx>',
    "run.tcx": "<TrainingCenterDatabase><Activities><Activity><Id>{}</Id></Activity></Activities>"
    "</TrainingCenterDatabase>",
    "places.kml": "<kml><Document><Placemark><name>{}</name></Placemark></Document></kml>",
    "care.xml": '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>{}</title></ClinicalDocument>',
    "statement.xml": '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><Id>{}</Id></Document>',
    "statement.ofx": "<OFX><BANKMSGSRSV1>{}</BANKMSGSRSV1></OFX>",
}
BEGINNINGS = {
    "heart_rate-2024-01-01.json": b'[{"dateTime": "01/01/24 00:00:00", "value": "',
    "Records.json": b'{"locations": [{"latitudeE7": 1, "longitudeE7": 1, "timestamp": "',
    "entries.json": b'[{"type": "sgv", "sgv": 100, "date": 1, "device": "',
    "bundle.json": b'{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"id": "',
    "table.csv": b'id,time,gl\n1,2024-01-01 00:00:00,"',
    "statement.sta": b":20:STARTUMSE\n:25:12345678/1\n:28C:1/1\n:60F:C240101EUR1,00\n:86:",
    "route.gpx": b'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>',
    "all.xml": b'<?xml version="1.0"?><HealthData><Record type="',
}


def entities(place: Path) -> None:
    for name, root in ROOTS.items():
        (place / f"bomb {name}").write_text('<?xml version="1.0"?>' + BOMB + root.format("&i;"))
        (place / f"outside {name}").write_text('<?xml version="1.0"?>' + OUTSIDE + root.format("&i;"))


def archives(place: Path) -> None:
    with zipfile.ZipFile(place / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("a.csv", "w") as stream:
        for _ in range(64):
            stream.write(bytes(1 << 20))
    with zipfile.ZipFile(place / "escape.zip", "w") as escape:
        escape.writestr("../../outside.csv", "id,time,gl\n1,2024-01-01,100\n")
    with zipfile.ZipFile(place / "absolute.zip", "w") as absolute:
        absolute.writestr("/etc/cron.d/x.csv", "id,time,gl\n1,2024-01-01,100\n")
    with zipfile.ZipFile(place / "link.zip", "w") as linked:
        entry = zipfile.ZipInfo("entries.json")
        entry.external_attr = 0o120777 << 16
        linked.writestr(entry, "/etc/passwd")
    with tarfile.open(place / "links.tgz", "w:gz") as links:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            entry = tarfile.TarInfo(f"{kind.decode()}.csv")
            entry.type, entry.linkname = kind, "/etc/passwd"
            links.addfile(entry)
    with tarfile.open(place / "escape.tgz", "w:gz") as escape:
        entry = tarfile.TarInfo("../../outside.csv")
        entry.size = 3
        escape.addfile(entry, io.BytesIO(b"a,b"))


def nesting(place: Path) -> None:
    for name in ("Records.json", "entries.json", "result.json", "bundle.json", "deep.geojson"):
        (place / f"deep {name}").write_bytes(BEGINNINGS.get(name, b"[")[:20] + b'"x": ' + b"[" * 2_000_000)
    (place / "deep.gpx").write_bytes(b'<gpx xmlns="http://www.topografix.com/GPX/1/1">' + b"<trk>" * 500_000)


def databases(place: Path) -> None:
    with closing(sqlite3.connect(place / "History")) as base:
        base.execute("CREATE TABLE urls (id INTEGER PRIMARY KEY, url, title)")
        base.execute("CREATE VIEW visits AS SELECT 1 AS id, 1 AS url, 1 AS visit_time, 0 AS visit_duration")
        base.execute("CREATE TRIGGER sly INSTEAD OF INSERT ON visits BEGIN DELETE FROM urls; END")
        base.commit()
    whole = (place / "History").read_bytes()
    (place / "places.sqlite").write_bytes(whole[:2048] + b"\xff" * 2048 + whole[4096:])


def lines(place: Path, size: int) -> None:
    """Records that never end."""
    for name, beginning in BEGINNINGS.items():
        with (place / f"endless {name}").open("wb") as file:
            file.write(beginning)
            for _ in range(size >> 20):
                file.write(b"a" * (1 << 20))


def peak_of(pid: int, going: Callable[[], bool]) -> Iterator[int]:
    status = Path(f"/proc/{pid}/status")
    while going():
        found = re.search(r"RssAnon:\s+(\d+) kB", status.read_text()) if status.exists() else None
        yield int(found[1]) << 10 if found else 0
        time.sleep(0.005)


def read(place: Path) -> tuple[dict[str, list[object]], int]:
    """What the child tells of each file, and its highest anonymous memory in bytes."""
    files = [(path, path.name) for path in sorted(place.iterdir())]
    told: dict[str, list[object]] = {}
    peaks, going = [0], [True]
    with Reading(files, subject="nobody") as reading:
        assert reading._process is not None
        pid = reading._process.pid
        watching = threading.Thread(target=lambda: peaks.extend(peak_of(pid, lambda: going[0])))
        watching.start()
        words: list[object] = []
        for word in reading:
            words.append(word)
            if isinstance(word, FileDone):
                told[word.path], words = words, []
        going[0] = False
        watching.join()
    return told, max(peaks)


def ended_well(words: list[object]) -> bool:
    """Whether a file was refused with a reason, or read with an account that adds up, and nothing broke on it."""
    broken = [word for word in words if isinstance(word, (Broken, Spoilt))]
    accounts = [word.records for word in words if isinstance(word, Finished)]
    aside = [word for word in words if isinstance(word, Unrecognised)]
    sound = all(one.read == one.taken + one.passed + one.faulty for one in accounts)
    return sound and bool(broken or accounts or aside) and not any("Error)" in word.reason for word in broken)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by Linux alone")
def test_hostile_files_end_in_words_and_in_bounded_memory(tmp_path: Path) -> None:
    for make in (entities, archives, nesting, databases):
        make(tmp_path)
    lines(tmp_path, LONG)
    told, peak = read(tmp_path)
    assert {name for name, words in told.items() if not ended_well(words)} == set()
    assert len(told) == len(list(tmp_path.iterdir()))
    assert peak < MOST
    kept = [word for words in told.values() for word in words if isinstance(word, Finished) and word.made]
    assert kept == [], "something hostile was taken for data"
    for name in ("bomb.zip", "escape.zip", "absolute.zip", "escape.tgz"):
        assert any(isinstance(word, Broken) for word in told[name]), name


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_lines_of_a_gigabyte_end_in_words_and_in_bounded_memory(tmp_path: Path) -> None:
    for name, beginning in BEGINNINGS.items():
        place = tmp_path / "one"
        place.mkdir(exist_ok=True)
        with (place / name).open("wb") as file:
            file.write(beginning)
            for _ in range(LONGER >> 20):
                file.write(b"a" * (1 << 20))
        told, peak = read(place)
        assert all(map(ended_well, told.values())), name
        assert peak < MOST, name
        (place / name).unlink()
